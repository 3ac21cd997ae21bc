"""What gatherings read and answer."""

from civic.mutual_aid.gatherings.rules import MOST_PLACES, GatheringState, PlaceState
from civic.web.schemas import BaseSchema, Id, Instant, Line, Lines, Seen, Whole, fields


class GatheringWordsSchema(BaseSchema):
    title = Line(3, 100, required=True)
    text = Lines(0, 2_000, load_default="")
    address = Line(3, 200, required=True)


class ChangeGatheringSchema(GatheringWordsSchema):
    seen = Seen()


class DraftGatheringSchema(GatheringWordsSchema):
    organisation_id = Id(required=True)


class AddShiftSchema(BaseSchema):
    role = Line(2, 80, required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    places = Whole(1, MOST_PLACES, required=True)


class SetPlacesSchema(BaseSchema):
    places = Whole(1, MOST_PLACES, required=True)


class TakePlaceSchema(BaseSchema):
    waits = fields.Boolean(load_default=False)


class ListedGatheringSchema(BaseSchema):
    id = Id(required=True)
    title = fields.String(required=True)
    address = fields.String(required=True)
    organisation_name = fields.String(required=True)
    state = fields.Enum(GatheringState, by_value=True, required=True)
    starts_at = Instant(required=True, allow_none=True)
    places_left = fields.Integer(required=True)


class PlaceSchema(BaseSchema):
    state = fields.Enum(PlaceState, by_value=True, required=True)


class ShiftSchema(BaseSchema):
    """``own_place``: that of the reader, if any; ``held_until``: until when a freed one is kept for her."""

    id = Id(required=True)
    role = fields.String(required=True)
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    places = fields.Integer(required=True)
    taken = fields.Integer(required=True)
    own_place = fields.Enum(PlaceState, by_value=True, required=True, allow_none=True)
    held_until = Instant(required=True, allow_none=True)


class GatheringSchema(BaseSchema):
    id = Id(required=True)
    organisation_id = Id(required=True)
    organisation_name = fields.String(required=True)
    title = fields.String(required=True)
    text = fields.String(required=True)
    address = fields.String(required=True)
    state = fields.Enum(GatheringState, by_value=True, required=True)
    seen = fields.String(required=True)
    shifts = fields.List(fields.Nested(ShiftSchema), required=True)


class ExpectedPersonSchema(PlaceSchema):
    shift_id = Id(required=True)
    name = fields.String(required=True)


class ExpectedSchema(BaseSchema):
    people = fields.List(fields.Nested(ExpectedPersonSchema), required=True)
