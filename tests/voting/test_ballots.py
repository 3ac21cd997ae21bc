"""One secret ballot a person: what goes in the box, once, and what is told of it."""

import re
from concurrent.futures import ThreadPoolExecutor
from datetime import date, datetime, timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.models import Person, ResidencyStatus, Role
from civic.accounts.service import people
from civic.kernel import outbox
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.kernel.outbox import OutboxMessage
from civic.kernel.transaction import transaction
from civic.voting import queries, rules
from civic.voting.errors import (
    AlreadyVoted,
    NotOnRoll,
    OwnBallotAtDesk,
    PollNotFound,
    PollNotOpen,
    ReceiptUnknown,
    ResultNotPublished,
    UnknownChoice,
)
from civic.voting.models import Ballot, RollEntry
from civic.voting.rules import AssistedChannel, BallotChannel, Lack
from civic.voting.service import ballots, reading, results, rolls
from tests.conftest import actor_of, add_person, add_town, sign_in
from tests.voting.builders import add_draft, add_poll, box_of, cast_ballot, register_ballot, set_birth

MICROSECOND = timedelta(microseconds=1)


def make_voters(count: int) -> tuple[int, list[int]]:
    """Return a neighbourhood and those who live there."""
    _, (place, *_) = add_town()
    return place, [add_person(f"Voter {number}", lives_in=place) for number in range(count)]


def test_a_resident_casts_one_ballot_and_a_second_one_changes_nothing(app_context: Flask) -> None:
    place, (ada, _) = make_voters(2)
    poll_id, (yes, no) = add_poll(place)

    told = cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=yes)
    with pytest.raises(AlreadyVoted):
        cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=no)

    assert (told.turnout, told.roll_size) == (1, 2)
    assert box_of(poll_id) == [yes]
    assert queries.count_turnout(poll_id) == 1


def test_a_blank_ballot_is_a_ballot(app_context: Flask) -> None:
    place, (ada,) = make_voters(1)
    poll_id, _ = add_poll(place)

    told = cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=None)

    assert (told.turnout, box_of(poll_id)) == (1, [None])


def test_twenty_ballots_of_one_person_at_once_are_one(service_app: Flask) -> None:
    with service_app.app_context():
        place, (ada,) = make_voters(1)
        poll_id, choices = add_poll(place)
        actor = actor_of(ada)
        db.session.remove()

    def cast(number: int) -> str:
        with service_app.app_context():
            try:
                cast_ballot(actor, poll_id=poll_id, choice_id=choices[number % 2])
            except AlreadyVoted:
                return "already voted"
            return "cast"

    with ThreadPoolExecutor(20) as threads:
        answers = list(threads.map(cast, range(20)))

    assert sorted(answers) == ["already voted"] * 19 + ["cast"]
    with service_app.app_context():
        assert len(box_of(poll_id)) == queries.count_turnout(poll_id) == 1


def test_twenty_persons_at_once_each_are_told_another_turnout(service_app: Flask) -> None:
    with service_app.app_context():
        place, voters = make_voters(20)
        poll_id, (yes, _) = add_poll(place)
        actors = [actor_of(voter) for voter in voters]
        db.session.remove()

    def cast(number: int) -> int | None:
        with service_app.app_context():
            return cast_ballot(actors[number], poll_id=poll_id, choice_id=yes).turnout

    with ThreadPoolExecutor(20) as threads:
        turnouts = sorted(turnout or 0 for turnout in threads.map(cast, range(20)))

    assert turnouts == list(range(1, 21))
    with service_app.app_context():
        assert box_of(poll_id) == [yes] * 20


@pytest.mark.parametrize(
    ("offset", "is_open"),
    [
        ("opens_at", True),
        ("before opens_at", False),
        ("before closes_at", True),
        ("closes_at", False),
    ],
)
def test_the_window_holds_to_the_microsecond(app_context: Flask, offset: str, is_open: bool) -> None:
    place, (ada,) = make_voters(1)
    opens_at = utc_now() + timedelta(days=1)
    window = {"opens_at": opens_at, "closes_at": opens_at + timedelta(days=1)}
    poll_id, (yes, _) = add_poll(place, **window)
    instant = window[offset.removeprefix("before ")]
    if offset.startswith("before "):
        instant -= MICROSECOND

    with time_machine.travel(instant, tick=False):
        assert utc_now() == instant
        if is_open:
            cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=yes)
        else:
            with pytest.raises(PollNotOpen):
                cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=yes)

    assert len(box_of(poll_id)) == queries.count_turnout(poll_id) == int(is_open)


@pytest.mark.parametrize("role", [Role.AGENT, Role.ADMIN, Role.COUNCILLOR, Role.MODERATOR])
def test_no_role_votes_outside_the_window_nor_without_being_on_the_roll(
    app_context: Flask, role: Role
) -> None:
    town, (place, *_) = add_town()
    voter = add_person("Voter", lives_in=place)
    official = add_person("Official", lives_in=place, roles=((role, town),))
    outsider = add_person("Outsider", roles=((role, town),))
    closed, (yes, _) = add_poll(place)
    poll = queries.get_poll(closed)

    with pytest.raises(NotAllowed):
        cast_ballot(actor_of(outsider), poll_id=closed, choice_id=yes)
    for instant in (poll.opens_at - MICROSECOND, poll.closes_at):
        with time_machine.travel(instant, tick=False), pytest.raises(PollNotOpen):
            cast_ballot(actor_of(official), poll_id=closed, choice_id=yes)
        with time_machine.travel(instant, tick=False), pytest.raises((PollNotOpen, NotAllowed)):
            register_ballot(
                actor_of(official),
                poll_id=closed,
                person_id=voter,
                choice_id=yes,
                channel=AssistedChannel.DESK,
            )

    assert (box_of(closed), queries.count_turnout(closed)) == ([], 0)


def test_each_is_told_which_rule_refuses(app_context: Flask) -> None:
    place, (ada, eve) = make_voters(2)
    outsider = add_person("Outsider")
    poll_id, (yes, _) = add_poll(place)
    cast_ballot(actor_of(eve), poll_id=poll_id, choice_id=yes)
    poll = queries.get_poll(poll_id)

    def standing(person_id: int | None, at: datetime) -> str:
        actor = actor_of(person_id) if person_id else reading.Actor()
        return reading.standing_of(actor, poll, at=at).value

    assert standing(ada, utc_now()) == "may_vote"
    assert standing(eve, utc_now()) == "already_voted"
    assert standing(outsider, utc_now()) == "not_on_roll"
    assert standing(None, utc_now()) == "not_signed_in"
    assert standing(ada, poll.opens_at - MICROSECOND) == "not_open_yet"
    assert standing(ada, poll.closes_at) == "closed"


def test_a_stranger_a_draft_and_another_poll_s_choice_put_nothing_in_the_box(app_context: Flask) -> None:
    place, (ada,) = make_voters(1)
    poll_id, _ = add_poll(place)
    _, (other_yes, _) = add_poll(place)
    draft = add_draft(place)
    draft_choice = queries.get_poll(draft).choices[0].id

    with pytest.raises(NotSignedIn):
        cast_ballot(reading.Actor(), poll_id=poll_id, choice_id=None)
    with pytest.raises(PollNotFound):
        cast_ballot(actor_of(ada), poll_id=draft, choice_id=draft_choice)
    with pytest.raises(PollNotFound):
        cast_ballot(actor_of(ada), poll_id=999_999, choice_id=None)
    for wrong in (other_yes, draft_choice, 999_999):
        with pytest.raises(UnknownChoice):
            cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=wrong)

    assert db.session.scalar(sa.select(sa.func.count(Ballot.id))) == 0
    assert db.session.scalar(sa.select(sa.func.count()).where(RollEntry.has_voted)) == 0


def test_when_the_ballot_cannot_be_written_the_roll_is_not_marked(app_context: Flask) -> None:
    place, (ada,) = make_voters(1)
    poll_id, (yes, _) = add_poll(place)

    with pytest.raises(ZeroDivisionError), transaction():
        cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=yes)
        raise ZeroDivisionError

    assert (box_of(poll_id), queries.count_turnout(poll_id)) == ([], 0)


# The desk


def test_an_agent_registers_a_ballot_for_a_person_and_none_of_her_own(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, eve = add_person("Ada", lives_in=place), add_person("Eve", lives_in=place)
    agent = add_person("Agnès", lives_in=place, roles=((Role.AGENT, town),))
    outsider = add_person("Outsider")
    poll_id, (yes, no) = add_poll(place)
    actor = actor_of(agent)

    def register(person_id: int, channel: AssistedChannel = AssistedChannel.DESK) -> None:
        register_ballot(actor, poll_id=poll_id, person_id=person_id, choice_id=yes, channel=channel)

    register(ada)
    cast_ballot(actor_of(eve), poll_id=poll_id, choice_id=no)
    with pytest.raises(AlreadyVoted):
        register(eve, AssistedChannel.PAPER)
    with pytest.raises(AlreadyVoted):
        cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=no)
    with pytest.raises(OwnBallotAtDesk):
        register(agent)
    with pytest.raises(NotOnRoll):
        register(outsider)

    assert box_of(poll_id) == [yes, no]
    assert queries.count_by_channel(poll_id) == {BallotChannel.WEB: 1, BallotChannel.DESK: 1}
    entry = queries.find_roll_entry(poll_id, ada)
    assert entry is not None
    assert (entry.registered_by_id, entry.person_id) == (agent, ada)
    assert (own := queries.find_roll_entry(poll_id, agent)) is not None
    assert not own.has_voted


@pytest.mark.parametrize("role", [None, Role.COUNCILLOR, Role.MODERATOR, Role.ADMIN])
def test_nobody_but_an_agent_registers_a_ballot_for_another_or_reads_the_roll(
    app_context: Flask, role: Role | None
) -> None:
    town, (place, *_) = add_town()
    ada = add_person("Ada", lives_in=place)
    actor = actor_of(add_person("Official", lives_in=place, roles=((role, town),) if role else ()))
    poll_id, (yes, _) = add_poll(place)

    with pytest.raises(NotAllowed):
        register_ballot(actor, poll_id=poll_id, person_id=ada, choice_id=yes, channel=AssistedChannel.DESK)
    with pytest.raises(NotAllowed):
        rolls.show_roll(actor, poll_id=poll_id)

    assert box_of(poll_id) == []


# Receipts


def test_a_receipt_proves_that_a_ballot_is_in_the_box_and_nothing_more(app_context: Flask) -> None:
    place, (ada, eve) = make_voters(2)
    poll_id, (yes, _) = add_poll(place)
    receipt = cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=yes).receipt
    other = cast_ballot(actor_of(eve), poll_id=poll_id, choice_id=yes).receipt

    assert re.fullmatch(r"([2-9A-HJ-NP-Z]{4}-){3}[2-9A-HJ-NP-Z]{4}", receipt)
    assert receipt != other
    checked = ballots.check_receipt(receipt=f" {receipt.lower().replace('-', ' ')} ")
    assert vars(checked) == {"poll_id": poll_id, "question": "Faut-il planter des tilleuls ?"}
    for wrong in ("", "0000", receipt[:-1], receipt + "A", "é" * 16):
        with pytest.raises(ReceiptUnknown):
            ballots.check_receipt(receipt=wrong)


def test_the_database_holds_no_receipt_in_clear(app_context: Flask) -> None:
    place, (ada,) = make_voters(1)
    poll_id, (yes, _) = add_poll(place)
    receipt = cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=yes).receipt

    for table in db.metadata.sorted_tables:
        for row in db.session.execute(sa.select(table)):
            text = " ".join(map(str, row))
            assert receipt not in text
            assert rules.normalised_receipt(receipt) not in text


# The secret


def test_the_box_knows_no_person_no_time_no_channel_and_no_order(app_context: Flask) -> None:
    place, voters = make_voters(3)
    poll_id, (yes, _) = add_poll(place)
    for voter in voters:
        cast_ballot(actor_of(voter), poll_id=poll_id, choice_id=yes)

    assert {column.name for column in Ballot.__table__.columns} == {"id", "poll_id", "question_id", "content"}
    forbidden = ("_at", "_on", "ballot", "choice", "sequence")
    assert not [c.name for c in RollEntry.__table__.columns if c.name.endswith(forbidden)]
    stored = list(db.session.scalars(sa.select(Ballot).order_by(Ballot.id)))
    assert {ballot.id.version for ballot in stored} == {4}
    if db.engine.dialect.name == "sqlite":
        with pytest.raises(sa.exc.OperationalError):
            db.session.execute(sa.text("SELECT rowid FROM ballot"))


def test_no_fact_nor_anything_owed_or_logged_joins_a_person_to_a_ballot(app_context: Flask) -> None:
    place, (ada,) = make_voters(1)
    poll_id, (yes, _) = add_poll(place)
    cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=yes)

    assert _keys_to("ballot", "choice") == []  # nothing refers to a ballot, nor to what may be chosen
    content = db.session.scalars(sa.select(Ballot.content)).one()
    owed = [message.payload for message in db.session.scalars(sa.select(OutboxMessage))]
    assert all(
        content not in str(payload) and "choice" not in str(payload) and "person" not in str(payload)
        for payload in owed
        if "poll" in str(payload)
    )


def _keys_to(*tables: str) -> list[sa.ForeignKey]:
    every = [key for table in db.metadata.sorted_tables for key in table.foreign_keys]
    return [key for key in every if key.column.table.name in tables]


def test_deleting_an_account_leaves_the_ballot_the_count_and_the_roll_s_digest(app_context: Flask) -> None:
    place, (ada, eve) = make_voters(2)
    poll_id, (yes, no) = add_poll(place)
    receipt = cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=yes).receipt
    cast_ballot(actor_of(eve), poll_id=poll_id, choice_id=no)
    before = queries.rules_document(queries.get_poll(poll_id))

    with transaction():
        db.session.execute(sa.delete(Person).where(Person.id == ada))

    assert queries.find_roll_entry(poll_id, ada) is None
    assert box_of(poll_id) == [yes, no]
    assert queries.count_turnout(poll_id) == 2
    assert queries.rules_document(queries.get_poll(poll_id)) == before
    assert ballots.check_receipt(receipt=receipt).poll_id == poll_id


def test_once_closed_a_timer_mixes_the_box_so_that_no_row_stands_beside_a_person(app_context: Flask) -> None:
    place, voters = make_voters(4)
    poll_id, (yes, no) = add_poll(place)
    for voter, choice in zip(voters, [no, None, yes, no], strict=True):
        cast_ballot(actor_of(voter), poll_id=poll_id, choice_id=choice)
    before = set(db.session.scalars(sa.select(Ballot.id)))
    poll = queries.get_poll(poll_id)
    with pytest.raises(ResultNotPublished):
        ballots.mix_box(poll_id=poll_id)
    assert set(db.session.scalars(sa.select(Ballot.id))) == before

    with time_machine.travel(poll.closes_at, tick=False):
        while outbox.deliver_due():
            pass

    assert box_of(poll_id) == [yes, no, no, None]
    assert not before & set(db.session.scalars(sa.select(Ballot.id)))
    if db.engine.dialect.name == "postgresql":
        writers = set(db.session.scalars(sa.text("SELECT xmin::text FROM ballot")))
        markers = set(db.session.scalars(sa.text("SELECT xmin::text FROM roll_entry")))
        assert (len(writers), writers & markers) == (1, set())


def test_a_server_whose_clock_is_a_little_behind_takes_no_ballot_once_another_wrote_the_closing(
    app_context: Flask,
) -> None:
    place, (ada, eve) = make_voters(2)
    poll_id, (yes, _) = add_poll(place)
    cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=yes)
    closes_at = queries.get_poll(poll_id).closes_at
    with time_machine.travel(closes_at, tick=False):
        while outbox.deliver_due():
            pass

    with time_machine.travel(closes_at - MICROSECOND, tick=False), pytest.raises(PollNotOpen):
        cast_ballot(actor_of(eve), poll_id=poll_id, choice_id=yes)

    assert (box_of(poll_id), queries.count_turnout(poll_id)) == ([yes], 1)


# The count


def test_after_the_closing_the_count_is_what_a_recount_of_the_file_gives(app_context: Flask) -> None:
    place, voters = make_voters(9)
    poll_id, (yes, no) = add_poll(place, quorum_percent=67)
    for voter, choice in zip(voters, [yes, no, yes, None, yes, no], strict=False):
        cast_ballot(actor_of(voter), poll_id=poll_id, choice_id=choice)
    poll = queries.get_poll(poll_id)

    with time_machine.travel(poll.closes_at, tick=False):
        result = reading.show_result(reading.Actor(), poll_id=poll_id)
        ballots = results.export_question(
            reading.Actor(), poll_id=poll_id, position=1, kind=results.FileKind.BALLOTS
        )

    lines = [line.split(",", 1)[1] for line in ballots.text.splitlines()]
    assert lines == ["c1 : Oui,c2 : Non", "0,0", *["1,0"] * 3, *["0,1"] * 2]
    tally = result.tally
    assert (tally.counts, tally.blanks, tally.turnout) == ({yes: 3, no: 2}, 1, 6)
    assert tally.turnout == queries.count_turnout(poll_id) == result.poll.turnout
    assert (tally.quorum, tally.is_quorum_reached, tally.leaders) == (7, False, (yes,))


@pytest.mark.parametrize(
    ("roll_size", "percent", "needed"),
    [(0, 50, 0), (3, 50, 2), (4, 50, 2), (100, 25, 25), (7, 100, 7), (9, 0, 0)],
)
def test_the_quorum_is_rounded_up_to_a_whole_person(roll_size: int, percent: int, needed: int) -> None:
    assert rules.needed_for_quorum(roll_size, percent) == needed


def test_choices_that_are_equal_all_lead_and_blanks_lead_nothing() -> None:
    tie = rules.Tally({1: 2, 2: 2, 3: 1}, turnout=14, blanks=9, roll_size=20, quorum_percent=0)
    blank = rules.Tally({1: 0, 2: 0}, turnout=3, blanks=3, roll_size=3, quorum_percent=0)

    assert (tie.leaders, blank.leaders) == ((1, 2), ())


def test_who_is_not_on_the_roll_is_told_what_she_lacks_and_nothing_of_others(app: Flask) -> None:
    with app.app_context():
        _, (place, elsewhere, *_) = add_town()
        add_person("Ada", lives_in=place)
        poll_id, _ = add_poll(place, minimum_age=16, needs_verified_residency=True)
        came_after = add_person("Bea", lives_in=place)
        outsider = add_person("Eve", lives_in=elsewhere)
        young = add_person("Léo", lives_in=place)
        set_birth(young, date(2020, 1, 1))
        unverified = add_person("Zoé")
        with transaction():
            people.set_residency(person_id=unverified, territory_id=place, status=ResidencyStatus.DECLARED)
        found = {
            person: reading.show_poll(actor_of(person), poll_id=poll_id).lacks
            for person in (came_after, outsider, young, unverified)
        }

    assert found == {
        came_after: (Lack.CAME_AFTER,),
        outsider: (Lack.LIVES_ELSEWHERE,),
        young: (Lack.TOO_YOUNG,),
        unverified: (Lack.UNVERIFIED,),
    }
    page = sign_in(app, unverified).get(f"/scrutins/{poll_id}").get_data(as_text=True)
    assert "La mairie n’a pas encore vérifié votre domicile" in page
    assert "la liste était déjà figée" not in page
    home = sign_in(app, unverified).get("/").get_data(as_text=True)
    assert f'href="/scrutins/{poll_id}"' in home
    assert "À vous de voter" not in home


def test_the_list_of_ended_votes_says_who_came_first_and_the_open_ones_say_nothing(app: Flask) -> None:
    with app.app_context():
        place, (ada, _) = make_voters(2)
        poll_id, (yes, _) = add_poll(place)
        cast_ballot(actor_of(ada), poll_id=poll_id, choice_id=yes)
        closes_at = queries.get_poll(poll_id).closes_at
    client = app.test_client()

    assert "Arrivée en tête" not in client.get("/scrutins").get_data(as_text=True)
    with time_machine.travel(closes_at, tick=False):
        ended = client.get("/scrutins?status=closed").get_data(as_text=True)
        assert "Arrivée en tête : Oui" in ended.replace("\u00a0", " ").replace("\u202f", " ")
        result = client.get(f"/scrutins/{poll_id}/resultat").get_data(as_text=True)
    assert "Pour savoir ce que la mairie fait de ce résultat, demandez-lui" in result
