from datetime import date, datetime

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column

from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited, fingerprint
from civic.petitions.rules import Channel, Outcome, PetitionRules, PetitionState, RefusalRule, Step, state_of


class PetitionSettings(Edited, Model):
    """How a commune takes petitions. Without a row, it takes none here."""

    __tablename__ = "petition_settings"
    WRITTEN = (
        "is_open", "threshold", "share_percent", "roll_size", "roll_on", "least_age", "needs_verified", "days", "decision_days",
    )  # fmt: skip
    __table_args__ = (
        sa.CheckConstraint("(threshold IS NULL) <> (share_percent IS NULL)", name="a_number_or_a_share"),
        sa.CheckConstraint("days > 0 AND decision_days > 0", name="delays_are_positive"),
    )

    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), primary_key=True)
    is_open: Mapped[bool]
    threshold: Mapped[int | None]
    share_percent: Mapped[int | None]
    roll_size: Mapped[int | None]
    roll_on: Mapped[date | None] = mapped_column(sa.Date)
    least_age: Mapped[int]
    needs_verified: Mapped[bool]
    days: Mapped[int]
    decision_days: Mapped[int]
    changed_at: Mapped[datetime]

    @property
    def rules(self) -> PetitionRules:
        return PetitionRules(
            self.threshold,
            self.share_percent,
            self.roll_size,
            self.roll_on,
            self.least_age,
            self.needs_verified,
            self.days,
            self.decision_days,
        )


class Petition(Edited, Model):
    """What residents ask the council for. Its rules are those of the day on which it opened.

    Attributes:
        needed: how many signatures; None before it opens, and so are the rules beside it.
        signature_count, online_count: persons, each once; how many of them signed on the site. Equal to a recount until it is forgotten.
        counted_at: when the count last changed.
        reached_at: when it first had what it needs; never taken back. ``due_at``: by when the council decides.
        remind_at, reminders: the next reminder of the town hall, and how many were sent.
        ended_at: when those concerned were told that it had not what it needs.
        forgotten_at: when what tells signatures apart was forgotten.
    """

    __tablename__ = "petition"
    WRITTEN = ("title", "ask_source", "why_source")
    __table_args__ = (
        sa.CheckConstraint(
            "signature_count >= online_count AND online_count >= 0", name="counts_are_of_persons"
        ),
        sa.CheckConstraint("(opens_at IS NULL) = (closes_at IS NULL)", name="window_is_whole"),
        sa.CheckConstraint("(reached_at IS NULL) = (due_at IS NULL)", name="reached_has_its_date"),
        sa.CheckConstraint("step <> 'decided' OR decided_at IS NOT NULL", name="decided_has_its_instant"),
        sa.Index("ix_petition_territory_id_step_closes_at", "territory_id", "step", "closes_at"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    author_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    organisation_id: Mapped[int | None] = mapped_column(sa.ForeignKey("organisation.id", ondelete="SET NULL"))
    title: Mapped[str]
    ask_source: Mapped[str]
    ask_html: Mapped[str]
    why_source: Mapped[str]
    why_html: Mapped[str]
    step: Mapped[Step] = mapped_column(enum_type(Step, is_checked=False))
    created_at: Mapped[datetime]
    submitted_at: Mapped[datetime]
    hidden_at: Mapped[datetime | None]

    examined_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    refusal_rule: Mapped[RefusalRule | None] = mapped_column(enum_type(RefusalRule, is_checked=False))
    refusal_note: Mapped[str] = mapped_column(default="")

    opens_at: Mapped[datetime | None]
    closes_at: Mapped[datetime | None]
    needed: Mapped[int | None]
    share_percent: Mapped[int | None]
    roll_size: Mapped[int | None]
    roll_on: Mapped[date | None] = mapped_column(sa.Date)
    least_age: Mapped[int | None]
    needs_verified: Mapped[bool] = mapped_column(default=False)
    decision_days: Mapped[int | None]

    signature_count: Mapped[int] = mapped_column(default=0)
    online_count: Mapped[int] = mapped_column(default=0)
    counted_at: Mapped[datetime | None]
    reached_at: Mapped[datetime | None]
    due_at: Mapped[datetime | None]
    remind_at: Mapped[datetime | None] = mapped_column(index=True)
    reminders: Mapped[int] = mapped_column(default=0)
    ended_at: Mapped[datetime | None]
    forgotten_at: Mapped[datetime | None]

    agenda_on: Mapped[date | None] = mapped_column(sa.Date)
    sitting_id: Mapped[int | None] = mapped_column(sa.ForeignKey("sitting.id", ondelete="SET NULL"))
    outcome: Mapped[Outcome | None] = mapped_column(enum_type(Outcome, is_checked=False))
    decision_source: Mapped[str] = mapped_column(default="")
    decision_html: Mapped[str] = mapped_column(default="")
    deliberated_on: Mapped[date | None] = mapped_column(sa.Date)
    deliberation: Mapped[str] = mapped_column(default="")
    decided_at: Mapped[datetime | None]
    decided_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))

    @property
    def seen_planned(self) -> str:
        """What the form that says when the council speaks of it carries."""
        return fingerprint(self.agenda_on, self.sitting_id)

    def state_at(self, at: datetime) -> PetitionState:
        return state_of(self.step, closes_at=self.closes_at, reached_at=self.reached_at, at=at)


class PetitionSheet(Model):
    """A sheet of paper that was typed: how many of its lines are counted, and how many are not, and why."""

    __tablename__ = "petition_sheet"
    __table_args__ = (sa.UniqueConstraint("petition_id", "number"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(sa.ForeignKey("petition.id", ondelete="CASCADE"))
    number: Mapped[int]
    lines: Mapped[int]
    already: Mapped[int]
    illegible: Mapped[int]
    too_young: Mapped[int]
    typed_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    typed_at: Mapped[datetime]


class PetitionSignature(Model):
    """One signature, on the site or on a sheet. Two of one person have the same digest, and count once.

    Attributes:
        identity_digest: keyed, of her name and date of birth for this petition alone; None once it is forgotten.
        person_id: None on paper, and once she deleted her account: she stays counted.
        is_shown: her name may be read. wants_news: she is told what becomes of it.
    """

    __tablename__ = "petition_signature"
    __table_args__ = (
        sa.UniqueConstraint("petition_id", "person_id"),
        sa.UniqueConstraint("sheet_id", "identity_digest"),
        sa.Index("ix_petition_signature_petition_id_identity_digest", "petition_id", "identity_digest"),
        sa.CheckConstraint("(sheet_id IS NOT NULL) = (channel = 'paper')", name="paper_has_its_sheet"),
    )

    id: Mapped[int] = mapped_column(primary_key=True)
    petition_id: Mapped[int] = mapped_column(sa.ForeignKey("petition.id", ondelete="CASCADE"))
    person_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"), index=True)
    sheet_id: Mapped[int | None] = mapped_column(sa.ForeignKey("petition_sheet.id", ondelete="CASCADE"))
    channel: Mapped[Channel] = mapped_column(enum_type(Channel, is_checked=False))
    identity_digest: Mapped[str | None]
    is_shown: Mapped[bool] = mapped_column(default=False)
    wants_news: Mapped[bool] = mapped_column(default=False)
    created_at: Mapped[datetime]
