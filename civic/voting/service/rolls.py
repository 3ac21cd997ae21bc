"""The roll of a poll that was opened, and the desk where an agent registers a ballot: who may vote, never what anybody voted."""

from dataclasses import dataclass

from civic.accounts import queries as accounts
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.pagination import PAGE_SIZE, Page
from civic.voting import queries, rules
from civic.voting.access import VotingAction
from civic.voting.booth.queries import ensure_separated
from civic.voting.queries import NeighbourhoodCount, RollLine
from civic.voting.service.reading import PollView, get_visible_poll, show_poll


@dataclass(frozen=True)
class RollView:
    size: int
    turnout: int | None
    neighbourhoods: list[NeighbourhoodCount]
    entries: Page[RollLine]


def show_roll(
    actor: Actor, *, poll_id: int, text: str = "", number: int = 1, size: int = PAGE_SIZE
) -> RollView:
    """Return the roll of a poll that was opened: who may vote, never what anybody voted.

    Who has voted is told only when the turnout may be.

    Raises:
        PollNotFound, NotAllowed.
    """
    poll = get_visible_poll(actor, poll_id)
    require(actor, VotingAction.SEE_ROLL, poll)
    rules.ensure_frozen(poll)
    is_shown = rules.may_show_turnout(poll, utc_now())
    return RollView(
        size=poll.roll_size or 0,
        turnout=queries.count_turnout(poll_id) if is_shown else None,
        neighbourhoods=queries.count_roll_by_neighbourhood(poll_id),
        entries=queries.list_roll(poll, is_turnout_shown=is_shown, text=text, number=number, size=size),
    )


def show_desk(actor: Actor, *, poll_id: int, person_id: int) -> tuple[PollView, str]:
    """Return the poll, and the name of the person of its roll whose ballot an agent registers.

    Raises:
        PollNotFound, NotAllowed.
        PollNotOpen: outside the window.
        PollIsSealed: no ballot in clear enters its box.
        NotOnRoll: the person is not on the roll.
    """
    poll = get_visible_poll(actor, poll_id)
    require(actor, VotingAction.REGISTER_BALLOT, poll)
    rules.ensure_open(poll, at=utc_now())
    ensure_separated(poll_id)
    queries.ensure_on_roll(poll_id, person_id)
    return show_poll(actor, poll_id=poll_id), accounts.get_person(person_id).name
