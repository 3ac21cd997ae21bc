"""Calls for candidates: who applies, until when, and how seats are filled."""

import re
from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Person
from civic.accounts.personal_data import collect_personal_data, erase_personal_data
from civic.accounts.queries import get_person
from civic.audit.models import AuditEntry
from civic.councils import queries as councils
from civic.councils import service as council_service
from civic.councils.calls import queries
from civic.councils.calls.errors import (
    BirthDateUnknown,
    CallNotFound,
    CallNotOpen,
    CandidacyHeld,
    ClosesTooEarly,
    CouncilElsewhere,
    PollNotYetOpen,
    SexNotSaid,
    TooManyChosen,
    TooYoungToApply,
    WrongCallState,
)
from civic.councils.calls.models import Candidacy, CandidateCall
from civic.councils.calls.service import applying, choosing, writing
from civic.councils.calls.states import CallState, CallWish, Sex, Way
from civic.councils.rules import SeatOrigin, SeatRole
from civic.councils.sortition import queries as draws
from civic.councils.sortition.models import DrawOwner
from civic.councils.sortition.service import drawing, preparing
from civic.kernel.access import ANONYMOUS, Actor
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.pagination import LARGEST_PAGE
from civic.kernel.transaction import transaction
from civic.notifications.models import Notification
from civic.voting.errors import PollNotFound
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.councils.drawing import SEED, SOURCE, agent
from tests.voting.builders import add_draft, add_poll

TEXT = "J’habite ici depuis dix ans, et je connais les écoles."


def text_of(answer: object) -> str:
    return plain(re.sub(r"\s+", " ", answer.get_data(as_text=True)))  # type: ignore[attr-defined]


def wish_for(place: int, **changes: Any) -> CallWish:
    now = utc_now()
    wish = CallWish(
        title="Deux places au conseil", body="Une réunion par mois, pendant deux ans.", seats=2, way=Way.APPOINTED,
        opens_at=now - timedelta(hours=1), closes_at=now + timedelta(days=7), territory_id=place, council_id=None,
        least_age=None, asks_sex=False, shows_candidates=True,
    )  # fmt: skip
    return replace(wish, **changes)


def open_call(actor: Actor, place: int, **changes: Any) -> int:
    call_id = writing.write_call(actor, wish=wish_for(place, **changes))
    writing.publish_call(actor, call_id=call_id)
    return call_id


def close(call_id: int) -> None:
    """The days go by."""
    with transaction():
        call = queries.get_call_alone(call_id)
        call.opens_at, call.closes_at = utc_now() - timedelta(days=8), utc_now() - timedelta(minutes=1)


def candidate(call_id: int, place: int, name: str, *, is_shown: bool = True, sex: Sex | None = None) -> Actor:
    person = actor_of(add_person(name, lives_in=place))
    applying.apply(person, call_id=call_id, text=TEXT, is_shown=is_shown, is_agreed=True, sex=sex)
    return person


def count(model: Any) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_call_is_read_once_published_and_its_dates_alone_open_and_close_it(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agnes, now = agent(town), utc_now()
    call_id = writing.write_call(agnes, wish=wish_for(place))
    with pytest.raises(CallNotFound):
        writing.get_visible_call(ANONYMOUS, call_id)
    with pytest.raises(ClosesTooEarly):
        writing.write_call(agnes, wish=wish_for(place, closes_at=now - timedelta(days=1)))
    writing.publish_call(agnes, call_id=call_id)
    with pytest.raises(WrongCallState):
        writing.write_call(agnes, wish=wish_for(place, seats=9), call_id=call_id)

    call = writing.get_visible_call(ANONYMOUS, call_id)
    opens, closes = call.opens_at, call.closes_at
    second = timedelta(seconds=1)
    assert [call.state_at(at) for at in (opens - second, opens, closes - second, closes)] == [
        CallState.COMING, CallState.OPEN, CallState.OPEN, CallState.CLOSED,
    ]  # fmt: skip
    ada = candidate(call_id, place, "Ada")
    close(call_id)
    bruno = actor_of(add_person("Bruno", lives_in=place))
    for somebody in (ada, bruno):
        with pytest.raises(CallNotOpen):
            applying.apply(somebody, call_id=call_id, text=TEXT, is_shown=True, is_agreed=True)
    assert count(Candidacy) == 1


def test_only_who_lives_there_applies_and_only_the_town_hall_writes(app_context: Flask) -> None:
    town, (place, other, *_) = add_town()
    call_id = open_call(agent(town), place)
    stranger = actor_of(add_person("Bruno", lives_in=other))

    with pytest.raises(NotAllowed):
        applying.apply(stranger, call_id=call_id, text=TEXT, is_shown=True, is_agreed=True)
    for attempt in (
        lambda: writing.write_call(stranger, wish=wish_for(place)),
        lambda: writing.cancel_call(stranger, call_id=call_id, reason="Je n’en veux pas."),
        lambda: choosing.read_candidates(stranger, call_id=call_id),
        lambda: choosing.prepare_draw(stranger, call_id=call_id),
        lambda: choosing.decide_call(stranger, call_id=call_id, chosen_ids=[], outcome="Personne."),
    ):
        with pytest.raises(NotAllowed):
            attempt()
    assert (count(Candidacy), count(CandidateCall)) == (0, 1)


def test_nobody_tells_a_draft_from_a_call_that_is_not_there(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    draft_id = writing.write_call(agent(town), wish=wish_for(place))
    bruno = actor_of(add_person("Bruno", lives_in=place))

    for call_id in (draft_id, draft_id + 1):
        for attempt in (
            lambda at=call_id: writing.delete_call(bruno, call_id=at),
            lambda at=call_id: writing.publish_call(bruno, call_id=at),
            lambda at=call_id: writing.cancel_call(bruno, call_id=at, reason="Je n’en veux pas."),
            lambda at=call_id: applying.withdraw(bruno, call_id=at),
            lambda at=call_id: choosing.read_candidates(bruno, call_id=at),
            lambda at=call_id: choosing.prepare_draw(bruno, call_id=at),
        ):
            with pytest.raises(CallNotFound):
                attempt()
    assert count(CandidateCall) == 1


def test_a_call_with_an_age_or_a_sex_says_what_is_lacking(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    call_id = open_call(agent(town), place, least_age=16, asks_sex=True)
    ada = add_person("Ada", lives_in=place)

    def apply(sex: Sex | None = Sex.WOMAN) -> None:
        applying.apply(actor_of(ada), call_id=call_id, text=TEXT, is_shown=True, is_agreed=True, sex=sex)

    with pytest.raises(BirthDateUnknown):
        apply()
    for born_on, refusal in (
        (town_today() - timedelta(days=5000), TooYoungToApply),
        (date(1980, 1, 4), None),
    ):
        with transaction():
            db.session.get_one(Person, ada).born_on = born_on
        if refusal:
            with pytest.raises(refusal):
                apply()
    with pytest.raises(SexNotSaid):
        apply(None)
    assert count(Candidacy) == 0
    apply()
    assert count(Candidacy) == 1


def test_a_candidate_writes_again_or_leaves_nothing(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    call_id = open_call(agent(town), place)
    ada = candidate(call_id, place, "Ada")
    applying.apply(ada, call_id=call_id, text="Autre chose, à relire.", is_shown=False, is_agreed=True)
    assert [each.text for each in queries.list_candidacies(call_id)] == ["Autre chose, à relire."]

    applying.withdraw(ada, call_id=call_id)
    actors = sa.select(AuditEntry.actor_id).where(AuditEntry.fact.startswith("Candidac"))
    assert list(db.session.scalars(actors)) == [None] * 3  # nothing of it is left, in the journal either

    assert count(Candidacy) == 0


def test_candidates_are_read_after_the_closing_where_they_agreed(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    call_id = open_call(agent(town), place)
    candidate(call_id, place, "Ada")
    candidate(call_id, place, "Bruno", is_shown=False)

    def shown() -> list[str]:
        return [each.name for each in queries.list_shown_candidates(queries.get_call(call_id), at=utc_now()).items]  # fmt: skip

    assert shown() == []
    close(call_id)
    assert shown() == ["Ada"]
    with transaction():
        queries.get_call_alone(call_id).shows_candidates = False
    assert shown() == []


def test_who_is_chosen_gets_a_seat_vacant_ones_first_and_all_are_told(app_context: Flask) -> None:
    town, (place, other, *_) = add_town()
    agnes = agent(town)
    council = council_service.found_council(agnes, territory_id=place, name="Conseil des Bords", page="")
    council_service.save_seat(
        agnes, council_id=council, role=SeatRole.MEMBER, origin=SeatOrigin.ELECTED, since=date(2026, 1, 4)
    )
    with pytest.raises(CouncilElsewhere):
        writing.write_call(agnes, wish=wish_for(other, council_id=council))
    call_id = open_call(agnes, place, council_id=council)
    people = [candidate(call_id, place, name) for name in ("Ada", "Bruno", "Chloé")]
    ids = [each.id for each in queries.list_candidacies(call_id)]
    with pytest.raises(WrongCallState):
        choosing.decide_call(agnes, call_id=call_id, chosen_ids=ids[:2], outcome="Désignés par le maire.")
    close(call_id)
    with pytest.raises(TooManyChosen):
        choosing.decide_call(agnes, call_id=call_id, chosen_ids=ids, outcome="Désignés par le maire.")
    assert len(councils.list_seats(council)) == 1

    choosing.decide_call(agnes, call_id=call_id, chosen_ids=ids[:2], outcome="Désignés par le maire.")

    assert [(held.name, held.seat.origin) for held in councils.list_seats(council)] == [
        ("Ada", SeatOrigin.APPOINTED), ("Bruno", SeatOrigin.APPOINTED),
    ]  # fmt: skip
    told = db.session.scalars(sa.select(Notification.person_id).filter_by(kind="call_decided")).all()
    assert set(told) == {person.id for person in people}
    choosing.forget_candidates(call_id, now=utc_now() + timedelta(days=200))
    assert {each.person_id for each in queries.list_candidacies(call_id)} == {people[0].id, people[1].id}
    decided = db.session.scalars(sa.select(AuditEntry.subjects).filter_by(fact="CallDecided")).one()
    assert decided["chosen"] == 2
    assert "candidate_ids" not in decided  # the journal is kept: it would know who was not chosen


def test_the_sex_that_a_chosen_candidate_said_for_the_draw_is_forgotten_with_the_others(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    agnes = agent(town)
    call_id = open_call(agnes, place, asks_sex=True)
    ada = candidate(call_id, place, "Ada", sex=Sex.WOMAN)
    close(call_id)
    ids = [each.id for each in queries.list_candidacies(call_id)]
    choosing.decide_call(agnes, call_id=call_id, chosen_ids=ids, outcome="Désignée par le maire.")

    choosing.forget_candidates(call_id, now=utc_now() + timedelta(days=200))

    db.session.expire_all()
    assert [(each.person_id, each.sex) for each in queries.list_candidacies(call_id)] == [(ada.id, None)]


def test_those_who_applied_are_drawn_told_and_seated_once_they_accept(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agnes = agent(town)
    call_id = open_call(agnes, place, way=Way.DRAWN, asks_sex=True)
    people = [
        candidate(call_id, place, f"Habitant {n}", sex=Sex.WOMAN if n % 2 else Sex.MAN) for n in range(6)
    ]
    close(call_id)

    draw_id = choosing.prepare_draw(agnes, call_id=call_id)
    with pytest.raises(WrongCallState):
        choosing.prepare_draw(agnes, call_id=call_id)
    with pytest.raises(CandidacyHeld):
        applying.withdraw(people[0], call_id=call_id)
    assert "Habitant" not in draws.get_draw_alone(draw_id).list_text
    (copied,) = collect_personal_data(people[0].id)["draws"]  # her number is hers before any lot is drawn
    assert draws.find_owner(draws.get_draw(draw_id), copied["number"]) == people[0].id
    assert copied["state"] == "not_called"
    preparing.freeze_draw(agnes, draw_id=draw_id, seed_source=SOURCE, seed_at=utc_now() + timedelta(days=1))
    with transaction():
        draws.get_draw_alone(draw_id).seed_at = utc_now()
    drawing.draw_lots(agnes, draw_id=draw_id, seed=SEED, witnesses="Ada et Bruno")

    places = draws.list_places(draw_id)
    told = db.session.scalars(sa.select(Notification.person_id).filter_by(kind="drawn_by_lot")).all()
    assert sorted(told) == sorted(each.person_id for each in places if each.person_id)
    first = actor_of(places[0].person_id or 0)
    drawing.answer_place(first, draw_id=draw_id, number=places[0].number, is_accepted=True)
    drawing.answer_place(
        actor_of(places[1].person_id or 0), draw_id=draw_id, number=places[1].number, is_accepted=False
    )
    assert len(draws.list_places(draw_id)) == 3
    assert [each["state"] for each in collect_personal_data(first.id)["draws"]] == ["accepted"]
    accepted = [each.person_id for each in choosing.read_candidates(agnes, call_id=call_id).items if each.accepted]  # fmt: skip
    assert accepted == [first.id]

    erase = places[2:] and draws.list_places(draw_id)[2].person_id
    with transaction():
        erase_personal_data(first.id, utc_now())
    assert db.session.scalars(sa.select(DrawOwner).filter_by(person_id=first.id)).all() == []
    assert erase != first.id


def test_who_sits_already_and_is_chosen_keeps_one_seat_and_one_voice(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agnes = agent(town)
    council = council_service.found_council(agnes, territory_id=place, name="Conseil des Bords", page="")
    call_id = open_call(agnes, place, council_id=council)
    ada, _ = (candidate(call_id, place, name) for name in ("Ada", "Bruno"))
    council_service.save_seat(
        agnes, council_id=council, role=SeatRole.CHAIR, origin=SeatOrigin.ELECTED, since=date(2026, 1, 4),
        email=get_person(ada.id).email,
    )  # fmt: skip
    close(call_id)

    ids = [each.id for each in queries.list_candidacies(call_id)]
    choosing.decide_call(agnes, call_id=call_id, chosen_ids=ids, outcome="Désignés par le maire.")

    seats = [(held.name, held.seat.role) for held in councils.list_seats(council)]
    assert seats == [("Ada", SeatRole.CHAIR), ("Bruno", SeatRole.MEMBER)]


def test_after_a_draw_that_was_given_up_another_is_made_and_a_candidate_may_leave(
    app_context: Flask,
) -> None:
    town, (place, *_) = add_town()
    agnes = agent(town)
    call_id = open_call(agnes, place, way=Way.DRAWN)
    ada, *_ = (candidate(call_id, place, name) for name in ("Ada", "Bruno", "Chloé"))
    close(call_id)
    first = choosing.prepare_draw(agnes, call_id=call_id)
    preparing.freeze_draw(agnes, draw_id=first, seed_source=SOURCE, seed_at=utc_now() + timedelta(days=1))
    preparing.cancel_draw(agnes, draw_id=first, reason="Le tirage du Loto est reporté.")

    applying.withdraw(ada, call_id=call_id)
    second = choosing.prepare_draw(agnes, call_id=call_id)

    assert second != first
    assert queries.get_call(call_id).draw_id == second
    assert count(DrawOwner) == 2
    with pytest.raises(WrongCallState):
        choosing.prepare_draw(agnes, call_id=call_id)


def test_a_candidate_leaves_a_call_that_was_given_up_with_its_number_too(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agnes = agent(town)
        call_id = open_call(agnes, place, way=Way.DRAWN)
        ada, _ = (candidate(call_id, place, name) for name in ("Ada", "Bruno"))
        close(call_id)
        choosing.prepare_draw(agnes, call_id=call_id)
    client, page = sign_in(app, ada.id), f"/appels-a-candidatures/{call_id}"
    assert "candidature/retrait" not in text_of(client.get(page))
    with app.app_context():
        writing.cancel_call(agnes, call_id=call_id, reason="Le conseil est dissous.")
    assert "candidature/retrait" in text_of(client.get(page))

    post_form(client, f"{page}/candidature/retrait")

    with app.app_context():
        assert [each.person_id for each in queries.list_candidacies(call_id)] != [ada.id]
        assert db.session.scalars(sa.select(DrawOwner).filter_by(person_id=ada.id)).all() == []


def test_who_was_not_chosen_takes_her_candidacy_back_on_the_page_of_the_call(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agnes = agent(town)
        call_id = open_call(agnes, place)
        ada, bruno = (candidate(call_id, place, name) for name in ("Ada", "Bruno"))
        close(call_id)
        chosen = next(each.id for each in queries.list_candidacies(call_id) if each.person_id == ada.id)
        choosing.decide_call(agnes, call_id=call_id, chosen_ids=[chosen], outcome="Désignée par le maire.")
    page, address = (
        f"/appels-a-candidatures/{call_id}",
        f"/appels-a-candidatures/{call_id}/candidature/retrait",
    )
    her, his = sign_in(app, ada.id), sign_in(app, bruno.id)

    assert address not in text_of(her.get(page))
    assert address in text_of(his.get(page))
    assert post_form(his, address).status_code == 302  # type: ignore[attr-defined]
    with app.app_context():
        assert [each.person_id for each in queries.list_candidacies(call_id)] == [ada.id]


def test_a_draw_that_nobody_froze_keeps_nothing_of_candidates_that_are_forgotten(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agnes = agent(town)
    call_id = open_call(agnes, place, way=Way.DRAWN, asks_sex=True)
    candidate(call_id, place, "Ada", sex=Sex.WOMAN)
    close(call_id)
    draw_id = choosing.prepare_draw(agnes, call_id=call_id)

    choosing.forget_candidates(call_id, now=utc_now() + timedelta(days=200))

    assert (count(Candidacy), count(DrawOwner)) == (0, 0)
    draw = draws.get_draw_alone(draw_id)
    assert (draw.list_text, draw.quotas, draw.entrants) == ("", [], 0)


def test_the_names_that_begin_a_poll_are_in_the_journal_as_those_of_the_page_are(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agnes = agent(town)
        call_id = open_call(agnes, place, way=Way.ELECTED)
        candidate(call_id, place, "Ada Roy")
        close(call_id)

    page = sign_in(app, agnes.id).get(f"/scrutins/nouveau?pour=appel-{call_id}")

    assert "Ada Roy" in text_of(page)
    with app.app_context():
        seen = sa.select(AuditEntry.actor_id).filter_by(fact="CandidatesSeen")
        assert db.session.scalars(seen).all() == [agnes.id]


def test_a_call_leads_to_no_poll_before_everybody_may_read_it(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agnes = agent(town)
    call_id = open_call(agnes, place, way=Way.ELECTED)
    close(call_id)
    add_person("Ada", lives_in=place)
    draft, (frozen, _) = add_draft(town), add_poll(town)

    for number, refusal in ((draft, PollNotYetOpen), (987_654, PollNotFound)):
        with pytest.raises(refusal):
            choosing.link_poll(agnes, call_id=call_id, poll_id=number)
        assert queries.get_call(call_id).poll_id is None

    choosing.link_poll(agnes, call_id=call_id, poll_id=frozen)
    assert queries.get_call(call_id).poll_id == frozen


def test_a_call_goes_from_a_form_to_the_seats_by_pages_alone(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agnes, ada = agent(town), add_person("Ada Roy", lives_in=place)
    desk, hers, stranger = sign_in(app, agnes.id), sign_in(app, ada), app.test_client()
    now = utc_now()
    wish = {
        "title": "Deux places au conseil", "body": "Une réunion par mois, pendant deux ans.", "seats": "2", "way": "elected",
        "opens_at": (now - timedelta(days=1)).isoformat(), "closes_at": (now + timedelta(days=7)).isoformat(),
        "territory_id": str(place), "shows_candidates": "true",
    }  # fmt: skip
    assert "Aucun appel" in text_of(stranger.get("/appels-a-candidatures"))
    wrong = post_form(desk, "/appels-a-candidatures", **{**wish, "closes_at": "2020-01-01T10:00"})
    assert wrong.status_code == 422
    assert "Une réunion par mois" in text_of(wrong)
    assert post_form(desk, "/appels-a-candidatures", **wish).status_code == 302
    assert stranger.get("/appels-a-candidatures/1").status_code == 404
    assert "Deux places" in text_of(desk.get("/appels-a-candidatures/1/modifier"))
    assert post_form(desk, "/appels-a-candidatures/1/publication").status_code == 302
    assert "Connectez-vous pour vous présenter" in text_of(stranger.get("/appels-a-candidatures/1"))

    unagreed = post_form(hers, "/appels-a-candidatures/1/candidature", text=TEXT)
    assert unagreed.status_code == 422
    assert TEXT in text_of(unagreed)
    assert "Sans votre accord" in text_of(unagreed)
    sent = {"text": TEXT, "is_shown": "true", "is_agreed": "true"}
    assert post_form(hers, "/appels-a-candidatures/1/candidature", **sent).status_code == 302
    assert "Vous êtes candidat" in text_of(hers.get("/appels-a-candidatures/1"))
    with app.app_context():
        close(1)
        candidacy = queries.list_candidacies(1)[0].id
    assert TEXT in text_of(stranger.get("/appels-a-candidatures/1"))
    assert stranger.get("/appels-a-candidatures/1/candidats").status_code in (302, 401)
    assert hers.get("/appels-a-candidatures/1/candidats").status_code == 403
    assert "Ada Roy" in text_of(desk.get("/appels-a-candidatures/1/candidats"))
    assert "Ada Roy" in text_of(desk.get("/scrutins/nouveau?pour=appel-1"))
    assert hers.get("/scrutins/nouveau?pour=appel-1").status_code == 403
    decided = {"chosen_ids": [str(candidacy)], "outcome": "Élue par les habitants."}
    bad = post_form(desk, "/appels-a-candidatures/1/decision", **{**decided, "outcome": "Oui"})
    assert bad.status_code == 422
    assert post_form(desk, "/appels-a-candidatures/1/decision", **decided).status_code == 302
    page = text_of(stranger.get("/appels-a-candidatures/1"))
    assert "Élue par les habitants." in page
    assert "a une place" in page
    assert "Deux places au conseil" in text_of(stranger.get("/recherche?q=places+conseil"))
    assert "Appel à candidatures : Deux places" in text_of(stranger.get("/flux.atom"))


def test_a_call_is_answered_over_json_and_given_up_with_its_reason(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agnes, ada = agent(town), add_person("Ada", lives_in=place)
        call_id = open_call(agnes, place)
    client, hers, desk = app.test_client(), bearer(app, ada), bearer(app, agnes.id)
    address = f"/api/v1/candidate-calls/{call_id}"

    assert client.put(f"{address}/candidacy", json={"text": TEXT, "is_agreed": True, "is_shown": True}, headers=hers).status_code in (200, 204)  # fmt: skip
    assert client.get(f"{address}/candidates").get_json()["items"] == []
    assert client.post(f"{address}/cancellation", json={"reason": "Le conseil est dissous."}, headers=desk).status_code in (200, 204)  # fmt: skip
    assert client.get(address).get_json()["cancelled_at"]
    assert client.delete(f"{address}/candidacy", headers=hers).status_code in (200, 204)
    with app.app_context():
        assert count(Candidacy) == 0


def test_a_draw_that_is_being_prepared_is_told_over_json_to_who_prepares_it_alone(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agnes = agent(town)
        call_id = open_call(agnes, place, way=Way.DRAWN)
        candidate(call_id, place, "Bruno")
        close(call_id)
        draw_id = choosing.prepare_draw(agnes, call_id=call_id)
    client, desk = app.test_client(), bearer(app, agnes.id)
    address = f"/api/v1/candidate-calls/{call_id}"

    def told(headers: dict[str, str]) -> list[int | None]:
        (listed,) = client.get("/api/v1/candidate-calls", headers=headers).get_json()["items"]
        return [client.get(address, headers=headers).get_json()["draw_id"], listed["draw_id"]]

    assert told({}) == [None, None]
    assert told(desk) == [draw_id, draw_id]
    with app.app_context(), transaction():
        draws.get_draw_alone(draw_id).frozen_at = utc_now()
    assert told({}) == [draw_id, draw_id]


def test_a_decision_reaches_candidates_of_every_page_and_loses_no_tick(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agnes = agent(town)
        call_id = open_call(agnes, place, seats=3, way=Way.APPOINTED)
        people = [add_person(f"Candidat {number:03}", lives_in=place) for number in range(LARGEST_PAGE + 2)]
        with transaction():
            for person_id in people:
                db.session.add(
                    Candidacy(call_id=call_id, person_id=person_id, text="Me voici.", is_shown=True, applied_at=utc_now())
                )  # fmt: skip
        close(call_id)
        ids = [each.id for each in queries.list_candidacies(call_id)]
        db.session.rollback()
    desk = sign_in(app, agnes.id)
    address = f"/appels-a-candidatures/{call_id}/decision"

    turned = post_form(
        desk, address, chosen_ids=[ids[0]], here=1, outcome="Choisis au conseil.", go_to_page=2
    )
    page = turned.get_data(as_text=True)
    assert turned.status_code == 200
    assert "Candidat 101" in page
    assert "Cochées sur une autre page : Candidat 000." in plain(page)
    assert "Choisis au conseil." in page
    hidden = re.findall(r'name="chosen_ids"\s+value="(\d+)"', page)
    assert hidden.count(str(ids[0])) == 1

    refused = post_form(desk, address, chosen_ids=[ids[0], ids[-1]], here=2, outcome="")
    again = refused.get_data(as_text=True)
    assert refused.status_code == 422
    assert "Candidat 000." in again
    assert len(re.findall(r"\bchecked\b", again)) == 1
    said = {"chosen_ids": [ids[0], ids[-1]], "here": 2, "outcome": "Choisis au conseil."}
    assert post_form(desk, address, **said).status_code == 302
    with app.app_context():
        chosen = [each.id for each in queries.list_candidacies(call_id) if each.is_chosen]
        assert chosen == [ids[0], ids[-1]]
