"""Inquiries by page and by JSON."""

import io
import json
import re
import zipfile
from datetime import timedelta
from typing import Any

from flask import Flask
from flask.testing import FlaskClient

from civic.accounts.models import Role
from civic.inquiries import lines
from civic.inquiries.checking import command as check_register
from civic.inquiries.service import conducting, preparing
from civic.inquiries.service.depositing import PROOF_MAIL
from civic.kernel.clock import TOWN_TIME, utc_now
from civic.kernel.database import db
from civic.kernel.outbox import OutboxMessage, deliver_due
from civic.kernel.transaction import transaction
from civic.notifications.models import DemoMail
from civic.pages.models import TownHall
from civic.territories.models import Territory
from tests.conftest import add_person, add_town, bearer, build, csrf_of, dispose, plain, post_form, sign_in
from tests.inquiries.making import (
    PDF,
    add_announced,
    add_open,
    agent,
    at,
    commissioner,
    deposit,
    email_of,
    stored,
)
from tests.servers import SmtpServer


def text_of(answer: Any) -> str:
    return plain(re.sub(r"\s+", " ", answer.get_data(as_text=True)))


def send(client: FlaskClient, path: str, **values: Any) -> Any:
    """Post a form with files, as a page would."""
    return client.post(
        path, data={"csrf_token": csrf_of(client), **values}, content_type="multipart/form-data"
    )


def pdf(name: str = "a.pdf") -> tuple[io.BytesIO, str]:
    return io.BytesIO(PDF), name


def typed(moment: Any) -> str:
    return str(moment.astimezone(TOWN_TIME).strftime("%Y-%m-%dT%H:%M"))


def name_town(town: int) -> None:
    """Call it Aubernay, and say where its town hall is."""
    with transaction():
        db.session.get_one(Territory, town).name = "Aubernay"
        db.session.add(
            TownHall(
                territory_id=town,
                name="Mairie d’Aubernay",
                street="1 place de la Halle",
                postcode="49995",
                city="Aubernay",
                opening_hours="Lundi : 9 h – 12 h",
                updated_at=utc_now(),
            )
        )


def test_an_inquiry_goes_from_a_form_to_its_archive_by_pages_alone(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        name_town(town)
        desk, mine = sign_in(app, agent(town).id), commissioner()
        from tests.inquiries.making import email_of

        address = email_of(mine)
    study, stranger = sign_in(app, mine.id), app.test_client()
    opens = (utc_now() + timedelta(days=20)).replace(second=0, microsecond=0)
    written = {
        "title": "Révision du plan local d’urbanisme", "subject": "La commune revoit ce qui peut être construit.", "regime": "unassessed",
        "owner": "La commune", "authority": "La commune", "order_number": "2027-12", "order_on": "2026-10-01",
        "seat": "Mairie, 1 place de la République", "opens_at": typed(opens), "closes_at": typed(opens + timedelta(days=20)),
    }  # fmt: skip

    blank = text_of(desk.get("/bureau/enquetes-publiques/nouvelle"))
    assert "La commune d’Aubernay" in blank
    assert "Mairie d’Aubernay, 1 place de la Halle, 49995 Aubernay. Lundi : 9 h – 12 h" in blank
    short = post_form(
        desk,
        "/bureau/enquetes-publiques/nouvelle",
        **{**written, "closes_at": typed(opens + timedelta(days=3))},
    )
    assert short.status_code == 422
    assert "au moins 15 jours" in text_of(short)
    assert "La commune revoit" in text_of(short)
    assert post_form(desk, "/bureau/enquetes-publiques/nouvelle", **written).status_code == 302
    prepare = "/bureau/enquetes-publiques/1"
    assert "Le nom du commissaire enquêteur" in text_of(desk.get(prepare))
    assert stranger.get("/enquetes-publiques/1").status_code == 404
    wrong = post_form(desk, f"{prepare}/commissaires", name_1="Claude Juge", email_1="nobody@example.org")
    assert wrong.status_code == 422
    assert "Aucun compte n’a cette adresse" in text_of(wrong)
    assert "Claude Juge" in text_of(wrong)
    assert (
        post_form(desk, f"{prepare}/commissaires", name_1="Claude Juge", email_1=address).status_code == 302
    )
    for part, title in (("order", ""), ("dossier", "Notice"), ("dossier", "")):
        sent = send(
            desk, f"{prepare}/dossier", part=part, title=title, document=pdf("2._Plan_du_secteur.pdf")
        )
        assert sent.status_code == 302
    listed = text_of(desk.get(prepare))
    assert "Arrêté n° 2027-12" in listed
    assert "2. Plan du secteur" in listed
    assert ("Monter la pièce 2" in listed, "Descendre la pièce 2" in listed) == (False, True)
    assert ("Monter la pièce 3" in listed, "Descendre la pièce 3" in listed) == (True, False)
    refused = send(
        desk, f"{prepare}/dossier", part="dossier", title="Plan", document=(io.BytesIO(b"x"), "p.pdf")
    )
    assert refused.status_code == 422
    assert "pas un PDF" in text_of(refused)
    assert "Plan" in text_of(refused)
    session = {
        "place": "Mairie",
        "starts_at": typed(opens + timedelta(days=1)),
        "ends_at": typed(opens + timedelta(days=1, hours=2)),
    }
    assert post_form(desk, f"{prepare}/permanences", **session).status_code == 302
    assert "Tout y est" in text_of(desk.get(prepare))
    assert post_form(desk, f"{prepare}/annonce").status_code == 302

    page = text_of(stranger.get("/enquetes-publiques/1"))
    assert "Le registre s’ouvre le" in page
    assert "n’a pas de certification" in page
    for path in ("", "/avis", "/dossier", "/registre", "/observer", "/verification"):
        assert stranger.get(f"/enquetes-publiques/1{path}").status_code == 200, path
    assert "BEGIN:VEVENT" in text_of(stranger.get("/enquetes-publiques/1/permanences.ics"))

    with at(opens + timedelta(hours=1)):
        kept = send(
            stranger, "/enquetes-publiques/1/observer", text="Gardez les haies.", name="Ada", files=pdf()
        )
        assert kept.status_code == 302
        told = text_of(stranger.get(kept.location))
        assert "Votre observation est au registre, sous le n° 1" in told
        assert "Gardez les haies." in text_of(stranger.get("/enquetes-publiques/1/registre"))
        assert post_form(study, "/enquetes-publiques/1/etude/themes", name="Les haies").status_code == 302
        sorted_ = post_form(study, "/enquetes-publiques/1/etude/classement", theme_id=1, numbers=["1"])
        assert sorted_.status_code == 302
        assert (
            post_form(
                desk, "/enquetes-publiques/1/etude/themes/1/reponse", answer="Elles sont gardées."
            ).status_code
            == 302
        )
        assert desk.get("/enquetes-publiques/1/etude").status_code == 200
        for path in (
            "/etude/synthese",
            "/etude/themes/1",
            "/etude/observations/1",
            "/prolongation",
            "/rapport",
        ):
            assert study.get(f"/enquetes-publiques/1{path}").status_code == 200, path
        assert "Gardez les haies." in text_of(study.get("/enquetes-publiques/1/etude/synthese.csv"))
        assert study.get("/enquetes-publiques/1/etude/synthese.xlsx").data.startswith(b"PK")
        taken = {"theme_id": 1, "numbers": ["1"], "is_out": "true"}
        post_form(study, "/enquetes-publiques/1/etude/classement", **taken)
        assert "1 observation retirée du thème." in text_of(study.get("/enquetes-publiques/1/etude"))
        post_form(study, "/enquetes-publiques/1/etude/classement", **taken)
        assert "Aucune de ces observations n’était dans ce thème." in text_of(
            study.get("/enquetes-publiques/1/etude")
        )
        post_form(study, "/enquetes-publiques/1/etude/classement", theme_id=1, numbers=["1"])
        assert "1 observation rangée." in text_of(study.get("/enquetes-publiques/1/etude"))
    with at(opens + timedelta(days=21)):
        study = sign_in(app, mine.id)
        assert "Le rapport se publie à partir du" in text_of(study.get("/enquetes-publiques/1"))
        assert "Il se publie à partir du" in text_of(study.get("/enquetes-publiques/1/rapport"))
        sent = {"verdict": "favourable", "report": pdf(), "conclusions": pdf()}
        early = send(study, "/enquetes-publiques/1/rapport", **sent)
        assert (early.status_code, "8 jours qui suivent la clôture" in text_of(early)) == (409, True)
    with at(opens + timedelta(days=29)):
        study = sign_in(app, mine.id)  # three weeks later, nobody is still signed in
        late = send(stranger, "/enquetes-publiques/1/observer", text="Trop tard, mais gardé à l’écran.")
        assert late.status_code == 409
        assert "Trop tard, mais gardé à l’écran." in text_of(late)
        assert "Le registre est clos" in text_of(late)
        lacking = send(study, "/enquetes-publiques/1/rapport", verdict="favourable", report=pdf())
        assert lacking.status_code == 422
        assert "Choisissez les conclusions" in text_of(lacking)
        sent = {"verdict": "favourable", "report": pdf(), "conclusions": pdf()}
        assert send(study, "/enquetes-publiques/1/rapport", **sent).status_code == 302
        page = text_of(stranger.get("/enquetes-publiques/1"))
        assert "Avis favorable" in page
        assert "Elles sont gardées." in page


def test_a_stranger_checks_her_proof_and_the_whole_register(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        inquiry = add_open(town)
        deposit(inquiry, "Gardez les haies.", name="Ada")
        deposit(inquiry, "Et la mare.")
    reader, one = app.test_client(), f"/enquetes-publiques/{inquiry}"

    told = reader.get(f"{one}/registre/1/preuve.txt").get_data(as_text=True)
    found = re.search(r"Empreinte de ce qui a été déposé \(SHA-256\)\s*:\s*([0-9a-f]{64})", plain(told))
    assert found
    good = text_of(reader.get(f"{one}/verification?number=1&fingerprint={found.group(1)}"))
    assert "L’observation n° 1 est intacte" in good
    other = text_of(reader.get(f"{one}/verification?number=2&fingerprint={found.group(1)}"))
    assert "n’est pas celle de l’observation n° 2" in other
    wrong = text_of(reader.get(f"{one}/verification?number=1&fingerprint=abc"))
    assert "abc" in wrong
    assert reader.get(f"{one}/verification?number=99&fingerprint={'0' * 64}").status_code == 200
    assert reader.get(f"{one}/registre/1/preuve.pdf").data.startswith(b"%PDF")
    register = json.loads(reader.get(f"{one}/registre.json").data)
    assert check_register.problems_of(register) == []
    assert "def problems_of" in reader.get("/enquetes-publiques/verifier_registre.py").get_data(as_text=True)
    with app.app_context():
        db.session.execute(db.text("UPDATE inquiry_observation SET text = 'Autre' WHERE number = 1"))
        db.session.commit()
    assert "Ce registre a été modifié" in text_of(
        reader.get(f"{one}/verification?number=1&fingerprint={found.group(1)}")
    )


def test_a_program_that_fills_in_every_box_is_refused_and_a_person_loses_nothing(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        inquiry = add_open(town)
    client = app.test_client()

    trapped = send(client, f"/enquetes-publiques/{inquiry}/observer", text="Achetez", website="http://x")
    assert trapped.status_code == 422
    empty = send(client, f"/enquetes-publiques/{inquiry}/observer", name="Ada")
    assert (empty.status_code, "Ada" in text_of(empty)) == (422, True)
    not_one = send(
        client, f"/enquetes-publiques/{inquiry}/observer", text="Mon texte", files=(io.BytesIO(b"x"), "x.pdf")
    )
    assert (not_one.status_code, "Mon texte" in text_of(not_one)) == (422, True)
    badly = send(client, f"/enquetes-publiques/{inquiry}/observer", text="Mon texte", contact="ada@")
    assert (badly.status_code, "Mon texte" in text_of(badly)) == (422, True)
    long = send(client, f"/enquetes-publiques/{inquiry}/observer", text="Mon texte", name="A" * 5000)
    assert (long.status_code, "Mon texte" in text_of(long)) == (422, True)
    with app.app_context():
        assert stored(inquiry).observation_count == 0


def test_no_contact_and_no_masked_word_leaves_by_any_public_door(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        desk = agent(town)
        inquiry = add_open(town)
        deposit(
            inquiry, "Untel est un coquin.", name="Ada Secrète", contact="ada@example.org", is_anonymous=True
        )
        from civic.inquiries.rules import MaskReason

        conducting.mask_observation(
            desk,
            inquiry_id=inquiry,
            number=1,
            reason=MaskReason.INSULT,
            note="Une injure",
            passage="un coquin",
        )
    one, stranger = f"/enquetes-publiques/{inquiry}", app.test_client()

    for reader in (stranger, sign_in(app, desk.id)):
        for path in (
            "",
            "/registre",
            "/registre/1",
            "/registre/1/preuve",
            "/registre/1/preuve.txt",
            "/registre.json",
            "/avis",
        ):
            told = text_of(reader.get(f"{one}{path}"))
            assert not re.search("coquin|Secrète|ada@example", told), path
        for path in (f"/inquiries/{inquiry}/observations", f"/inquiries/{inquiry}/observations/1"):
            assert "coquin" not in text_of(reader.get(f"/api/v1{path}"))
    assert "Une injure" in text_of(stranger.get(f"{one}/registre"))
    assert stranger.get(f"{one}/etude/observations/1").status_code in (302, 401)
    assert "ada@example.org" in text_of(sign_in(app, desk.id).get(f"{one}/etude/observations/1"))


def test_the_proof_goes_by_mail_to_who_left_an_address(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        inquiry = add_open(town)
        deposit(inquiry, "Gardez les haies.", name="Ada", contact="ada@example.org")
        deposit(inquiry, "Sans adresse.")
        deliver_due(is_slow=True)
        mails = db.session.query(DemoMail).all()
        assert [each.recipient for each in mails] == ["ada@example.org"]
        row = lines.get_observation(inquiry, 1)
        assert row.fingerprint in mails[0].text
        assert not re.search(
            "haies|Ada", mails[0].text
        )  # nobody has this site send her words to whom she likes


def test_the_proof_for_an_address_of_nobody_is_sent_once_and_not_again(
    sqlite_url: str, smtp_server: SmtpServer
) -> None:
    app = build(sqlite_url, smtp_url=smtp_server.url, is_demo=False)
    smtp_server.unknown.add("nobody@example.org")
    with app.app_context():
        town, _ = add_town()
        deposit(add_open(town), "Gardez les haies.", contact="nobody@example.org")
        deliver_due(is_slow=True)
        owed = db.session.query(OutboxMessage).filter_by(kind=PROOF_MAIL).count()
    smtp_server.unknown.clear()
    dispose(app)

    assert (owed, smtp_server.messages) == (0, [])


def test_paper_is_typed_one_sheet_after_the_other(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        desk = sign_in(app, agent(town).id)
        inquiry = add_open(town)
    path = f"/bureau/enquetes-publiques/{inquiry}/saisie"
    values = {
        "channel": "register",
        "received_at": typed(utc_now() - timedelta(minutes=3)),
        "text": "À la plume",
    }

    kept = send(desk, path, **values)
    assert kept.status_code == 302
    again = text_of(desk.get(kept.location))
    assert "Observation n° 1 inscrite" in again
    outside = send(desk, path, **{**values, "received_at": typed(utc_now() - timedelta(days=40))})
    assert outside.status_code == 422
    assert "À la plume" in text_of(outside)
    assert "en dehors des dates" in text_of(outside)
    with app.app_context():
        stranger = add_person()
    assert sign_in(app, stranger).get(path).status_code == 403


def test_a_program_reads_and_deposits(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        inquiry, coming = add_open(town), add_announced(town)
        ada = add_person()
    hers, api = bearer(app, ada), app.test_client()

    made = api.post(
        f"/api/v1/inquiries/{inquiry}/observations", json={"text": "Par un programme"}, headers=hers
    )
    assert (made.status_code, made.get_json()) == (201, {"number": 1})
    early = api.post(f"/api/v1/inquiries/{coming}/observations", json={"text": "Trop tôt"}, headers=hers)
    assert (early.status_code, early.get_json()["code"]) == (409, "register_not_open")
    seen = api.get(f"/api/v1/inquiries/{inquiry}").get_json()
    assert (seen["state"], seen["observation_count"]) == ("open", 1)
    assert api.get("/api/v1/inquiries?state=announced").get_json()["items"][0]["id"] == coming
    assert len(api.get(f"/api/v1/inquiries/{inquiry}/documents").get_json()["items"]) == 2
    listed = api.get(f"/api/v1/inquiries/{inquiry}/observations").get_json()
    assert listed["items"][0]["text"] == "Par un programme"
    refused = api.post(
        f"/api/v1/inquiries/{inquiry}/prolongation",
        json={"closes_at": "2030-01-01T00:00:00Z", "decision": "x" * 30},
        headers=hers,
    )
    assert refused.status_code == 403


def test_the_calendar_the_feed_and_the_search_say_it(app: Flask) -> None:
    from civic.pages.service import reindex_everything

    with app.app_context():
        town, _ = add_town()
        add_announced(town)
        reindex_everything()
    reader = app.test_client()

    assert "Enquête publique : Révision" in text_of(reader.get("/flux.atom"))
    assert "Permanence du commissaire" in reader.get("/agenda.ics").get_data(as_text=True).replace(
        "\r\n ", ""
    )
    assert "Révision du plan local" in text_of(reader.get("/recherche?q=urbanisme"))


def test_a_form_that_somebody_overtook_shows_both_texts(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mine, desk = commissioner(), agent(town)
        inquiry = add_open(town, who=mine)
        conducting.add_theme(mine, inquiry_id=inquiry, name="Les haies")
    client, path = sign_in(app, desk.id), f"/enquetes-publiques/{inquiry}/etude/themes/1"
    page = client.get(path).get_data(as_text=True)
    seen = re.findall(r'name="seen"\s+value="([0-9a-f]+)"', page)[-1]

    assert post_form(client, f"{path}/reponse", answer="La première réponse", seen=seen).status_code == 302
    late = post_form(client, f"{path}/reponse", answer="La seconde réponse", seen=seen)
    assert late.status_code == 409
    told = text_of(late)
    assert "La première réponse" in told
    assert "La seconde réponse" in told
    newer = re.findall(r'name="seen"\s+value="([0-9a-f]+)"', late.get_data(as_text=True))[-1]
    assert post_form(client, f"{path}/reponse", answer="La seconde réponse", seen=newer).status_code == 302


def test_what_a_commissioner_notes_for_herself_is_read_nowhere_by_the_town_hall(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        mine, desk = commissioner(), agent(town)
        inquiry = add_open(town, who=mine)
        deposit(inquiry, "Gardez les haies.")
        theme = conducting.add_theme(mine, inquiry_id=inquiry, name="Les haies")
        conducting.write_note(mine, inquiry_id=inquiry, number=1, text="SECRET-NOTE")
        conducting.write_theme(
            mine, inquiry_id=inquiry, theme_id=theme, note="Ce qui est dit", appraisal="SECRET-APPRAISAL"
        )
    hall, hers, path = sign_in(app, desk.id), sign_in(app, mine.id), f"/enquetes-publiques/{inquiry}/etude"

    pages = ("", f"/themes/{theme}", "/observations/1", "/synthese", "/synthese.csv", "/synthese.xlsx")
    answers = [hall.get(f"{path}{page}") for page in pages]
    assert [each.status_code for each in answers] == [200] * len(pages)
    for seen in ("0" * 16, ""):
        answers.append(post_form(hall, f"{path}/themes/{theme}/reponse", answer="", seen=seen))
    assert not [each.request.path for each in answers if "SECRET" in unpacked(each.data)]
    for page in ("/synthese.csv", "/synthese.xlsx"):
        assert "SECRET-NOTE" in unpacked(hers.get(f"{path}{page}").data)
    assert "SECRET-APPRAISAL" in unpacked(hers.get(f"{path}/synthese.xlsx").data)


def unpacked(content: bytes) -> str:
    """Return all the text of a page, or of a workbook."""
    if not zipfile.is_zipfile(io.BytesIO(content)):
        return content.decode("utf-8")
    with zipfile.ZipFile(io.BytesIO(content)) as file:
        return "".join(file.read(name).decode("utf-8") for name in file.namelist())


def test_a_councillor_is_shown_no_door_that_is_closed_to_her(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        inquiry = add_open(town)
        deposit(inquiry, "Gardez les haies.")
        elected, desk = add_person("Élue", roles=((Role.COUNCILLOR, town),)), agent(town)
    path = f"/enquetes-publiques/{inquiry}/etude"

    assert f"{path}/observations/1" not in text_of(sign_in(app, elected).get(path))
    assert f"{path}/observations/1" in text_of(sign_in(app, desk.id).get(path))
    assert sign_in(app, elected).get(f"{path}/observations/1").status_code == 403


def test_a_commissioner_without_a_name_or_named_twice_is_told_on_the_form(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        desk, mine = agent(town), commissioner()
        inquiry, email = add_announced(town), email_of(mine)
    client, path = sign_in(app, desk.id), f"/bureau/enquetes-publiques/{inquiry}/commissaires"

    twice = post_form(client, path, name_1="Claude Juge", email_1=email, name_2="Domi Juge", email_2=email)
    nameless = post_form(client, path, name_1="Claude Juge", email_2=email)
    assert (twice.status_code, nameless.status_code) == (422, 422)
    assert "déjà celle d’un autre membre" in text_of(twice)
    assert "Écrivez aussi son nom." in text_of(nameless)
    with app.app_context():
        assert stored(inquiry).commissioner_ids == frozenset()


def test_a_program_fills_the_register_by_no_door_and_leaves_no_trace_of_its_account(app: Flask) -> None:
    from civic.web.idempotency import KeptAnswer

    with app.app_context():
        town, _ = add_town()
        inquiry, ada = add_open(town), add_person()
    hers, api = bearer(app, ada), app.test_client()

    answers = [
        api.post(
            f"/api/v1/inquiries/{inquiry}/observations",
            json={"text": f"Observation {rank}"},
            headers={**hers, "Idempotency-Key": f"k{rank}"},
        ).status_code
        for rank in range(13)
    ]
    assert answers == [201] * 12 + [429]
    with app.app_context():
        assert stored(inquiry).observation_count == 12
        assert db.session.query(KeptAnswer).count() == 0


def test_the_page_of_a_draft_takes_out_a_session_whose_day_is_over(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        desk, now = agent(town), utc_now()
        with at(now - timedelta(days=40)):
            inquiry = add_announced(town, in_days=20)
            preparing.take_back_inquiry(desk, inquiry_id=inquiry)
    client, path = sign_in(app, desk.id), f"/bureau/enquetes-publiques/{inquiry}"

    assert "Retirer la permanence" in text_of(client.get(path))
    assert post_form(client, f"{path}/permanences/1/retrait").status_code == 302
    assert "Retirer la permanence" not in text_of(client.get(path))
