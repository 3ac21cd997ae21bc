"""What mutual aid reads and answers."""

from enum import StrEnum
from typing import Any

from flask_babel import gettext
from flask_babel import lazy_gettext as _l
from marshmallow import ValidationError, validates_schema

from civic.mutual_aid.moments import DayHalf, NearDay
from civic.mutual_aid.rules import (
    LARGEST_CAPACITY,
    Category,
    ConsentMode,
    Contact,
    DayPart,
    OfferDetails,
    OfferState,
    RequestDetails,
    RequestState,
    Slot,
    Urgency,
    Window,
)
from civic.mutual_aid.series.rules import Repeat, Repetition
from civic.mutual_aid.wishes import Language, Wish
from civic.safeguarding.rules import AgeBand
from civic.web.schemas import (
    BaseSchema,
    Id,
    Instant,
    Line,
    Lines,
    OneOf,
    PageQuery,
    Phone,
    Seen,
    Whole,
    fields,
)

LONGEST_TITLE = 100
LONGEST_OFFER = 1_000
LONGEST_REQUEST = 600
LONGEST_SKILL_KEY = 40
SHORTEST_DISTANCE, LONGEST_DISTANCE = 200, 50_000


class WeeklySlot(fields.String):
    """A part of a day of every week, as ``1-morning`` (1 is Monday, 7 is Sunday; morning, afternoon or evening)."""

    default_error_messages = {"unknown": _l("Choisissez des moments de la semaine dans le tableau.")}

    def __init__(self, **kwargs: Any):
        super().__init__(metadata={"pattern": "^[1-7]-(morning|afternoon|evening)$"}, **kwargs)

    def _serialize(self, value: Any, attr: str | None, obj: Any, **kwargs: Any) -> Any:
        return None if value is None else f"{value.weekday}-{value.part.value}"

    def _deserialize(self, value: Any, attr: str | None, data: Any, **kwargs: Any) -> Any:
        typed = super()._deserialize(value, attr, data, **kwargs)
        weekday, _, part = typed.partition("-")
        if weekday not in tuple("1234567") or part not in {member.value for member in DayPart}:
            raise self.make_error("unknown")
        return Slot(int(weekday), DayPart(part))


class OfferDetailsSchema(BaseSchema):
    """What an offer says; with neither areas nor a distance it is for the whole commune."""

    category = OneOf(Category, required=True)
    title = Line(3, LONGEST_TITLE, required=True)
    text = Lines(0, LONGEST_OFFER, load_default="")
    area_ids = fields.List(Id(), load_default=list)
    max_distance_metres = Whole(SHORTEST_DISTANCE, LONGEST_DISTANCE, load_default=None, allow_none=True)
    slots = fields.List(WeeklySlot(), load_default=list)


class ChangeOfferFormSchema(OfferDetailsSchema):
    seen = Seen()


class OfferHelpSchema(OfferDetailsSchema):
    organisation_id = Id(load_default=None, allow_none=True)
    accepts_charter = fields.Boolean(load_default=False)
    age = OneOf(AgeBand, load_default=AgeBand.ADULT)


class ContactFormSchema(BaseSchema):
    """How and where a person is reached, written anew."""

    contact_name = Line(2, 100, required=True)
    contact_phone = Phone(required=True)
    contact_address = Line(0, 200, load_default=None, allow_none=True)
    territory_id = Id(required=True)
    seen = Seen()


class RequestDetailsSchema(BaseSchema):
    """What is asked for. The contact is sealed, and shown to matched volunteers alone."""

    category = OneOf(Category, required=True)
    title = Line(3, LONGEST_TITLE, required=True)
    text = Lines(0, LONGEST_REQUEST, load_default="")
    territory_id = Id(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    urgency = OneOf(Urgency, load_default=Urgency.FLEXIBLE)
    capacity = Whole(1, LARGEST_CAPACITY, load_default=1)
    languages = fields.List(OneOf(Language), load_default=list)
    wishes = fields.List(OneOf(Wish), load_default=list)
    skills = fields.List(Line(1, LONGEST_SKILL_KEY), load_default=list)
    contact_name = Line(2, 100, required=True)
    contact_phone = Phone(required=True)
    contact_address = Line(0, 200, load_default=None, allow_none=True)


class RequestFormSchema(RequestDetailsSchema):
    """A form: « demain », « le matin » are made instants before they are read; here they only travel with the rest."""

    day = OneOf(NearDay, load_default=None)
    part = OneOf(DayHalf, load_default=None)
    repeat = OneOf(Repeat, load_default=Repeat.ONCE)
    repeat_until = fields.Date(load_default=None, allow_none=True)


class RequestWordsSchema(BaseSchema):
    """What volunteers read of a request."""

    title = Line(3, LONGEST_TITLE, required=True)
    text = Lines(0, LONGEST_REQUEST, load_default="")


class RequestWordsFormSchema(RequestWordsSchema):
    seen = Seen()


class SaidConsent(StrEnum):
    """How a consent was given, on an agent's word. By text message it is given by its code alone."""

    ORAL = ConsentMode.ORAL.value
    PAPER = ConsentMode.PAPER.value


class WindowSchema(BaseSchema):
    """A window of time, whole: an end alone would say that help may come at any hour until then."""

    starts_at = Instant(load_default=None, allow_none=True)
    ends_at = Instant(load_default=None, allow_none=True)

    @validates_schema
    def ensure_whole(self, data: dict[str, Any], **kwargs: Any) -> None:
        for name in ("starts_at", "ends_at"):
            if data[name] is None and any(data[other] for other in ("starts_at", "ends_at")):
                raise ValidationError({name: [gettext("Donnez le début et la fin.")]})


def window_of(data: dict[str, Any]) -> Window | None:
    """Return the window that was read; None when none was given."""
    return Window(data["starts_at"], data["ends_at"]) if data["starts_at"] else None


class AnotherDaySchema(BaseSchema):
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)


class ConsentAnswer(StrEnum):
    """What an agent records of a consent: how it was given, or that it is still to be asked for."""

    ORAL = ConsentMode.ORAL.value
    PAPER = ConsentMode.PAPER.value
    SMS = ConsentMode.SMS.value
    LATER = "later"

    @property
    def given(self) -> ConsentMode | None:
        """How it is given at once; None where it is still to come, by a code or by a call."""
        return ConsentMode(self.value) if self in (ConsentAnswer.ORAL, ConsentAnswer.PAPER) else None


class TelephonedRequestSchema(RequestFormSchema):
    consent = OneOf(ConsentAnswer, required=True)
    has_agreed = fields.Boolean(load_default=False)
    sheet_number = Line(0, 20, load_default="")


class AskForHelpSchema(RequestDetailsSchema):
    """With ``consent``, an agent asks for a person who telephoned and agreed, by word or on paper."""

    consent = OneOf(SaidConsent, load_default=None, allow_none=True)


class CancelRequestSchema(BaseSchema):
    """With ``state_seen``, nothing is cancelled if the request is no longer in that state."""

    state_seen = OneOf(RequestState, load_default=None, allow_none=True)


class OfferStateSchema(BaseSchema):
    state = OneOf(OfferState, required=True)


class BoardQuery(PageQuery):
    category = OneOf(Category, load_default=None)
    territory_id = Id(load_default=None)


class RequestsQuery(BoardQuery):
    mine = fields.Boolean(load_default=False)


class OfferSchema(BaseSchema):
    id = Id(required=True)
    territory_id = Id(required=True)
    organisation_id = Id(required=True, allow_none=True)
    organisation_name = fields.String(required=True, allow_none=True)
    category = fields.Enum(Category, by_value=True, required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    state = fields.Enum(OfferState, by_value=True, required=True)
    area_ids = fields.List(Id(), required=True)
    max_distance_metres = fields.Integer(required=True, allow_none=True)
    slots = fields.List(WeeklySlot(), required=True)
    created_at = Instant(required=True)


class PublicRequestSchema(BaseSchema):
    """A request as others may know it: no name, no telephone number, no address."""

    id = Id(required=True)
    category = fields.Enum(Category, by_value=True, required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    territory_id = Id(required=True)
    territory_name = fields.String(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    urgency = fields.Enum(Urgency, by_value=True, required=True)
    languages = fields.List(fields.Enum(Language, by_value=True), required=True)
    wishes = fields.List(fields.Enum(Wish, by_value=True), required=True)
    skills = fields.List(fields.String(), required=True)


class FollowedRequestSchema(PublicRequestSchema):
    state = fields.Enum(RequestState, by_value=True, required=True)
    capacity = fields.Integer(required=True)
    filled = fields.Integer(required=True)
    is_assisted = fields.Boolean(required=True)
    created_at = Instant(required=True)


class ListedRequestSchema(PublicRequestSchema):
    """In one's own list, with its state; in the list of what is sought, without."""

    state = fields.Enum(RequestState, by_value=True)
    capacity = fields.Integer()
    filled = fields.Integer()
    is_assisted = fields.Boolean()
    created_at = Instant()


def offer_details(data: dict[str, Any]) -> OfferDetails:
    """Return what an offer's schema read as the service takes it."""
    return OfferDetails(
        category=data["category"],
        title=data["title"],
        text=data["text"],
        area_ids=frozenset(data["area_ids"]),
        max_distance_metres=data["max_distance_metres"],
        slots=frozenset(data["slots"]),
    )


def request_details(data: dict[str, Any]) -> RequestDetails:
    """Return what a request's schema read as the service takes it."""
    return RequestDetails(
        category=data["category"],
        title=data["title"],
        text=data["text"],
        territory_id=data["territory_id"],
        window=Window(data["starts_at"], data["ends_at"]),
        urgency=data["urgency"],
        capacity=data["capacity"],
        contact=contact_of(data),
        languages=frozenset(data["languages"]),
        wishes=frozenset(data["wishes"]),
        skills=frozenset(data["skills"]),
    )


def contact_of(data: dict[str, Any]) -> Contact:
    return Contact(data["contact_name"], data["contact_phone"], data["contact_address"] or None)


def repetition(data: dict[str, Any]) -> Repetition:
    """Return what a form read of how often help is needed."""
    return Repetition(data["repeat"], data["repeat_until"])
