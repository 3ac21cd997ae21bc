"""What a help that comes back reads and answers."""

from typing import Any

from flask_babel import gettext
from marshmallow import ValidationError, validates_schema

from civic.mutual_aid.rules import Category
from civic.mutual_aid.schemas import AskForHelpSchema, FollowedRequestSchema
from civic.mutual_aid.series.rules import Repeat
from civic.web.schemas import BaseSchema, Id, Instant, OneOf, Seen, fields


class RhythmSchema(BaseSchema):
    """How often, and until when."""

    repeat = OneOf(Repeat, required=True)
    repeat_until = fields.Date(load_default=None, allow_none=True)

    @validates_schema
    def _ensure_it_comes_back(self, data: dict[str, Any], **kwargs: Any) -> None:
        if data.get("repeat") is Repeat.ONCE:
            raise ValidationError(
                gettext("Choisissez chaque semaine, toutes les deux semaines ou chaque mois."),
                field_name="repeat",
            )


class ChangeSeriesSchema(RhythmSchema):
    """The next time, which gives the day and the hours; how often; until when."""

    starts_at = Instant(required=True)
    ends_at = Instant(required=True)


class ChangeSeriesFormSchema(ChangeSeriesSchema):
    seen = Seen()


class BeginSeriesSchema(RhythmSchema, AskForHelpSchema):
    pass


class SeriesSchema(BaseSchema):
    """``rule`` is a recurrence rule of RFC 5545, read on the town hall's clock. ``ahead``: the times that are written, and not over."""

    id = Id(required=True)
    title = fields.String(required=True)
    category = fields.Enum(Category, by_value=True, required=True)
    rule = fields.String(required=True)
    begins_on = fields.Date(required=True)
    created_at = Instant(required=True)
    ended_at = Instant(required=True, allow_none=True)
    ahead = fields.List(fields.Nested(FollowedRequestSchema), required=True)
