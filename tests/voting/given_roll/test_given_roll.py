"""A roll brought as a file: shown first, taken whole or not at all, never after the freeze, and forgotten in time."""

from datetime import date, timedelta
from typing import Any

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.models import Person, Role
from civic.accounts.service import desk
from civic.accounts.service.desk import CivilIdentity
from civic.accounts.service.erasure import NAME_LEFT
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.outbox import deliver_due
from civic.voting import queries as voting
from civic.voting.errors import NoRollWaiting, PollChanged, PollFrozen, PollNotFound, RollRefused
from civic.voting.given_roll import queries, service
from civic.voting.given_roll.models import GivenRoll, GivenVoter
from civic.voting.models import RollEntry
from civic.voting.register import checking
from civic.voting.register.chain import LineKind, read_register
from civic.voting.rules import AssistedChannel, Lack
from civic.voting.service import polls, reading
from tests.conftest import actor_of, add_person, add_town
from tests.voting.builders import add_draft, cast_ballot, register_ballot

TITLES = "Nom;Prénoms;Date de naissance;Lieu de naissance;Quartier;Courriel"


@pytest.fixture
def town(app_context: Flask) -> dict[str, Any]:
    commune, (place, *_) = add_town(neighbourhoods=2)
    agent = add_person("Agnès", roles=((Role.AGENT, commune),))
    ada = add_person("Ada Lovelace", lives_in=place)
    desk.record_identity(
        actor_of(agent),
        person_id=ada,
        identity=CivilIdentity("Lovelace", "Ada", date(1985, 12, 10), "Nantes"),
    )
    poll_id = add_draft(commune)
    return {"id": commune, "place": place, "agent": agent, "ada": ada, "poll": poll_id}


def file_of(*lines: str) -> bytes:
    return "\n".join([TITLES, *lines]).encode()


ADA = "LOVELACE;Ada;10/12/1985;Nantes;Quartier 0;"
BOB = "Durand;Bob;31/01/1990;Rezé;Quartier 1;"
CLO = "Petit;Chloé;01/02/1991;Rezé;Quartier 1;"


def bring(town: dict[str, Any], *lines: str, is_addition: bool = False) -> int:
    agent = actor_of(town["agent"])
    service.send_roll(agent, poll_id=town["poll"], content=file_of(*lines), is_addition=is_addition)
    waiting = service.see_given_roll(agent, poll_id=town["poll"]).waiting
    assert waiting is not None
    return service.confirm_roll(agent, poll_id=town["poll"], digest=waiting.digest)


def names_on(poll_id: int) -> list[str]:
    ids = [person_id for person_id, _ in queries.list_given(poll_id)]
    return sorted(db.session.scalars(sa.select(Person.name).where(Person.id.in_(ids))))


def run_timers() -> None:
    while deliver_due(is_slow=False):
        pass


def persons() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


def test_what_was_read_waits_and_writes_nobody_before_the_agent_agrees(town: dict[str, Any]) -> None:
    before = persons()
    agent = actor_of(town["agent"])

    service.send_roll(agent, poll_id=town["poll"], content=file_of(ADA, BOB))

    view = service.see_given_roll(agent, poll_id=town["poll"])
    assert view.waiting is not None
    assert (view.size, view.waiting.size, view.waiting.known, view.waiting.new) == (0, 2, 1, 1)
    assert persons() == before
    assert queries.list_given(town["poll"]) == []
    raw = db.session.execute(sa.text("SELECT waiting FROM given_roll")).scalar_one()
    assert b"Durand" not in bytes(raw)


def test_who_has_an_account_votes_online_and_who_has_none_votes_at_the_desk(town: dict[str, Any]) -> None:
    assert bring(town, ADA, BOB) == 2
    agent = actor_of(town["agent"])
    polls.open_poll(agent, poll_id=town["poll"])

    roll = {person_id for person_id, _ in queries.list_given(town["poll"])}
    (bob,) = roll - {town["ada"]}
    cast_ballot(actor_of(town["ada"]), poll_id=town["poll"], choice_id=None)
    register_ballot(agent, poll_id=town["poll"], person_id=bob, choice_id=None, channel=AssistedChannel.DESK)

    assert voting.get_poll(town["poll"]).roll_size == voting.count_turnout(town["poll"]) == 2
    assert '"source":"given"' in reading.export_rules(agent, poll_id=town["poll"])
    assert checking.find_damage(voting.get_poll(town["poll"])) is None


def test_a_resident_who_is_not_on_the_list_does_not_vote_and_is_told_so(town: dict[str, Any]) -> None:
    bring(town, ADA)
    resident = actor_of(add_person("Zoé", lives_in=town["place"]))
    polls.open_poll(actor_of(town["agent"]), poll_id=town["poll"])

    with pytest.raises(NotAllowed):
        cast_ballot(resident, poll_id=town["poll"], choice_id=None)
    assert reading.show_poll(resident, poll_id=town["poll"]).lacks == (Lack.NOT_ON_LIST,)


def test_one_wrong_line_keeps_nothing_of_the_file_nor_harms_what_was_there(town: dict[str, Any]) -> None:
    bring(town, ADA)
    with pytest.raises(RollRefused) as refused:
        service.send_roll(
            actor_of(town["agent"]), poll_id=town["poll"], content=file_of(BOB, CLO.replace("1991", "91"))
        )

    assert [problem.line for problem in refused.value.problems] == [3]
    assert names_on(town["poll"]) == ["Ada Lovelace"]
    assert service.see_given_roll(actor_of(town["agent"]), poll_id=town["poll"]).waiting is None


def test_an_addition_adds_refuses_who_is_there_and_a_replacement_forgets_who_left(
    town: dict[str, Any],
) -> None:
    bring(town, ADA, BOB)
    with pytest.raises(RollRefused):
        bring(town, BOB, CLO, is_addition=True)
    bring(town, CLO, is_addition=True)
    assert names_on(town["poll"]) == ["Ada Lovelace", "Bob Durand", "Chloé Petit"]

    bring(town, CLO)

    run_timers()
    assert names_on(town["poll"]) == ["Chloé Petit"]
    left = db.session.scalars(sa.select(Person.name)).all()
    assert "Bob Durand" not in left
    assert "Ada Lovelace" in left


def test_an_address_alone_makes_nobody_the_voter(town: dict[str, Any]) -> None:
    person = db.session.get_one(Person, add_person("Bob Durand"))
    stranger = BOB + str(person.email)
    other = CLO.removesuffix(";") + f";{person.email}"

    bring(town, other)
    assert person.id not in {person_id for person_id, _ in queries.list_given(town["poll"])}
    bring(town, stranger)
    assert [person_id for person_id, _ in queries.list_given(town["poll"])] == [person.id]


def test_two_lines_that_name_one_account_are_refused(town: dict[str, Any]) -> None:
    person = db.session.get_one(Person, add_person("Bob Durand"))
    mail = str(person.email)
    lines = (BOB + mail, BOB.replace("Rezé", "Nantes") + mail.replace("@", "@"))

    with pytest.raises(RollRefused):
        bring(town, *lines)

    assert queries.list_given(town["poll"]) == []


def test_what_is_confirmed_is_what_was_read(town: dict[str, Any]) -> None:
    agent = actor_of(town["agent"])
    with pytest.raises(NoRollWaiting):
        service.confirm_roll(agent, poll_id=town["poll"], digest="0" * 64)
    service.send_roll(agent, poll_id=town["poll"], content=file_of(ADA))
    with pytest.raises(PollChanged):
        service.confirm_roll(agent, poll_id=town["poll"], digest="0" * 64)

    assert queries.list_given(town["poll"]) == []


def test_after_the_freeze_no_roll_is_sent_confirmed_or_dropped_and_the_register_says_so(
    town: dict[str, Any],
) -> None:
    agent = actor_of(town["agent"])
    service.send_roll(agent, poll_id=town["poll"], content=file_of(ADA, BOB))
    polls.open_poll(agent, poll_id=town["poll"])
    entries = voting.get_poll(town["poll"]).roll_size

    with pytest.raises(PollFrozen):
        service.send_roll(agent, poll_id=town["poll"], content=file_of(BOB))
    with pytest.raises(PollFrozen):
        service.confirm_roll(agent, poll_id=town["poll"], digest="0" * 64)
    with pytest.raises(PollFrozen):
        service.drop_roll(agent, poll_id=town["poll"])

    lines = read_register(checking.export_register(agent, poll_id=town["poll"]))
    refused = [line.content["act"] for line in lines if line.kind == LineKind.REFUSED]
    assert refused == ["roll", "roll", "roll"]
    counted = sa.select(sa.func.count()).select_from(RollEntry).filter_by(poll_id=town["poll"])
    assert db.session.scalar(counted) == entries


@pytest.mark.parametrize("role", [None, Role.COUNCILLOR, Role.ADMIN])
def test_nobody_but_an_agent_brings_a_roll(town: dict[str, Any], role: Role | None) -> None:
    roles = ((role, town["id"]),) if role else ()
    actor = actor_of(add_person("Quelqu’un", lives_in=town["place"], roles=roles))

    with pytest.raises((NotAllowed, PollNotFound)):
        service.send_roll(actor, poll_id=town["poll"], content=file_of(ADA))

    assert queries.find_given(town["poll"]) is None


def test_a_dropped_roll_and_a_deleted_draft_leave_nobody_behind(town: dict[str, Any]) -> None:
    agent = actor_of(town["agent"])
    bring(town, ADA, BOB)
    service.drop_roll(agent, poll_id=town["poll"])
    assert queries.find_given(town["poll"]) is None
    bring(town, ADA, CLO)

    polls.delete_draft(agent, poll_id=town["poll"])
    run_timers()

    left = set(db.session.scalars(sa.select(Person.name)))
    assert left.isdisjoint({"Bob Durand", "Chloé Petit"})
    assert "Ada Lovelace" in left
    assert db.session.scalar(sa.select(sa.func.count()).select_from(GivenVoter)) == 0


def test_two_months_after_the_closing_those_known_by_the_list_alone_are_forgotten(
    town: dict[str, Any],
) -> None:
    bring(town, ADA, BOB)
    polls.open_poll(actor_of(town["agent"]), poll_id=town["poll"])
    poll = voting.get_poll(town["poll"])
    digest, closes_at = poll.roll_digest, poll.closes_at

    assert service.purge_given_rolls(closes_at + timedelta(days=61)) == 0
    assert service.purge_given_rolls(closes_at + timedelta(days=63)) == 1
    assert service.purge_given_rolls(closes_at + timedelta(days=64)) == 0
    with time_machine.travel(closes_at + timedelta(days=63), tick=False):
        run_timers()

    names = set(db.session.scalars(sa.select(Person.name)))
    assert "Bob Durand" not in names
    assert {"Ada Lovelace", NAME_LEFT} <= names
    assert checking.find_damage(voting.get_poll(town["poll"])) is None
    assert voting.get_poll(town["poll"]).roll_digest == digest


def test_what_nobody_confirmed_is_forgotten_after_a_day(town: dict[str, Any]) -> None:
    service.send_roll(actor_of(town["agent"]), poll_id=town["poll"], content=file_of(ADA))
    with time_machine.travel(utc_now() + timedelta(days=1, minutes=1), tick=False):
        service.purge_given_rolls(utc_now())

    assert db.session.scalars(sa.select(GivenRoll.waiting)).one() is None
