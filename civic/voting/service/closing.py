"""What follows the closing of a poll: each of its questions is counted, at once or beside the requests."""

from datetime import datetime

import structlog

from civic.kernel.clock import utc_now
from civic.kernel.transaction import transaction
from civic.voting import queries, rules
from civic.voting.booth.queries import is_awaiting_trustees
from civic.voting.methods.refusals import CountRefused
from civic.voting.methods.registry import count_election
from civic.voting.models import Question
from civic.voting.service import counting, long_counts

log = structlog.get_logger(__name__)

MOST_FORGOTTEN = 50


def count_poll(poll_id: int) -> None:
    """Count every question of a closed poll that is not counted yet.

    Raises:
        PollNotFound: there is no such poll.
        ResultNotPublished: it is not closed.
    """
    with transaction():
        poll = queries.get_poll_alone(poll_id)
        rules.ensure_result_shown(poll, at=utc_now())
        if is_awaiting_trustees(poll_id):
            return
        counted = queries.list_counted(question.id for question in poll.questions)
        for question in poll.questions:
            if question.id not in counted:
                _count(question)


def _count(question: Question) -> None:
    election = counting.election_of(question)
    if counting.takes_long(question.method, election):
        long_counts.start_long_count(question)
    else:
        counting.keep_tally(question, count_election(election, question.method))


def count_forgotten_polls(now: datetime) -> int:
    """Count the closed polls whose count is not kept. Returns how many there were."""
    forgotten = queries.list_uncounted(at=now, most=MOST_FORGOTTEN)
    for poll_id in forgotten:
        try:
            count_poll(poll_id)
        except CountRefused as refused:  # of a file that others wrote: the other polls do not wait for it
            log.warning("count_refused", poll_id=poll_id, reason=str(refused))
    return len(forgotten)
