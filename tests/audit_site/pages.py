"""Which pages are measured: every GET endpoint that answers HTML, for each role that may open it, in each state found."""

import io
import json
import secrets
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from html.parser import HTMLParser
from itertools import islice, product
from urllib.parse import urlsplit

import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from werkzeug.exceptions import HTTPException
from werkzeug.routing import Rule

from civic.accounts import queries as accounts
from civic.accounts.models import MailedToken, TokenPurpose
from civic.checkins.register import importing as register_importing
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import OutboxMessage
from civic.kernel.sealing import keyed_digest
from civic.kernel.transaction import transaction
from civic.mutual_aid.importing import service as importing
from civic.mutual_aid.models import Offer
from civic.notifications.following.links import unsubscribe_path
from civic.surveys.models import Survey
from civic.surveys.service.reading import written_questions
from civic.territories import queries as territories
from civic.voting.booth.models import SealedPoll
from civic.voting.models import Poll, RollEntry
from civic.web.errors import HTTP_MESSAGES, error_page
from config import ROOT
from tests.audit_site.made import make_votes
from tests.audit_site.towns import DEMO, EMPTY, Town, open_copy, tags_of
from tests.conftest import sign_in, square
from tests.demo.test_pages import TABLES, addresses

ADDRESSES = ROOT / "civic" / "demo" / "content" / "addresses.csv"

NOT_PAGES = {
    "accounts.download_copy": "JSON file",
    "accounts.download_own_data": "JSON file",
    "attached.download_document": "PDF file",
    "attached.show_photograph": "image",
    "commitments.download_record": "CSV file",
    "commitments.show_photograph": "image",
    "consultation_documents.download_document": "PDF file",
    "consultation_documents.show_picture": "image",
    "councils.download_sitting": "calendar file",
    "gatherings.download_shift": "calendar file",
    "draws.download_list": "CSV file",
    "draws.download_result": "JSON file",
    "draws.download_rules": "JSON file",
    "draws.download_script": "Python file",
    "feeds.read_calendar": "calendar file",
    "feeds.read_consultation_feed": "feed",
    "feeds.read_place_feed": "feed",
    "feeds.read_town_feed": "feed",
    "identity.show_arms": "image",
    "identity.show_style_sheet": "style sheet",
    "inquiries.download_document": "PDF file",
    "inquiries.download_file": "PDF file, or image",
    "inquiries.download_proof": "PDF file",
    "inquiries.download_proof_text": "text file",
    "inquiries.download_register": "JSON file",
    "inquiries.download_script": "program",
    "inquiries.download_sessions": "calendar file",
    "inquiries.download_summary": "CSV file",
    "inquiries.download_workbook": "spreadsheet",
    "inquiries.open_masked_file": "PDF file, or image",
    "inquiries.show_edit_inquiry": "the form of a new inquiry, filled in; those of the demonstration are announced, and it sends to their page",
    "match_calendar.download_match": "calendar file",
    "match_calendar.download_request": "calendar file",
    "offer_import.download_model": "CSV file",
    "offline.show_manifest": "for browsers",
    "offline.show_sender": "token for the script that sends later",
    "offline.show_service_worker": "script",
    "opinions.download_opinions": "CSV file",
    "pages.show_robots": "text file",
    "pages.show_security_contact": "text file",
    "proposals.show_review": "redirect to the form of the answer",
    "records.download_record": "PDF file",
    "register.download_model": "CSV file",
    "series.download_series": "calendar file",
    "sitting_minutes.download_minutes": "text file",
    "static": "files",
    "surveys.download_answers": "CSV file",
    "surveys.download_codebook": "CSV file",
    "surveys.download_totals": "CSV file",
    "surveys.download_workbook": "spreadsheet",
    "surveys.take_up": "redirect to the questionnaire that was begun",
    "synthesis.download_pdf": "PDF file",
    "synthesis.download_population_model": "CSV file",
    "synthesis.download_workbook": "spreadsheet",
    "voting.download_ballots": "CSV file",
    "voting.download_question_ballots": "CSV file",
    "voting.download_question_result": "JSON file",
    "voting.download_recount_script": "Python file",
    "voting.download_rules": "JSON file",
    "voting_booth.desk.download_names": "CSV file",
    "voting_booth.download_archive": "archive",
    "voting_booth.download_election": "JSON file",
    "voting_booth.download_head": "JSON file",
    "voting_register.download_key": "key, a text file",
    "voting_register.download_receipts": "text file",
    "voting_register.download_register": "JSON lines",
    "web.choose_language": "redirect to the page that was read",
    "web.show_health": "for programs",
    "web.show_metrics": "for programs",
    "web.show_openapi": "JSON file",
    "web.show_readiness": "for programs",
}
"""GET endpoints that answer no HTML page, and what they answer. Those of the JSON API (``*_api``) are not listed."""

MORE = (
    "/recherche?q=v%C3%A9lo", "/recherche?q=zzzzzz", "/consultations?status=finished", "/consultations?status=draft",
    "/entraide?page=2", "/quartiers?q=zzzzzz", "/scrutins?status=closed", "/bureau/personnes?q=zzzzzz",
    "/bureau/reponses?etat=late", "/bureau/reponses?etat=to_read", "/engagements?state=kept", "/bureau/personnes?residency=declared", "/bureau/journal?page=2",
)  # fmt: skip
"""States of pages that an address asks for: filtered, empty because filtered, the second page of a list."""

MOST_ADDRESSES = 8
STATUSES = (400, 401, 404, 405, 409, 410, 413, 422, 429, 500)


@dataclass(frozen=True)
class Visit:
    """A page in a state, for somebody.

    Attributes:
        state: ``full``, ``empty``, ``form errors`` or ``error``.
        adds: whether its markup shows something that the visits before it, of the same endpoint, did not; if not, its reader alone differs.
        form: the action of the form to send empty, once the page is open.
        html: the page itself, for an error that the audit's browser cannot provoke.
    """

    town: str
    role: str | None
    endpoint: str
    address: str
    state: str = "full"
    adds: bool = True
    form: str | None = None
    html: str | None = None

    @property
    def label(self) -> str:
        who = self.role or "stranger"
        return f"{self.address} [{who}, {self.state}]" + (f" form {self.form}" if self.form else "")


def is_page(rule: Rule) -> bool:
    is_read = "GET" in (rule.methods or ())
    return is_read and not rule.endpoint.partition(".")[0].endswith("_api") and rule.endpoint not in NOT_PAGES


def page_rules(app: Flask) -> list[Rule]:
    return sorted(
        (rule for rule in app.url_map.iter_rules() if is_page(rule)), key=lambda rule: rule.endpoint
    )


def client_of(town: Town, role: str | None) -> FlaskClient:
    return town.app.test_client() if role is None else sign_in(town.app, town.people[role])


def ids_of(town: Town, *, most: int = MOST_ADDRESSES) -> dict[str, list[int]]:
    """Return some rows of each table, from the first to the last."""
    with town.app.app_context():
        found = {}
        for name, table in TABLES.items():
            rows = list(
                db.session.scalars(
                    sa.select(sa.column("id")).select_from(sa.table(table)).order_by(sa.column("id"))
                )
            )
            step = max(1, len(rows) // most)
            found[name] = rows[::step][:most]
        return found


class Walker:
    """Opens the pages of a town without a browser, and keeps those that show something new of their endpoint.

    Args:
        is_quick: keep the first page of each endpoint, and look no further.
    """

    def __init__(self, town: Town, *, is_quick: bool = False) -> None:
        self.town = town
        self.is_quick = is_quick
        self.state = "empty" if town.name != DEMO else "full"
        self.seen: dict[str, set[str]] = defaultdict(set)
        self.pages: dict[Visit, str] = {}

    def walk(self) -> dict[Visit, str]:
        """Return the pages to visit, with their HTML."""
        special = make_special_addresses(self.town) if self.town.name == DEMO else {}
        ids = ids_of(self.town)
        for role in self.town.roles:
            client = client_of(self.town, role)
            for rule in page_rules(self.town.app):
                self.choose(client, role, rule.endpoint, self.addresses(rule, ids, special))
            if self.town.name == DEMO:
                for address in MORE:
                    self.choose(client, role, f"{urlsplit(address).path} filtered", [address])
        if self.town.name == DEMO:
            self.search_the_missing()
        return self.pages

    def search_the_missing(self) -> None:
        """Try every row for the pages that few may open, as the form that changes one's own proposal."""
        ids = ids_of(self.town, most=10_000)
        missing = [rule for rule in page_rules(self.town.app) if not self.seen[rule.endpoint]]
        for rule, role in product(missing, self.town.roles):
            if not self.seen[rule.endpoint]:
                self.choose(client_of(self.town, role), role, rule.endpoint, addresses(rule, ids))

    def addresses(
        self, rule: Rule, ids: dict[str, list[int]], special: dict[str, list[str]]
    ) -> Iterator[str]:
        yield from special.get(rule.endpoint, [])
        if not rule.arguments or all(ids.get(name, [0]) for name in rule.arguments):
            for _, address in zip(range(MOST_ADDRESSES * 2), addresses(rule, ids), strict=False):
                yield address

    def choose(
        self, client: FlaskClient, role: str | None, endpoint: str, candidates: Iterator[str] | list[str]
    ) -> None:
        is_first = True
        for address in candidates:
            answer = client.get(address)
            if answer.status_code not in (200, 410) or answer.mimetype != "text/html":
                continue
            html = answer.get_data(as_text=True)
            shape = tags_of(html)
            adds = not shape <= self.seen[endpoint]
            if is_first or adds:
                self.seen[endpoint] |= shape
                self.pages[Visit(self.town.name, role, endpoint, address, self.state, adds)] = html
            if self.is_quick:
                return
            is_first = False


def find_each_page(town: Town) -> dict[str, Visit | None]:
    """Return a visit for each endpoint that answers HTML, or None where none was found: the quick form of what the audit walks."""
    walker = Walker(town, is_quick=True)
    special, ids = make_special_addresses(town), ids_of(town)
    clients = {role: client_of(town, role) for role in town.roles}
    order = sorted(town.roles, key=lambda role: role not in (None, "agent", "admin"))
    for rule in page_rules(town.app):
        for role in order:
            if not walker.seen[rule.endpoint]:
                first = islice(walker.addresses(rule, ids, special), MOST_ADDRESSES)
                walker.choose(clients[role], role, rule.endpoint, first)
    walker.search_the_missing()
    found = {visit.endpoint: visit for visit in reversed(walker.pages)}
    return {rule.endpoint: found.get(rule.endpoint) for rule in page_rules(town.app)}


def make_special_addresses(town: Town) -> dict[str, list[str]]:
    """Make what a visitor finds in a mail, and a file of boundaries that waits to be imported."""
    purposes = {
        "accounts.show_confirmation": TokenPurpose.CONFIRM_EMAIL,
        "accounts.show_email_change": TokenPurpose.CHANGE_EMAIL,
        "accounts.show_password_reset": TokenPurpose.RESET_PASSWORD,
    }
    made: dict[str, list[str]] = {}
    with town.app.app_context():
        for rule in page_rules(town.app):
            if rule.endpoint in purposes:
                token = keep_mailed_token(town.people["resident"], purposes[rule.endpoint])
                built = rule.build({"token": token})
                assert built is not None
                made[rule.endpoint] = [built[1]]
    few = {
        "volunteers.show_volunteer": volunteer_files(town),
        "voting_booth.paper.show_desk": paper_desks(town),
        "following.show_stop": stops(town),
        "surveys.show_texts": written_answers(town),
    }
    return (
        made
        | start_imports(town)
        | import_offers(town)
        | import_register(town)
        | few
        | make_votes(town.app, town.people["agent"], town.people["resident"])
    )


def import_offers(town: Town) -> dict[str, list[str]]:
    """Send a town's list twice, as an agent does: a preview that waits, and offers that their persons are asked to confirm."""
    rows = "Nom;Courriel;Téléphone;Aide\nCamille Essai;camille@example.org;;Courses\nNoé Essai;;06 00 00 00 00;?\n"
    with town.app.app_context():
        actor, place = accounts.get_actor(town.people["agent"]), territories.find_town()
        assert place is not None
        sent = [
            importing.send_file(actor, town_id=place.id, file_name="liste.csv", content=rows.encode())
            for _ in range(2)
        ]
        importing.import_offers(actor, import_id=sent[1], skips_errors=True, keeps_doubtful=False)
        payloads = db.session.scalars(sa.select(OutboxMessage.payload).filter_by(kind="mail"))
        links = [owed["path"] for owed in payloads if owed.get("template") == "offer_confirmation"]
    files = [f"/entraide/import/{import_id}" for import_id in sent]
    return {"offer_import.show_file": files, "offer_import.show_confirmation": links[-1:]}


def import_register(town: Town) -> dict[str, list[str]]:
    """Send a town's register twice, as who keeps it does: a preview that waits, and one that is imported."""
    rows = (
        "Nom;Prénoms;Date de naissance;Adresse;Téléphone\n"
        "Essai;Camille;14/03/1941;1 rue des Tanneurs;02 00 00 00 00\nEssai;Noé;14/03/2001;1 rue des Tanneurs;02 00 00 00 00\n"
    )
    with town.app.app_context():
        actor, place = accounts.get_actor(town.people["agent"]), territories.find_town()
        assert place is not None
        sent = [
            register_importing.send_file(
                actor, town_id=place.id, file_name="registre.csv", content=rows.encode()
            )
            for _ in range(2)
        ]
        register_importing.import_register(actor, file_id=sent[1], is_certified=True, skips_errors=True)
    return {"register.show_file": [f"/bureau/registre/import/{file_id}" for file_id in sent]}


def stops(town: Town) -> list[str]:
    """Return where the foot of a digest leads."""
    with town.app.app_context():
        return [unsubscribe_path(town.people["resident"])]


def volunteer_files(town: Town) -> list[str]:
    """Return the files of a few volunteers: not every person has one."""
    with town.app.app_context():
        authors = sa.select(Offer.author_id).where(Offer.organisation_id.is_(None)).distinct()
        found = list(db.session.scalars(authors.order_by(Offer.author_id).limit(MOST_ADDRESSES)))
    return [f"/entraide/benevoles/{person_id}" for person_id in found]


def written_answers(town: Town) -> list[str]:
    """Return the answers in words to each question that asks for words."""
    with town.app.app_context():
        return [
            f"/consultations/{survey.consultation_id}/questionnaire/textes/{question.key}"
            for survey in db.session.scalars(sa.select(Survey).order_by(Survey.id))
            for question in written_questions(survey)
        ][:MOST_ADDRESSES]


def paper_desks(town: Town) -> list[str]:
    """Return the desk of a sealed poll that is open, before somebody who has not voted, and before somebody who voted online."""
    with town.app.app_context():
        voters = sa.select(RollEntry.poll_id, sa.func.min(RollEntry.person_id))
        of_sealed = voters.join(SealedPoll, SealedPoll.poll_id == RollEntry.poll_id)
        still_open = of_sealed.join(Poll, Poll.id == RollEntry.poll_id).where(Poll.closes_at > utc_now())
        found = db.session.execute(still_open.group_by(RollEntry.poll_id, RollEntry.has_voted)).all()
    return [f"/scrutins/{poll_id}/liste-electorale/{person_id}/papier" for poll_id, person_id in found]


def keep_mailed_token(person_id: int, purpose: TokenPurpose) -> str:
    """Keep what a mail would hold, without the mail."""
    token, now = secrets.token_urlsafe(32), utc_now()
    with transaction():
        kept = MailedToken(
            token_digest=keyed_digest(purpose.value, token), purpose=purpose, person_id=person_id,
            created_at=now, expires_at=now + timedelta(days=1), email="nouvelle@example.org",
        )  # fmt: skip
        db.session.add(kept)
    return token


def start_imports(town: Town) -> dict[str, list[str]]:
    """Send a file of neighbourhoods, and two of addresses, as an agent does: previews that wait, and an import at work."""
    outlines = [
        {
            "type": "Feature",
            "properties": {"code": f"essai-{n}", "name": f"Essai {n}"},
            "geometry": square(3 + n / 10, 47.2),
        }
        for n in range(2)
    ]
    text = json.dumps({"type": "FeatureCollection", "features": outlines})
    client = client_of(town, "agent")
    send_file(client, "/bureau/quartiers", text.encode(), "essai.geojson")
    at_work = send_file(client, "/bureau/adresses", ADDRESSES.read_bytes(), "adresses.csv")
    answer = client.post(at_work, data={"csrf_token": csrf_token(client)})
    waiting = send_file(client, "/bureau/adresses", ADDRESSES.read_bytes(), "adresses.csv")
    return {"territories.preview_addresses": [waiting], "web.show_work": [answer.headers["Location"]]}


def send_file(client: FlaskClient, address: str, content: bytes, name: str) -> str:
    """Send a file by the form of a page, and return the address of what comes next."""
    file = (io.BytesIO(content), name)
    answer = client.post(address, data={"csrf_token": csrf_token(client), "file": file})
    return answer.headers["Location"]


# Forms sent empty


class Forms(HTMLParser):
    """The forms of a page that ask something: (action, names of its hidden fields with their values)."""

    def __init__(self, html: str) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str], bool]] = []
        self._open: tuple[str, dict[str, str]] | None = None
        self._asks = False
        self.feed(html)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        attributes = {name: value or "" for name, value in attrs}
        if tag == "form" and attributes.get("method", "").lower() == "post":
            self._open, self._asks = (attributes.get("action", ""), {}), False
        elif self._open and tag in ("input", "textarea", "select"):
            kind = attributes.get("type", "text")
            if tag == "input" and kind == "hidden":
                self._open[1][attributes.get("name", "")] = attributes.get("value", "")
            elif kind not in ("submit", "button"):
                self._asks = True

    def handle_endtag(self, tag: str) -> None:
        if tag == "form" and self._open:
            self.found.append((*self._open, self._asks))
            self._open = None


def empty_forms(town: Town, pages: dict[Visit, str]) -> dict[Visit, str]:
    """Send each kind of form empty, in a copy of the town, and return those that are refused with a page."""
    refused: dict[Visit, str] = {}
    tried = set()
    with open_copy(town) as copy:
        clients: dict[str | None, FlaskClient] = {}
        adapter = town.app.url_map.bind("localhost")
        for visit, html in pages.items():
            for action, hidden, asks in Forms(html).found:
                target = action or visit.address
                try:
                    kind = (visit.endpoint, adapter.match(urlsplit(target).path, method="POST")[0])
                except HTTPException:
                    continue
                if not asks or kind in tried:
                    continue
                tried.add(kind)
                client = clients.setdefault(visit.role, client_of(copy, visit.role))
                client.get(visit.address)
                values = {**hidden, "csrf_token": csrf_token(client)}
                answer = client.post(target, data=values)
                if answer.status_code in (400, 409, 422) and answer.mimetype == "text/html":
                    state = Visit(
                        town.name, visit.role, visit.endpoint, visit.address, "form errors", form=action
                    )
                    refused[state] = answer.get_data(as_text=True)
    return refused


def csrf_token(client: FlaskClient) -> str:
    page = client.get("/aide").get_data(as_text=True)
    return page.partition('name="csrf-token" content="')[2].partition('"')[0]


# Pages of errors


def error_visits(town: Town) -> dict[Visit, str]:
    """Return a page for each status that people can meet, and a refusal as they meet it."""
    found = {}
    for role in (None, "resident_verified"):
        for status in STATUSES:
            with town.app.test_request_context("/panne"):
                code, message = HTTP_MESSAGES.get(status, ("refused", "Cela n’a pas pu se faire."))
                html, _ = error_page(status, code, message)  # type: ignore[misc]
            visit = Visit(
                town.name, role, f"error {status}", f"/audit/erreur-{status}", "error", html=str(html)
            )
            found[visit] = str(html)
    for role, address in (
        ("resident_verified", "/bureau"),
        (None, "/rien-du-tout"),
        ("agent", "/rien-du-tout"),
    ):
        html = client_of(town, role).get(address).get_data(as_text=True)
        found[Visit(town.name, role, "error", address, "error")] = html
    return found


def all_visits(towns: dict[str, Town]) -> dict[Visit, str]:
    """Return every page to measure, with its HTML."""
    pages: dict[Visit, str] = {}
    for town in towns.values():
        walked = Walker(town).walk()
        pages |= walked
        if town.name in (DEMO, EMPTY):
            pages |= empty_forms(town, walked)
    return pages | error_visits(towns[DEMO])


def endpoints_without_visit(app: Flask, visits: dict[Visit, str]) -> list[str]:
    """Return the endpoints that answer HTML and that no visit covers."""
    covered = {visit.endpoint for visit in visits}
    return [rule.endpoint for rule in page_rules(app) if rule.endpoint not in covered]
