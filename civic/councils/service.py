from datetime import date, datetime

from sqlalchemy.exc import IntegrityError

from civic.accounts import queries as accounts
from civic.councils import queries
from civic.councils.access import CouncilsAction
from civic.councils.errors import (
    CouncilExists,
    HolderSeated,
    HolderUnknown,
    NotANeighbourhood,
    SeatIsVoting,
    SeatNotFound,
    SittingFollowed,
    SittingNotFound,
)
from civic.councils.events import CouncilChanged, SittingChanged
from civic.councils.models import Council, Seat, Sitting
from civic.councils.rules import USUAL_PROXIES, SeatOrigin, SeatRole, is_rewritten, with_results_since
from civic.councils.sittings.queries import find_live, forget_seat
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import ChangedMeanwhile
from civic.kernel.text import fold, markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.territories import queries as territories
from civic.territories.models import TerritoryKind


def found_council(
    actor: Actor, *, territory_id: int, name: str, page: str, most_proxies: int = USUAL_PROXIES
) -> int:
    """Give a neighbourhood its council.

    Args:
        page: what the council says of itself, in Markdown.
        most_proxies: written proxies that one member may hold, by its own rules.

    Returns:
        The council's id.

    Raises:
        TerritoryNotFound, NotANeighbourhood: the territory is not a neighbourhood.
        NotAllowed: the actor is not an agent there.
        CouncilExists: the neighbourhood has one.
    """
    now = utc_now()
    try:
        with transaction():
            require(actor, CouncilsAction.EDIT_COUNCIL, territory_id)
            if territories.get_territory(territory_id).kind is not TerritoryKind.NEIGHBOURHOOD:
                raise NotANeighbourhood
            council = Council(
                territory_id=territory_id, name=name, page_source=page, page_html=markdown_to_html(page), most_proxies=most_proxies,
                created_at=now, updated_at=now,
            )  # fmt: skip
            db.session.add(council)
            db.session.flush()
            _tell_change(council, actor, now)
    except IntegrityError as error:
        raise CouncilExists from error
    return council.id


def edit_council(
    actor: Actor,
    *,
    council_id: int,
    name: str,
    page: str,
    most_proxies: int = USUAL_PROXIES,
    seen: str | None = None,
) -> None:
    """Change a council's name, page, and what its rules allow. Raises CouncilNotFound, NotAllowed, ChangedMeanwhile."""
    now = utc_now()
    with transaction():
        _editable(actor, council_id)
        council = queries.get_council_alone(council_id)
        with council.written_over(seen):
            council.name, council.page_source, council.page_html = name, page, markdown_to_html(page)
            council.most_proxies = most_proxies
        council.updated_at = now
        _tell_change(council, actor, now)


def _editable(actor: Actor, council_id: int) -> Council:
    council = queries.get_council(council_id)
    require(actor, CouncilsAction.EDIT_COUNCIL, council)
    return council


def _tell_change(council: Council, actor: Actor, now: datetime) -> None:
    publish(
        CouncilChanged(
            occurred_at=now, council_id=council.id, territory_id=council.territory_id, actor_id=actor.id
        )
    )


def save_seat(
    actor: Actor,
    *,
    council_id: int,
    role: SeatRole,
    origin: SeatOrigin,
    since: date,
    name: str | None = None,
    email: str | None = None,
    seat_id: int | None = None,
    seen: str | None = None,
) -> int:
    """Add a seat to a council, or change one.

    Args:
        name: who holds it, as the page shows it; None with no ``email``: the seat is vacant.
        email: of the account of who holds it, where there is one.
        seat_id: the seat to change; None adds one. seen: what was stored when it was read.

    Returns:
        The seat's id.

    Raises:
        CouncilNotFound, SeatNotFound, NotAllowed, ChangedMeanwhile.
        HolderUnknown: no account has this address.
        SeatIsVoting: it takes part in a vote that is open.
        HolderSeated: this account holds another seat of the council; the database decides.
    """
    now = utc_now()
    try:
        with transaction():
            council = _editable(actor, council_id)
            queries.get_council_alone(council_id)
            seat = queries.get_seat_alone(seat_id) if seat_id is not None else Seat(council_id=council_id)
            if seat.council_id != council_id:
                raise SeatNotFound
            holder = accounts.find_person_by_email(email) if email else None
            if email and holder is None:
                raise HolderUnknown
            with seat.written_over(seen):
                _seat(seat, holder.id if holder else None, name)
                seat.role, seat.origin, seat.since = role, origin, since
            db.session.add(seat)
            db.session.flush()
            _tell_change(council, actor, now)
    except IntegrityError as error:
        raise HolderSeated from error
    return seat.id


def _seat(seat: Seat, person_id: int | None, name: str | None) -> None:
    """Give a seat its holder. What another answered for herself, and was told, does not follow the seat."""
    if seat.id is not None and not _is_same_holder(seat, person_id, name):
        if queries.is_voting(seat.id):
            raise SeatIsVoting
        forget_seat(seat.id)
    seat.person_id, seat.name = person_id, name


def _is_same_holder(seat: Seat, person_id: int | None, name: str | None) -> bool:
    """The account decides; where there is none, the name: its capitals and accents are spelling."""
    if seat.person_id is not None or person_id is not None:
        return seat.person_id == person_id
    return fold(seat.name or "") == fold(name or "")


def remove_seat(actor: Actor, *, seat_id: int) -> int:
    """Take a seat away. Returns the council's id. Raises SeatNotFound, NotAllowed."""
    now = utc_now()
    with transaction():
        seat = queries.get_seat(seat_id)
        council = _editable(actor, seat.council_id)
        db.session.delete(seat)
        _tell_change(council, actor, now)
    return council.id


def save_sitting(
    actor: Actor,
    *,
    council_id: int,
    title: str,
    starts_at: datetime,
    place: str,
    agenda: str,
    minutes: str,
    is_published: bool,
    plain_text: str = "",
    sitting_id: int | None = None,
    minutes_before: str | None = None,
    seen: str | None = None,
) -> int:
    """Plan a sitting, or change one: its agenda before, its minutes after, both in Markdown; ``plain_text`` is its essential.

    Args:
        minutes_before: the minutes when whoever writes them began; the results of votes written since are kept.
        seen: what was stored of the rest then.

    Returns:
        The sitting's id.

    Raises:
        CouncilNotFound, SittingNotFound, NotAllowed, ChangedMeanwhile.
        SittingFollowed: it was opened, and can be hidden no more.
    """
    now = utc_now()
    with transaction():
        council = _editable(actor, council_id)
        sitting = (
            queries.get_sitting_alone(sitting_id)
            if sitting_id is not None
            else Sitting(council_id=council.id)
        )
        require(actor, CouncilsAction.EDIT_COUNCIL, queries.get_council(sitting.council_id))
        if sitting_id is not None and find_live(sitting_id) is not None:
            if not is_published:
                raise SittingFollowed(fields={"is_published": [SittingFollowed.message]})
            minutes = sitting.minutes_source  # its minutes have a page of their own, and a publication
        elif minutes_before is not None:
            minutes = _minutes_over(sitting, minutes, before=minutes_before, is_compared=seen is not None)
        with sitting.written_over(seen):
            sitting.title, sitting.starts_at, sitting.place = title, starts_at, place
            sitting.plain_text = plain_text
            sitting.agenda_source, sitting.agenda_html = agenda, markdown_to_html(agenda)
            sitting.published_at = (sitting.published_at or now) if is_published else None
        sitting.minutes_source, sitting.minutes_html = minutes, markdown_to_html(minutes)
        sitting.updated_at = now
        db.session.add(sitting)
        db.session.flush()
        publish(
            SittingChanged(
                occurred_at=now, sitting_id=sitting.id, council_id=council.id,
                territory_id=council.territory_id, actor_id=actor.id, is_published=is_published,
            )
        )  # fmt: skip
    return sitting.id


def _minutes_over(sitting: Sitting, typed: str, *, before: str, is_compared: bool) -> str:
    """Return minutes with the results written since ``before``. Raises ChangedMeanwhile: somebody else wrote in them since."""
    kept = sitting.minutes_source or ""
    minutes = with_results_since(typed, before=before, kept=kept)
    if is_compared and is_rewritten(minutes, before=before, kept=kept):
        raise ChangedMeanwhile
    return minutes


def get_visible_sitting(actor: Actor, sitting_id: int) -> Sitting:
    """Return a sitting that the actor may read. Raises SittingNotFound: there is none, or it is not published to her."""
    sitting = queries.get_sitting(sitting_id)
    if sitting.published_at is None and not can(
        actor, CouncilsAction.HOLD_SITTING, queries.get_council(sitting.council_id)
    ):
        raise SittingNotFound
    return sitting


def lock_sitting(actor: Actor, sitting_id: int) -> tuple[Sitting, Council]:
    """Return a sitting that the actor holds, kept from every other writer. Raises SittingNotFound, NotAllowed."""
    council = queries.get_council(get_visible_sitting(actor, sitting_id).council_id)
    require(actor, CouncilsAction.HOLD_SITTING, council)
    return queries.get_sitting_alone(sitting_id), council
