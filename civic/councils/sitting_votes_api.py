"""Votes at a sitting over JSON: named ones in full, secret ones by the poll in which they take place."""

from typing import Any

from civic.councils import secret_votes, sitting_votes
from civic.councils.minutes import minutes_of, outcome_words, secret_minutes_of, secret_outcome_words
from civic.councils.rules import VoiceAnswer
from civic.councils.secret_votes import SecretVoteView, ShownVote
from civic.councils.service import get_visible_sitting
from civic.councils.sitting_votes import SittingVoteView
from civic.councils.sitting_votes_schemas import (
    CastVoiceSchema,
    ListedVotesSchema,
    PutToSecretVoteSchema,
    PutToVoteSchema,
    SittingVoteSchema,
)
from civic.kernel.clock import utc_now
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("sitting_votes_api", __name__)


@blueprint.operation(
    "GET", "/sittings/<int:sitting_id>/votes", summary="The votes of a sitting, the first first", answer=ListedVotesSchema
)  # fmt: skip
def list_votes(sitting_id: int) -> dict[str, list[ShownVote]]:
    get_visible_sitting(current_actor(), sitting_id)
    return {"items": secret_votes.list_shown_votes(sitting_id, at=utc_now())}


@blueprint.operation(
    "POST",
    "/sittings/<int:sitting_id>/votes",
    summary="Put a motion to a named vote among who is there",
    body=PutToVoteSchema,
    answer=SittingVoteSchema,
    status=201,
)
def open_vote(sitting_id: int, body: dict[str, Any]) -> dict[str, Any]:
    return _vote(sitting_votes.open_vote(current_actor(), sitting_id=sitting_id, **body))


@blueprint.operation(
    "POST",
    "/sittings/<int:sitting_id>/secret-votes",
    summary="Open a secret vote among who is there: its poll, whose roll they are, is frozen at once",
    body=PutToSecretVoteSchema,
    answer=SittingVoteSchema,
    status=201,
)
def open_secret_vote(sitting_id: int, body: dict[str, Any]) -> dict[str, Any]:
    return _vote(secret_votes.open_secret_vote(current_actor(), sitting_id=sitting_id, **body))


@blueprint.operation(
    "GET", "/sitting-votes/<int:vote_id>", summary="A vote at a sitting, as its reader may see it", answer=SittingVoteSchema
)  # fmt: skip
def show_vote(vote_id: int) -> dict[str, Any]:
    return _vote(vote_id)


@blueprint.operation(
    "PUT",
    "/sitting-voices/<int:voice_id>",
    summary="Say what a voice answers in a named vote, until it is closed",
    body=CastVoiceSchema,
    answer=SittingVoteSchema,
)
def cast_voice(voice_id: int, body: dict[str, Any]) -> dict[str, Any]:
    return _vote(sitting_votes.cast_voice(current_actor(), voice_id=voice_id, answer=body["answer"]))


@blueprint.operation(
    "POST",
    "/sitting-votes/<int:vote_id>/closing",
    summary="Close a named vote, or write the result of a secret one that is over, in the minutes",
    answer=SittingVoteSchema,
)
def close_vote(vote_id: int) -> dict[str, Any]:
    if secret_votes.find_secret(vote_id):
        secret_votes.write_secret_result(current_actor(), vote_id=vote_id, words=secret_minutes_of)
    else:
        sitting_votes.close_vote(current_actor(), vote_id=vote_id, words=minutes_of)
    return _vote(vote_id)


def _vote(vote_id: int) -> dict[str, Any]:
    actor = current_actor()
    if secret_votes.find_secret(vote_id):
        return _secret(secret_votes.show_secret_vote(actor, vote_id=vote_id))
    return _named(sitting_votes.show_vote(actor, vote_id=vote_id))


def _named(view: SittingVoteView) -> dict[str, Any]:
    counted = view.so_far
    return {
        **{name: getattr(view, name) for name in _SHARED},
        "is_secret": False,
        "is_open": view.result is None,
        "poll_id": None,
        "shows_voices": view.shows_voices,
        "closes_at": None,
        "voices": view.voices,
        "counts": None
        if counted is None
        else [{"answer": answer.value, "count": counted.count(answer)} for answer in VoiceAnswer],
        "blanks": None,
        "turnout": view.answered,
        "outcome": outcome_words(view.result) if view.result else None,
    }


def _secret(view: SecretVoteView) -> dict[str, Any]:
    result = view.result
    return {
        **{name: getattr(view, name) for name in _SHARED},
        "is_secret": True,
        "is_open": view.is_open,
        "poll_id": view.poll.summary.id,
        "shows_voices": False,
        "closes_at": view.closes_at,
        "voices": [
            {"id": None, "name": voice.name, "holder": voice.holder, "answer": None, "has_answered": None}
            for voice in view.voices
        ],
        "counts": [{"answer": answer, "count": count} for answer, count in result.counts.items()]
        if result
        else None,
        "blanks": result.blanks if result else None,
        "turnout": view.poll.summary.turnout,
        "outcome": secret_outcome_words(result) if result else None,
    }


_SHARED = ("id", "sitting_id", "council_id", "motion", "opened_at", "seats", "present")
