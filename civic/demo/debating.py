"""How residents of the demonstration debate: what answers an argument, and what enlightens."""

import random
from datetime import timedelta

import sqlalchemy as sa

from civic.demo.script import Script
from civic.kernel.database import db
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


def _build_answer(script: Script, values: dict[str, object]) -> int:
    answered = db.session.get(Argument, script.ids[str(values["to"])])
    assert answered is not None
    answer = Argument(
        proposal_id=answered.proposal_id,
        author_id=script.ids[str(values["author"])],
        side=Side.NEUTRAL,
        body=str(values["body"]),
        parent_id=answered.parent_id or answered.id,
        answers_id=answered.id,
        created_at=script.now + timedelta(days=float(str(values["in_days"]))),
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
