"""Every fact is in the journal, with the deed or not at all; nothing there is personal, and nobody changes it."""

from dataclasses import dataclass

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.events import RolesChanged
from civic.accounts.models import Role
from civic.accounts.service import people
from civic.audit import queries
from civic.audit.models import AuditEntry
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.events import DomainEvent
from civic.kernel.transaction import publish, transaction
from tests.conftest import add_person, add_town, sign_in
from tests.mutual_aid.making import ADDRESS, NAME, PHONE, add_request


@dataclass(frozen=True, kw_only=True)
class SomethingSaid(DomainEvent):
    actor_id: int
    thing_id: int
    text: str
    title: str
    email: str
    state: str
    is_open: bool
    person_ids: tuple[int, ...]


def entries() -> list[AuditEntry]:
    return list(db.session.scalars(sa.select(AuditEntry).order_by(AuditEntry.id)))


def state_a_fact(state: str = "open") -> None:
    publish(
        SomethingSaid(
            occurred_at=utc_now(),
            actor_id=5,
            thing_id=7,
            text="Je suis malade",
            title="Un secret",
            email="ada@example.org",
            state=state,
            is_open=True,
            person_ids=(1, 2),
        )
    )


def test_a_fact_is_written_with_its_ids_and_states_and_without_its_words(app_context: Flask) -> None:
    with transaction():
        state_a_fact()
    with transaction():
        state_a_fact("Words where a state should be")

    first, second = entries()

    assert (first.fact, first.actor_id) == ("SomethingSaid", 5)
    assert first.subjects == {"thing_id": 7, "state": "open", "is_open": True, "person_ids": [1, 2]}
    assert "state" not in second.subjects


def test_a_command_that_fails_leaves_nothing_in_the_journal(app_context: Flask) -> None:
    with pytest.raises(ZeroDivisionError), transaction():
        state_a_fact()
        raise ZeroDivisionError

    assert entries() == []


def test_an_entry_is_neither_changed_nor_deleted(app_context: Flask) -> None:
    with transaction():
        state_a_fact()
    with pytest.raises(RuntimeError), transaction():
        entries()[0].fact = "SomethingElse"
    with pytest.raises(RuntimeError), transaction():
        db.session.delete(entries()[0])

    assert [entry.fact for entry in entries()] == ["SomethingSaid"]


def test_a_request_for_help_leaves_no_address_and_no_number_in_the_journal(app_context: Flask) -> None:
    _, (place, *_) = add_town()
    add_request(add_person("Odette", lives_in=place), place)

    written = str([(entry.fact, entry.subjects) for entry in entries()])

    assert "RequestOpened" in written
    for secret in (ADDRESS, PHONE, PHONE.replace(" ", ""), NAME, "courses lourdes"):
        assert secret not in written


def test_an_administrator_reads_the_journal_by_kind_and_nobody_else_does(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        admin = add_person("Ada", roles=((Role.ADMIN, town),))
        agent = add_person("Bob", roles=((Role.AGENT, town),))
        for index in range(25):
            people.issue_api_token(person_id=admin)
            with transaction():
                publish(
                    RolesChanged(
                        occurred_at=utc_now(),
                        actor_id=admin,
                        person_id=agent,
                        territory_id=index,
                        role="agent",
                        is_granted=True,
                    )
                )
    client = sign_in(app, admin)

    page = client.get("/bureau/journal").get_data(as_text=True)
    assert "RolesChanged" in page
    assert "Ada" in page
    assert client.get("/bureau/journal?page=2").status_code == 200
    filtered = client.get("/bureau/journal?fact=NoSuchFact").get_data(as_text=True)
    assert "Aucun fait ne correspond" in filtered
    assert sign_in(app, agent).get("/bureau/journal").status_code == 403
    assert app.test_client().get("/bureau/journal").status_code == 302
    assert client.get("/bureau/journal?page=x").status_code == 422


def test_the_journal_costs_as_many_queries_whatever_its_length(app_context: Flask) -> None:
    with transaction():
        for _ in range(30):
            state_a_fact()
    seen: list[str] = []

    def note(connection, cursor, statement, *rest):
        seen.append(statement)

    sa.event.listen(db.engine, "before_cursor_execute", note)
    queries.list_lines(size=20)
    sa.event.remove(db.engine, "before_cursor_execute", note)

    assert len(seen) <= 4
