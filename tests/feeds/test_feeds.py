"""What other programs read of the town."""

from datetime import timedelta
from xml.etree import ElementTree as ET

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.consultations.models import Consultation, Phase
from civic.consultations.rules import ConsultationState
from civic.feeds.rules import Event, calendar
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.notifications.following.topics import PATHS as PATHS_OF_TOPICS
from civic.proposals.models import Answer, Proposal
from civic.proposals.rules import AnswerState, Decision
from tests.conftest import plain
from tests.proposals.pairs import Text
from tests.proposals.test_likeness import Asking

ATOM = "{http://www.w3.org/2005/Atom}"
PATHS = ("/flux.atom", "/consultations/1/flux.atom", "/quartiers/2/flux.atom", "/agenda.ics", "/integration/en-cours", "/integration/consultations/1")  # fmt: skip


@pytest.fixture
def asking(app: Flask) -> Asking:
    with app.app_context():
        asking = Asking()
        bench, secret, drafted = asking.write(
            [Text("Un banc & de l’ombre <ici>", ""), Text("Une réclame", ""), Text("Une \x0bfontaine", "")]
        )
        with transaction():
            db.session.execute(
                sa.update(Proposal)
                .where(Proposal.id == secret)
                .values(hidden_at=asking.now, support_count=4321)
            )
            db.session.execute(sa.update(Proposal).where(Proposal.id == bench).values(support_count=1234))
            for proposal, state in ((bench, AnswerState.PUBLISHED), (drafted, AnswerState.DRAFT)):
                published_at = asking.now if state is AnswerState.PUBLISHED else None
                db.session.add(
                    Answer(
                        proposal_id=proposal, decision=Decision.ACCEPTED, body_source="Oui.", body_html="", state=state,
                        created_at=asking.now, published_at=published_at,
                    )
                )  # fmt: skip
            db.session.add(
                Consultation(
                    territory_id=asking.town, title="Encore secrète", state=ConsultationState.DRAFT, created_at=asking.now,
                    phases=[Phase(name="Plus tard", opens_at=asking.now, closes_at=asking.now + timedelta(days=2), activities=["read"])],
                )
            )  # fmt: skip
        return asking


def titles(body: bytes) -> list[str]:
    return [plain(entry.findtext(f"{ATOM}title") or "") for entry in ET.fromstring(body).iter(f"{ATOM}entry")]


def test_a_feed_tells_what_happened_and_is_asked_again_for_nothing(app: Flask, asking: Asking) -> None:
    client = app.test_client()
    answer = client.get("/flux.atom")

    told = titles(answer.data)
    assert answer.mimetype == "application/atom+xml"
    assert "Proposition : Un banc & de l’ombre <ici>" in told
    assert "La mairie a répondu : Un banc & de l’ombre <ici>" in told
    assert "Consultation : Cadre de vie" in told
    assert "La mairie a répondu : Une fontaine" not in told
    assert titles(client.get(f"/consultations/{asking.consultation}/flux.atom").data)
    assert client.get("/flux.atom", headers={"If-None-Match": answer.headers["ETag"]}).status_code == 304


@pytest.mark.parametrize("path", PATHS)
def test_nothing_hidden_no_draft_no_total_and_no_cookie_leaves_by_any_of_them(
    app: Flask, asking: Asking, path: str
) -> None:
    answer = app.test_client().get(path)
    body = answer.get_data(as_text=True)

    assert answer.status_code == 200
    assert "Une réclame" not in body
    assert "Encore secrète" not in body
    assert "1234" not in body
    assert "4321" not in body
    assert "Set-Cookie" not in answer.headers
    assert answer.headers["Cache-Control"] == "public, max-age=300"


def test_every_address_that_a_feed_a_calendar_or_a_topic_gives_is_that_of_a_page(app: Flask) -> None:
    rules = {rule.rule for rule in app.url_map.iter_rules()}
    adapter = app.url_map.bind("x")

    for path in ("/consultations/1", "/propositions/1", "/scrutins/1", "/conseils-de-quartier/seances/1"):
        assert adapter.match(path)
    for kind, start in PATHS_OF_TOPICS.items():
        assert adapter.match(f"{start}1")[0].partition(".")[2].startswith("show_"), kind
    assert "/agenda.ics" in rules


def test_a_draft_has_neither_feed_nor_frame(app: Flask, asking: Asking) -> None:
    for path in ("/consultations/2/flux.atom", "/integration/consultations/2", "/quartiers/999/flux.atom"):
        assert app.test_client().get(path).status_code == 404


def test_any_site_may_frame_these_parts_and_no_other_page(app: Flask, asking: Asking) -> None:
    client = app.test_client()
    frame = client.get("/integration/en-cours")

    assert "frame-ancestors *" in frame.headers["Content-Security-Policy"]
    assert "X-Frame-Options" not in frame.headers
    assert "<script" not in frame.get_data(as_text=True)
    assert "<form" not in frame.get_data(as_text=True)
    assert "Cadre de vie" in frame.get_data(as_text=True)
    assert client.get("/").headers["X-Frame-Options"] == "DENY"
    assert "frame-ancestors 'none'" in client.get("/").headers["Content-Security-Policy"]


def test_a_calendar_holds_what_opens_and_closes_in_lines_that_fit(app: Flask, asking: Asking) -> None:
    text = app.test_client().get("/agenda.ics").data.decode()

    assert "SUMMARY:Ouverture de « Proposer » : Cadre de vie" in text
    assert "SUMMARY:Fin de « Proposer » : Cadre de vie" in text
    assert all(len(line.encode()) <= 75 for line in text.split("\r\n"))
    long = calendar(
        name="É" * 90, site="https://x.fr", made_at=utc_now(),
        events=[Event("a", "Une, deux; trois\nquatre", "Salle", "/x", utc_now())],
    )  # fmt: skip
    assert "SUMMARY:Une\\, deux\\; trois quatre" in long
    assert all(len(line.encode()) <= 75 for line in long.split("\r\n"))


def test_a_page_says_how_to_follow_without_an_account(app: Flask, asking: Asking) -> None:
    page = app.test_client().get("/flux").get_data(as_text=True)

    assert "/agenda.ics" in page
    assert "&lt;iframe" in page
    assert f"/integration/consultations/{asking.consultation}" in page


def test_the_page_of_a_consultation_leads_to_its_feed_and_programs_find_it(
    app: Flask, asking: Asking
) -> None:
    page = app.test_client().get(f"/consultations/{asking.consultation}").text

    assert 'type="application/atom+xml"' in page
    assert page.count(f"/consultations/{asking.consultation}/flux.atom") == 2
