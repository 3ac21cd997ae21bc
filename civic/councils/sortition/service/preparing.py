"""The town hall prepares a draw: its list, its quotas; then freezes it, before the seed exists."""

from datetime import datetime, timedelta

from civic.councils.access import CouncilsAction
from civic.councils.sortition import lacking, lists, queries, rules
from civic.councils.sortition.errors import (
    DrawIncomplete,
    DrawListRefused,
    DrawNotFound,
    QuotasRefused,
    SeedNotToCome,
    WrongDrawState,
)
from civic.councils.sortition.events import DrawCancelled, DrawFrozen, DrawListErased, DrawPrepared
from civic.councils.sortition.lists import ListRefused
from civic.councils.sortition.models import Draw
from civic.councils.sortition.rules import Entrant, Quota
from civic.councils.sortition.states import DrawState, DrawWish
from civic.councils.sortition.words import told_of_list, told_of_quotas
from civic.kernel import outbox
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import iso_utc, utc_now
from civic.kernel.database import db
from civic.kernel.editing import ensure_seen, fingerprint
from civic.kernel.transaction import publish, transaction
from civic.territories import queries as territories

ERASE = "sortition.erase"


def get_visible_draw(actor: Actor, draw_id: int) -> Draw:
    """Return a draw that the actor may read: a draft is the town hall's. Raises DrawNotFound."""
    return ensure_visible(actor, queries.get_draw(draw_id))


def ensure_visible(actor: Actor, draw: Draw) -> Draw:
    """Return the draw. Raises DrawNotFound: the actor may not read it."""
    if draw.frozen_at is None and not can(actor, CouncilsAction.DRAW_LOTS, draw):
        raise DrawNotFound
    return draw


def hold_draw(actor: Actor, draw_id: int) -> Draw:
    """Return a draw to who draws lots, kept from every other writer. Raises DrawNotFound, NotAllowed."""
    draw = ensure_visible(actor, queries.get_draw_alone(draw_id))
    require(actor, CouncilsAction.DRAW_LOTS, draw)
    return draw


def create_draw(actor: Actor, *, territory_id: int, wish: DrawWish) -> int:
    """Begin a draw. Returns its id. Raises TerritoryNotFound, NotAllowed."""
    now = utc_now()
    with transaction():
        territories.get_territory(territory_id)
        require(actor, CouncilsAction.DRAW_LOTS, territory_id)
        draw = Draw(territory_id=territory_id, created_at=now, criteria=[], quotas=[], counts={})
        _write(draw, wish)
        db.session.add(draw)
        db.session.flush()
        _say_prepared(actor, draw, now)
    return draw.id


def edit_draw(actor: Actor, *, draw_id: int, wish: DrawWish, seen: str | None = None) -> None:
    """Change a draft. Its quotas follow the number of seats anew where that changed. ``seen``: what was stored when it was read.

    Raises:
        DrawNotFound, NotAllowed, WrongDrawState, ChangedMeanwhile.
    """
    now = utc_now()
    with transaction():
        draw = _draft(actor, draw_id)
        seats = draw.seats
        with draw.written_over(seen):
            _write(draw, wish)
        if draw.seats != seats:
            draw.quotas = _suggested(draw, queries.entrants_of(draw))
        _say_prepared(actor, draw, now)


def _write(draw: Draw, wish: DrawWish) -> None:
    draw.title, draw.purpose = wish.title, wish.purpose
    draw.seats, draw.substitutes = wish.seats, wish.substitutes
    draw.keep_days, draw.answer_days, draw.shows_list = wish.keep_days, wish.answer_days, wish.shows_list


def delete_draft(actor: Actor, *, draw_id: int) -> None:
    """Delete a draw that was never frozen, with its list. Raises DrawNotFound, NotAllowed, WrongDrawState."""
    now = utc_now()
    with transaction():
        draw = _draft(actor, draw_id)
        _say_prepared(actor, draw, now)
        db.session.delete(draw)


def load_list(actor: Actor, *, draw_id: int, content: bytes) -> int:
    """Read the list of a draft from a file, all of it or nothing; quotas that follow it are suggested. Returns how many are on it.

    Raises:
        DrawNotFound, NotAllowed, WrongDrawState.
        DrawListRefused: says which line, and why.
    """
    now = utc_now()
    try:
        criteria, entrants = lists.read_list(content)
    except ListRefused as refused:
        with transaction():
            _draft(actor, draw_id)
        raise DrawListRefused(fields={"file": [told_of_list(refused)]}) from refused
    with transaction():
        draw = _draft(actor, draw_id)
        keep_list(draw, criteria, entrants)
        queries.keep_owners(draw_id, {})
        _say_prepared(actor, draw, now)
    return len(entrants)


def give_list(
    actor: Actor, *, draw_id: int, criteria: tuple[str, ...], entrants: list[Entrant], owners: dict[str, int]
) -> None:
    """Give a draft a list that was made of accounts. ``owners``: whose each number is. Raises DrawNotFound, NotAllowed, WrongDrawState."""
    now = utc_now()
    with transaction():
        draw = _draft(actor, draw_id)
        keep_list(draw, criteria, entrants)
        queries.keep_owners(draw_id, owners)
        _say_prepared(actor, draw, now)


def keep_list(draw: Draw, criteria: tuple[str, ...], entrants: list[Entrant]) -> None:
    """Write a list in a draft, and suggest its quotas."""
    draw.criteria, draw.entrants = list(criteria), len(entrants)
    draw.list_text = lists.write_list(criteria, entrants)
    draw.quotas = _suggested(draw, entrants)


def _suggested(draw: Draw, entrants: list[Entrant]) -> list[list[object]]:
    """Return quotas that follow the list, rounded down and up."""
    quotas: list[list[object]] = []
    for criterion, counts in lists.counts_of(draw.criteria, entrants).items():
        for value, count in counts.items():
            least, rest = divmod(draw.seats * count, max(1, len(entrants)))
            quotas.append([criterion, value, least, least + bool(rest)])
    return quotas


def set_quotas(actor: Actor, *, draw_id: int, quotas: list[Quota], seen: str | None = None) -> None:
    """Say how many of the panel have each value. They may not be held yet: freezing asks.

    Args:
        seen: the quotas that were read (``Draw.seen_quotas``).

    Raises:
        ChangedMeanwhile: somebody else set others since.
        DrawNotFound, NotAllowed, WrongDrawState.
        QuotasRefused: of a value that the list does not have, or twice of one.
    """
    now = utc_now()
    with transaction():
        draw = _draft(actor, draw_id)
        known = lists.counts_of(draw.criteria, queries.entrants_of(draw))
        named = [(quota.criterion, quota.value) for quota in quotas]
        if len(set(named)) < len(named) or any(value not in known.get(name, {}) for name, value in named):
            raise QuotasRefused(QuotasRefused.message)
        wanted = [[each.criterion, each.value, each.least, each.most] for each in quotas]
        ensure_seen(seen, draw.seen_quotas, fingerprint(wanted))
        draw.quotas = wanted
        _say_prepared(actor, draw, now)


def freeze_draw(actor: Actor, *, draw_id: int, seed_source: str, seed_at: datetime) -> None:
    """Publish a draw: its list, quotas and the source of its seed change no more, and the seed does not exist yet.

    Raises:
        DrawNotFound, NotAllowed, WrongDrawState.
        DrawIncomplete: it has no list.
        SeedNotToCome: the seed is known already.
        QuotasRefused: says which quotas cannot be held, and by how much.
    """
    ensure_possible(actor, draw_id)
    now = utc_now()
    with transaction():
        draw = _draft(actor, draw_id)
        if not draw.list_text:
            raise DrawIncomplete
        if seed_at <= now:
            raise SeedNotToCome
        if rules.find_panel(queries.plan_of(draw), queries.entrants_of(draw)) is None:
            raise WrongDrawState  # it was changed meanwhile
        draw.frozen_at, draw.seed_source, draw.seed_at = now, seed_source, seed_at
        draw.list_sha256 = lists.fingerprint(draw.list_text)
        draw.rules_text = lists.write_rules(
            queries.plan_of(draw),
            list_sha256=draw.list_sha256,
            seed_source=seed_source,
            seed_at=iso_utc(seed_at),
        )
        draw.erase_at = seed_at + timedelta(days=draw.keep_days)
        outbox.owe(ERASE, {"draw_id": draw.id}, now=now, due_at=draw.erase_at)
        publish(
            DrawFrozen(
                occurred_at=now, draw_id=draw.id, territory_id=draw.territory_id, actor_id=actor.id,
                list_sha256=draw.list_sha256,
            )
        )  # fmt: skip


def ensure_possible(actor: Actor, draw_id: int) -> None:
    """Look, before any transaction since it may be long, whether the quotas of a draft can be held. Raises as ``freeze_draw``."""
    with transaction():
        draw = _draft(actor, draw_id)
        plan, entrants = queries.plan_of(draw), queries.entrants_of(draw)
    if not entrants:
        raise DrawIncomplete
    if shorts := lacking.shortfalls(plan, entrants):
        told = told_of_quotas(shorts)
        raise QuotasRefused(told[0], fields={"quotas": told})


def cancel_draw(actor: Actor, *, draw_id: int, reason: str) -> None:
    """Give a frozen draw up, and say why, for ever. Its list is erased at once, or on its day when the seed may be known: whoever sees it
    given up then can still draw again, and tell whether its result is what displeased. Raises DrawNotFound, NotAllowed, WrongDrawState.
    """
    now = utc_now()
    with transaction():
        draw = hold_draw(actor, draw_id)
        if draw.state is not DrawState.FROZEN:
            raise WrongDrawState
        draw.cancelled_at, draw.cancel_reason = now, reason
        _say_cancelled(draw, now, actor.id)
        if draw.seed_at is None or draw.seed_at > now:
            forget_list(draw, now)


def _say_cancelled(draw: Draw, now: datetime, actor_id: int | None) -> None:
    publish(
        DrawCancelled(occurred_at=now, draw_id=draw.id, territory_id=draw.territory_id, actor_id=actor_id)
    )


def erase_list(draw_id: int, *, now: datetime) -> None:
    """Erase the list of a draw on its day. One that was never drawn is given up with it."""
    with transaction():
        draw = queries.get_draw_alone(draw_id)
        if draw.erased_at is not None or draw.erase_at is None or draw.erase_at > now:
            return
        if draw.state is DrawState.FROZEN:
            draw.cancelled_at = now
            _say_cancelled(draw, now, None)
        forget_list(draw, now)


def forget_draft(draw_id: int) -> None:
    """Take the list away from a draft that nobody froze, in a transaction: it has no day on which it is erased. A frozen one has."""
    draw = queries.get_draw_alone(draw_id)
    if draw.state is DrawState.DRAFT:
        draw.criteria, draw.entrants, draw.list_text, draw.quotas = [], 0, "", []
        queries.keep_owners(draw_id, {})


def forget_list(draw: Draw, now: datetime) -> None:
    """Erase a list: the fingerprint stays, and how many people had each value, where they are not few; nobody's account is known any more."""
    if not draw.counts:
        draw.counts = {
            criterion: rules.shown_counts(counts)
            for criterion, counts in lists.counts_of(draw.criteria, queries.entrants_of(draw)).items()
        }
    draw.list_text, draw.erased_at = "", now
    queries.keep_owners(draw.id, {})
    for place in queries.list_places(draw.id):
        place.person_id, place.is_named = None, False
    publish(DrawListErased(occurred_at=now, draw_id=draw.id, territory_id=draw.territory_id))


def _draft(actor: Actor, draw_id: int) -> Draw:
    draw = hold_draw(actor, draw_id)
    if draw.state is not DrawState.DRAFT:
        raise WrongDrawState
    return draw


def _say_prepared(actor: Actor, draw: Draw, now: datetime) -> None:
    publish(DrawPrepared(occurred_at=now, draw_id=draw.id, territory_id=draw.territory_id, actor_id=actor.id))
