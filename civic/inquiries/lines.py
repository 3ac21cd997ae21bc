"""What is read of a register: its lines, what is joined to them, their themes, and the whole of it to be checked."""

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.inquiries.checking import command as check_register
from civic.inquiries.errors import DocumentNotFound, FileMasked, ObservationNotFound, ThemeNotFound
from civic.inquiries.models import (
    Inquiry,
    InquiryObservation,
    InquiryObservationFile,
    InquiryObservationNote,
    InquiryObservationTheme,
    InquiryTheme,
)
from civic.inquiries.rules import Channel, MaskReason
from civic.kernel.clock import iso_utc
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate

AT_ONCE = 500
"""Lines of a register that a file holds in memory while it is made."""


@dataclass(frozen=True)
class FileView:
    id: int
    rank: int
    mimetype: str
    digest: str
    size_bytes: int
    is_masked: bool

    @property
    def is_picture(self) -> bool:
        return self.mimetype.startswith("image/")

    @property
    def kilobytes(self) -> int:
        return max(1, round(self.size_bytes / 1024))


@dataclass(frozen=True)
class LineView:
    """An observation as everybody reads it: a masked passage is not in it.

    Attributes:
        theme_ids: for the commissioner and the town hall. note: for the commissioner alone.
    """

    id: int
    number: int
    channel: Channel
    deposited_at: datetime
    received_at: datetime
    name: str
    text: str
    is_anonymous: bool
    fingerprint: str
    line: str
    masked_at: datetime | None
    mask_reason: MaskReason | None
    mask_note: str
    files: tuple[FileView, ...]
    theme_ids: tuple[int, ...] = ()
    note: str = ""

    @property
    def was_typed_later(self) -> bool:
        return self.channel is not Channel.WEB


def view_lines(
    rows: Collection[InquiryObservation], *, is_studied: bool = False, has_notes: bool = False
) -> list[LineView]:
    """Return observations as they are read, with their files: a query or three, whatever their number. ``has_notes``: for the commissioner."""
    ids = [row.id for row in rows]
    files = _files_of(ids)
    themes = _themes_of(ids) if is_studied else {}
    notes = _notes_of(ids) if has_notes else {}
    return [
        LineView(
            row.id, row.number, row.channel, row.deposited_at, row.received_at, row.name, row.text, not row.name, row.fingerprint,
            row.line, row.masked_at, row.mask_reason, row.mask_note, files.get(row.id, ()), themes.get(row.id, ()), notes.get(row.id, ""),
        )
        for row in rows
    ]  # fmt: skip


def _files_of(ids: Collection[int]) -> dict[int, tuple[FileView, ...]]:
    row = InquiryObservationFile
    columns = (row.id, row.rank, row.mimetype, row.digest, row.size_bytes, row.is_masked)
    found: dict[int, list[FileView]] = {}
    query = sa.select(row.observation_id, *columns).where(row.observation_id.in_(ids)).order_by(row.rank)
    for each in db.session.execute(query) if ids else ():
        found.setdefault(each[0], []).append(FileView(*each[1:]))
    return {key: tuple(files) for key, files in found.items()}


def _themes_of(ids: Collection[int]) -> dict[int, tuple[int, ...]]:
    row = InquiryObservationTheme
    query = (
        sa.select(row.observation_id, row.theme_id).where(row.observation_id.in_(ids)).order_by(row.theme_id)
    )
    found: dict[int, list[int]] = {}
    for observation_id, theme_id in db.session.execute(query):
        found.setdefault(observation_id, []).append(theme_id)
    return {key: tuple(themes) for key, themes in found.items()}


def find_note(observation_id: int) -> InquiryObservationNote | None:
    return db.session.get(InquiryObservationNote, observation_id)


def _notes_of(ids: Collection[int]) -> dict[int, str]:
    row = InquiryObservationNote
    query = sa.select(row.observation_id, row.text).where(row.observation_id.in_(ids))
    return {each.observation_id: each.text for each in db.session.execute(query)}


def list_lines(
    inquiry_id: int,
    *,
    channel: Channel | None = None,
    theme_id: int | None = None,
    is_unsorted: bool = False,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[InquiryObservation]:
    """Return the lines of a register, in their order."""
    row, sorted_ids = InquiryObservation, sa.select(InquiryObservationTheme.observation_id)
    query = sa.select(row).where(row.inquiry_id == inquiry_id)
    if channel is not None:
        query = query.where(row.channel == channel)
    if theme_id is not None:
        query = query.where(row.id.in_(sorted_ids.where(InquiryObservationTheme.theme_id == theme_id)))
    if is_unsorted:
        query = query.where(row.id.not_in(sorted_ids))
    return paginate(query.order_by(row.number), number=number, size=size)


def read_on(inquiry_id: int, *, after: int, last: int, size: int = AT_ONCE) -> list[InquiryObservation]:
    """Return the lines that come after a number, some at a time, up to the last that the reader counted: none enters in between."""
    row = InquiryObservation
    query = sa.select(row).where(row.inquiry_id == inquiry_id, row.number > after, row.number <= last)
    return list(db.session.scalars(query.order_by(row.number).limit(size)))


def count_by_channel(inquiry_id: int) -> dict[Channel, int]:
    row = InquiryObservation
    query = sa.select(row.channel, sa.func.count()).where(row.inquiry_id == inquiry_id).group_by(row.channel)
    return {each[0]: each[1] for each in db.session.execute(query)}


def count_masked(inquiry_id: int) -> int:
    row = InquiryObservation
    query = sa.select(sa.func.count()).where(row.inquiry_id == inquiry_id, row.masked_at.is_not(None))
    return db.session.scalar(query) or 0


def get_observation(inquiry_id: int, number: int) -> InquiryObservation:
    """Raises ObservationNotFound."""
    query = sa.select(InquiryObservation).filter_by(inquiry_id=inquiry_id, number=number)
    row = db.session.scalars(query).one_or_none()
    if row is None:
        raise ObservationNotFound
    return row


def find_sent(inquiry_id: int, sending_key: str) -> InquiryObservation | None:
    """Return the observation that a form already brought."""
    query = sa.select(InquiryObservation).filter_by(inquiry_id=inquiry_id, sending_key=sending_key)
    return db.session.scalars(query).one_or_none()


def get_open_file(file_id: int) -> tuple[InquiryObservationFile, bytes]:
    """Return a file, and what everybody may read of it. Raises DocumentNotFound, FileMasked."""
    query = sa.select(InquiryObservationFile).filter_by(id=file_id)
    file = db.session.scalars(query.options(sa.orm.undefer(InquiryObservationFile.content))).one_or_none()
    if file is None:
        raise DocumentNotFound
    if file.is_masked or file.content is None:
        raise FileMasked
    return file, file.content


def get_sealed_file(observation_id: int, file_id: int) -> tuple[FileView, bytes]:
    """Return a masked file of an observation, and what is sealed of it. Raises DocumentNotFound."""
    row = InquiryObservationFile
    query = sa.select(row.rank, row.mimetype, row.digest, row.size_bytes, row.sealed_content)
    found = db.session.execute(query.filter_by(id=file_id, observation_id=observation_id)).one_or_none()
    if found is None or found.sealed_content is None:
        raise DocumentNotFound
    return FileView(file_id, *found[:4], is_masked=True), found.sealed_content


def list_whole_files(observation_id: int) -> list[InquiryObservationFile]:
    """Return the files of an observation with their contents, sealed or not, to seal or to open them."""
    row = InquiryObservationFile
    contents = (sa.orm.undefer(row.content), sa.orm.undefer(row.sealed_content))
    query = sa.select(row).where(row.observation_id == observation_id).order_by(row.rank)
    return list(db.session.scalars(query.options(*contents).execution_options(populate_existing=True)))


# Themes


@dataclass(frozen=True)
class ThemeView:
    id: int
    name: str
    note: str
    answer: str
    appraisal: str
    count: int


def list_themes(inquiry_id: int) -> list[ThemeView]:
    """Return the themes of an inquiry, with how many observations each has."""
    row, joined = InquiryTheme, InquiryObservationTheme
    query = (
        sa.select(row.id, row.name, row.note, row.answer, row.appraisal, sa.func.count(joined.observation_id))
        .outerjoin(joined, joined.theme_id == row.id)
        .where(row.inquiry_id == inquiry_id)
        .group_by(row.id, row.name, row.note, row.answer, row.appraisal)
        .order_by(row.id)
    )
    return [ThemeView(*each) for each in db.session.execute(query)]


def list_published_themes(inquiry: Inquiry) -> list[ThemeView]:
    """Return the themes that everybody reads: those that are answered, once the report is published."""
    return [theme for theme in list_themes(inquiry.id) if theme.answer] if inquiry.reported_at else []


def get_theme(inquiry_id: int, theme_id: int) -> InquiryTheme:
    """Raises ThemeNotFound."""
    theme = db.session.get(InquiryTheme, theme_id)
    if theme is None or theme.inquiry_id != inquiry_id:
        raise ThemeNotFound
    return theme


def numbers_by_theme(inquiry_id: int) -> dict[int, list[int]]:
    """Return the numbers of the observations of each theme, all of them, in their order."""
    row, joined = InquiryObservation, InquiryObservationTheme
    query = sa.select(joined.theme_id, row.number).join(row, row.id == joined.observation_id)
    found: dict[int, list[int]] = {}
    for theme_id, number in db.session.execute(
        query.where(row.inquiry_id == inquiry_id).order_by(row.number)
    ):
        found.setdefault(theme_id, []).append(number)
    return found


def count_unsorted(inquiry_id: int) -> int:
    return list_lines(inquiry_id, is_unsorted=True, size=1).total


# The chain


def identity_of(inquiry: Inquiry) -> dict[str, Any]:
    """Return what the first line of a register follows."""
    return {"id": inquiry.id, "order_number": inquiry.order_number, "order_on": inquiry.order_on.isoformat()}


def content_of(row: InquiryObservation, digests: Collection[str]) -> dict[str, Any]:
    """Return what was deposited, as it is hashed; masked since, it comes from what is sealed."""
    name = row.name if row.sealed_public_name is None else row.sealed_public_name
    text = row.text if row.sealed_text is None else row.sealed_text
    return {"name": name, "text": text, "files": list(digests), "nonce": row.nonce}


def kept_content(row: InquiryObservation) -> dict[str, Any]:
    """Return what was deposited, from what is stored now."""
    return content_of(row, [file.digest for file in _files_of([row.id]).get(row.id, ())])


def hashed_line(row: InquiryObservation) -> dict[str, Any]:
    return {
        "number": row.number,
        "deposited_at": iso_utc(row.deposited_at),
        "received_at": iso_utc(row.received_at),
        "channel": row.channel.value,
        "fingerprint": row.fingerprint,
    }


def exported_lines(rows: Collection[InquiryObservation]) -> list[dict[str, Any]]:
    """Return lines as anybody checks them (``checking.command``). What is masked has its fingerprint, and no content."""
    files = _files_of([row.id for row in rows])
    return [_exported(row, files.get(row.id, ())) for row in rows]


def _exported(row: InquiryObservation, files: Collection[FileView]) -> dict[str, Any]:
    content = None if row.masked_at else content_of(row, [file.digest for file in files])
    masked = {"masked": row.mask_reason.value} if row.mask_reason else {}
    return {**hashed_line(row), "line": row.line, "content": content, **masked}


@dataclass(frozen=True)
class Check:
    """What is found when an observation is hashed again: its content, and its place in the register."""

    is_content_whole: bool
    is_in_its_place: bool


def check_line(row: InquiryObservation) -> Check:
    """Compute again, from what is stored now, the fingerprints of a line."""
    content = kept_content(row)
    inquiry = db.session.get_one(Inquiry, row.inquiry_id)
    before = sa.select(InquiryObservation.line).filter_by(inquiry_id=row.inquiry_id, number=row.number - 1)
    previous = db.session.scalar(before) or check_register.first_link(identity_of(inquiry))
    return Check(
        check_register.content_fingerprint(content) == row.fingerprint,
        check_register.line_fingerprint(previous, hashed_line(row)) == row.line,
    )


def find_closing_head(inquiry: Inquiry) -> str | None:
    """Return the fingerprint of the register at its closing: of the last line that was written before it."""
    row = InquiryObservation
    query = sa.select(row.line).where(row.inquiry_id == inquiry.id, row.deposited_at < inquiry.closes_at)
    return db.session.scalar(query.order_by(row.number.desc()).limit(1))
