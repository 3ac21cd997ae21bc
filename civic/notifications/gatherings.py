"""Who is told of a place that was freed, and of a gathering that is called off."""

from civic.kernel.events import within_transaction
from civic.mutual_aid.gatherings import queries
from civic.mutual_aid.gatherings.events import GatheringCancelled, PlaceChanged, PlaceOffered
from civic.mutual_aid.gatherings.rules import PlaceState
from civic.notifications.rules import Kind
from civic.notifications.service import notify, notify_all


def _path(gathering_id: int) -> str:
    return f"/entraide/rendez-vous/{gathering_id}"


@within_transaction(PlaceOffered)
def tell_the_next(fact: PlaceOffered) -> None:
    _tell(fact, Kind.SHIFT_PLACE_OFFERED)


@within_transaction(PlaceChanged)
def tell_it_lapsed(fact: PlaceChanged) -> None:
    if fact.state == PlaceState.LAPSED.value:
        _tell(fact, Kind.SHIFT_PLACE_LAPSED)


def _tell(fact: PlaceOffered | PlaceChanged, kind: Kind) -> None:
    shift = queries.get_shift(fact.shift_id)
    notify(
        fact.person_id,
        kind=kind,
        key=f"{kind.value}:{fact.place_id}",
        params={"title": queries.get_gathering(shift.gathering_id).title, "role": shift.role},
        path=_path(shift.gathering_id),
        now=fact.occurred_at,
    )


@within_transaction(GatheringCancelled)
def tell_everybody(fact: GatheringCancelled) -> None:
    notify_all(
        fact.person_ids,
        kind=Kind.GATHERING_CANCELLED,
        key=f"gathering_cancelled:{fact.gathering_id}",
        params={"title": queries.get_gathering(fact.gathering_id).title},
        path=_path(fact.gathering_id),
        now=fact.occurred_at,
    )
