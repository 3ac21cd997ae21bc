"""Following a named vote at a sitting live. Anybody may follow a public one, signed in or not."""

from typing import Any

from flask_socketio import join_room

from civic.councils import sitting_votes
from civic.councils.sitting_votes_schemas import FollowVoteSchema
from civic.web.identity import current_actor
from civic.web.sockets import on_event, room


@on_event("sitting_vote:follow", FollowVoteSchema)
def follow_vote(data: dict[str, Any]) -> dict[str, Any]:
    """The room is joined before the state is read, so that no answer given in between is missed. Who may not read it has not joined."""
    actor, vote_id = current_actor(), data["sitting_vote_id"]
    sitting_votes.show_vote(actor, vote_id=vote_id)
    join_room(room("sitting_vote", vote_id))
    view = sitting_votes.show_vote(actor, vote_id=vote_id)
    return {"sitting_vote_id": vote_id, "answered": view.answered, "voices": len(view.voices)}
