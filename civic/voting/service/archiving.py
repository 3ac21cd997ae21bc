"""The public archive of a closed poll: of one whose ballots were separated from voters, every file; of a sealed one, its box."""

import sqlalchemy as sa

from civic.kernel.access import Actor
from civic.kernel.database import db
from civic.voting import queries, rules
from civic.voting.booth.queries import is_sealed
from civic.voting.booth.service.reading import read_paper_text, write_archive, write_head
from civic.voting.models import RollEntry
from civic.voting.publication.archive import ArchivedPoll, ArchivedQuestion, archive_files
from civic.voting.register.checking import export_register
from civic.voting.service.results import closed_poll, recount_files
from civic.voting.verification.sealed_files import PAPER_FILE


def archive_of(actor: Actor, *, poll_id: int) -> dict[str, bytes]:
    """Return every file of the archive by its name.

    Raises:
        PollNotFound: there is no such poll, or the actor may not see it.
        ResultNotPublished: it is not closed.
        CountUnderWay: a question is not counted yet.
    """
    poll = closed_poll(actor, poll_id)
    if is_sealed(poll_id):
        name, content = write_archive(actor, poll_id=poll_id)
        files = {name: b"".join(content), "head.json": write_head(actor, poll_id=poll_id).encode()}
        paper = read_paper_text(actor, poll_id=poll_id)
        return {**files, PAPER_FILE: paper.encode()} if paper else files
    is_imported = rules.is_imported(poll)
    questions = []
    for question in poll.questions:
        counted = recount_files(poll, question)
        questions.append(ArchivedQuestion(question.position, counted.ballots, counted.result))
    digests = sa.select(RollEntry.digest).filter_by(poll_id=poll.id)
    channels = {} if is_imported else queries.count_by_channel(poll.id)
    return archive_files(
        ArchivedPoll(
            title=poll.question,
            rules=queries.rules_document(poll),
            seed=poll.tie_seed or "",
            roll=None if is_imported else list(db.session.scalars(digests)),
            turnout=(poll.roll_size or 0) if is_imported else queries.count_turnout(poll.id),
            by_channel={str(channel): count for channel, count in channels.items()},
            questions=questions,
            register=export_register(actor, poll_id=poll_id) or None,
        )
    )
