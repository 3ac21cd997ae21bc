"""Text messages: an invitation goes out by a real HTTP gateway, and a signed reply enters by the transaction of the button."""

from datetime import timedelta
from typing import Any
from urllib.error import HTTPError

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Person
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.outbox import OutboxMessage
from civic.kernel.transaction import transaction
from civic.matching.service.invitations import accept_invitation
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import Window
from civic.mutual_aid.service.requests import cancel_request
from civic.mutual_aid.service.windows import propose_another_day
from civic.mutual_aid.volunteers.rules import Limits
from civic.mutual_aid.volunteers.service import set_limits
from civic.notifications.texting.gateway import HttpGateway, NumberRefused
from civic.notifications.texting.models import TextAsk
from civic.notifications.texting.rules import is_signed, next_free_code, read_reply, signature_of
from config import SettingsError
from tests.conftest import actor_of, add_person, add_town, make_settings, plain
from tests.mutual_aid.making import (
    AT_ANY_HOUR,
    add_request,
    add_volunteer,
    in_hours,
    invitation_of,
    invitations,
    matches,
)
from tests.texting.local import NUMBER, SECRET, TOKEN, LocalGateway, deliver, reply, say_verified


class Story:
    """Ada and Ben volunteer; Ada is reached by text. Rose asks for two helpers at most."""

    def __init__(self, **changes: object) -> None:
        self.town, (self.place, *_) = add_town()
        self.ada, self.ben = (add_volunteer(self.town, self.place, name) for name in ("Ada", "Ben"))
        limits = Limits(by_sms=True, quiet=AT_ANY_HOUR)
        set_limits(actor_of(self.ada), town_id=self.town, limits=limits, skills=[], phone="06 12 34 56 78")
        say_verified(self.ada, "06 12 34 56 78")
        self.rose = add_person("Rose", lives_in=self.place)
        self.request = add_request(self.rose, self.place, **changes)


def code_of(story: Story) -> str:
    """Return the last that Ada was sent."""
    asked = sa.select(TextAsk.code).filter_by(person_id=story.ada).order_by(TextAsk.invitation_id.desc())
    found = db.session.scalars(asked.limit(1)).one()
    db.session.rollback()
    return found


def test_an_invitation_goes_out_without_a_name_or_an_address(
    texting_app: Flask, gateway: LocalGateway
) -> None:
    with texting_app.app_context():
        Story()
        deliver()

    ((authorization, body),) = gateway.received
    assert (authorization, body["to"]) == (f"Bearer {TOKEN}", NUMBER)
    text = plain(body["text"])
    assert "Courses" in text
    assert "répondez A2" in text
    for secret in ("Rose", "Odette", "Glycines", "01 99"):
        assert secret not in text


def test_a_yes_by_text_is_the_yes_of_the_button_and_twice_is_once(
    texting_app: Flask, gateway: LocalGateway
) -> None:
    with texting_app.app_context():
        story = Story()
        code = code_of(story)
        assert reply(texting_app, f" {code.lower()} oui") == 204
        accept_invitation(actor_of(story.ada), invitation_id=invitation_of(story.request, story.ada))
        assert reply(texting_app, code) == 204
        deliver()

        assert matches(story.request) == {story.ada: "accepted"}
        assert invitations(story.request)[story.ben] == "superseded"
    assert any(text.startswith("C’est noté, merci") for text in gateway.texts())


def test_a_yes_that_arrives_twice_says_no_yes_to_what_is_asked_since(
    texting_app: Flask, gateway: LocalGateway
) -> None:
    with texting_app.app_context():
        story = Story()
        code = code_of(story)
        assert reply(texting_app, code) == 204
        later = utc_now() + timedelta(days=3)
        second = add_request(story.rose, story.place, window=Window(later, later + timedelta(hours=3)))
        deliver()
        assert invitations(second)[story.ada] == "sent"

        assert reply(texting_app, code) == 204
        deliver()

        assert matches(second) == {}
        assert invitations(second)[story.ada] == "sent"
        assert code_of(story) != code
    assert gateway.texts()[-1].startswith("C’est noté, merci")


def test_a_yes_sent_again_to_what_was_cancelled_since_thanks_for_no_help(
    texting_app: Flask, gateway: LocalGateway
) -> None:
    with texting_app.app_context():
        story = Story()
        code = code_of(story)
        accept_invitation(actor_of(story.ada), invitation_id=invitation_of(story.request, story.ada))
        cancel_request(actor_of(story.rose), request_id=story.request)

        assert reply(texting_app, code) == 204
        deliver()

        assert matches(story.request) == {story.ada: "released"}
    assert "Cette demande ne cherche plus personne. Merci d’avoir répondu." in gateway.texts()


def test_a_yes_that_comes_second_is_told_so_by_text(texting_app: Flask, gateway: LocalGateway) -> None:
    with texting_app.app_context():
        story = Story()
        code = code_of(story)
        accept_invitation(actor_of(story.ben), invitation_id=invitation_of(story.request, story.ben))
        assert reply(texting_app, code) == 204
        deliver()

        assert matches(story.request) == {story.ben: "accepted"}
    assert "Merci ! Quelqu’un a répondu avant vous : c’est déjà pourvu." in gateway.texts()


def test_a_no_by_text_asks_somebody_else(texting_app: Flask) -> None:
    with texting_app.app_context():
        story = Story()
        assert reply(texting_app, f"Non {code_of(story)}") == 204

        assert invitations(story.request)[story.ada] == "declined"


def test_each_reply_that_is_not_understood_is_answered_though_a_gateway_sends_a_reference_once(
    texting_app: Flask, gateway: LocalGateway
) -> None:
    with texting_app.app_context():
        code_of(Story())
        for text in ("Bonjour", "Qui êtes-vous ?"):
            assert reply(texting_app, text) == 204
        deliver()

    told = [body["reference"] for _, body in gateway.received if "pas compris" in plain(body["text"])]
    assert len(set(told)) == 2


@pytest.mark.parametrize(
    ("text", "changes"),
    [
        ("A2", {"secret": "another secret of forty characters or so"}),
        ("A2", {"age": 600}),
        ("A2", {"number": "+33699999999"}),
        ("Bonjour", {}),
        ("Z9", {}),
    ],
    ids=["another secret", "too old", "another number", "no code", "another code"],
)
def test_what_is_not_signed_now_by_the_gateway_or_names_no_code_changes_nothing(
    texting_app: Flask, text: str, changes: dict[str, Any]
) -> None:
    with texting_app.app_context():
        story = Story()
        status = reply(texting_app, text, **changes)

        assert status == (404 if "secret" in changes or "age" in changes else 204)
        assert matches(story.request) == {}
        assert invitations(story.request)[story.ada] == "sent"


def test_text_messages_are_off_unless_an_installation_says_where_its_gateway_is(app_context: Flask) -> None:
    with transaction():
        for person in db.session.scalars(sa.select(Person)):
            person.phone = "06 12 34 56 78"
    Story()

    assert db.session.scalar(sa.select(sa.func.count()).select_from(TextAsk)) == 0
    kinds = set(db.session.scalars(sa.select(OutboxMessage.kind)))
    assert not any(kind.startswith("text.") for kind in kinds)
    assert reply(app_context, "A2") == 404


def test_a_gateway_that_fails_is_tried_again_and_one_that_refuses_is_not(gateway: LocalGateway) -> None:
    sender = HttpGateway(gateway.url, TOKEN)
    for status in (500, 429, 302):
        gateway.status = status
        with pytest.raises(HTTPError):
            sender.send(number=NUMBER, text="Bonjour", reference="r1")
    gateway.status = 422
    with pytest.raises(NumberRefused):
        sender.send(number=NUMBER, text="Bonjour", reference="r1")

    assert [body["reference"] for _, body in gateway.received] == ["r1"] * 4


@pytest.mark.parametrize(
    ("text", "code", "is_yes"),
    [
        ("A2", "A2", True),
        ("oui a2 merci", "A2", True),
        ("A 2", "A2", True),
        ("NON A2", "A2", False),
        ("a2 non désolé", "A2", False),
        ("A2 B3", None, True),
        ("je ne sais pas", None, False),
        ("A2 pas de souci", "A2", True),
        ("oui A2, pas de problème", "A2", True),
        ("A2 je peux pas", "A2", False),
        ("oui enfin non A2", None, False),
        ("", None, True),
        ("A2 impossible ce jour-là", None, True),
        ("Désolée A2", None, True),
        ("A2 je ne peux plus", None, True),
        ("A2 plus disponible", None, True),
        ("A2 à quelle heure ?", None, True),
        ("A2 pourquoi pas", None, True),
        ("A2 je ne peux pas, désolé", "A2", False),
        ("oui A2, je ne suis là qu’à midi", "A2", True),
    ],
)
def test_a_reply_is_read_as_people_write_it(text: str, code: str | None, is_yes: bool) -> None:
    found = read_reply(text)

    assert (found.code, found.is_yes) == (code, is_yes)


def test_a_code_comes_back_only_after_all_the_others_and_they_run_out_after_many() -> None:
    taken: set[str] = set()
    while (code := next_free_code(None, taken)) is not None:
        taken.add(code)

    assert len(taken) == 184
    assert next_free_code(None, set()) == "A2"
    assert next_free_code("A2", set()) == "A3"
    assert next_free_code("A9", {"B2"}) == "B3"
    assert next_free_code("Z9", set()) == "A2"


def test_a_signature_is_of_the_time_and_of_the_body() -> None:
    signature = signature_of(SECRET, "1000", b"{}")

    assert is_signed(SECRET, "1000", b"{}", signature, now=1100)
    assert not is_signed(SECRET, "1001", b"{}", signature, now=1100)
    assert not is_signed(SECRET, "1000", b"{ }", signature, now=1100)
    assert not is_signed(SECRET, "1000", b"{}", signature, now=1400)
    assert not is_signed("", "1000", b"{}", signature_of("", "1000", b"{}"), now=1000)
    assert not is_signed(SECRET, "²", b"{}", signature, now=1000)


@pytest.mark.parametrize(
    "changes",
    [
        {"sms_url": "http://sms.example.org", "sms_token": "x"},
        {"sms_url": "https://sms.example.org"},
        {"sms_secret": "court"},
    ],
)
def test_a_gateway_without_a_sealed_line_or_a_secret_is_refused_at_start(changes: dict[str, str]) -> None:
    with pytest.raises(SettingsError):
        make_settings("sqlite:///x.sqlite3", **changes)


def test_who_is_asked_again_for_another_day_is_sent_it_though_a_gateway_sends_a_reference_once(
    texting_app: Flask, gateway: LocalGateway
) -> None:
    with texting_app.app_context():
        story = Story()
        deliver()
        propose_another_day(actor_of(story.rose), request_id=story.request, window=in_hours(30, 36))
        deliver()

        assert invitations(story.request)[story.ada] == "sent"
    references = [
        body["reference"] for _, body in gateway.received if "Oui : répondez" in plain(body["text"])
    ]
    assert len(references) == len(set(references)) == 2


def test_who_is_expected_elsewhere_is_not_told_that_nobody_is_sought(
    texting_app: Flask, gateway: LocalGateway
) -> None:
    with texting_app.app_context():
        story = Story(window=in_hours(4, 6))
        code = code_of(story)
        accept_invitation(actor_of(story.ada), invitation_id=invitation_of(story.request, story.ada))
        with transaction():
            later = add_request(story.rose, story.place, window=in_hours(30, 32))
        second = code_of(story)
        with transaction():
            other, first = (db.session.get_one(HelpRequest, each) for each in (later, story.request))
            other.move_to(first.window)

        assert reply(texting_app, second) == 204
        deliver()

        assert (matches(later), second != code) == ({}, True)
    assert gateway.texts()[-1].startswith("Nous ne pouvons pas compter votre oui.")
