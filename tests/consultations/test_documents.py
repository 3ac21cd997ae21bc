"""The town hall puts documents before residents: read with the consultation, never before it is published."""

import re
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.consultations.beginning import copy_consultation
from civic.consultations.documents import queries, service
from civic.consultations.documents.errors import DocumentNotFound, PictureWithoutWords, TooManyDocuments
from civic.consultations.documents.models import ConsultationDocument
from civic.consultations.documents.rules import Direction
from civic.consultations.documents.service import NEITHER
from civic.kernel.access import Actor
from civic.kernel.database import db
from civic.kernel.documents import ABSENT, ACTS, DocumentRefused
from civic.kernel.errors import NotAllowed
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.consultations.making import add_consultation
from tests.proposals.test_commitments import picture
from tests.proposals.test_drafts import PDF

SEEN = "Le plan de la place, avec six arbres"


def held() -> list[tuple[object, ...]]:
    db.session.rollback()
    return [tuple(row) for row in db.session.execute(sa.select(ConsultationDocument.__table__))]


def titles(consultation: int) -> list[str]:
    db.session.rollback()
    return [each.title for each in queries.list_documents(consultation)]


def councillor(town: int) -> Actor:
    return actor_of(add_person("Cléo", roles=((Role.COUNCILLOR, town),)))


def test_a_councillor_orders_documents_which_a_copy_takes_up(app_context: Flask) -> None:
    town, _ = add_town()
    cleo, consultation = councillor(town), add_consultation(town)
    plan = service.add_document(cleo, consultation_id=consultation, file=PDF, title="Le plan")
    again = service.add_document(cleo, consultation_id=consultation, file=PDF, title="Le plan")
    view = service.add_document(
        cleo, consultation_id=consultation, file=picture(), title="La place", description=SEEN
    )
    service.add_document(cleo, consultation_id=consultation, file=PDF, title="L’étude")

    service.move_document(cleo, consultation_id=consultation, document_id=view, direction=Direction.UP)
    service.move_document(cleo, consultation_id=consultation, document_id=view, direction=Direction.UP)
    assert (plan == again, titles(consultation)) == (True, ["La place", "Le plan", "L’étude"])
    copy = copy_consultation(cleo, consultation_id=consultation)
    service.rename_document(cleo, consultation_id=consultation, document_id=plan, title="Le plan de 2027")
    service.remove_document(cleo, consultation_id=consultation, document_id=view)

    assert titles(consultation) == ["Le plan de 2027", "L’étude"]
    assert titles(copy) == ["La place", "Le plan", "L’étude"]
    (shown, *_) = queries.list_documents(copy)
    assert (shown.description, shown.is_picture, shown.width is not None) == (SEEN, True, True)


def test_what_is_wrong_with_a_file_is_said_and_nothing_is_kept(
    app_context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    town, (place, *_) = add_town()
    cleo, consultation = councillor(town), add_consultation(town)
    ada, other = actor_of(add_person("Ada", lives_in=place)), add_consultation(town)
    kept = service.add_document(cleo, consultation_id=consultation, file=PDF, title="Le plan")
    before = held()

    for file, sentence in (
        (b"<html>", NEITHER),
        (b"", ABSENT),
        (PDF + b"/JavaScript %%EOF", ACTS),
        (PDF + b"/J#61v#61Script %%EOF", ACTS),
        (PDF + b"/#4Caunch %%EOF", ACTS),
    ):
        with pytest.raises(DocumentRefused) as refusal:
            service.add_document(cleo, consultation_id=consultation, file=file, title="Plan")
        assert refusal.value.fields == {"document": [sentence]}
    with pytest.raises(PictureWithoutWords):
        service.add_document(
            cleo, consultation_id=consultation, file=picture(), title="Place", description="ici"
        )
    with pytest.raises(NotAllowed):
        service.add_document(ada, consultation_id=consultation, file=PDF, title="Le mien")
    with pytest.raises(NotAllowed):
        service.remove_document(ada, consultation_id=consultation, document_id=kept)
    with pytest.raises(DocumentNotFound):
        service.remove_document(cleo, consultation_id=other, document_id=kept)
    monkeypatch.setattr(service, "MOST_DOCUMENTS", 1)
    with pytest.raises(TooManyDocuments):
        service.add_document(cleo, consultation_id=consultation, file=PDF, title="Un de trop")
    assert held() == before


def test_documents_are_added_without_a_script_and_read_with_the_consultation_alone(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        cleo = add_person("Cléo", roles=((Role.COUNCILLOR, town),))
        draft, ada = add_consultation(town, is_published=False), add_person("Ada", lives_in=place)
    desk, resident, stranger = sign_in(app, cleo), sign_in(app, ada), app.test_client()
    here = f"/consultations/{draft}/documents"

    post_form(desk, here, document=(BytesIO(PDF), "etude_du_parc.pdf"), title="")
    post_form(desk, here, document=(BytesIO(picture()), "p.jpg"), title="La place", description=SEEN)
    refused = post_form(desk, here, document=(BytesIO(b"x"), "notes.odt"), title="Mes notes")
    assert (refused.status_code, "n’est ni un PDF" in plain(refused.get_data(as_text=True))) == (422, True)
    assert 'value="Mes notes"' in refused.get_data(as_text=True)

    with app.app_context():
        pdf, image = queries.list_documents(draft)
    assert (pdf.title, image.title) == ("etude du parc", "La place")
    files = [
        f"/consultations/documents/{pdf.id}/document.pdf",
        f"/consultations/documents/{image.id}/image.webp",
    ]
    files += [f"/api/v1/consultations/{draft}/documents"]
    for reader in (resident, stranger):
        assert [reader.get(address).status_code for address in files] == [404, 404, 404]
    for page in (f"/consultations/{draft}/apercu", f"/consultations/{draft}/publication", here):
        assert "etude du parc" in desk.get(page).get_data(as_text=True)

    post_form(desk, f"/consultations/{draft}/publication", version=1)
    page = stranger.get(f"/consultations/{draft}").get_data(as_text=True)
    assert "etude du parc" in page
    assert f'alt="{SEEN}"' in page
    assert "Modifier les documents" not in page
    pdf_file, picture_file, listed = (stranger.get(address) for address in files)
    assert (pdf_file.mimetype, picture_file.mimetype) == ("application/pdf", "image/webp")
    assert pdf_file.headers["Content-Disposition"] == 'attachment; filename="etude-du-parc.pdf"'
    assert [each["title"] for each in listed.json["items"]] == ["etude du parc", "La place"]  # type: ignore[index]
    assert stranger.get(files[0].replace("document.pdf", "image.webp")).status_code == 404
    assert (resident.get(here).status_code, stranger.get(here).status_code) == (403, 302)


def test_words_are_corrected_documents_ordered_and_taken_away_without_a_script(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        cleo = add_person("Cléo", roles=((Role.COUNCILLOR, town),))
        consultation = add_consultation(town)
        first, second = (
            service.add_document(actor_of(cleo), consultation_id=consultation, file=PDF, title=title)
            for title in ("Le plan", "L’étude")
        )
    desk, here = sign_in(app, cleo), f"/consultations/{consultation}/documents"

    post_form(desk, f"{here}/{second}/ordre", direction="up")
    empty = post_form(desk, f"{here}/{first}", title="")
    assert (empty.status_code, "Ce champ est requis" in empty.get_data(as_text=True)) == (422, True)
    post_form(desk, f"{here}/{first}", title="Le plan de la place")
    with app.app_context():
        assert titles(consultation) == ["L’étude", "Le plan de la place"]
    post_form(desk, f"{here}/{second}/retrait")
    with app.app_context():
        assert titles(consultation) == ["Le plan de la place"]


def test_in_a_preview_what_may_not_exist_yet_leads_nowhere_and_a_document_is_read(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        cleo = add_person("Cléo", roles=((Role.COUNCILLOR, town),))
        draft = add_consultation(town, is_published=False)
        service.add_document(actor_of(cleo), consultation_id=draft, file=PDF, title="Le plan")
    desk = sign_in(app, cleo)

    page = desk.get(f"/consultations/{draft}/apercu").get_data(as_text=True)
    shown = page.partition('<div class="preview">')[2].partition("<span data-preview-end")[0]
    links = re.findall(r'<a[^>]+href="([^"]+)"', shown)

    assert [link for link in links if not link.startswith("#")] == [
        link for link in links if link.startswith("/consultations/documents/")
    ]
    assert len([link for link in links if link.startswith("/")]) == 1
    assert f'href="/consultations/{draft}/modifier"' in page  # those of the page itself lead where they say
