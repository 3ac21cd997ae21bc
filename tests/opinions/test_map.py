"""The map of opinions is counted beside the requests, kept, shown without a name, and hidden while its phase hides it."""

import re
from dataclasses import asdict
from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.consultations.models import Consultation
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import OutboxMessage
from civic.kernel.transaction import transaction
from civic.opinions import map_queries
from civic.opinions.groups.mapping import map_opinions
from civic.opinions.groups.table import make_table
from civic.opinions.models import (
    OpinionMap,
    OpinionPlace,
    Participant,
    Reaction,
    SharedOpinion,
    Stance,
    Statement,
)
from civic.opinions.rules import told_groups
from civic.opinions.service import map_reading, mapping, reacting
from civic.opinions.service.mapping import COUNT_MAP
from tests.conftest import actor_of, add_person, add_town, post_form, sign_in
from tests.opinions.test_reacting import add_consultation, add_statement

BODIES = [f"Il faut faire la chose numéro {number}." for number in range(10)]


@pytest.fixture(autouse=True)
def counted_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Count in this process: starting another takes seconds (``test_counting.py`` does)."""

    def count(asked: map_queries.ToCount) -> dict[str, Any]:
        people, statements = len(asked.participants), len(asked.statements)
        table = make_table(asked.rows, asked.columns, asked.values, people=people, statements=statements)
        return asdict(map_opinions(table))

    monkeypatch.setattr(mapping, "count_reactions", count)


def add_camps(sizes: tuple[int, int] = (24, 16), *, hides: bool = False) -> tuple[int, int, list[int]]:
    """Add a consultation in which all agree with the first statement and two camps disagree on the others.

    Returns:
        A neighbourhood, the consultation, the statements.
    """
    town, (place, *_) = add_town()
    consultation = add_consultation(town)
    statements = [add_statement(consultation, body) for body in BODIES]
    with transaction():
        for phase in db.session.get_one(Consultation, consultation).phases:
            phase.hides_reactions = hides
        people = [Participant(consultation_id=consultation, external_ref=str(n)) for n in range(sum(sizes))]
        db.session.add_all(people)
        db.session.flush()
        for number, who in enumerate(people):
            side = 1 if number < sizes[0] else -1
            for rank, statement in enumerate(statements):
                value = 1 if rank == 0 or number % 10 == rank else side * (1 if rank % 2 else -1)
                db.session.add(Reaction(participant_id=who.id, statement_id=statement, value=value))
        for statement in statements:
            found = db.session.get_one(Statement, statement)
            found.agree_count, found.disagree_count = 30, 10
    return place, consultation, statements


def owed(consultation: int) -> list[OutboxMessage]:
    query = sa.select(OutboxMessage).filter_by(kind=COUNT_MAP).order_by(OutboxMessage.id)
    return [one for one in db.session.scalars(query) if one.payload == {"consultation_id": consultation}]


def get_consultation(consultation: int) -> Consultation:
    return db.session.get_one(Consultation, consultation)


def test_a_hundred_reactions_owe_one_count_and_the_next_waits_for_ten_minutes(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = actor_of(add_person("Ada", lives_in=place))
    consultation = add_consultation(town)
    first, second = add_statement(consultation), add_statement(consultation, "Il faut des arbres.")

    reacting.react(ada, statement_id=first, stance=Stance.AGREE)
    reacting.react(ada, statement_id=first, stance=Stance.PASS)
    reacting.react(ada, statement_id=second, stance=Stance.AGREE)
    assert len(owed(consultation)) == 1

    mapping.count_map(consultation_id=consultation)
    counted_at = db.session.get_one(OpinionMap, consultation).computed_at
    assert counted_at is not None
    reacting.react(ada, statement_id=second, stance=Stance.AGREE)  # the same again: nothing changed
    assert len(owed(consultation)) == 1
    reacting.react(ada, statement_id=second, stance=Stance.DISAGREE)

    assert len(owed(consultation)) == 2
    assert owed(consultation)[-1].due_at >= counted_at + timedelta(minutes=10)


def test_groups_are_kept_with_what_they_hold_and_counted_twice_they_are_the_same(app_context: Flask) -> None:
    _, consultation, statements = add_camps()

    mapping.count_map(consultation_id=consultation)
    view = map_reading.read_map(get_consultation(consultation))

    assert (view.lack, view.people, view.considered) == (None, 40, 40)
    assert [group.people for group in view.groups] == [24, 16]
    assert view.agreed[0].id == statements[0]
    assert {one.id for one in view.dividing} <= set(statements[1:])
    assert all(group.agrees for group in view.groups)
    kept = [
        (one.participant_id, one.x, one.y, one.number) for one in db.session.scalars(sa.select(OpinionPlace))
    ]
    mapping.count_map(consultation_id=consultation)
    db.session.expire_all()
    again = [
        (one.participant_id, one.x, one.y, one.number) for one in db.session.scalars(sa.select(OpinionPlace))
    ]
    assert sorted(again) == sorted(kept)


def test_a_count_that_is_late_does_not_replace_a_later_one(app_context: Flask) -> None:
    _, consultation, _ = add_camps()
    later = utc_now() + timedelta(minutes=1)
    with transaction():
        db.session.add(OpinionMap(consultation_id=consultation, computed_at=later, people=7, squares=[]))

    mapping.count_map(consultation_id=consultation)

    assert db.session.get_one(OpinionMap, consultation).people == 7
    assert map_queries.list_groups(consultation) == []


def test_five_neighbours_are_told_that_they_are_too_few(app: Flask) -> None:
    with app.app_context():
        _, consultation, _ = add_camps((3, 2))
        mapping.count_map(consultation_id=consultation)

    page = text_of(app.test_client(), f"/consultations/{consultation}/opinions")

    assert "Pas encore assez de monde" in page
    assert "5 personnes ont assez réagi" in page
    assert "Groupe A" not in page


def test_before_anybody_reacts_the_page_says_so(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        bare, waiting = add_consultation(town), add_consultation(town)
        add_statement(waiting)

    client = app.test_client()

    assert "Aucune affirmation pour le moment" in text_of(client, f"/consultations/{bare}/opinions")
    assert "n’est pas encore dessinée" in text_of(client, f"/consultations/{waiting}/opinions")


def test_what_all_agree_on_comes_first_and_she_alone_sees_where_she_stands(app: Flask) -> None:
    with app.app_context():
        place, consultation, statements = add_camps()
        ada = add_person("Ada Lovelace", lives_in=place)
        with transaction():
            who = db.session.scalars(sa.select(Participant).filter_by(external_ref="3")).one()
            who.person_id, who.external_ref = ada, None
        mapping.count_map(consultation_id=consultation)

    hers = text_of(sign_in(app, ada), f"/consultations/{consultation}/opinions")
    of_all = text_of(app.test_client(), f"/consultations/{consultation}/opinions")

    assert of_all.index(BODIES[0]) < of_all.index("Qui pense comme qui") < of_all.index("Ce qui sépare")
    assert "Vous êtes dans le groupe A" in hers
    assert "Vous êtes" not in of_all
    assert "Lovelace" not in of_all
    for statement in statements[:1]:
        traced = text_of(app.test_client(), f"/affirmations/{statement}")
        assert "Écrite par un habitant" in traced
        assert "Dans chaque groupe de la carte" in traced


def test_a_statement_hidden_by_moderation_leaves_the_map_at_once(app: Flask) -> None:
    with app.app_context():
        _, consultation, statements = add_camps()
        mapping.count_map(consultation_id=consultation)
        reacting.set_statement_hidden(statement_id=statements[0], is_hidden=True, now=utc_now())
        assert len(owed(consultation)) == 1

    client = app.test_client()

    for path in (f"/consultations/{consultation}/opinions", f"/consultations/{consultation}/opinions.csv"):
        assert BODIES[0] not in text_of(client, path)
    assert BODIES[0] not in str(client.get(f"/api/v1/consultations/{consultation}/opinions").json)
    assert client.get(f"/affirmations/{statements[0]}").status_code == 404


def test_what_fewer_than_five_of_a_group_answered_is_told_nowhere(app: Flask) -> None:
    with app.app_context():
        _, consultation, statements = add_camps()
        mapping.count_map(consultation_id=consultation)
        with transaction():
            db.session.execute(
                sa.text("UPDATE opinion_of_group SET agreed = 2, disagreed = 2, passed = 0 WHERE number = 1")
            )

    client = app.test_client()
    told = client.get(f"/api/v1/consultations/{consultation}/opinions").json

    small = [group["counts"] for one in told["dividing"] for group in one["groups"] if group["group"] == "B"]
    assert not any(small)
    lines = text_of(client, f"/consultations/{consultation}/opinions.csv").splitlines()
    assert all(";;;" in line for line in lines[1:])
    assert "trop peu de réponses" in text_of(client, f"/affirmations/{statements[1]}")


def test_a_sentence_that_looks_like_a_formula_stays_a_text_in_the_file(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        consultation = add_consultation(town)
        add_statement(consultation, "=1+1 bancs de plus, place du marché")

    assert ";'=1+1 bancs" in text_of(app.test_client(), f"/consultations/{consultation}/opinions.csv")


def outlets(consultation: int, statement: int) -> list[str]:
    """Every address that tells, or might, what people react."""
    api = f"/api/v1/consultations/{consultation}"
    return [
        f"/consultations/{consultation}",
        f"/consultations/{consultation}/affirmations",
        *(f"/consultations/{consultation}/affirmations/toutes?sort={sort}" for sort in SORTS),
        f"/consultations/{consultation}/opinions",
        f"/consultations/{consultation}/opinions.csv",
        f"/affirmations/{statement}",
        *(f"{api}/statements?sort={sort}" for sort in SORTS),
        f"{api}/statements/next",
        f"{api}/opinions",
    ]


SORTS = ("agreed", "divisive", "seen", "newest")


def test_while_its_phase_hides_them_no_outlet_tells_what_people_react(app: Flask) -> None:
    """Two consultations that differ by their reactions alone answer the same, but for their numbers."""
    with app.app_context():
        place, consultation, statements = add_camps(hides=True)
        ada, root = add_person("Ada", lives_in=place), add_person("Root", roles=((Role.ADMIN, place),))
        mapping.count_map(consultation_id=consultation)
    clients = [app.test_client(), sign_in(app, ada), sign_in(app, root)]
    before = [[answer(client, path) for path in outlets(consultation, statements[3])] for client in clients]

    with app.app_context(), transaction():
        for rank, statement in enumerate(statements):
            found = db.session.get_one(Statement, statement)
            found.agree_count, found.disagree_count, found.pass_count = 400 - 37 * rank, 41 * rank, 3
        db.session.execute(sa.update(SharedOpinion).values(agreed=0.1, dividing=0.9))
    after = [[answer(client, path) for path in outlets(consultation, statements[3])] for client in clients]

    assert after[0] == before[0]
    assert after[1:] == before[1:]
    shown = app.test_client().get(f"/api/v1/consultations/{consultation}/opinions")
    assert (shown.status_code, shown.json["code"]) == (409, "reactions_hidden")


def test_once_the_phase_is_over_what_it_hid_is_shown(app: Flask) -> None:
    with app.app_context():
        _, consultation, _ = add_camps(hides=True)
        mapping.count_map(consultation_id=consultation)
        with transaction():
            for phase in get_consultation(consultation).phases:
                phase.closes_at = utc_now() - timedelta(seconds=1)

    assert "Ce sur quoi tous les groupes" in text_of(
        app.test_client(), f"/consultations/{consultation}/opinions"
    )


def test_she_changes_her_mind_without_a_script(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        ada = add_person("Ada", lives_in=place)
        consultation = add_consultation(town)
        statement = add_statement(consultation)
        add_statement(consultation, "Il faut des arbres.")
    client = sign_in(app, ada)

    sent = post_form(client, f"/affirmations/{statement}/reaction", reaction="agree")
    next_page = text_of(client, sent.headers["Location"])
    assert "Il faut des bancs. » : D’accord." in next_page
    assert f"/affirmations/{statement}" in client.get(sent.headers["Location"]).get_data(as_text=True)
    post_form(client, f"/affirmations/{statement}/reaction", reaction="disagree")

    with app.app_context():
        found = db.session.get_one(Statement, statement)
        assert (found.agree_count, found.disagree_count) == (0, 1)


def test_a_link_to_what_she_answered_shows_nothing_of_another_consultation(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        ada = add_person("Ada", lives_in=place)
        consultation, other = add_consultation(town), add_consultation(town)
        elsewhere = add_statement(other, "Il faut des arbres.")
        reacting.react(actor_of(ada), statement_id=elsewhere, stance=Stance.AGREE)

    for wrong in (elsewhere, 0, "x"):
        page = text_of(sign_in(app, ada), f"/consultations/{consultation}/affirmations?avant={wrong}")
        assert "Il faut des arbres" not in page


def text_of(client: FlaskClient, path: str) -> str:
    """Return a page as it is read, or a file."""
    response = client.get(path)
    assert response.status_code == 200, (path, response.status_code)
    text = response.get_data(as_text=True)
    return " ".join(strip(text).split()) if response.mimetype == "text/html" else text


def strip(page: str) -> str:
    return re.sub(r"<[^>]+>", " ", page)


def answer(client: FlaskClient, path: str) -> tuple[int, Any]:
    response = client.get(path)
    if response.mimetype == "text/html":
        return response.status_code, text_of(client, path) if response.status_code == 200 else None
    told = response.json
    if isinstance(told, dict):
        told.pop("request_id", None)
    return response.status_code, told


@pytest.mark.parametrize(
    ("seen", "everybody", "told"),
    [
        ([24, 16], 40, {0, 1}),
        ([24, 4], 28, set()),
        ([24, 9, 4], 37, {0}),
        ([24, 4], 40, {0}),
        ([24, 3, 3], 30, {0}),
        ([24, 0], 24, {0}),
        ([3, 2], 5, set()),
    ],
)
def test_whoever_subtracts_the_groups_from_all_finds_nothing_of_fewer_than_five_people(
    seen: list[int], everybody: int, told: set[int]
) -> None:
    assert told_groups(seen, everybody=everybody) == told
