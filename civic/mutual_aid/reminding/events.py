from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class ReminderHourChanged(DomainEvent):
    territory_id: int
    actor_id: int
    hour: int
