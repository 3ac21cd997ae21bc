"""People sign up, sign in, recover their password and leave; nobody learns who has an account."""

import re
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Person, Role, RoleGrant, SignIn
from civic.accounts.queries import find_person_by_email
from civic.accounts.service import people
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.notifications.models import DemoMail
from civic.relay import deliver_all
from tests.conftest import add_person, add_town, post_form, sign_in

PASSWORD = "une petite phrase sans histoire"


@pytest.fixture
def place(app: Flask) -> int:
    with app.app_context():
        return add_town()[1][0]


def sign_up(client: FlaskClient, place: int, email: str = "rose@example.org", **changes: object):  # type: ignore[no-untyped-def]
    values = {"name": "Rose Martin", "email": email, "password": PASSWORD, "territory_id": place, **changes}
    return post_form(client, "/compte/inscription", **values)


def mails_to(app: Flask, email: str) -> list[str]:
    deliver_all(app)
    with app.app_context():
        return list(
            db.session.scalars(sa.select(DemoMail.text).filter_by(recipient=email).order_by(DemoMail.id))
        )


def link_in(mail: str) -> str:
    found = re.search(r"http://localhost(/compte/\S+)", mail)
    assert found, mail
    return found.group(1)


def plain(page: str) -> str:
    return re.sub(r'(content|value)="[^"]*"', "", page)


def count(app: Flask, model: type) -> int:
    with app.app_context():
        return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_resident_signs_up_confirms_by_a_button_and_is_signed_in(app: Flask, place: int) -> None:
    client = app.test_client()
    sign_up(client, place)
    link = link_in(mails_to(app, "rose@example.org")[0])

    assert client.get(link).status_code == 200
    with app.app_context():
        assert find_person_by_email("rose@example.org").email_confirmed_at is None  # looking changes nothing
    post_form(client, link)

    with app.app_context():
        rose = find_person_by_email("rose@example.org")
        assert rose.email_confirmed_at is not None
        assert rose.residencies[0].territory_id == place
    assert "Rose Martin" in client.get("/").get_data(as_text=True)
    assert post_form(client, link).status_code == 422  # the link serves once


def test_an_address_that_has_an_account_gets_the_same_answer_and_another_mail(app: Flask, place: int) -> None:
    with app.app_context():
        known = add_person("Ada", password=PASSWORD)
        email = db.session.get_one(Person, known).email
    before = count(app, Person)
    fresh, repeated = sign_up(app.test_client(), place), sign_up(app.test_client(), place, email=email)

    assert (fresh.status_code, fresh.headers["Location"]) == (
        repeated.status_code,
        repeated.headers["Location"],
    )
    assert plain(fresh.get_data(as_text=True)) == plain(repeated.get_data(as_text=True))
    assert count(app, Person) == before + 1
    assert "/compte/confirmation/" not in mails_to(app, str(email))[0]


def test_a_form_that_fails_comes_back_filled_in_but_for_the_password(app: Flask, place: int) -> None:
    answer = sign_up(app.test_client(), place, password="court", name="Rose Martin")
    page = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert 'value="Rose Martin"' in page
    assert 'court"' not in page
    assert count(app, Person) == 0


def test_an_address_that_the_town_does_not_know_keeps_nobody_out(app: Flask, place: int) -> None:
    client = app.test_client()

    answer = sign_up(client, place, address="3 venelle oubliée", territory_id="")

    assert answer.status_code == 302
    assert "Nous ne connaissons pas l’adresse" in client.get(answer.location).get_data(as_text=True)
    assert mails_to(app, "rose@example.org")
    refused = sign_up(client, place, email="", territory_id="").get_data(as_text=True)
    assert "Tapez de nouveau votre mot de passe" in refused


def test_without_javascript_an_address_is_searched_and_everything_typed_is_kept(
    app: Flask, place: int
) -> None:
    from civic.territories.models import AddressPoint, Territory

    with app.app_context():
        from civic.kernel.transaction import transaction

        town = db.session.get_one(Territory, place).parent_id
        with transaction():
            db.session.add(
                AddressPoint(
                    territory_id=town, neighbourhood_id=place, label="12 rue des Tilleuls", folded="12 rue des tilleuls",
                    longitude=-0.295, latitude=47.205,
                )
            )  # fmt: skip
    client = app.test_client()
    answer = sign_up(client, place, address="tilleuls 12", step="search", territory_id="")
    page = answer.get_data(as_text=True)

    assert "12 rue des Tilleuls" in page
    assert 'value="Rose Martin"' in page
    point = re.search(r'name="address_point_id"\s+value="(\d+)"', page)
    assert point
    sign_up(client, place, address="tilleuls 12", address_point_id=point.group(1), territory_id="")
    with app.app_context():
        assert find_person_by_email("rose@example.org").residencies[0].territory_id == place


@pytest.mark.parametrize("email", ["known@example.org", "nobody@example.org"])
def test_a_wrong_password_and_an_unknown_address_are_told_the_same(app: Flask, email: str) -> None:
    with app.app_context():
        people.create_person(name="Ada", email="known@example.org", password=PASSWORD)
    answer = post_form(app.test_client(), "/compte/connexion", email=email, password="not this phrase")

    assert answer.status_code == 422
    assert "ne convient pas" in answer.get_data(as_text=True)
    assert count(app, SignIn) == 0


def test_somebody_who_has_not_confirmed_is_not_let_in_and_told_the_same(app: Flask, place: int) -> None:
    sign_up(app.test_client(), place)
    answer = post_form(app.test_client(), "/compte/connexion", email="rose@example.org", password=PASSWORD)

    assert answer.status_code == 422
    assert count(app, SignIn) == 0


def test_a_forgotten_password_is_chosen_anew_once_and_ends_every_session(app: Flask) -> None:
    with app.app_context():
        ada = people.create_person(name="Ada", email="ada@example.org", password=PASSWORD)
    elsewhere = sign_in(app, ada)
    client = app.test_client()
    post_form(client, "/compte/mot-de-passe/oublie", email="ada@example.org")
    post_form(client, "/compte/mot-de-passe/oublie", email="nobody@example.org")
    assert mails_to(app, "nobody@example.org") == []
    link = link_in(mails_to(app, "ada@example.org")[0])

    post_form(client, link, password="une autre phrase bien longue")

    assert elsewhere.get("/compte").status_code == 302
    assert post_form(app.test_client(), link, password="encore une autre phrase").status_code == 422
    answer = post_form(app.test_client(), "/compte/connexion", email="ada@example.org", password=PASSWORD)
    assert answer.status_code == 422


def test_a_reset_link_does_not_last(app: Flask) -> None:
    with app.app_context():
        people.create_person(name="Ada", email="ada@example.org", password=PASSWORD)
    post_form(app.test_client(), "/compte/mot-de-passe/oublie", email="ada@example.org")
    link = link_in(mails_to(app, "ada@example.org")[0])

    with time_machine.travel(utc_now() + timedelta(hours=2)):
        assert app.test_client().get(link).status_code == 422


def test_signing_out_everywhere_refuses_every_device(app: Flask) -> None:
    with app.app_context():
        ada = add_person("Ada")
    here, there = sign_in(app, ada), sign_in(app, ada)

    post_form(here, "/compte/sessions/fin")

    assert here.get("/compte").status_code == 302
    assert there.get("/compte").status_code == 302


def test_an_api_token_is_shown_once_and_revoked(app: Flask) -> None:
    with app.app_context():
        ada = add_person("Ada")
    client = sign_in(app, ada)
    page = post_form(client, "/compte/jetons", label="essai").get_data(as_text=True)
    token = re.search(r"<code[^>]*>([^<]+)</code>", page).group(1)
    headers = {"Authorization": f"Bearer {token}"}

    assert app.test_client().get("/api/v1/me", headers=headers).json["name"] == "Ada"
    revocation = re.search(
        r'action="(/compte/jetons/\d+/revocation)"', client.get("/compte/jetons").get_data(as_text=True)
    )
    post_form(client, revocation.group(1))
    assert app.test_client().get("/api/v1/me", headers=headers).status_code == 401


def test_somebody_downloads_her_data_and_leaves_nothing_personal(app: Flask, place: int) -> None:
    with app.app_context():
        ada = people.create_person(name="Ada Lovelace", email="ada@example.org", password=PASSWORD)
        people.set_residency(person_id=ada, territory_id=place)
    client = sign_in(app, ada)
    assert "ada@example.org" in client.get("/compte/donnees/mes-donnees.json").get_data(as_text=True)
    assert (
        post_form(client, "/compte/donnees/suppression", present_password="not this one").status_code == 422
    )
    assert count(app, Person) == 1

    post_form(client, "/compte/donnees/suppression", present_password=PASSWORD)

    with app.app_context():
        gone = db.session.get_one(Person, ada)
        assert (gone.email, gone.password_hash, gone.phone, gone.born_on) == (None, None, None, None)
        assert "Ada" not in gone.name
        for table in db.metadata.tables.values():
            for column in table.columns:
                if (
                    any(key.target_fullname == "person.id" for key in column.foreign_keys)
                    and table.name != "audit_entry"
                ):
                    left = db.session.scalar(
                        sa.select(sa.func.count()).select_from(table).where(column == ada)
                    )
                    assert left == 0, f"{table.name}.{column.name}"


def test_an_administrator_gives_roles_and_the_last_one_keeps_hers(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        admin = add_person("Ida", roles=((Role.ADMIN, town),))
        rose = add_person("Rose", lives_in=place)
    client = sign_in(app, admin)

    post_form(client, f"/bureau/personnes/{rose}/roles", role="moderator", territory_id=town)
    refused = post_form(client, f"/bureau/personnes/{admin}/roles/retrait", role="admin", territory_id=town)
    stranger = post_form(
        sign_in(app, rose), f"/bureau/personnes/{rose}/roles", role="admin", territory_id=town
    )

    assert refused.status_code in (409, 422)
    assert stranger.status_code in (403, 404)
    with app.app_context():
        held = {(grant.person_id, grant.role) for grant in db.session.scalars(sa.select(RoleGrant))}
    assert held == {(admin, Role.ADMIN), (rose, Role.MODERATOR)}


def test_an_agent_registers_somebody_once_and_verifies_where_she_lives(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        client = sign_in(app, add_person("Inès", roles=((Role.AGENT, town),)))
    values = {
        "name": "Suzanne Petit", "family_name": "Petit", "first_names": "Suzanne", "born_on": "1941-05-02",
        "birth_place": "Angers", "territory_id": place,
    }  # fmt: skip
    first = post_form(client, "/bureau/personnes/inscription", **values)
    again = post_form(
        client, "/bureau/personnes/inscription", **{**values, "name": "S. Petit", "first_names": "SUZANNE"}
    )

    assert first.status_code == 302
    assert again.status_code == 409
    assert "Suzanne Petit" in again.get_data(as_text=True)
    page = first.headers["Location"]
    post_form(client, f"{page}/domicile", proof="utility_bill")
    assert "érifié" in client.get(page).get_data(as_text=True)


def test_the_command_makes_an_account_once_and_prints_a_token(app: Flask) -> None:
    with app.app_context():
        from civic.territories.queries import get_territory

        code = get_territory(add_town()[0]).code
    runner = app.test_cli_runner()
    command = [
        "accounts",
        "create",
        "dgs@example.org",
        "--name",
        "Claire",
        "--role",
        "admin",
        "--territory",
        code,
        "--password-stdin",
    ]

    made = runner.invoke(args=command, input=PASSWORD + "\n")
    again = runner.invoke(args=command, input=PASSWORD + "\n")
    unknown = runner.invoke(
        args=[*command[:2], "x@example.org", *command[3:7], "--territory", "nowhere", "--password-stdin"],
        input=PASSWORD + "\n",
    )

    assert made.exit_code == 0, made.output
    assert again.exit_code != 0
    assert unknown.exit_code != 0
    assert count(app, Person) == 1
    token = runner.invoke(args=["accounts", "token", "dgs@example.org"]).stdout.strip().splitlines()[-1]
    me = app.test_client().get("/api/v1/me", headers={"Authorization": f"Bearer {token}"}).json
    assert me["roles"][0]["role"] == "admin"


def test_rose_who_came_to_ask_for_help_is_told_why_she_signs_up_and_is_led_to_her_request(
    app: Flask, place: int
) -> None:
    client = app.test_client()
    asked = client.get("/entraide/demandes/nouvelle")
    page = client.get(asked.location).get_data(as_text=True)
    assert "Pour demander de l’aide, il faut un compte." in page
    assert "/compte/inscription?next=/entraide/demandes/nouvelle" in page

    sign_up(client, place, next="/entraide/demandes/nouvelle")
    answer = post_form(client, link_in(mails_to(app, "rose@example.org")[0]))

    assert answer.location == "/entraide/demandes/nouvelle"


def test_a_sign_up_never_leads_to_another_site(app: Flask, place: int) -> None:
    client = app.test_client()
    sign_up(client, place, next="//example.com")
    link = link_in(mails_to(app, "rose@example.org")[0])

    assert "example.com" not in link
    assert post_form(client, f"{link}?next=https://example.com").location == "/"


def test_rose_sees_the_address_she_typed_and_has_the_message_sent_again(app: Flask, place: int) -> None:
    client = app.test_client()
    page = client.get(sign_up(client, place).location).get_data(as_text=True)
    assert "rose@example.org" in page

    post_form(client, "/compte/courrier-envoye")
    first, second = mails_to(app, "rose@example.org")

    assert link_in(first) != link_in(second)
    assert post_form(client, link_in(second)).status_code == 302
    client.post("/compte/deconnexion")
    assert (
        post_form(client, "/compte/connexion", email="rose@example.org", password=PASSWORD).status_code == 302
    )


def test_sent_again_for_an_account_the_visitor_learns_nothing(app: Flask, place: int) -> None:
    with app.app_context():
        email = db.session.get_one(Person, add_person("Ada", password=PASSWORD)).email
    client, before = app.test_client(), count(app, Person)
    sign_up(client, place, email=email)
    answer = post_form(client, "/compte/courrier-envoye")

    assert answer.location == "/compte/courrier-envoye"
    assert all("/compte/confirmation/" not in mail for mail in mails_to(app, str(email)))
    assert count(app, Person) == before
