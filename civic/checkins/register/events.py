from dataclasses import dataclass

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class EntryFact(DomainEvent):
    """Something about a person of the register. Her account is not told: the journal is read by others."""

    entry_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class EntryAdded(EntryFact):
    """``mode`` is who asked."""

    mode: str


@dataclass(frozen=True, kw_only=True)
class EntryChanged(EntryFact):
    pass


@dataclass(frozen=True, kw_only=True)
class EntryLinked(EntryFact):
    """Her account was found: she can read there what the register says."""


@dataclass(frozen=True, kw_only=True)
class EntryUnlinked(EntryFact):
    """The account that could read the entry reads it no more: it was somebody else's."""


@dataclass(frozen=True, kw_only=True)
class EntrySeen(EntryFact):
    """Somebody read everything that the register says of a person. ``mode`` is for what: ``file``, ``letter`` or ``call``."""

    mode: str


@dataclass(frozen=True, kw_only=True)
class EntryAcknowledged(EntryFact):
    pass


@dataclass(frozen=True, kw_only=True)
class EntryChecked(EntryFact):
    pass


@dataclass(frozen=True, kw_only=True)
class EntryRemoved(EntryFact):
    """``reason`` is why: ``asked``, ``opposed``, ``moved``, ``died``, ``mistake``."""

    reason: str


@dataclass(frozen=True, kw_only=True)
class RegisterListed(DomainEvent):
    """Somebody of the town hall read the names of a page of the register."""

    territory_id: int
    actor_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class RegisterExported(DomainEvent):
    export_id: int
    territory_id: int
    actor_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class RegisterFileSeen(DomainEvent):
    file_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class RegisterImported(DomainEvent):
    file_id: int
    territory_id: int
    actor_id: int
    count: int
