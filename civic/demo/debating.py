"""How residents of the demonstration debate: what answers an argument, what enlightens, and which changes of a text they propose."""

import random
from datetime import timedelta
from typing import Any

import sqlalchemy as sa

from civic.demo.script import Script
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.proposals.amendments.models import Amendment
from civic.proposals.amendments.queries import text_of
from civic.proposals.amendments.rules import AmendmentState
from civic.proposals.amendments.versions import Credit, keep_present_text, note_change
from civic.proposals.arguing.models import ArgumentMark
from civic.proposals.models import Argument, Proposal
from civic.proposals.rules import Side


def build_debates(script: Script) -> None:
    """Draws from a chance of its own, so that the rest of the town is drawn as before."""
    rng, content = random.Random("debating"), script.read("debating.json")
    for values in content["answers"]:
        script.ids[values["key"]] = _build_answer(script, values)
    for key, wanted in content["marks"].items():
        _build_marks(script, rng, script.ids[key], wanted)
    for values in content["amendments"]:
        _build_amendment(script, values)


def _build_answer(script: Script, values: dict[str, Any]) -> int:
    answered = db.session.get(Argument, script.ids[values["to"]])
    assert answered is not None
    answer = Argument(
        proposal_id=answered.proposal_id,
        author_id=script.ids[values["author"]],
        side=Side.NEUTRAL,
        body=values["body"],
        parent_id=answered.parent_id or answered.id,
        answers_id=answered.id,
        created_at=script.now + timedelta(days=values["in_days"]),
    )
    db.session.add(answer)
    db.session.flush()
    return answer.id


def _build_marks(script: Script, rng: random.Random, argument_id: int, wanted: int) -> None:
    argument = db.session.get(Argument, argument_id)
    assert argument is not None
    proposal = db.session.get(Proposal, argument.proposal_id)
    assert proposal is not None
    eligible = [
        person
        for person in script.people_of(set(script.residents))
        if person != argument.author_id and script.joined[person] < argument.created_at
    ]
    # the first half of the eligible reads a debate more than the other: some mark several arguments, as people do
    readers = rng.sample(eligible[: len(eligible) // 2], min(wanted, len(eligible) // 2))
    while_read = min(script.now - argument.created_at, timedelta(days=14))
    rows = [
        {
            "argument_id": argument_id,
            "person_id": person,
            "created_at": argument.created_at + while_read * rng.random(),
        }
        for person in readers
    ]
    db.session.execute(sa.insert(ArgumentMark), rows)
    argument.useful_count = len(rows)


def _build_amendment(script: Script, values: dict[str, Any]) -> None:
    proposal = db.session.get(Proposal, script.ids[values["proposal"]])
    assert proposal is not None
    assert values["from"] in proposal.body_source, values["key"]
    keep_present_text(proposal)
    before = text_of(proposal)
    amendment = Amendment(
        proposal_id=proposal.id,
        author_id=script.ids[values["author"]],
        version=proposal.text_version,
        title=before.title,
        body_source=before.body.replace(values["from"], values["to"]),
        reason=values["reason"],
        state=AmendmentState(values["state"]),
        answer=values.get("answer", ""),
        created_at=script.now + timedelta(days=values["in_days"]),
    )
    if amendment.state is not AmendmentState.PROPOSED:
        amendment.decided_at = script.now + timedelta(days=values["decided_in_days"])
        amendment.decided_by_id = proposal.author_id
    db.session.add(amendment)
    db.session.flush()
    script.ids[values["key"]] = amendment.id
    if amendment.state is AmendmentState.ACCEPTED and amendment.decided_at is not None:
        proposal.body_source, proposal.edited_at = amendment.body_source, amendment.decided_at
        proposal.body_html = markdown_to_html(amendment.body_source)
        note_change(proposal, before, at=amendment.decided_at, credit=Credit(amendment_id=amendment.id))
