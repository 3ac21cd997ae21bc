"""What a person changes of her own account."""

from datetime import date
from typing import Any

import sqlalchemy as sa

from civic.accounts import queries, rules
from civic.accounts.errors import AddressUnknown, BirthDateRecorded, TooManyTokens
from civic.accounts.events import ResidencyDeclared, SignedOut
from civic.accounts.models import ApiToken, Person, SignIn
from civic.accounts.service.people import issue_api_token, set_residency
from civic.kernel.access import Actor
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.territories import queries as territories

MOST_TOKENS = 10


def update_profile(actor: Actor, *, changes: dict[str, Any]) -> None:
    """Change the actor's name, language or birth date: those of ``name``, ``language``, ``born_on`` that are given.

    Raises:
        NotSignedIn, BirthDateImpossible.
        BirthDateRecorded: an agent recorded the civil identity, hence the date.
    """
    with transaction():
        person = queries.get_person(actor.id)
        if "born_on" in changes:
            _set_birth(person, changes["born_on"])
        person.name = changes.get("name", person.name)
        person.language = changes.get("language", person.language)


def _set_birth(person: Person, born_on: date | None) -> None:
    if born_on == person.born_on:
        return
    if person.identity_digest is not None:
        raise BirthDateRecorded(fields={"born_on": [BirthDateRecorded.message]})
    rules.ensure_possible_birth(born_on, town_today())
    person.born_on = born_on


def declare_residency(actor: Actor, *, territory_id: int | None) -> None:
    """Say where the actor lives, or (None) that she does not live here. What an agent had verified is to be verified again.

    Raises:
        NotSignedIn, TerritoryNotFound.
    """
    now = utc_now()
    with transaction():
        person = queries.get_person(actor.id)
        present = person.residencies[0].territory_id if person.residencies else None
        if territory_id == present:
            return  # saying it again does not undo what an agent verified
        if territory_id is None:
            person.residencies.clear()
        else:
            set_residency(person_id=person.id, territory_id=territories.get_territory(territory_id).id)
        publish(ResidencyDeclared(occurred_at=now, person_id=person.id, territory_id=territory_id))


def choose_territory(
    *, address: str | None, address_point_id: int | None, territory_id: int | None, may_wait: bool = False
) -> int | None:
    """Return the neighbourhood that was meant: that of the address chosen, else the one chosen on the list, else None.

    Args:
        may_wait: it may be said later, so that an address that is not in the file keeps nobody out.

    Raises:
        AddressUnknown: an address was typed, and nothing was chosen.
    """
    if address_point_id is not None:
        point = territories.get_address_point(address_point_id)
        return point.neighbourhood_id or point.territory_id
    if territory_id is None and address and not (may_wait and not territories.suggest_addresses(address)):
        raise AddressUnknown(fields={"address": [AddressUnknown.message]})
    return territory_id


def make_api_token(actor: Actor, *, label: str) -> str:
    """Return a new token of the actor for the API: it is shown once, and only its keyed digest is kept.

    Raises:
        NotSignedIn.
        TooManyTokens: ten are in force.
    """
    with transaction():
        if len(queries.list_api_tokens(actor.id)) >= MOST_TOKENS:
            raise TooManyTokens(most=MOST_TOKENS)
        return issue_api_token(person_id=actor.id, label=label)


def revoke_api_token(actor: Actor, *, token_id: int) -> None:
    """Revoke one of the actor's tokens. One that is revoked, unknown or somebody else's changes nothing."""
    with transaction():
        db.session.execute(
            sa.update(ApiToken)
            .where(ApiToken.id == token_id, ApiToken.person_id == actor.id, ApiToken.revoked_at.is_(None))
            .values(revoked_at=utc_now())
        )


def end_session(actor: Actor, *, sign_in_id: int) -> None:
    """End one of the actor's sessions. One that is ended, unknown or somebody else's changes nothing."""
    now = utc_now()
    with transaction():
        one = sa.update(SignIn).where(
            SignIn.id == sign_in_id, SignIn.person_id == actor.id, SignIn.ended_at.is_(None)
        )
        if db.session.scalar(one.values(ended_at=now).returning(SignIn.id)) is not None:
            publish(SignedOut(occurred_at=now, person_id=actor.id, sign_in_ids=(sign_in_id,)))


def change_account(actor: Actor, *, changes: dict[str, Any]) -> None:
    """Change what is given of ``name``, ``language``, ``born_on`` and ``territory_id``: all of it, or nothing.

    Raises:
        As ``update_profile`` and ``declare_residency``.
    """
    with transaction():
        update_profile(actor, changes=changes)
        if "territory_id" in changes:
            declare_residency(actor, territory_id=changes["territory_id"])
