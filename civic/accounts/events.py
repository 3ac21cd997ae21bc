from dataclasses import dataclass, field

from civic.kernel.events import DomainEvent


@dataclass(frozen=True, kw_only=True)
class PersonSignedUp(DomainEvent):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class EmailConfirmed(DomainEvent):
    person_id: int


@dataclass(frozen=True, kw_only=True)
class SignedOut(DomainEvent):
    """Sockets opened under these sessions are to be closed."""

    person_id: int
    sign_in_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class RolesChanged(DomainEvent):
    actor_id: int | None
    person_id: int
    territory_id: int
    role: str
    is_granted: bool


@dataclass(frozen=True, kw_only=True)
class PersonDeactivated(DomainEvent):
    actor_id: int
    person_id: int
    sign_in_ids: tuple[int, ...]


@dataclass(frozen=True, kw_only=True)
class PersonErased(DomainEvent):
    """The account was deleted: what others keep of the person is to be removed or unsigned (see ``personal_data``)."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonReactivated(DomainEvent):
    actor_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class PersonRegistered(DomainEvent):
    """An agent wrote down somebody who is never online."""

    actor_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class MailedTokenIssued(DomainEvent):
    """A mail is owed with a link that works once; ``rules.mailed_path(purpose, token, next_path)`` is its path.

    ``token`` is a secret: it goes in that mail and nowhere else, neither in a log nor in the audit.
    """

    person_id: int
    email: str = field(repr=False, metadata={"is_secret": True})
    purpose: str
    token: str = field(repr=False, metadata={"is_secret": True})
    language: str
    next_path: str = "/"


@dataclass(frozen=True, kw_only=True)
class SignUpRepeated(DomainEvent):
    """Somebody signed up with the address of an account: its owner is told by mail, the visitor is not."""

    email: str = field(repr=False, metadata={"is_secret": True})
    language: str


@dataclass(frozen=True, kw_only=True)
class PasswordChanged(DomainEvent):
    """The owner is to be told by mail, in case it was not she."""

    person_id: int


@dataclass(frozen=True, kw_only=True)
class EmailChanged(DomainEvent):
    """``former_email`` is to be told, in case it was not its owner."""

    person_id: int
    former_email: str = field(repr=False, metadata={"is_secret": True})
    language: str


@dataclass(frozen=True, kw_only=True)
class ResidencyDeclared(DomainEvent):
    person_id: int
    territory_id: int | None


@dataclass(frozen=True, kw_only=True)
class ResidencyWritten(DomainEvent):
    """Where a person lives was written down, whoever said it."""

    person_id: int
    territory_id: int


@dataclass(frozen=True, kw_only=True)
class ResidencyVerified(DomainEvent):
    actor_id: int
    person_id: int
    territory_id: int
    proof: str


@dataclass(frozen=True, kw_only=True)
class IdentityRecorded(DomainEvent):
    actor_id: int
    person_id: int


@dataclass(frozen=True, kw_only=True)
class OrganisationRequested(DomainEvent):
    """An association waits to be verified by an agent of the territory."""

    organisation_id: int
    territory_id: int
    actor_id: int


@dataclass(frozen=True, kw_only=True)
class OrganisationVerified(DomainEvent):
    actor_id: int
    organisation_id: int


@dataclass(frozen=True, kw_only=True)
class OrganisationRefused(DomainEvent):
    actor_id: int
    organisation_id: int


@dataclass(frozen=True, kw_only=True)
class MembershipChanged(DomainEvent):
    actor_id: int
    person_id: int
    organisation_id: int
    is_member: bool


@dataclass(frozen=True, kw_only=True)
class MemberRightChanged(DomainEvent):
    """``role`` is owner, organiser or reader."""

    actor_id: int
    person_id: int
    organisation_id: int
    role: str
