"""What the pages of a request and of a match show, gathered before they are drawn."""

from dataclasses import dataclass
from datetime import datetime

from civic.kernel.access import Actor, can
from civic.kernel.pagination import Page
from civic.matching import queries
from civic.matching.access import MatchingAction
from civic.matching.choosing import hours_of_neighbours
from civic.matching.hours.rules import Hours, likely_hours, possible_minutes
from civic.matching.queries import FollowedMatch, SaidMessage, SearchProgress, Side, Sight
from civic.matching.rules import ENGAGED, LIVE_MATCH, MatchState, missed_from
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.desk.queries import is_number_wrong
from civic.mutual_aid.disclosure import find_private
from civic.mutual_aid.models import Consent, HelpRequest
from civic.mutual_aid.panels import AskingPanel, build_asking_panel
from civic.mutual_aid.queries import FollowedRequest
from civic.mutual_aid.rules import AWAITS_TOWN, CANCELLABLE, SEEKING, RequestState, Slot, Window
from civic.mutual_aid.service.contacts import may_be_corrected
from civic.mutual_aid.service.windows import another_day, may_be_moved


@dataclass(frozen=True)
class RequestPanel:
    """``is_disputed``: the volunteer says that it is done, the person that nobody came. ``is_let_down``: somebody was to come, and did not.
    ``may_open_matches``: the conversation of two people is read by them alone, and by the agent who speaks for one of them."""

    request: FollowedRequest
    is_just_sent: bool
    progress: SearchProgress
    matches: list[FollowedMatch]
    sights: list[Sight]
    consent: Consent | None
    is_own: bool
    is_agent: bool
    is_seeking: bool
    is_nobody_free: bool
    is_disputed: bool
    is_let_down: bool
    may_open_matches: bool
    hours_of_others: tuple[Slot, ...]
    may_change: bool
    private: list[str]
    may_cancel: bool
    may_keep_date: bool
    may_relaunch: bool
    may_move: bool
    may_correct: bool
    is_number_wrong: bool
    another_day: Window
    may_settle: bool
    asking: AskingPanel


def build_request_panel(
    actor: Actor, request: HelpRequest, *, now: datetime, is_just_sent: bool = False
) -> RequestPanel:
    is_waiting, is_own = request.state in AWAITS_TOWN, request.requester_id == actor.person_id
    matches = queries.list_matches_of_request(request.id)
    ended = {match.state for match in matches}
    progress = queries.get_progress(request.id)
    is_nobody_free = request.state is RequestState.ESCALATED and progress.asked == 0
    return RequestPanel(
        request=mutual_aid.present_request(request),
        is_just_sent=is_just_sent,
        progress=progress,
        is_nobody_free=is_nobody_free,
        hours_of_others=_hours_of_others(request, now) if is_nobody_free else (),
        is_disputed=MatchState.DISPUTED in ended,
        is_let_down=bool(ended & {MatchState.DISPUTED, MatchState.NO_SHOW, MatchState.WITHDRAWN}),
        may_open_matches=is_own or request.is_assisted,
        matches=queries.present_matches(matches, actor.id),
        sights=queries.list_sights(subject_id=request.requester_id, request_id=request.id),
        consent=request.consent,
        is_own=is_own,
        is_agent=can(actor, MatchingAction.SEE_REQUEST_CONTACT, request),
        is_seeking=request.state in SEEKING,
        may_change=request.state in SEEKING and can(actor, MutualAidAction.CHANGE_REQUEST, request),
        private=find_private(request.title, request.text) if request.state in SEEKING else [],
        may_cancel=request.state in CANCELLABLE,
        may_keep_date=request.state in (RequestState.FILLED, RequestState.IN_PROGRESS),
        may_relaunch=is_waiting
        and now < request.ends_at
        and can(actor, MatchingAction.RELAUNCH_SEARCH, request),
        may_move=may_be_moved(request)
        and not request.filled
        and can(actor, MutualAidAction.CHANGE_REQUEST, request),
        may_correct=may_be_corrected(request) and can(actor, MutualAidAction.CHANGE_REQUEST, request),
        is_number_wrong=is_number_wrong(request.id),
        another_day=another_day(request, now=now),
        may_settle=is_waiting and can(actor, MatchingAction.SETTLE_REQUEST, request),
        asking=build_asking_panel(actor, request),
    )


def _hours_of_others(request: HelpRequest, now: datetime) -> tuple[Slot, ...]:
    candidates = queries.list_candidates(request, now=now, is_wanted=lambda _: True)
    return hours_of_neighbours(candidates, queries.need_of(request), now=now)


@dataclass(frozen=True)
class MatchPanel:
    """``sights``: of the reader's contact (of who telephoned, for her agent). ``own_sights``: what a volunteer saw of the other's.
    ``is_early``: the help was promised, and neither its hour nor the volunteer has come. ``missed_from``: from when the
    side that is helped may say that nobody came; ``is_missed``: it may now. ``may_arrive``: the volunteer may say that she is there. ``lengths``: what the other side may confirm.
    ``likely``: what the form of the hours holds at first."""

    match: FollowedMatch
    messages: Page[SaidMessage]
    sights: list[Sight]
    own_sights: list[Sight]
    is_live: bool
    is_engaged: bool
    is_early: bool
    is_missed: bool
    missed_from: datetime
    may_arrive: bool
    lengths: list[int]
    likely: Hours
    speaks_for: bool


def build_match_panel(actor: Actor, side: Side, *, page: int | None, now: datetime) -> MatchPanel:
    match = queries.present_matches([queries.get_match(side.id)], actor.id)[0]
    is_volunteer = side.volunteer_id == actor.person_id
    subject_id = side.volunteer_id if is_volunteer else side.requester_id
    window = Window(match.request.starts_at, match.request.ends_at)
    may_from = missed_from(window, promised_at=side.created_at)
    return MatchPanel(
        match=match,
        messages=queries.list_messages(side, actor.id, number=page),
        sights=queries.list_sights(subject_id=subject_id, request_id=side.request_id),
        own_sights=queries.list_sights(
            subject_id=side.requester_id, request_id=side.request_id, viewer_id=side.volunteer_id
        )
        if is_volunteer
        else [],
        is_live=side.state in LIVE_MATCH,
        is_engaged=side.state in ENGAGED,
        is_early=_is_early(side, match, now),
        is_missed=side.state in ENGAGED and now >= may_from,
        missed_from=may_from,
        may_arrive=side.state in ENGAGED and match.arrived_at is None and not _is_early(side, match, now),
        lengths=list(possible_minutes(window)),
        likely=likely_hours(window, arrived_at=match.arrived_at, done_at=match.changed_at),
        speaks_for=not is_volunteer and side.requester_id != actor.person_id,
    )


def _is_early(side: Side, match: FollowedMatch, now: datetime) -> bool:
    return side.state is MatchState.ACCEPTED and now < match.request.starts_at
