"""What somebody may not know of is answered, by every address of the API, exactly as what does not exist: status, body and headers.

A row of each table of the demonstration is made a draft, hidden, or somebody else's; every address that names one is asked for that row,
and for a number that nobody has.
"""

import io
from collections.abc import Iterator
from datetime import timedelta
from itertools import count
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from marshmallow import Schema, fields, validate
from werkzeug.routing import Rule
from werkzeug.test import TestResponse

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.territories.models import Territory, TerritoryKind
from civic.web.api import OPERATIONS, PREFIX, Operation
from civic.web.schemas import Email, Instant, OneOf, Phone
from tests.conftest import add_person, bearer, build, dispose
from tests.demonstration import CopyDemo

NOBODY = 987_654
"""Which row has this number? None."""
DRAFT = "(SELECT min(id) FROM consultation WHERE state = 'draft')"
HIDDEN: dict[str, tuple[str, ...]] = {
    "consultation_id": (f"SELECT {DRAFT}",),
    "proposal_id": (
        "UPDATE proposal SET withdrawn_at = :now WHERE id = (SELECT max(id) FROM proposal WHERE article_number IS NULL) RETURNING id",
    ),
    "argument_id": (
        "UPDATE argument SET hidden_at = :now WHERE id = (SELECT max(id) FROM argument WHERE parent_id IS NULL AND proposal_id NOT IN (SELECT id FROM proposal WHERE hidden_at IS NOT NULL)) RETURNING id",
        "UPDATE argument SET proposal_id = (SELECT max(id) FROM proposal WHERE withdrawn_at IS NOT NULL) WHERE id = (SELECT min(id) FROM argument WHERE parent_id IS NULL) RETURNING id",
    ),
    "statement_id": ("UPDATE statement SET hidden_at = :now WHERE id = (SELECT min(id) FROM statement) RETURNING id",),
    "amendment_id": (
        "UPDATE amendment SET hidden_at = :now WHERE id = (SELECT min(id) FROM amendment) RETURNING id",
        "UPDATE amendment SET proposal_id = (SELECT max(id) FROM proposal WHERE withdrawn_at IS NOT NULL) WHERE id = (SELECT max(id) FROM amendment) RETURNING id",
    ),
    "commitment_id": ("UPDATE commitment SET published_at = NULL WHERE id = (SELECT min(id) FROM commitment) RETURNING id",),
    "milestone_id": ("SELECT min(id) FROM milestone WHERE commitment_id = (SELECT min(id) FROM commitment)",),
    "gathering_id": ("UPDATE gathering SET state = 'draft' WHERE id = (SELECT min(gathering_id) FROM shift) RETURNING id",),
    "shift_id": ("SELECT min(id) FROM shift WHERE gathering_id = (SELECT min(gathering_id) FROM shift)",),
    "inquiry_id": ("UPDATE inquiry SET step = 'draft' WHERE id = (SELECT min(id) FROM inquiry WHERE step = 'announced') RETURNING id",),
    "petition_id": (
        "SELECT min(id) FROM petition WHERE step = 'submitted'",
    ),
    "open_call_id": ("UPDATE candidate_call SET published_at = NULL WHERE id = (SELECT max(id) FROM candidate_call) RETURNING id",),
    "draw_id": ("UPDATE draw SET frozen_at = NULL WHERE id = (SELECT max(id) FROM draw) RETURNING id",),
    "poll_id": ("SELECT min(id) FROM poll WHERE state = 'draft'",),
    "offer_id": (
        "SELECT min(id) FROM offer WHERE state = 'paused'",
    ),
    "record_id": ("UPDATE municipal_record SET published_at = NULL WHERE id = (SELECT max(id) FROM municipal_record) RETURNING id",),
    "sitting_id": ("UPDATE sitting SET published_at = NULL WHERE id = (SELECT min(sitting_id) FROM sitting_question) RETURNING id",),
    "item_id": ("SELECT min(id) FROM agenda_item WHERE sitting_id IN (SELECT id FROM sitting WHERE published_at IS NULL)",),
    "question_id": ("SELECT min(id) FROM sitting_question WHERE sitting_id IN (SELECT id FROM sitting WHERE published_at IS NULL)",),
    "vote_id": ("UPDATE sitting_vote SET sitting_id = (SELECT min(id) FROM sitting WHERE published_at IS NULL) WHERE id = (SELECT min(id) FROM sitting_vote) RETURNING id",),
    "voice_id": ("SELECT min(id) FROM sitting_voice WHERE vote_id = (SELECT min(id) FROM sitting_vote)",),
    "request_id": ("SELECT min(request_id) FROM match", "SELECT max(id) FROM help_request"),
    "series_id": ("SELECT min(id) FROM request_series",),
    "match_id": ("SELECT min(id) FROM match",),
    "invitation_id": ("SELECT min(id) FROM invitation",),
    "notification_id": ("SELECT min(id) FROM notification",),
    "draft_id": ("SELECT min(id) FROM proposal_draft",),
    "sheet_id": ("SELECT min(id) FROM contribution_sheet WHERE typed_at IS NOT NULL",),
    "decision_id": ("SELECT min(id) FROM moderation_decision",),
    "letter_id": (f"UPDATE consultation_letter SET consultation_id = {DRAFT} WHERE id = (SELECT min(id) FROM consultation_letter) RETURNING id",),
}  # fmt: skip
"""What makes a row nobody else's business, and says which. What moderation hid is not here where its address was public: the page of it says
that it is masked, and under which rule (``civic.kernel.moderated``)."""
OTHERS = {"number": 1, "theme_id": 1, "photograph_id": 1, "document_id": 1, "seat_id": 1}
"""The other numbers of an address, while one is looked at."""
CHOSEN: dict[str, dict[str, Any]] = {
    "CastBallotSchema": {"choice_id": 1},
    "RegisterBallotSchema": {"choice_id": 1},
    "CastAnswersSchema": {"answers": [{"blank": True}]},
    "RegisterAnswersSchema": {"answers": [{"blank": True}]},
    "ChangeSeriesSchema": {"repeat": "weekly"},
    "SettleQuestionSchema": {"state": "answered"},
}
"""What a body needs that no field says alone."""
PUBLIC = {"council_id", "territory_id", "appeal_id"}
"""Rows that are never hidden; and appeals, of which the demonstration has none: see ``tests/moderation``."""
ASKED = {"X-Request-Id": "0123456789abcdef"}
"""The same number for each request: answers repeat it."""
COUNTED = {"Date", "Retry-After", "X-RateLimit-Remaining", "X-RateLimit-Reset"}
"""Headers that differ from one request to the next, whatever is asked."""


@pytest.fixture(scope="module")
def town(copy_demo: CopyDemo, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Flask]:
    app = build(copy_demo(tmp_path_factory.mktemp("unknown")), writes_per_minute=1_000_000)
    yield app
    dispose(app)


@pytest.fixture(scope="module")
def hidden(town: Flask) -> dict[str, list[int]]:
    with town.app_context():
        found = {name: [_hide(each) for each in each_way] for name, each_way in HIDDEN.items()}
        db.session.commit()
        return found


def _hide(statement: str) -> int:
    row = db.session.execute(sa.text(statement), {"now": utc_now()}).scalar()
    assert row is not None, f"the demonstration has no row for: {statement}"
    return int(row)


def valid(schema: type[Schema]) -> dict[str, Any]:
    """Return a body that a schema takes: what it needs, and nothing else."""
    return {
        name: _valid(field)
        for name, field in schema().fields.items()
        if field.required and not field.dump_only
    }


def _valid(field: fields.Field[Any]) -> Any:
    if isinstance(field, Instant):
        return (utc_now() + timedelta(days=20)).isoformat()
    if isinstance(field, fields.Date):
        return (utc_now() + timedelta(days=20)).date().isoformat()
    if isinstance(field, OneOf):
        return next(iter(field.values)).value
    if isinstance(field, fields.Enum):
        return next(iter(field.enum)).value if field.by_value else next(iter(field.enum)).name
    if isinstance(field, Email):
        return "personne@example.org"
    if isinstance(field, Phone):
        return "02 41 00 00 00"
    if isinstance(field, fields.Nested):
        inside = field.schema
        return [valid(type(inside))] if field.many else valid(type(inside))
    if isinstance(field, fields.List):
        return [_valid(field.inner)]
    if isinstance(field, fields.Dict):
        return {}
    if isinstance(field, fields.Boolean):
        return True
    if isinstance(field, fields.Number):
        return max(
            [each.min or 0 for each in field.validators if isinstance(each, validate.Range)], default=1
        )
    return _text(field)


def _text(field: fields.Field[Any]) -> str:
    for check in field.validators:
        if isinstance(check, validate.OneOf):
            return str(next(iter(check.choices)))
    bounds = [each for each in field.validators if isinstance(each, validate.Length)]
    least = max([each.min or 0 for each in bounds], default=1)
    return "Une phrase assez longue pour tous. "[: max(least, 20)].ljust(least, "x")


def ask(reader: FlaskClient, rule: Rule, values: dict[str, int], headers: dict[str, str]) -> TestResponse:
    built = rule.build(values)
    assert built is not None
    method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
    operation = OPERATIONS[rule.endpoint]
    return reader.open(built[1], method=method, headers=headers, **_sent(operation, method))


def _sent(operation: Operation, method: str) -> dict[str, Any]:
    body = valid(operation.body) | CHOSEN.get(operation.body.__name__, {}) if operation.body else {}
    if operation.parts:
        files = {name: (io.BytesIO(b"%PDF-1.4\n%%EOF\n"), "x.pdf") for name in operation.parts}
        return {"data": {**body, **files}}
    return {} if method == "GET" else {"json": body}


def told(answer: TestResponse) -> dict[str, Any]:
    """Return all that an answer says."""
    said = answer.get_json(silent=True) or {"text": answer.get_data(as_text=True)}
    headers = {name: value for name, value in answer.headers if name not in COUNTED and name not in said}
    return said | {"status": answer.status_code} | headers


def difference(first: TestResponse, second: TestResponse) -> str:
    """Return what two answers do not say alike; nothing where they are the same."""
    one, other = told(first), told(second)
    names = sorted(name for name in one.keys() | other.keys() if one.get(name) != other.get(name))
    return "; ".join(f"{name}: {one.get(name)} / {other.get(name)}" for name in names)


def test_every_address_of_the_api_answers_of_a_hidden_row_as_of_one_that_does_not_exist(
    town: Flask, hidden: dict[str, list[int]]
) -> None:
    with town.app_context():
        place = db.session.scalar(
            sa.select(sa.func.min(Territory.id)).where(Territory.kind == TerritoryKind.NEIGHBOURHOOD)
        )
        ada = add_person("Ada Curieuse", lives_in=place)
    readers = {"a resident": bearer(town, ada) | ASKED, "a stranger": ASKED}
    client, differences, unread, asked = town.test_client(), [], [], count()
    for rule in sorted(town.url_map.iter_rules(), key=lambda each: (each.rule, each.endpoint)):
        if not rule.rule.startswith(PREFIX) or rule.endpoint not in OPERATIONS:
            continue
        method = next(iter((rule.methods or set()) - {"HEAD", "OPTIONS"}))
        for name in rule.arguments & hidden.keys():
            others = {**OTHERS, **{each: rows[0] for each, rows in hidden.items()}}
            for number in hidden[name]:
                for who, headers in readers.items():
                    if who == "a stranger" and method != "GET":
                        continue  # no token, no form of ours: turned away before anything is read
                    given = {each: others[each] for each in rule.arguments}
                    first = ask(client, rule, {**given, name: number}, headers)
                    second = ask(client, rule, {**given, name: NOBODY}, headers)
                    next(asked)
                    if differs := difference(first, second):
                        differences.append(f"{who}: {method} {rule.rule} [{name}={number}] {differs}")
                    if first.status_code in (400, 415, 422, 429):
                        unread.append(
                            f"{method} {rule.rule}: {first.status_code} {first.get_data(as_text=True)[:300]}"
                        )

    assert not differences, "\n".join(differences)
    assert not unread, "\n".join(unread)
    assert next(asked) > 250


def test_every_address_that_names_a_row_is_walked(town: Flask) -> None:
    named = {
        name
        for rule in town.url_map.iter_rules()
        if rule.rule.startswith(PREFIX) and rule.endpoint in OPERATIONS
        for name in rule.arguments
    }
    assert named - HIDDEN.keys() - OTHERS.keys() == PUBLIC
