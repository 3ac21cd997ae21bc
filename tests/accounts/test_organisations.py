"""An association is asked for, verified, then speaks; inviting a member tells nobody who has an account."""

import pytest
from flask import Flask

from civic.accounts import queries
from civic.accounts.errors import (
    AlreadyVerified,
    InvitationNotFound,
    LastMember,
    OrganisationNotFound,
    RegistrationNumberTaken,
)
from civic.accounts.models import Role
from civic.accounts.service import organisations as service
from civic.kernel.access import ANONYMOUS
from civic.kernel.errors import NotAllowed, NotSignedIn
from tests.conftest import actor_of, add_person, add_town, post_form, sign_in

TEXT = "Nous cultivons ensemble un jardin ouvert à tous, au bord de la rivière."


@pytest.fixture
def town(app_context: Flask) -> int:
    return add_town()[0]


def ask(person: int, town: int, number: str | None = None) -> int:
    return service.request_organisation(
        actor_of(person), territory_id=town, name="Les Jardins", description=TEXT, registration_number=number
    )


def agent_of(town: int) -> int:
    return add_person("Inès", roles=((Role.AGENT, town),))


def verified(person: int, town: int) -> int:
    organisation = ask(person, town)
    service.verify_organisation(actor_of(agent_of(town)), organisation_id=organisation)
    return organisation


def test_an_association_that_waits_neither_speaks_nor_is_seen(town: int) -> None:
    rose = add_person("Rose", lives_in=town)
    organisation = ask(rose, town)

    assert actor_of(rose).organisation_ids == frozenset()
    assert service.see_organisation(actor_of(rose), organisation_id=organisation).name == "Les Jardins"
    for stranger in (ANONYMOUS, actor_of(add_person("Ada", lives_in=town))):
        with pytest.raises(OrganisationNotFound):
            service.see_organisation(stranger, organisation_id=organisation)
    assert queries.list_organisations().total == 0

    service.verify_organisation(actor_of(agent_of(town)), organisation_id=organisation)
    assert actor_of(rose).organisation_ids == {organisation}
    assert service.see_organisation(ANONYMOUS, organisation_id=organisation).verified_at is not None


def test_a_member_does_not_verify_her_own_association(town: int) -> None:
    rose = add_person("Rose", lives_in=town)
    organisation = ask(rose, town)

    with pytest.raises(NotAllowed):
        service.verify_organisation(actor_of(rose), organisation_id=organisation)

    assert queries.get_organisation(organisation).verified_at is None


def test_a_stranger_to_the_town_inscribes_nothing_and_a_number_serves_once(town: int) -> None:
    with pytest.raises(NotAllowed):
        ask(add_person("Loin"), town)
    with pytest.raises(NotSignedIn):
        service.request_organisation(
            ANONYMOUS, territory_id=town, name="X", description=TEXT, registration_number=None
        )
    rose = add_person("Rose", lives_in=town)
    ask(rose, town, "W491234567")
    with pytest.raises(RegistrationNumberTaken):
        ask(rose, town, "W491234567")

    assert queries.list_organisations(is_verified=False).total == 1


def test_a_refused_association_is_gone_and_a_verified_one_is_not_refused(town: int) -> None:
    rose, agent = add_person("Rose", lives_in=town), agent_of(town)
    waiting, known = ask(rose, town), verified(rose, town)

    service.refuse_organisation(actor_of(agent), organisation_id=waiting)
    with pytest.raises(AlreadyVerified):
        service.refuse_organisation(actor_of(agent), organisation_id=known)

    assert [one.id for one in queries.list_organisations_of(rose)] == [known]


def test_somebody_invited_by_her_address_accepts_and_speaks(town: int) -> None:
    rose, ada = add_person("Rose", lives_in=town), add_person("Ada")
    organisation = verified(rose, town)
    email = queries.get_person(ada).email or ""

    for address in (email, email, "nobody@example.org"):  # the same answer, whoever it is
        service.invite_member(actor_of(rose), organisation_id=organisation, email=address)
    assert [one.id for one in queries.list_invitations_of(email)] == [organisation]
    assert actor_of(ada).organisation_ids == frozenset()

    service.answer_invitation(actor_of(ada), organisation_id=organisation, is_accepted=True)
    assert actor_of(ada).organisation_ids == {organisation}
    with pytest.raises(InvitationNotFound):
        service.answer_invitation(actor_of(ada), organisation_id=organisation, is_accepted=True)


def test_nobody_joins_without_being_asked_nor_invites_without_being_a_member(town: int) -> None:
    rose, eve = add_person("Rose", lives_in=town), add_person("Ève", lives_in=town)
    organisation = verified(rose, town)

    with pytest.raises(InvitationNotFound):
        service.answer_invitation(actor_of(eve), organisation_id=organisation, is_accepted=True)
    with pytest.raises(NotAllowed):
        service.invite_member(actor_of(eve), organisation_id=organisation, email="eve@example.org")
    with pytest.raises(NotAllowed):
        service.remove_member(actor_of(eve), organisation_id=organisation, person_id=rose)

    assert [one.id for one in queries.list_members(organisation)] == [rose]


def test_the_last_member_stays(town: int) -> None:
    rose = add_person("Rose", lives_in=town)
    organisation = verified(rose, town)

    with pytest.raises(LastMember):
        service.remove_member(actor_of(rose), organisation_id=organisation, person_id=rose)

    assert actor_of(rose).organisation_ids == {organisation}


def test_an_association_is_asked_for_verified_and_read_by_all_on_pages(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        rose, agent = sign_in(app, add_person("Rose", lives_in=place)), sign_in(app, agent_of(town))
    short = post_form(rose, "/associations/nouvelle", name="Les Jardins", description="Court")
    assert short.status_code == 422
    assert 'value="Les Jardins"' in short.get_data(as_text=True)

    path = post_form(rose, "/associations/nouvelle", name="Les Jardins", description=TEXT).headers["Location"]
    assert app.test_client().get(path).status_code == 404
    assert "Les Jardins" in agent.get("/bureau/associations").get_data(as_text=True)
    post_form(agent, path.replace("/associations/", "/bureau/associations/") + "/verification")

    page = app.test_client().get(path).get_data(as_text=True)
    assert "Vérifiée par la mairie" in page
    assert "Membres" not in page
    assert "Les Jardins" in app.test_client().get("/associations").get_data(as_text=True)
    assert "Rose" in rose.get(path).get_data(as_text=True)
