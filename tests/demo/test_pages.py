"""Every page of the demonstration answers, to a stranger and to each of its accounts."""

from collections import defaultdict
from collections.abc import Iterator
from itertools import product

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.routing import Rule

from civic import demo
from civic.accounts import queries as accounts
from civic.kernel.database import db
from civic.proposals.models import Argument
from tests.conftest import post_form, sign_in

TABLES = {
    "amendment_id": "amendment",
    "argument_id": "argument",
    "attachment_id": "consultation_document",
    "call_id": "call_back",
    "campaign_id": "checkin_campaign",
    "checkin_id": "checkin_call",
    "entry_id": "register_entry",
    "file_id": "register_import",
    "commitment_id": "commitment",
    "guide_id": "guide",
    "consultation_id": "consultation",
    "concern_id": "concern",
    "content_id": "flagged_content",
    "council_id": "council",
    "decision_id": "moderation_decision",
    "document_id": "proposal_document",
    "draft_id": "proposal_draft",
    "draw_id": "draw",
    "gathering_id": "gathering",
    "import_id": "offer_import",
    "inquiry_id": "inquiry",
    "imported_id": "imported_offer",
    "item_id": "agenda_item",
    "invitation_id": "invitation",
    "letter_id": "consultation_letter",
    "match_id": "match",
    "milestone_id": "milestone",
    "notification_id": "notification",
    "offer_id": "offer",
    "open_call_id": "candidate_call",
    "organisation_id": "organisation",
    "person_id": "person",
    "petition_id": "petition",
    "photograph_id": "commitment_photograph",
    "poll_id": "poll",
    "proposal_id": "proposal",
    "question_id": "sitting_question",
    "record_id": "municipal_record",
    "request_id": "help_request",
    "seat_id": "seat",
    "session_id": "inquiry_session",
    "shift_id": "shift",
    "series_id": "request_series",
    "sheet_id": "petition_sheet",
    "sitting_id": "sitting",
    "statement_id": "statement",
    "subject_id": "proposal",
    "territory_id": "territory",
    "theme_id": "inquiry_theme",
    "upload_id": "boundary_upload",
    "vote_id": "sitting_vote",
}
MOST_ROWS = 20
EACH_STATE = 2
"""How many rows of each state are read, beyond the first rows of a table too."""
TEXTS = {
    "key": ["inconnue"],
    "number": [1, 2],
    "question_key": [1, 3, 6, 8],
    "token": ["inconnu"],
    "code": ["en"],
    "kind": ["proposal"],
    "template_key": ["concertation"],
}
EXPECTED = {200, 302, 303, 401, 403, 404, 409, 410, 422}
"""A refusal is an answer (422: an address of the API that wants parameters); an error of the server's is not."""
UNREADY = "/readyz"
"""Says 503 here, rightly: the tables of a test were made without the migrations."""

EVERYBODY = [None, *demo.ROLES]
FRONT = [
    "/", "/consultations", "/scrutins", "/entraide", "/conseils-de-quartier", "/quartiers", "/associations", "/aide",
    "/mentions-legales", "/compte/connexion",
]  # fmt: skip


def rows_of(table: sa.Table) -> list[int]:
    """Return the first rows of a table, and some of each state."""
    states = [column for column in table.columns if isinstance(column.type, sa.Enum)]
    rows = db.session.execute(sa.select(table.c.id, *states).order_by(table.c.id)).all()
    alike: defaultdict[tuple[object, ...], list[int]] = defaultdict(list)
    for row_id, *state in rows:
        alike[tuple(state)].append(row_id)
    first = [row_id for row_id, *_ in rows[:MOST_ROWS]]
    return sorted({*first, *(row_id for group in alike.values() for row_id in group[:EACH_STATE])})


@pytest.fixture(scope="module")
def ids(aubernay: Flask) -> dict[str, list[int]]:
    with aubernay.app_context():
        return {name: rows_of(db.metadata.tables[table]) for name, table in TABLES.items()}


def addresses(rule: Rule, ids: dict[str, list[int]]) -> Iterator[str]:
    names = sorted(rule.arguments)
    choices = [
        [*TEXTS.get(name, ids.get(name, []))][: 3 if len(names) > 1 else None] or [1] for name in names
    ]
    for values in product(*choices):
        built = rule.build(dict(zip(names, values, strict=True)))
        assert built is not None
        yield built[1]


def client_of(app: Flask, key: str | None) -> FlaskClient:
    if key is None:
        return app.test_client()
    email = next(account.email for account in demo.demo_accounts() if account.key == key)
    with app.app_context():
        person = accounts.find_person_by_email(email)
        assert person is not None
        person_id = person.id
    return sign_in(app, person_id)


@pytest.mark.parametrize("key", EVERYBODY)
def test_no_page_and_no_address_of_the_api_breaks(
    aubernay: Flask, ids: dict[str, list[int]], key: str | None
) -> None:
    client, broken, seen = client_of(aubernay, key), [], 0
    for rule in aubernay.url_map.iter_rules():
        if "GET" not in (rule.methods or ()) or rule.endpoint == "static":
            continue
        for address in addresses(rule, ids):
            status = client.get(address).status_code
            seen += status == 200
            if status not in EXPECTED and address != UNREADY:
                broken.append(f"{address} answers {status}")

    assert broken == []
    assert seen > 100


@pytest.mark.parametrize("key", EVERYBODY)
def test_the_pages_of_the_front_are_open_to_everybody(aubernay: Flask, key: str | None) -> None:
    client = client_of(aubernay, key)

    answers = {path: client.get(path, follow_redirects=True).status_code for path in FRONT}

    assert answers == dict.fromkeys(FRONT, 200)


@pytest.mark.parametrize(
    ("key", "path"),
    [
        ("resident", "/mon-espace"),
        ("resident_verified", "/notifications"),
        ("volunteer", "/entraide/sollicitations"),
        ("agent", "/bureau"),
        ("councillor", "/bureau"),
        ("moderator", "/signalements"),
        ("admin", "/bureau/journal"),
    ],
)
def test_each_account_has_a_page_of_its_own_that_is_not_empty(aubernay: Flask, key: str, path: str) -> None:
    page = client_of(aubernay, key).get(path)

    assert page.status_code == 200
    main = page.get_data(as_text=True).partition("<main")[2].partition("</main>")[0]
    assert main.count("<li") + main.count("<tr") > 2


def test_the_sign_in_page_shows_the_accounts_and_each_of_them_opens_the_door(aubernay: Flask) -> None:
    page = aubernay.test_client().get("/compte/connexion").get_data(as_text=True)

    for account in demo.demo_accounts():
        assert account.email in page
        assert account.password in page
        client = aubernay.test_client()
        post_form(client, "/compte/connexion", email=account.email, password=account.password)
        assert account.name in client.get("/").get_data(as_text=True)


def test_who_wrote_an_argument_is_not_asked_to_flag_it_and_others_are(aubernay: Flask) -> None:
    with aubernay.app_context():
        gerard = accounts.find_person_by_email("gerard.thibaudeau@example.org")
        assert gerard is not None
        own = db.session.scalars(sa.select(Argument).filter_by(author_id=gerard.id)).first()
        assert own is not None
        path, link = f"/propositions/{own.proposal_id}", f"/signalements/nouveau/argument/{own.id}"

    assert link not in client_of(aubernay, "volunteer").get(path).get_data(as_text=True)
    assert link in client_of(aubernay, "resident").get(path).get_data(as_text=True)
