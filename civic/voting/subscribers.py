"""What opening and mixing a poll write in its register; and what the polls hold of a person: that she may vote, and whether she has.

What she put in the box is linked to nobody.
"""

from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import exports_personal_data
from civic.kernel.database import db
from civic.kernel.events import within_transaction
from civic.voting import queries
from civic.voting.events import BoxMixed, PollOpened, QuestionCounted
from civic.voting.models import Poll, RollEntry
from civic.voting.register import following as _following  # noqa: F401  says what following a register keeps
from civic.voting.register import writing
from civic.voting.register.results import published_digests


@within_transaction(PollOpened)
def begin_register(fact: PollOpened) -> None:
    writing.begin(queries.get_poll_alone(fact.poll_id), at=fact.occurred_at)


@within_transaction(BoxMixed)
def write_mixing(fact: BoxMixed) -> None:
    writing.note_mixed(poll_id=fact.poll_id, ballots=fact.ballots, at=fact.occurred_at)


@within_transaction(QuestionCounted)
def write_count(fact: QuestionCounted) -> None:
    if writing.is_count_to_note(fact.poll_id) and (results := published_digests(fact.poll_id)) is not None:
        writing.note_counted(poll_id=fact.poll_id, results=results, at=fact.occurred_at)


@exports_personal_data("voting")
def export(person_id: int) -> dict[str, Any]:
    entries = (
        sa.select(Poll.question, RollEntry.has_voted, RollEntry.channel)
        .join(RollEntry, RollEntry.poll_id == Poll.id)
        .where(RollEntry.person_id == person_id)
        .order_by(Poll.id)
    )
    return {
        "rolls": [
            {"poll": question, "has_voted": has_voted, "channel": channel.value if channel else None}
            for question, has_voted, channel in db.session.execute(entries)
        ]
    }
