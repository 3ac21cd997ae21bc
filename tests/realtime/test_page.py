"""The live script on real pages, in a real browser."""

from collections.abc import Callable

import pytest
from flask import Flask
from playwright.sync_api import Browser, Page, expect

from civic.matching.service import conversation, invitations
from tests.browser.conftest import browser_type_launch_args
from tests.conftest import actor_of, add_person, add_town, sign_in
from tests.live import LiveServer, cookie_of
from tests.mutual_aid import making

__all__ = ["browser_type_launch_args"]

OpenAs = Callable[[int, str], Page]


@pytest.fixture
def open_as(app: Flask, live_server: LiveServer, browser: Browser) -> OpenAs:
    """Open a page in a browser of its own, signed in as a person."""

    def open_page(person_id: int, path: str) -> Page:
        name, value = cookie_of(sign_in(app, person_id)).split("=", 1)
        context = browser.new_context(locale="fr-FR")
        context.add_cookies([{"name": name, "value": value, "url": live_server.url}])
        page = context.new_page()
        page.on("pageerror", lambda error: pytest.fail(str(error)))
        page.goto(live_server.url + path)
        expect(page.locator("html[data-live-state=online]")).to_be_attached()
        return page

    return open_page


def test_a_volunteer_s_screen_changes_when_help_is_asked_for_and_when_another_goes(
    app: Flask, open_as: OpenAs
) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        ada, bob = making.add_volunteer(town, place, "Ada"), making.add_volunteer(town, place, "Bob")
        odette = add_person("Odette", lives_in=place)
    on_invitations = open_as(ada, "/entraide/sollicitations")
    on_inbox = open_as(ada, "/notifications")

    with app.app_context():
        request_id = making.add_request(odette, place)
    expect(on_invitations.locator("[data-invitation-id]")).to_be_visible()
    expect(on_inbox.locator(".toast")).to_contain_text("coup de main")
    expect(on_inbox.locator("#inbox li")).to_have_count(1)
    expect(on_inbox.locator("[data-unread-count]")).to_contain_text("1")

    with app.app_context():
        invitation_id = making.invitation_of(request_id, bob)
        invitations.accept_invitation(actor_of(bob), invitation_id=invitation_id)
    expect(on_invitations.locator("[data-invitation-id]")).to_contain_text("Quelqu’un d’autre y va déjà")
    expect(on_invitations.locator("[data-invitation-id] form")).to_have_count(0)


def test_two_persons_speak_without_leaving_their_page_and_markup_stays_text(
    app: Flask, live_server: LiveServer, open_as: OpenAs
) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        bob, odette = making.add_volunteer(town, place, "Bob"), add_person("Odette", lives_in=place)
        request_id = making.add_request(odette, place)
    his = open_as(bob, "/entraide/sollicitations")
    expect(his.locator("[data-invitation-id]")).to_be_visible()
    with app.app_context():
        match_id = invitations.accept_invitation(
            actor_of(bob), invitation_id=making.invitation_of(request_id, bob)
        )
    path = f"/entraide/mises-en-relation/{match_id}"
    his.goto(live_server.url + path)
    hers = open_as(odette, path)

    his.get_by_label("Votre message").fill("<b>Bonjour</b> Odette")
    his.get_by_role("button", name="Envoyer").click()

    expect(hers.locator("[data-conversation] li")).to_contain_text(["<b>Bonjour</b> Odette"])
    expect(hers.locator("[data-conversation] b")).to_have_count(0)
    expect(his.locator("[data-conversation] li")).to_have_count(1)
    expect(his.get_by_label("Votre message")).to_have_value("")

    live_server.stop(brutally=True)
    with app.app_context():
        conversation.say(actor_of(bob), match_id=match_id, text="Je pars", client_id="second")
    live_server.start_again()
    expect(hers.locator("[data-conversation] li")).to_have_count(2, timeout=30_000)
    expect(hers.locator("[data-conversation]")).to_contain_text("Je pars")
