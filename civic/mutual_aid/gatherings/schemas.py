"""What the pages of gatherings read."""

from civic.mutual_aid.gatherings.rules import MOST_PLACES
from civic.web.schemas import BaseSchema, Id, Instant, Line, Lines, Whole, fields


class GatheringWordsSchema(BaseSchema):
    title = Line(3, 100, required=True)
    text = Lines(0, 2_000, load_default="")
    address = Line(3, 200, required=True)


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
