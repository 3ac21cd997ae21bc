"""Pages that are kept for strangers: the same for all of them, and never a moment behind what is stored."""

from collections.abc import Callable, Iterator
from datetime import timedelta
from types import SimpleNamespace

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient

from civic.consultations.letters.models import Letter
from civic.consultations.models import Phase
from civic.kernel import clock
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.proposals.amendments.models import Amendment, ProposalVersion
from civic.proposals.amendments.rules import AmendmentState
from civic.proposals.models import Argument, Proposal
from civic.proposals.rules import Side
from civic.territories.models import Territory
from tests.conftest import add_person, add_town, build, dispose, sign_in
from tests.consultations.making import add_consultation
from tests.proposals.making import add_proposal


@pytest.fixture
def page(app: Flask) -> str:
    with app.app_context():
        town, _ = add_town()
        return f"/propositions/{add_proposal(town)}"


@pytest.fixture
def still_clock(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """The clock stands at the beginning of ten seconds, however long the test takes."""
    moment = clock.machine_now().replace(second=0, microsecond=0)
    stopwatch = SimpleNamespace(monotonic=lambda: 0.0, monotonic_ns=clock.time.monotonic_ns)
    monkeypatch.setattr(clock, "time", stopwatch)
    clock.follow(clock.Reading(moment, 0.0, 0.0))
    yield
    clock.follow(None)


def read(client: FlaskClient, page: str) -> tuple[str, int]:
    """Return a page without its token, and how many statements were asked of the database for it."""
    asked = []
    app = client.application
    with app.app_context():
        engine = db.engine
    note = lambda *_: asked.append(1)  # noqa: E731
    sa.event.listen(engine, "before_cursor_execute", note)
    text = client.get(page, headers={"X-Request-Id": "the-same-one"}).get_data(as_text=True)
    sa.event.remove(engine, "before_cursor_execute", note)
    head, _, rest = text.partition('name="csrf-token" content="')
    return head + rest.partition('"')[2].replace(rest.partition('"')[0], ""), len(asked)


def test_a_second_stranger_reads_the_same_page_which_is_not_made_again(
    app: Flask, page: str, still_clock: None
) -> None:
    first, asked = read(app.test_client(), page)
    second, asked_again = read(app.test_client(), page)

    assert first == second
    assert asked > asked_again == 0


def test_each_stranger_has_a_token_of_her_own_that_lets_her_choose_the_dark(
    app: Flask, page: str, still_clock: None
) -> None:
    tokens = []
    for _ in range(2):
        client = app.test_client()
        text = client.get(page).get_data(as_text=True)
        tokens.append(text.partition('name="csrf-token" content="')[2].partition('"')[0])
        chosen = client.post("/apparence", data={"csrf_token": tokens[-1], "apparence": "sombre"})
        assert chosen.status_code == 303
        assert "sombre" in str(client.get_cookie("apparence"))
    assert tokens[0] != tokens[1]


def test_what_is_hidden_in_another_process_is_read_by_nobody_any_more(
    database_url: str, still_clock: None
) -> None:
    here, elsewhere = build(database_url), build(database_url)
    with here.app_context():
        town, _ = add_town()
        proposal_id = add_proposal(town, title="Des propos odieux")
    stranger = here.test_client()
    assert "Des propos odieux" in stranger.get(f"/propositions/{proposal_id}").get_data(as_text=True)

    with elsewhere.app_context(), transaction():
        db.session.get_one(Proposal, proposal_id).hidden_at = utc_now()

    hidden = stranger.get(f"/propositions/{proposal_id}")
    assert "Des propos odieux" not in hidden.get_data(as_text=True)
    assert hidden.status_code != 200
    dispose(here)
    dispose(elsewhere)


def test_what_is_written_in_this_process_is_read_at_once(app: Flask, page: str, still_clock: None) -> None:
    stranger = app.test_client()
    stranger.get(page)
    with app.app_context(), transaction():
        db.session.get_one(Proposal, int(page.rpartition("/")[2])).title = "Deux bancs"

    assert "Deux bancs" in stranger.get(page).get_data(as_text=True)


def write_elsewhere(app: Flask) -> None:
    """Somebody does something that no page of a stranger shows."""
    with app.app_context(), transaction():
        add_person(f"Personne {clock.time.monotonic_ns()}")


@pytest.fixture
def popular(app: Flask, page: str, still_clock: None) -> str:
    """A page that strangers ask for while others write: it was made twice already."""
    for _ in range(2):
        app.test_client().get(page)
        write_elsewhere(app)
    return page


def test_a_page_that_is_asked_for_often_is_not_made_again_for_what_it_does_not_show(
    app: Flask, popular: str
) -> None:
    before, _ = read(app.test_client(), popular)
    for _ in range(3):
        write_elsewhere(app)
        again, asked = read(app.test_client(), popular)
        assert asked <= 1, "it was made again"  # what PostgreSQL is asked: which transactions are seen
        assert again == before


def hide_argument(proposal: Proposal) -> None:
    db.session.execute(sa.update(Argument).values(hidden_at=utc_now()))


def end_phases(proposal: Proposal) -> None:
    db.session.execute(sa.update(Phase).values(closes_at=utc_now() - timedelta(minutes=1)))


def rename_town(proposal: Proposal) -> None:
    db.session.execute(sa.update(Territory).values(name="Villeneuve"))


def support_once(proposal: Proposal) -> None:
    proposal.support_count += 1


def withdraw(proposal: Proposal) -> None:
    proposal.withdrawn_at = utc_now()


@pytest.mark.parametrize("change", [hide_argument, end_phases, rename_town, support_once, withdraw])
def test_what_a_page_shows_is_read_at_once_however_often_it_is_asked_for(
    app: Flask, page: str, still_clock: None, change: Callable[[Proposal], None]
) -> None:
    proposal_id = int(page.rpartition("/")[2])
    with app.app_context(), transaction():
        now = utc_now()
        said = {"side": Side.FOR, "body": "Oui, un banc.", "created_at": now, "author_id": add_person("Bea")}
        db.session.add(Argument(proposal_id=proposal_id, **said))
    for _ in range(3):
        before = app.test_client().get(page)
        write_elsewhere(app)
    with app.app_context(), transaction():
        change(db.session.get_one(Proposal, proposal_id))

    after, asked = read(app.test_client(), page)
    new = build(app.config["SQLALCHEMY_DATABASE_URI"])  # an application that kept nothing
    made, _ = read(new.test_client(), page)
    dispose(new)

    assert asked > 1
    assert after == made
    assert after not in before.get_data(as_text=True)


def test_a_page_of_another_ten_seconds_is_made_again(app: Flask, popular: str) -> None:
    app.test_client().get(popular)
    later, stopwatch = utc_now() + timedelta(seconds=15), clock.time.monotonic()
    clock.follow(clock.Reading(later, stopwatch, stopwatch))

    assert read(app.test_client(), popular)[1] > 1


def test_a_phase_that_closes_is_closed_for_strangers_at_that_very_minute(
    app: Flask, still_clock: None
) -> None:
    now = utc_now()
    with app.app_context():
        town, _ = add_town()
        closes_at = (now + timedelta(minutes=1)).replace(second=0, microsecond=0)
        consultation = add_consultation(town, opens_at=now - timedelta(days=1), closes_at=closes_at)
        proposal_id = add_proposal(town, consultation=consultation)
    stranger = app.test_client()
    assert "Connectez-vous pour soutenir" in stranger.get(f"/propositions/{proposal_id}").get_data(
        as_text=True
    )

    stopwatch = clock.time.monotonic()
    clock.follow(clock.Reading(closes_at, stopwatch, stopwatch))

    assert "Connectez-vous pour soutenir" not in stranger.get(f"/propositions/{proposal_id}").get_data(
        as_text=True
    )


def test_somebody_signed_in_reads_her_own_page(app: Flask, page: str, still_clock: None) -> None:
    app.test_client().get(page)
    with app.app_context():
        ada = add_person("Ada")

    assert "Ada" in sign_in(app, ada).get(page).get_data(as_text=True)
    assert "Ada" not in app.test_client().get(page).get_data(as_text=True)


def test_another_language_and_another_appearance_are_other_pages(
    app: Flask, page: str, still_clock: None
) -> None:
    french, english, dark = (app.test_client() for _ in range(3))
    dark.set_cookie("apparence", "sombre")
    asked_for = {"Accept-Language": "en"}

    assert 'lang="fr"' in french.get(page).get_data(as_text=True)
    assert 'lang="en"' in english.get(page, headers=asked_for).get_data(as_text=True)
    assert 'content="dark"' in dark.get(page).get_data(as_text=True)
    assert 'content="dark"' not in french.get(page).get_data(as_text=True)


def test_what_she_was_just_told_is_in_no_page_that_is_kept(app: Flask, page: str, still_clock: None) -> None:
    stranger = app.test_client()
    with stranger.session_transaction() as session:
        session["_flashes"] = [("success", "Votre message est envoyé.")]

    assert "Votre message est envoyé." in stranger.get(page).get_data(as_text=True)
    assert "Votre message est envoyé." not in app.test_client().get(page).get_data(as_text=True)


def test_a_page_is_read_all_the_same_where_the_database_cannot_be_asked_what_changed(
    app: Flask, page: str, still_clock: None
) -> None:
    stranger, kept = app.test_client(), app.extensions["kept_pages"]
    stranger.get(page)
    if kept._watch is not None:  # PostgreSQL is asked on a connection of the pool, as the page is
        kept._watch.close()

    assert stranger.get(page).status_code == 200
    assert read(app.test_client(), page)[1] > 0


def add_debate(app: Flask, proposal_id: int) -> dict[str, int]:
    """Somebody argued, somebody amended, and the town hall wrote. Returns what the addresses of their pages hold."""
    now, which = utc_now(), {"proposal_id": proposal_id}
    with app.app_context(), transaction():
        proposal, ada = db.session.get_one(Proposal, proposal_id), add_person("Ada")
        argument = Argument(side=Side.FOR, body="Oui.", created_at=now, author_id=ada, **which)
        text = {"title": proposal.title, "body_source": "Deux bancs."}
        amendment = Amendment(version=1, author_id=ada, reason="Il en manque.", state=AmendmentState.PROPOSED, created_at=now, **text, **which)  # fmt: skip
        db.session.add_all([argument, amendment, ProposalVersion(number=1, written_at=now, **text, **which)])
        letter = Letter(consultation_id=proposal.consultation_id, title="Les travaux", body_source="Bientôt.", body_html="<p>Bientôt.</p>", sent_at=now)  # fmt: skip
        db.session.add(letter)
        db.session.flush()
        return {
            "consultation_id": proposal.consultation_id,
            "letter_id": letter.id,
            "argument_id": argument.id,
            "amendment_id": amendment.id,
        }


def test_every_page_that_says_so_is_the_same_for_two_strangers(
    app: Flask, page: str, still_clock: None
) -> None:
    kept = [name for name, view in app.view_functions.items() if hasattr(view, "is_same_for_strangers")]
    values = {"proposal_id": page.rpartition("/")[2], **add_debate(app, int(page.rpartition("/")[2]))}
    for endpoint in kept:
        rule = next(app.url_map.iter_rules(endpoint))
        with app.test_request_context():
            address = app.url_for(endpoint, **{name: values[name] for name in rule.arguments})
        made = [read(app.test_client(), f"{address}?{app.name}={number}") for number in "12"]
        pages = [
            text.replace(f"{app.name}={number}", "") for number, (text, _) in zip("12", made, strict=True)
        ]
        assert pages[0].replace("civic%3D1", "") == pages[1].replace("civic%3D2", ""), endpoint


def test_a_crowd_that_has_the_same_page_made_at_once_waits_for_no_connection(
    database_url: str, still_clock: None
) -> None:
    """Who made a page gives its connection back before asking what it was read from: with one for all, nobody waits for two."""
    here, writer = build(database_url), build(database_url)
    with here.app_context():
        town, _ = add_town()
        page = f"/propositions/{add_proposal(town)}"
        kept, pool = here.extensions["kept_pages"], db.engine.pool
        pool._timeout = 0.2
    here.test_client().get(page)
    write_elsewhere(writer)
    held = []
    with here.app_context(), pytest.raises(sa.exc.TimeoutError):
        while True:
            held.append(db.engine.connect())
    held.pop().close()

    assert here.test_client().get(page).status_code == 200
    assert next(iter(kept._pages.values())).reads is not None
    for connection in held:
        connection.close()
    dispose(here)
    dispose(writer)
