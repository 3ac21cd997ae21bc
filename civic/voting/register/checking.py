"""What anyone may read of a register, and what may be checked against it: a receipt, or a copy kept elsewhere."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Any

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.kernel.access import Actor, can
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import owe
from civic.kernel.pagination import PAGE_SIZE, Page
from civic.kernel.signing import key_fingerprint, public_key
from civic.kernel.transaction import transaction
from civic.voting import queries as voting
from civic.voting import rules
from civic.voting.access import VotingAction
from civic.voting.errors import NoAddressForReceipt, NoReceiptsYet, ReceiptForged, ReceiptUnreadable
from civic.voting.models import Poll, RollEntry
from civic.voting.register import queries, writing
from civic.voting.register.chain import (
    Comparison,
    Damage,
    Line,
    LineKind,
    RegisterDamaged,
    compare,
    read_register,
)
from civic.voting.register.receipts import Receipt, is_genuine, read_receipt, signed
from civic.voting.service.reading import get_visible_poll

RECEIPT_MAIL = "voting.receipt_mail"


@dataclass(frozen=True)
class RegisterView:
    """A page of a register.

    Attributes:
        head: its last line; None for a poll opened before registers existed, until something is written in it.
        is_sound: what this platform itself finds: the chain holds, and what is frozen is still what the first line says.
        damage: the first thing wrong, when it is not.
    """

    poll_id: int
    head: Line | None
    lines: Page[Line]
    is_sound: bool
    damage: Damage | None
    receipts_height: int | None
    key: str
    key_fingerprint: str
    follows: bool
    may_follow: bool


def show_register(
    actor: Actor, *, poll_id: int, acts_only: bool = False, number: int = 1, size: int = PAGE_SIZE
) -> RegisterView:
    """Return a page of the register of a poll, the last line first. Raises PollNotFound, NotFrozenYet."""
    poll = get_visible_poll(actor, poll_id)
    rules.ensure_frozen(poll)
    damage = find_damage(poll)
    published = queries.find_published_receipts(poll_id)
    key = _key_of(poll_id)
    return RegisterView(
        poll_id=poll_id,
        head=queries.find_last_line(poll_id),
        lines=queries.list_lines(poll_id, acts_only=acts_only, number=number, size=size),
        is_sound=damage is None,
        damage=damage,
        receipts_height=published.height if published else None,
        key=key,
        key_fingerprint=key_fingerprint(key),
        follows=actor.is_signed_in and queries.find_follower(poll_id, actor.id) is not None,
        may_follow=can(actor, VotingAction.FOLLOW_REGISTER, poll),
    )


def find_damage(poll: Poll) -> Damage | None:
    """Return the first thing wrong with a register and with what its first line froze; None when all is well, or nothing is written."""
    text = queries.published_lines(poll.id)
    if not text:
        return None
    try:
        first, *_ = read_register(text)
    except RegisterDamaged as damaged:
        return damaged.damage
    is_as_frozen = rules.fingerprint(voting.rules_document(poll)) == first.content.get("rules")
    return None if is_as_frozen else Damage.ALTERED


def export_register(actor: Actor, *, poll_id: int) -> str:
    """Return the whole register, a JSON object a line. Raises PollNotFound, NotFrozenYet."""
    rules.ensure_frozen(get_visible_poll(actor, poll_id))
    return queries.published_lines(poll_id)


def export_receipts(actor: Actor, *, poll_id: int) -> str:
    """Return the list of receipts that the last head commits to: sorted, without name, time or choice.

    Raises:
        PollNotFound, NotFrozenYet.
        NoReceiptsYet: none was published: the first full hour has not struck, or the turnout is hidden until the closing.
    """
    poll = get_visible_poll(actor, poll_id)
    rules.ensure_frozen(poll)
    published = queries.find_published_receipts(poll_id)
    if published is None or not rules.may_show_turnout(poll, utc_now()):
        raise NoReceiptsYet
    return published.text


@dataclass(frozen=True)
class CopyChecked:
    """What a copy kept elsewhere shows beside the register as it is now. ``damage``: of the copy, else of the register."""

    comparison: Comparison | None
    damage: Damage | None = None
    line: int = 0
    is_copy_damaged: bool = False


def compare_copy(actor: Actor, *, poll_id: int, copy: str) -> CopyChecked:
    """Compare a copy of a register that somebody kept with the register as it is now. Raises PollNotFound, NotFrozenYet."""
    now_text = export_register(actor, poll_id=poll_id)
    try:
        kept = read_register(copy)
    except RegisterDamaged as damaged:
        return CopyChecked(None, damaged.damage, damaged.line, is_copy_damaged=True)
    try:
        later = read_register(now_text)
    except RegisterDamaged as damaged:
        return CopyChecked(None, damaged.damage, damaged.line)
    return CopyChecked(compare(kept, later))


# Receipts


def sign_receipt(poll: Poll, *, code: str, at: datetime) -> str:
    """Return the signed receipt of a ballot that was just put in the box, in its transaction."""
    head = writing.head_of(poll, at=at)
    receipt = Receipt(
        poll=poll.id,
        rules=poll.rules_hash or "",
        code=code,
        entry=queries.receipt_entry(voting.receipt_digest(code)),
        height=head.height,
        head=head.hash,
    )
    return signed(receipt).text


class Listed(StrEnum):
    """Whether the published list of receipts has one: ``later`` before the first list, or the next full hour."""

    YES = "yes"
    LATER = "later"
    NO = "no"


@dataclass(frozen=True)
class ReceiptChecked:
    """What was found of a signed receipt, each by itself.

    Attributes:
        is_genuine: it was signed with the key that the register names.
        is_in_box: the roll bears its mark.
        is_chained: the line of the register that it quotes is still there, with the same hash.
        listed: whether the published list of receipts has it.
    """

    poll_id: int
    question: str
    code: str
    is_genuine: bool
    is_in_box: bool
    is_chained: bool
    listed: Listed

    @property
    def is_sound(self) -> bool:
        return self.is_genuine and self.is_in_box and self.is_chained and self.listed is not Listed.NO


def check_signed_receipt(*, text: str) -> ReceiptChecked:
    """Check a signed receipt. Open to anybody who holds it.

    Raises:
        ReceiptUnreadable: it is not a receipt, or a part of it is missing.
        PollNotFound: its poll is not here.
    """
    receipt = _read(text)
    poll = get_visible_poll(Actor(), receipt.poll)
    line = queries.find_line(poll.id, receipt.height)
    digest = voting.receipt_digest(receipt.code)
    marked = sa.select(RollEntry.id).filter_by(poll_id=poll.id, receipt_digest=digest)
    return ReceiptChecked(
        poll_id=poll.id,
        question=poll.question,
        code=receipt.code,
        is_genuine=any(is_genuine(receipt, key) for key in (_key_of(poll.id), public_key())),
        is_in_box=db.session.scalar(marked) is not None and receipt.entry == queries.receipt_entry(digest),
        is_chained=line is not None and line.hash == receipt.head,
        listed=_listed(poll, receipt),
    )


def _listed(poll: Poll, receipt: Receipt) -> Listed:
    published = queries.find_published_receipts(poll.id)
    if published is not None and receipt.entry in published.text.splitlines():
        return Listed.YES if rules.may_show_turnout(poll, utc_now()) else Listed.LATER
    closing = queries.find_last_line(poll.id, LineKind.CLOSED)
    if closing is not None:
        return Listed.NO
    is_due = published is not None and published.height > receipt.height
    return Listed.NO if is_due else Listed.LATER


def ensure_our_receipt(text: str) -> Receipt:
    """Return a receipt that this installation signed. Raises ReceiptUnreadable, ReceiptForged."""
    receipt = _read(text)
    if not is_genuine(receipt, public_key()):
        raise ReceiptForged
    return receipt


def mail_receipt(actor: Actor, *, text: str) -> int:
    """Owe the actor her receipt by mail, because she asked. Nothing of it stays here once it is sent.

    Returns:
        The poll's id.

    Raises:
        NotSignedIn, ReceiptUnreadable, ReceiptForged.
        NoAddressForReceipt: she has no confirmed address.
    """
    receipt = ensure_our_receipt(text)
    person = accounts.get_person(actor.id)
    if not person.email or person.email_confirmed_at is None:
        raise NoAddressForReceipt
    poll = get_visible_poll(actor, receipt.poll)
    payload: dict[str, Any] = {"person_id": actor.id, "question": poll.question, "text": receipt.text}
    with transaction():
        owe(RECEIPT_MAIL, payload, now=utc_now())
    return poll.id


def _read(text: str) -> Receipt:
    receipt = read_receipt(text)
    if receipt is None:
        raise ReceiptUnreadable(fields={"receipt": [ReceiptUnreadable.message]})
    return receipt


def _key_of(poll_id: int) -> str:
    """Return the key that the first line of a register names: receipts are read with it even after the installation's changed.

    A poll made from a file gave no receipts, and names none.
    """
    first = queries.find_line(poll_id, 0)
    return str(first.content.get("receipt_key") or public_key()) if first else public_key()
