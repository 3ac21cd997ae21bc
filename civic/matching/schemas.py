"""What matching reads and answers."""

from civic.matching.hours.rules import LARGEST_BOUND
from civic.matching.rules import InvitationState, MatchState
from civic.mutual_aid.schemas import PublicRequestSchema, WindowSchema
from civic.web.schemas import BaseSchema, Id, Instant, Line, Lines, PageQuery, Whole, fields

LONGEST_MESSAGE = 2_000


class DutySchema(BaseSchema):
    on = fields.Boolean(required=True)


class InvitationIdSchema(BaseSchema):
    invitation_id = Id(required=True)


class SaySchema(BaseSchema):
    """``client_id`` is chosen by the client: sent again with the same one, a message is not doubled."""

    text = Lines(1, LONGEST_MESSAGE, required=True)
    client_id = Line(1, 64, required=True)


class SayInMatchSchema(SaySchema):
    match_id = Id(required=True)


class CompleteMatchSchema(BaseSchema):
    """``minutes``: how long it took, as the side that was helped confirms it."""

    minutes = Whole(15, LARGEST_BOUND, load_default=None, allow_none=True)


class NoteHoursSchema(BaseSchema):
    helped_from = Instant(required=True)
    helped_until = Instant(required=True)


class AgreeOnHoursSchema(BaseSchema):
    minutes = Whole(15, LARGEST_BOUND, required=True)


class RelaunchSchema(WindowSchema):
    """Another window, from ``starts_at`` to ``ends_at``; required once the former one has passed. ``without_skills``: no skill is asked for
    any more."""

    without_skills = fields.Boolean(load_default=False)


class MessagesQuery(PageQuery):
    page = Whole(1, 100_000, load_default=None)
    page_size = Whole(1, 100, load_default=50)


class InvitationSchema(BaseSchema):
    id = Id(required=True)
    state = fields.Enum(InvitationState, by_value=True, required=True)
    request = fields.Nested(PublicRequestSchema, required=True)
    area_metres = fields.Integer(required=True, allow_none=True)
    organisation_name = fields.String(required=True, allow_none=True)
    sent_at = Instant(required=True)
    expires_at = Instant(required=True)
    match_id = Id(required=True, allow_none=True)


class MatchSchema(BaseSchema):
    """``other_name`` is None for a person who telephoned: her name is part of the contact. ``organisation_name`` is that of the volunteer."""

    id = Id(required=True)
    state = fields.Enum(MatchState, by_value=True, required=True)
    request = fields.Nested(PublicRequestSchema, required=True)
    is_volunteer = fields.Boolean(required=True)
    is_assisted = fields.Boolean(required=True)
    other_name = fields.String(required=True, allow_none=True)
    organisation_name = fields.String(required=True, allow_none=True)
    created_at = Instant(required=True)
    changed_at = Instant(required=True)
    arrived_at = Instant(required=True, allow_none=True)
    helped_from = Instant(required=True, allow_none=True)
    helped_until = Instant(required=True, allow_none=True)
    noted_minutes = fields.Integer(required=True, allow_none=True)
    confirmed_minutes = fields.Integer(required=True, allow_none=True)


class MessageSchema(BaseSchema):
    id = Id(required=True)
    match_id = Id(required=True)
    author_id = Id(required=True)
    author_name = fields.String(required=True)
    is_mine = fields.Boolean(required=True)
    is_for_town = fields.Boolean(required=True)
    is_hidden = fields.Boolean(required=True)
    client_id = fields.String(required=True)
    text = fields.String(required=True)
    created_at = Instant(required=True)


class ContactSchema(BaseSchema):
    name = fields.String(required=True)
    phone = fields.String(required=True)
    address = fields.String(required=True, allow_none=True)


class ProgressSchema(BaseSchema):
    """Numbers, never who was asked."""

    asked = fields.Integer(required=True)
    waiting = fields.Integer(required=True)
    queued = fields.Integer(required=True)
    declined = fields.Integer(required=True)
    silent = fields.Integer(required=True)
    next_step_at = Instant(required=True, allow_none=True)
