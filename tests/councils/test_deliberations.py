"""What the municipal council decided, put online by the town hall."""

import re
from dataclasses import replace
from datetime import date, timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.audit.models import AuditEntry
from civic.councils.deliberations import queries, service
from civic.councils.deliberations.errors import (
    AdoptedBeforeHeld,
    HeldInFuture,
    NotYetAdopted,
    NumberMissing,
    NumberTaken,
    PublishedStays,
    RecordNotFound,
)
from civic.councils.deliberations.models import MunicipalRecord
from civic.councils.deliberations.rules import RecordKind, RecordWish, due_on
from civic.kernel.access import ANONYMOUS
from civic.kernel.clock import town_today
from civic.kernel.database import db
from civic.kernel.documents import DocumentRefused
from civic.kernel.errors import NotAllowed
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.councils.drawing import agent

PDF = b"%PDF-1.7\n1 0 obj << /Author (Martine Hubert) >> endobj\ntrailer\n%%EOF\n"
WISH = RecordWish(
    RecordKind.DELIBERATION, "2026-041", "Rénovation de la passerelle", "Le conseil vote 120 000 euros.", town_today() - timedelta(days=20), None,
)  # fmt: skip


def text_of(answer: object) -> str:
    return plain(re.sub(r"\s+", " ", answer.get_data(as_text=True)))  # type: ignore[attr-defined]


def save(actor: Any, town: int, wish: RecordWish = WISH, **values: Any) -> int:
    return service.save_record(actor, territory_id=town, wish=wish, file=PDF, **values)


def count() -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(MunicipalRecord)) or 0


def test_a_record_is_read_once_published_then_corrected_in_sight_and_never_deleted(
    app_context: Flask,
) -> None:
    town, _ = add_town()
    agnes = agent(town)
    record_id = save(agnes, town)
    with pytest.raises(RecordNotFound):
        service.get_visible_record(ANONYMOUS, record_id)

    service.save_record(agnes, record_id=record_id, wish=WISH, is_published=True)
    record = service.get_visible_record(ANONYMOUS, record_id, with_content=True)
    assert b"Martine" not in record.content
    assert record.corrected_at is None
    service.save_record(
        agnes, record_id=record_id, wish=replace(WISH, summary="Le conseil vote 125 000 euros.")
    )
    assert queries.get_record(record_id).corrected_at is not None
    with pytest.raises(PublishedStays):
        service.delete_record(agnes, record_id=record_id)
    facts = set(db.session.scalars(sa.select(AuditEntry.fact)))
    assert {"RecordPrepared", "RecordPublished", "RecordCorrected"} <= facts

    draft = save(agnes, town, replace(WISH, number="2026-042"))
    bruno = actor_of(add_person("Bruno"))
    for nowhere in (draft, draft + 1):  # nobody tells a draft from what is not there
        with pytest.raises(RecordNotFound):
            service.delete_record(bruno, record_id=nowhere)
        with pytest.raises(RecordNotFound):
            service.save_record(bruno, record_id=nowhere, wish=WISH)
    service.delete_record(agnes, record_id=draft)
    assert count() == 1


def test_what_does_not_hold_together_is_refused_and_nothing_is_kept(app_context: Flask) -> None:
    town, _ = add_town()
    agnes, minutes = agent(town), replace(WISH, kind=RecordKind.MINUTES, number=None)

    for wish, refusal in (
        (replace(WISH, number=None), NumberMissing),
        (replace(WISH, held_on=town_today() + timedelta(days=1)), HeldInFuture),
        (replace(minutes, adopted_on=WISH.held_on - timedelta(days=1)), AdoptedBeforeHeld),
        (minutes, NotYetAdopted),
        (replace(minutes, adopted_on=town_today() + timedelta(days=1)), HeldInFuture),
    ):
        with pytest.raises(refusal):
            save(agnes, town, wish, is_published=True)
    for file in (b"", b"<html>", b"%PDF-1.7 /JavaScript %%EOF"):
        with pytest.raises(DocumentRefused):
            service.save_record(agnes, territory_id=town, wish=WISH, file=file)
    with pytest.raises(DocumentRefused):
        service.save_record(agnes, territory_id=town, wish=WISH)
    for file in (PDF, b"a file that is not read for him"):
        with pytest.raises(NotAllowed):
            service.save_record(actor_of(add_person("Bruno")), territory_id=town, wish=WISH, file=file)
    with pytest.raises(
        HeldInFuture
    ) as refused:  # of a draft too: the last day to publish it would be beyond all calendars
        save(agnes, town, replace(minutes, adopted_on=date.max))
    assert list(refused.value.fields) == ["adopted_on"]
    assert count() == 0

    save(agnes, town)
    with pytest.raises(NumberTaken):
        save(agnes, town)
    assert count() == 1


def test_a_week_is_counted_from_the_sitting_or_from_the_one_that_settled_the_minutes() -> None:
    day = town_today()
    week = timedelta(days=7)

    assert due_on(RecordKind.LIST, day, None) == day + week
    assert due_on(RecordKind.MINUTES, day, None) is None
    assert due_on(RecordKind.MINUTES, day, day + timedelta(days=30)) == day + timedelta(days=30) + week
    assert due_on(RecordKind.DELIBERATION, day, None) is None


def test_a_button_pressed_twice_puts_minutes_online_once_and_another_file_is_not_taken_for_the_first(
    app: Flask,
) -> None:
    """They could not be taken off again."""
    with app.app_context():
        town, _ = add_town()
        desk = sign_in(app, agent(town).id)
    page = desk.get("/conseil-municipal/nouveau").get_data(as_text=True)
    sent = dict(re.findall(r'name="(idempotency_key|written_by)" value="([^"]*)"', page))
    values = {
        "kind": "minutes", "title": WISH.title, "summary": WISH.summary, "held_on": WISH.held_on.isoformat(),
        "adopted_on": town_today().isoformat(), "is_published": "true", **sent,
    }  # fmt: skip

    answers = [
        post_form(desk, "/conseil-municipal", **values, document=(BytesIO(file), "pv.pdf"))
        for file in (PDF, PDF, PDF + b"%%EOF")
    ]

    assert [answer.status_code for answer in answers] == [302, 302, 409]  # type: ignore[attr-defined]
    assert answers[0].location == answers[1].location  # type: ignore[attr-defined]
    assert "avec d’autres réponses" in text_of(answers[2])
    with app.app_context():
        assert count() == 1


def test_a_deliberation_is_added_by_a_form_found_listed_by_year_and_downloaded(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agnes, bruno = agent(town), add_person("Bruno", lives_in=place)
    desk, resident, stranger = sign_in(app, agnes.id), sign_in(app, bruno), app.test_client()
    assert "Rien n’est encore en ligne" in stranger.get("/conseil-municipal").get_data(as_text=True).replace("&#39;", "’")  # fmt: skip
    values = {
        "kind": "deliberation", "number": "2026-041", "title": WISH.title, "summary": WISH.summary, "held_on": WISH.held_on.isoformat(),
        "is_published": "true",
    }  # fmt: skip

    wrong = post_form(desk, "/conseil-municipal", **values, document=(BytesIO(b"<html>"), "d.pdf"))
    assert wrong.status_code == 422
    assert WISH.summary in text_of(wrong)
    assert "pas un PDF" in text_of(wrong)
    assert post_form(desk, "/conseil-municipal", **values).status_code == 422
    assert post_form(resident, "/conseil-municipal", **values, document=(BytesIO(PDF), "d.pdf")).status_code == 403  # fmt: skip
    assert post_form(desk, "/conseil-municipal", **values, document=(BytesIO(PDF), "d.pdf")).status_code == 302  # fmt: skip

    year = WISH.held_on.year
    assert WISH.title in text_of(stranger.get(f"/conseil-municipal?genre=deliberation&annee={year}"))
    assert "Aucun document" in text_of(stranger.get(f"/conseil-municipal?annee={year - 1}"))
    assert WISH.summary in text_of(stranger.get("/conseil-municipal/1"))
    sent = stranger.get("/conseil-municipal/1/document.pdf")
    assert (sent.mimetype, sent.data[:5]) == ("application/pdf", b"%PDF-")
    assert "attachment" in sent.headers["Content-Disposition"]
    assert WISH.title in text_of(stranger.get("/recherche?q=passerelle"))
    assert f"Conseil municipal : {WISH.title}" in text_of(stranger.get("/flux.atom"))
    listed = stranger.get(f"/api/v1/municipal-records?kind=deliberation&year={year}").get_json()
    assert [each["number"] for each in listed["items"]] == ["2026-041"]
    assert stranger.get("/api/v1/municipal-records/1").get_json()["title"] == WISH.title

    late = {**values, "kind": "list", "number": "", "is_published": "", "title": "Liste du conseil"}
    post_form(desk, "/conseil-municipal", **late, document=(BytesIO(PDF), "d.pdf"))
    assert "En retard" in text_of(desk.get("/conseil-municipal"))
    assert "Liste du conseil" not in text_of(stranger.get("/conseil-municipal"))
    assert stranger.get("/conseil-municipal/2/document.pdf").status_code == 404
