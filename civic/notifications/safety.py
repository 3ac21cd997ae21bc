"""Who is told of a worry about somebody's safety, and of a suspension: never what was written, nor by whom."""

from typing import Any

from civic.accounts import queries as accounts
from civic.accounts.models import Role
from civic.kernel.events import within_transaction
from civic.notifications.rules import Kind
from civic.notifications.service import notify, notify_all
from civic.safeguarding.events import (
    ConcernClosedFact,
    ConcernRaised,
    SuspensionLifted,
    VolunteerSuspendedFact,
)
from civic.safeguarding.queries import get_concern

LIMITS_PATH = "/entraide/mes-disponibilites"


@within_transaction(ConcernRaised)
def tell_officers(fact: ConcernRaised) -> None:
    """Somebody whom it is about is not told, were she an officer; when nobody is left to read it, the administrators are asked to name one."""
    about = get_concern(fact.concern_id).about_id
    officers = set(accounts.list_person_ids_with_role(Role.SAFEGUARDING, fact.territory_id)) - {about}
    told: dict[str, Any] = {"params": {}, "now": fact.occurred_at}
    if officers:
        notify_all(
            officers,
            kind=Kind.CONCERN_RAISED,
            key=f"concern:{fact.concern_id}",
            path=f"/entraide/alertes/{fact.concern_id}",
            **told,
        )
        return
    notify_all(
        set(accounts.list_person_ids_with_role(Role.ADMIN, fact.territory_id)) - {about},
        kind=Kind.CONCERN_WITHOUT_OFFICER,
        key=f"concern_without_officer:{fact.concern_id}",
        path="/bureau/personnes",
        **told,
    )


@within_transaction(ConcernClosedFact)
def thank_whoever_told(fact: ConcernClosedFact) -> None:
    if fact.told_by_id is not None:
        notify(
            fact.told_by_id,
            kind=Kind.CONCERN_LOOKED_INTO,
            key=f"concern_closed:{fact.concern_id}",
            params={},
            path="/entraide/mon-entraide",
            now=fact.occurred_at,
        )


@within_transaction(VolunteerSuspendedFact)
def tell_suspended(fact: VolunteerSuspendedFact) -> None:
    _tell(fact, Kind.VOLUNTEER_SUSPENDED)


@within_transaction(SuspensionLifted)
def tell_lifted(fact: SuspensionLifted) -> None:
    _tell(fact, Kind.SUSPENSION_LIFTED)


def _tell(fact: VolunteerSuspendedFact | SuspensionLifted, kind: Kind) -> None:
    notify(
        fact.person_id,
        kind=kind,
        key=f"{kind.value}:{fact.occurred_at.isoformat()}",
        params={},
        path=LIMITS_PATH,
        now=fact.occurred_at,
    )
