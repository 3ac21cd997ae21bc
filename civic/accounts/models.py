from datetime import date, datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.orm import Mapped, mapped_column, relationship, validates

from civic.kernel.database import Model, enum_type
from civic.kernel.editing import Edited
from civic.kernel.sealing import Sealed
from civic.kernel.text import fold


class Role(StrEnum):
    COUNCILLOR = "councillor"
    AGENT = "agent"
    MODERATOR = "moderator"
    SAFEGUARDING = "safeguarding"
    REGISTER_KEEPER = "register_keeper"
    ADMIN = "admin"


class ResidencyStatus(StrEnum):
    DECLARED = "declared"
    VERIFIED = "verified"


class MemberRight(StrEnum):
    """What a member of an association may do: everything, speak and organise in its name, or read who is expected."""

    OWNER = "owner"
    ORGANISER = "organiser"
    READER = "reader"


class TokenPurpose(StrEnum):
    CONFIRM_EMAIL = "confirm_email"
    RESET_PASSWORD = "reset_password"
    CHANGE_EMAIL = "change_email"


class ResidencyProof(StrEnum):
    """What an agent saw before writing that somebody lives where she says."""

    UTILITY_BILL = "utility_bill"
    RENT_RECEIPT = "rent_receipt"
    TAX_NOTICE = "tax_notice"
    HOST_STATEMENT = "host_statement"
    TOWN_REGISTER = "town_register"


class Person(Model):
    """Somebody: one identity, whether she signs in, telephones, or writes on paper.

    ``identity_digest`` is the keyed hash of the civil identity, where an agent recorded it; ``email`` is None for somebody who
    is never online. ``name`` is what others read.
    """

    __tablename__ = "person"

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    folded_name: Mapped[str] = mapped_column(default="", index=True)
    email: Mapped[str | None] = mapped_column(unique=True)
    email_confirmed_at: Mapped[datetime | None]
    password_hash: Mapped[str | None]
    phone: Mapped[str | None] = mapped_column(Sealed("person.phone"))
    born_on: Mapped[date | None]
    identity_digest: Mapped[str | None] = mapped_column(unique=True)
    language: Mapped[str] = mapped_column(default="fr")
    created_at: Mapped[datetime]
    deactivated_at: Mapped[datetime | None]

    residencies: Mapped[list["Residency"]] = relationship(
        cascade="all, delete-orphan", order_by="Residency.id", foreign_keys="Residency.person_id"
    )

    @validates("name")
    def _fold_name(self, key: str, name: str) -> str:
        self.folded_name = fold(name)  # what the desk searches: « Léa » is found by « lea »
        return name


class Residency(Model):
    """A person's link to the neighbourhood (or commune) where she lives."""

    __tablename__ = "residency"
    __table_args__ = (sa.UniqueConstraint("person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"), index=True)
    status: Mapped[ResidencyStatus] = mapped_column(enum_type(ResidencyStatus))
    declared_at: Mapped[datetime]
    verified_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))
    verified_at: Mapped[datetime | None]
    proof: Mapped[ResidencyProof | None] = mapped_column(enum_type(ResidencyProof))


class RoleGrant(Model):
    __tablename__ = "role_grant"
    __table_args__ = (sa.UniqueConstraint("person_id", "role", "territory_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"))
    role: Mapped[Role] = mapped_column(enum_type(Role))
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    granted_at: Mapped[datetime]
    granted_by_id: Mapped[int | None] = mapped_column(sa.ForeignKey("person.id", ondelete="SET NULL"))


class Organisation(Edited, Model):
    """An association. ``verified_at`` is set by an agent of the town hall, and shown from that state alone."""

    __tablename__ = "organisation"
    WRITTEN = ("name", "description")

    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str]
    description: Mapped[str] = mapped_column(default="")
    registration_number: Mapped[str | None] = mapped_column(unique=True)
    territory_id: Mapped[int] = mapped_column(sa.ForeignKey("territory.id"))
    created_at: Mapped[datetime]
    verified_at: Mapped[datetime | None]


class Membership(Model):
    """A person of an organisation, and whether she keeps it, speaks for it, or only reads."""

    __tablename__ = "membership"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "person_id"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    right: Mapped[MemberRight] = mapped_column(
        enum_type(MemberRight, is_checked=False),
        default=MemberRight.OWNER,
        server_default=MemberRight.OWNER.value,
    )
    created_at: Mapped[datetime]


class MembershipInvitation(Model):
    """An association asks whoever has this address to be a member. Kept by address, so that asking tells nobody who has an account."""

    __tablename__ = "membership_invitation"
    __table_args__ = (sa.UniqueConstraint("organisation_id", "email"),)

    id: Mapped[int] = mapped_column(primary_key=True)
    organisation_id: Mapped[int] = mapped_column(sa.ForeignKey("organisation.id", ondelete="CASCADE"))
    email: Mapped[str] = mapped_column(index=True)
    created_at: Mapped[datetime]


class SignIn(Model):
    """One open session of one browser. Ending it (here, or everywhere) signs out its pages and its sockets at once."""

    __tablename__ = "sign_in"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    device: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]


class ApiToken(Model):
    __tablename__ = "api_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    label: Mapped[str] = mapped_column(default="")
    created_at: Mapped[datetime]
    revoked_at: Mapped[datetime | None]


class MailedToken(Model):
    """A one-time secret sent by mail: it confirms an address, or lets a password be chosen anew.

    ``password_hash`` is of the password chosen in the very sign-up that this token confirms: whoever signed up earlier with an
    address that is not hers gains nothing when its owner confirms. ``email`` is the address that is to replace the present one.
    """

    __tablename__ = "mailed_token"

    id: Mapped[int] = mapped_column(primary_key=True)
    token_digest: Mapped[str] = mapped_column(unique=True)
    purpose: Mapped[TokenPurpose] = mapped_column(enum_type(TokenPurpose))
    person_id: Mapped[int] = mapped_column(sa.ForeignKey("person.id", ondelete="CASCADE"), index=True)
    created_at: Mapped[datetime]
    password_hash: Mapped[str | None]
    email: Mapped[str | None]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]
