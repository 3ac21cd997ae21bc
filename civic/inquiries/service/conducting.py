"""What the commissioner does: mask a passage, prolong, sort observations into themes, publish the report. And what time erases."""

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import BinaryIO

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.inquiries import lines, rules
from civic.inquiries.access import InquiriesAction
from civic.inquiries.errors import (
    FileRefused,
    PassageNotFound,
    ReportIncomplete,
    ThemeTaken,
)
from civic.inquiries.events import (
    ContactsForgotten,
    InquiryProlonged,
    InquiryStudied,
    MaskedFileOpened,
    MaskLifted,
    ObservationMasked,
    ObservationSeen,
    ReportPublished,
)
from civic.inquiries.lines import FileView
from civic.inquiries.models import (
    Inquiry,
    InquiryObservation,
    InquiryObservationNote,
    InquiryObservationTheme,
    InquiryTheme,
)
from civic.inquiries.queries import lock_inquiry
from civic.inquiries.rules import Act, MaskReason, Part, Verdict
from civic.inquiries.service.dossier import keep_document, read_pdf
from civic.inquiries.service.preparing import owe_forgetting
from civic.inquiries.service.reading import get_visible_inquiry, lock_for, said, said_by
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import N_
from civic.kernel.large_documents import LARGEST_BYTES, CheckedDocument
from civic.kernel.transaction import publish, transaction

REPORT_TITLES = {
    Part.REPORT: N_("Rapport"),
    Part.CONCLUSIONS: N_("Conclusions"),
    Part.REPLY: N_("Mémoire en réponse"),
}
"""As the law names them: they are kept so, in the town's language."""


def mask_observation(
    actor: Actor,
    *,
    inquiry_id: int,
    number: int,
    reason: MaskReason,
    note: str,
    passage: str = "",
    hides_name: bool = False,
    file_ids: Collection[int] = (),
) -> None:
    """Take a passage, the name or a file out of what is read. What is masked stays sealed, and the chain still holds.

    Args:
        note: why, in words that everybody reads, after those of an earlier mask.

    Raises:
        InquiryNotFound; ObservationNotFound; NotAllowed: the actor is neither the commissioner nor an agent.
        PassageNotFound: it is not in the text, or nothing is said.
    """
    now = utc_now()
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.MASK_OBSERVATION, Act.MASK, now=now)
        row = lines.get_observation(inquiry_id, number)
        hidden = _seal_files(row, file_ids)
        if not (passage or hidden or (hides_name and row.name)):
            raise PassageNotFound(PassageNotFound.nothing)
        if passage:
            without = rules.masked(row.text, passage)
            row.sealed_text = row.sealed_text if row.sealed_text is not None else row.text
            row.text = without
        if hides_name and row.name:
            row.sealed_public_name = row.sealed_public_name or row.name
            row.name = rules.MASK
        row.mask_note = note if row.mask_note in ("", note) else f"{row.mask_note} {note}"
        row.masked_at, row.masked_by_id, row.mask_reason = now, actor.id, reason
        publish(ObservationMasked(**said_by(actor, inquiry, now), number=number, reason=reason.value))


def _seal_files(row: InquiryObservation, file_ids: Collection[int]) -> int:
    """Seal files of this observation, and of no other. Returns how many of those that are asked are masked now."""
    asked = [file for file in lines.list_whole_files(row.id) if file.id in set(file_ids)]
    for file in asked:
        if not file.is_masked:
            file.sealed_content, file.content, file.is_masked = file.content, None, True
    return len(asked)


def _open_files(row: InquiryObservation) -> None:
    for file in lines.list_whole_files(row.id):
        if file.is_masked:
            file.content, file.sealed_content, file.is_masked = file.sealed_content, None, False


def lift_mask(actor: Actor, *, inquiry_id: int, number: int) -> None:
    """Read an observation whole again. Raises as ``mask_observation``."""
    now = utc_now()
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.MASK_OBSERVATION, Act.MASK, now=now)
        row = lines.get_observation(inquiry_id, number)
        if row.sealed_text is not None:
            row.text = row.sealed_text
        if row.sealed_public_name is not None:
            row.name = row.sealed_public_name
        row.sealed_text = row.sealed_public_name = row.mask_reason = None
        row.masked_at = row.masked_by_id = None
        row.mask_note = ""
        _open_files(row)
        publish(MaskLifted(**said_by(actor, inquiry, now), number=number))


def see_observation(actor: Actor, *, inquiry_id: int, number: int) -> InquiryObservation:
    """Return an observation with what is sealed of it; that it was read is written in the journal, each time.

    Raises:
        InquiryNotFound; ObservationNotFound; NotAllowed: the actor is neither the commissioner nor an agent.
    """
    now = utc_now()
    with transaction():
        inquiry = get_visible_inquiry(actor, inquiry_id)
        require(actor, InquiriesAction.SEE_CONTACTS, inquiry)
        row = lines.get_observation(inquiry_id, number)
        publish(ObservationSeen(**said_by(actor, inquiry, now), number=number))
    return row


def open_masked_file(actor: Actor, *, inquiry_id: int, number: int, file_id: int) -> tuple[FileView, bytes]:
    """Return a masked file and what it holds, for who answers for the mask; each opening is written in the journal.

    Raises:
        InquiryNotFound; ObservationNotFound; NotAllowed: the actor is neither the commissioner nor an agent.
        DocumentNotFound: this observation has no such file, or it is not masked: everybody then reads it where it is.
    """
    now = utc_now()
    with transaction():
        inquiry = get_visible_inquiry(actor, inquiry_id)
        require(actor, InquiriesAction.OPEN_MASKED, inquiry)
        row = lines.get_observation(inquiry_id, number)
        file, content = lines.get_sealed_file(row.id, file_id)
        publish(MaskedFileOpened(**said_by(actor, inquiry, now), number=number, rank=file.rank))
    return file, content


def prolong(actor: Actor, *, inquiry_id: int, closes_at: datetime, decision: str) -> None:
    """Move the closing by the commissioner's reasoned decision: once, by fifteen days at most, before it closes.

    Raises:
        InquiryNotFound; NotAllowed: the actor is neither the commissioner nor an agent, who types it for her.
        WrongInquiryState: it is not open, or was prolonged. ProlongationRefused.
    """
    now = utc_now()
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.PROLONG, Act.PROLONG, now=now)
        rules.ensure_prolongation(inquiry.closes_at, closes_at, first_closes_at=inquiry.first_closes_at)
        inquiry.first_closes_at, inquiry.closes_at = inquiry.closes_at, closes_at
        inquiry.prolonged_at, inquiry.prolonged_by_id, inquiry.prolongation = now, actor.id, decision
        owe_forgetting(inquiry, now=now)
        publish(InquiryProlonged(**said_by(actor, inquiry, now)))


# Themes


def _studied(actor: Actor, inquiry_id: int, now: datetime) -> Inquiry:
    inquiry = lock_for(actor, inquiry_id, InquiriesAction.STUDY, Act.STUDY, now=now)
    publish(InquiryStudied(**said_by(actor, inquiry, now)))
    return inquiry


def add_theme(actor: Actor, *, inquiry_id: int, name: str) -> int:
    """Raises InquiryNotFound; NotAllowed: the actor is not its commissioner; WrongInquiryState; ThemeTaken."""
    with transaction():
        _studied(actor, inquiry_id, utc_now())
        theme = InquiryTheme(inquiry_id=inquiry_id, name=name)
        try:
            with db.session.begin_nested():
                db.session.add(theme)
        except IntegrityError as error:
            raise ThemeTaken from error
    return theme.id


def remove_theme(actor: Actor, *, inquiry_id: int, theme_id: int) -> None:
    """Take a theme out; its observations are to sort again. Raises as ``add_theme``, and ThemeNotFound."""
    with transaction():
        _studied(actor, inquiry_id, utc_now())
        db.session.delete(lines.get_theme(inquiry_id, theme_id))


def sort_observations(
    actor: Actor, *, inquiry_id: int, theme_id: int, numbers: Collection[int], is_out: bool = False
) -> int:
    """Put observations in a theme, or take out of it those that are in it. Returns how many. Raises as ``remove_theme``."""
    with transaction():
        _studied(actor, inquiry_id, utc_now())
        lines.get_theme(inquiry_id, theme_id)
        row, joined = InquiryObservation, InquiryObservationTheme
        wanted = sa.select(row.id).where(row.inquiry_id == inquiry_id, row.number.in_(numbers))
        ids = set(db.session.scalars(wanted))
        gone = db.session.execute(
            sa.delete(joined).where(joined.theme_id == theme_id, joined.observation_id.in_(ids))
        )
        if is_out:
            return int(gone.rowcount)  # type: ignore[attr-defined]
        db.session.add_all(joined(observation_id=each, theme_id=theme_id) for each in sorted(ids))
    return len(ids)


def write_theme(
    actor: Actor, *, inquiry_id: int, theme_id: int, note: str, appraisal: str, seen: str | None = None
) -> None:
    """Write what the commissioner makes of a theme, and of the owner's answer. Raises as ``remove_theme``, and ChangedMeanwhile."""
    with transaction():
        _studied(actor, inquiry_id, utc_now())
        theme = lines.get_theme(inquiry_id, theme_id)
        rules.ensure_unchanged(seen, theme.note, theme.appraisal)
        theme.note, theme.appraisal = note, appraisal


def write_note(actor: Actor, *, inquiry_id: int, number: int, text: str, seen: str | None = None) -> None:
    """Note something beside an observation; the observation itself does not change.

    Args:
        seen: what was noted when it was read (``seen_of`` its note).

    Raises:
        As ``add_theme``; ObservationNotFound; ChangedMeanwhile: another member of the commission noted something since.
    """
    now = utc_now()
    with transaction():
        _studied(actor, inquiry_id, now)
        row = lines.get_observation(inquiry_id, number)
        note = lines.find_note(row.id) or InquiryObservationNote(observation_id=row.id)
        with note.written_over(seen):
            note.text = text
        note.changed_at = now
        db.session.add(note)


def answer_theme(
    actor: Actor, *, inquiry_id: int, theme_id: int, answer: str, seen: str | None = None
) -> None:
    """Write the project owner's answer to a theme: a draft until the report is published.

    Raises:
        InquiryNotFound; ThemeNotFound; NotAllowed: the actor is neither of the town hall nor the commissioner.
        WrongInquiryState: the report is published. ChangedMeanwhile: somebody else wrote it since.
    """
    now = utc_now()
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.ANSWER_THEMES, Act.ANSWER, now=now)
        theme = lines.get_theme(inquiry_id, theme_id)
        rules.ensure_unchanged(seen, theme.answer)
        theme.answer, theme.answered_at, theme.answered_by_id = answer, now, actor.id
        publish(InquiryStudied(**said_by(actor, inquiry, now)))


# The report


def publish_report(
    actor: Actor,
    *,
    inquiry_id: int,
    verdict: Verdict,
    reserves: str,
    files: Mapping[Part, BinaryIO | bytes | None],
    most_bytes: int = LARGEST_BYTES,
) -> None:
    """Publish the report and the conclusions, and the owner's answers with them. They change no more.

    Raises:
        InquiryNotFound; NotAllowed: the actor is neither the commissioner nor an agent.
        WrongInquiryState: it is not closed, or has its report. ReportTooEarly: letters that came in time are still typed.
        ReportIncomplete, FileRefused: told on each field.
    """
    now = utc_now()
    visible = get_visible_inquiry(actor, inquiry_id)
    require(actor, InquiriesAction.PUBLISH_REPORT, visible)
    rules.next_step(visible.state_at(now), Act.REPORT)  # before files are read
    rules.ensure_typing_over(visible.closes_at, at=now)
    read = _read_report(files, most_bytes)
    with transaction():
        inquiry = lock_for(actor, inquiry_id, InquiriesAction.PUBLISH_REPORT, Act.REPORT, now=now)
        rules.ensure_typing_over(inquiry.closes_at, at=now)
        inquiry.verdict, inquiry.reserves = verdict, reserves
        inquiry.reported_at, inquiry.reported_by_id = now, actor.id
        for part, document in read.items():
            keep_document(actor, inquiry, part, REPORT_TITLES[part], document, now)
        owe_forgetting(inquiry, now=now)
        publish(ReportPublished(**said_by(actor, inquiry, now)))


def _read_report(
    files: Mapping[Part, BinaryIO | bytes | None], most_bytes: int
) -> dict[Part, CheckedDocument]:
    wrong: dict[str, list[str]] = {}
    values: dict[str, object] = {}
    if not files.get(Part.REPORT):
        wrong["report"] = [ReportIncomplete.report_missing]
    if not files.get(Part.CONCLUSIONS):
        wrong["conclusions"] = [ReportIncomplete.conclusions_missing]
    read: dict[Part, CheckedDocument] = {}
    for part, file in files.items():
        if file:
            try:
                read[part] = read_pdf(file, part.value, most_bytes=most_bytes)
            except FileRefused as refusal:
                wrong |= refusal.fields
                values |= refusal.values
    if wrong:
        raise ReportIncomplete(wrong, **values)
    return read


def forget_contacts(inquiry_id: int, *, now: datetime) -> bool:
    """Erase the contacts of who wrote, and the names that were not published, when their time is over. It bears being run twice."""
    with transaction():
        inquiry = lock_inquiry(inquiry_id)
        due = rules.forgets_at(inquiry.closes_at, inquiry.reported_at)
        if inquiry.forgotten_at is not None or inquiry.announced_at is None or now < due:
            return False
        row = InquiryObservation
        erased = sa.update(row).where(
            row.inquiry_id == inquiry_id, sa.or_(row.contact.is_not(None), row.sealed_name.is_not(None))
        )
        values = {"contact": None, "sealed_name": None}
        result = db.session.execute(erased.values(values).execution_options(synchronize_session=False))
        inquiry.forgotten_at = now
        publish(ContactsForgotten(**said(inquiry, now), count=result.rowcount))  # type: ignore[attr-defined]
    return True
