"""The JSON API of matching."""

from typing import Any

from civic.kernel.pagination import Page
from civic.matching import queries
from civic.matching.queries import FollowedMatch, ReceivedInvitation, SaidMessage, SearchProgress
from civic.matching.schemas import (
    AgreeOnHoursSchema,
    CompleteMatchSchema,
    ContactSchema,
    DutySchema,
    InvitationSchema,
    MatchSchema,
    MessageSchema,
    MessagesQuery,
    NoteHoursSchema,
    ProgressSchema,
    RelaunchSchema,
    SaySchema,
)
from civic.matching.service import conversation, dispatch, hours, invitations, matches
from civic.matching.service.duty import set_duty as go_on_duty
from civic.mutual_aid.rules import Contact
from civic.mutual_aid.schemas import window_of
from civic.mutual_aid.service.requests import get_followed_request
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor
from civic.web.schemas import PageQuery, page_schema

blueprint = ApiBlueprint("matching_api", __name__)


@blueprint.operation("GET", "/duty", summary="Whether one is on duty", answer=DutySchema)
def get_duty() -> dict[str, bool]:
    return {"on": queries.is_on_duty(current_actor().id)}


@blueprint.operation("PUT", "/duty", summary="Go on duty, or off", body=DutySchema, answer=DutySchema)
def set_duty(body: dict[str, Any]) -> dict[str, bool]:
    return {"on": go_on_duty(current_actor(), on=body["on"])}


@blueprint.operation(
    "GET",
    "/invitations",
    summary="What one was asked",
    query=PageQuery,
    answer=page_schema(InvitationSchema),
)
def list_invitations(query: dict[str, Any]) -> Page[ReceivedInvitation]:
    return queries.list_invitations_of(current_actor().id, number=query["page"], size=query["page_size"])


@blueprint.operation(
    "GET", "/invitations/<int:invitation_id>", summary="One invitation", answer=InvitationSchema
)
def get_invitation(invitation_id: int) -> ReceivedInvitation:
    invitation = invitations.get_received_invitation(current_actor(), invitation_id)
    invitations.note_seen(current_actor(), invitation_ids={invitation_id})
    return invitation


@blueprint.operation(
    "POST",
    "/invitations/<int:invitation_id>/acceptance",
    summary="Say yes; the first to say it has the place",
    answer=MatchSchema,
    status=201,
)
def accept_invitation(invitation_id: int) -> FollowedMatch:
    match_id = invitations.accept_invitation(current_actor(), invitation_id=invitation_id)
    return _present(match_id)


@blueprint.operation(
    "POST", "/invitations/<int:invitation_id>/refusal", summary="Say no; somebody else is asked at once"
)
def decline_invitation(invitation_id: int) -> None:
    invitations.decline_invitation(current_actor(), invitation_id=invitation_id)


@blueprint.operation(
    "GET",
    "/requests/<int:request_id>/progress",
    summary="How many volunteers were asked for a request that one follows, and when the next are",
    answer=ProgressSchema,
)
def get_progress(request_id: int) -> SearchProgress:
    get_followed_request(current_actor(), request_id)
    return queries.get_progress(request_id)


@blueprint.operation(
    "POST",
    "/requests/<int:request_id>/relaunch",
    summary="Search again for a request that is escalated or expired",
    body=RelaunchSchema,
)
def relaunch_search(request_id: int, body: dict[str, Any]) -> None:
    dispatch.relaunch_search(
        current_actor(),
        request_id=request_id,
        window=window_of(body),
        without_skills=body["without_skills"],
    )


@blueprint.operation(
    "POST",
    "/requests/<int:request_id>/settlement",
    summary="Close a request that the town hall settled in another way",
)
def settle_request(request_id: int) -> None:
    dispatch.settle_request(current_actor(), request_id=request_id)


@blueprint.operation(
    "POST",
    "/requests/<int:request_id>/contact",
    summary="Show an agent how to reach the person; written down each time",
    answer=ContactSchema,
    is_kept=False,
)
def see_request_contact(request_id: int) -> Contact:
    return matches.see_request_contact(current_actor(), request_id=request_id)


@blueprint.operation(
    "GET", "/matches", summary="One's own matches", query=PageQuery, answer=page_schema(MatchSchema)
)
def list_matches(query: dict[str, Any]) -> Page[FollowedMatch]:
    return queries.list_matches_of(current_actor().id, number=query["page"], size=query["page_size"])


@blueprint.operation("GET", "/matches/<int:match_id>", summary="One match", answer=MatchSchema)
def get_match(match_id: int) -> FollowedMatch:
    matches.get_followed_match(current_actor(), match_id)
    return _present(match_id)


@blueprint.operation(
    "GET",
    "/matches/<int:match_id>/messages",
    summary="The conversation, oldest first; its last page unless one is asked for",
    query=MessagesQuery,
    answer=page_schema(MessageSchema),
)
def list_messages(match_id: int, query: dict[str, Any]) -> Page[SaidMessage]:
    actor = current_actor()
    side = matches.get_followed_match(actor, match_id)
    return queries.list_messages(side, actor.id, number=query["page"], size=query["page_size"])


@blueprint.operation(
    "POST",
    "/matches/<int:match_id>/messages",
    summary="Say something to the other side",
    body=SaySchema,
    answer=MessageSchema,
    status=201,
)
def say(match_id: int, body: dict[str, Any]) -> SaidMessage:
    return conversation.say(current_actor(), match_id=match_id, **body)


@blueprint.operation(
    "POST",
    "/matches/<int:match_id>/contact",
    summary="Show the other side's contact; written down each time, and told to whose contact it is",
    answer=ContactSchema,
    is_kept=False,
)
def see_contact(match_id: int) -> Contact:
    return matches.see_contact(current_actor(), match_id=match_id)


@blueprint.operation(
    "POST", "/matches/<int:match_id>/start", summary="Say that one is on the way", answer=MatchSchema
)
def start_match(match_id: int) -> FollowedMatch:
    matches.start_match(current_actor(), match_id=match_id)
    return _present(match_id)


@blueprint.operation(
    "POST",
    "/matches/<int:match_id>/completion",
    summary="Say that it is done; the side that was helped thereby confirms it, and how many minutes it took",
    body=CompleteMatchSchema,
    answer=MatchSchema,
)
def complete_match(match_id: int, body: dict[str, Any]) -> FollowedMatch:
    matches.complete_match(current_actor(), match_id=match_id, **body)
    return _present(match_id)


@blueprint.operation(
    "POST", "/matches/<int:match_id>/arrival", summary="Say that one is there", answer=MatchSchema
)
def say_arrived(match_id: int) -> FollowedMatch:
    hours.say_arrived(current_actor(), match_id=match_id)
    return _present(match_id)


@blueprint.operation(
    "PUT",
    "/matches/<int:match_id>/hours",
    summary="Note, as the volunteer, from when to when one helped",
    body=NoteHoursSchema,
    answer=MatchSchema,
)
def note_hours(match_id: int, body: dict[str, Any]) -> FollowedMatch:
    hours.note_hours(current_actor(), match_id=match_id, **body)
    return _present(match_id)


@blueprint.operation(
    "PUT",
    "/matches/<int:match_id>/confirmed-hours",
    summary="Confirm or correct, as the side that was helped, how many minutes it took, once it is confirmed as done",
    body=AgreeOnHoursSchema,
    answer=MatchSchema,
)
def agree_on_hours(match_id: int, body: dict[str, Any]) -> FollowedMatch:
    hours.agree_on_hours(current_actor(), match_id=match_id, **body)
    return _present(match_id)


@blueprint.operation(
    "POST",
    "/matches/<int:match_id>/reopening",
    summary="Say, as the side that is helped, that what was announced as done is not finished",
    answer=MatchSchema,
)
def reopen_match(match_id: int) -> FollowedMatch:
    matches.reopen_match(current_actor(), match_id=match_id)
    return _present(match_id)


@blueprint.operation(
    "POST",
    "/matches/<int:match_id>/denial",
    summary="Say, as the side that was to be helped, that nobody came; the town hall takes the request over",
    answer=MatchSchema,
)
def deny_match(match_id: int) -> FollowedMatch:
    matches.deny_match(current_actor(), match_id=match_id)
    return _present(match_id)


@blueprint.operation(
    "POST",
    "/matches/<int:match_id>/withdrawal",
    summary="Say, as the volunteer, that one cannot come after all; the request seeks somebody again",
    answer=MatchSchema,
)
def withdraw_from_match(match_id: int) -> FollowedMatch:
    matches.withdraw_from_match(current_actor(), match_id=match_id)
    return _present(match_id)


def _present(match_id: int) -> FollowedMatch:
    return queries.present_matches([queries.get_match(match_id)], current_actor().id)[0]
