"""What programs read and write of gatherings and of help that comes back: the commands of the pages, and their refusals."""

from datetime import timedelta

from flask import Flask

from civic.kernel.clock import iso_utc, utc_now
from tests.conftest import add_person, add_town, bearer
from tests.mutual_aid.making import PHONE
from tests.mutual_aid.test_gatherings import Collection, at


def test_an_association_organises_and_two_people_come_by_programs(app: Flask) -> None:
    with app.app_context():
        collection = Collection()
        ada, ines = collection.person(), collection.person("Inès")
    client = app.test_client()
    owner, first, second = (bearer(app, each) for each in (collection.owner, ada, ines))

    drafted = client.post(
        "/api/v1/gatherings",
        headers=owner,
        json={"organisation_id": collection.organisation, "title": "Goûter", "address": "Salle des fêtes"},
    )
    assert drafted.status_code == 201
    path = f"/api/v1/gatherings/{drafted.json['id']}"
    assert client.get(path, headers=first).status_code == 404  # a draft is for the association alone
    assert client.post(f"{path}/publication", headers=owner).json["code"] == "no_shift"
    shift = {"role": "Service", "starts_at": iso_utc(at(0)), "ends_at": iso_utc(at(2)), "places": 1}
    refused = client.post(f"{path}/shifts", headers=owner, json=shift | {"ends_at": iso_utc(at(-1))})
    assert (refused.status_code, list(refused.json["fields"])) == (422, ["ends_at"])
    added = client.post(f"{path}/shifts", headers=owner, json=shift)
    assert added.status_code == 201
    number = added.json["shifts"][0]["id"]
    assert client.post(f"{path}/publication", headers=owner).json["state"] == "published"
    assert "Goûter" in [each["title"] for each in client.get("/api/v1/gatherings").json["items"]]

    place = f"/api/v1/shifts/{number}/place"
    assert client.put(place, headers=first, json={}).json == {"state": "taken"}
    assert client.put(place, headers=second, json={}).json["code"] == "shift_full"
    assert client.put(place, headers=second, json={"waits": True}).json == {"state": "waiting"}
    assert client.delete(place, headers=first).status_code == 204
    own = client.get(path, headers=second).json["shifts"][0]
    assert (own["own_place"], own["taken"]) == ("held", 1)
    assert own["held_until"] is not None
    assert client.put(place, headers=second, json={}).json == {"state": "taken"}

    assert client.post(f"{path}/expected", headers=first).status_code == 403
    expected = client.post(f"{path}/expected", headers=owner).json["people"]
    assert expected == [{"shift_id": number, "name": "Inès", "state": "taken"}]
    more = client.put(f"{path}/shifts/{number}/places", headers=owner, json={"places": 3})
    assert more.json["shifts"][0]["places"] == 3
    assert client.post(f"{path}/cancellation", headers=owner).json["state"] == "cancelled"
    assert client.put(place, headers=first, json={}).json["code"] == "shift_over"


def test_help_that_comes_back_is_begun_changed_and_stopped_by_a_program(app: Flask) -> None:
    with app.app_context():
        _, (place, *_) = add_town()
        odette, stranger = (add_person(name, lives_in=place) for name in ("Odette", "Ada"))
    client, own = app.test_client(), bearer(app, odette)
    begin = (utc_now() + timedelta(days=2)).replace(minute=0, second=0, microsecond=0)
    asked = {
        "category": "shopping", "title": "Porter les courses", "territory_id": place, "starts_at": iso_utc(begin),
        "ends_at": iso_utc(begin + timedelta(hours=2)), "contact_name": "Odette V.", "contact_phone": PHONE,
    }  # fmt: skip

    once = client.post("/api/v1/series", headers=own, json=asked | {"repeat": "once"})
    assert (once.status_code, list(once.json["fields"])) == (422, ["repeat"])
    assert client.get("/api/v1/series", headers=own).json["total"] == 0
    begun = client.post("/api/v1/series", headers=own, json=asked | {"repeat": "weekly"})
    assert begun.status_code == 201
    assert begun.json["rule"].startswith("FREQ=WEEKLY;BYDAY=")
    assert len(begun.json["ahead"]) >= 4
    path = f"/api/v1/series/{begun.json['id']}"
    assert client.get(path, headers=bearer(app, stranger)).status_code == 404

    changed = client.put(
        path,
        headers=own,
        json={
            "repeat": "fortnightly",
            "starts_at": iso_utc(begin + timedelta(hours=1)),
            "ends_at": iso_utc(begin + timedelta(hours=3)),
        },
    )
    assert "INTERVAL=2" in changed.json["rule"]
    assert changed.json["ahead"][0]["starts_at"] == iso_utc(begin + timedelta(hours=1))
    ended = client.post(f"{path}/end", headers=own)
    assert ended.json["ended_at"] is not None
    assert client.get("/api/v1/series", headers=own).json["items"][0]["id"] == begun.json["id"]
    again = client.put(
        path, headers=own, json={"repeat": "once", "starts_at": iso_utc(begin), "ends_at": iso_utc(begin)}
    )
    assert again.status_code == 422
