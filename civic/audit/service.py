"""The journal is written by the facts themselves (see ``subscribers``); nothing changes it, and administrators read it."""

from civic.audit import queries
from civic.audit.access import AuditAction
from civic.audit.queries import JournalLine
from civic.kernel.access import Actor, require
from civic.kernel.pagination import Page
from civic.territories import queries as territories


def read_journal(
    actor: Actor, *, fact: str | None = None, actor_id: int | None = None, number: int = 1
) -> Page[JournalLine]:
    """Read one page of the journal, newest first.

    Raises:
        NotSignedIn, NotAllowed: the actor does not administer the commune.
    """
    town = territories.find_town()
    require(actor, AuditAction.READ_JOURNAL, town.id if town else None)
    return queries.list_lines(fact=fact, actor_id=actor_id, number=number)
