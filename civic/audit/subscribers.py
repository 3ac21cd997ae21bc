"""Every fact is written in the journal, in the transaction that states it, but one that would tell its readers a total that a phase hides."""

import sqlalchemy as sa

from civic.audit.models import AuditEntry
from civic.audit.rules import subjects_of
from civic.kernel.events import DomainEvent, within_transaction
from civic.kernel.rows import write_rows


@within_transaction(DomainEvent)
def write_entry(fact: DomainEvent) -> None:
    if getattr(fact, "tells_hidden_total", False):
        return
    entry = {
        "occurred_at": fact.occurred_at,
        "actor_id": getattr(fact, "actor_id", None),
        "fact": type(fact).__name__,
        "subjects": subjects_of(fact),
    }
    write_rows(AuditEntry, [entry])


@sa.event.listens_for(AuditEntry, "before_update")
@sa.event.listens_for(AuditEntry, "before_delete")
def refuse_change(mapper: object, connection: object, entry: AuditEntry) -> None:
    raise RuntimeError("The journal is only ever added to.")
