"""Commands of the pages: the town hall's own card, and the search index, which the facts keep."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.pages.access import PagesAction
from civic.pages.events import TownHallChanged
from civic.pages.models import SearchEntry, SearchKind, SearchTerm, TownHall
from civic.pages.queries import findable, search
from civic.pages.queries.findable import Findable
from civic.pages.rules import terms_of, without_marks
from civic.territories import queries as territories

BATCH = 200


def save_town_hall(
    actor: Actor, *, territory_id: int, values: dict[str, Any], seen: str | None = None
) -> None:
    """Write how to reach the town hall, and who answers for the site.

    Args:
        values: the columns of ``TownHall``, by name.
        seen: what was stored when it was read.

    Raises:
        NotAllowed: the actor is neither an agent nor an administrator there.
        ChangedMeanwhile: somebody else wrote it since.
    """
    now = utc_now()
    with transaction():
        require(actor, PagesAction.EDIT_TOWN_HALL, territory_id)
        keep_town_hall(territory_id=territory_id, values=values, seen=seen)
        publish(TownHallChanged(occurred_at=now, territory_id=territory_id, actor_id=actor.id))


def keep_town_hall(*, territory_id: int, values: dict[str, Any], seen: str | None = None) -> None:
    """Write the card without asking who acts: the demonstration, and ``save_town_hall``, which has asked."""
    with transaction():
        territories.lock_territory(territory_id)  # two first writers: the second finds the row of the first
        card = db.session.get(TownHall, territory_id) or TownHall(territory_id=territory_id)
        with card.written_over(seen):
            for name, value in values.items():
                setattr(card, name, value)
        card.updated_at = utc_now()
        db.session.add(card)


def reindex_subject(kind: SearchKind, subject_id: int) -> None:
    """Have the search find a thing as it is now, or no longer find it. Called within the transaction that changed it."""
    with transaction():
        found = findable.find_findable(kind, subject_id)
        if found is not None:
            _index(found)
            return
        entry = search.find_entry(kind, subject_id)
        if entry is not None:
            db.session.delete(entry)


def _index(found: Findable) -> None:
    entry = search.find_entry(found.kind, found.id)
    if entry is None:
        entry = SearchEntry(kind=found.kind, subject_id=found.id)
        db.session.add(entry)
    entry.title, entry.text = found.title, without_marks("\n\n".join((found.text, *found.answers)))
    entry.dated_at, entry.opens_at, entry.closes_at = found.dated_at, found.opens_at, found.closes_at
    entry.is_answered = bool(found.answers)
    db.session.flush()
    terms = terms_of(entry.title, entry.text, sorted(found.places))
    db.session.execute(sa.delete(SearchTerm).where(SearchTerm.entry_id == entry.id))
    rows = [{"term": term, "entry_id": entry.id, "weight": terms[term]} for term in sorted(terms)]
    if rows:
        db.session.execute(sa.insert(SearchTerm), rows)


def forget_unfindable(kind: SearchKind) -> None:
    """Take out of the search what the public may no longer read."""
    gone = sa.delete(SearchEntry).where(
        SearchEntry.kind == kind, SearchEntry.subject_id.not_in(findable.public_ids(kind))
    )
    with transaction():
        db.session.execute(gone.execution_options(synchronize_session=False))


def reindex_everything() -> dict[str, int]:
    """Make the search index again from what the features hold. Returns the number of things found, by kind."""
    counts: dict[str, int] = {}
    for kind in findable.SOURCES:
        forget_unfindable(kind)
        counts[kind.value] = len(_reindex_kind(kind))
    return counts


def _reindex_kind(kind: SearchKind) -> list[int]:
    """Index the things of a kind in batches, each its own transaction, so that nobody waits long for the writer's lock."""
    done: list[int] = []
    while True:
        batch = findable.list_findables(kind, after_id=done[-1] if done else 0, size=BATCH)
        with transaction():
            for found in batch:
                _index(found)
        done += [found.id for found in batch]
        if len(batch) < BATCH:
            return done


def mend_index(now: datetime) -> None:
    """Make the search index again where it does not hold as many things as there are: after an update, or a restored copy."""
    counted = search.count_entries()
    for kind in findable.SOURCES:
        if counted.get(kind, 0) != findable.count_findables(kind):
            forget_unfindable(kind)
            _reindex_kind(kind)
