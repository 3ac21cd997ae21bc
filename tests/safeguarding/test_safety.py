"""Blocks, worries, suspensions: what happens to those who help, to those who are helped, and who learns of it."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.audit.models import AuditEntry
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.transaction import transaction
from civic.matching.errors import MatchNotFound, RequestNotSeeking
from civic.matching.models import Invitation, Match
from civic.matching.rules import InvitationState
from civic.matching.service import safety
from civic.matching.service.invitations import accept_invitation
from civic.mutual_aid.models import Offer
from civic.mutual_aid.rules import Category as Help
from civic.mutual_aid.rules import OfferDetails, OfferState, RequestState, Window
from civic.mutual_aid.service.offers import offer_help
from civic.notifications.models import Notification
from civic.safeguarding import queries
from civic.safeguarding.errors import (
    ConcernClosed,
    ConcernNotFound,
    NobodyToSuspend,
    VolunteerSuspended,
)
from civic.safeguarding.models import Block, Concern, ConcernSight, Suspension
from civic.safeguarding.rules import ConcernDecision, ConcernKind, ConcernState
from civic.safeguarding.service import blocks, concerns
from civic.safeguarding.subscribers import erase
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.mutual_aid.making import (
    add_request,
    add_volunteer,
    invitation_of,
    invitations,
    matches,
    state_of,
)

SECRET = "Il a fouillé dans les tiroirs"


class Story:
    """Rose was helped by Ada; Ben could help as well; Omar is the safeguarding officer."""

    def __init__(self) -> None:
        self.town, (self.place, *_) = add_town()
        self.rose = add_person("Rose", lives_in=self.place)
        self.ada = add_volunteer(self.town, self.place, "Ada")
        self.omar = add_person("Omar", roles=((Role.SAFEGUARDING, self.town),))
        self.admin = add_person("Léa", roles=((Role.ADMIN, self.town), (Role.AGENT, self.town)))
        self.request = add_request(self.rose, self.place)
        self.match = accept_invitation(
            actor_of(self.ada), invitation_id=invitation_of(self.request, self.ada)
        )
        self.ben = add_volunteer(self.town, self.place, "Ben")

    def worry(self, teller: int | None = None) -> int:
        return safety.tell_worry(
            actor_of(teller or self.rose), match_id=self.match, kind=ConcernKind.BEHAVIOUR, text=SECRET
        )


@pytest.fixture
def story(app_context: Flask) -> Story:
    return Story()


def told(person: int) -> list[str]:
    kinds = db.session.scalars(sa.select(Notification.kind).filter_by(person_id=person))
    found = [kind.value for kind in kinds]
    db.session.rollback()
    return found


def count(model: type) -> int:
    found = db.session.scalar(sa.select(sa.func.count()).select_from(model))
    db.session.rollback()
    return int(found or 0)


@pytest.mark.parametrize("blocker", ["rose", "ada"])
def test_either_side_blocks_and_somebody_else_is_asked(story: Story, blocker: str) -> None:
    person, other = (story.rose, story.ada) if blocker == "rose" else (story.ada, story.rose)
    before = told(other)

    safety.block_other_side(actor_of(person), match_id=story.match)
    safety.block_other_side(actor_of(person), match_id=story.match)

    assert matches(story.request) == {story.ada: "released"}
    assert invitations(story.request)[story.ben] == "sent"
    assert queries.blocked_with(story.rose) == {story.ada}
    assert queries.blocked_with(story.ada) == {story.rose}
    assert queries.list_blocked_by(other) == []
    assert count(Block) == 1
    since = told(other)[len(before) :]
    assert since == (["volunteer_withdrew"] if blocker == "ada" else [])


def test_a_block_taken_back_leaves_that_of_the_other_side(story: Story) -> None:
    safety.block_other_side(actor_of(story.rose), match_id=story.match)
    safety.block_other_side(actor_of(story.ada), match_id=story.match)

    blocks.remove_block(actor_of(story.rose), blocked_id=story.ada)

    assert queries.list_blocked_by(story.rose) == []
    assert queries.blocked_with(story.rose) == {story.ada}


def test_a_stranger_to_a_match_neither_blocks_nor_tells_a_worry_of_it(story: Story) -> None:
    for command in (
        lambda: safety.block_other_side(actor_of(story.ben), match_id=story.match),
        lambda: story.worry(story.ben),
    ):
        with pytest.raises(MatchNotFound):
            command()

    assert (count(Block), count(Concern)) == (0, 0)
    assert matches(story.request) == {story.ada: "accepted"}


def test_a_worry_is_read_by_the_safeguarding_officer_alone_and_each_reading_is_kept(story: Story) -> None:
    concern_id = story.worry()

    assert told(story.omar) == ["concern_raised"]
    assert "concern_raised" not in told(story.admin) + told(story.ada)
    for person in (story.admin, story.rose, story.ada):
        with pytest.raises(ConcernNotFound):
            concerns.open_file(actor_of(person), concern_id=concern_id)
    assert count(ConcernSight) == 0
    assert concerns.open_file(actor_of(story.omar), concern_id=concern_id).text == SECRET
    assert count(ConcernSight) == 1
    seen = sa.select(AuditEntry.actor_id).filter_by(fact="ConcernSeen")
    assert list(db.session.scalars(seen)) == [story.omar]
    entries = db.session.execute(sa.select(AuditEntry.subjects, AuditEntry.fact)).all()
    assert SECRET not in str(entries)


def test_what_is_written_of_a_worry_is_sealed_in_the_database(story: Story) -> None:
    story.worry()

    stored = db.session.execute(sa.text("SELECT text, context FROM concern")).one()

    assert b"tiroirs" not in bytes(stored.text)
    assert b"courses" not in bytes(stored.context)


def test_an_officer_whom_a_worry_is_about_does_not_learn_of_it(story: Story) -> None:
    from civic.accounts.service import people

    people.assign_role(person_id=story.ada, role=Role.SAFEGUARDING, territory_id=story.town)

    concern_id = story.worry()

    assert "concern_raised" not in told(story.ada)
    with pytest.raises(ConcernNotFound):
        concerns.open_file(actor_of(story.ada), concern_id=concern_id)
    listed = queries.list_concerns(story.town, states=tuple(ConcernState), reader_id=story.ada)
    assert listed.total == 0


def test_a_danger_told_last_is_read_first(story: Story) -> None:
    def tell(kind: ConcernKind) -> int:
        return concerns.raise_concern(
            actor_of(story.ada), town_id=story.town, kind=kind, text=SECRET, about_id=None
        )

    money, neglect, danger = (
        tell(kind) for kind in (ConcernKind.MONEY, ConcernKind.NEGLECT, ConcernKind.DANGER)
    )

    listed = queries.list_concerns(story.town, states=tuple(ConcernState), reader_id=story.omar)
    assert [concern.id for concern in listed.items] == [danger, money, neglect]


def test_where_no_officer_is_named_the_administrator_is_asked_to_name_one(app_context: Flask) -> None:
    town, _ = add_town()
    rose, admin = add_person("Rose"), add_person("Léa", roles=((Role.ADMIN, town),))

    concern_id = concerns.raise_concern(
        actor_of(rose), town_id=town, kind=ConcernKind.OTHER, text=SECRET, about_id=None
    )

    assert told(admin) == ["concern_without_officer"]
    with pytest.raises(ConcernNotFound):
        concerns.open_file(actor_of(admin), concern_id=concern_id)


def test_a_suspension_undoes_what_was_asked_and_promised_and_everybody_is_told(story: Story) -> None:
    later = Window(utc_now() + timedelta(hours=20), utc_now() + timedelta(hours=24))
    waiting = add_request(add_person("Paul", lives_in=story.place), story.place, window=later)
    assert invitations(waiting)[story.ada] == "sent"
    concern_id = story.worry()

    concerns.suspend_volunteer(
        actor_of(story.omar), concern_id=concern_id, told="Appelez-nous : 02 41 00 00 00.", ends_on=None
    )

    assert matches(story.request) == {story.ada: "released"}
    assert state_of(story.request) is RequestState.DISPATCHING
    assert invitations(story.request)[story.ben] == "sent"
    assert invitations(waiting)[story.ada] == "superseded"
    assert "volunteer_withdrew" in told(story.rose)
    assert "volunteer_suspended" in told(story.ada)
    states = db.session.scalars(sa.select(Offer.state).filter_by(author_id=story.ada))
    assert set(states) == {OfferState.PAUSED}
    with pytest.raises(VolunteerSuspended):
        offer_help(
            actor_of(story.ada), territory_id=story.town, details=OfferDetails(Help.PETS, "Promenades")
        )


@pytest.mark.parametrize("decided", ["suspended", "blocked"])
def test_a_late_yes_does_not_go_round_what_was_decided_since(story: Story, decided: str) -> None:
    later = Window(utc_now() + timedelta(hours=20), utc_now() + timedelta(hours=24))
    again = add_request(story.rose, story.place, window=later)
    invitation_id = invitation_of(again, story.ada)
    with transaction():
        db.session.get_one(Invitation, invitation_id).state = InvitationState.EXPIRED
    if decided == "suspended":
        concern_id = story.worry()
        concerns.suspend_volunteer(
            actor_of(story.omar), concern_id=concern_id, told="Parlons-en ensemble.", ends_on=None
        )
    else:
        safety.block_other_side(actor_of(story.rose), match_id=story.match)

    with pytest.raises(VolunteerSuspended if decided == "suspended" else RequestNotSeeking):
        accept_invitation(actor_of(story.ada), invitation_id=invitation_id)

    assert matches(again) == {}
    assert invitations(again)[story.ada] == "expired"


def test_a_suspension_ends_on_its_day_or_when_it_is_lifted_and_a_new_one_takes_its_place(
    story: Story,
) -> None:
    concern_id, today = story.worry(), town_today()
    for ends_on in (today, today + timedelta(days=7)):
        concerns.suspend_volunteer(
            actor_of(story.omar), concern_id=concern_id, told="Parlons-en ensemble.", ends_on=ends_on
        )
    assert queries.suspended_among([story.ada], on=today + timedelta(days=7)) == {story.ada}
    assert queries.suspended_among([story.ada], on=today + timedelta(days=8)) == set()

    concerns.lift_suspension(actor_of(story.omar), town_id=story.town, person_id=story.ada)
    concerns.lift_suspension(actor_of(story.omar), town_id=story.town, person_id=story.ada)

    assert queries.suspended_among([story.ada], on=today) == set()
    assert told(story.ada).count("suspension_lifted") == 1
    assert count(Suspension) == 2


def test_a_closed_file_takes_nothing_more_than_a_note_which_opens_it_again(story: Story) -> None:
    concern_id, omar = story.worry(), actor_of(story.omar)
    concerns.handle_concern(
        omar, concern_id=concern_id, decision=ConcernDecision.CLOSED, text="Malentendu, rappelés."
    )
    assert "concern_looked_into" in told(story.rose)

    with pytest.raises(ConcernClosed):
        concerns.suspend_volunteer(omar, concern_id=concern_id, told="Parlons-en.", ends_on=None)
    with pytest.raises(ConcernClosed):
        concerns.handle_concern(omar, concern_id=concern_id, decision=ConcernDecision.CALLED, text="Encore.")
    assert count(Suspension) == 0
    concerns.handle_concern(
        omar, concern_id=concern_id, decision=ConcernDecision.NOTE, text="Elle a rappelé."
    )

    assert queries.get_concern(concern_id).state is ConcernState.OPEN


def test_a_worry_about_nobody_suspends_nobody(story: Story) -> None:
    concern_id = concerns.raise_concern(
        actor_of(story.rose), town_id=story.town, kind=ConcernKind.OTHER, text=SECRET, about_id=None
    )

    with pytest.raises(NobodyToSuspend):
        concerns.suspend_volunteer(
            actor_of(story.omar), concern_id=concern_id, told="Parlons-en.", ends_on=None
        )

    assert count(Suspension) == 0


def test_somebody_who_leaves_takes_her_blocks_and_her_name_but_no_open_file_that_protects_others(
    story: Story,
) -> None:
    still_open, closed = story.worry(), story.worry()
    concerns.handle_concern(
        actor_of(story.omar), concern_id=closed, decision=ConcernDecision.CLOSED, text="Rien de grave."
    )
    safety.block_other_side(actor_of(story.rose), match_id=story.match)

    with transaction():
        erase(story.ada, utc_now())

    left = db.session.execute(sa.select(Concern.id, Concern.about_id)).all()
    assert [tuple(row) for row in left] == [(still_open, None)]
    assert count(Block) == 0


def test_both_sides_find_the_form_on_the_page_of_their_match(app: Flask) -> None:
    with app.app_context():
        story = Story()
    for person in (story.rose, story.ada):
        client = sign_in(app, person)
        page = plain(client.get(f"/entraide/mises-en-relation/{story.match}").get_data(as_text=True))
        assert "Dire une inquiétude à la mairie" in page
        path = f"/entraide/mises-en-relation/{story.match}/inquietude"
        assert "Seul le référent protection" in plain(client.get(path).get_data(as_text=True))
        short = post_form(client, path, kind="money", text="court")
        assert short.status_code == 422
        assert "court" in short.get_data(as_text=True)
        assert post_form(client, path, kind="money", text=SECRET).status_code == 302
    officer = sign_in(app, story.omar)
    with app.app_context():
        concern_id = db.session.scalars(sa.select(Concern.id).order_by(Concern.id)).first()

    assert SECRET not in officer.get("/entraide/alertes").get_data(as_text=True)
    assert SECRET in officer.get(f"/entraide/alertes/{concern_id}").get_data(as_text=True)
    done = post_form(
        officer, f"/entraide/alertes/{concern_id}/suites", decision="called", text="Rose appelée."
    )
    assert done.status_code == 302
    assert sign_in(app, story.admin).get("/entraide/alertes").status_code == 403
    assert sign_in(app, story.admin).get(f"/entraide/alertes/{concern_id}").status_code == 404
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Match)) == 1


def test_an_agent_tells_the_officer_of_what_somebody_said_of_a_volunteer(app: Flask) -> None:
    with app.app_context():
        story = Story()
    agent, path = sign_in(app, story.admin), f"/entraide/benevoles/{story.ada}/inquietude"

    assert "vous ne pourrez pas le relire" in plain(agent.get(path).get_data(as_text=True))
    assert post_form(agent, path, kind="money", text="court").status_code == 422
    assert post_form(agent, path, kind="money", text=SECRET).status_code == 302
    assert sign_in(app, story.rose).get(path).status_code == 403
    with app.app_context():
        assert [
            tuple(row) for row in db.session.execute(sa.select(Concern.about_id, Concern.told_by_id))
        ] == [(story.ada, story.admin)]


def test_an_officer_who_is_suspended_does_not_lift_her_own_suspension(story: Story) -> None:
    ines = add_person("Inès", roles=((Role.SAFEGUARDING, story.town),))
    concern_id = concerns.raise_concern(
        actor_of(story.rose),
        town_id=story.town,
        kind=ConcernKind.MONEY,
        text="Elle m’a demandé de l’argent.",
        about_id=ines,
    )
    concerns.suspend_volunteer(
        actor_of(story.omar), concern_id=concern_id, told="Parlons-en ensemble.", ends_on=None
    )

    with pytest.raises(NotAllowed):
        concerns.lift_suspension(actor_of(ines), town_id=story.town, person_id=ines)

    assert queries.suspended_among([ines], on=town_today()) == {ines}
    assert "suspension_lifted" not in told(ines)


def test_the_journal_names_neither_who_told_a_worry_nor_who_was_blocked(story: Story) -> None:
    concern_id = story.worry()
    concerns.handle_concern(
        actor_of(story.omar), concern_id=concern_id, decision=ConcernDecision.CLOSED, text="Vu ensemble."
    )
    safety.block_other_side(actor_of(story.rose), match_id=story.match)
    blocks.remove_block(actor_of(story.rose), blocked_id=story.ada)

    about = ("ConcernRaised", "ConcernClosedFact", "PersonBlocked", "BlockRemoved")
    rows = db.session.execute(
        sa.select(AuditEntry.fact, AuditEntry.actor_id, AuditEntry.subjects)
        .where(AuditEntry.fact.in_(about))
        .order_by(AuditEntry.id)
    ).all()

    assert [tuple(row) for row in rows] == [
        ("ConcernRaised", None, {"concern_id": concern_id, "territory_id": story.town, "mode": "behaviour"}),
        ("ConcernClosedFact", story.omar, {"concern_id": concern_id, "territory_id": story.town}),
        ("PersonBlocked", story.rose, {}),
        ("BlockRemoved", story.rose, {}),
    ]
    assert "concern_looked_into" in told(story.rose)
