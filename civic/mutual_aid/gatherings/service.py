"""What an association organises, and who comes. The database decides who has a place; the waiting list asks one person at a time."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.accounts.queries import get_organisation
from civic.kernel import outbox
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.kernel.unknown import told_as
from civic.mutual_aid.gatherings import queries, rules
from civic.mutual_aid.gatherings.access import GatheringsAction
from civic.mutual_aid.gatherings.errors import (
    GatheringNotFound,
    NoShift,
    PlacesTaken,
    ShiftFull,
    ShiftNotFound,
    ShiftOver,
    ShiftsOverlap,
    WrongStep,
)
from civic.mutual_aid.gatherings.events import (
    GatheringCancelled,
    GatheringDrafted,
    GatheringPublished,
    PlaceChanged,
    PlaceOffered,
    PlacesSeen,
    ShiftChanged,
)
from civic.mutual_aid.gatherings.models import Gathering, Shift, ShiftPlace, ShiftQuarter
from civic.mutual_aid.gatherings.rules import COUNTED, LIVE, GatheringState, PlaceState
from civic.safeguarding.service.standing import ensure_not_suspended

HOLD_TIMER = "gatherings.hold_ends"


def draft_gathering(
    actor: Actor, *, town_id: int, organisation_id: int, title: str, text: str, address: str
) -> int:
    """Prepare a gathering in the name of an association. Only the association reads it until it is published.

    Returns:
        The gathering's id.

    Raises:
        NotAllowed: the actor does not organise for the association.
        OrganisationNotFound.
    """
    now = utc_now()
    with transaction():
        require(actor, GatheringsAction.ORGANISE, organisation_id)
        gathering = Gathering(
            territory_id=town_id,
            organisation_id=get_organisation(organisation_id).id,
            author_id=actor.id,
            title=title,
            text=text,
            address=address,
            state=GatheringState.DRAFT,
            created_at=now,
            changed_at=now,
        )
        db.session.add(gathering)
        db.session.flush()
        publish(GatheringDrafted(**_told(gathering, actor, now)))
    return gathering.id


def _told(gathering: Gathering, actor: Actor, now: datetime) -> dict[str, Any]:
    return {
        "occurred_at": now,
        "gathering_id": gathering.id,
        "territory_id": gathering.territory_id,
        "organisation_id": gathering.organisation_id,
        "actor_id": actor.id,
    }


def _get_own(actor: Actor, gathering_id: int) -> Gathering:
    gathering = queries.get_visible_gathering(actor, gathering_id)
    require(actor, GatheringsAction.ORGANISE, gathering.organisation_id)
    return gathering


def change_gathering(
    actor: Actor, *, gathering_id: int, title: str, text: str, address: str, seen: str | None = None
) -> None:
    """Write anew what a gathering is and where. ``seen``: what was stored when it was read.

    Raises:
        GatheringNotFound, NotAllowed, ChangedMeanwhile.
        ShiftOver: it is cancelled.
    """
    now = utc_now()
    with transaction():
        gathering = _get_own(actor, gathering_id)
        db.session.refresh(gathering, with_for_update=True)
        if gathering.state is GatheringState.CANCELLED:
            raise ShiftOver
        with gathering.written_over(seen):
            gathering.title, gathering.text, gathering.address = title, text, address
        gathering.changed_at = now


def add_shift(
    actor: Actor, *, gathering_id: int, role: str, starts_at: datetime, ends_at: datetime, places: int
) -> int:
    """Add a time, what is done then, and how many are needed.

    Raises:
        GatheringNotFound, NotAllowed, ShiftRefused.
        ShiftOver: the gathering is cancelled.
    """
    now = utc_now()
    with transaction():
        gathering = _get_own(actor, gathering_id)
        if gathering.state is GatheringState.CANCELLED:
            raise ShiftOver
        rules.ensure_shift(starts_at, ends_at, now=now)
        shift = Shift(
            gathering_id=gathering.id,
            role=role,
            starts_at=starts_at,
            ends_at=ends_at,
            places=places,
            taken=0,
        )
        db.session.add(shift)
        db.session.flush()
        db.session.expire(gathering, ["shifts"])
        publish(ShiftChanged(**_told(gathering, actor, now), shift_id=shift.id))
    return shift.id


def set_places(actor: Actor, *, gathering_id: int, shift_id: int, places: int) -> None:
    """Say how many are needed. Places that are added go first to those who wait.

    Raises:
        GatheringNotFound, ShiftNotFound, NotAllowed.
        PlacesTaken: more are taken already.
    """
    now = utc_now()
    with transaction():
        gathering = _get_own(actor, gathering_id)
        shift = queries.lock_shift(shift_id)
        if shift.gathering_id != gathering.id:
            raise ShiftNotFound
        if places < shift.taken:
            raise PlacesTaken(fields={"places": [PlacesTaken.message]})
        shift.places = places
        db.session.flush()
        publish(ShiftChanged(**_told(gathering, actor, now), shift_id=shift.id))
        while queries.find_next(shift.id) is not None and queries.take_one(shift.id, now=now):
            _offer_to_next(shift, now)


def publish_gathering(actor: Actor, *, gathering_id: int) -> None:
    """Let everybody read a gathering and come. Twice is once. Raises GatheringNotFound, NotAllowed, NoShift, ShiftOver."""
    now = utc_now()
    with transaction():
        gathering = _get_own(actor, gathering_id)
        if gathering.state is GatheringState.PUBLISHED:
            return
        if gathering.state is GatheringState.CANCELLED:
            raise ShiftOver
        if not gathering.shifts:
            raise NoShift
        gathering.state, gathering.changed_at = GatheringState.PUBLISHED, now
        publish(GatheringPublished(**_told(gathering, actor, now)))


def cancel_gathering(actor: Actor, *, gathering_id: int) -> None:
    """Call a gathering off: everybody who had a place, or waited, is told. Twice is once. Raises GatheringNotFound, NotAllowed."""
    now = utc_now()
    with transaction():
        gathering = _get_own(actor, gathering_id)
        if gathering.state is GatheringState.CANCELLED:
            return
        gathering.state, gathering.changed_at = GatheringState.CANCELLED, now
        told = set()
        for shift in sorted(gathering.shifts, key=lambda each: each.id):
            queries.lock_shift(shift.id)
            for place, _ in queries.list_places([shift.id]):
                _move(place, PlaceState.CANCELLED, now)
                told.add(place.person_id)
            shift.taken = 0
        db.session.flush()
        publish(GatheringCancelled(**_told(gathering, actor, now), person_ids=tuple(sorted(told))))


def see_places(actor: Actor, *, gathering_id: int) -> list[tuple[ShiftPlace, str]]:
    """Return who is expected, and who waits, to the association; and write down that it was seen. Raises GatheringNotFound, NotAllowed."""
    with transaction():
        gathering = queries.get_visible_gathering(actor, gathering_id)
        require(actor, GatheringsAction.SEE_PLACES, gathering.organisation_id)
        publish(PlacesSeen(occurred_at=utc_now(), gathering_id=gathering.id, actor_id=actor.id))
        return queries.list_places([shift.id for shift in gathering.shifts])


# Whoever comes


def take_place(actor: Actor, *, shift_id: int, waits: bool = False) -> PlaceState:
    """Have a place in a shift, or (when it is full, and she says so) wait for one. From two tabs at once it is one place.

    Returns:
        Whether she has a place, waits, or a place is held for her.

    Raises:
        ShiftNotFound; NotAllowed: she does not live in the commune.
        ShiftFull: no place is left, and she did not say that she waits.
        ShiftOver: it has begun, or was called off.
        ShiftsOverlap: she is expected elsewhere then.
        VolunteerSuspended.
    """
    now = utc_now()
    with transaction():
        gathering = _get_open(actor, shift_id)
        require(actor, GatheringsAction.TAKE_PLACE, gathering.territory_id)
        ensure_not_suspended(actor.id)
        shift = queries.lock_shift(shift_id)
        db.session.refresh(gathering, ["state"])  # it may have been called off while the shift was locked
        if gathering.state is not GatheringState.PUBLISHED:
            raise ShiftOver
        known = queries.find_live_place(shift.id, actor.id)
        if known is not None and known.state is not PlaceState.HELD:
            return known.state
        if known is not None:
            return _accept_held(known, shift, now)
        if shift.starts_at <= now:
            raise ShiftOver
        if queries.find_next(shift.id) is None and queries.take_one(shift.id, now=now):
            return _add(actor, shift, PlaceState.TAKEN, now)
        if not waits:
            raise ShiftFull
        return _add(actor, shift, PlaceState.WAITING, now)


def _get_open(actor: Actor, shift_id: int) -> Gathering:
    gathering = _get_shown(actor, queries.get_shift(shift_id))
    if gathering.state is not GatheringState.PUBLISHED:
        raise ShiftOver
    return gathering


def _get_shown(actor: Actor, shift: Shift) -> Gathering:
    """Return the gathering of a shift. Raises ShiftNotFound: it is a draft of others, and its shifts do not exist either."""
    with told_as(GatheringNotFound, ShiftNotFound):
        return queries.get_visible_gathering(actor, shift.gathering_id)


def _add(actor: Actor, shift: Shift, state: PlaceState, now: datetime) -> PlaceState:
    place = ShiftPlace(
        shift_id=shift.id, person_id=actor.id, state=state, asked_at=now, changed_at=now, held_until=None
    )
    db.session.add(place)
    db.session.flush()
    if state is PlaceState.TAKEN:
        _claim(place, shift)
    _tell(place, actor.id, now)
    return state


def _claim(place: ShiftPlace, shift: Shift) -> None:
    """Raises ShiftsOverlap: a quarter-hour of it is taken of her time already."""
    try:
        with db.session.begin_nested():
            db.session.add_all(
                ShiftQuarter(person_id=place.person_id, quarter=quarter, place_id=place.id)
                for quarter in rules.quarters_of(shift.starts_at, shift.ends_at)
            )
    except IntegrityError as error:
        raise ShiftsOverlap from error


def _accept_held(place: ShiftPlace, shift: Shift, now: datetime) -> PlaceState:
    if place.held_until is not None and now >= place.held_until:
        raise WrongStep  # its timer, which is due, gives it to the next
    _claim(place, shift)
    _move(place, PlaceState.TAKEN, now)
    _tell(place, place.person_id, now)
    return PlaceState.TAKEN


def give_up_place(actor: Actor, *, shift_id: int) -> None:
    """Give one's place up, or leave the waiting list: the place is offered to the next, alone. Without a place, nothing changes.

    Raises:
        NotSignedIn, ShiftNotFound.
    """
    now = utc_now()
    with transaction():
        person_id = actor.id
        shift = queries.lock_shift(shift_id)
        place = queries.find_live_place(shift.id, person_id)
        if place is None:
            _get_shown(actor, shift)
            return
        was_counted = place.state in COUNTED
        _move(place, PlaceState.GIVEN_UP, now)
        _tell(place, person_id, now)
        if was_counted:
            _pass_on(shift, now)


def end_hold(*, place_id: int, held_until: datetime, now: datetime) -> None:
    """Do what a timer says is due: whoever did not answer in time leaves the list, and the next is asked. Served twice, it changes nothing."""
    with transaction():
        place = db.session.get(ShiftPlace, place_id)
        if place is None:
            return
        shift = queries.lock_shift(place.shift_id)
        db.session.refresh(place)
        if place.state is not PlaceState.HELD or place.held_until != held_until:
            return
        if now < held_until:  # a clock was set back
            _owe_timer(place.id, held_until, now)
            return
        _move(place, PlaceState.LAPSED, now)
        _tell(place, None, now)
        _pass_on(shift, now)


def leave_all(*, person_id: int, now: datetime) -> None:
    """Give every place of a person up, in the transaction of the command that suspends her, or by which she leaves."""
    with transaction():
        live = sa.select(ShiftPlace.shift_id).where(
            ShiftPlace.person_id == person_id, ShiftPlace.state.in_(LIVE)
        )
        for shift_id in list(db.session.scalars(live.order_by(ShiftPlace.shift_id))):
            give_up_place(Actor(person_id), shift_id=shift_id)


def _pass_on(shift: Shift, now: datetime) -> None:
    """Offer a place that stays counted to the next of the list, or let it go."""
    if shift.starts_at > now and queries.find_next(shift.id) is not None:
        _offer_to_next(shift, now)
    else:
        queries.free_one(shift.id)


def _offer_to_next(shift: Shift, now: datetime) -> None:
    place = queries.find_next(shift.id)
    assert place is not None
    _move(place, PlaceState.HELD, now)
    place.held_until = rules.hold_until(now=now, starts_at=shift.starts_at)
    db.session.flush()
    publish(
        PlaceOffered(
            occurred_at=now,
            place_id=place.id,
            shift_id=shift.id,
            person_id=place.person_id,
            held_until=place.held_until,
        )
    )
    _owe_timer(place.id, place.held_until, now)


def _owe_timer(place_id: int, held_until: datetime, now: datetime) -> None:
    told = {"place_id": place_id, "held_until": held_until.isoformat()}
    outbox.owe(HOLD_TIMER, told, now=now, due_at=held_until)


def _move(place: ShiftPlace, state: PlaceState, now: datetime) -> None:
    rules.ensure_step(place.state, state)
    place.state, place.changed_at = state, now
    db.session.flush()
    if state is not PlaceState.TAKEN:
        db.session.execute(sa.delete(ShiftQuarter).where(ShiftQuarter.place_id == place.id))


def _tell(place: ShiftPlace, actor_id: int | None, now: datetime) -> None:
    publish(
        PlaceChanged(
            occurred_at=now,
            place_id=place.id,
            shift_id=place.shift_id,
            person_id=place.person_id,
            actor_id=actor_id,
            state=place.state.value,
        )
    )
