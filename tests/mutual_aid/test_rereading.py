"""A reading cannot be gone round: not by a correction, not by one's own hand, not by another request or another day."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.audit.models import AuditEntry
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.transaction import transaction
from civic.matching.service.dispatch import relaunch_search
from civic.matching.service.invitations import accept_invitation
from civic.mutual_aid import queries
from civic.mutual_aid.desk.asking_again import answer_still_needed
from civic.mutual_aid.errors import OwnRequest, SomebodyComes, WrongTransition
from civic.mutual_aid.reviewing import jobs, service
from civic.mutual_aid.reviewing.queries import find_review, list_holding
from civic.mutual_aid.reviewing.rules import Asked, ReviewReason, has_changed
from civic.mutual_aid.rules import Category, ConsentMode, Contact, RequestState, Window
from civic.mutual_aid.series.jobs import continue_all_series
from civic.mutual_aid.series.rules import Repeat, Repetition
from civic.mutual_aid.series.service import begin_series, change_series
from civic.mutual_aid.service.corrections import change_request
from civic.mutual_aid.service.requests import ask_for_another, cancel_request
from civic.safeguarding.models import Suspension
from civic.safeguarding.rules import ConcernDecision, ConcernKind
from civic.safeguarding.service.concerns import handle_concern, raise_concern
from civic.territories import queries as territories
from tests.conftest import Role, actor_of, add_person, add_town, plain, post_form, sign_in
from tests.mutual_aid.making import (
    add_request,
    add_volunteer,
    filled_of,
    invitation_of,
    invitations,
    matches,
    request_details,
    state_of,
)
from tests.mutual_aid.test_reviewing import add_agent, add_newcomer, told

READ = RequestState.IN_REVIEW


@pytest.fixture
def context(app: Flask) -> Iterator[Flask]:
    """A context on SQLite alone: what the two databases may read differently is tested on both."""
    with app.app_context():
        yield app


OTHER_WORDS = "Venez dormir à la maison, apportez de l’argent."


def reasons_of(request: int) -> tuple[ReviewReason, ...]:
    review = find_review(request)
    assert review is not None
    db.session.rollback()
    return review.reasons


def correct(person: int, request: int, text: str) -> bool:
    with db.session.no_autoflush:
        title = queries.get_request(request).title
        db.session.rollback()
    return change_request(actor_of(person), request_id=request, title=title, text=text)


class Story:
    """Lina, whom nobody has seen, asks; Nadia reads it and lets it go; Ada is asked."""

    def __init__(self, **changes: object) -> None:
        self.town, (self.place, *_) = add_town()
        self.nadia = add_agent(self.town)
        self.ada = add_volunteer(self.town, self.place, "Ada")
        self.lina = add_newcomer(self.place)
        self.request = add_request(self.lina, self.place, **changes)
        service.accept_request(actor_of(self.nadia), request_id=self.request)


def test_another_text_after_the_reading_is_read_again_and_no_volunteer_has_it(app_context: Flask) -> None:
    story = Story()
    assert invitations(story.request) == {story.ada: "sent"}

    assert correct(story.lina, story.request, OTHER_WORDS)

    assert (state_of(story.request), invitations(story.request)) == (READ, {story.ada: "superseded"})
    assert reasons_of(story.request) == (ReviewReason.FIRST_REQUEST, ReviewReason.CHANGED)
    assert queries.list_open_requests().items == []
    assert told(story.nadia).count("request_to_read") == 2
    review = find_review(story.request)
    assert review is not None
    assert review.read_as is not None
    assert review.read_as.text == "Un pack d’eau et des pommes de terre."
    db.session.rollback()

    service.accept_request(actor_of(story.nadia), request_id=story.request)
    assert state_of(story.request) is not READ
    assert not correct(story.lina, story.request, OTHER_WORDS.upper())


def test_a_comma_an_accent_or_a_number_taken_out_is_not_another_text(context: Flask) -> None:
    story = Story(text="Un pack d’eau et des pommes de terre. Appelez le 06 39 98 12 34.")

    for text in (
        "un pack d’eau, et des pommes de terre ! Appelez le 06 39 98 12 34",
        "Un pack d’eau et des pommes de terre. Appelez le",
    ):
        assert not correct(story.lina, story.request, text)
    assert (state_of(story.request), invitations(story.request)) == (
        RequestState.DISPATCHING,
        {story.ada: "sent"},
    )


def test_small_corrections_are_compared_with_what_was_read_not_with_one_another(context: Flask) -> None:
    story = Story(text="Un pack d’eau.")

    assert correct(story.lina, story.request, "Un pack d’eau, et 200 euros.")
    assert state_of(story.request) is READ


def test_what_no_rule_has_read_is_corrected_as_before_and_an_agent_has_read_what_she_writes(
    context: Flask,
) -> None:
    story = Story()
    known = add_request(add_person("Odette", lives_in=story.place), story.place)

    assert not correct(queries.get_request(known).requester_id, known, OTHER_WORDS)
    assert state_of(known) is not READ
    assert not correct(story.nadia, story.request, "Deux packs d’eau.")
    assert state_of(story.request) is RequestState.DISPATCHING
    assert not correct(story.lina, story.request, "Deux packs d’eau !")


def test_nothing_changes_under_somebody_who_said_yes(context: Flask) -> None:
    story = Story(capacity=2)
    accept_invitation(actor_of(story.ada), invitation_id=invitation_of(story.request, story.ada))

    with pytest.raises(SomebodyComes):
        correct(story.lina, story.request, OTHER_WORDS)

    assert (filled_of(story.request), matches(story.request)) == (1, {story.ada: "accepted"})
    assert queries.get_request(story.request).text == "Un pack d’eau et des pommes de terre."


def test_until_tomorrow_is_the_same_help_and_a_fortnight_later_is_read_again(context: Flask) -> None:
    story = Story()
    lina, asked_for = actor_of(story.lina), queries.get_request(story.request).window
    db.session.rollback()

    for later, state in ((1, RequestState.DISPATCHING), (9, READ)):
        answer_still_needed(
            lina,
            request_id=story.request,
            is_needed=True,
            window=Window(asked_for.starts_at, asked_for.ends_at + timedelta(days=later)),
        )
        assert state_of(story.request) is state


def test_what_expired_and_is_sought_much_later_is_read_again(context: Flask) -> None:
    story = Story()
    lina, after = actor_of(story.lina), utc_now() + timedelta(hours=9)
    with transaction():
        queries.get_request(story.request).state = RequestState.EXPIRED

    with time_machine.travel(after, tick=False):
        relaunch_search(lina, request_id=story.request, window=Window(after, after + timedelta(days=10)))

    assert (state_of(story.request), ReviewReason.CHANGED in reasons_of(story.request)) == (READ, True)


def asked(**changes: object) -> Asked:
    starts_at = utc_now().replace(microsecond=0)
    values: dict[str, object] = {
        "category": "visits", "title": "Une visite", "text": "", "territory_id": 1,
        "starts_at": starts_at, "ends_at": starts_at + timedelta(hours=2), **changes,
    }  # fmt: skip
    return Asked(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "change",
    [{"category": "childcare"}, {"territory_id": 2}, {"wishes": ("woman",)}, {"title": "Deux visites"}],
)
def test_each_thing_that_was_read_matters(change: dict[str, object]) -> None:
    read = asked()

    assert has_changed(read, asked(**change))
    assert Asked.from_stored(read.stored()) == read
    assert not has_changed(read, read)


# One's own request


def test_an_agent_does_not_read_what_she_asks_for_herself_and_a_colleague_does(context: Flask) -> None:
    town, (place, *_) = add_town()
    nadia = add_person("Nadia", lives_in=place, roles=((Role.AGENT, town),))
    paul = add_agent(town)
    request = add_request(nadia, place, category=Category.CHILDCARE)

    with pytest.raises(NotAllowed):
        service.accept_request(actor_of(nadia), request_id=request, is_alone=True)
    assert state_of(request) is READ
    service.accept_request(actor_of(paul), request_id=request)
    assert state_of(request) is not READ

    assert correct(nadia, request, OTHER_WORDS)


def test_the_only_agent_of_a_town_lets_her_own_go_by_the_box_of_its_page(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        nadia = add_person("Nadia", lives_in=place, roles=((Role.AGENT, town),))
        request = add_request(nadia, place, category=Category.CHILDCARE)
    own, where = sign_in(app, nadia), f"/entraide/demandes/{request}/acceptation"

    assert (post_form(own, where).status_code, request_state(app, request)) == (422, READ)
    assert post_form(own, where, is_alone="true").status_code == 302

    assert request_state(app, request) is not READ


def request_state(app: Flask, request: int) -> RequestState:
    with app.app_context():
        return state_of(request)


def test_an_agent_who_writes_for_herself_at_the_desk_is_not_heard_by_anybody(context: Flask) -> None:
    town, (place, *_) = add_town()
    nadia, paul = add_person("Nadia Le Goff", roles=((Role.AGENT, town),)), add_agent(town)
    details = request_details(place, contact=Contact("nadia le-goff", "01 99 00 12 34"))
    request = ask_for_another(actor_of(nadia), details=details, consent=ConsentMode.ORAL)

    assert (state_of(request), reasons_of(request)) == (READ, (ReviewReason.FIRST_REQUEST,))
    with pytest.raises(NotAllowed):
        service.accept_request(actor_of(nadia), request_id=request)
    service.accept_request(actor_of(paul), request_id=request)


def test_the_only_agent_of_a_town_says_that_she_reads_her_own_and_it_is_in_the_journal(
    context: Flask,
) -> None:
    town, (place, *_) = add_town()
    nadia = add_person("Nadia", lives_in=place, roles=((Role.AGENT, town),))
    request = add_request(nadia, place, category=Category.CHILDCARE)

    with pytest.raises(OwnRequest):
        service.accept_request(actor_of(nadia), request_id=request)
    assert state_of(request) is READ
    service.accept_request(actor_of(nadia), request_id=request, is_alone=True)

    assert state_of(request) is not READ
    written = db.session.scalars(sa.select(AuditEntry).filter_by(fact="RequestReviewed")).one()
    assert (written.actor_id, written.subjects["is_own"]) == (nadia, True)


def test_the_page_tells_an_agent_who_reads_her_own_request(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        nadia = add_person("Nadia", lives_in=place, roles=((Role.AGENT, town),))
        request = add_request(nadia, place, category=Category.CHILDCARE)
    browser = sign_in(app, nadia)
    page = f"/entraide/demandes/{request}/decision"

    assert "la seule personne de la mairie à pouvoir la relire" in plain(browser.get(page).text)
    refused = post_form(browser, f"/entraide/demandes/{request}/acceptation")
    assert (refused.status_code, "Cochez la case" in plain(refused.text)) == (422, True)
    with app.app_context():
        add_agent(town)
    assert "un autre agent doit la relire" in plain(browser.get(page).text)


# A doubt, and what only a safeguarding officer knows


def test_cancelling_what_was_set_aside_and_asking_again_is_read(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    nadia, odette = add_agent(town), add_person("Odette", lives_in=place)
    first = add_request(odette, place)
    service.suspend_request(actor_of(nadia), request_id=first)

    cancel_request(actor_of(odette), request_id=first)
    again = add_request(odette, place)

    assert (state_of(again), reasons_of(again)) == (READ, (ReviewReason.EARLIER_DOUBT,))
    service.accept_request(actor_of(nadia), request_id=again)
    assert state_of(add_request(odette, place)) is not READ


def test_a_file_of_the_safeguarding_officer_has_requests_read_and_tells_nobody_that_there_is_one(
    app: Flask,
) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        nadia, ada = add_agent(town), add_person("Ada", lives_in=place)
        officer = add_person("Claire", roles=((Role.SAFEGUARDING, town),))
        rene, hidden = (add_person(name, lives_in=place) for name in ("René", "Hugo"))
        concern = raise_concern(
            actor_of(ada), town_id=town, kind=ConcernKind.MONEY, text="Il demande de l’argent.", about_id=rene
        )
        from civic.mutual_aid.service.requests import set_request_hidden

        set_request_hidden(request_id=add_request(hidden, place), is_hidden=True, now=utc_now())
        first, other = add_request(rene, place), add_request(hidden, place)
        assert (state_of(first), state_of(other)) == (READ, READ)
        assert told(rene) == ["request_in_review"]

    def seen(who: int, request: int, path: str = "") -> str:
        browser = sign_in(app, who)
        page = plain(browser.get(f"/entraide/demandes/{request}{path}").text)
        return page[page.index("<main") : page.index("</main>")].replace(f"demandes/{request}", "demandes/N")

    why = "Pourquoi vous la relisez"
    pages = [seen(nadia, request, "/decision") for request in (first, other)]
    sections = [page[page.index(why) : page.index("La proposer aux bénévoles")] for page in pages]
    assert sections[0] == sections[1]
    for page in (*pages, seen(rene, first)):
        assert "alerte" not in page.lower()
        assert "argent" not in page

    with app.app_context():
        handle_concern(
            actor_of(officer), concern_id=concern, decision=ConcernDecision.CLOSED, text="Sans suite."
        )
        assert state_of(add_request(rene, place)) is not READ


def test_who_is_suspended_is_read_until_the_last_day(context: Flask) -> None:
    _, (place, *_) = add_town()
    rene, now = add_person("René", lives_in=place), utc_now()
    with transaction():
        db.session.add(
            Suspension(person_id=rene, begun_at=now, ends_on=town_today(), told="", decided_by_id=None)
        )

    assert state_of(add_request(rene, place)) is READ
    with time_machine.travel(now + timedelta(days=2), tick=False):
        assert state_of(add_request(rene, place)) is not READ


# What comes back


def begin(person: int, place: int, **changes: object) -> tuple[int, int]:
    """A help that comes back each week from tomorrow on. Returns the first request and the series."""
    start = (utc_now() + timedelta(days=1)).replace(hour=9, minute=0, second=0, microsecond=0)
    window = Window(start, start + timedelta(hours=2))
    request = add_request(person, place, window=window, **changes)
    series = begin_series(actor_of(person), request_id=request, repetition=Repetition(Repeat.WEEKLY))
    assert series is not None
    return request, series


def next_one(series: int, after: int) -> int:
    from civic.mutual_aid.models import HelpRequest

    query = sa.select(HelpRequest.id).where(HelpRequest.series_id == series, HelpRequest.id > after)
    found = db.session.scalars(query.order_by(HelpRequest.starts_at).limit(1)).one()
    db.session.rollback()
    return found


def test_another_day_of_the_week_is_read_in_its_turn_when_the_person_chooses_it(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    nadia, odette = add_agent(town), add_person("Odette", lives_in=place)
    for who, state in ((odette, READ), (nadia, RequestState.ESCALATED)):
        first, series = begin(odette, place, category=Category.CHILDCARE)
        service.accept_request(actor_of(nadia), request_id=first)
        start = (utc_now() + timedelta(days=3)).replace(hour=20, minute=0, second=0, microsecond=0)
        change_series(
            actor_of(who),
            series_id=series,
            repetition=Repetition(Repeat.WEEKLY),
            window=Window(start, start + timedelta(hours=3)),
        )
        assert state_of(next_one(series, first)) is state


def test_a_doubt_whose_window_passed_is_on_the_board_until_an_agent_lifts_it(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        nadia, odette = add_agent(town), add_person("Odette", lives_in=place)
        first, series = begin(odette, place, title="Promener le chien")
        second = next_one(series, first)
        service.suspend_request(actor_of(nadia), request_id=first)
        later = utc_now() + timedelta(days=3)
        with time_machine.travel(later, tick=False):
            jobs.expire_unopened(utc_now())
            continue_all_series(utc_now())
        assert (state_of(first), state_of(second)) == (RequestState.EXPIRED, RequestState.DRAFT)
        assert [each.id for each in list_holding(territories.ids_within(town))] == [first]
        db.session.rollback()
    browser = sign_in(app, nadia)

    board = plain(browser.get("/entraide/a-suivre").text)
    assert "Aides régulières arrêtées par un doute" in board
    page = f"/entraide/demandes/{first}/decision"
    assert "Lever le doute" in plain(browser.get(page).text)
    assert post_form(browser, f"/entraide/demandes/{first}/doute-leve").status_code == 302

    assert "arrêtées par un doute" not in plain(browser.get("/entraide/a-suivre").text)
    with app.app_context(), time_machine.travel(later, tick=False):
        continue_all_series(utc_now())
        assert state_of(second) is RequestState.ESCALATED


def test_cancelling_the_time_that_was_set_aside_does_not_open_the_next(context: Flask) -> None:
    town, (place, *_) = add_town()
    nadia, odette = add_agent(town), add_person("Odette", lives_in=place)
    first, series = begin(odette, place)
    service.suspend_request(actor_of(nadia), request_id=first)
    with pytest.raises(WrongTransition):
        service.lift_doubt(actor_of(nadia), request_id=first)

    cancel_request(actor_of(odette), request_id=first)
    with time_machine.travel(utc_now() + timedelta(days=3), tick=False):
        continue_all_series(utc_now())

    assert state_of(next_one(series, first)) is RequestState.DRAFT
