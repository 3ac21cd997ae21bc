"""Nobody but the matched sides learns who is helped, nor where: every address that answers is read by everybody."""

import itertools
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import sqlalchemy as sa
import time_machine
from flask import Flask
from werkzeug.routing import Rule

from civic.kernel.database import db
from civic.kernel.outbox import OutboxMessage
from civic.matching.service.invitations import accept_invitation
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import Contact, Urgency
from tests.conftest import Role, add_person, add_town, bearer, build, dispose, sign_in
from tests.conftest import actor_of as actor
from tests.mutual_aid.making import ADDRESS, NAME, PHONE, add_request, add_volunteer, invitation_of

SECRETS = (NAME, PHONE, PHONE.replace(" ", ""), ADDRESS, "Glycines", "Vasseur-Lemoine")
FEATURES = ("mutual_aid", "matching", "mutual_aid_api", "matching_api", "pages", "notifications")


def paths(app: Flask) -> list[str]:
    """Every address that answers a GET, with each small number in the place of each identifier."""
    found = []
    for rule in app.url_map.iter_rules():
        if "GET" in (rule.methods or ()) and rule.endpoint.split(".")[0] in FEATURES:
            found += _filled(rule)
    return sorted(found)


def _filled(rule: Rule) -> list[str]:
    names = sorted(rule.arguments)
    choices = itertools.product((1, 2, 3), repeat=len(names))
    filled = [rule.build(dict(zip(names, numbers, strict=True))) for numbers in choices]
    return [built[1] for built in filled if built]


def test_no_page_and_no_answer_shows_a_contact_before_somebody_asks_to_see_it(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        volunteers = [add_volunteer(town, place) for _ in range(3)]
        owner = add_person("Odette", lives_in=place)
        requests = [add_request(owner, place, urgency=Urgency.URGENT, capacity=2) for _ in range(3)]
        accept_invitation(actor(volunteers[0]), invitation_id=invitation_of(requests[0], volunteers[0]))
        readers = {
            "stranger": add_person(lives_in=place),
            "invited": volunteers[1],
            "matched": volunteers[0],
            "owner": owner,
            "councillor": add_person(roles=((Role.COUNCILLOR, town),)),
            "moderator": add_person(roles=((Role.MODERATOR, town),)),
            "agent": add_person(roles=((Role.AGENT, town),)),
        }
    read = 0
    for name, person in [("nobody", None), *readers.items()]:
        client = app.test_client() if person is None else sign_in(app, person)
        headers = bearer(app, person) if person else {}
        for path in paths(app):
            answer = client.get(path, headers=headers if path.startswith("/api/") else {})
            body = answer.get_data(as_text=True)
            read += answer.status_code == 200
            assert answer.status_code < 500, (name, path)
            assert not [secret for secret in SECRETS if secret in body], (name, path)
    assert read > 100


def test_a_request_an_invitation_and_a_match_of_others_do_not_exist_for_a_stranger(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        ada = add_volunteer(town, place)
        request = add_request(add_person(lives_in=place), place)
        invitation = invitation_of(request, ada)
        match = accept_invitation(actor(ada), invitation_id=invitation)
        stranger = add_person(lives_in=place)
    client, headers = sign_in(app, stranger), bearer(app, stranger)

    for path in (
        f"/entraide/demandes/{request}",
        f"/entraide/sollicitations/{invitation}",
        f"/entraide/mises-en-relation/{match}",
    ):
        assert client.get(path).status_code == 404, path
    for path in (
        f"requests/{request}",
        f"requests/{request}/progress",
        f"invitations/{invitation}",
        f"matches/{match}",
        f"matches/{match}/messages",
    ):
        assert client.get(f"/api/v1/{path}", headers=headers).status_code == 404, path
    for path in (
        f"requests/{request}/cancellation",
        f"requests/{request}/contact",
        f"requests/{request}/relaunch",
        f"requests/{request}/settlement",
        f"invitations/{invitation}/acceptance",
        f"invitations/{invitation}/refusal",
        f"matches/{match}/contact",
        f"matches/{match}/completion",
        f"matches/{match}/withdrawal",
        f"matches/{match}/start",
    ):
        assert client.post(f"/api/v1/{path}", headers=headers).status_code == 404, path


def test_what_would_find_a_person_at_home_is_unreadable_in_the_database(sqlite_url: str) -> None:
    app = build(sqlite_url)
    with app.app_context():
        town, (place, *_) = add_town()
        add_volunteer(town, place)
        request = add_request(add_person(lives_in=place), place)
        assert db.session.get_one(HelpRequest, request).contact_address == ADDRESS
    dispose(app)

    folder = Path(sqlite_url.removeprefix("sqlite:///")).parent
    stored = b"".join(file.read_bytes() for file in folder.iterdir() if file.is_file())
    assert not [secret for secret in SECRETS if secret.encode() in stored]


def observe(url: str, contact: Contact) -> list[Any]:
    """Return all that persons who are not matched may observe of one request: answers, their order, what is owed to them."""
    app = build(url)
    with time_machine.travel(datetime(2026, 11, 23, 8, 0, tzinfo=UTC), tick=False):
        with app.app_context():
            town, (here, near, _) = add_town()
            db.session.execute(sa.text("SELECT 1"))
            volunteers = [add_volunteer(town, place) for place in (near, here, here)]
            stranger = add_person("Étranger", lives_in=here)
            add_request(add_person("Odette", lives_in=here), here, contact=contact)
            owed = db.session.execute(sa.select(OutboxMessage.kind, OutboxMessage.payload)).all()
            seen: list[Any] = [(row.kind, row.payload) for row in owed]
        for person in (stranger, *volunteers):
            client, headers = app.test_client(), bearer(app, person)
            for path in ("requests", "requests/1", "invitations", "invitations/1", "matches"):
                seen.append(client.get(f"/api/v1/{path}", headers=headers).get_json())
    dispose(app)
    return seen


def test_moving_inside_a_neighbourhood_changes_nothing_that_anybody_not_matched_can_see(
    tmp_path: Path,
) -> None:
    first = observe(
        f"sqlite:///{tmp_path / 'one.sqlite3'}", Contact("Odette", "01 99 00 00 01", "1 rue du Pont")
    )
    second = observe(
        f"sqlite:///{tmp_path / 'two.sqlite3'}", Contact("Odette", "01 99 00 00 02", "98 quai Nord")
    )

    assert _without_names(first) == _without_names(second)


def _without_names(seen: list[Any]) -> str:
    """The tests number their communes across databases, and each refusal has its own request number."""
    import json
    import re

    text = json.dumps(seen, sort_keys=True, default=str)
    text = re.sub(r'"request_id": "[^"]+"', '"request_id": ""', text)
    return re.sub(r"p\d+@|C\d+", "", text)
