from dataclasses import dataclass
from enum import StrEnum

from civic.kernel.events import DomainEvent


class IdentityChange(StrEnum):
    TEXTS_AND_COLOURS = "texts_and_colours"
    ORIGINAL_COLOURS = "original_colours"
    ARMS = "arms"
    NO_ARMS = "no_arms"


@dataclass(frozen=True, kw_only=True)
class TownIdentityChanged(DomainEvent):
    territory_id: int
    actor_id: int
    change: IdentityChange
