"""What a program reads of an inquiry, and what the commissioner and the town hall write by one."""

import io
from datetime import timedelta
from typing import Any

from flask import Flask

from civic.inquiries.rules import MaskReason, Part, Verdict
from civic.inquiries.service import conducting
from tests.conftest import add_person, add_town, bearer
from tests.inquiries.making import (
    PDF,
    add_announced,
    add_open,
    agent,
    at,
    commissioner,
    deposit,
    held,
    stored,
)

FILES = {Part.REPORT: PDF, Part.CONCLUSIONS: PDF + b"\n"}


def test_a_commissioner_studies_by_a_program_and_the_town_hall_answers(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mine, desk = commissioner(), agent(town)
        inquiry = add_open(town, who=mine)
        deposit(inquiry, "Gardez les haies.")
        deposit(inquiry, "Et la mare.")
    hers, hall, api = bearer(app, mine.id), bearer(app, desk.id), app.test_client()
    one = f"/api/v1/inquiries/{inquiry}"

    made = api.post(f"{one}/themes", json={"name": "Les haies"}, headers=hers)
    assert made.status_code == 201
    theme = f"{one}/themes/{made.get_json()['id']}"
    assert api.post(f"{one}/themes", json={"name": "Les haies"}, headers=hers).status_code == 409
    put = api.post(f"{theme}/observations", json={"numbers": [1, 2, 99]}, headers=hers)
    assert put.get_json() == {"count": 2}
    out = api.post(f"{theme}/observations", json={"numbers": [2], "is_out": True}, headers=hers)
    assert out.get_json() == {"count": 1}
    written = {"note": "Les garder", "appraisal": "Fondé"}
    assert api.put(theme, json=written, headers=hers).status_code == 204
    assert api.put(f"{one}/observations/1/note", json={"text": "Voir"}, headers=hers).status_code == 204
    (seen,) = api.get(f"{one}/study/themes", headers=hall).get_json()["items"]
    assert (seen["note"], seen["appraisal"], seen["seen"], seen["count"]) == ("Les garder", None, None, 1)
    answer = {"answer": "Elles sont gardées.", "seen": seen["answer_seen"]}
    assert api.put(f"{theme}/answer", json=answer, headers=hall).status_code == 204
    late = api.put(f"{theme}/answer", json=answer, headers=hall)
    assert (late.status_code, late.get_json()["code"]) == (409, "inquiry_changed_meanwhile")
    (own,) = api.get(f"{one}/study/themes", headers=hers).get_json()["items"]
    assert (own["appraisal"], own["answer"]) == ("Fondé", "Elles sont gardées.")
    studied = api.get(f"{one}/study/observations?theme={own['id']}", headers=hers).get_json()
    assert [(each["number"], each["note"]) for each in studied["items"]] == [(1, "Voir")]
    unsorted = api.get(f"{one}/study/observations?theme=0", headers=hall).get_json()
    assert [(each["number"], each["note"]) for each in unsorted["items"]] == [(2, "")]
    assert api.delete(theme, headers=hers).status_code == 204
    assert api.get(f"{one}/study/themes", headers=hers).get_json()["items"] == []


def test_nobody_else_studies_nor_writes_by_a_program(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mine, desk = commissioner(), agent(town)
        inquiry, coming = add_open(town, who=mine), add_announced(town)
        deposit(inquiry, "Gardez les haies.")
        conducting.add_theme(mine, inquiry_id=inquiry, name="Les haies")
        resident, before = add_person(), held()
    api, one = app.test_client(), f"/api/v1/inquiries/{inquiry}"
    calls: list[tuple[str, str, dict[str, Any]]] = [
        ("GET", "/study/themes", {}), ("GET", "/study/observations", {}), ("POST", "/themes", {"name": "La mare"}),
        ("PUT", "/themes/1", {"note": "x"}), ("DELETE", "/themes/1", {}), ("PUT", "/themes/1/answer", {"answer": "x"}),
        ("POST", "/themes/1/observations", {"numbers": [1]}), ("PUT", "/observations/1/note", {"text": "x"}),
        ("DELETE", "/observations/1/mask", {}),
    ]  # fmt: skip
    of_hers_alone = ("/themes", "/themes/1", "/themes/1/observations", "/observations/1/note")

    for method, path, body in calls:
        sent = {"json": body} if body else {}
        stranger = api.open(f"{one}{path}", method=method, **sent)
        assert stranger.status_code == (401 if method == "GET" else 400), path  # no token, no form of ours
        refused = api.open(f"{one}{path}", method=method, headers=bearer(app, resident), **sent)
        assert refused.status_code == 403, path
        if path in of_hers_alone:
            hall = api.open(f"{one}{path}", method=method, headers=bearer(app, desk.id), **sent)
            assert hall.status_code == 403, path
        elsewhere = api.open(
            f"/api/v1/inquiries/{coming}{path}", method=method, headers=bearer(app, mine.id), **sent
        )
        assert elsewhere.status_code == 403, path
    with app.app_context():
        assert held() == before


def test_a_stranger_s_program_reads_the_dossier_and_the_report_once_it_is_published(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mine, desk = commissioner(), agent(town)
        inquiry = add_open(town, who=mine)
        deposit(inquiry, "Gardez les haies.")
        theme = conducting.add_theme(mine, inquiry_id=inquiry, name="Les haies")
        conducting.add_theme(mine, inquiry_id=inquiry, name="Sans réponse")
        conducting.write_theme(
            mine, inquiry_id=inquiry, theme_id=theme, note="SECRET-NOTE", appraisal="SECRET-APPRAISAL"
        )
        conducting.answer_theme(desk, inquiry_id=inquiry, theme_id=theme, answer="Elles sont gardées.")
        typed = stored(inquiry).closes_at + timedelta(days=8)
    api, one = app.test_client(), f"/api/v1/inquiries/{inquiry}"

    (first, *_) = api.get(f"{one}/documents").get_json()["items"]
    assert api.get(first["address"]).data.startswith(b"%PDF")
    (session,) = api.get(f"{one}/sessions").get_json()["items"]
    assert (session["place"], session["visitors"]) == ("Mairie", None)
    assert api.get(f"{one}/themes").get_json() == {"items": []}
    early = api.get(f"{one}/report")
    assert (early.status_code, early.get_json()["code"]) == (404, "inquiry_report_not_published")
    with at(typed), app.app_context():
        conducting.publish_report(
            mine, inquiry_id=inquiry, verdict=Verdict.WITH_RESERVES, reserves="Garder la mare.", files=FILES
        )
    report = api.get(f"{one}/report")
    told = report.get_json()
    assert (told["verdict"], told["reserves"]) == ("with_reserves", "Garder la mare.")
    assert [each["part"] for each in told["documents"]] == ["report", "conclusions"]
    assert [each["answer"] for each in told["answers"]] == ["Elles sont gardées."]
    themes = api.get(f"{one}/themes")
    assert themes.get_json()["items"] == told["answers"]
    assert not [each for each in (report, themes) if b"SECRET" in each.data]


def test_a_town_hall_s_program_adds_a_document_and_lifts_a_mask(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        desk, inquiry = agent(town), add_open(town)
        deposit(inquiry, "Un sot. Gardez les haies.")
        conducting.mask_observation(
            desk, inquiry_id=inquiry, number=1, reason=MaskReason.INSULT, note="Une injure", passage="Un sot."
        )
    hall, api, one = bearer(app, desk.id), app.test_client(), f"/api/v1/inquiries/{inquiry}"

    added = api.post(
        f"{one}/documents", data={"title": "Étude", "document": (io.BytesIO(PDF + b"\n\n"), "e.pdf")}, headers=hall
    )  # fmt: skip
    assert added.status_code == 201
    listed = api.get(f"{one}/documents").get_json()["items"]
    assert [each["title"] for each in listed if each["id"] == added.get_json()["id"]] == ["Étude"]
    assert api.delete(f"{one}/observations/1/mask", headers=hall).status_code == 204
    assert api.get(f"{one}/observations/1").get_json()["text"] == "Un sot. Gardez les haies."


def sent_report(**changes: Any) -> dict[str, Any]:
    files = {"report": (io.BytesIO(PDF), "r.pdf"), "conclusions": (io.BytesIO(PDF + b"\n"), "c.pdf")}
    return {"verdict": "with_reserves", "reserves": "Garder la mare.", **files, **changes}


def test_a_commissioner_publishes_her_report_by_a_program(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mine = commissioner()
        inquiry = add_open(town, who=mine)
        deposit(inquiry, "Gardez les haies.")
        over = stored(inquiry).closes_at + timedelta(days=8)
    api, path = app.test_client(), f"/api/v1/inquiries/{inquiry}/report"

    with at(over):
        hers = bearer(app, mine.id)
        sent = api.post(path, data=sent_report(reply=(io.BytesIO(PDF + b"\n\n"), "m.pdf")), headers=hers)
        again = api.post(path, data=sent_report(), headers=hers)

        assert (sent.status_code, again.status_code) == (204, 409)
        told = api.get(path).get_json()
    assert (told["verdict"], told["reserves"]) == ("with_reserves", "Garder la mare.")
    assert [each["part"] for each in told["documents"]] == ["report", "conclusions", "reply"]
    assert api.get(told["documents"][0]["address"]).data.startswith(b"%PDF")


def test_a_report_that_is_early_incomplete_or_somebody_else_s_changes_nothing(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mine, other = commissioner(), commissioner("Camille Ailleurs")
        inquiry = add_open(town, who=mine)
        add_open(town, who=other)
        over = stored(inquiry).closes_at + timedelta(days=8)
    api, path = app.test_client(), f"/api/v1/inquiries/{inquiry}/report"
    early = api.post(path, data=sent_report(), headers=bearer(app, mine.id))
    assert early.status_code == 409
    with at(over):
        hers = bearer(app, mine.id)
        with app.app_context():
            before = held()
        alone = {"verdict": "favourable", "report": (io.BytesIO(PDF), "r.pdf")}
        missing = api.post(path, data=alone, headers=hers)
        assert (missing.status_code, list(missing.get_json()["fields"])) == (422, ["conclusions"])
        wrong = api.post(path, data=sent_report(report=(io.BytesIO(b"x"), "r.pdf")), headers=hers)
        assert (wrong.status_code, list(wrong.get_json()["fields"])) == (422, ["report"])
        assert api.post(path, data=sent_report(verdict="perhaps"), headers=hers).status_code == 422
        assert api.post(path, json={"verdict": "favourable"}, headers=hers).status_code == 415
        assert api.post(path, data=sent_report(), headers=bearer(app, other.id)).status_code == 403
        assert api.get(path).status_code == 404
        with app.app_context():
            assert held() == before


def test_a_report_of_plans_larger_than_a_page_takes_is_received_from_who_may_publish_it(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mine, ada = commissioner(), commissioner("Ada")
        inquiry = add_open(town, who=mine)
        over = stored(inquiry).closes_at + timedelta(days=8)
    api, path, large = app.test_client(), f"/api/v1/inquiries/{inquiry}/report", PDF + b"%" * 5 * 1024 * 1024

    def body() -> dict[str, Any]:
        return sent_report(report=(io.BytesIO(large + b"\n%%EOF\n"), "r.pdf"))

    with at(over):
        assert api.post(path, data=body(), headers=bearer(app, ada.id)).status_code == 413
        assert api.post(path, data=body(), headers=bearer(app, mine.id)).status_code == 204
        (first, *_) = api.get(path).get_json()["documents"]
    assert first["size_bytes"] > 5 * 1024 * 1024
