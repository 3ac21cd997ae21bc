from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship

from civic.inquiries.rules import (
    Channel,
    InquiryState,
    MaskReason,
    Part,
    Regime,
    Step,
    Verdict,
    seen_of,
    state_of,
)
from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited
from civic.kernel.sealing import Sealed, SealedBytes

PERSON = "person.id"


def _person(*, index: bool | None = None) -> Mapped[int | None]:
    return mapped_column(sa.ForeignKey(PERSON, ondelete="SET NULL"), index=index)


class Inquiry(Model):
    """A public inquiry. Open iff ``opens_at <= now < closes_at``, once it is announced.

    Attributes:
        first_closes_at: when it would have closed, had it not been prolonged.
        observation_count, head: how many lines its register has, and the fingerprint of the last: each deposit adds one under its lock.
        forgotten_at: when the contacts of who wrote were erased.
    """

    __tablename__ = "inquiry"
    __table_args__ = (
        sa.CheckConstraint("opens_at < closes_at", name="opens_before_it_closes"),
        sa.CheckConstraint(
            "(step = 'reported') = (reported_at IS NOT NULL)", name="reported_has_its_instant"
        ),
        sa.CheckConstraint(
            "(first_closes_at IS NULL) = (prolonged_at IS NULL)", name="prolonged_has_its_instant"
        ),
        sa.Index("ix_inquiry_territory_id_step_closes_at", "territory_id", "step", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    title: Mapped[str]
    subject_source: Mapped[str]
    subject_html: Mapped[str]
    regime: Mapped[Regime] = mapped_column(enum_type(Regime, is_checked=False))
    owner: Mapped[str]
    authority: Mapped[str]
    order_number: Mapped[str]
    order_on: Mapped[date] = mapped_column(sa.Date)
    seat: Mapped[str]
    email: Mapped[str] = mapped_column(default="")
    opens_at: Mapped[datetime]
    closes_at: Mapped[datetime]
    step: Mapped[Step] = mapped_column(enum_type(Step, is_checked=False))
    created_at: Mapped[datetime]
    written_by_id: Mapped[int | None] = _person()
    announced_at: Mapped[datetime | None]

    first_closes_at: Mapped[datetime | None]
    prolonged_at: Mapped[datetime | None]
    prolonged_by_id: Mapped[int | None] = _person()
    prolongation: Mapped[str] = mapped_column(default="")

    observation_count: Mapped[int] = mapped_column(default=0)
    head: Mapped[str] = mapped_column(default="")
    deposited_at: Mapped[datetime | None]

    verdict: Mapped[Verdict | None] = mapped_column(enum_type(Verdict, is_checked=False))
    reserves: Mapped[str] = mapped_column(default="")
    reported_at: Mapped[datetime | None]
    reported_by_id: Mapped[int | None] = _person()
    forgotten_at: Mapped[datetime | None]

    commissioners: Mapped[list["InquiryCommissioner"]] = relationship(
        order_by="InquiryCommissioner.id", cascade="all, delete-orphan", lazy="selectin"
    )
    neighbourhoods: Mapped[list["InquiryNeighbourhood"]] = relationship(
        cascade="all, delete-orphan", lazy="selectin"
    )

    @property
    def neighbourhood_ids(self) -> list[int]:
        return sorted(row.territory_id for row in self.neighbourhoods)

    @property
    def concerned_ids(self) -> frozenset[int]:
        return frozenset(self.neighbourhood_ids or [self.territory_id])

    @property
    def commissioner_ids(self) -> frozenset[int]:
        """The accounts that study it."""
        return frozenset(row.person_id for row in self.commissioners if row.person_id is not None)

    @property
    def named(self) -> list[tuple[str, int | None]]:
        """Who conducts it, by name, and with which accounts."""
        return [(row.name, row.person_id) for row in self.commissioners]

    @property
    def seen_named(self) -> str:
        """What the form that names them again carries."""
        return seen_of(*self.named)

    @property
    def seen(self) -> str:
        """What a form that writes it again carries."""
        texts = (
            self.title,
            self.subject_source,
            self.regime.value,
            self.owner,
            self.authority,
            self.order_number,
        )
        dates = (self.order_on, self.opens_at, self.closes_at)
        return seen_of(*texts, self.seat, self.email, *dates, self.neighbourhood_ids)

    def state_at(self, at: datetime) -> InquiryState:
        return state_of(
            self.step, opens_at=self.opens_at, closes_at=self.closes_at, reported_at=self.reported_at, at=at
        )


class InquiryNeighbourhood(Model):
    __tablename__ = "inquiry_neighbourhood"

    inquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("inquiry.id", ondelete="CASCADE"), primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), primary_key=True, index=True)


class InquiryCommissioner(Model):
    """Who conducts it. ``person_id``: the account that studies this inquiry, and no other."""

    __tablename__ = "inquiry_commissioner"
    __table_args__ = (sa.UniqueConstraint("inquiry_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("inquiry.id", ondelete="CASCADE"), index=True)
    name: Mapped[str]
    person_id: Mapped[int | None] = _person(index=True)


class InquiryDocument(Model):
    """A PDF. ``digest``: SHA-256 of the file that is downloaded. ``content``: none of a large one, which is kept in pieces."""

    __tablename__ = "inquiry_document"

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("inquiry.id", ondelete="CASCADE"), index=True)
    part: Mapped[Part] = mapped_column(enum_type(Part, is_checked=False))
    rank: Mapped[int]
    title: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    digest: Mapped[str]
    size_bytes: Mapped[int]
    added_at: Mapped[datetime]
    added_by_id: Mapped[int | None] = _person()


class InquiryDocumentPiece(Model):
    """A part of a large document, of ``kernel.large_documents.PIECE_BYTES``; the last one is shorter."""

    __tablename__ = "inquiry_document_piece"

    document_id: Mapped[int] = mapped_column(
        sa.ForeignKey("inquiry_document.id", ondelete="CASCADE"), primary_key=True
    )
    rank: Mapped[int] = mapped_column(primary_key=True)
    content: Mapped[bytes] = mapped_column(sa.LargeBinary)


class InquirySession(Model):
    """When the commissioner receives whoever comes. ``visitors``: how many came, typed after."""

    __tablename__ = "inquiry_session"
    __table_args__ = (
        sa.CheckConstraint("starts_at < ends_at", name="starts_before_it_ends"),
        sa.CheckConstraint("visitors >= 0", name="visitors_are_persons"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("inquiry.id", ondelete="CASCADE"), index=True)
    place: Mapped[str]
    starts_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    visitors: Mapped[int | None]
    changed_at: Mapped[datetime]


class InquiryObservation(Model):
    """A line of the register. Nobody changes it: a mask takes a passage out of what is read, and keeps it sealed.

    Attributes:
        name: what is published; empty when she asks not to be named. ``sealed_name``: who she is then, for the commissioner.
        contact: her e-mail or address, sealed, never published, erased a year after the report.
        nonce: drawn at random, given with the proof: the fingerprint of a masked text cannot be guessed without it.
        fingerprint: of what was deposited. line: of this line, which holds that of the line before.
        sending_key: of the form that brought it: sent twice, it is one observation.
        sealed_text: the whole text, once a passage of ``text`` is masked.
    """

    __tablename__ = "inquiry_observation"
    __table_args__ = (
        sa.UniqueConstraint("inquiry_id", "number"),
        sa.UniqueConstraint("inquiry_id", "sending_key"),
        sa.CheckConstraint("(masked_at IS NULL) = (mask_reason IS NULL)", name="masked_has_its_reason"),
        sa.CheckConstraint("typed_by_id IS NULL OR channel <> 'web'", name="nobody_types_what_came_by_web"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("inquiry.id", ondelete="CASCADE"))
    number: Mapped[int]
    channel: Mapped[Channel] = mapped_column(enum_type(Channel, is_checked=False))
    deposited_at: Mapped[datetime]
    received_at: Mapped[datetime]
    name: Mapped[str]
    text: Mapped[str]
    sealed_name: Mapped[str | None] = mapped_column(Sealed("inquiry_observation.sealed_name"))
    contact: Mapped[str | None] = mapped_column(Sealed("inquiry_observation.contact"))
    nonce: Mapped[str]
    fingerprint: Mapped[str]
    line: Mapped[str]
    sending_key: Mapped[str | None]
    typed_by_id: Mapped[int | None] = _person()

    masked_at: Mapped[datetime | None]
    masked_by_id: Mapped[int | None] = _person()
    mask_reason: Mapped[MaskReason | None] = mapped_column(enum_type(MaskReason, is_checked=False))
    mask_note: Mapped[str] = mapped_column(default="")
    sealed_text: Mapped[str | None] = mapped_column(Sealed("inquiry_observation.sealed_text"))
    sealed_public_name: Mapped[str | None] = mapped_column(Sealed("inquiry_observation.sealed_public_name"))


class InquiryObservationFile(Model):
    """What is joined to an observation: a PDF, or a picture drawn again.

    Attributes:
        content: what is downloaded; none once it is masked. sealed_content: the same, sealed, while it is masked.
        digest: SHA-256 of the file as it was deposited.
    """

    __tablename__ = "inquiry_observation_file"
    __table_args__ = (
        sa.UniqueConstraint("observation_id", "rank"),
        sa.CheckConstraint("is_masked = (content IS NULL)", name="masked_has_no_open_content"),
        sa.CheckConstraint("is_masked = (sealed_content IS NOT NULL)", name="masked_is_sealed"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    observation_id: Mapped[int] = mapped_column(sa.ForeignKey("inquiry_observation.id", ondelete="CASCADE"))
    rank: Mapped[int]
    mimetype: Mapped[str]
    content: Mapped[bytes | None] = mapped_column(sa.LargeBinary, deferred=True)
    sealed_content: Mapped[bytes | None] = mapped_column(
        SealedBytes("inquiry_observation_file.sealed_content"), deferred=True
    )
    digest: Mapped[str]
    size_bytes: Mapped[int]
    is_masked: Mapped[bool] = mapped_column(default=False)


class InquiryTheme(Model):
    """What several observations speak of. ``note`` and ``appraisal`` are the commissioner's, ``answer`` the project owner's."""

    __tablename__ = "inquiry_theme"
    __table_args__ = (sa.UniqueConstraint("inquiry_id", "name"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    inquiry_id: Mapped[int] = mapped_column(sa.ForeignKey("inquiry.id", ondelete="CASCADE"))
    name: Mapped[str]
    note: Mapped[str] = mapped_column(default="")
    answer: Mapped[str] = mapped_column(default="")
    answered_at: Mapped[datetime | None]
    answered_by_id: Mapped[int | None] = _person()
    appraisal: Mapped[str] = mapped_column(default="")


class InquiryObservationTheme(Model):
    __tablename__ = "inquiry_observation_theme"

    observation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("inquiry_observation.id", ondelete="CASCADE"), primary_key=True
    )
    theme_id: Mapped[int] = mapped_column(
        sa.ForeignKey("inquiry_theme.id", ondelete="CASCADE"), primary_key=True, index=True
    )


class InquiryObservationNote(Edited, Model):
    """What the commissioner notes beside an observation, for herself and for her synthesis."""

    __tablename__ = "inquiry_observation_note"
    WRITTEN = ("text",)

    observation_id: Mapped[int] = mapped_column(
        sa.ForeignKey("inquiry_observation.id", ondelete="CASCADE"), primary_key=True
    )
    text: Mapped[str]
    changed_at: Mapped[datetime]
