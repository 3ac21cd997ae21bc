"""Observations enter the register: on the site, by mail, by letter, on paper and by mouth, with the same weight and one numbering."""

import hashlib
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from civic.inquiries import lines, queries, rules
from civic.inquiries.access import InquiriesAction
from civic.inquiries.checking import command as check_register
from civic.inquiries.errors import FileRefused, ObservationEmpty, WrongInquiryState
from civic.inquiries.events import ObservationDeposited, ObservationTyped
from civic.inquiries.models import Inquiry, InquiryObservation, InquiryObservationFile
from civic.inquiries.rules import MOST_FILES, REFUSED_ACTS, Act, Channel, Written
from civic.inquiries.service.reading import get_visible_inquiry, lock_for, said, said_by
from civic.kernel import outbox
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.documents import DocumentRefused, check_document
from civic.kernel.photographs import NO_IMAGE, PhotographRefused, draw_photograph
from civic.kernel.transaction import publish, transaction

PROOF_MAIL = "inquiries.proof"
NONCE_BYTES = 16
LARGEST_FILES_BYTES = 3 * 1024 * 1024


@dataclass(frozen=True)
class ReadFile:
    content: bytes
    mimetype: str

    @property
    def digest(self) -> str:
        return sha256_of(self.content)


def sha256_of(content: bytes) -> str:
    return hashlib.sha256(content).hexdigest()


def read_files(files: Sequence[bytes]) -> tuple[ReadFile, ...]:
    """Read what is joined, before any transaction: it costs much, and would make every other writer wait.

    Raises:
        FileRefused: says what is wrong; nothing is deposited.
    """
    if len(files) > MOST_FILES:
        raise FileRefused(FileRefused.too_many)
    if sum(map(len, files)) > LARGEST_FILES_BYTES:
        raise FileRefused(FileRefused.too_heavy)
    return tuple(_read(file) for file in files)


def _read(file: bytes) -> ReadFile:
    try:
        if file.startswith(b"%PDF"):
            return ReadFile(check_document(file), "application/pdf")
        return ReadFile(draw_photograph(file).content, "image/webp")
    except (DocumentRefused, PhotographRefused) as refusal:
        is_neither = refusal.message == NO_IMAGE  # which speaks of photographs alone
        raise FileRefused("" if is_neither else refusal.message) from refusal


def deposit(
    actor: Actor,
    *,
    inquiry_id: int,
    written: Written,
    files: Sequence[bytes] = (),
    sending_key: str | None = None,
) -> int:
    """Deposit an observation on the site, with an account or without: nothing of it is kept with the account.

    Args:
        sending_key: of the form: the same one, sent twice, is one observation.

    Returns:
        Its number.

    Raises:
        InquiryNotFound.
        RegisterNotOpen, RegisterClosed: to the minute, by the one clock.
        ObservationEmpty; FileRefused.
    """
    now = utc_now()
    ensure_open(actor, inquiry_id, now)
    read = read_files(files)
    with transaction():
        get_visible_inquiry(actor, inquiry_id)
        inquiry = queries.lock_inquiry(inquiry_id)
        again = lines.find_sent(inquiry_id, sending_key) if sending_key else None
        if again is not None and _is_same(again, written, read):
            return again.number
        inquiry.step = rules.next_step(inquiry.state_at(now), Act.DEPOSIT)
        row = add_line(inquiry, Channel.WEB, written, read, received_at=now, now=now)
        row.sending_key = sending_key if again is None else None
        if "@" in written.contact:
            outbox.owe(PROOF_MAIL, {"observation_id": row.id}, now=now)
        publish(ObservationDeposited(**said(inquiry, now), number=row.number))
    return row.number


def ensure_open(actor: Actor, inquiry_id: int, now: datetime) -> None:
    """Refuse before files are read. Raises InquiryNotFound, RegisterNotOpen, RegisterClosed."""
    rules.next_step(get_visible_inquiry(actor, inquiry_id).state_at(now), Act.DEPOSIT)


def _is_same(row: InquiryObservation, written: Written, files: Sequence[ReadFile]) -> bool:
    """A form that comes back with a file more, or another, is not the same: nothing of it may be lost."""
    kept = lines.kept_content(row)
    sent = ("" if written.is_anonymous else written.name, written.text, [each.digest for each in files])
    return (kept["name"], kept["text"], kept["files"]) == sent


def type_observation(
    actor: Actor,
    *,
    inquiry_id: int,
    channel: Channel,
    received_at: datetime,
    written: Written,
    files: Sequence[bytes] = (),
    sending_key: str | None = None,
) -> int:
    """Type what came by mail, by letter, on the paper register or by mouth. It is numbered when it is typed, and keeps when it was received.

    Returns:
        Its number.

    Raises:
        InquiryNotFound; NotAllowed: the actor is neither an agent nor the commissioner.
        ReceivedOutside: it was not received between the opening and the closing.
        WrongInquiryState: nothing is typed any more, or not yet.
        ObservationEmpty; FileRefused.
    """
    now = utc_now()
    require(
        actor, InquiriesAction.TYPE_OBSERVATION, get_visible_inquiry(actor, inquiry_id)
    )  # before files are read
    read = read_files(files)
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.TYPE_OBSERVATION, Act.TYPE_OBSERVATION, now=now)
        again = lines.find_sent(inquiry_id, sending_key) if sending_key else None
        arrival = (channel, _to_the_second(received_at))
        if (
            again is not None
            and _is_same(again, written, read)
            and arrival == (again.channel, again.received_at)
        ):
            return again.number
        if now >= rules.typing_ends_at(inquiry.closes_at):
            raise WrongInquiryState(REFUSED_ACTS[Act.TYPE_OBSERVATION])
        rules.ensure_received_inside(
            received_at, opens_at=inquiry.opens_at, closes_at=inquiry.closes_at, at=now
        )
        row = add_line(inquiry, channel, written, read, received_at=received_at, now=now)
        row.typed_by_id, row.sending_key = actor.id, sending_key if again is None else None
        publish(ObservationTyped(**said_by(actor, inquiry, now), number=row.number, channel=channel.value))
    return row.number


def add_line(
    inquiry: Inquiry,
    channel: Channel,
    written: Written,
    files: Sequence[ReadFile],
    *,
    received_at: datetime,
    now: datetime,
    nonce: str | None = None,
) -> InquiryObservation:
    """Write the next line, under the lock of the inquiry: no number is given twice, none is skipped, and each line holds the last one."""
    if not written.text and not files:
        raise ObservationEmpty
    deposited_at = _after_the_last(inquiry, now)
    row = InquiryObservation(
        inquiry_id=inquiry.id,
        number=inquiry.observation_count + 1,
        channel=channel,
        deposited_at=deposited_at,
        received_at=_to_the_second(received_at),
        name="" if written.is_anonymous else written.name,
        text=written.text,
        sealed_name=written.name if written.is_anonymous and written.name else None,
        contact=written.contact or None,
        nonce=nonce or secrets.token_hex(NONCE_BYTES),
    )
    row.fingerprint = check_register.content_fingerprint(
        lines.content_of(row, [each.digest for each in files])
    )
    previous = inquiry.head or check_register.first_link(lines.identity_of(inquiry))
    row.line = check_register.line_fingerprint(previous, lines.hashed_line(row))
    db.session.add(row)
    db.session.flush()
    db.session.add_all(_row_of(each, row.id, rank) for rank, each in enumerate(files, start=1))
    inquiry.observation_count, inquiry.head, inquiry.deposited_at = row.number, row.line, deposited_at
    return row


def _after_the_last(inquiry: Inquiry, now: datetime) -> datetime:
    """Return when a line is written: its arrival decides whether it is in time; waiting for its turn, it is never before the line before."""
    return _to_the_second(now if inquiry.deposited_at is None else max(now, inquiry.deposited_at))


def _to_the_second(at: datetime) -> datetime:
    return at - timedelta(microseconds=at.microsecond)


def _row_of(file: ReadFile, observation_id: int, rank: int) -> InquiryObservationFile:
    values: dict[str, Any] = {"digest": file.digest, "mimetype": file.mimetype, "content": file.content}
    return InquiryObservationFile(
        observation_id=observation_id, rank=rank, size_bytes=len(file.content), **values
    )
