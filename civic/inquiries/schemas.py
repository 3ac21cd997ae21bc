from enum import StrEnum
from typing import Any

from flask_babel import lazy_gettext as _l
from marshmallow import post_load, validate

from civic.inquiries.queries import ListFilter
from civic.inquiries.rules import (
    Channel,
    InquiryPlan,
    MaskReason,
    Named,
    Part,
    Regime,
    Verdict,
    Written,
)
from civic.web.schemas import (
    BaseSchema,
    Email,
    Id,
    Instant,
    Line,
    Lines,
    OneOf,
    PageFilter,
    PageQuery,
    Seen,
    Whole,
    fields,
)

LONGEST_TITLE = 160
LONGEST_SUBJECT = 5_000
LONGEST_SEAT = 1_000
LONGEST_OBSERVATION = 20_000
LONGEST_NOTE = 10_000
LONGEST_DECISION = 5_000
MOST_COMMISSIONERS = 3
MOST_SORTED = 100


class OpenPart(StrEnum):
    """What the town hall adds before the closing."""

    ORDER = Part.ORDER.value
    DOSSIER = Part.DOSSIER.value


class TypedChannel(StrEnum):
    """By which way came what is typed: anything but this site."""

    EMAIL = Channel.EMAIL.value
    LETTER = Channel.LETTER.value
    REGISTER = Channel.REGISTER.value
    ORAL = Channel.ORAL.value


class InquiryPlanSchema(BaseSchema):
    title = Line(10, LONGEST_TITLE, required=True)
    subject = Lines(20, LONGEST_SUBJECT, required=True)
    regime = OneOf(Regime, required=True)
    owner = Line(2, LONGEST_TITLE, required=True)
    authority = Line(2, LONGEST_TITLE, required=True)
    order_number = Line(1, 60, required=True)
    order_on = fields.Date(required=True)
    seat = Lines(5, LONGEST_SEAT, required=True)
    email = Email(load_default="")
    opens_at = Instant(required=True)
    closes_at = Instant(required=True)
    neighbourhood_ids = fields.List(Id(), load_default=list)

    @post_load
    def make_plan(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        seen = {"seen": data.pop("seen")} if "seen" in data else {}
        places = frozenset(data["neighbourhood_ids"])
        return {"plan": InquiryPlan(**{**data, "neighbourhood_ids": places}), **seen}


class RevisedPlanSchema(InquiryPlanSchema):
    """``seen``: what was stored when the form was shown; null to overwrite."""

    seen = Line(0, 64, load_default=None, allow_none=True)


class CommissionersSchema(BaseSchema):
    """``name_2`` and the others where it is a commission. ``email_1``: of the account with which she studies this inquiry."""

    name_1 = Line(2, 120, required=True)
    email_1 = Email(load_default="")
    name_2 = Line(0, 120, load_default="")
    email_2 = Email(load_default="")
    name_3 = Line(0, 120, load_default="")
    email_3 = Email(load_default="")
    seen = Seen()

    @post_load
    def make_people(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        numbers = range(1, MOST_COMMISSIONERS + 1)
        named = [Named(data[f"name_{n}"], data[f"email_{n}"]) for n in numbers]
        return {"people": [each for each in named if each.name or each.email], "seen": data["seen"]}


class AddDocumentSchema(BaseSchema):
    part = OneOf(OpenPart, load_default=OpenPart.DOSSIER)
    title = Line(2, LONGEST_TITLE, required=True)

    @post_load
    def make_part(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {**data, "part": Part(data["part"].value)}


class AddDocumentFormSchema(AddDocumentSchema):
    """On a page, the name may be left out: the file has one."""

    title = Line(0, LONGEST_TITLE, load_default="")


class MoveDocumentSchema(BaseSchema):
    is_up = fields.Boolean(load_default=True)


class SessionSchema(BaseSchema):
    place = Line(3, 200, required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)


class VisitorsSchema(BaseSchema):
    visitors = Whole(0, 10_000, required=True)


class DepositSchema(BaseSchema):
    """``website`` is for programs that fill in every box: a person does not see it. ``sending_key``: the same, sent twice, is one observation."""

    text = Lines(0, LONGEST_OBSERVATION, load_default="")
    name = Line(0, 120, load_default="")
    contact = Email(load_default="")
    is_anonymous = fields.Boolean(load_default=False)
    sending_key = Line(0, 64, load_default="")
    website = fields.String(
        load_default="",
        validate=validate.Equal(
            "", error=_l("Laissez cette case vide : elle sert à reconnaître les programmes.")
        ),
    )

    @post_load
    def make_written(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        written = Written(data["text"], data["name"], data["contact"], data["is_anonymous"])
        return {"written": written, "sending_key": data["sending_key"] or None}


class TypeObservationSchema(BaseSchema):
    channel = OneOf(TypedChannel, required=True)
    received_at = Instant(required=True)
    text = Lines(0, LONGEST_OBSERVATION, load_default="")
    name = Line(0, 120, load_default="")
    contact = Line(0, 300, load_default="")
    is_anonymous = fields.Boolean(load_default=False)
    sending_key = Line(0, 64, load_default="")

    @post_load
    def make_written(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {
            "channel": Channel(data["channel"].value),
            "received_at": data["received_at"],
            "written": Written(data["text"], data["name"], data["contact"], data["is_anonymous"]),
            "sending_key": data["sending_key"] or None,
        }


class MaskSchema(BaseSchema):
    reason = OneOf(MaskReason, required=True)
    note = Lines(5, 1_000, required=True)
    passage = Lines(0, LONGEST_OBSERVATION, load_default="")
    hides_name = fields.Boolean(load_default=False)
    file_ids = fields.List(Id(), load_default=list)


class ProlongSchema(BaseSchema):
    closes_at = Instant(required=True)
    decision = Lines(20, LONGEST_DECISION, required=True)


class AddThemeSchema(BaseSchema):
    name = Line(2, 120, required=True)


class SortNumbersSchema(BaseSchema):
    numbers = fields.List(
        Id(), required=True, validate=validate.Length(1, MOST_SORTED, error=_l("Cochez des observations."))
    )
    is_out = fields.Boolean(load_default=False)


class SortSchema(SortNumbersSchema):
    theme_id = Id(required=True)


class WriteThemeSchema(BaseSchema):
    seen = Line(0, 64, load_default=None, allow_none=True)
    note = Lines(0, LONGEST_NOTE, load_default="")
    appraisal = Lines(0, LONGEST_NOTE, load_default="")


class NoteSchema(BaseSchema):
    text = Lines(0, LONGEST_NOTE, load_default="")
    seen = Seen()


class AnswerThemeSchema(BaseSchema):
    seen = Line(0, 64, load_default=None, allow_none=True)
    answer = Lines(0, LONGEST_NOTE, load_default="")


class ReportSchema(BaseSchema):
    verdict = OneOf(Verdict, required=True)
    reserves = Lines(0, LONGEST_DECISION, load_default="")


class CheckSchema(BaseSchema):
    number = Whole(1, 1_000_000, required=True)
    fingerprint = Line(64, 64, required=True)


# What narrows a list


class ListInquiriesFilter(PageFilter):
    etat = OneOf(ListFilter, load_default=None)


class ListInquiriesQuery(PageQuery):
    state = OneOf(ListFilter, load_default=None)


class RegisterFilter(PageFilter):
    voie = OneOf(Channel, load_default=None)


class RegisterQuery(PageQuery):
    channel = OneOf(Channel, load_default=None)


class StudyFilter(PageFilter):
    """``theme``: its number; 0 for what is in none."""

    theme = Whole(0, 2**31 - 1, load_default=None)
    voie = OneOf(Channel, load_default=None)


class StudyQuery(PageQuery):
    """``theme``: its id; 0 for what is in none."""

    theme = Whole(0, 2**31 - 1, load_default=None)
    channel = OneOf(Channel, load_default=None)
