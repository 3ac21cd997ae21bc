from typing import Any

from marshmallow import post_load

from civic.petitions.queries import DeskFilter, ListFilter
from civic.petitions.rules import (
    CouncilDecision,
    Outcome,
    PetitionRules,
    PetitionState,
    PetitionText,
    RefusalRule,
)
from civic.web.schemas import (
    BaseSchema,
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
    page_schema,
)

LONGEST_TITLE = 120
LONGEST_ASK = 2_000
LONGEST_WHY = 5_000
LONGEST_NOTE = 2_000
LONGEST_DECISION = 10_000
LONGEST_SHEET = 10_000
LARGEST_SHEET = 100_000
LARGEST_ROLL = 10_000_000
OLDEST_LEAST_AGE = 99
LONGEST_DAYS = 730


class PetitionTextSchema(BaseSchema):
    title = Line(10, LONGEST_TITLE, required=True)
    ask = Lines(20, LONGEST_ASK, required=True)
    why = Lines(20, LONGEST_WHY, required=True)

    @post_load
    def make_text(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        text = PetitionText(data.pop("title"), data.pop("ask"), data.pop("why"))
        return {"text": text, **data}


class LaunchPetitionSchema(PetitionTextSchema):
    organisation_id = Id(load_default=None)


class SignPetitionSchema(BaseSchema):
    """``born_on``: only where the account does not say; it is not kept."""

    is_shown = fields.Boolean(load_default=False)
    wants_news = fields.Boolean(load_default=False)
    born_on = fields.Date(load_default=None)


class RefusePetitionSchema(BaseSchema):
    rule = OneOf(RefusalRule, required=True)
    note = Lines(1, LONGEST_NOTE, required=True)


class ReadPetitionSchema(BaseSchema):
    """What the town hall read of a petition that it decides of."""

    seen = Seen()


class RefusePetitionFormSchema(RefusePetitionSchema):
    seen = Seen()


class CountSheetSchema(BaseSchema):
    """``lines``: a line a person, as « Marie Durand 14/03/1961 »; « ? » for one that cannot be made out."""

    number = Whole(1, LARGEST_SHEET, required=True)
    lines = Lines(1, LONGEST_SHEET, required=True)


class PlanPetitionSchema(BaseSchema):
    agenda_on = fields.Date(required=True)
    sitting_id = Id(load_default=None)


class PlanPetitionFormSchema(PlanPetitionSchema):
    seen = Seen()


class DecidePetitionSchema(BaseSchema):
    outcome = OneOf(Outcome, required=True)
    text = Lines(20, LONGEST_DECISION, required=True)
    deliberated_on = fields.Date(required=True)
    deliberation = Line(0, 80, load_default="")

    @post_load
    def make_decision(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        return {"decision": CouncilDecision(**data)}


class PetitionRulesSchema(BaseSchema):
    """Either ``threshold``, or ``share_percent`` with ``roll_size`` and ``roll_on``."""

    is_open = fields.Boolean(load_default=False)
    threshold = Whole(1, LARGEST_ROLL, load_default=None)
    share_percent = Whole(1, 100, load_default=None)
    roll_size = Whole(1, LARGEST_ROLL, load_default=None)
    roll_on = fields.Date(load_default=None)
    least_age = Whole(0, OLDEST_LEAST_AGE, required=True)
    needs_verified = fields.Boolean(load_default=False)
    days = Whole(1, LONGEST_DAYS, required=True)
    decision_days = Whole(1, LONGEST_DAYS, required=True)

    @post_load
    def make_rules(self, data: dict[str, Any], **kwargs: Any) -> dict[str, Any]:
        is_open, seen = data.pop("is_open"), {"seen": data.pop("seen")} if "seen" in data else {}
        return {"is_open": is_open, "wanted": PetitionRules(**data), **seen}


class PetitionRulesFormSchema(PetitionRulesSchema):
    seen = Seen()


class ListPetitionsQuery(PageQuery):
    state = OneOf(ListFilter, load_default=None)


class ListPetitionsFilter(PageFilter):
    """What the public list shows, from its address."""

    etat = OneOf(ListFilter, load_default=None)


class DeskPetitionsFilter(PageFilter):
    etat = OneOf(DeskFilter, load_default=DeskFilter.TO_EXAMINE)


class PetitionIdSchema(BaseSchema):
    id = fields.Integer(required=True)


class PetitionSchema(BaseSchema):
    """``refusal_rule`` and ``refusal_note`` are read by the author and the town hall alone: nobody else reads one that was refused."""

    id = fields.Integer(required=True)
    title = fields.String(required=True)
    ask = fields.String(attribute="ask_source", required=True)
    why = fields.String(attribute="why_source", required=True)
    state = fields.Enum(PetitionState, by_value=True, required=True)
    signature = fields.String(required=True)
    refusal_rule = fields.Enum(RefusalRule, by_value=True, allow_none=True, required=True)
    refusal_note = fields.String(required=True)
    opens_at = Instant(allow_none=True, required=True)
    closes_at = Instant(allow_none=True, required=True)
    is_signable = fields.Boolean(required=True)
    needed = fields.Integer(allow_none=True, required=True)
    share_percent = fields.Integer(allow_none=True, required=True)
    roll_size = fields.Integer(allow_none=True, required=True)
    roll_on = fields.Date(allow_none=True, required=True)
    least_age = fields.Integer(allow_none=True, required=True)
    needs_verified = fields.Boolean(required=True)
    signature_count = fields.Integer(required=True)
    online_count = fields.Integer(required=True)
    paper_count = fields.Integer(required=True)
    counted_at = Instant(allow_none=True, required=True)
    reached_at = Instant(allow_none=True, required=True)
    decision_due_on = fields.Date(attribute="last_day", allow_none=True, required=True)
    days_waited = fields.Integer(required=True)
    days_late = fields.Integer(required=True)
    agenda_on = fields.Date(allow_none=True, required=True)
    sitting_id = fields.Integer(allow_none=True, required=True)
    outcome = fields.Enum(Outcome, by_value=True, allow_none=True, required=True)
    decision_html = fields.String(required=True)
    deliberated_on = fields.Date(allow_none=True, required=True)
    deliberation = fields.String(required=True)
    decided_at = Instant(allow_none=True, required=True)


PetitionPageSchema = page_schema(PetitionSchema)


class PetitionStandingSchema(BaseSchema):
    signature_count = fields.Integer(required=True)
    has_signed = fields.Boolean(required=True)


class NamePageSchema(BaseSchema):
    """The names of those who agreed that theirs is read; the others are counted in ``signature_count`` alone."""

    items = fields.List(fields.String(), required=True)
    page = fields.Integer(attribute="number", required=True)
    page_size = fields.Integer(attribute="size", required=True)
    pages = fields.Integer(required=True)
    total = fields.Integer(required=True)


class CountedSheetSchema(BaseSchema):
    sheet_id = fields.Integer(required=True)
    number = fields.Integer(required=True)
    counted = fields.Integer(required=True)
    already = fields.Integer(required=True)
    illegible = fields.Integer(required=True)
    too_young = fields.Integer(required=True)


class ShownRulesSchema(BaseSchema):
    """``is_open``: whether the commune takes petitions here; the rest is null where it never said how."""

    is_open = fields.Boolean(required=True)
    needed = fields.Integer(allow_none=True, required=True)
    threshold = fields.Integer(allow_none=True, required=True)
    share_percent = fields.Integer(allow_none=True, required=True)
    roll_size = fields.Integer(allow_none=True, required=True)
    roll_on = fields.Date(allow_none=True, required=True)
    least_age = fields.Integer(allow_none=True, required=True)
    needs_verified = fields.Boolean(allow_none=True, required=True)
    days = fields.Integer(allow_none=True, required=True)
    decision_days = fields.Integer(allow_none=True, required=True)
