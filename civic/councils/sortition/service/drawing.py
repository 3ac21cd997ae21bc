"""The seed comes, lots are drawn, and each person drawn says yes or no."""

from datetime import datetime, timedelta

from civic.councils.access import CouncilsAction
from civic.councils.sortition import lists, queries, rules
from civic.councils.sortition.errors import (
    DrawIncomplete,
    PlaceAnswered,
    SeedSaysNothing,
    SeedTooEarly,
    WrongDrawState,
)
from civic.councils.sortition.events import DrawnNamesSeen, LotsDrawn, PlaceCalled, PlaceReminded
from civic.councils.sortition.events import PlaceAnswered as PlaceAnsweredFact
from civic.councils.sortition.models import Draw, DrawnPlace
from civic.councils.sortition.queries import PlaceView
from civic.councils.sortition.rules import Drawn
from civic.councils.sortition.service.preparing import ERASE, ensure_visible, get_visible_draw, hold_draw
from civic.councils.sortition.states import DrawState, PlaceState, due_of, reminded_at
from civic.kernel import outbox
from civic.kernel.access import Actor, require
from civic.kernel.clock import TOWN_TIME, utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction

REMIND = "sortition.remind"


def draw_lots(actor: Actor, *, draw_id: int, seed: str, witnesses: str) -> None:
    """Type the seed, once it is known, before witnesses; the panel is drawn at once, and called.

    Raises:
        DrawNotFound, NotAllowed.
        WrongDrawState: it is not frozen, or is drawn.
        SeedTooEarly: the announced date has not come. SeedSaysNothing: it has neither a figure nor a word.
    """
    seed = lists.tidy_seed(seed)
    with transaction():
        draw = _frozen(actor, draw_id)
        if not seed:
            raise SeedSaysNothing
        plan, entrants = queries.plan_of(draw), queries.entrants_of(draw)
    drawn = rules.draw(plan, entrants, seed)
    if drawn is None:
        raise DrawIncomplete
    now = utc_now()
    with transaction():
        draw = _frozen(actor, draw_id)
        draw.seed, draw.witnesses, draw.drawn_at = seed, witnesses, now
        draw.result_text = lists.write_result(drawn, seed=seed, list_sha256=draw.list_sha256 or "")
        draw.counts = {
            criterion: rules.shown_counts(counts)
            for criterion, counts in lists.counts_of(draw.criteria, entrants).items()
        }
        draw.erase_at = now + timedelta(days=draw.keep_days)
        outbox.owe(ERASE, {"draw_id": draw.id}, now=now, due_at=draw.erase_at)
        publish(
            LotsDrawn(occurred_at=now, draw_id=draw.id, territory_id=draw.territory_id, actor_id=actor.id)
        )
        for number in drawn.panel:
            _call(draw, number, now)


def _frozen(actor: Actor, draw_id: int) -> Draw:
    draw = hold_draw(actor, draw_id)
    if draw.state is not DrawState.FROZEN or draw.seed_at is None:
        raise WrongDrawState
    if utc_now() < draw.seed_at:
        told = draw.seed_at.astimezone(TOWN_TIME).strftime("%d/%m/%Y à %H:%M")
        raise SeedTooEarly(seed_at=told)
    return draw


def _call(draw: Draw, number: str, now: datetime, replaces: str | None = None) -> None:
    due_at = due_of(now, answer_days=draw.answer_days, erase_at=draw.erase_at)
    place = DrawnPlace(
        draw_id=draw.id,
        number=number,
        rank=len(queries.list_places(draw.id)) + 1,
        replaces=replaces,
        state=PlaceState.CALLED,
        person_id=queries.find_owner(draw, number),
        called_at=now,
        due_at=due_at,
    )
    db.session.add(place)
    db.session.flush()
    remind_at = reminded_at(now, due_at)
    if place.person_id is not None and remind_at is not None:
        outbox.owe(REMIND, {"place_id": place.id}, now=now, due_at=remind_at)
    publish(
        PlaceCalled(
            occurred_at=now,
            draw_id=draw.id,
            territory_id=draw.territory_id,
            place_id=place.id,
            person_id=place.person_id,
        )
    )


def remind_of_place(place_id: int, *, now: datetime) -> None:
    """Remind somebody who was drawn, and has not answered, that an answer is awaited; once it is too late, or known no more whose it is, nobody."""
    with transaction():
        place = queries.find_called_alone(place_id)
        if place is None or place.person_id is None or place.due_at is None or place.due_at <= now:
            return
        publish(
            PlaceReminded(
                occurred_at=now,
                draw_id=place.draw_id,
                territory_id=queries.get_draw(place.draw_id).territory_id,
                place_id=place_id,
                person_id=place.person_id,
                due_at=place.due_at,
            )
        )


def answer_place(
    actor: Actor, *, draw_id: int, number: str, is_accepted: bool, is_named: bool = False
) -> str | None:
    """Say yes or no for a number that was drawn: she who was, or an agent who had her answer. After a no, the next number is called.

    Args:
        is_named: she agrees that her name is read on the page of the draw; only she can.

    Returns:
        The number that is called in its place, if any.

    Raises:
        DrawNotFound, PlaceNotFound, NotAllowed.
        PlaceAnswered: another answer was given, and the next was called.
    """
    now = utc_now()
    with transaction():
        draw = ensure_visible(actor, queries.get_draw_alone(draw_id))
        place = queries.get_place_alone(draw_id, number)
        require(actor, CouncilsAction.ANSWER_DRAW, place_with(draw, place))
        if place.state is not PlaceState.CALLED:
            raise PlaceAnswered
        place.state = PlaceState.ACCEPTED if is_accepted else PlaceState.DECLINED
        place.is_named = is_accepted and is_named and place.person_id == actor.person_id
        place.answered_at = now
        db.session.flush()
        is_own = place.person_id == actor.person_id
        publish(
            PlaceAnsweredFact(
                occurred_at=now, draw_id=draw.id, territory_id=draw.territory_id, place_id=place.id,
                actor_id=None if is_own else actor.id, is_accepted=is_accepted,
            )
        )  # fmt: skip
        return None if is_accepted else _call_next(draw, place, now)


class PlaceHere:
    """A place with the territory of its draw, which is what the policy asks about."""

    def __init__(self, place: DrawnPlace, territory_id: int):
        self.person_id, self.territory_id = place.person_id, territory_id


def place_with(draw: Draw, place: DrawnPlace) -> PlaceHere:
    return PlaceHere(place, draw.territory_id)


def _call_next(draw: Draw, leaving: DrawnPlace, now: datetime) -> str | None:
    entrants = {entrant.number: entrant for entrant in queries.entrants_of(draw)}
    if not entrants:
        return None
    places = queries.list_places(draw.id)
    seated = [
        place.number
        for place in places
        if place.state is not PlaceState.DECLINED or place.number == leaving.number
    ]
    coming = rules.find_replacement(
        queries.plan_of(draw), entrants, drawn_of(draw, list(entrants.values())),
        members=seated, leaving=leaving.number, gone={place.number for place in places},
    )  # fmt: skip
    if coming is not None:
        _call(draw, coming, now, replaces=leaving.number)
    return coming


def drawn_of(draw: Draw, entrants: list[rules.Entrant]) -> Drawn:
    panel, substitutes = queries.result_of(draw)
    order = rules.order_of(draw.seed or "", entrants)
    return Drawn(panel, substitutes, tuple(entrant.number for entrant in order))


def read_places(actor: Actor, *, draw_id: int) -> list[PlaceView]:
    """Return who was drawn, with their names, for the town hall; that they were read is written in the journal. Raises DrawNotFound, NotAllowed."""
    now = utc_now()
    with transaction():
        draw = get_visible_draw(actor, draw_id)
        require(actor, CouncilsAction.DRAW_LOTS, draw)
        places = queries.view_places(draw_id, with_names=True)
        if any(place.name for place in places):
            publish(
                DrawnNamesSeen(
                    occurred_at=now, draw_id=draw.id, territory_id=draw.territory_id, actor_id=actor.id
                )
            )
    return places
