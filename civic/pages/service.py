"""Commands of the pages: the town hall's own card, and the search index, which the facts keep."""

from typing import Any

import sqlalchemy as sa

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.text import fold
from civic.kernel.transaction import publish, transaction
from civic.pages.access import PagesAction
from civic.pages.events import TownHallChanged
from civic.pages.models import SearchEntry, SearchKind, TownHall
from civic.pages.queries import search
from civic.pages.queries.search import Findable
from civic.pages.rules import excerpt_of

BATCH = 200


def save_town_hall(actor: Actor, *, territory_id: int, values: dict[str, Any]) -> None:
    """Write how to reach the town hall, and who answers for the site.

    Args:
        values: the columns of ``TownHall``, by name.

    Raises:
        NotAllowed: the actor is neither an agent nor an administrator there.
    """
    now = utc_now()
    with transaction():
        require(actor, PagesAction.EDIT_TOWN_HALL, territory_id)
        keep_town_hall(territory_id=territory_id, values=values)
        publish(TownHallChanged(occurred_at=now, territory_id=territory_id, actor_id=actor.id))


def keep_town_hall(*, territory_id: int, values: dict[str, Any]) -> None:
    """Write the card without asking who acts: the demonstration, and ``save_town_hall``, which has asked."""
    with transaction():
        card = db.session.get(TownHall, territory_id) or TownHall(territory_id=territory_id)
        for name, value in values.items():
            setattr(card, name, value)
        card.updated_at = utc_now()
        db.session.add(card)


def reindex_subject(kind: SearchKind, subject_id: int) -> None:
    """Have the search find a thing as it is now, or no longer find it. Called within the transaction that changed it."""
    with transaction():
        found = search.find_findable(kind, subject_id)
        entry = search.find_entry(kind, subject_id)
        if found is None:
            if entry is not None:
                db.session.delete(entry)
            return
        if entry is None:
            entry = SearchEntry(kind=kind, subject_id=subject_id)
            db.session.add(entry)
        _fill(entry, found)
        db.session.flush()


def _fill(entry: SearchEntry, found: Findable) -> None:
    entry.title, entry.excerpt, entry.dated_at = found.title, excerpt_of(found.text), found.dated_at
    entry.folded_title = fold(found.title)
    entry.folded = fold(f"{found.title} {found.text}")


def forget_unfindable(kind: SearchKind) -> None:
    """Take out of the search what the public may no longer read."""
    public = search.SOURCES[kind]().with_only_columns(search.SOURCES[kind]().selected_columns[0])
    gone = sa.delete(SearchEntry).where(SearchEntry.kind == kind, SearchEntry.subject_id.not_in(public))
    with transaction():
        db.session.execute(gone.execution_options(synchronize_session=False))


def reindex_everything() -> dict[str, int]:
    """Make the search index again from what the features hold. Returns the number of things found, by kind."""
    counts: dict[str, int] = {}
    for kind in search.SOURCES:
        forget_unfindable(kind)
        counts[kind.value] = len(_reindex_kind(kind))
    return counts


def _reindex_kind(kind: SearchKind) -> list[int]:
    """Index the things of a kind in batches, each its own transaction, so that nobody waits long for the writer's lock."""
    done: list[int] = []
    while True:
        batch = search.list_findables(kind, after_id=done[-1] if done else 0, size=BATCH)
        with transaction():
            for found in batch:
                reindex_subject(kind, found.id)
        done += [found.id for found in batch]
        if len(batch) < BATCH:
            return done
