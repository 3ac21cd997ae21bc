"""The room of a sitting is told that something moved, never what somebody said: its pages ask the server again, as each may see it.

A support moves one number alone: a hundred people who press at once do not have a hundred pages drawn a hundred times.
"""

from typing import Any

from civic.councils.events import SittingVoiceCast, SittingVoteClosed, SittingVoteOpened
from civic.councils.sitting_votes import sitting_of
from civic.councils.sittings.events import (
    AgendaChanged,
    ItemMoved,
    QuestionAsked,
    QuestionDealtWith,
    QuestionHidden,
    QuestionSupported,
    RollCalled,
    SittingBegan,
    SittingFact,
    SittingMoved,
)
from civic.kernel.events import within_transaction
from civic.realtime.feed import tell_room
from civic.web.sockets import room

CHANGED = "sitting:changed"
SUPPORTED = "sitting:supported"


@within_transaction(
    AgendaChanged,
    SittingBegan,
    RollCalled,
    SittingMoved,
    ItemMoved,
    QuestionAsked,
    QuestionDealtWith,
    QuestionHidden,
)
def tell_change(fact: SittingFact) -> None:
    tell_room(
        room("sitting", fact.sitting_id), CHANGED, {"sitting_id": fact.sitting_id}, now=fact.occurred_at
    )


@within_transaction(QuestionSupported)
def tell_supports(fact: QuestionSupported) -> None:
    payload = {"sitting_id": fact.sitting_id, "question_id": fact.question_id, "supports": fact.supports}
    tell_room(room("sitting", fact.sitting_id), SUPPORTED, payload, now=fact.occurred_at)


@within_transaction(SittingVoteOpened, SittingVoiceCast, SittingVoteClosed)
def tell_vote(fact: Any) -> None:
    sitting_id = sitting_of(fact.vote_id)
    tell_room(room("sitting", sitting_id), CHANGED, {"sitting_id": sitting_id}, now=fact.occurred_at)
