from typing import Any

from civic.kernel.clock import utc_now
from civic.kernel.events import within_transaction
from civic.kernel.outbox import delivers
from civic.matching.events import MatchCreated
from civic.matching.reminding import service
from civic.mutual_aid.reminding.events import ReminderHourChanged


@within_transaction(MatchCreated)
def owe_timers(fact: MatchCreated) -> None:
    service.owe_timers(match_id=fact.match_id, now=fact.occurred_at)


@within_transaction(ReminderHourChanged)
def owe_again(fact: ReminderHourChanged) -> None:
    service.owe_again(town_id=fact.territory_id, now=fact.occurred_at)


@delivers(service.TIMER)
def remind(payload: dict[str, Any]) -> None:
    service.remind(match_id=payload["match_id"], now=utc_now())


@delivers(service.CALL)
def have_called(payload: dict[str, Any]) -> None:
    service.have_called(match_id=payload["match_id"], now=utc_now())
