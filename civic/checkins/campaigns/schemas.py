"""What the pages of campaigns read."""

from civic.checkins.campaigns.rules import (
    LEAST_HOURS,
    LEAST_RETRY_MINUTES,
    MOST_HOURS,
    MOST_RETRY_MINUTES,
    MOST_TRIES,
    Reason,
    Result,
    TownStep,
)
from civic.web.schemas import BaseSchema, Id, Instant, Line, Lines, OneOf, PageQuery, Whole, fields, validate

LONGEST_SCRIPT, LONGEST_NOTE = 2_000, 500


class OpenCampaignSchema(BaseSchema):
    reason = OneOf(Reason, required=True)
    closes_at = Instant(required=True)
    place_ids = fields.List(Id(), load_default=[], validate=validate.Length(max=500))
    every_hours = Whole(LEAST_HOURS, MOST_HOURS, required=True)
    retry_minutes = Whole(LEAST_RETRY_MINUTES, MOST_RETRY_MINUTES, required=True)
    tries = Whole(1, MOST_TRIES, required=True)
    script = Lines(20, LONGEST_SCRIPT, required=True)
    is_plan_in_force = fields.Boolean(load_default=False)


class BoardQuery(PageQuery):
    board = Line(0, 20, load_default="for_town")


class JoinCallersSchema(BaseSchema):
    accepts_secret = fields.Boolean(load_default=False)


class AnswerCallSchema(BaseSchema):
    result = OneOf(Result, required=True)
    note = Lines(0, LONGEST_NOTE, load_default="")
    agrees_to_help = fields.Boolean(load_default=False)


class FollowCallSchema(BaseSchema):
    step = OneOf(TownStep, required=True)
    note = Lines(0, LONGEST_NOTE, load_default="")
