"""A town hall's list of volunteers becomes a board: read line by line, whole or not at all, and online once each person agreed."""

import io
import re
import zipfile
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Person, Role
from civic.accounts.queries import find_person_by_email
from civic.audit.models import AuditEntry
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed
from civic.kernel.outbox import OutboxMessage
from civic.mutual_aid import queries as mutual_aid
from civic.mutual_aid.importing import queries, service
from civic.mutual_aid.importing.errors import (
    FileRefused,
    ImportDone,
    ImportedOfferNotFound,
    LinesToMend,
    NothingToImport,
)
from civic.mutual_aid.importing.jobs import forget_imports
from civic.mutual_aid.importing.models import ImportedOffer, OfferImport
from civic.mutual_aid.importing.reading import read_rows
from civic.mutual_aid.importing.rules import Column, guess_category, guess_columns, read_lines
from civic.mutual_aid.jobs import CALLER_KEPT_FOR, forget_callers
from civic.mutual_aid.models import Charter, Offer
from civic.mutual_aid.rules import Category, OfferState
from civic.mutual_aid.service.offers import set_offer_state
from civic.safeguarding.errors import TooYoung
from civic.safeguarding.rules import AgeBand
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in

ROWS = [
    ["Nom", "Mail", "Tél.", "Aide", "Quartier"],
    ["Camille Roche", "camille@example.org", "", "Courses", "Quartier 0"],
    ["Noé Petit", "", "612345678", "bricolage", "Ailleurs"],
    ["Camille Roche", "camille@example.org", "", "courses du samedi", ""],
    ["Sans Contact", "", "", "Courses", ""],
    ["", "x@example.org", "", "???", ""],
]


def as_csv(rows: list[list[str]], delimiter: str = ";", encoding: str = "utf-8") -> bytes:
    return "\r\n".join(delimiter.join(row) for row in rows).encode(encoding)


def as_xlsx(rows: list[list[str]]) -> bytes:
    def cell(value: str) -> str:
        is_number = value.isdigit()
        kind = "" if is_number else ' t="inlineStr"'
        inner = f"<v>{value}</v>" if is_number else f"<is><t>{value}</t></is>"
        return f"<c{kind}>{inner}</c>"

    sheet = "".join(f"<row>{''.join(cell(value) for value in row)}</row>" for row in rows)
    main = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
    related = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
    package = "http://schemas.openxmlformats.org/package/2006"
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{package}/content-types"><Default Extension="xml" ContentType="application/xml"/></Types>',
        "_rels/.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{related}/officeDocument" Target="xl/workbook.xml"/></Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{main}" xmlns:r="{related}"><sheets><sheet name="F" sheetId="1" r:id="r1"/></sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{package}/relationships"><Relationship Id="r1" Type="{related}/worksheet" Target="worksheets/sheet1.xml"/></Relationships>',
        "xl/worksheets/sheet1.xml": f'<worksheet xmlns="{main}"><sheetData>{sheet}</sheetData></worksheet>',
    }
    return packed(parts)


def as_ods(rows: list[list[str]]) -> bytes:
    space = "urn:oasis:names:tc:opendocument:xmlns"
    body = "".join(
        "<table:table-row>"
        + "".join(
            f'<table:table-cell office:value-type="string"><text:p>{value}</text:p></table:table-cell>'
            for value in row
        )
        + "</table:table-row>"
        for row in rows
    )
    content = (
        f'<office:document-content xmlns:office="{space}:office:1.0" xmlns:table="{space}:table:1.0"'
        f' xmlns:text="{space}:text:1.0"><office:body><office:spreadsheet><table:table table:name="F">{body}'
        "</table:table></office:spreadsheet></office:body></office:document-content>"
    )
    kind = "application/vnd.oasis.opendocument.spreadsheet"
    manifest = f'<manifest:manifest xmlns:manifest="{space}:manifest:1.0"><manifest:file-entry manifest:full-path="/" manifest:media-type="{kind}"/></manifest:manifest>'
    return packed({"mimetype": kind, "content.xml": content, "META-INF/manifest.xml": manifest})


def packed(parts: dict[str, str]) -> bytes:
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as archive:
        for name, text in parts.items():
            archive.writestr(name, text)
    return file.getvalue()


@pytest.mark.parametrize(
    "content",
    [
        as_csv(ROWS),
        as_csv(ROWS, ","),
        as_csv(ROWS, "\t", "cp1252"),
        b"\xef\xbb\xbf" + as_csv(ROWS),
        as_xlsx(ROWS),
        as_ods(ROWS),
    ],
    ids=["semicolons", "commas", "tabs of Windows", "byte order mark", "xlsx", "ods"],
)
def test_the_same_lines_are_read_from_every_kind_of_file(content: bytes) -> None:
    assert [row[:5] for row in read_rows(content)] == ROWS


@pytest.mark.parametrize(
    "content",
    [b"", b"Nom;Mail\r\n", b"PK\x03\x04 no archive", b"\x00\x01\x02", as_csv([["Nom"]] * 2_100)],
    ids=["empty", "headings alone", "broken archive", "no text", "too long"],
)
def test_what_is_no_list_is_refused(content: bytes) -> None:
    with pytest.raises(FileRefused):
        read_rows(content)


def test_columns_and_kinds_of_help_are_recognised_by_what_people_call_them() -> None:
    assert guess_columns(ROWS[0]) == {
        Column.NAME: 0,
        Column.EMAIL: 1,
        Column.PHONE: 2,
        Column.CATEGORY: 3,
        Column.PLACE: 4,
    }
    assert guess_category("Aide aux démarches") is Category.ONLINE_PROCEDURES
    assert guess_category("promener le chien") is Category.PETS
    assert guess_category("courses et bricolage") is None
    assert guess_category("") is None


def test_a_first_name_in_a_column_of_its_own_is_joined_to_the_name() -> None:
    columns = guess_columns(["Nom", "Prénom", "Mail", "Aide"])

    (line,) = read_lines([["Test", "Jean", "jean@example.org", ""]], columns, places={})

    assert columns == {Column.NAME: 0, Column.FIRST_NAME: 1, Column.EMAIL: 2, Column.CATEGORY: 3}
    assert line.name == "Jean Test"
    assert [str(error) for error in line.errors] == ["Il manque l’aide proposée."]
    assert guess_columns(["Prénom Nom"]) == {Column.NAME: 0}
    assert guess_columns(["Prénom", "Téléphone"]) == {Column.FIRST_NAME: 0, Column.PHONE: 1}


def test_each_line_is_told_what_is_wrong_with_it() -> None:
    columns = guess_columns(ROWS[0])

    lines = read_lines(ROWS[1:], columns, places={"quartier 0": 7})

    good, warned, doubled, unreachable, unreadable = lines
    assert (good.errors, good.warnings, good.doubts) == ((), (), ())
    assert warned.phone is not None
    assert warned.phone.replace("\u202f", " ") == "06 12 34 56 78"
    assert len(warned.warnings) == 1
    assert str(doubled.doubts[0]) == "Cette ligne ressemble à la ligne 2."
    assert len(unreachable.errors) == 1
    assert len(unreadable.errors) == 2
    assert [line.number for line in lines] == [2, 3, 4, 5, 6]


class Desk:
    def __init__(self) -> None:
        self.town, (self.place, *_) = add_town()
        self.agent = add_person("Inès", roles=((Role.AGENT, self.town),))

    def send(self, rows: list[list[str]] = ROWS) -> int:
        return service.send_file(
            actor_of(self.agent), town_id=self.town, file_name="liste.csv", content=as_csv(rows)
        )

    def run(self, import_id: int, *, skips_errors: bool = True, keeps_doubtful: bool = False) -> int:
        return service.import_offers(
            actor_of(self.agent),
            import_id=import_id,
            skips_errors=skips_errors,
            keeps_doubtful=keeps_doubtful,
        )


@pytest.fixture
def desk(app_context: Flask) -> Desk:
    return Desk()


def count(model: type) -> int:
    found = db.session.scalar(sa.select(sa.func.count()).select_from(model))
    db.session.rollback()
    return int(found or 0)


def token_of_mail() -> str:
    """Return what the mail that is owed leads to."""
    payloads = list(db.session.scalars(sa.select(OutboxMessage.payload).filter_by(kind="mail")))
    db.session.rollback()
    (owed,) = [each for each in payloads if each.get("template") == "offer_confirmation"]
    return str(owed["path"]).rsplit("/", 1)[1]


def test_a_line_in_error_stops_everything_unless_it_is_set_aside(desk: Desk) -> None:
    import_id = desk.send()

    with pytest.raises(LinesToMend):
        desk.run(import_id, skips_errors=False)
    assert count(ImportedOffer) == 0
    assert db.session.scalar(sa.select(OutboxMessage.id).filter_by(kind="mail")) is None

    assert desk.run(import_id) == 2
    with pytest.raises(ImportDone):
        desk.run(import_id)
    assert (count(ImportedOffer), count(Offer)) == (2, 0)
    assert queries.get_import(import_id).rows == ""


def test_a_file_in_which_nothing_is_right_imports_nothing(desk: Desk) -> None:
    import_id = desk.send([ROWS[0], ROWS[4]])

    with pytest.raises(NothingToImport):
        desk.run(import_id)

    assert count(ImportedOffer) == 0


def test_columns_without_a_known_heading_are_named_by_the_agent(desk: Desk) -> None:
    rows = [["A", "B", "C"], ["Camille Roche", "courses", "camille@example.org"]]
    import_id = desk.send(rows)
    with pytest.raises(NothingToImport):
        desk.run(import_id)

    service.choose_columns(
        actor_of(desk.agent),
        import_id=import_id,
        columns={Column.NAME: 0, Column.CATEGORY: 1, Column.EMAIL: 2},
    )

    assert desk.run(import_id, skips_errors=False) == 1


def test_nobody_but_an_agent_sends_or_reads_a_file(desk: Desk) -> None:
    import_id = desk.send()
    other = actor_of(add_person("Zoé", roles=((Role.ADMIN, desk.town),)))

    with pytest.raises(NotAllowed):
        service.send_file(other, town_id=desk.town, file_name="x.csv", content=as_csv(ROWS))
    with pytest.raises(NotAllowed):
        service.get_readable(other, import_id)

    assert count(OfferImport) == 1


def test_a_person_says_yes_by_the_link_once_and_her_offer_is_online(desk: Desk) -> None:
    desk.run(desk.send(ROWS[:2]))
    token = token_of_mail()
    assert mutual_aid.list_offers().total == 0

    offer_id = service.confirm_by_link(token=token, age=AgeBand.ADULT)
    with pytest.raises(ImportedOfferNotFound):
        service.confirm_by_link(token=token, age=AgeBand.ADULT)

    camille = find_person_by_email("camille@example.org")
    assert camille is not None
    assert camille.email_confirmed_at is not None
    offer = mutual_aid.get_offer(offer_id)
    assert (offer.author_id, offer.area_ids) == (camille.id, (desk.place,))
    assert desk.place in actor_of(camille.id).residence_ids
    assert (count(Charter), mutual_aid.list_offers().total) == (1, 1)
    (left,) = db.session.scalars(sa.select(ImportedOffer))
    assert (left.name, left.email, left.token_digest) == ("", None, None)


def test_a_person_says_no_and_what_the_file_said_of_her_is_gone(desk: Desk) -> None:
    desk.run(desk.send(ROWS[:2]))

    service.refuse_by_link(token=token_of_mail())

    (left,) = db.session.scalars(sa.select(ImportedOffer))
    assert (left.name, left.email, left.title, left.state.value) == ("", None, "", "refused")
    assert find_person_by_email("camille@example.org") is None
    again = queries.read_import(queries.get_import(desk.send(ROWS[:2])))
    assert len(again[0].doubts) == 1  # she is not asked again without a person deciding it


def test_somebody_under_sixteen_is_refused_by_the_link_and_nothing_is_online(desk: Desk) -> None:
    desk.run(desk.send(ROWS[:2]))
    token = token_of_mail()

    with pytest.raises(TooYoung):
        service.confirm_by_link(token=token, age=AgeBand.UNDER_16)

    assert (count(Offer), find_person_by_email("camille@example.org")) == (0, None)
    assert queries.get_by_token(token).state.value == "to_confirm"


def test_who_offers_help_by_telephone_is_not_forgotten_as_long_as_she_offers_it(desk: Desk) -> None:
    agent = actor_of(desk.agent)
    desk.run(desk.send([ROWS[0], ROWS[2]]))
    (imported,) = db.session.scalars(sa.select(ImportedOffer.id))
    offer_id = service.confirm_by_telephone(agent, imported_id=imported, age=AgeBand.ADULT)
    in_two_years = utc_now() + 2 * CALLER_KEPT_FOR

    assert (forget_callers(in_two_years), count(Offer)) == (0, 1)

    author = db.session.get_one(Offer, offer_id).author_id
    set_offer_state(actor_of(author), offer_id=offer_id, state=OfferState.ENDED)
    assert (forget_callers(in_two_years), count(Offer)) == (1, 0)


def test_somebody_without_an_address_says_yes_by_telephone_to_an_agent(desk: Desk) -> None:
    desk.run(desk.send([ROWS[0], ROWS[2]]))
    (imported,) = db.session.scalars(sa.select(ImportedOffer.id))
    stranger = actor_of(add_person("Zoé"))

    with pytest.raises(NotAllowed):
        service.confirm_by_telephone(stranger, imported_id=imported, age=AgeBand.ADULT)
    assert count(Offer) == 0
    offer_id = service.confirm_by_telephone(actor_of(desk.agent), imported_id=imported, age=AgeBand.ADULT)

    author = db.session.get_one(Person, mutual_aid.get_offer(offer_id).author_id)
    assert (author.name, author.email) == ("Noé Petit", None)


def test_no_name_address_or_link_is_in_the_journal_nor_readable_in_the_database(desk: Desk) -> None:
    desk.run(desk.send(ROWS[:2]))
    token = token_of_mail()

    journal = str(db.session.execute(sa.select(AuditEntry.subjects)).all())
    stored = str(db.session.execute(sa.text("SELECT * FROM imported_offer")).all())

    for secret in ("camille", "Camille", token):
        assert secret not in journal
        assert secret not in stored


def test_what_nobody_answered_is_forgotten_after_a_month(desk: Desk) -> None:
    desk.run(desk.send(ROWS[:2]))
    desk.send()

    forget_imports(utc_now() + timedelta(days=3))
    assert (count(OfferImport), count(ImportedOffer)) == (1, 1)
    forget_imports(utc_now() + timedelta(days=31))

    assert (count(OfferImport), count(ImportedOffer)) == (0, 0)


def test_an_agent_sends_a_file_reads_its_report_and_a_person_confirms_without_an_account(app: Flask) -> None:
    with app.app_context():
        desk = Desk()
    client = sign_in(app, desk.agent)
    page = client.get("/entraide/import").get_data(as_text=True)
    token = re.search(r'name="csrf-token" content="([^"]+)"', page)
    assert token

    def send(content: bytes) -> str:
        answer = client.post(
            "/entraide/import",
            data={"csrf_token": token.group(1), "file": (io.BytesIO(content), "liste.xlsx")},
            content_type="multipart/form-data",
        )
        return answer.headers.get("Location", "") or plain(answer.get_data(as_text=True))

    assert "n’est pas un tableau lisible" in send(b"\x00")
    path = send(as_xlsx(ROWS))
    report = plain(client.get(path).get_data(as_text=True))
    assert "Cette ligne ressemble à la ligne 2." in report
    assert "2 lignes en erreur" in report
    refused = post_form(client, path)
    assert refused.status_code == 409
    assert "Rien n’a été importé" in plain(refused.get_data(as_text=True))
    assert post_form(client, path, skips_errors="true").status_code == 302
    assert "À confirmer" in plain(client.get(path).get_data(as_text=True))
    with app.app_context():
        link = f"/entraide/import/accord/{token_of_mail()}"
    stranger = app.test_client()
    assert "Camille Roche" in stranger.get(link).get_data(as_text=True)
    assert post_form(stranger, f"{link}/oui").status_code == 422
    assert post_form(stranger, f"{link}/oui", accepts_charter="true").status_code == 302
    assert stranger.get(link).status_code == 404
    model = client.get("/entraide/import/modele.csv")
    assert read_rows(model.data)[0][0] == "Nom"
