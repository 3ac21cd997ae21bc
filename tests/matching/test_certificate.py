"""What a volunteer may show of what she did: only what the other side confirmed. And what whoever holds the sheet may check."""

import re
from datetime import timedelta
from io import BytesIO

import pytest
import sqlalchemy as sa
from flask import Flask
from pypdf import PdfReader

from civic.accounts.models import Person
from civic.accounts.personal_data import erase_personal_data
from civic.audit.models import AuditEntry
from civic.kernel.access import ANONYMOUS
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.matching.certificates import service
from civic.matching.certificates.errors import CertificateUnknown, NothingToCertify, PeriodRefused
from civic.matching.certificates.models import HoursCertificate
from civic.matching.certificates.rules import Helped, Period, by_category
from civic.matching.service.invitations import accept_invitation
from civic.matching.service.matches import complete_match
from tests.conftest import actor_of, add_person, add_town, plain, post_form, sign_in
from tests.mutual_aid.making import ADDRESS, NAME, add_request, add_volunteer, invitation_of


def year() -> Period:
    return Period(town_today() - timedelta(days=365), town_today())


def helped(name: str = "Ada", *, minutes: int | None = 90, is_confirmed: bool = True) -> tuple[int, int]:
    """Have Ada help Rose. Returns both."""
    town, (place, *_) = add_town()
    rose, ada = add_person("Rose", lives_in=place), add_volunteer(town, place, name)
    request = add_request(rose, place)
    match = accept_invitation(actor_of(ada), invitation_id=invitation_of(request, ada))
    complete_match(actor_of(ada), match_id=match)
    if is_confirmed:
        complete_match(actor_of(rose), match_id=match, minutes=minutes)
    return ada, rose


def test_helps_are_added_up_by_category_the_longest_first() -> None:
    done = [("shopping", 30), ("visits", 120), ("shopping", None), ("shopping", 45)]

    assert by_category(done) == [Helped("visits", 1, 120, 0), Helped("shopping", 3, 75, 1)]


def test_only_what_the_person_helped_confirmed_is_certified(app_context: Flask) -> None:
    ada, rose = helped(is_confirmed=False)

    with pytest.raises(NothingToCertify):
        service.issue_certificate(actor_of(ada), period=year())
    with pytest.raises(NothingToCertify):  # who was helped has helped nobody
        service.issue_certificate(actor_of(rose), period=year())
    assert db.session.scalar(sa.select(sa.func.count(HoursCertificate.id))) == 0


@pytest.mark.parametrize(("since", "until"), [(0, 5), (1, -1), (5, 10), (-3_000, 0), (-4_000, -3_990)])
def test_a_period_that_cannot_be_is_refused(app_context: Flask, since: int, until: int) -> None:
    ada, _ = helped()
    day = timedelta(days=1)

    with pytest.raises(PeriodRefused):
        service.issue_certificate(
            actor_of(ada), period=Period(town_today() + since * day, town_today() + until * day)
        )
    assert db.session.scalar(sa.select(sa.func.count(HoursCertificate.id))) == 0


def test_whoever_holds_the_sheet_reads_what_it_says_and_it_is_written_down(app_context: Flask) -> None:
    ada, _ = helped()
    certified, code = service.issue_certificate(actor_of(ada), period=year())

    typed = {"number": certified.number.lower().replace("-", " "), "code": code.lower()}
    assert service.check_certificate(ANONYMOUS, **typed) == certified
    assert (certified.name, certified.minutes) == ("Ada", 90)
    with pytest.raises(CertificateUnknown):
        service.check_certificate(ANONYMOUS, number=certified.number, code="AAAA-2222")
    with pytest.raises(CertificateUnknown):
        service.check_certificate(ANONYMOUS, number="AAAA-2222", code=code)
    noted = db.session.scalars(sa.select(AuditEntry).filter_by(fact="CertificateChecked")).all()
    assert len(noted) == 1
    stored = db.session.scalars(sa.select(HoursCertificate)).one()
    assert code not in stored.code_digest


def test_a_later_name_changes_no_sheet_and_an_account_that_goes_takes_them_along(app_context: Flask) -> None:
    ada, _ = helped()
    certified, code = service.issue_certificate(actor_of(ada), period=year())
    with transaction():
        db.session.get_one(Person, ada).name = "Autre"
    assert service.check_certificate(ANONYMOUS, number=certified.number, code=code).name == "Ada"

    with transaction():
        erase_personal_data(ada, utc_now())
    with pytest.raises(CertificateUnknown):
        service.check_certificate(ANONYMOUS, number=certified.number, code=code)


def test_ada_downloads_her_certificate_and_an_employer_checks_it(app: Flask) -> None:
    with app.app_context():
        ada, _ = helped()
    client, employer = sign_in(app, ada), app.test_client()

    page = plain(client.get("/entraide/attestation").get_data(as_text=True))
    assert "Durée totale : 1 h 30." in page
    assert "Rose" not in page
    days = {"since": year().since.isoformat(), "until": year().until.isoformat()}
    answer = post_form(client, "/entraide/attestation", **days)
    assert answer.mimetype == "application/pdf"
    reader = PdfReader(BytesIO(answer.get_data()), strict=True)
    text = plain(" ".join(reader.pages[0].extract_text().split()))
    assert "Ada a aidé bénévolement" in text
    assert "Courses 1 1 h 30" in text
    for private in ("Rose", NAME, ADDRESS):
        assert private not in text

    number, code = (
        re.search(rf"{label} : ([A-Z0-9]{{4}}-[A-Z0-9]{{4}})", text)[1] for label in ("Numéro", "Code")
    )  # type: ignore[index]
    path = "/entraide/attestations/verification"
    assert f'value="{number}"' in employer.get(f"{path}?number={number}").get_data(as_text=True)
    valid = plain(post_form(employer, path, number=number, code=code).get_data(as_text=True))
    assert "Cette attestation est valable" in valid
    assert "Durée totale : 1 h 30." in valid
    wrong = post_form(employer, path, number=number, code="AAAA-2222")
    assert "Aucune attestation ne porte ce numéro avec ce code" in plain(wrong.get_data(as_text=True))
    assert "Ada" not in wrong.get_data(as_text=True)
    assert f"N° {number}" in plain(client.get("/entraide/attestation").get_data(as_text=True))


def test_a_name_that_the_file_cannot_write_is_on_a_page_to_print(app: Flask) -> None:
    with app.app_context():
        ada, _ = helped("Małgorzata")
    client = sign_in(app, ada)

    days = {"since": year().since.isoformat(), "until": year().until.isoformat()}
    sheet = plain(post_form(client, "/entraide/attestation", **days).get_data(as_text=True))

    assert "Małgorzata a aidé bénévolement" in sheet
    assert re.search(r"Code : [A-Z0-9]{4}-[A-Z0-9]{4}", sheet)


def test_codes_are_not_guessed_one_after_the_other(app: Flask) -> None:
    with app.app_context():
        ada, _ = helped()
        certified, code = service.issue_certificate(actor_of(ada), period=year())
    client, path = app.test_client(), "/entraide/attestations/verification"

    answers = [post_form(client, path, number=certified.number, code=f"AAAA-222{n}") for n in range(2, 10)]
    answers += [post_form(client, path, number=certified.number, code=f"BBBB-222{n}") for n in range(2, 6)]
    assert answers[-1].status_code == 429
    late = post_form(client, path, number=certified.number, code=code)
    assert late.status_code == 429
    assert "est valable" not in late.get_data(as_text=True)


def test_days_that_cannot_be_come_back_as_they_were_typed(app: Flask) -> None:
    with app.app_context():
        ada, _ = helped()
    client = sign_in(app, ada)

    page = client.get("/entraide/attestation?since=2026-05-04&until=2026-05-01").get_data(as_text=True)
    assert "Le dernier jour doit venir après le premier." in page
    assert 'value="2026-05-04"' in page
    assert client.get("/entraide/attestation?since=hier").status_code == 200
    assert client.get("/entraide/attestation?since=0001-01-01&until=0001-01-02").status_code == 200
    empty = client.get("/entraide/attestation?since=2020-05-04&until=2020-05-05").get_data(as_text=True)
    assert "Aucune aide confirmée" in empty
