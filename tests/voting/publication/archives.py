"""Polls made for tests as they are published, without a database."""

import hashlib
from collections.abc import Sequence
from typing import Any

from civic.voting.methods.ballots import Election, Option, Terms
from civic.voting.methods.exact import canonical_json
from civic.voting.methods.registry import count_election
from civic.voting.publication.archive import ArchivedPoll, ArchivedQuestion
from civic.voting.publication.files import ballots_file, result_file

SEED = "what lots are drawn from"
ROLL = tuple(hashlib.sha256(f"salt:{person}".encode()).hexdigest() for person in range(9))


def frozen_question(election: Election, method: str) -> dict[str, Any]:
    """Return a question as it is frozen."""
    unset = vars(Terms())
    terms = {name: value for name, value in vars(election.terms).items() if value != unset[name]}
    terms.pop("seed", None)
    options = [_frozen_option(option) for option in election.options]
    return {"text": "Q", "method": method, "ballots": str(election.kind), "terms": terms, "options": options}


def _frozen_option(option: Option) -> dict[str, Any]:
    money = {"cost_cents": option.cost_cents, "envelope": option.envelope}
    return {"id": option.id, "label": option.label, "text": "", **{k: v for k, v in money.items() if v}}


def frozen_rules(questions: Sequence[tuple[Election, str]], roll: Sequence[str] = ROLL) -> str:
    digest = hashlib.sha256("\n".join(sorted(roll)).encode()).hexdigest()
    return canonical_json(
        {
            "format": "civic-poll-2",
            "question": "Que faire de la halle ?",
            "questions": [frozen_question(*one) for one in questions],
            "tie_seed_sha256": hashlib.sha256(SEED.encode()).hexdigest(),
            "roll": {"size": len(roll), "sha256": digest},
        }
    )


def archived_poll(questions: Sequence[tuple[Election, str]], *, turnout: int) -> ArchivedPoll:
    return ArchivedPoll(
        title="Que faire de la halle ?",
        rules=frozen_rules(questions),
        seed=SEED,
        roll=ROLL,
        turnout=turnout,
        by_channel={"web": turnout},
        questions=[
            ArchivedQuestion(
                position,
                ballots_file(1, position, election, method, title="Q"),
                result_file(1, position, count_election(election, method)),
            )
            for position, (election, method) in enumerate(questions, start=1)
        ],
    )
