from dataclasses import dataclass, field

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class OffersImported(DomainEvent):
    import_id: int
    territory_id: int
    actor_id: int
    count: int


@dataclass(frozen=True, kw_only=True)
class ImportSeen(DomainEvent):
    """Somebody of the town hall read the lines of a file, names and addresses included."""

    import_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class ConfirmationAsked(DomainEvent):
    """Somebody is asked by mail whether her offer may be online. The address and the token are never written in the journal."""

    imported_id: int
    email: str = field(metadata={"is_secret": True})
    token: str = field(metadata={"is_secret": True})


@dataclass(frozen=True, kw_only=True)
class ImportedOfferAnswered(DomainEvent):
    """``actor_id`` is the agent to whom she answered by telephone; None when she did by the link. ``decision``: confirmed or refused."""

    imported_id: int
    actor_id: int | None
    decision: str
