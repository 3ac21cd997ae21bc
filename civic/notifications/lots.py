"""Who is told of lots and calls: each person drawn whose account is known, and each candidate once seats are filled."""

from civic.councils.calls import queries as calls
from civic.councils.calls.events import CallDecided
from civic.councils.sortition.events import PlaceCalled, PlaceReminded
from civic.councils.sortition.queries import PATH, get_draw
from civic.kernel.clock import iso_utc
from civic.kernel.events import within_transaction
from civic.notifications.rules import DUE_AT, Kind
from civic.notifications.service import notify_all


@within_transaction(PlaceCalled)
def tell_drawn(fact: PlaceCalled) -> None:
    if fact.person_id is not None:
        notify_all(
            [fact.person_id],
            kind=Kind.DRAWN_BY_LOT,
            key=f"drawn_by_lot:{fact.place_id}",
            params={"title": get_draw(fact.draw_id).title},
            path=f"{PATH}{fact.draw_id}/ma-reponse",
            now=fact.occurred_at,
        )


@within_transaction(PlaceReminded)
def remind_drawn(fact: PlaceReminded) -> None:
    notify_all(
        [fact.person_id],
        kind=Kind.DRAWN_REMINDER,
        key=f"drawn_reminder:{fact.place_id}",
        params={"title": get_draw(fact.draw_id).title, DUE_AT: iso_utc(fact.due_at)},
        path=f"{PATH}{fact.draw_id}/ma-reponse",
        now=fact.occurred_at,
    )


@within_transaction(CallDecided)
def tell_candidates(fact: CallDecided) -> None:
    notify_all(
        sorted(set(fact.candidate_ids) - {fact.actor_id}),
        kind=Kind.CALL_DECIDED,
        key=f"call_decided:{fact.call_id}",
        params={"title": calls.get_call(fact.call_id).title},
        path=f"{calls.PATH}{fact.call_id}",
        now=fact.occurred_at,
    )
