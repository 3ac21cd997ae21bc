"""JSON API of the answers that are due."""

from dataclasses import asdict
from typing import Any

from civic.consultations.service import get_visible_consultation
from civic.kernel.access import require
from civic.kernel.clock import utc_now
from civic.kernel.pagination import Page
from civic.proposals.access import ProposalsAction
from civic.proposals.answers import promising, queries, reading
from civic.proposals.answers.queries import DeskRow
from civic.proposals.answers.schemas import (
    AnswerVerdictSchema,
    AskedCountSchema,
    AskReadingSchema,
    ConsultationPromiseSchema,
    ExpectationSchema,
    ListOwedQuery,
    OwedAnswerPageSchema,
    PromiseSchema,
    PromiseStateSchema,
    PublishChosenSchema,
    PublishedCountSchema,
)
from civic.proposals.service import answering
from civic.proposals.service.reading import get_visible_proposal
from civic.territories import queries as territories
from civic.web.api import ApiBlueprint
from civic.web.identity import current_actor

blueprint = ApiBlueprint("answers_api", __name__)


@blueprint.operation(
    "GET",
    "/consultations/<int:consultation_id>/answer-promise",
    summary="What a consultation promises to answer, and how that stands",
    answer=PromiseStateSchema,
)
def show_promise(consultation_id: int) -> dict[str, Any]:
    consultation = get_visible_consultation(current_actor(), consultation_id)
    waits = queries.count_waits(consultation_id, at=utc_now())
    return {"promise": queries.promise_shown(consultation), **asdict(waits)}


@blueprint.operation(
    "PUT",
    "/consultations/<int:consultation_id>/answer-promise",
    summary="Promise answers in a consultation; once it is published, never less than residents read",
    body=ConsultationPromiseSchema,
)
def set_promise(consultation_id: int, body: dict[str, Any]) -> None:
    promising.set_promise(current_actor(), consultation_id=consultation_id, **body)


@blueprint.operation(
    "PUT",
    "/territories/<int:territory_id>/answer-promise",
    summary="What the next consultations of a commune promise unless they say otherwise",
    body=PromiseSchema,
)
def set_town_promise(territory_id: int, body: dict[str, Any]) -> None:
    territories.get_territory(territory_id)
    promising.set_town_promise(current_actor(), territory_id=territory_id, **body)


@blueprint.operation(
    "GET",
    "/proposals/<int:proposal_id>/expected-answer",
    summary="By when a proposal is answered, or how late it is",
    answer=ExpectationSchema,
)
def show_expected(proposal_id: int) -> dict[str, Any]:
    proposal = get_visible_proposal(current_actor(), proposal_id)
    return {"expected": queries.find_expected(proposal.id, at=utc_now())}


@blueprint.operation(
    "GET",
    "/territories/<int:territory_id>/owed-answers",
    summary="What the town hall owes, the first due first, and the drafts; for councillors and agents",
    query=ListOwedQuery,
    answer=OwedAnswerPageSchema,
)
def list_owed(territory_id: int, query: dict[str, Any]) -> Page[DeskRow]:
    actor = current_actor()
    require(actor, ProposalsAction.DRAFT_ANSWER, territories.get_territory(territory_id).id)
    return queries.list_desk(
        {territory_id},
        reader_id=actor.id,
        at=utc_now(),
        which=query["which"],
        consultation_id=query["consultation_id"],
        number=query["page"],
        size=query["page_size"],
    )


@blueprint.operation(
    "POST",
    "/answers/publication",
    summary="Publish the answers that were chosen and read, all or none",
    body=PublishChosenSchema,
    answer=PublishedCountSchema,
)
def publish_chosen(body: dict[str, Any]) -> dict[str, int]:
    chosen = {each["proposal_id"]: each["version"] for each in body["answers"]}
    return {"published": answering.publish_chosen_answers(current_actor(), chosen=chosen)}


@blueprint.operation(
    "POST",
    "/answers/readings",
    summary="Ask a second person to read drafts",
    body=AskReadingSchema,
    answer=AskedCountSchema,
)
def ask_reading(body: dict[str, Any]) -> dict[str, int]:
    return {"asked": reading.ask_reading(current_actor(), **body)}


@blueprint.operation(
    "PUT",
    "/proposals/<int:proposal_id>/answer/reading",
    summary="Say what one thinks of the version of a draft that one read",
    body=AnswerVerdictSchema,
)
def read_answer(proposal_id: int, body: dict[str, Any]) -> None:
    reading.read_answer(current_actor(), proposal_id=proposal_id, **body)


@blueprint.operation(
    "DELETE", "/proposals/<int:proposal_id>/answer/reading", summary="Wait for no reading any more"
)
def drop_reading(proposal_id: int) -> None:
    reading.drop_reading(current_actor(), proposal_id=proposal_id)
