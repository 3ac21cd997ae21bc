"""A rehearsal of a draft: false ballots, counted by the real methods, shown to who prepares it, and thrown away."""

import secrets
from dataclasses import dataclass

from civic.kernel.access import Actor, require
from civic.voting import queries, rules
from civic.voting.access import VotingAction
from civic.voting.asking import QuestionPlan
from civic.voting.methods.ballots import Tally
from civic.voting.rehearsal import count_false_ballots
from civic.voting.service.counting import MOST_AT_ONCE
from civic.voting.service.reading import get_visible_poll

MOST_VOTERS = 200
FEWEST_VOTERS = 20
SEED_BYTES = 8


@dataclass(frozen=True)
class Rehearsal:
    """What a count of false ballots gave. ``voters`` is how many false voters there were; ``tallies`` are by question."""

    poll_id: int
    voters: int
    questions: tuple[QuestionPlan, ...]
    tallies: tuple[Tally, ...]


def rehearse_poll(actor: Actor, *, poll_id: int) -> Rehearsal:
    """Count false ballots of a draft, drawn anew each time. Nothing is written: the box has no part in it.

    Raises:
        PollNotFound: there is no such poll, or the actor may not see it.
        NotAllowed: the actor does not prepare polls there.
        PollFrozen: it is open: whoever sees a count of an open poll would take it for the real one.
    """
    poll = get_visible_poll(actor, poll_id)
    require(actor, VotingAction.PREPARE_POLL, poll)
    rules.ensure_draft(poll)
    questions = queries.plan_of(poll).questions
    widest = max(len(question.choices) for question in questions)
    most = max(FEWEST_VOTERS, min(MOST_VOTERS, MOST_AT_ONCE // widest))
    voters = min(most, max(FEWEST_VOTERS, len(queries.list_eligible(poll))))
    tallies = count_false_ballots(questions, voters=voters, seed=secrets.token_hex(SEED_BYTES))
    return Rehearsal(poll_id, voters, questions, tallies)
