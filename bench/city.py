"""A city of any size, written by bulk: people, one consultation with all of its proposals, supports, arguments, statements and reactions.

What a few write gathers most of the supports (each proposal draws by its rank), as everywhere. Counters are those that a recount gives.
"""

import random
from collections import Counter
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta
from itertools import islice
from typing import Any

import sqlalchemy as sa

from bench.words import sentences
from civic.accounts.models import ApiToken, Person, Residency, ResidencyStatus
from civic.consultations.rules import Activity
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.sealing import keyed_digest
from civic.kernel.transaction import transaction
from civic.opinions.models import Participant, Reaction, Statement
from civic.proposals.models import Argument, Proposal, Support
from civic.proposals.rules import Category, Side
from civic.realtime.models import PersonFeed
from tests.conftest import add_town
from tests.consultations.making import EVERYTHING, add_consultation

AT_ONCE = 5_000
PLACES = 21
"""As many as Madrid has districts."""

OTHERS = 40
"""Consultations beside the large one."""


@dataclass(frozen=True)
class Size:
    proposals: int = 10_000
    people: int = 40_000
    supports: int = 250_000
    reactions: int = 150_000
    statements: int = 1_000
    arguments: int = 30_000
    arguments_on_first: int = 0


@dataclass(frozen=True)
class City:
    """Ids, in the order in which they were written."""

    town: int
    places: list[int]
    consultation: int
    people: list[int]
    proposals: list[int]
    statements: list[int]

    def token(self, person: int) -> str:
        return f"token-of-person-{person}"


def build_city(size: Size, *, seed: int = 1, activities: tuple[Activity, ...] = EVERYTHING) -> City:
    """Fill an empty database, in the application context at hand."""
    chance = random.Random(seed)
    town, places = add_town(PLACES)
    for number in range(OTHERS):
        add_consultation(town, title=f"Une autre consultation, {number}")
    consultation = add_consultation(town, title="Cadre de vie", activities=activities)
    people = _write_people(size.people, places)
    proposals = _write_proposals(size, consultation, [town, *places], people, chance)
    statements = _write_statements(size, consultation, people, chance)
    with transaction():
        if db.engine.dialect.name == "postgresql":
            db.session.execute(sa.text("ANALYZE"))
    return City(town, places, consultation, people, proposals, statements)


def _write_people(count: int, places: list[int]) -> list[int]:
    now = utc_now()
    people = _insert_ids(
        Person,
        (
            {"name": f"Camille {number}", "folded_name": f"camille {number}", "email": f"c{number}@example.org",
             "language": "fr", "created_at": now, "email_confirmed_at": now}
            for number in range(count)
        ),
    )  # fmt: skip
    lives = {"status": ResidencyStatus.VERIFIED, "declared_at": now}
    _insert(
        Residency,
        ({"person_id": each, "territory_id": places[each % len(places)], **lives} for each in people),
    )
    _insert(PersonFeed, ({"person_id": each, "last_seq": 0} for each in people))
    digest = keyed_digest
    _insert(
        ApiToken,
        (
            {"token_digest": digest("api_token", f"token-of-person-{each}"), "person_id": each, "label": "", "created_at": now}
            for each in people
        ),
    )  # fmt: skip
    return people


def _write_proposals(
    size: Size, consultation: int, places: list[int], people: list[int], chance: random.Random
) -> list[int]:
    now = utc_now()
    supports = _pairs(size.supports, size.proposals, len(people), chance)
    backed = Counter(proposal for proposal, _ in supports)
    argued = [
        _drawn(size.proposals, chance) for _ in range(size.arguments)
    ] + [0] * size.arguments_on_first  # fmt: skip
    said = Counter(argued)
    tell = sentences(chance)
    categories = list(Category)

    def row(number: int) -> dict[str, Any]:
        written, body = now - timedelta(minutes=number), tell(60)
        return {
            "consultation_id": consultation, "territory_id": places[number % len(places)], "author_id": people[number % len(people)],
            "title": tell(7), "body_source": body, "body_html": f"<p>{body}</p>", "category": categories[number % len(categories)],
            "created_at": written, "published_at": written, "support_count": backed[number], "argument_count": said[number],
        }  # fmt: skip

    proposals = _insert_ids(Proposal, (row(number) for number in range(size.proposals)))
    _insert(
        Support,
        (
            {"proposal_id": proposals[proposal], "person_id": people[person], "created_at": now}
            for proposal, person in supports
        ),
    )
    sides = list(Side)
    _insert(
        Argument,
        (
            {"proposal_id": proposals[proposal], "author_id": people[-1 - number % len(people)], "side": sides[number % 3],
             "body": tell(25), "created_at": now - timedelta(seconds=number)}
            for number, proposal in enumerate(argued)
        ),
    )  # fmt: skip
    return proposals


def _write_statements(size: Size, consultation: int, people: list[int], chance: random.Random) -> list[int]:
    now, tell = utc_now(), sentences(chance)
    reactions = [
        (statement, person, chance.choice((-1, -1, 0, 1, 1, 1)))
        for statement, person in _pairs(size.reactions, size.statements, len(people), chance)
    ]
    counted = Counter((statement, value) for statement, _, value in reactions)
    statements = _insert_ids(
        Statement,
        (
            {"consultation_id": consultation, "author_id": None, "body": tell(12), "created_at": now - timedelta(minutes=number),
             "agree_count": counted[number, 1], "disagree_count": counted[number, -1], "pass_count": counted[number, 0]}
            for number in range(size.statements)
        ),
    )  # fmt: skip
    known = sorted({person for _, person, _ in reactions})
    participants = _insert_ids(
        Participant, ({"consultation_id": consultation, "person_id": people[each]} for each in known)
    )
    number_of = dict(zip(known, participants, strict=True))
    _insert(
        Reaction,
        (
            {"participant_id": number_of[person], "statement_id": statements[statement], "value": value}
            for statement, person, value in reactions
        ),
    )  # fmt: skip
    return statements


def _drawn(count: int, chance: random.Random) -> int:
    return int(count * chance.random() ** 3)


def _pairs(wanted: int, things: int, people: int, chance: random.Random) -> list[tuple[int, int]]:
    """Return so many different (thing, person), in an order of their own."""
    pairs: dict[tuple[int, int], None] = {}
    wanted = min(wanted, things * people // 4)
    while len(pairs) < wanted:
        pairs[_drawn(things, chance), chance.randrange(people)] = None
    return list(pairs)


def _insert(model: Any, rows: Iterable[dict[str, Any]]) -> None:
    for batch in _batches(rows):
        with transaction():
            db.session.execute(sa.insert(model), batch)


def _insert_ids(model: Any, rows: Iterable[dict[str, Any]]) -> list[int]:
    """Return the ids in the order of the rows."""
    ids: list[int] = []
    for batch in _batches(rows):
        with transaction():
            insert = sa.insert(model).returning(model.id, sort_by_parameter_order=True)
            ids += list(db.session.scalars(insert, batch))
    return ids


def _batches(rows: Iterable[dict[str, Any]]) -> Iterator[list[dict[str, Any]]]:
    iterator = iter(rows)
    while batch := list(islice(iterator, AT_ONCE)):
        yield batch
