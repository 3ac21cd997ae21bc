"""Somebody who leaves takes everything personal with her (I15)."""

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts import queries
from civic.accounts.errors import LastAdmin, WrongPassword
from civic.accounts.models import Person, ResidencyProof, Role
from civic.accounts.service import (
    credentials,
    desk,
    erasure,
    organisations,
    own_account,
    own_data,
    people,
    sign_up,
)
from civic.accounts.service.desk import CivilIdentity
from civic.accounts.service.sign_in import open_session, sign_in
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from tests.conftest import actor_of, add_person, add_town

PASSWORD = "une petite phrase sans histoire"
EMAIL = "zoe.marqueur@example.org"
MARKS = ("Zoé Marqueur", EMAIL, "Appareil Marqueur", "Jeton Marqueur")

CREDITS = {"residency.verified_by_id", "role_grant.granted_by_id"}
"""Who did it at the town hall: an act of office, which stays, under the name « Compte supprimé »."""


def add_zoe(town: int, place: int) -> int:
    """Make somebody who has a row in every table of the accounts."""
    with transaction():
        zoe = people.create_person(name="Zoé Marqueur", email=EMAIL, password=PASSWORD)
        people.set_residency(person_id=zoe, territory_id=place)
        people.assign_role(person_id=zoe, role=Role.MODERATOR, territory_id=town)
        db.session.get_one(Person, zoe).phone = "06 00 00 00 00"
    open_session(person_id=zoe, device="Appareil Marqueur")
    actor = actor_of(zoe)
    own_account.make_api_token(actor, label="Jeton Marqueur")
    credentials.issue_password_reset(email=EMAIL, language="fr")
    credentials.request_email_change(actor, email="zoe.nouvelle@example.org", present_password=PASSWORD)
    organisation = people.add_organisation(
        name="Les Jardins", territory_id=town, member_ids=[zoe], is_verified=True
    )
    other = people.add_organisation(
        name="Les Vélos", territory_id=town, member_ids=[add_person()], is_verified=True
    )
    member = actor_of(queries.list_members(other)[0].id)
    organisations.invite_member(member, organisation_id=other, email=EMAIL)
    agent = actor_of(add_person("Inès", roles=((Role.AGENT, town),)))
    desk.record_identity(
        agent,
        person_id=zoe,
        identity=CivilIdentity("Marqueur", "Zoé", utc_now().date().replace(year=1980), "Nantes"),
    )
    desk.verify_residency(agent, person_id=zoe, proof=ResidencyProof.RENT_RECEIPT)
    assert organisation in actor_of(zoe).organisation_ids
    return zoe


def references_to_persons() -> list[sa.Column[int]]:
    return [
        column
        for table in db.metadata.sorted_tables
        for column in table.columns
        if any(key.target_fullname == "person.id" for key in column.foreign_keys)
    ]


def rows_of(person_id: int) -> dict[str, int]:
    db.session.rollback()
    counted = {
        f"{column.table.name}.{column.name}": db.session.scalar(
            sa.select(sa.func.count()).select_from(column.table).where(column == person_id)
        )
        for column in references_to_persons()
    }
    return {name: count for name, count in counted.items() if count}


def all_texts() -> str:
    """Everything that is written anywhere in the database, but for mail on its way out."""
    db.session.rollback()
    skipped = {"outbox_message", "demo_mail"}
    return "\n".join(
        str(tuple(row))
        for table in db.metadata.sorted_tables
        if table.name not in skipped
        for row in db.session.execute(sa.select(table))
    )


def test_somebody_who_deletes_her_account_leaves_nothing_personal(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    zoe = add_zoe(town, place)
    before = rows_of(zoe)
    assert {"sign_in.person_id", "api_token.person_id", "mailed_token.person_id"} <= set(before)
    assert {"residency.person_id", "role_grant.person_id", "membership.person_id"} <= set(before)

    erasure.delete_account(actor_of(zoe), present_password=PASSWORD)

    left = {name for name in rows_of(zoe) if not name.startswith("audit_")} - CREDITS
    assert left == set()
    gone = queries.get_person(zoe)
    assert (gone.name, gone.email, gone.phone, gone.born_on) == ("Compte supprimé", None, None, None)
    assert (gone.password_hash, gone.identity_digest, gone.residencies) == (None, None, [])
    written = all_texts()
    assert [mark for mark in MARKS if mark in written] == []
    assert not actor_of(zoe).is_signed_in


def test_a_wrong_password_deletes_nothing(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    zoe = add_zoe(town, place)
    before = rows_of(zoe)

    with pytest.raises(WrongPassword):
        erasure.delete_account(actor_of(zoe), present_password="une autre phrase")

    assert rows_of(zoe) == before
    assert queries.get_person(zoe).email == EMAIL


def test_the_last_administrator_may_not_delete_her_account(app_context: Flask) -> None:
    town, _ = add_town()
    ida = people.create_person(name="Ida", email="ida@example.org", password=PASSWORD)
    people.assign_role(person_id=ida, role=Role.ADMIN, territory_id=town)

    with pytest.raises(LastAdmin):
        erasure.delete_account(actor_of(ida), present_password=PASSWORD)

    assert queries.get_person(ida).email == "ida@example.org"
    assert actor_of(ida).has_role(Role.ADMIN, town)


def test_somebody_takes_a_copy_of_all_that_is_held_about_her(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    zoe = add_zoe(town, place)

    held = own_data.get_own_data(actor_of(zoe))["account"]

    assert (held["email"], held["phone"]) == (EMAIL, "06 00 00 00 00")
    assert held["residencies"][0]["status"] == "verified"
    assert held["roles"][0]["role"] == "moderator"
    assert held["organisations"] == ["Les Jardins"]
    assert "argon2" not in str(held)


def test_the_address_of_a_deleted_account_can_sign_up_again(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    zoe = add_zoe(town, place)
    erasure.delete_account(actor_of(zoe), present_password=PASSWORD)

    sign_up.sign_up(sign_up.Newcomer("Zoé", EMAIL), password=PASSWORD)

    assert queries.find_person_by_email(EMAIL) is not None
    with pytest.raises(Exception, match="convient pas"):
        sign_in(email=EMAIL, password=PASSWORD, device="")
