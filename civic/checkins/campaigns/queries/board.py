"""What the town hall reads of a campaign: figures by neighbourhood, the calls that wait for it, what was done for each person."""

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime

import sqlalchemy as sa

from civic.checkins.campaigns.models import CheckinCall, CheckinCampaign, CheckinPerson, CheckinStep
from civic.checkins.campaigns.rules import FOR_TOWN, LIVE, REACHED, CallState, Step
from civic.checkins.register.models import RegisterEntry
from civic.kernel.database import db
from civic.kernel.pagination import Page, paginate


@dataclass(frozen=True)
class PlaceFigures:
    """Where the calls of the round in hand stand in a neighbourhood (None: in all)."""

    territory_id: int | None
    people: int
    reached: int
    to_call: int
    no_answer: int
    alarms: int
    needs: int


def figures_by_place(campaign: CheckinCampaign, *, at: datetime) -> list[PlaceFigures]:
    """Return the figures of each neighbourhood, then of all. What waits for the town hall counts from every round."""
    rows = db.session.execute(
        sa.select(
            CheckinPerson.territory_id,
            CheckinCall.round,
            CheckinCall.state,
            CheckinCall.result,
            sa.case((CheckinCall.tries > 0, 1), else_=0).label("tried"),
            sa.func.count().label("calls"),
        )
        .join(CheckinPerson, CheckinPerson.id == CheckinCall.person_id)
        .where(CheckinCall.campaign_id == campaign.id)
        .group_by(
            CheckinPerson.territory_id,
            CheckinCall.round,
            CheckinCall.state,
            CheckinCall.result,
            sa.literal_column("tried"),
        )
    )
    counts: defaultdict[int, defaultdict[str, int]] = defaultdict(lambda: defaultdict(int))
    for row in rows:
        for name in _columns_of(row, campaign.round):
            counts[row.territory_id][name] += row.calls
    for place_id, people in _people_by_place(campaign.id).items():
        counts[place_id]["people"] = people
    places = [_figures(place_id, counts[place_id]) for place_id in sorted(counts)]
    return [*places, _total(places)]


def _columns_of(row: sa.Row[tuple[int, int, CallState, object, int, int]], current: int) -> list[str]:
    waiting = {CallState.ALARM: "alarms", CallState.NEEDS: "needs", CallState.UNREACHED: "no_answer"}
    found = [waiting[row.state]] if row.state in waiting else []
    if row.round != current:
        return found
    if row.result in REACHED:
        found.append("reached")
    elif row.state in LIVE:
        found.append("no_answer" if row.tried else "to_call")
    return found


def _figures(place_id: int | None, counts: dict[str, int]) -> PlaceFigures:
    names = ("people", "reached", "to_call", "no_answer", "alarms", "needs")
    return PlaceFigures(place_id, *(counts.get(name, 0) for name in names))


def _total(places: list[PlaceFigures]) -> PlaceFigures:
    names = ("people", "reached", "to_call", "no_answer", "alarms", "needs")
    return PlaceFigures(None, *(sum(getattr(place, name) for place in places) for name in names))


def _people_by_place(campaign_id: int) -> dict[int, int]:
    """Who is on the list still."""
    counted = sa.select(CheckinPerson.territory_id, sa.func.count()).where(
        CheckinPerson.campaign_id == campaign_id, CheckinPerson.left_at.is_(None)
    )
    return {row[0]: row[1] for row in db.session.execute(counted.group_by(CheckinPerson.territory_id))}


@dataclass(frozen=True)
class ListedCall:
    """A call as the board lists it: who, so that the town hall can act, and why it waits."""

    id: int
    name: str
    territory_id: int
    state: CallState
    tries: int
    since: datetime
    round: int


BOARD = {
    "for_town": FOR_TOWN,
    "under_way": LIVE,
    "done": (CallState.DONE, CallState.MISSED, CallState.DROPPED),
}


def list_calls(campaign: CheckinCampaign, *, board: str, number: int = 1) -> Page[ListedCall]:
    """List calls, the most pressing first; of what is under way or done, those of the round in hand alone."""
    states = BOARD[board]
    rank = sa.case(*((CheckinCall.state == state, index) for index, state in enumerate(states)), else_=9)
    since = sa.func.coalesce(CheckinCall.ended_at, CheckinCall.due_at)
    query = (
        sa.select(
            CheckinCall.id,
            RegisterEntry.first_names,
            RegisterEntry.family_name,
            CheckinPerson.territory_id,
            CheckinCall.state,
            CheckinCall.tries,
            since.label("since"),
            CheckinCall.round,
        )
        .join(CheckinPerson, CheckinPerson.id == CheckinCall.person_id)
        .outerjoin(RegisterEntry, RegisterEntry.id == CheckinPerson.entry_id)
        .where(CheckinCall.campaign_id == campaign.id, CheckinCall.state.in_(states))
        .order_by(rank, since, CheckinCall.id)
    )
    if board != "for_town":
        query = query.where(CheckinCall.round == campaign.round)
    page = paginate(query, number=number, scalars=False)
    items = [
        ListedCall(
            row.id,
            f"{row.first_names} {row.family_name}" if row.family_name else "",
            row.territory_id,
            row.state,
            row.tries,
            row.since,
            row.round,
        )
        for row in page.items
    ]
    return Page(items, page.number, page.size, page.total)


def count_by_board(campaign: CheckinCampaign) -> dict[str, int]:
    counted = sa.select(sa.func.count()).select_from(CheckinCall)
    found = {}
    for board, states in BOARD.items():
        where = [CheckinCall.campaign_id == campaign.id, CheckinCall.state.in_(states)]
        if board != "for_town":
            where.append(CheckinCall.round == campaign.round)
        found[board] = db.session.scalar(counted.where(*where)) or 0
    return found


def count_for_town(town_ids: Collection[int]) -> dict[CallState, int]:
    """Return how many calls wait for the town hall, by state: an alarm does not end with the alert, nor does somebody called in vain."""
    rows = db.session.execute(
        sa.select(CheckinCall.state, sa.func.count())
        .join(CheckinCampaign, CheckinCampaign.id == CheckinCall.campaign_id)
        .where(
            CheckinCampaign.territory_id.in_(town_ids),
            CheckinCall.state.in_(FOR_TOWN),
        )
        .group_by(CheckinCall.state)
    )
    return {row[0]: row[1] for row in rows}


def list_steps_of_person(person_id: int) -> list[tuple[CheckinStep, int]]:
    """Return all that was done for somebody in a campaign, with its round, the latest first."""
    query = (
        sa.select(CheckinStep, CheckinCall.round)
        .join(CheckinCall, CheckinCall.id == CheckinStep.call_id)
        .where(CheckinCall.person_id == person_id)
        .order_by(CheckinStep.id.desc())
    )
    return [(row[0], row[1]) for row in db.session.execute(query)]


def count_steps_by(campaign_id: int, person_id: int) -> int:
    """Return how many calls somebody made for a campaign: all that is told of her work."""
    counted = (
        sa.select(sa.func.count())
        .select_from(CheckinStep)
        .join(CheckinCall, CheckinCall.id == CheckinStep.call_id)
        .where(
            CheckinCall.campaign_id == campaign_id,
            CheckinStep.author_id == person_id,
            CheckinStep.step.in_((Step.WELL, Step.NEEDS, Step.NO_ANSWER, Step.REFUSES, Step.ALARMING)),
        )
    )
    return db.session.scalar(counted) or 0
