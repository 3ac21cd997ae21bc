"""Who acts is read whole, in one statement, by whatever she shows."""

from datetime import timedelta

import pytest
from flask import Flask

from civic.accounts import queries
from civic.accounts.models import MemberRight, Membership, Organisation, Role
from civic.accounts.service import people
from civic.accounts.service.sign_in import open_session, sign_out
from civic.kernel.access import ANONYMOUS, Channel
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from tests.conftest import add_person, add_town, sign_in
from tests.statements import statements_of


def add_member(person_id: int, town: int, name: str, right: MemberRight, *, is_verified: bool = True) -> int:
    now = utc_now()
    with transaction():
        organisation = Organisation(
            name=name, territory_id=town, created_at=now, verified_at=now if is_verified else None
        )
        db.session.add(organisation)
        db.session.flush()
        member = Membership(organisation_id=organisation.id, person_id=person_id, right=right, created_at=now)
        db.session.add(member)
        return organisation.id


def test_roles_associations_and_home_are_read_in_one_statement_by_token_by_session_and_by_id(
    app_context: Flask,
) -> None:
    town, (place, other) = add_town(2)
    rose = add_person("Rose", lives_in=place, roles=((Role.AGENT, town), (Role.MODERATOR, other)))
    choir = add_member(rose, town, "La chorale", MemberRight.ORGANISER)
    add_member(rose, town, "Le club", MemberRight.READER)
    add_member(rose, town, "Les jeunes", MemberRight.OWNER, is_verified=False)
    token, session = people.issue_api_token(person_id=rose), open_session(person_id=rose, device="")
    db.session.remove()

    with statements_of(db.engine) as seen:
        actor = queries.find_actor_by_api_token(token)
        found = queries.find_actor_by_sign_in(session, utc_now())
        known = queries.get_actor(rose, Channel.SMS)

    assert len([statement for statement in seen if statement != "BEGIN"]) == 3
    assert found is not None
    assert actor == found[1] == known
    assert (actor.person_id, actor.channel, known.channel) == (rose, Channel.API, Channel.SMS)
    assert actor.grants == {
        ("agent", town),
        ("agent", place),
        ("agent", other),
        ("moderator", other),
    }
    assert actor.organisation_ids == {choir}
    assert actor.residence_ids == {place, town}


def test_who_has_no_role_no_association_and_no_home_is_somebody_all_the_same(app_context: Flask) -> None:
    ada = add_person("Ada")

    actor = queries.find_actor_by_api_token(people.issue_api_token(person_id=ada))

    assert actor.person_id == ada
    assert (actor.grants, actor.organisation_ids, actor.residence_ids) == (set(), set(), set())


def test_a_session_that_ended_or_is_over_and_a_closed_account_are_nobody(app_context: Flask) -> None:
    ada = add_person("Ada")
    ended, kept = open_session(person_id=ada, device=""), open_session(person_id=ada, device="")
    token = people.issue_api_token(person_id=ada)
    sign_out(token=ended)

    assert queries.find_actor_by_sign_in(ended, utc_now()) is None
    assert queries.find_actor_by_sign_in(kept, utc_now()) is not None
    assert queries.find_actor_by_sign_in(kept, utc_now() + timedelta(days=400)) is None
    assert queries.find_actor_by_api_token("another") == ANONYMOUS
    with transaction():
        queries.get_person(ada).deactivated_at = utc_now()
    assert queries.find_actor_by_sign_in(kept, utc_now()) is None
    assert queries.find_actor_by_api_token(token) == queries.get_actor(ada) == ANONYMOUS


def test_a_page_of_who_is_signed_in_reads_who_she_is_once(
    app: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    with app.app_context():
        ada = add_person("Ada")
        engine = db.engine
    browser = sign_in(app, ada)
    browser.get("/")

    with statements_of(engine) as seen:
        assert browser.get("/").status_code == 200

    assert sum("sign_in" in statement for statement in seen) == 1
    assert sum("role_grant" in statement for statement in seen) == 1
