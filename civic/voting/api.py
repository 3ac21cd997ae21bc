"""JSON API of polls."""

from dataclasses import replace
from typing import Any

from civic.kernel.pagination import Page
from civic.voting import queries
from civic.voting.asking import SINGLE
from civic.voting.question_schemas import CastAnswersSchema, RegisterAnswersSchema
from civic.voting.schemas import (
    CastBallotSchema,
    ChangePollSchema,
    CheckedReceiptSchema,
    CheckReceiptSchema,
    ListPollsQuery,
    ListRollQuery,
    OpenPollSchema,
    PollPageSchema,
    PollSchema,
    PreparePollSchema,
    ReceiptSchema,
    RegisterBallotSchema,
    ResultSchema,
    RollSchema,
    asking_by_questions,
    plan_from,
)
from civic.voting.service import ballots, polls, reading, results, rolls
from civic.voting.service.ballots import Answers, CastReceipt, CheckedReceipt
from civic.voting.service.reading import PollSummary, PollView
from civic.voting.service.rolls import RollView
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("voting_api", __name__)


@blueprint.operation(
    "GET", "/polls", summary="List polls that stand so now", query=ListPollsQuery, answer=PollPageSchema
)
def list_polls(query: dict[str, Any]) -> Page[PollSummary]:
    return reading.list_polls(
        current_actor(),
        status=query["status"],
        territory_id=query["territory_id"],
        number=query["page"],
        size=query["page_size"],
    )


@blueprint.operation(
    "POST",
    "/polls",
    summary="Prepare a poll, as a draft",
    body=PreparePollSchema,
    answer=PollSchema,
    status=201,
)
def prepare_poll(body: dict[str, Any]) -> PollView:
    return _view(polls.prepare_poll(current_actor(), plan=plan_from(body)))


@blueprint.operation("GET", "/polls/<int:poll_id>", summary="Read a poll", answer=PollSchema)
def get_poll(poll_id: int) -> PollView:
    return _view(poll_id)


@blueprint.operation(
    "PATCH",
    "/polls/<int:poll_id>",
    summary="Change a draft; what is left out stays as it is",
    body=ChangePollSchema,
    answer=PollSchema,
)
def change_poll(poll_id: int, body: dict[str, Any]) -> PollView:
    actor = current_actor()
    before = queries.plan_of(reading.get_visible_poll(actor, poll_id))
    seen = body.pop("seen")
    changes = asking_by_questions(body, body.get("question", before.question))
    polls.change_poll(actor, poll_id=poll_id, plan=replace(before, **changes), seen=seen)
    return _view(poll_id)


@blueprint.operation("DELETE", "/polls/<int:poll_id>", summary="Throw a draft away")
def delete_draft(poll_id: int) -> None:
    polls.delete_draft(current_actor(), poll_id=poll_id)


@blueprint.operation(
    "POST",
    "/polls/<int:poll_id>/opening",
    summary="Open a poll: its rules, choices and roll are frozen, hashed and published",
    body=OpenPollSchema,
    answer=PollSchema,
)
def open_poll(poll_id: int, body: dict[str, Any]) -> PollView:
    polls.open_poll(current_actor(), poll_id=poll_id, expected_hash=body["rules_hash"])
    return _view(poll_id)


@blueprint.operation(
    "GET",
    "/polls/<int:poll_id>/roll",
    summary="Read the roll: who may vote, never what anybody voted",
    query=ListRollQuery,
    answer=RollSchema,
)
def show_roll(poll_id: int, query: dict[str, Any]) -> RollView:
    return rolls.show_roll(
        current_actor(), poll_id=poll_id, text=query["q"], number=query["page"], size=query["page_size"]
    )


# Neither the answer to a ballot nor a digest of its content is kept beside a person for a retry: sent twice, it is refused as
# ``already_voted``, which tells the client that the first one is in the box.


@blueprint.operation(
    "POST",
    "/polls/<int:poll_id>/ballot",
    summary="Put one's ballot in the box of a poll of one question, of one choice a ballot",
    body=CastBallotSchema,
    answer=ReceiptSchema,
    status=201,
    is_kept=False,
)
def cast_ballot(poll_id: int, body: dict[str, Any]) -> CastReceipt:
    return ballots.cast_ballot(
        current_actor(), poll_id=poll_id, answers=reading.answers_naming(poll_id, body.get("choice_id"))
    )


@blueprint.operation(
    "POST",
    "/polls/<int:poll_id>/ballots",
    summary="Put one's ballot in the box: an answer to each question",
    body=CastAnswersSchema,
    answer=ReceiptSchema,
    status=201,
    is_kept=False,
)
def cast_answers(poll_id: int, body: dict[str, Any]) -> CastReceipt:
    return ballots.cast_ballot(current_actor(), poll_id=poll_id, answers=tuple(body["answers"]))


@blueprint.operation(
    "POST",
    "/polls/<int:poll_id>/assisted-answers",
    summary="Put in the box, by any method, the ballot of a person who came to the desk, or wrote on paper",
    body=RegisterAnswersSchema,
    answer=ReceiptSchema,
    status=201,
    is_kept=False,
)
def register_answers(poll_id: int, body: dict[str, Any]) -> CastReceipt:
    return _register(poll_id, body, tuple(body["answers"]))


@blueprint.operation(
    "POST",
    "/polls/<int:poll_id>/assisted-ballots",
    summary="Put in the box the ballot of a person who came to the desk, or wrote on paper",
    body=RegisterBallotSchema,
    answer=ReceiptSchema,
    status=201,
    is_kept=False,
)
def register_ballot(poll_id: int, body: dict[str, Any]) -> CastReceipt:
    return _register(poll_id, body, reading.answers_naming(poll_id, body.get("choice_id")))


def _register(poll_id: int, body: dict[str, Any], answers: Answers) -> CastReceipt:
    return ballots.register_ballot(
        current_actor(),
        poll_id=poll_id,
        person_id=body["person_id"],
        answers=answers,
        channel=body["channel"],
    )


@blueprint.operation(
    "POST",
    "/receipts/check",
    summary="Tell in which box the ballot of a receipt was put",
    body=CheckReceiptSchema,
    answer=CheckedReceiptSchema,
)
def check_receipt(body: dict[str, Any]) -> CheckedReceipt:
    return ballots.check_receipt(receipt=body["receipt"])


@blueprint.operation(
    "GET", "/polls/<int:poll_id>/result", summary="Read the result of a closed poll", answer=ResultSchema
)
def get_result(poll_id: int) -> dict[str, Any]:
    actor = current_actor()
    result = reading.show_result(actor, poll_id=poll_id)
    tally, counts = result.tally, results.count_questions(actor, poll_id=poll_id)
    first = counts[0].tally
    return {
        "poll_id": poll_id,
        "roll_size": result.poll.roll_size,
        "turnout": result.poll.turnout,
        "turnout_percent": None if result.poll.is_imported else tally.turnout_percent,
        "blanks": tally.blanks,
        "quorum_percent": tally.quorum_percent,
        "quorum": tally.quorum,
        "is_quorum_reached": tally.is_quorum_reached,
        "choices": [
            {
                "choice_id": choice.id,
                "label": choice.label,
                "ballots": tally.counts[choice.id],
                "is_leading": choice.id in tally.leaders
                if first.method == SINGLE
                else choice.key in first.winners,
            }
            for choice in result.choices
        ],
        "questions": [{**vars(count.tally), **vars(count)} for count in counts],
        "rules_hash": result.rules_hash,
        "is_intact": result.is_intact,
    }


def _view(poll_id: int) -> PollView:
    return reading.show_poll(current_actor(), poll_id=poll_id)
