"""A person whose line is cut: what she reads, what is kept, and what is sent, later and once."""

import re
from collections.abc import Callable, Iterator

import pytest
import sqlalchemy as sa
from flask import Flask
from playwright.sync_api import Browser, BrowserContext, Locator, Page, expect

from civic.accounts.models import Person
from civic.accounts.passwords import hash_password
from civic.consultations.models import Phase
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.proposals.models import Proposal
from civic.proposals.queries import count_proposals
from civic.territories.models import Territory
from tests.browser.line import Line
from tests.conftest import add_person, add_town, build, dispose, plain, sign_in
from tests.consultations.making import add_consultation
from tests.live import LiveServer, cookie_of
from tests.servers import wait_until
from tests.test_architecture import TEMPLATES

TITLE = "Un banc devant l’école"
MANY_SENTENCES_MS = 2_500
"""By when all that was to be said aloud has been: sentences wait for one another (static/js/announce.js)."""
KEPT = "Gardé sur cet appareil, pas encore envoyé"


class Town:
    """A town's server, a line to it, and for each test a consultation and two residents of its own."""

    def __init__(self, app: Flask, server: LiveServer, line: Line) -> None:
        self.app, self.server, self.line = app, server, line
        with app.app_context():
            self.id, self.places = add_town()

    def begin(self) -> None:
        self.line.loses_answers_to = None
        with self.app.app_context():
            self.consultation = add_consultation(self.id)
            self.ada = add_person("Ada", lives_in=self.places[0])
            self.grace = add_person("Grace", lives_in=self.places[0])
            with transaction():  # the same idea of another test would be shown before this one is published
                db.session.execute(sa.update(Proposal).values(withdrawn_at=utc_now()))
        self.address = f"/consultations/{self.consultation}/propositions/nouvelle"

    def count(self) -> int:
        """Return how many proposals the consultation has."""
        with self.app.app_context():
            return count_proposals(self.consultation)

    def close_phase(self) -> None:
        with self.app.app_context(), transaction():
            closed = sa.update(Phase).where(Phase.consultation_id == self.consultation)
            db.session.execute(closed.values(closes_at=utc_now()))

    def sign_in(self, context: BrowserContext, person: int) -> None:
        cookie = cookie_of(sign_in(self.app, person)).removeprefix("session=")
        context.clear_cookies()
        context.add_cookies([{"name": "session", "value": cookie, "url": self.line.url}])


@pytest.fixture(scope="module")
def served_town(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Town]:
    url = f"sqlite:///{tmp_path_factory.mktemp('offline') / 'civic.sqlite3'}"
    app, line = build(url), Line()
    server = LiveServer(url, public_url=line.url)
    server.start()
    line.server_port = server.port
    yield Town(app, server, line)
    server.close()
    line.close()
    dispose(app)


@pytest.fixture
def town(served_town: Town) -> Town:
    served_town.begin()
    return served_town


@pytest.fixture
def context(browser: Browser, town: Town) -> Iterator[BrowserContext]:
    context = browser.new_context(locale="fr-FR", base_url=town.line.url)
    town.sign_in(context, town.ada)
    yield context
    context.close()


@pytest.fixture
def page(context: BrowserContext) -> Page:
    return context.new_page()


def write(page: Page, town: Town) -> None:
    page.goto(town.address)
    page.get_by_label("Titre").fill(TITLE)
    page.get_by_label("Votre idée").fill("Les grands-parents attendent debout, un banc suffirait.")
    page.get_by_label("Sujet").select_option(index=1)


def send(page: Page) -> None:
    page.get_by_role("button", name="Publier ma proposition").click()


def shown(page: Page, title: str) -> Locator:
    """Return what the page shows of a text that waits, was refused or was sent."""
    return page.locator(".kept").filter(has_text=title)


def keep_off_the_line(page: Page, context: BrowserContext, town: Town) -> None:
    write(page, town)
    page.evaluate(
        "navigator.serviceWorker.ready.then(() => true)"
    )  # a busy machine installs it later than the page shows
    context.set_offline(True)
    send(page)
    expect(shown(page, KEPT)).to_be_visible()


def press_send_now(page: Page) -> None:
    """Press it, unless the device was quicker: it sends by itself too, and then there is nothing left to press."""
    page.evaluate("document.querySelector('.kept .button--primary:not([href])')?.click()")


def await_worker(page: Page) -> None:
    """Wait until the service worker sees the pages. One that could not be installed is tried again at the next page, as for anybody."""
    for _ in range(3):
        if page.evaluate(
            """async () => {
                const late = new Promise((resolve) => setTimeout(() => resolve(false), 8000));
                const seen = navigator.serviceWorker.ready.then(() => navigator.serviceWorker.controller
                    || new Promise((resolve) => navigator.serviceWorker.addEventListener("controllerchange", resolve)));
                return Boolean(await Promise.race([seen, late]));
            }"""
        ):
            return
        page.reload()
    raise AssertionError("no service worker sees the pages")


def watch_announcements(page: Page) -> Callable[[], list[str]]:
    """Note what is said aloud from now on."""
    page.evaluate(
        """() => { window.said = []; const region = document.getElementById("live-announcer");
        new MutationObserver(() => region.textContent && window.said.push(region.textContent)).observe(region, {childList: true}); }"""
    )
    return lambda: list(page.evaluate("window.said"))


def test_off_the_line_she_reads_what_is_kept_and_the_page_comes_back_by_itself(
    page: Page, context: BrowserContext, town: Town
) -> None:
    write(page, town)
    expect(
        page.get_by_text(re.compile(r"Brouillon gardé sur cet appareil à \d+\u00a0h(\u00a0\d\d)?\."))
    ).to_be_visible()
    await_worker(page)
    context.set_offline(True)

    page.goto("/consultations")

    expect(page.get_by_role("heading", name="Pas de connexion")).to_be_visible()
    expect(page.get_by_role("main").get_by_text(TITLE)).to_be_visible()  # the draft
    kept = page.evaluate(
        "(async () => (await Promise.all((await caches.keys()).map(async (name) => (await (await caches.open(name)).keys()).map((each) => new URL(each.url).pathname)))).flat())()"
    )
    assert [path for path in kept if path != "/hors-ligne" and not path.startswith("/static/")] == []

    context.set_offline(False)
    expect(page.get_by_role("heading", name="Consultations", exact=True)).to_be_visible()


def test_written_off_the_line_it_is_sent_when_the_line_is_back(
    page: Page, context: BrowserContext, town: Town
) -> None:
    write(page, town)
    said = watch_announcements(page)
    context.set_offline(True)

    send(page)

    expect(shown(page, KEPT)).to_be_visible()
    expect(shown(page, KEPT)).to_be_focused()
    expect(page.get_by_role("main").get_by_text(f"Proposition : {TITLE}")).to_be_visible()
    expect(page.get_by_role("button", name="Publier ma proposition")).to_be_hidden()
    assert town.count() == 0

    context.set_offline(False)
    expect(shown(page, "C’est envoyé")).to_be_visible()
    assert town.count() == 1
    page.wait_for_timeout(MANY_SENTENCES_MS)
    assert [plain(each) for each in said() if "C’est envoyé" in each] == [
        f"C’est envoyé Proposition : {TITLE}"
    ]
    page.get_by_role("link", name="Voir", exact=True).click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    page.goto(town.address)
    expect(page.get_by_text("Vous aviez commencé à écrire")).to_be_hidden()


def test_a_server_that_falls_and_stands_up_again_gets_it_once(page: Page, town: Town) -> None:
    write(page, town)
    town.server.stop()

    send(page)
    expect(shown(page, KEPT)).to_be_visible()

    town.server.start_again()
    expect(shown(page, "C’est envoyé")).to_be_visible(timeout=20_000)
    assert town.count() == 1


def test_an_answer_lost_after_the_commit_makes_no_second_proposal(page: Page, town: Town) -> None:
    write(page, town)
    town.line.loses_answers_to = b"POST /consultations"

    send(page)

    expect(shown(page, KEPT)).to_be_visible()
    assert town.count() == 1  # she does not know it, but it was done
    town.line.loses_answers_to = None
    press_send_now(page)
    page.get_by_role("link", name="Voir", exact=True).click()
    expect(page.get_by_role("heading", name=TITLE)).to_be_visible()
    assert town.count() == 1


def test_two_tabs_that_both_send_make_one_proposal(page: Page, context: BrowserContext, town: Town) -> None:
    context.add_init_script(
        "Object.defineProperty(navigator, 'locks', {value: undefined})"
    )  # an older browser
    other = context.new_page()
    other.goto(town.address)
    other.wait_for_function("() => window.outbox")
    keep_off_the_line(page, context, town)
    (text,) = other.evaluate(f"outbox.all({town.ada})")

    context.set_offline(False)  # both tabs hear it

    expect(shown(page, "C’est envoyé")).to_be_visible()
    became = other.evaluate("async (text) => outbox.post(text, (await outbox.whoIsThere()).csrf_token)", text)
    assert became["state"] == "sent"
    page.get_by_role("link", name="Voir", exact=True).click()
    page.wait_for_url(lambda url: became["location"] in url)
    assert town.count() == 1


def test_what_another_tab_sent_is_not_shown_as_waiting_by_who_read_it_before(
    page: Page, context: BrowserContext, town: Town
) -> None:
    keep_off_the_line(page, context, town)

    page.evaluate(
        f"""async () => {{
            const [waiting] = await outbox.all({town.ada});
            const told = [{{ ...waiting, state: "sent", location: "/" }}, waiting];
            for (const detail of told) document.dispatchEvent(new CustomEvent("outbox", {{ detail }}));
        }}"""
    )

    expect(shown(page, "C’est envoyé")).to_be_visible()
    expect(shown(page, KEPT)).to_have_count(0)


def test_refused_at_last_the_text_is_kept_and_the_reason_told(
    page: Page, context: BrowserContext, town: Town
) -> None:
    keep_off_the_line(page, context, town)
    town.close_phase()

    context.set_offline(False)

    expect(shown(page, "Cela n’a pas été accepté")).to_be_visible()
    page.goto("/mon-espace")
    page.get_by_role("link", name="Voir ce qui est gardé ici").click()
    expect(page.get_by_role("main").get_by_text("Les grands-parents attendent debout")).to_be_visible()
    assert town.count() == 0
    page.get_by_role("button", name="Effacer").click()
    page.get_by_role("button", name="Annuler").click()
    expect(shown(page, "Cela n’a pas été accepté")).to_be_visible()


def test_what_she_wrote_is_neither_sent_nor_shown_to_who_uses_the_device_next(
    page: Page, context: BrowserContext, town: Town
) -> None:
    keep_off_the_line(page, context, town)
    town.sign_in(context, town.grace)
    context.set_offline(False)

    page.goto("/gardes-ici")
    expect(page.get_by_role("main").get_by_text("Rien n’attend sur cet appareil")).to_be_visible()
    expect(page.get_by_text(TITLE)).to_be_hidden()
    assert page.evaluate("import('/static/js/outbox.js').then(() => outbox.sendAll())")
    assert town.count() == 0

    town.sign_in(context, town.ada)
    page.goto("/mon-espace")
    expect(shown(page, "C’est envoyé")).to_be_visible()
    assert town.count() == 1


def test_signing_out_asks_before_it_forgets(page: Page, town: Town) -> None:
    write(page, town)
    town.line.loses_answers_to = b"POST /consultations"
    send(page)
    expect(shown(page, KEPT)).to_be_visible()

    page.locator("details.account > summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("dialog").get_by_role("button", name="Rester connecté").click()
    expect(shown(page, KEPT)).to_be_visible()
    page.locator("details.account > summary").click()
    page.get_by_role("button", name="Se déconnecter").click()
    page.get_by_role("dialog").get_by_role("button", name="Se déconnecter").click()

    page.wait_for_url(lambda url: "nouvelle" not in url)
    assert page.evaluate("Object.keys(localStorage).filter((name) => name !== 'kept')") == []
    assert page.evaluate("import('/static/js/outbox.js').then(() => outbox.owners())") == []


def test_the_offline_page_shows_nothing_of_hers_to_who_is_not_signed_in(
    page: Page, context: BrowserContext, town: Town
) -> None:
    write(page, town)
    expect(
        page.get_by_role("main").get_by_text(re.compile("Brouillon gardé sur cet appareil à"))
    ).to_be_visible()
    context.clear_cookies()  # her session ended elsewhere

    page.goto("/hors-ligne")

    expect(page.get_by_role("main").get_by_text("Rien n’attend sur cet appareil")).to_be_visible()
    expect(page.get_by_text(TITLE)).to_be_hidden()
    assert page.evaluate("localStorage.getItem('person')") is None


def test_signing_out_everywhere_forgets_what_she_wrote_here(page: Page, town: Town) -> None:
    write(page, town)
    expect(
        page.get_by_role("main").get_by_text(re.compile("Brouillon gardé sur cet appareil à"))
    ).to_be_visible()
    page.goto("/compte/securite")

    page.get_by_role("button", name="Se déconnecter partout").click()
    dialog = page.get_by_role("dialog")
    expect(dialog).to_contain_text("pas encore envoyé sera effacé")
    dialog.get_by_role("button", name="Se déconnecter partout").click()

    page.wait_for_url(lambda url: "securite" not in url)
    assert page.evaluate("Object.keys(localStorage)") == []


def test_once_her_account_is_gone_what_she_wrote_here_is_too_and_not_before(page: Page, town: Town) -> None:
    password = "une petite phrase sans histoire"
    with town.app.app_context(), transaction():
        hashed = sa.update(Person).where(Person.id == town.ada)
        db.session.execute(hashed.values(password_hash=hash_password(password)))
    write(page, town)
    expect(
        page.get_by_role("main").get_by_text(re.compile("Brouillon gardé sur cet appareil à"))
    ).to_be_visible()
    for typed, drafts in (("faux", 1), (password, 0)):
        page.goto("/compte/donnees")
        page.get_by_label("Votre mot de passe").fill(typed)
        page.get_by_role("button", name="Supprimer mon compte").click()
        with page.expect_navigation():
            page.get_by_role("dialog").get_by_role("button", name="Supprimer mon compte").click()
        page.wait_for_load_state("networkidle")
        kept = page.evaluate("Object.keys(localStorage).filter((name) => name.startsWith('draft:'))")
        assert len(kept) == drafts


def test_what_was_forgotten_while_it_was_being_sent_does_not_come_back(page: Page, town: Town) -> None:
    write(page, town)
    town.line.loses_answers_to = b"POST /consultations"
    send(page)
    expect(shown(page, KEPT)).to_be_visible()
    town.line.loses_answers_to = None

    held = page.evaluate(
        f"""async () => {{
            const {{ fetch }} = window;
            window.fetch = async (address, options) => {{
                const answer = await fetch(address, options);
                if (options.method === "POST") await outbox.forgetAll({town.ada});
                return answer;
            }};
            await outbox.sendAll();
            return outbox.owners();
        }}"""
    )

    assert held == []


def test_reloaded_while_the_answer_is_on_its_way_her_proposal_is_published_once(
    page: Page, town: Town
) -> None:
    write(page, town)
    page.evaluate("() => { window.fetch = () => new Promise(() => {}); }")  # it left; nothing comes back
    key = page.locator("[name=idempotency_key]").input_value()
    send(page)
    page.reload()

    page.locator("[data-restore]").click()

    expect(page.locator("[name=idempotency_key]")).to_have_value(key)


def test_refused_on_a_page_open_for_long_the_reason_is_told(
    page: Page, context: BrowserContext, town: Town
) -> None:
    write(page, town)
    town.sign_in(context, town.ada)  # in another tab: the token of this page is an old one
    town.close_phase()

    send(page)

    expect(page.get_by_role("main").get_by_text("C’est terminé")).to_be_visible()
    expect(page.get_by_label("Titre")).to_have_value(TITLE)


def test_taken_back_and_changed_it_is_not_sent_twice_without_a_question(page: Page, town: Town) -> None:
    write(page, town)
    key = page.locator("[name=idempotency_key]").input_value()
    town.line.loses_answers_to = b"POST /consultations"
    send(page)

    page.get_by_role("button", name="Reprendre mon texte").click()
    expect(page.get_by_role("button", name="Publier ma proposition")).to_be_visible()
    expect(page.locator("[name=idempotency_key]")).to_have_value(key)
    expect(page.get_by_label("Titre")).to_have_value(TITLE)
    town.line.loses_answers_to = None
    page.get_by_label("Titre").fill("Deux bancs devant l’école")
    send(page)

    expect(page.get_by_role("main").get_by_text("Ce formulaire est déjà parti une fois")).to_be_visible()
    expect(page.get_by_label("Titre")).to_have_value("Deux bancs devant l’école")
    assert town.count() == 1


def test_a_form_that_must_not_wait_says_so_and_sends_nothing(
    page: Page, context: BrowserContext, town: Town
) -> None:
    page.goto("/entraide/demandes/nouvelle")
    context.set_offline(True)
    notice = page.get_by_role("alert").filter(has_text="nous ne le gardons pas sur cet appareil")
    expect(notice.first).to_be_visible()

    page.locator("main form").first.evaluate("(form) => { form.noValidate = true; form.requestSubmit(); }")

    expect(notice.first).to_be_focused()
    assert page.url.endswith("/entraide/demandes/nouvelle")
    assert page.evaluate("Object.keys(localStorage).filter((name) => name !== 'person')") == []
    context.set_offline(False)
    expect(notice.first).to_be_hidden()


def test_a_ballot_never_waits_on_a_device() -> None:
    """Read from the templates: forms that must not wait say so, and none of them is kept."""
    never = (
        "voting/ballot",
        "mutual_aid/request_form",
        "mutual_aid/telephone_form",
        "accounts/password_change",
    )
    texts = {str(path): path.read_text() for path in TEMPLATES if any(name in str(path) for name in never)}

    assert len(texts) == len(never)
    for text in texts.values():
        assert "online_only(" in text
        assert "data-send-later" not in text
        assert "data-autosave" not in text


def test_with_every_page_closed_the_worker_sends_it(page: Page, context: BrowserContext, town: Town) -> None:
    page.goto("/consultations")
    await_worker(page)
    keep_off_the_line(page, context, town)
    devtools = context.new_cdp_session(page)
    registrations: list[str] = []
    devtools.on(
        "ServiceWorker.workerRegistrationUpdated",
        lambda told: registrations.extend(each["registrationId"] for each in told["registrations"]),
    )
    devtools.send("ServiceWorker.enable")
    page.wait_for_timeout(100)
    page.goto("about:blank")
    context.set_offline(False)

    devtools.send(
        "ServiceWorker.dispatchSyncEvent",
        {"origin": town.line.url, "registrationId": registrations[0], "tag": "outbox", "lastChance": False},
    )

    wait_until(lambda: town.count() == 1, what="the proposal")
    page.goto("/mon-espace")
    expect(shown(page, "C’est envoyé")).to_be_visible()


def test_a_new_version_of_the_offline_page_replaces_the_old_one(page: Page, town: Town) -> None:
    page.goto("/consultations")
    await_worker(page)
    kept = "async () => [...await caches.keys(), (await (await caches.match('/hors-ligne')).text()).includes('Saint-Neuf')]"
    before = page.evaluate(kept)
    with town.app.app_context(), transaction():
        db.session.execute(sa.update(Territory).values(name="Saint-Neuf"))

    page.evaluate("navigator.serviceWorker.getRegistration().then((worker) => worker.update())")

    wait_until(lambda: page.evaluate(kept)[1:] == [True], what="the new page alone")
    assert before[1:] == [False]
