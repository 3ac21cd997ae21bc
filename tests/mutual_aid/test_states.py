"""The states of a request: one table, drawn in the documentation, and one function that moves along it."""

import ast

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.audit.models import AuditEntry
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.mutual_aid import queries
from civic.mutual_aid.errors import WrongTransition
from civic.mutual_aid.rules import REQUEST_STEPS, RequestState
from civic.mutual_aid.service.requests import move_request
from civic.notifications.asking import TOLD
from config import ROOT
from tests.conftest import add_person, add_town
from tests.mutual_aid.making import add_request, state_of

TOLD_OTHERWISE: dict[RequestState, str] = {
    RequestState.DRAFT: "nothing has happened yet",
    RequestState.AWAITING_CONSENT: "the agent who wrote it is on its page; she is asked on the telephone",
    RequestState.OPEN: "told when it was read before; else she has just sent it",
    RequestState.DISPATCHING: "told by what volunteers answer, and by a withdrawal",
    RequestState.ESCALATED: "the agents are told; she reads it on the page, and is called",
    RequestState.FILLED: "told by each match",
    RequestState.IN_PROGRESS: "told by the match",
    RequestState.DONE_CLAIMED: "told by the match",
    RequestState.CLOSED: "told by the match, or the agent calls",
}
"""The states of which the request's own fact is not told, and how they are."""


def test_every_state_has_its_line_and_those_that_end_lead_nowhere() -> None:
    assert set(REQUEST_STEPS) == set(RequestState)
    ends = {state for state, steps in REQUEST_STEPS.items() if not steps}
    assert ends == {
        RequestState.CLOSED,
        RequestState.CANCELLED,
        RequestState.REDIRECTED,
        RequestState.DUPLICATE,
    }


def test_every_state_is_reached_from_a_draft_and_leads_to_an_end() -> None:
    reached, waiting = set(), [RequestState.DRAFT]
    while waiting:
        state = waiting.pop()
        if state not in reached:
            reached.add(state)
            waiting += REQUEST_STEPS[state]
    assert reached == set(RequestState)

    leads = {state for state, steps in REQUEST_STEPS.items() if not steps}
    while grown := {s for s, steps in REQUEST_STEPS.items() if leads & set(steps)} - leads:
        leads |= grown
    assert leads == set(RequestState)


def draw_steps() -> str:
    """Return the table of steps as a Mermaid diagram of states."""
    lines = ["stateDiagram-v2", "    direction TB", "    [*] --> draft"]
    for before, steps in REQUEST_STEPS.items():
        lines += [f"    {before.value} --> {after.value}: {why}" for after, why in steps.items()]
        lines += [] if steps else [f"    {before.value} --> [*]"]
    return "\n".join(lines)


def test_the_drawing_in_the_documentation_is_the_table() -> None:
    page = (ROOT / "docs" / "requests.md").read_text()

    assert f"```mermaid\n{draw_steps()}\n```" in page


def test_every_state_is_told_or_says_how_it_is() -> None:
    assert set(TOLD) | set(TOLD_OTHERWISE) == set(RequestState)
    assert not set(TOLD) & set(TOLD_OTHERWISE)


def test_one_function_alone_changes_the_state_of_a_request() -> None:
    """A request is called so in every command: whatever assigns its state is here, and writing it first is the other."""
    writing = {}
    for path in sorted((ROOT / "civic").rglob("*.py")):
        for function in ast.walk(ast.parse(path.read_text())):
            if isinstance(function, ast.FunctionDef) and any(map(sets_state, ast.walk(function))):
                writing[path.relative_to(ROOT).as_posix()] = function.name

    assert writing == {"civic/mutual_aid/service/requests.py": "move_request"}


def sets_state(node: ast.AST) -> bool:
    if not isinstance(node, ast.Assign):
        return False
    targets = [part for target in node.targets for part in ast.walk(target)]
    return any(
        isinstance(part, ast.Attribute)
        and part.attr == "state"
        and isinstance(part.value, ast.Name)
        and part.value.id in ("request", "help_request", "occurrence")
        for part in targets
    )


def test_a_step_is_in_the_journal_with_where_it_came_from_and_one_that_is_not_in_the_table_changes_nothing(
    app_context: Flask,
) -> None:
    _, (place, *_) = add_town()
    request_id = add_request(add_person(lives_in=place), place)
    entries = db.session.scalars(
        sa.select(AuditEntry).filter_by(fact="RequestChanged").order_by(AuditEntry.id)
    )
    steps = [(entry.subjects["former_state"], entry.subjects["state"]) for entry in entries]
    assert steps == [("draft", "open"), ("open", "escalated")]
    db.session.rollback()

    with pytest.raises(WrongTransition), transaction():
        move_request(queries.lock_request(request_id), RequestState.DRAFT, now=utc_now(), actor_id=None)

    assert state_of(request_id) is RequestState.ESCALATED
