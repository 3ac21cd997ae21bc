"""Residents react to statements, one at a time."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from civic.consultations.errors import PhaseClosed
from civic.consultations.models import Consultation, Phase
from civic.consultations.rules import ConsultationState
from civic.kernel.access import ANONYMOUS
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.kernel.transaction import transaction
from civic.opinions import queries, rules
from civic.opinions.errors import StatementDoubled, StatementNotFound
from civic.opinions.models import Stance, Statement
from civic.opinions.rules import Counts, StatementOrder
from civic.opinions.service import reacting
from tests.conftest import actor_of, add_person, add_town


def add_consultation(
    town: int, *, is_open: bool = True, activities: tuple[str, ...] = ("read", "react")
) -> int:
    now = utc_now()
    begin = now - timedelta(days=1) if is_open else now + timedelta(days=1)
    with transaction():
        consultation = Consultation(
            territory_id=town,
            title="La rue",
            summary="La rue",
            state=ConsultationState.PUBLISHED,
            created_at=now,
            published_at=now,
        )
        consultation.phases.append(
            Phase(
                name="Réagir",
                opens_at=begin,
                closes_at=begin + timedelta(days=5),
                activities=list(activities),
            )
        )
        db.session.add(consultation)
    return consultation.id


def add_statement(consultation: int, body: str = "Il faut des bancs.", **counts: int) -> int:
    with transaction():
        statement = Statement(consultation_id=consultation, body=body, created_at=utc_now(), **counts)
        db.session.add(statement)
    return statement.id


def counts_of(statement: int) -> tuple[int, int, int]:
    row = db.session.get(Statement, statement)
    assert row is not None
    db.session.refresh(row)
    return row.agree_count, row.disagree_count, row.pass_count


def test_a_second_reaction_replaces_the_first_and_the_counters_equal_a_recount(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = actor_of(add_person("Ada", lives_in=place))
    consultation = add_consultation(town)
    statement = add_statement(consultation)

    reacting.react(ada, statement_id=statement, stance=Stance.AGREE)
    reacting.react(ada, statement_id=statement, stance=Stance.AGREE)
    assert counts_of(statement) == (1, 0, 0)
    reacting.react(ada, statement_id=statement, stance=Stance.DISAGREE)

    assert counts_of(statement) == (0, 1, 0)
    assert queries.recount(consultation)[statement] == Counts(0, 1, 0)


def test_somebody_from_elsewhere_or_nobody_reacts_to_nothing(app_context: Flask) -> None:
    town, _ = add_town()
    _, (elsewhere, *_) = add_town()
    stranger = actor_of(add_person("Bob", lives_in=elsewhere))
    statement = add_statement(add_consultation(town))

    with pytest.raises(NotAllowed):
        reacting.react(stranger, statement_id=statement, stance=Stance.AGREE)
    with pytest.raises(NotSignedIn):
        reacting.react(ANONYMOUS, statement_id=statement, stance=Stance.AGREE)

    assert counts_of(statement) == (0, 0, 0)


@pytest.mark.parametrize("changes", [{"is_open": False}, {"activities": ("read", "propose")}])
def test_a_closed_phase_takes_no_reaction_and_no_statement(
    app_context: Flask, changes: dict[str, Any]
) -> None:
    town, (place, *_) = add_town()
    ada = actor_of(add_person("Ada", lives_in=place))
    consultation = add_consultation(town, **changes)
    statement = add_statement(consultation)

    with pytest.raises(PhaseClosed):
        reacting.react(ada, statement_id=statement, stance=Stance.AGREE)
    with pytest.raises(PhaseClosed):
        reacting.submit_statement(ada, consultation_id=consultation, body="Il faut aussi des arbres.")

    assert counts_of(statement) == (0, 0, 0)
    assert queries.count_statements(consultation) == 1


def test_saying_again_what_was_said_is_refused_with_its_text(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = actor_of(add_person("Ada", lives_in=place))
    consultation = add_consultation(town)
    add_statement(consultation, "Il faut des bancs à l’ombre.")

    with pytest.raises(StatementDoubled) as refused:
        reacting.submit_statement(ada, consultation_id=consultation, body="il faut des BANCS, a l'ombre")

    assert refused.value.values["text"] == "Il faut des bancs à l’ombre."
    assert queries.count_statements(consultation) == 1


def test_the_least_heard_statement_comes_next_and_none_comes_twice(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    person = add_person("Ada", lives_in=place)
    consultation = add_consultation(town)
    heard = add_statement(consultation, "Déjà lue.", agree_count=3)
    fresh = add_statement(consultation, "Jamais lue.")

    first = queries.find_next_statement(consultation, person)
    assert first is not None
    assert first.id == fresh
    reacting.react(actor_of(person), statement_id=fresh, stance=Stance.PASS)
    second = queries.find_next_statement(consultation, person)
    assert second is not None
    assert second.id == heard
    reacting.react(actor_of(person), statement_id=heard, stance=Stance.AGREE)

    assert queries.find_next_statement(consultation, person) is None


def test_a_hidden_statement_is_nowhere_and_takes_no_reaction(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada = actor_of(add_person("Ada", lives_in=place))
    consultation = add_consultation(town)
    statement = add_statement(consultation)
    reacting.set_statement_hidden(statement_id=statement, is_hidden=True, now=utc_now())

    assert queries.list_statements(consultation).items == []
    with pytest.raises(StatementNotFound):
        reacting.react(ada, statement_id=statement, stance=Stance.AGREE)


def test_the_database_sorts_as_the_published_rule_says(app_context: Flask) -> None:
    town, _ = add_town()
    consultation = add_consultation(town)
    table = [(9, 1, 0), (1, 9, 0), (5, 5, 0), (1, 0, 0), (0, 0, 0), (0, 0, 30), (40, 35, 5), (3, 1, 1)]
    for index, (agree, disagree, passed) in enumerate(table):
        add_statement(
            consultation, f"Phrase {index}", agree_count=agree, disagree_count=disagree, pass_count=passed
        )

    for order, rule in (
        (StatementOrder.AGREED, rules.agreement),
        (StatementOrder.DIVISIVE, rules.divisiveness),
    ):
        listed = queries.list_statements(consultation, order=order).items
        scores = [rule(Counts(s.agree_count, s.disagree_count, s.pass_count)) for s in listed]
        assert scores == sorted(scores, reverse=True)


def test_in_a_large_town_the_next_statement_is_found_also_while_reactions_are_hidden(
    app_context: Flask,
) -> None:
    town, _ = add_town()
    consultation = add_consultation(town)
    with transaction():
        rows = [
            Statement(id=2_000_000_000 + n, consultation_id=consultation, body=f"{n}", created_at=utc_now())
            for n in range(3)
        ]
        db.session.add_all(rows)

    found = queries.find_next_statement(consultation, 2_000_000_000, is_hidden=True)

    assert found is not None
