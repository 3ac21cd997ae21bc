"""What mutual aid adds to the page of a request, gathered before it is drawn."""

from dataclasses import dataclass

from civic.kernel.access import Actor, can
from civic.mutual_aid import queries
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.desk.asking_again import is_asked
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.reviewing.queries import Review, find_review, is_in_doubt
from civic.mutual_aid.rules import NOT_YET_OPEN, REDIRECTABLE, SUSPENDABLE


@dataclass(frozen=True)
class AskingPanel:
    """``double_id``: the request that continues instead of this one, for who may read it."""

    review: Review | None
    redirected_to: str | None
    double_id: int | None
    is_not_yet_open: bool
    may_decide: bool
    is_asked_again: bool
    may_record_consent: bool
    series_id: int | None


def build_asking_panel(actor: Actor, request: HelpRequest) -> AskingPanel:
    is_agent = can(actor, MutualAidAction.REVIEW_REQUEST, request)
    return AskingPanel(
        review=find_review(request.id),
        redirected_to=request.redirected_to,
        double_id=_double_of(actor, request),
        is_not_yet_open=request.state in NOT_YET_OPEN,
        may_decide=is_agent and (request.state in REDIRECTABLE | SUSPENDABLE or is_in_doubt(request)),
        is_asked_again=is_asked(request),
        series_id=request.series_id,
        may_record_consent=request.is_assisted and can(actor, MutualAidAction.RECORD_CONSENT, request),
    )


def _double_of(actor: Actor, request: HelpRequest) -> int | None:
    if request.duplicate_of_id is None:
        return None
    double = queries.get_request(request.duplicate_of_id)
    return double.id if can(actor, MutualAidAction.FOLLOW_REQUEST, double) else None
