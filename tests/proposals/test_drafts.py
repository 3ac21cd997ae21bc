"""What a resident is writing: kept, taken up elsewhere, with its photographs and documents, published or forgotten."""

import re
from datetime import timedelta
from io import BytesIO
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask
from flask.testing import FlaskClient
from PIL import Image

from civic.accounts.personal_data import erase_personal_data
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.documents import ACTS, BROKEN, NO_DOCUMENT, TOO_HEAVY, DocumentRefused, check_document
from civic.kernel.errors import NotAllowed
from civic.kernel.photographs import NO_IMAGE, draw_photograph
from civic.kernel.transaction import transaction
from civic.proposals import queries as proposals
from civic.proposals.attached.errors import FileWithoutWords, TooManyPhotographs
from civic.proposals.attached.models import ProposalDocument, ProposalPhotograph
from civic.proposals.attached.service import Sent
from civic.proposals.drafts import queries, service
from civic.proposals.drafts.errors import (
    DraftChangedMeanwhile,
    DraftIsGone,
    DraftNotFound,
    TooManyDrafts,
)
from civic.proposals.drafts.models import ProposalDraft
from civic.proposals.drafts.service import DraftText
from civic.proposals.models import Proposal
from civic.proposals.service import proposing
from civic.proposals.service.hiding import set_proposal_hidden
from tests.conftest import actor_of, add_person, add_town, bearer, post_form, sign_in
from tests.consultations.making import add_consultation
from tests.proposals.making import idea
from tests.proposals.test_commitments import picture

PDF = b"%PDF-1.7\n1 0 obj\n<< /Type /Catalog >>\nendobj\ntrailer << /Root 1 0 R >>\n%%EOF\n"
SEEN = "Le lavoir en plein soleil"
TABLES = (Proposal, ProposalDraft, ProposalPhotograph, ProposalDocument)


def held() -> list[tuple[object, ...]]:
    db.session.rollback()
    return [
        tuple(row)
        for model in TABLES
        for row in db.session.execute(sa.select(model.__table__).order_by("id"))
    ]


def count(model: type[Any]) -> int:
    db.session.rollback()
    return db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0


def test_a_draft_begun_on_the_telephone_is_ended_on_the_computer(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, consultation = actor_of(add_person("Ada", lives_in=place)), add_consultation(town)

    first = service.save_draft(ada, consultation_id=consultation, text=DraftText(title="Un banc"), key="a")
    again = service.save_draft(ada, consultation_id=consultation, text=DraftText(title="Un banc"), key="a")
    service.attach(ada, draft_id=first.draft_id, sent=Sent(photograph=picture(), description=SEEN))
    service.attach(ada, draft_id=first.draft_id, sent=Sent(document=PDF, title="Le plan"))
    (line,) = queries.list_drafts_of(ada.id).items
    assert (line.id, line.title, first == again) == (first.draft_id, "Un banc", True)
    text = idea(place)
    longer = DraftText(text.title, text.body, text.category, place)
    saved = service.save_draft(ada, consultation_id=consultation, text=longer, saved=first)
    published = proposing.submit_proposal(ada, consultation_id=consultation, text=text, draft=saved)

    view = proposals.view_proposal(proposals.get_proposal(published), reader_id=None)
    assert [each.description for each in view.photographs] == [SEEN]
    assert [each.title for each in view.documents] == ["Le plan"]
    assert count(ProposalDraft) == 0


def test_two_devices_that_change_one_draft_lose_nobody_s_text(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, consultation = actor_of(add_person("Ada", lives_in=place)), add_consultation(town)
    seen = service.save_draft(ada, consultation_id=consultation, text=DraftText(title="Un banc"))
    service.save_draft(ada, consultation_id=consultation, text=DraftText(title="Deux bancs"), saved=seen)
    before = held()

    with pytest.raises(DraftChangedMeanwhile):
        service.save_draft(ada, consultation_id=consultation, text=DraftText(title="Trois"), saved=seen)
    with pytest.raises(DraftChangedMeanwhile):
        proposing.submit_proposal(ada, consultation_id=consultation, text=idea(place), draft=seen)
    assert held() == before
    service.save_draft(ada, consultation_id=consultation, text=DraftText(title="Deux bancs"), saved=seen)
    assert held() == before  # the same words from both: nothing to choose

    service.delete_draft(ada, draft_id=seen.draft_id)
    with pytest.raises(DraftIsGone):
        proposing.submit_proposal(ada, consultation_id=consultation, text=idea(place), draft=seen)
    assert held() == []


def test_a_draft_is_of_who_writes_it_alone_and_there_are_twenty_at_most(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, bob = (actor_of(add_person(name, lives_in=place)) for name in ("Ada", "Bob"))
    consultation = add_consultation(town)
    saved = [
        service.save_draft(ada, consultation_id=consultation, text=DraftText(title=f"Idée {n}"))
        for n in range(service.MOST_DRAFTS)
    ]
    before = held()

    for attempt in (
        lambda: service.get_own_draft(bob, saved[0].draft_id),
        lambda: service.delete_draft(bob, draft_id=saved[0].draft_id),
        lambda: service.attach(bob, draft_id=saved[0].draft_id, sent=Sent(document=PDF, title="Plan")),
        lambda: service.save_draft(bob, consultation_id=consultation, text=DraftText(), saved=saved[0]),
        lambda: proposing.submit_proposal(bob, consultation_id=consultation, text=idea(place), draft=saved[0]),
    ):  # fmt: skip
        with pytest.raises(DraftNotFound):
            attempt()
    with pytest.raises(TooManyDrafts):
        service.save_draft(ada, consultation_id=consultation, text=DraftText(title="Encore"))
    stranger = actor_of(add_person("Zoé"))
    with pytest.raises(NotAllowed):
        service.save_draft(stranger, consultation_id=consultation, text=DraftText(title="Ailleurs"))
    assert held() == before


def test_a_draft_that_nobody_changes_is_forgotten_with_its_files(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, consultation = actor_of(add_person("Ada", lives_in=place)), add_consultation(town)
    old, new = (
        service.save_draft(ada, consultation_id=consultation, text=DraftText(title=title)) for title in "ab"
    )
    service.attach(ada, draft_id=old.draft_id, sent=Sent(photograph=picture(), description=SEEN))
    with transaction():
        queries.get_draft(old.draft_id).saved_at = utc_now() - timedelta(days=service.KEPT_DAYS, hours=1)

    service.forget_old_drafts(utc_now())

    assert [line.id for line in queries.list_drafts_of(ada.id).items] == [new.draft_id]
    assert count(ProposalPhotograph) == 0


def test_who_leaves_takes_her_drafts_and_reads_them_before(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, consultation = actor_of(add_person("Ada", lives_in=place)), add_consultation(town)
    saved = service.save_draft(ada, consultation_id=consultation, text=DraftText(title="Un banc"))
    service.attach(ada, draft_id=saved.draft_id, sent=Sent(document=PDF, title="Le plan"))
    from civic.accounts.personal_data import collect_personal_data

    (given,) = collect_personal_data(ada.id)["proposal_drafts"]
    assert (given["title"], given["documents"]) == ("Un banc", ["Le plan"])

    with transaction():
        erase_personal_data(ada.id, utc_now())

    assert count(ProposalDraft) == count(ProposalDocument) == 0


@pytest.mark.parametrize(
    ("file", "sentence"),
    [
        (b"<!DOCTYPE html><script>alert(1)</script>", NO_DOCUMENT),
        (b"<html>%PDF-1.7 %%EOF", NO_DOCUMENT),
        (PDF[:40], BROKEN),
        (b"%PDF-1.7" + b"0" * 3_200_000, TOO_HEAVY),
        (PDF.replace(b"/Type", b"/OpenAction << /S /JavaScript /JS (app.alert\\(1\\)) >> /Type"), ACTS),
    ],
    ids=["a page", "a page that names itself a PDF", "a cut one", "a heavy one", "one with a program"],
)
def test_a_document_that_is_no_pdf_is_refused_with_its_reason(file: bytes, sentence: str) -> None:
    with pytest.raises(DocumentRefused) as refusal:
        check_document(file)
    assert refusal.value.fields == {"document": [sentence]}
    assert check_document(PDF) == PDF


def test_a_document_made_to_be_read_without_end_is_read_once() -> None:
    """Were each of its beginnings looked for to its end, this would take minutes, and the town hall with it."""
    endless = b"%PDF-1.7\n" + b"/OpenAction<<" * 230_000 + b"\n%%EOF\n"
    assert check_document(endless) == endless
    with pytest.raises(DocumentRefused):
        check_document(PDF.replace(b"/Type", b"/OpenAction << /S /URI /URI (https://example.org) >> /Type"))


def test_a_file_sent_twice_by_a_double_click_is_joined_once(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, consultation = actor_of(add_person("Ada", lives_in=place)), add_consultation(town)
    draft = service.save_draft(ada, consultation_id=consultation, text=DraftText(title="Un banc")).draft_id
    photograph = picture()
    for _ in range(2):
        service.attach(ada, draft_id=draft, sent=Sent(photograph=photograph, description=SEEN))
        service.attach(ada, draft_id=draft, sent=Sent(document=PDF, title="Le plan"))
    service.attach(ada, draft_id=draft, sent=Sent(document=PDF, title="Le même, sous un autre nom"))
    assert (count(ProposalPhotograph), count(ProposalDocument)) == (1, 2)


def test_a_document_says_not_on_whose_computer_it_was_written() -> None:
    names = b"/Author (Zo\\(e\\) Secrete (mairie)) /Company(Secrete) /Manager <536563>\n"
    packet = b"<dc:creator><rdf:Seq><rdf:li>Secrete</rdf:li></rdf:Seq></dc:creator>"
    sent = PDF.replace(b"trailer", names + packet * 2 + b"trailer").replace(
        b"/Type", b"/Title (Le plan) /Type"
    )
    kept = check_document(sent)
    assert len(kept) == len(sent)
    assert b"Secrete" not in kept
    assert b"536563" not in kept
    assert b"/Title (Le plan) /Type /Catalog" in kept
    assert b"/Author (  " in kept
    signed = sent.replace(b"/Type", b"/ByteRange [0 1 2 3] /Type")
    assert check_document(signed) == signed
    for part in (b"/Author(", b"/Author((a)", b"/Author((", b"<dc:creator>", b"<dc:creator></dc:creator>"):
        endless = b"%PDF-1.7\n" + part * (2_900_000 // len(part)) + b"\n%%EOF\n"
        assert check_document(endless) == endless


def test_a_photograph_whose_camera_writes_badly_is_drawn_upright_all_the_same() -> None:
    exif = Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Un appareil ancien"
    written = BytesIO()
    Image.new("RGB", (640, 400), "green").save(written, "JPEG", exif=exif)
    sent = written.getvalue()
    broken = sent.replace(b"\x01\x0f\x00\x02\0\0\0\x13", b"\x01\x0f\x00\x05\0\0\0\x01").replace(
        b"\x0f\x01\x02\x00\x13\0\0\0", b"\x0f\x01\x05\x00\x01\0\0\0"
    )
    assert broken != sent
    drawn = draw_photograph(broken)
    assert (drawn.width, drawn.height) == (400, 640)


def test_a_photograph_needs_words_and_there_are_four(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    ada, consultation = actor_of(add_person("Ada", lives_in=place)), add_consultation(town)
    draft_id = service.save_draft(ada, consultation_id=consultation, text=DraftText(title="Un banc")).draft_id
    image = picture()

    for wrong in (Sent(photograph=image, description="Ici"), Sent(description=SEEN), Sent(document=PDF)):
        with pytest.raises(FileWithoutWords):
            service.attach(ada, draft_id=draft_id, sent=wrong)
    for number in range(4):
        service.attach(ada, draft_id=draft_id, sent=Sent(photograph=image, description=f"{SEEN}, {number}"))
    before = held()
    with pytest.raises(TooManyPhotographs):
        service.attach(ada, draft_id=draft_id, sent=Sent(photograph=image, description=SEEN))
    assert held() == before
    first = before[1][0]
    service.attach(
        ada,
        draft_id=draft_id,
        sent=Sent(photograph=image, description=SEEN, removed_photographs=(int(str(first)),)),
    )
    assert count(ProposalPhotograph) == 4


def boxes(page: str) -> dict[str, str]:
    """Return what the hidden boxes of the form hold."""
    return dict(
        re.findall(r'name="(draft_id|draft_version|idempotency_key|written_by)" value="([^"]*)"', page)
    )


@pytest.fixture
def writing(app: Flask) -> tuple[FlaskClient, str, int]:
    with app.app_context():
        town, (place, *_) = add_town()
        consultation = add_consultation(town)
        ada = add_person("Ada", lives_in=place)
    return sign_in(app, ada), f"/consultations/{consultation}/propositions", place


def test_a_refused_photograph_keeps_the_rest_of_the_form(
    app: Flask, writing: tuple[FlaskClient, str, int]
) -> None:
    browser, address, place = writing
    form: dict[str, Any] = {
        "title": "Un banc à l’ombre",
        "body": "Devant le lavoir, à l’ombre.",
        "territory_id": place,
    }
    joined = post_form(
        browser, f"{address}/brouillon", **form, document=(BytesIO(PDF), "plan.pdf"), document_title="Le plan", goes_on="true"
    )  # fmt: skip
    assert joined.location.endswith("#fichiers")  # type: ignore[attr-defined]
    draft = boxes(browser.get(joined.location).get_data(as_text=True))  # type: ignore[attr-defined]

    wrong = post_form(
        browser, f"{address}/nouvelle", **form | draft | {"title": "Un autre titre", "category": "nature"},
        photograph=(BytesIO(b"<html>"), "banc.jpg"), photograph_description=SEEN,
    )  # fmt: skip

    page = wrong.get_data(as_text=True)  # type: ignore[attr-defined]
    assert (wrong.status_code, NO_IMAGE in page) == (422, True)  # type: ignore[attr-defined]
    assert all(kept in page for kept in ("Un autre titre", SEEN, "Le plan"))
    with app.app_context():
        assert count(Proposal) == 0
    good = post_form(
        browser, f"{address}/nouvelle", **form | boxes(page) | {"category": "nature", "has_seen_like": "1"},
        photograph=(BytesIO(picture(kind="PNG")), "banc.png"), photograph_description=SEEN,
    )  # fmt: skip
    page = app.test_client().get(good.location).get_data(as_text=True)  # type: ignore[attr-defined]
    (image,) = re.findall(r'src="(/propositions/photos/[^"]+)"', page)
    (document,) = re.findall(r'href="(/propositions/documents/[^"]+)"', page)
    assert f'alt="{SEEN}"' in page
    stranger = app.test_client()
    shown, small = stranger.get(image), stranger.get(image.replace("?v", "?taille=petite&v"))
    assert (shown.mimetype, max(Image.open(BytesIO(small.data)).size)) == ("image/webp", 320)
    assert not Image.open(BytesIO(shown.data)).getexif()
    given = stranger.get(document)
    assert given.headers["Content-Disposition"] == 'attachment; filename="le-plan.pdf"'
    assert given.headers["X-Content-Type-Options"] == "nosniff"
    listed = stranger.get(address.removesuffix("/propositions")).get_data(as_text=True)
    assert len(re.findall("/propositions/photos/", listed)) == 1
    with app.app_context():
        (proposal,) = db.session.scalars(sa.select(Proposal))
        set_proposal_hidden(proposal_id=proposal.id, is_hidden=True, now=utc_now())
    assert stranger.get(image).status_code == stranger.get(document).status_code == 404
    assert browser.get(image).status_code == 200


def test_a_good_photograph_is_kept_when_the_document_sent_with_it_is_refused(
    app: Flask, writing: tuple[FlaskClient, str, int]
) -> None:
    browser, address, place = writing
    form: dict[str, Any] = {
        "title": "Un banc",
        "body": "Devant le lavoir.",
        "territory_id": place,
        "category": "nature",
    }

    wrong = post_form(
        browser, f"{address}/nouvelle", **form, photograph=(BytesIO(picture()), "banc.jpg"), photograph_description=SEEN,
        document=(BytesIO(b"Bonjour"), "plan.pdf"), document_title="Le plan",
    )  # fmt: skip

    page = wrong.get_data(as_text=True)  # type: ignore[attr-defined]
    assert wrong.status_code == 422  # type: ignore[attr-defined]
    assert 'value="Le plan"' in page
    assert f'value="{SEEN}"' not in page
    assert re.search(r'src="/propositions/photos/', page)
    with app.app_context():
        assert (count(ProposalPhotograph), count(ProposalDocument), count(Proposal)) == (1, 0, 0)

    both = post_form(
        browser, f"{address}/nouvelle", **form | boxes(page), photograph=(BytesIO(b"<html>"), "banc.jpg"), photograph_description=SEEN,
        document=(BytesIO(b"Bonjour"), "plan.pdf"), document_title="",
    )  # fmt: skip
    told = both.get_data(as_text=True)  # type: ignore[attr-defined]
    assert NO_IMAGE in told
    assert "Donnez un nom à ce document" in told
    with app.app_context():
        assert (count(ProposalPhotograph), count(ProposalDocument)) == (1, 0)


def test_both_texts_are_shown_where_two_devices_wrote(writing: tuple[FlaskClient, str, int]) -> None:
    browser, address, place = writing
    made = post_form(browser, f"{address}/brouillon", title="Un banc", territory_id=place)
    old = boxes(browser.get(made.location).get_data(as_text=True))  # type: ignore[attr-defined]
    post_form(browser, f"{address}/brouillon", **old | {"title": "Du téléphone"})

    answer = post_form(browser, f"{address}/brouillon", **old | {"title": "De l’ordinateur"})

    page = answer.get_data(as_text=True)  # type: ignore[attr-defined]
    assert answer.status_code == 409  # type: ignore[attr-defined]
    assert "Du téléphone" in page
    assert 'value="De l’ordinateur"' in page
    post_form(browser, f"{address}/brouillon", **boxes(page) | {"title": "Les deux"})
    assert "Les deux" in browser.get("/propositions/brouillons").get_data(as_text=True)


def test_the_script_of_the_form_keeps_the_draft_and_makes_none_of_what_was_published(
    app: Flask, writing: tuple[FlaskClient, str, int]
) -> None:
    browser, address, place = writing
    form = {
        "title": "Un banc à l’ombre", "body": "Devant le lavoir, à l’ombre.", "territory_id": place, "category": "nature",
        **boxes(browser.get(f"{address}/nouvelle").get_data(as_text=True)), "has_seen_like": "1",
    }  # fmt: skip

    def ask() -> Any:
        token = re.search(r'csrf-token" content="([^"]+)', browser.get("/").get_data(as_text=True))
        assert token
        return browser.post(
            f"{address}/brouillon",
            data={"csrf_token": token[1], **form},
            headers={"Accept": "application/json"},
        )

    kept = ask().get_json()
    assert ask().get_json()["draft_id"] == kept["draft_id"]
    stranger = app.test_client()
    assert stranger.get(kept["address"]).status_code == 302
    published = form | {"draft_id": kept["draft_id"], "draft_version": kept["draft_version"]}
    assert post_form(browser, f"{address}/nouvelle", **published).status_code == 302  # type: ignore[attr-defined]
    assert ask().status_code == 409
    with app.app_context():
        assert (count(ProposalDraft), count(Proposal)) == (0, 1)


def test_a_proposal_nobody_took_part_in_changes_its_photographs(
    app: Flask, writing: tuple[FlaskClient, str, int]
) -> None:
    browser, address, place = writing
    form = {
        "title": "Un banc à l’ombre",
        "body": "Devant le lavoir, à l’ombre.",
        "territory_id": place,
        "category": "nature",
    }
    made = post_form(browser, f"{address}/nouvelle", **form, has_seen_like="1").location.split("?")[0]  # type: ignore[attr-defined]

    changed = post_form(
        browser, f"{made}/modifier", **form, version="1", goes_on="true", photograph=(BytesIO(picture()), "a.jpg"), photograph_description=SEEN
    )  # fmt: skip

    assert changed.location.endswith("/modifier#fichiers")  # type: ignore[attr-defined]
    (number,) = re.findall(r'name="remove_photographs"\s+value="(\d+)"', browser.get(f"{made}/modifier").text)
    assert SEEN in app.test_client().get(made).text
    post_form(browser, f"{made}/modifier", **form, version="2", remove_photographs=number)
    assert SEEN not in app.test_client().get(made).text


def test_a_program_writes_a_draft_adds_files_and_publishes_it(
    app: Flask, writing: tuple[FlaskClient, str, int]
) -> None:
    _, address, place = writing
    consultation = address.split("/")[2]
    with app.app_context():
        headers = bearer(app, add_person("Ada", lives_in=place))
    api, client = "/api/v1", app.test_client()
    text = {
        "title": "Un banc à l’ombre",
        "body": "Devant le lavoir, à l’ombre.",
        "category": "nature",
        "territory_id": place,
    }
    begun = client.post(
        f"{api}/consultations/{consultation}/drafts", json={"title": "Un"}, headers=headers
    ).get_json()
    draft = f"{api}/drafts/{begun['id']}"
    saved = client.put(draft, json={**text, "version": begun["version"]}, headers=headers).get_json()
    assert client.put(draft, json={"title": "Vieux", "version": 1}, headers=headers).status_code == 409

    def send(kind: str, name: str, file: bytes, **said: str) -> Any:
        return client.post(f"{draft}/{kind}", data={name: (BytesIO(file), "f"), **said}, headers=headers)

    assert send("photographs", "photograph", b"<html>", description=SEEN).status_code == 422
    assert send("photographs", "photograph", picture()).status_code == 422
    assert client.post(f"{draft}/photographs", json={"description": SEEN}, headers=headers).status_code == 415
    (photograph,) = send("photographs", "photograph", picture(), description=SEEN).get_json()["photographs"]
    (document,) = send("documents", "document", PDF, title="Le plan").get_json()["documents"]
    assert client.delete(f"{draft}/documents/{document['id']}", headers=headers).status_code == 204
    assert client.get(f"{api}/drafts", headers=headers).get_json()["total"] == 1
    assert client.get(draft).status_code == 401
    named = {**text, "draft_id": saved["id"], "draft_version": saved["version"]}
    made = client.post(
        f"{api}/consultations/{consultation}/proposals", json=named, headers=headers
    ).get_json()
    assert (made["photographs"][0]["id"], made["documents"]) == (photograph["id"], [])
    assert client.get(draft, headers=headers).status_code == 404
    described = client.get(f"{api}/openapi.json").get_json()["paths"][
        "/api/v1/drafts/{draft_id}/photographs"
    ]["post"]
    assert "multipart/form-data" in described["requestBody"]["content"]


def test_a_draft_named_by_what_is_no_number_loses_nothing_of_the_form(
    writing: tuple[FlaskClient, str, int],
) -> None:
    client, page, _ = writing
    sent = post_form(client, f"{page}/nouvelle", draft_id="²", title="Un banc à l’ombre")
    assert sent.status_code == 422  # type: ignore[attr-defined]
    assert "Un banc à l’ombre" in sent.text  # type: ignore[attr-defined]
