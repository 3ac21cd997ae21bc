"""Reading what the register holds. Nothing here says what a ballot holds, nor when it came."""

import json
from typing import Any

import sqlalchemy as sa

from civic.kernel.database import db
from civic.kernel.outbox import OutboxMessage
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.voting.models import Question, RollEntry, StoredTally
from civic.voting.register.chain import Line, LineKind, sha256
from civic.voting.register.models import PublishedReceipts, RegisterEntry, RegisterFollower

ENTRY_PREFIX = "civic-receipt-1:"


def line_of(entry: RegisterEntry) -> Line:
    """Return a line as it was written: nothing is read from elsewhere than the text that was hashed."""
    return Line(**json.loads(entry.line))


def find_last_line(poll_id: int, kind: LineKind | None = None) -> Line | None:
    query = sa.select(RegisterEntry).filter_by(poll_id=poll_id).order_by(RegisterEntry.height.desc()).limit(1)
    if kind is not None:
        query = query.filter_by(kind=kind.value)
    entry = db.session.scalars(query).one_or_none()
    return line_of(entry) if entry else None


def find_line(poll_id: int, height: int) -> Line | None:
    entry = db.session.get(RegisterEntry, (poll_id, height))
    return line_of(entry) if entry else None


def list_lines(
    poll_id: int, *, acts_only: bool = False, number: int = 1, size: int = PAGE_SIZE
) -> Page[Line]:
    """Return a page of the register, the last line first. ``acts_only`` leaves the hourly heads out."""
    query = sa.select(RegisterEntry).filter_by(poll_id=poll_id).order_by(RegisterEntry.height.desc())
    if acts_only:
        query = query.where(RegisterEntry.kind != LineKind.HEAD.value)
    page = paginate(query, number=number, size=size)
    return Page([line_of(entry) for entry in page.items], page.number, page.size, page.total)


def published_lines(poll_id: int) -> str:
    """Return the whole register as it is downloaded: a JSON object a line, the stored hash beside what was hashed.

    A row that somebody altered in the database is published as it is: whoever reads it sees that it does not hold.
    """
    query = sa.select(RegisterEntry.line, RegisterEntry.hash).filter_by(poll_id=poll_id)
    rows = db.session.execute(query.order_by(RegisterEntry.height))
    return "".join(f"{_with_hash(row.line, row.hash)}\n" for row in rows)


def _with_hash(line: str, kept: str) -> str:
    try:
        values = {**json.loads(line), "hash": kept}
    except (ValueError, TypeError):
        return line
    return json.dumps(values, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def count_refused_since_head(poll_id: int, content: dict[str, Any]) -> int:
    """Return how many times the same act was refused since the last hourly head."""
    head = find_last_line(poll_id, LineKind.HEAD)
    query = sa.select(RegisterEntry).where(
        RegisterEntry.poll_id == poll_id,
        RegisterEntry.kind == LineKind.REFUSED.value,
        RegisterEntry.height > (head.height if head else -1),
    )
    return sum(line_of(entry).content == content for entry in db.session.scalars(query))


def list_seals(poll_id: int) -> list[list[Any]]:
    """Return what hidden heads sealed: height, nonce, turnout."""
    query = sa.select(RegisterEntry).where(RegisterEntry.poll_id == poll_id, RegisterEntry.seal.is_not(None))
    seals = []
    for entry in db.session.scalars(query.order_by(RegisterEntry.height)):
        nonce, turnout = str(entry.seal).split(":")
        seals.append([entry.height, nonce, int(turnout)])
    return seals


def list_counts(poll_id: int) -> list[tuple[int, str | None]]:
    """Return the position of each question with its kept count, None where it is not counted yet."""
    query = (
        sa.select(Question.position, StoredTally.content)
        .outerjoin(StoredTally, StoredTally.question_id == Question.id)
        .where(Question.poll_id == poll_id)
        .order_by(Question.position)
    )
    return [(row.position, row.content) for row in db.session.execute(query)]


# Receipts


def receipt_entry(receipt_digest: str) -> str:
    """Return the line of the published list that stands for a receipt. The list says no name, no time and no choice."""
    return sha256(ENTRY_PREFIX + receipt_digest)


def list_receipt_entries(poll_id: int) -> list[str]:
    """Return the line of each receipt of a poll, sorted."""
    query = sa.select(RollEntry.receipt_digest).where(RollEntry.poll_id == poll_id, RollEntry.has_voted)
    return sorted(receipt_entry(str(digest)) for digest in db.session.scalars(query))


def find_published_receipts(poll_id: int) -> PublishedReceipts | None:
    return db.session.get(PublishedReceipts, poll_id)


# Who follows it


def find_follower(poll_id: int, person_id: int) -> RegisterFollower | None:
    return db.session.get(RegisterFollower, (poll_id, person_id))


def is_owed(key: str) -> bool:
    query = sa.select(OutboxMessage.id).where(OutboxMessage.key == key)
    return db.session.scalar(query) is not None
