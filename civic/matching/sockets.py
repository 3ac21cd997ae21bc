"""What a volunteer says over Socket.IO: the same commands as the pages and the API."""

from typing import Any

from civic.matching import queries
from civic.matching.schemas import (
    DutySchema,
    InvitationIdSchema,
    MatchSchema,
    MessageSchema,
    SayInMatchSchema,
)
from civic.matching.service import conversation, invitations
from civic.matching.service.duty import set_duty as go_on_duty
from civic.web.identity import current_actor
from civic.web.sockets import on_event


@on_event("duty:set", DutySchema)
def set_duty(data: dict[str, Any]) -> dict[str, Any]:
    return {"on": go_on_duty(current_actor(), on=data["on"])}


@on_event("invitation:accept", InvitationIdSchema)
def accept_invitation(data: dict[str, Any]) -> Any:
    actor = current_actor()
    match_id = invitations.accept_invitation(actor, invitation_id=data["invitation_id"])
    return MatchSchema().dump(queries.present_matches([queries.get_match(match_id)], actor.id)[0])


@on_event("invitation:decline", InvitationIdSchema)
def decline_invitation(data: dict[str, Any]) -> dict[str, Any]:
    invitations.decline_invitation(current_actor(), invitation_id=data["invitation_id"])
    return {"invitation_id": data["invitation_id"]}


@on_event("match:say", SayInMatchSchema)
def say(data: dict[str, Any]) -> Any:
    return MessageSchema().dump(conversation.say(current_actor(), **data))
