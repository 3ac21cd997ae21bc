"""What the register says of a count: the digests of the very files that anyone downloads to count again."""

from typing import Any

from civic.voting import queries as voting
from civic.voting.booth.queries import is_sealed
from civic.voting.models import Poll, Question
from civic.voting.publication import files
from civic.voting.register import queries
from civic.voting.service.counting import election_of, read_tally


def published_digests(poll_id: int) -> list[dict[str, Any]] | None:
    """Return, for each question, the SHA-256 of its result and of its ballots as they are published; None while one is not counted.

    Never of the box itself: of a few rankings, a digest of what each voter wrote could be tried against every box that gives the result.
    """
    counts = queries.list_counts(poll_id)
    if any(content is None for _, content in counts):
        return None
    poll = voting.get_poll(poll_id)
    texts = {position: content or "" for position, content in counts}
    return [_digests(poll, question, texts[question.position]) for question in poll.questions]


def _digests(poll: Poll, question: Question, content: str) -> dict[str, Any]:
    result = files.result_file(poll.id, question.position, read_tally(content))
    digests: dict[str, Any] = {"question": question.position, "result_sha256": result.sha256}
    if not is_sealed(poll.id):
        election = election_of(question)
        ballots = files.ballots_file(
            poll.id, question.position, election, question.method, title=question.text
        )
        digests["ballots_sha256"] = ballots.sha256
    return digests
