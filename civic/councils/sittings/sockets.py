"""Following a sitting live. Anybody may follow a published one, signed in or not."""

from typing import Any

from flask_socketio import join_room

from civic.councils.service import get_visible_sitting
from civic.councils.sittings import queries
from civic.councils.sittings.rules import state_of
from civic.councils.sittings.schemas import FollowSittingSchema
from civic.web.identity import current_actor
from civic.web.sockets import on_event, room


@on_event("sitting:follow", FollowSittingSchema)
def follow_sitting(data: dict[str, Any]) -> dict[str, Any]:
    """The room is joined before the state is read, so that no item opened in between is missed. Who may not read it has not joined."""
    sitting_id = get_visible_sitting(current_actor(), data["sitting_id"]).id
    join_room(room("sitting", sitting_id))
    live, item = queries.find_live(sitting_id), queries.find_open_item(sitting_id)
    state = state_of(
        live.opened_at if live else None,
        live.suspended_at if live else None,
        live.closed_at if live else None,
    )
    return {"sitting_id": sitting_id, "state": state.value, "open_item_id": item.id if item else None}
