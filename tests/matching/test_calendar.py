"""A promise in somebody's calendar: the same entry whatever happens to it, and no address in it."""

import re
from datetime import timedelta

from flask import Flask
from flask.testing import FlaskClient

from civic.kernel.transaction import transaction
from civic.matching.service.invitations import accept_invitation
from civic.matching.service.matches import see_contact, withdraw_from_match
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.rules import Window
from tests.conftest import actor_of, add_person, add_town, plain, sign_in
from tests.mutual_aid.making import ADDRESS, NAME, PHONE, add_request, add_volunteer, invitation_of


def read(client: FlaskClient, path: str) -> dict[str, str]:
    """Return the properties of the one event of a file."""
    answer = client.get(path)
    assert (answer.status_code, answer.mimetype) == (200, "text/calendar")
    lines = re.sub("\r\n ", "", answer.get_data(as_text=True)).split("\r\n")
    return dict(line.split(":", 1) for line in lines if ":" in line)


def test_a_promise_keeps_its_entry_when_its_time_changes_and_is_taken_off_when_it_is_given_up(
    app: Flask,
) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        rose, ada = add_person("Rose", lives_in=place), add_volunteer(town, place, "Ada")
        request = add_request(rose, place)
        match = accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
        see_contact(actor_of(ada), match_id=match)
    volunteer, path = sign_in(app, ada), f"/entraide/mises-en-relation/{match}.ics"

    promised = read(volunteer, path)
    for private in (ADDRESS, NAME, PHONE, "Rose"):  # even once she has seen them
        assert private not in str(promised)
    assert plain(promised["SUMMARY"]) == "Aider : Quelques courses lourdes"
    assert (promised["STATUS"], promised["SEQUENCE"], promised["CLASS"]) == ("CONFIRMED", "0", "PRIVATE")

    with app.app_context(), transaction():
        locked = mutual_aid.lock_request(request)
        locked.move_to(Window(locked.starts_at, locked.ends_at + timedelta(hours=1)))
    longer = read(volunteer, path)
    assert longer["UID"] == promised["UID"]
    assert int(longer["SEQUENCE"]) > int(promised["SEQUENCE"])

    with app.app_context():
        withdraw_from_match(actor_of(ada), match_id=match)
    gone = read(volunteer, path)
    assert (gone["UID"], gone["STATUS"]) == (promised["UID"], "CANCELLED")
    assert int(gone["SEQUENCE"]) > int(longer["SEQUENCE"])
    asked = read(sign_in(app, rose), f"/entraide/demandes/{request}.ics")
    assert asked["STATUS"] == "TENTATIVE"  # somebody else is sought


def test_nobody_else_takes_the_file(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        rose, ada = add_person("Rose", lives_in=place), add_volunteer(town, place, "Ada")
        other = add_volunteer(town, place, "Inès")
        request = add_request(rose, place)
        match = accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    client = sign_in(app, other)

    assert client.get(f"/entraide/mises-en-relation/{match}.ics").status_code == 404
    assert client.get(f"/entraide/demandes/{request}.ics").status_code == 404
    assert sign_in(app, rose).get(f"/entraide/mises-en-relation/{match}.ics").status_code == 200
