from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class LimitsChanged(DomainEvent):
    """A volunteer said how she is reached, when and how often, or what she can do: she may be the one whom a search did not find."""

    person_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class CharterAccepted(DomainEvent):
    person_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class SkillListChanged(DomainEvent):
    territory_id: int
    actor_id: int
