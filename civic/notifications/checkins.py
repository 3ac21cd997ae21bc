"""Who is told of the register and of its calls. No sentence names anybody who is in it: a mail is read over a shoulder."""

from typing import Any

from civic.accounts import queries as accounts
from civic.accounts.models import Role
from civic.checkins.campaigns.events import CallAnswered, CallersAsked, CallsLeft, CampaignClosed
from civic.checkins.campaigns.queries import keeper_ids
from civic.checkins.campaigns.rules import CallState
from civic.checkins.register.events import EntryLinked, EntryUnlinked
from civic.checkins.register.queries import get_entry
from civic.kernel.events import within_transaction
from civic.notifications.rules import Kind
from civic.notifications.service import notify, notify_all

CALLING_PATH = "/appels-de-veille"
TOLD = {CallState.ALARM.value: Kind.CHECKIN_ALARM, CallState.UNREACHED.value: Kind.CHECKIN_UNREACHED}


@within_transaction(CallAnswered)
def tell_keepers(fact: CallAnswered) -> None:
    """An alarm is told at once, by mail too, whatever its reader refuses; without anybody named for the register, to the administrators."""
    kind = TOLD.get(fact.state)
    if kind is None:
        return
    keepers = keeper_ids(fact.territory_id)
    notify_all(
        keepers or accounts.list_person_ids_with_role(Role.ADMIN, fact.territory_id),
        kind=kind,
        key=f"{kind.value}:{fact.call_id}:{fact.occurred_at.isoformat()}",
        params={},
        path=f"/bureau/registre/appels/{fact.call_id}" if keepers else "/bureau/personnes",
        now=fact.occurred_at,
    )


@within_transaction(CallsLeft)
def tell_what_a_round_left(fact: CallsLeft) -> None:
    """One line for a round, however many people it left: each of them is on the page of the campaign."""
    keepers = keeper_ids(fact.territory_id)
    notify_all(
        keepers or accounts.list_person_ids_with_role(Role.ADMIN, fact.territory_id),
        kind=Kind.CHECKIN_ROUND_OVER,
        key=f"checkin_round:{fact.campaign_id}:{fact.round}",
        params={"unreached": fact.unreached, "missed": fact.missed},
        path=f"/bureau/registre/campagnes/{fact.campaign_id}" if keepers else "/bureau/personnes",
        now=fact.occurred_at,
    )


@within_transaction(CallersAsked)
def ask_callers(fact: CallersAsked) -> None:
    notify_all(
        fact.person_ids,
        kind=Kind.CHECKIN_CALLS_OFFERED,
        key=f"checkin_calls:{fact.campaign_id}",
        params={},
        path=CALLING_PATH,
        now=fact.occurred_at,
    )


@within_transaction(CampaignClosed)
def thank_callers(fact: CampaignClosed) -> None:
    told: dict[str, Any] = {"params": {}, "path": CALLING_PATH, "now": fact.occurred_at}
    notify_all(fact.caller_ids, kind=Kind.CHECKIN_CALLS_OVER, key=f"checkin_over:{fact.campaign_id}", **told)


@within_transaction(EntryLinked)
def tell_registered(fact: EntryLinked) -> None:
    person_id = get_entry(fact.entry_id).person_id
    if person_id is not None:
        notify(
            person_id,
            kind=Kind.REGISTER_ENTERED,
            key=f"register:{fact.entry_id}",
            params={},
            path="/registre-nominatif/ma-fiche",
            now=fact.occurred_at,
        )


@within_transaction(EntryUnlinked)
def tell_unlinked(fact: EntryUnlinked) -> None:
    """Of the entry nothing is said: it may be somebody else's."""
    person_id = get_entry(fact.entry_id).person_id
    if person_id is not None:
        notify(
            person_id,
            kind=Kind.REGISTER_UNLINKED,
            key=f"register_unlinked:{fact.entry_id}:{fact.occurred_at.isoformat()}",
            params={},
            path="/registre-nominatif",
            now=fact.occurred_at,
        )
