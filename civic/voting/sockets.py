"""Following a poll live. Anybody may follow a public one, signed in or not."""

from typing import Any

from flask_socketio import join_room

from civic.voting.schemas import FollowPollSchema, TurnoutSchema
from civic.voting.service import reading
from civic.web.identity import current_actor
from civic.web.sockets import on_event, room


@on_event("poll:follow", FollowPollSchema)
def follow_poll(data: dict[str, Any]) -> dict[str, Any]:
    """The room is joined before the turnout is read, so that no ballot cast in between is missed. Who may not read it has not joined."""
    actor, poll_id = current_actor(), data["poll_id"]
    reading.get_visible_poll(actor, poll_id)
    join_room(room("poll", poll_id))
    answer: dict[str, Any] = TurnoutSchema().dump(reading.show_turnout(actor, poll_id=poll_id))
    return answer
