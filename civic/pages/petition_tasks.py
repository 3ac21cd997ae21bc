"""What waits, at the desk, of petitions: those to look at, and the decisions that are due."""

from datetime import datetime

from flask_babel import ngettext

from civic.pages.desk_tasks import Task
from civic.pages.layout import link_to
from civic.petitions.queries import DeskFilter, count_desk, count_late

LISTED = "petitions.list_desk"


def petition_tasks(places: set[int], at: datetime, *, may_examine: bool) -> list[Task]:
    """Return the tasks of petitions, in the communes among these places. A councillor, who examines none, is not told of those."""
    counts, late = count_desk(places, at=at), count_late(places, at=at)
    to_examine, awaited = counts[DeskFilter.TO_EXAMINE], counts[DeskFilter.AWAITING] - late
    tasks = [
        Task(
            late,
            ngettext(
                "pétition dont la décision du conseil est en retard",
                "pétitions dont la décision du conseil est en retard",
                late,
            ),
            link_to(LISTED, etat="awaiting"),
            is_urgent=True,
        ),
        Task(
            awaited,
            ngettext(
                "pétition attend la décision du conseil",
                "pétitions attendent la décision du conseil",
                awaited,
            ),
            link_to(LISTED, etat="awaiting"),
        ),
    ]
    return [*tasks, _to_examine(to_examine)] if may_examine else tasks


def examining_tasks(places: set[int], at: datetime) -> list[Task]:
    """Return what a moderator, who decides nothing else of petitions, has to look at."""
    return [_to_examine(count_desk(places, at=at)[DeskFilter.TO_EXAMINE])]


def _to_examine(count: int) -> Task:
    told = ngettext(
        "pétition à examiner avant de l’ouvrir", "pétitions à examiner avant de les ouvrir", count
    )
    return Task(count, told, link_to(LISTED), is_urgent=True)
