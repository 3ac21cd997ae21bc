"""Offers of help: published, changed, paused, ended, hidden."""

from datetime import datetime

import sqlalchemy as sa

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid import queries, rules
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.errors import CharterMissing, OfferEnded, OfferNotFound, PlaceOutsideTown
from civic.mutual_aid.events import OfferChanged, OfferHidden, OfferPosted
from civic.mutual_aid.models import Availability, Offer, OfferArea
from civic.mutual_aid.rules import OfferDetails, OfferState
from civic.mutual_aid.volunteers.service import write_charter
from civic.safeguarding.rules import AgeBand
from civic.safeguarding.service.standing import ensure_not_suspended, ensure_old_enough
from civic.territories import queries as territories


def offer_help(
    actor: Actor,
    *,
    territory_id: int,
    details: OfferDetails,
    organisation_id: int | None = None,
    accepts_charter: bool = False,
    age: AgeBand = AgeBand.ADULT,
) -> int:
    """Publish an offer of help, in the name of the actor or of an association that she speaks for.

    Args:
        territory_id: the commune.
        accepts_charter, age: asked of each person before her first offer.

    Returns:
        The offer's id.

    Raises:
        NotAllowed: the actor does not live there, or does not speak for the association.
        CharterMissing: she has not accepted the charter, and does not now.
        TooYoung: she is under 16.
        NotForMinors: she is not of age, and this help is not for minors.
        VolunteerSuspended: the town hall suspended her.
        ReachRefused, PlaceOutsideTown.
    """
    now = utc_now()
    with transaction():
        _require_to_offer(actor, territory_id, organisation_id)
        ensure_not_suspended(actor.id)
        _ensure_charter(actor.id, is_accepted_now=accepts_charter, age=age, now=now)
        ensure_old_enough(actor.id, town_id=territory_id, category=details.category.value)
        offer = Offer(
            territory_id=territory_id,
            author_id=actor.id,
            organisation_id=organisation_id,
            state=OfferState.ACTIVE,
            created_at=now,
        )
        _write(offer, details, now)
        db.session.add(offer)
        db.session.flush()
        publish(
            OfferPosted(
                occurred_at=now,
                offer_id=offer.id,
                territory_id=territory_id,
                actor_id=actor.id,
                organisation_id=organisation_id,
            )
        )
    return offer.id


def _require_to_offer(actor: Actor, territory_id: int, organisation_id: int | None) -> None:
    if organisation_id is not None:
        require(actor, MutualAidAction.OFFER_FOR_ORGANISATION, organisation_id)
    else:
        require(actor, MutualAidAction.OFFER_HELP, territory_id)


def _ensure_charter(person_id: int, *, is_accepted_now: bool, age: AgeBand, now: datetime) -> None:
    if queries.has_accepted_charter(person_id):
        return
    if not is_accepted_now:
        raise CharterMissing(fields={"accepts_charter": [CharterMissing.message]})
    write_charter(person_id, age=age, now=now)


def _write(offer: Offer, details: OfferDetails, now: datetime) -> None:
    rules.ensure_reach(details)
    if not details.area_ids <= territories.ids_within(offer.territory_id):
        raise PlaceOutsideTown(fields={"area_ids": [PlaceOutsideTown.message]})
    offer.category, offer.title, offer.text = details.category, details.title, details.text
    offer.max_distance_metres = details.max_distance_metres
    offer.changed_at = now
    offer.areas = [OfferArea(territory_id=area_id) for area_id in sorted(details.area_ids)]
    offer.slots = [
        Availability(weekday=slot.weekday, part=slot.part)
        for slot in sorted(
            details.slots, key=lambda slot: (slot.weekday, list(rules.DayPart).index(slot.part))
        )
    ]


def change_offer(actor: Actor, *, offer_id: int, details: OfferDetails, seen: str | None = None) -> None:
    """Write an offer anew.

    Args:
        seen: what was stored when it was read (``Offer.seen``).

    Raises:
        ChangedMeanwhile: another member of the association wrote it since.
        OfferNotFound: there is none that the actor may read.
        NotAllowed: it is not hers, nor her association's.
        OfferEnded: it has ended.
        NotForMinors: the actor is not of age, and this help is not for minors.
        ReachRefused, PlaceOutsideTown.
    """
    now = utc_now()
    with transaction():
        offer = _get_own(actor, offer_id)
        if offer.state is OfferState.ENDED:
            raise OfferEnded
        ensure_old_enough(actor.id, town_id=offer.territory_id, category=details.category.value)
        with offer.written_over(seen):
            offer.areas, offer.slots = [], []
            db.session.flush()  # the old rows go before the new ones come under the same unique constraint
            _write(offer, details, now)
        _tell(actor, offer, now)


def set_offer_state(actor: Actor, *, offer_id: int, state: OfferState) -> None:
    """Pause an offer, take it up again, or end it for good. Asking for the state that it has changes nothing.

    Raises:
        OfferNotFound, NotAllowed: as in ``change_offer``.
        OfferEnded: an ended offer does not come back.
        VolunteerSuspended: it would be taken up again, and the town hall suspended the actor.
    """
    now = utc_now()
    with transaction():
        offer = _get_own(actor, offer_id)
        if offer.state is state:
            return
        if offer.state is OfferState.ENDED:
            raise OfferEnded
        if state is OfferState.ACTIVE:
            ensure_not_suspended(actor.id)
        offer.state, offer.changed_at = state, now
        _tell(actor, offer, now)


def _get_own(actor: Actor, offer_id: int) -> Offer:
    offer = queries.get_visible_offer(actor, offer_id)
    require(actor, MutualAidAction.CHANGE_OFFER, offer)
    return offer


def _tell(actor: Actor, offer: Offer, now: datetime) -> None:
    publish(
        OfferChanged(
            occurred_at=now,
            offer_id=offer.id,
            territory_id=offer.territory_id,
            actor_id=actor.id,
            state=offer.state.value,
        )
    )


def set_offer_hidden(*, offer_id: int, is_hidden: bool, now: datetime) -> None:
    """Hide an offer or show it again, for the moderation, which has asked who acts.

    Raises:
        OfferNotFound: there is no such offer.
    """
    with transaction():
        result = db.session.execute(
            sa.update(Offer).where(Offer.id == offer_id).values(hidden_at=now if is_hidden else None)
        )
        if result.rowcount != 1:  # type: ignore[attr-defined]
            raise OfferNotFound
        publish(OfferHidden(occurred_at=now, offer_id=offer_id, is_hidden=is_hidden))
