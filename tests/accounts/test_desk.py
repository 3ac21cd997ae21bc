"""The people's desk: who may do what about whom."""

from datetime import date

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts import queries
from civic.accounts.errors import (
    AccountErased,
    AlreadyDeactivated,
    BirthDateImpossible,
    BirthDateRecorded,
    IdentityTaken,
    LastAdmin,
    NoResidency,
    OwnResidency,
)
from civic.accounts.models import Person, ResidencyProof, ResidencyStatus, Role
from civic.accounts.service import desk, erasure, own_account, people, roles
from civic.accounts.service.desk import CivilIdentity
from civic.accounts.service.sign_in import open_session
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from tests.conftest import actor_of, add_person, add_town, bearer, post_form, sign_in

RENEE = CivilIdentity("Tessier-Moreau", "Renée Jeanne", date(1938, 2, 28), "Angers")
PASSWORD = "une petite phrase sans histoire"


@pytest.fixture
def town(app_context: Flask) -> int:
    return add_town()[0]


def staff(town: int, role: Role = Role.AGENT, name: str = "Inès") -> int:
    return add_person(name, roles=((role, town),))


def count_people() -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(Person)) or 0


def test_one_person_is_one_identity_however_it_is_typed(town: int) -> None:
    agent = actor_of(staff(town))
    renee = desk.register_person(agent, name="Mme Tessier", identity=RENEE, phone="02 00 00 00 00")
    before = count_people()
    same = CivilIdentity("TESSIER MOREAU", "renee  jeanne", date(1938, 2, 28), "ANGERS")

    with pytest.raises(IdentityTaken):
        desk.register_person(agent, name="R. Tessier", identity=same)
    online = add_person("Renée T.")
    with pytest.raises(IdentityTaken):
        desk.record_identity(agent, person_id=online, identity=same)

    assert count_people() == before + 1
    assert queries.get_person(online).identity_digest is None
    known = desk.find_person_of_identity(agent, same)
    assert known is not None
    assert known.id == renee


def test_an_impossible_birth_is_refused_and_nobody_is_registered(town: int) -> None:
    agent = actor_of(staff(town))
    before = count_people()

    for born_on in (date(1850, 1, 1), date(2190, 1, 1)):
        with pytest.raises(BirthDateImpossible):
            desk.register_person(agent, name="X", identity=CivilIdentity("A", "B", born_on, "C"))

    assert count_people() == before


def test_a_resident_sees_nobody_and_registers_nobody(town: int) -> None:
    rose = actor_of(add_person("Rose", lives_in=town))
    before = count_people()

    with pytest.raises(NotAllowed):
        desk.search_people(rose, text="a")
    with pytest.raises(NotAllowed):
        desk.see_person(rose, person_id=rose.id)
    with pytest.raises(NotAllowed):
        desk.register_person(rose, name="X", identity=RENEE)
    with pytest.raises(NotAllowed):
        desk.deactivate_person(rose, person_id=rose.id)

    assert count_people() == before


def test_people_are_found_by_part_of_a_name_without_accents_or_by_address(town: int) -> None:
    agent = actor_of(staff(town))
    lea = add_person("Léa Hervé")

    assert [one.id for one in desk.search_people(agent, text="herve lea").items] == [lea]
    email = queries.get_person(lea).email or ""
    assert [one.id for one in desk.search_people(agent, text=email).items] == [lea]
    assert desk.search_people(agent, text="%").total == desk.search_people(agent).total


def test_an_agent_verifies_a_home_and_moving_undoes_it(town: int) -> None:
    agent = staff(town)
    place, elsewhere = (one.id for one in queries_of(town)[:2])
    rose = add_person("Rose")
    own_account.declare_residency(actor_of(rose), territory_id=place)

    desk.verify_residency(actor_of(agent), person_id=rose, proof=ResidencyProof.TAX_NOTICE)
    home = queries.get_person(rose).residencies[0]
    assert (home.status, home.verified_by_id) == (ResidencyStatus.VERIFIED, agent)

    own_account.declare_residency(actor_of(rose), territory_id=place)
    assert queries.get_person(rose).residencies[0].status is ResidencyStatus.VERIFIED
    own_account.declare_residency(actor_of(rose), territory_id=elsewhere)
    home = queries.get_person(rose).residencies[0]
    assert (home.status, home.verified_by_id, home.proof) == (ResidencyStatus.DECLARED, None, None)


def queries_of(town: int):  # type: ignore[no-untyped-def]
    from civic.territories.queries import list_neighbourhoods

    return list_neighbourhoods(town)


def test_an_agent_verifies_neither_her_own_home_nor_one_that_is_not_said(town: int) -> None:
    agent = staff(town)
    people.set_residency(person_id=agent, territory_id=town)
    nowhere = add_person("Sans domicile")

    with pytest.raises(OwnResidency):
        desk.verify_residency(actor_of(agent), person_id=agent, proof=ResidencyProof.TAX_NOTICE)
    with pytest.raises(NoResidency):
        desk.verify_residency(actor_of(agent), person_id=nowhere, proof=ResidencyProof.TAX_NOTICE)

    assert queries.get_person(agent).residencies[0].status is ResidencyStatus.DECLARED


def test_a_recorded_birth_date_is_no_longer_hers_to_change(town: int) -> None:
    rose = add_person("Rose")
    desk.record_identity(actor_of(staff(town)), person_id=rose, identity=RENEE)

    with pytest.raises(BirthDateRecorded):
        own_account.update_profile(actor_of(rose), changes={"name": "Rosa", "born_on": date(2001, 1, 1)})

    person = queries.get_person(rose)
    assert (person.name, person.born_on) == ("Rose", RENEE.born_on)


def test_a_role_is_given_and_taken_back_by_an_administrator_alone(town: int) -> None:
    admin, agent, rose = staff(town, Role.ADMIN), staff(town), add_person("Rose")
    with pytest.raises(NotAllowed):
        people.grant_role(actor_of(agent), person_id=agent, role=Role.ADMIN, territory_id=town)
    assert not actor_of(agent).has_role(Role.ADMIN)

    people.grant_role(actor_of(admin), person_id=rose, role=Role.AGENT, territory_id=town)
    assert actor_of(rose).has_role(Role.AGENT, queries_of(town)[0].id)
    with pytest.raises(NotAllowed):
        roles.withdraw_role(actor_of(agent), person_id=rose, role=Role.AGENT, territory_id=town)
    roles.withdraw_role(actor_of(admin), person_id=rose, role=Role.AGENT, territory_id=town)
    assert not actor_of(rose).has_role(Role.AGENT)


def test_the_last_administrator_stays_one_and_stays_active(town: int) -> None:
    admin = staff(town, Role.ADMIN)
    with pytest.raises(LastAdmin):
        roles.withdraw_role(actor_of(admin), person_id=admin, role=Role.ADMIN, territory_id=town)
    with pytest.raises(LastAdmin):
        desk.deactivate_person(actor_of(admin), person_id=admin)
    assert actor_of(admin).has_role(Role.ADMIN, town)

    second = staff(town, Role.ADMIN)
    roles.withdraw_role(actor_of(second), person_id=admin, role=Role.ADMIN, territory_id=town)
    assert not actor_of(admin).has_role(Role.ADMIN)


def test_a_deactivated_account_is_out_at_once_and_may_come_back(town: int) -> None:
    admin, rose = staff(town, Role.ADMIN), add_person("Rose")
    session, token = open_session(person_id=rose, device=""), people.issue_api_token(person_id=rose)

    desk.deactivate_person(actor_of(admin), person_id=rose)
    assert not actor_of(rose).is_signed_in
    assert queries.find_sign_in(session, utc_now()) is None
    assert not queries.find_actor_by_api_token(token).is_signed_in
    with pytest.raises(AlreadyDeactivated):
        desk.deactivate_person(actor_of(admin), person_id=rose)

    desk.reactivate_person(actor_of(admin), person_id=rose)
    assert actor_of(rose).is_signed_in
    assert queries.find_sign_in(session, utc_now()) is None


def test_an_erased_account_does_not_come_back(town: int) -> None:
    admin = staff(town, Role.ADMIN)
    rose = people.create_person(name="Rose", email="rose@example.org", password=PASSWORD)
    erasure.delete_account(actor_of(rose), present_password=PASSWORD)

    with pytest.raises(AccountErased):
        desk.reactivate_person(actor_of(admin), person_id=rose)

    assert not actor_of(rose).is_signed_in


def test_the_list_of_people_asks_as_many_questions_for_forty_as_for_two(app: Flask) -> None:
    def questions() -> int:
        asked = 0

        def note(*arguments: object) -> None:
            nonlocal asked
            asked += 1

        with app.app_context():
            engine = db.engine
        sa.event.listen(engine, "before_cursor_execute", note)
        assert client.get("/bureau/personnes").status_code == 200
        sa.event.remove(engine, "before_cursor_execute", note)
        return asked

    with app.app_context():
        town, (place, *_) = add_town()
        client = sign_in(app, staff(town))
        add_person("Rose", lives_in=place)
    few = questions()
    with app.app_context():
        for number in range(40):
            add_person(f"Personne {number}", lives_in=place)

    assert questions() == few


def test_the_api_tells_who_calls_and_changes_what_is_given(app: Flask) -> None:
    with app.app_context():
        town, (place, other, _) = add_town()
        rose = add_person("Rose", lives_in=place, roles=((Role.MODERATOR, town),))
    client, headers = app.test_client(), bearer(app, rose)

    me = client.get("/api/v1/me", headers=headers).json
    assert (me["name"], me["residency"]["territory_id"]) == ("Rose", place)
    assert me["roles"] == [{"role": "moderator", "territory_id": town}]
    changed = client.patch("/api/v1/me", headers=headers, json={"name": "Rosa", "territory_id": other})
    assert (changed.json["name"], changed.json["residency"]["status"]) == ("Rosa", "declared")
    for wrong in ({}, {"role": "admin"}, {"name": ""}, {"territory_id": 999999, "name": "X"}, {"id": 1}):
        assert client.patch("/api/v1/me", headers=headers, json=wrong).status_code in (404, 422)
    assert client.get("/api/v1/me", headers=headers).json["name"] == "Rosa"
    assert client.get("/api/v1/me/data", headers=headers).json["data"]["account"]["name"] == "Rosa"
    assert client.get("/api/v1/me").status_code == 401


def test_an_ended_session_is_refused_by_pages_and_by_the_api(app: Flask) -> None:
    with app.app_context():
        rose = add_person("Rose")
    here, there = sign_in(app, rose), sign_in(app, rose)
    assert there.get("/api/v1/me").status_code == 200

    post_form(here, "/compte/sessions/fin")

    assert there.get("/api/v1/me").status_code == 401
    assert there.get("/compte/securite").status_code == 302
