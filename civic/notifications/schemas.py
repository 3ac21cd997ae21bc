from typing import Any

from marshmallow import post_load

from civic.notifications.rules import Family, Kind, MailChoice
from civic.web.schemas import BaseSchema, Id, Instant, Line, OneOf, PageQuery, fields, page_schema


class InboxQuery(PageQuery):
    unread = fields.Boolean(load_default=False)


class NotificationSchema(BaseSchema):
    id = Id(required=True)
    kind = OneOf(Kind, required=True)
    text = fields.String(required=True)
    path = fields.String(required=True)
    created_at = Instant(required=True)
    read_at = Instant(required=True, allow_none=True)


class InboxSchema(page_schema(NotificationSchema)):  # type: ignore[misc]
    """A page of the inbox, and how many notifications of it all are unread."""

    unread = fields.Integer(required=True)


class ReadSchema(BaseSchema):
    """What to mark read: everything, or what leads to one page."""

    path = Line(1, 300, load_default=None)


class ReadAnswerSchema(BaseSchema):
    read = fields.Integer(required=True)


class ChooseMailsSchema(BaseSchema):
    participation = OneOf(MailChoice, required=True)
    solidarity = OneOf(MailChoice, required=True)

    @post_load
    def by_family(self, data: dict[str, MailChoice], **kwargs: Any) -> dict[str, Any]:
        return {"choices": {Family(name): choice for name, choice in data.items()}}
