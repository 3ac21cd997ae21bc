from typing import Any

from civic.notifications import queries, service
from civic.notifications.models import Notification
from civic.notifications.schemas import InboxQuery, InboxSchema, ReadAnswerSchema, ReadSchema
from civic.notifications.wording import sentence_of
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("notifications_api", __name__)


@blueprint.operation(
    "GET", "/me/notifications", summary="One's own inbox, newest first", query=InboxQuery, answer=InboxSchema
)
def list_notifications(query: dict[str, Any]) -> dict[str, Any]:
    person_id = current_actor().id
    page = queries.list_notifications(
        person_id, unread_only=query["unread"], number=query["page"], size=query["page_size"]
    )
    return {
        "items": [_as_item(notification) for notification in page.items],
        "number": page.number,
        "size": page.size,
        "pages": page.pages,
        "total": page.total,
        "unread": queries.count_unread(person_id),
    }


def _as_item(notification: Notification) -> dict[str, Any]:
    return {
        "id": notification.id,
        "kind": notification.kind,
        "text": sentence_of(notification),
        "path": notification.path,
        "created_at": notification.created_at,
        "read_at": notification.read_at,
    }


@blueprint.operation(
    "POST",
    "/me/notifications/reading",
    summary="Mark everything read, or what leads to one page",
    body=ReadSchema,
    answer=ReadAnswerSchema,
)
def read_notifications(body: dict[str, Any]) -> dict[str, int]:
    return {"read": service.read_notifications(current_actor(), path=body["path"])}


@blueprint.operation("POST", "/me/notifications/<int:notification_id>/reading", summary="Mark one read")
def read_notification(notification_id: int) -> None:
    service.read_notification(current_actor(), notification_id=notification_id)
