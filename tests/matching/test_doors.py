"""The same story by pages without a script, by JSON and by socket."""

import re
from datetime import timedelta

from flask import Flask

from civic.accounts.service import people
from civic.extensions import socketio
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.matching import queries
from civic.mutual_aid.rules import DayPart, RequestState, Slot, Window
from civic.web.idempotency import KeptAnswer
from civic.web.languages import form_instant
from tests.conftest import Role, add_person, add_town, bearer, plain, post_form, sign_in
from tests.mutual_aid.making import (
    ADDRESS,
    add_request,
    add_volunteer,
    disturb_at_any_hour,
    invitation_of,
    invitations,
    matches,
    state_of,
)

FORM = {
    "category": "shopping",
    "title": "Quelques courses lourdes",
    "starts_at": "2030-03-14T09:00",
    "ends_at": "2030-03-14T18:00",
    "urgency": "today",
    "capacity": "1",
    "contact_name": "Odette Vasseur",
    "contact_phone": "01 99 00 12 34",
    "contact_address": ADDRESS,
}


def near_dates() -> dict[str, str]:
    begin = utc_now() + timedelta(hours=1)
    return {"starts_at": form_instant(begin), "ends_at": form_instant(begin + timedelta(hours=6))}


def test_a_request_goes_from_the_form_to_the_thanks_without_a_script(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        ada, odette = add_person("Ada", lives_in=place), add_person("Odette", lives_in=place)
        disturb_at_any_hour(ada)
    volunteer, owner = sign_in(app, ada), sign_in(app, odette)
    offered = post_form(
        volunteer, "/entraide/propositions", category="shopping", title="Vos courses", accepts_charter="true"
    )
    assert offered.status_code == 302
    assert post_form(volunteer, "/entraide/disponibilite", on="true").status_code == 302

    opened = post_form(owner, "/entraide/demandes", **{**FORM, **near_dates(), "territory_id": str(place)})
    assert opened.status_code == 302
    assert "1 bénévole est sollicité" in owner.get(opened.location).get_data(as_text=True)

    page = volunteer.get("/entraide/sollicitations").get_data(as_text=True)
    assert "Quelques courses lourdes" in page
    assert "dans votre quartier" in page
    acceptance = re.search(r'action="(/entraide/sollicitations/\d+/acceptation)"', page)
    assert acceptance
    accepted = post_form(volunteer, acceptance.group(1))
    match = accepted.location
    assert ADDRESS not in volunteer.get(match).get_data(as_text=True)
    assert ADDRESS in post_form(volunteer, f"{match}/coordonnees").get_data(as_text=True)
    post_form(volunteer, f"{match}/messages", text="J’arrive à 17 h.", client_id="a")
    assert "J’arrive à 17 h." in owner.get(match).get_data(as_text=True)
    assert "Ada" in owner.get(opened.location).get_data(as_text=True)
    post_form(volunteer, f"{match}/fin")
    asked = owner.get(match).get_data(as_text=True)
    assert "Non, personne n’est venu" in asked
    assert "Ce n’est pas fini" in asked
    post_form(owner, f"{match}/pas-fini")
    assert "Ada est en route" in owner.get(match).get_data(as_text=True)
    post_form(volunteer, f"{match}/fin")
    assert "Fait et confirmé" in owner.get(post_form(owner, f"{match}/fin").location).get_data(as_text=True)


def test_a_form_that_fails_comes_back_filled_in(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        odette = add_person("Odette", lives_in=place)
    owner = sign_in(app, odette)

    answer = post_form(
        owner, "/entraide/demandes", **{**FORM, "contact_phone": "12", "territory_id": str(place)}
    )

    page = answer.get_data(as_text=True)
    assert answer.status_code == 422
    assert "Quelques courses lourdes" in page
    assert "Écrivez les 10 chiffres" in page


def test_reading_an_invitation_accepts_nothing_and_a_late_yes_is_told_on_its_page(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        ada, bob = (add_volunteer(town, place) for _ in range(2))
        request = add_request(add_person(lives_in=place), place)
        first, second = (invitation_of(request, person) for person in (ada, bob))
    for path in ("", "/acceptation"):
        sign_in(app, ada).get(f"/entraide/sollicitations/{first}{path}")
    with app.app_context():
        assert matches(request) == {}

    post_form(sign_in(app, ada), f"/entraide/sollicitations/{first}/acceptation")
    late = post_form(sign_in(app, bob), f"/entraide/sollicitations/{second}/acceptation")

    assert late.status_code == 409
    assert "Quelqu’un a répondu avant vous" in late.get_data(as_text=True)


def test_the_telephone_desk_is_for_agents_and_writes_nothing_without_consent(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agent = add_person("Nadia", roles=((Role.AGENT, town),))
        resident = add_person(lives_in=place)
    form = {**FORM, **near_dates(), "territory_id": str(place), "consent": "oral"}
    path = "/entraide/demande-par-telephone"

    assert sign_in(app, resident).get(path).status_code == 403
    assert post_form(sign_in(app, resident), path, **form, has_agreed="true").status_code == 403
    desk = sign_in(app, agent)
    assert post_form(desk, path, **form).status_code == 422
    assert "Rien ne vous attend" in desk.get("/entraide/a-suivre").get_data(as_text=True)
    opened = post_form(desk, path, **form, has_agreed="true")

    blank = desk.get(path).get_data(as_text=True)
    assert "2026-" not in str(
        re.findall(r'name="(?:starts|ends)_at"[^>]*', blank)
    )  # no date that nobody chose
    tomorrow = post_form(
        desk, path, **{**form, "starts_at": "", "ends_at": "", "day": "tomorrow"}, has_agreed="true"
    )
    assert "de 8 h à 19 h" in plain(desk.get(tomorrow.location).get_data(as_text=True))
    page = desk.get(opened.location).get_data(as_text=True)
    assert "de vive voix" in page
    assert ADDRESS not in page
    assert ADDRESS in post_form(desk, f"{opened.location}/coordonnees").get_data(as_text=True)
    assert "Quelques courses lourdes" in desk.get("/entraide/a-suivre").get_data(as_text=True)


def test_the_story_by_json(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        ada, odette = add_person("Ada", lives_in=place), add_person("Odette", lives_in=place)
        disturb_at_any_hour(ada)
    client, volunteer, owner = app.test_client(), bearer(app, ada), bearer(app, odette)
    offer = {"category": "shopping", "title": "Vos courses", "slots": [], "accepts_charter": True}
    assert client.post("/api/v1/offers", json=offer, headers=volunteer).status_code == 201
    assert client.put("/api/v1/duty", json={"on": True}, headers=volunteer).json == {"on": True}
    body = {**FORM, **near_dates(), "territory_id": place, "capacity": 1}

    opened = client.post("/api/v1/requests", json=body, headers=owner)
    assert (opened.status_code, opened.json["state"]) == (201, "dispatching")
    assert ADDRESS not in opened.get_data(as_text=True)
    (invitation,) = client.get("/api/v1/invitations", headers=volunteer).json["items"]
    path = f"/api/v1/invitations/{invitation['id']}/acceptance"
    match = client.post(path, headers=volunteer).json
    assert client.post(path, headers=volunteer).json["id"] == match["id"]
    matched = f"/api/v1/matches/{match['id']}"
    keyed = {**volunteer, "Idempotency-Key": "a"}
    assert client.post(f"{matched}/contact", headers=keyed).json["address"] == ADDRESS
    said = {"text": "Bonjour", "client_id": "1"}
    client.post(f"{matched}/messages", json=said, headers=volunteer)
    assert client.get(f"{matched}/messages", headers=owner).json["items"][0]["text"] == "Bonjour"
    assert client.post(f"{matched}/completion", headers=owner).json["state"] == "confirmed"

    cancelled = client.post(f"/api/v1/requests/{opened.json['id']}/cancellation", json={}, headers=owner)
    assert (cancelled.status_code, cancelled.json["code"]) == (409, "wrong_state")
    with app.app_context():
        assert state_of(opened.json["id"]) is RequestState.CLOSED


def test_a_contact_is_not_kept_with_the_answers_to_retries(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agent = add_person(roles=((Role.AGENT, town),))
        request = add_request(add_person(lives_in=place), place)
    headers = {**bearer(app, agent), "Idempotency-Key": "once"}

    shown = app.test_client().post(f"/api/v1/requests/{request}/contact", headers=headers)

    assert shown.json["address"] == ADDRESS
    with app.app_context():
        assert db.session.query(KeptAnswer).count() == 0


def test_a_volunteer_goes_on_duty_accepts_and_speaks_by_socket(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        ada = add_volunteer(town, place, is_on_duty=False)
        token = people.issue_api_token(person_id=ada)
        owner = add_person(lives_in=place)
    socket = socketio.test_client(app, auth={"token": token})

    assert socket.emit("duty:set", {"on": True}, callback=True) == {"ok": True, "data": {"on": True}}
    with app.app_context():
        request = add_request(owner, place)
        invitation = invitation_of(request, ada)
    accepted = socket.emit("invitation:accept", {"invitation_id": invitation}, callback=True)
    match = accepted["data"]["id"]
    message = {"match_id": match, "text": "Bonjour", "client_id": "1"}
    first = socket.emit("match:say", message, callback=True)
    again = socket.emit("match:say", message, callback=True)
    refused = socket.emit("invitation:decline", {"invitation_id": invitation}, callback=True)

    assert accepted["ok"]
    assert first["ok"]
    assert again["data"]["id"] == first["data"]["id"]
    assert refused["error"]["code"] == "invitation_answered"
    with app.app_context():
        assert matches(request) == {ada: "accepted"}
        assert invitations(request) == {ada: "accepted"}
        assert queries.get_progress(request).asked == 1


def test_when_nobody_is_free_at_these_hours_odette_is_told_at_once_when_they_are(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        begin = utc_now() + timedelta(days=2)
        other_day = (begin.isoweekday() + 2) % 7 + 1
        add_volunteer(town, place, "Ada", slots=frozenset({Slot(other_day, DayPart.MORNING)}))
        odette = add_person("Odette", lives_in=place)
        window = Window(begin, begin + timedelta(hours=3))
        request = add_request(odette, place, window=window)
    page = sign_in(app, odette).get(f"/entraide/demandes/{request}").get_data(as_text=True)

    assert "Personne n’est disponible à ces heures." in page
    assert "Des bénévoles le sont à d’autres moments" in page
    assert "bénévole sollicité" not in page
