"""What is counted of a question of a sealed poll: its sums, once the trustees have opened them. Asked by the count of any question."""

import json

from civic.voting import queries as polls
from civic.voting.asking import with_seed
from civic.voting.booth import queries
from civic.voting.booth.errors import AwaitsTrustees
from civic.voting.booth.questions import election_of_sums, parts_of
from civic.voting.methods.ballots import Election
from civic.voting.models import Question


def election_of(question: Question) -> Election | None:
    """Return what is counted of a question; None when its poll is not sealed.

    Raises:
        AwaitsTrustees: the box is not open yet.
    """
    sealed = queries.find_sealed(question.poll_id)
    if sealed is None:
        return None
    if sealed.sums is None:
        raise AwaitsTrustees
    plans = polls.plan_of(question.poll).questions
    rows = [tuple(row) for row in json.loads(sealed.sums)["result"]]
    plan = plans[question.position - 1]
    sums = list(parts_of(plans, rows))[question.position - 1]
    terms = with_seed(plan.terms, question.poll.tie_seed)
    return election_of_sums(plan, sums, sealed.ballot_count or 0, terms)
