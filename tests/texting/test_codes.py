"""A code of six figures: the consent of who telephoned, and the number of a volunteer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta

import pytest
import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.accounts.models import Person
from civic.accounts.personal_data import erase_personal_data
from civic.audit.models import AuditEntry
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import OutboxMessage
from civic.kernel.transaction import transaction
from civic.mutual_aid.codes.errors import (
    CodeOver,
    CodeTooSoon,
    CodeWrong,
    NumberTakesNoText,
    TextsAreOff,
    TooManyCodes,
)
from civic.mutual_aid.codes.jobs import forget_codes
from civic.mutual_aid.codes.models import TextAnswers, TextCode, VerifiedPhone
from civic.mutual_aid.codes.queries import find_verified_number
from civic.mutual_aid.codes.rules import MOST_A_DAY, MOST_ANSWERS, MOST_TRIES, CodeOutcome
from civic.mutual_aid.codes.service import send_phone_code, verify_phone
from civic.mutual_aid.desk.consent_codes import record_consent_by_code, send_consent_code
from civic.mutual_aid.desk.errors import ConsentKnown
from civic.mutual_aid.models import Consent
from civic.mutual_aid.rules import CONSENT_TEXT_VERSION, ConsentMode, Contact, RequestState
from civic.mutual_aid.service.contacts import correct_contact
from civic.mutual_aid.service.requests import ask_for_another, cancel_request
from civic.mutual_aid.volunteers.rules import Limits
from civic.mutual_aid.volunteers.service import set_limits
from civic.notifications.models import Notification
from civic.notifications.texting.models import TextAsk
from tests.conftest import Role, actor_of, add_person, add_town, plain, post_form, sign_in
from tests.mutual_aid.making import (
    AT_ANY_HOUR,
    add_request,
    add_volunteer,
    matches,
    request_details,
    state_of,
)
from tests.texting.local import NUMBER, LocalGateway, deliver, last_code, reply, say_verified

MOBILE = "06 12 34 56 78"
WAITS = RequestState.AWAITING_CONSENT


class Desk:
    """Nadia, an agent, has Odette on the telephone; her consent is still to be asked for."""

    def __init__(self, phone: str = MOBILE) -> None:
        self.town, (self.place, *_) = add_town()
        self.nadia = add_person("Nadia", roles=((Role.AGENT, self.town),))
        details = request_details(self.place, contact=Contact("Odette Vasseur", phone, None))
        self.request = ask_for_another(actor_of(self.nadia), details=details, consent=None)

    def send(self, *, are_texts_on: bool = True) -> None:
        send_consent_code(actor_of(self.nadia), request_id=self.request, are_texts_on=are_texts_on)

    def read_back(self, code: str) -> None:
        record_consent_by_code(actor_of(self.nadia), request_id=self.request, code=code)


def consents() -> list[ConsentMode]:
    found = list(db.session.scalars(sa.select(Consent.mode)))
    db.session.rollback()
    return found


def test_a_person_reads_her_code_back_and_her_request_goes(texting_app: Flask, gateway: LocalGateway) -> None:
    with texting_app.app_context():
        desk = Desk()
        desk.send()
        deliver()
        ((_, body),) = gateway.received
        text = plain(body["text"])
        assert body["to"] == NUMBER
        assert "pour que votre demande (Courses) soit montrée à des bénévoles, jusqu’au" in text
        assert "Odette" not in text

        desk.read_back(last_code(gateway))

        consent = db.session.scalars(sa.select(Consent)).one()
        assert (consent.mode, consent.text_version) == (ConsentMode.SMS, CONSENT_TEXT_VERSION)
        assert consent.recorded_by_id == desk.nadia
        assert consent.valid_until is not None
        assert state_of(desk.request) is RequestState.ESCALATED
        with pytest.raises(ConsentKnown):
            desk.read_back(last_code(gateway))


def test_the_code_and_the_number_are_in_no_row_that_can_be_read_and_in_no_log(
    sqlite_texting_app: Flask, gateway: LocalGateway, capfd: pytest.CaptureFixture[str]
) -> None:
    with sqlite_texting_app.app_context():
        desk = Desk()
        desk.send()
        rows = [str(row.payload) for row in db.session.scalars(sa.select(OutboxMessage))]
        rows += [str(entry.subjects) for entry in db.session.scalars(sa.select(AuditEntry))]
        code = db.session.scalars(sa.select(TextCode)).one()
        rows += [code.code_digest, code.phone_digest]
        db.session.rollback()
        gateway.status = 500
        deliver()
        gateway.status = 202
        with transaction():
            db.session.execute(sa.update(OutboxMessage).values(due_at=utc_now()))
        deliver()
        figures = last_code(gateway).replace(" ", "")
        kinds = set(db.session.scalars(sa.select(OutboxMessage.kind)))
        db.session.rollback()

    said = capfd.readouterr()
    assert "text.code" not in kinds
    for written in (*rows, said.out, said.err):
        assert figures not in written
        assert NUMBER not in written
    assert len({body["reference"] for _, body in gateway.received}) == 1


def test_after_five_wrong_tries_the_right_code_counts_no_more_even_at_the_same_moment(
    texting_app: Flask, gateway: LocalGateway
) -> None:
    with texting_app.app_context():
        desk = Desk()
        desk.send()
        deliver()
        right = last_code(gateway)
    wrong = "000000" if right != "000 000" else "000001"

    def try_once(_: int) -> str:
        with texting_app.app_context():
            try:
                desk.read_back(wrong)
            except (CodeWrong, CodeOver) as refusal:
                return refusal.code
            return "agreed"

    with ThreadPoolExecutor(4) as pool:
        said = list(pool.map(try_once, range(MOST_TRIES + 3)))
    assert (said.count("code_wrong"), said.count("code_over")) == (MOST_TRIES, 3)
    with texting_app.app_context():
        with pytest.raises(CodeOver):
            desk.read_back(right)
        assert (state_of(desk.request), consents()) == (WAITS, [])


def test_a_code_that_went_to_a_wrong_number_agrees_no_more_once_the_number_is_corrected(
    texting_app: Flask, gateway: LocalGateway
) -> None:
    with texting_app.app_context():
        desk = Desk()
        desk.send()
        deliver()
        code = last_code(gateway)
        same, right = (Contact("Odette Vasseur", phone, None) for phone in ("+33612345678", "06 12 34 56 79"))
        nadia = actor_of(desk.nadia)
        correct_contact(nadia, request_id=desk.request, contact=same, territory_id=desk.place)
        (outcome,) = db.session.scalars(sa.select(TextCode.outcome))
        db.session.rollback()
        assert outcome is None

        correct_contact(nadia, request_id=desk.request, contact=right, territory_id=desk.place)
        assert reply(texting_app, code) < 300
        with pytest.raises(CodeOver):
            desk.read_back(code)

        assert (state_of(desk.request), consents()) == (WAITS, [])


def test_an_account_that_says_one_number_after_another_is_hers_has_few_codes_sent_a_day(
    sqlite_texting_app: Flask, gateway: LocalGateway
) -> None:
    with sqlite_texting_app.app_context():
        _, (place, *_) = add_town()
        zoe = add_person("Zoé", lives_in=place)

        def ask(number: int) -> None:
            with transaction():
                db.session.get_one(Person, zoe).phone = f"06 12 34 56 {number:02d}"
            send_phone_code(actor_of(zoe), are_texts_on=True)

        for number in range(MOST_A_DAY):
            ask(number)
        with pytest.raises(TooManyCodes):
            ask(MOST_A_DAY)
        db.session.rollback()
        deliver()
        assert db.session.scalar(sa.select(sa.func.count()).select_from(TextCode)) == MOST_A_DAY
        with time_machine.travel(utc_now() + timedelta(days=1)):
            ask(MOST_A_DAY)


def test_a_code_lives_a_quarter_of_an_hour_and_the_next_one_replaces_it(
    sqlite_texting_app: Flask, gateway: LocalGateway
) -> None:
    with sqlite_texting_app.app_context():
        desk, now = Desk(), utc_now()
        desk.send()
        deliver()
        first = last_code(gateway)
        with pytest.raises(CodeTooSoon):
            desk.send()
        with time_machine.travel(now + timedelta(minutes=2), tick=False):
            desk.send()
            deliver()
            second = last_code(gateway)
            if first != second:
                with pytest.raises(CodeWrong):
                    desk.read_back(first)
        with time_machine.travel(now + timedelta(minutes=18), tick=False), pytest.raises(CodeOver):
            desk.read_back(second)
        assert consents() == []


def test_a_number_is_sent_few_codes_a_day_whoever_asks(
    sqlite_texting_app: Flask, gateway: LocalGateway
) -> None:
    with (
        time_machine.travel("2026-11-27T10:00:00+00:00", tick=False) as clock,
        sqlite_texting_app.app_context(),
    ):
        desk = Desk()
        for _ in range(5):
            desk.send()
            clock.shift(timedelta(minutes=5))
        other = ask_for_another(
            actor_of(desk.nadia),
            details=request_details(desk.place, contact=Contact("Une autre", MOBILE, None)),
            consent=None,
        )
        with pytest.raises(TooManyCodes):
            send_consent_code(actor_of(desk.nadia), request_id=other, are_texts_on=True)
        ada = add_volunteer(desk.town, desk.place, "Ada")
        set_limits(actor_of(ada), town_id=desk.town, limits=Limits(by_sms=True), skills=[], phone=MOBILE)
        with pytest.raises(TooManyCodes):
            send_phone_code(actor_of(ada), are_texts_on=True)
        clock.shift(timedelta(days=3))
        assert forget_codes(utc_now()) == 5


def test_a_landline_and_an_installation_without_a_gateway_are_refused_with_a_sentence(
    app_context: Flask,
) -> None:
    desk = Desk(phone="01 99 00 12 34")

    with pytest.raises(NumberTakesNoText):
        desk.send()
    with pytest.raises(TextsAreOff):
        desk.send(are_texts_on=False)
    assert db.session.scalar(sa.select(sa.func.count()).select_from(TextCode)) == 0
    assert state_of(desk.request) is WAITS


# The answer to the message


def test_answering_the_message_with_the_code_agrees(sqlite_texting_app: Flask, gateway: LocalGateway) -> None:
    with sqlite_texting_app.app_context():
        desk = Desk()
        desk.send()
        deliver()
        for text in ("oui", "je ne comprends pas", "oui 000 00"):
            assert reply(sqlite_texting_app, text) == 204
        assert consents() == []

        assert reply(sqlite_texting_app, f"Oui, {last_code(gateway)} !") == 204
        deliver()

        assert consents() == [ConsentMode.SMS]
        assert state_of(desk.request) is RequestState.ESCALATED
    assert "vous êtes d’accord" in gateway.texts()[-1]


def test_answering_no_agrees_to_nothing_and_the_agent_reads_it(
    sqlite_texting_app: Flask, gateway: LocalGateway
) -> None:
    with sqlite_texting_app.app_context():
        desk = Desk()
        desk.send()
        deliver()
        right = last_code(gateway)
        assert reply(sqlite_texting_app, "NON merci") == 204
        assert reply(sqlite_texting_app, right) == 204
        deliver()

        assert (state_of(desk.request), consents()) == (WAITS, [])
        with pytest.raises(CodeOver):
            desk.read_back(right)
    assert [text for text in gateway.texts() if "vous refusez" in text]
    page = plain(
        sign_in(sqlite_texting_app, desk.nadia).get(f"/entraide/demandes/{desk.request}/accord").text
    )
    assert "La personne a répondu NON par SMS." in page


def test_an_answer_that_comes_after_the_request_was_cancelled_agrees_to_nothing(
    sqlite_texting_app: Flask, gateway: LocalGateway
) -> None:
    with sqlite_texting_app.app_context():
        desk = Desk()
        desk.send()
        deliver()
        cancel_request(actor_of(desk.nadia), request_id=desk.request)
        assert reply(sqlite_texting_app, last_code(gateway)) == 204

        assert (state_of(desk.request), consents()) == (RequestState.CANCELLED, [])


def test_a_machine_that_answers_ours_is_left_without_an_answer_and_the_town_hall_is_told(
    texting_app: Flask, gateway: LocalGateway
) -> None:
    with texting_app.app_context():
        desk = Desk()
        desk.send()
        deliver()
        sent = len(gateway.received)
        for _ in range(MOST_ANSWERS + 4):
            assert reply(texting_app, "Je suis absente, je vous rappelle.") == 204
        deliver()

        assert len(gateway.received) - sent == MOST_ANSWERS
        mine = sa.select(Notification).filter_by(person_id=desk.nadia, kind="answers_stopped")
        (told,) = db.session.scalars(mine)
        assert told.path == f"/entraide/demandes/{desk.request}/accord"
        db.session.rollback()
        assert reply(texting_app, last_code_of(gateway)) == 204  # silence is no deafness
        assert consents() == [ConsentMode.SMS]
        tomorrow = utc_now() + timedelta(days=3)
        assert forget_codes(tomorrow) == 2
        assert db.session.scalar(sa.select(sa.func.count()).select_from(TextAnswers)) == 0


def last_code_of(gateway: LocalGateway) -> str:
    gateway.received[1:] = []
    return last_code(gateway)


# The pages, without a script


def test_an_agent_sends_the_code_with_the_request_and_types_what_she_hears(
    sqlite_texting_app: Flask, gateway: LocalGateway
) -> None:
    with sqlite_texting_app.app_context():
        desk = Desk("06 39 98 00 01")
    browser = sign_in(sqlite_texting_app, desk.nadia)
    form = plain(browser.get("/entraide/demande-par-telephone").text)
    assert "Par un code envoyé par SMS, maintenant" in form
    typed = {
        "consent": "sms", "category": "shopping", "title": "Du pain", "territory_id": desk.place,
        "day": "tomorrow", "part": "any", "urgency": "flexible", "capacity": 1,
        "contact_name": "Rose Petit", "repeat": "once",
    }  # fmt: skip
    refused = post_form(browser, "/entraide/demande-par-telephone", **typed, contact_phone="01 99 00 12 34")
    assert (refused.status_code, "Du pain" in refused.text) == (422, True)
    assert "ne reçoit pas de SMS" in plain(refused.text)
    sent = post_form(browser, "/entraide/demande-par-telephone", **typed, contact_phone=MOBILE)
    page = sent.headers["Location"]
    assert page.endswith("/accord")
    with sqlite_texting_app.app_context():
        deliver()

    wrong = post_form(browser, f"{page}/code/lu", code="12")
    assert (wrong.status_code, "Il reste 4 essais" in plain(wrong.text)) == (422, True)
    right = post_form(browser, f"{page}/code/lu", code=last_code(gateway))
    assert right.status_code == 302
    assert "par un code reçu par SMS" in plain(browser.get(page).text)


def test_no_agent_says_by_herself_that_a_code_was_read(app: Flask) -> None:
    with app.app_context():
        desk = Desk()
    browser = sign_in(app, desk.nadia)
    page = f"/entraide/demandes/{desk.request}/accord"

    assert "La commune n’envoie pas de SMS" in plain(browser.get(page).text)
    assert post_form(browser, page, consent="sms").status_code == 422
    refused = post_form(browser, f"{page}/code")
    assert (refused.status_code, "n’envoie pas de SMS" in plain(refused.text)) == (409, True)
    with app.app_context():
        assert (state_of(desk.request), consents()) == (WAITS, [])


def test_a_code_that_never_arrived_is_told_on_the_page(
    sqlite_texting_app: Flask, gateway: LocalGateway
) -> None:
    with sqlite_texting_app.app_context():
        desk = Desk()
        desk.send()
        gateway.status = 422
        deliver()
        assert db.session.scalars(sa.select(TextCode.outcome)).one() is CodeOutcome.UNDELIVERED
    page = sign_in(sqlite_texting_app, desk.nadia).get(f"/entraide/demandes/{desk.request}/accord").text
    assert "Le SMS n’a pas pu être remis à ce numéro" in plain(page)


# The number of a volunteer


class Volunteer:
    def __init__(self) -> None:
        self.town, (self.place, *_) = add_town()
        self.ada = add_volunteer(self.town, self.place, "Ada")
        self.set_phone(MOBILE)

    def set_phone(self, phone: str) -> None:
        limits = Limits(by_mail=False, by_sms=True, quiet=AT_ANY_HOUR)
        set_limits(actor_of(self.ada), town_id=self.town, limits=limits, skills=[], phone=phone)

    def asked(self) -> int:
        add_request(add_person("Rose", lives_in=self.place), self.place)
        counted = db.session.scalar(sa.select(sa.func.count()).select_from(TextAsk)) or 0
        db.session.rollback()
        return counted


def test_a_volunteer_is_asked_by_text_once_she_typed_the_code_and_not_at_another_number(
    texting_app: Flask, gateway: LocalGateway
) -> None:
    with texting_app.app_context():
        volunteer = Volunteer()
        assert volunteer.asked() == 0
        send_phone_code(actor_of(volunteer.ada), are_texts_on=True)
        deliver()
        with pytest.raises(CodeWrong):
            verify_phone(actor_of(volunteer.ada), code="12")
        assert find_verified_number(volunteer.ada) is None
        verify_phone(actor_of(volunteer.ada), code=last_code(gateway))
        assert find_verified_number(volunteer.ada) == NUMBER
        assert volunteer.asked() == 1

        volunteer.set_phone("06 39 98 00 01")
        assert find_verified_number(volunteer.ada) is None
        assert volunteer.asked() == 1


def test_a_code_for_the_former_number_does_not_verify_the_new_one(
    sqlite_texting_app: Flask, gateway: LocalGateway
) -> None:
    with sqlite_texting_app.app_context():
        volunteer = Volunteer()
        send_phone_code(actor_of(volunteer.ada), are_texts_on=True)
        deliver()
        volunteer.set_phone("06 39 98 00 01")

        with pytest.raises(CodeOver):
            verify_phone(actor_of(volunteer.ada), code=last_code(gateway))
        assert find_verified_number(volunteer.ada) is None


def test_a_reply_from_a_number_that_is_hers_no_more_counts_for_nothing(
    sqlite_texting_app: Flask, gateway: LocalGateway
) -> None:
    with sqlite_texting_app.app_context():
        volunteer = Volunteer()
        say_verified(volunteer.ada, MOBILE)
        request = add_request(add_person("Rose", lives_in=volunteer.place), volunteer.place)
        code = db.session.scalars(sa.select(TextAsk.code)).one()
        volunteer.set_phone("06 39 98 00 01")

        assert reply(sqlite_texting_app, code) == 204
        deliver()
        assert matches(request) == {}
    assert gateway.received == []


def test_a_volunteer_verifies_her_number_on_her_page(
    sqlite_texting_app: Flask, gateway: LocalGateway
) -> None:
    with sqlite_texting_app.app_context():
        volunteer = Volunteer()
    browser = sign_in(sqlite_texting_app, volunteer.ada)
    page = "/entraide/mes-disponibilites"

    assert "À vérifier" in plain(browser.get(page).text)
    assert post_form(browser, f"{page}/numero").status_code == 302
    with sqlite_texting_app.app_context():
        deliver()
    wrong = post_form(browser, f"{page}/numero/code", code="1")
    assert (wrong.status_code, MOBILE in wrong.text) == (422, True)
    assert post_form(browser, f"{page}/numero/code", code=last_code(gateway)).status_code == 302
    assert "Vos réponses par SMS comptent comme le bouton du site." in plain(browser.get(page).text)


def test_nothing_of_codes_is_left_of_who_leaves(app_context: Flask) -> None:
    desk, volunteer = Desk(), Volunteer()
    desk.send()
    say_verified(volunteer.ada, MOBILE)
    odette = db.session.scalars(sa.select(Person.id).filter_by(name="Odette Vasseur")).one()
    db.session.rollback()

    for person in (odette, volunteer.ada):
        with transaction():
            erase_personal_data(person, utc_now())
    for table in (TextCode, VerifiedPhone, TextAnswers):
        assert db.session.scalar(sa.select(sa.func.count()).select_from(table)) == 0
