"""The town hall writes to those whom a consultation concerns: read by all, told to those who follow it or took part, once, as each chose."""

from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.accounts.personal_data import export_part
from civic.consultations.errors import ConsultationNotFound
from civic.consultations.letters import queries, service
from civic.consultations.letters.errors import LetterNotFound, NotYetRead
from civic.consultations.letters.models import Letter
from civic.kernel.access import ANONYMOUS, Actor
from civic.kernel.clock import iso_utc, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.notifications.following.rules import Rhythm, Topic, TopicKind
from civic.notifications.following.service import choose_rhythm
from civic.notifications.following.telling import tell_in_one_mail
from civic.notifications.models import Notification
from civic.notifications.rules import Kind
from civic.proposals.rules import Side
from civic.proposals.service.taking_part import publish_argument, support_proposal
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.consultations.making import add_consultation
from tests.proposals.making import add_proposal

TITLE, BODY = "Les travaux commencent", "Le chemin est fermé **trois semaines**, du pont à l’écluse."


class Asked:
    """A consultation that Ada took part in and Bob follows; Cora only lives there."""

    def __init__(self) -> None:
        self.town, (self.place, *_) = add_town()
        self.id = add_consultation(self.town)
        self.topic = Topic(TopicKind.CONSULTATION, str(self.id))
        self.mayor = actor_of(add_person("Isabelle", roles=((Role.COUNCILLOR, self.town),)))
        self.ada, self.bob, self.cora = (
            actor_of(add_person(name, lives_in=self.place)) for name in ("Ada", "Bob", "Cora")
        )
        self.proposal = add_proposal(self.town, consultation=self.id, place=self.place)
        support_proposal(self.ada, proposal_id=self.proposal)
        choose_rhythm(self.bob, topic=self.topic, rhythm=Rhythm.DAILY)

    def send(self, title: str = TITLE) -> int:
        return service.send_letter(self.mayor, consultation_id=self.id, title=title, body=BODY)


def gather(days: int = 7) -> None:
    """Send the digests of the next Monday, that of the day and that of the week."""
    monday = utc_now() + timedelta(days=(-utc_now().weekday()) % 7 or 7)
    tell_in_one_mail({"due": iso_utc(monday.replace(hour=7, minute=0, second=0, microsecond=0))})


def told(reader: Actor) -> list[str]:
    db.session.rollback()
    query = sa.select(Notification.path).filter_by(person_id=reader.id, kind=Kind.NEWS_LETTER)
    return list(db.session.scalars(query))


def test_who_follows_and_who_took_part_are_told_once_and_nobody_else(app_context: Flask) -> None:
    asked = Asked()
    letter = asked.send()
    assert asked.send() == letter, "the button was pressed twice"

    gather()
    gather()

    path = f"/consultations/lettres/{letter}"
    assert [told(each) for each in (asked.ada, asked.bob)] == [[path], [path]]
    assert [told(each) for each in (asked.cora, asked.mayor)] == [[], []]


def test_who_wants_none_of_it_is_told_nothing_though_she_took_part(app_context: Flask) -> None:
    asked = Asked()
    choose_rhythm(asked.ada, topic=asked.topic, rhythm=Rhythm.NEVER)
    publish_argument(asked.ada, proposal_id=asked.proposal, side=Side.FOR, body="Oui.")
    asked.send()
    gather()
    assert told(asked.ada) == []


def test_a_letter_taken_back_is_read_no_more_and_told_to_nobody(app_context: Flask) -> None:
    asked = Asked()
    letter = asked.send()

    assert service.take_back_letter(asked.mayor, letter_id=letter) == asked.id

    gather()
    assert told(asked.bob) == []
    with pytest.raises(LetterNotFound):
        service.get_visible_letter(ANONYMOUS, letter)
    with pytest.raises(LetterNotFound):
        service.take_back_letter(asked.mayor, letter_id=letter)
    assert queries.list_letters(asked.id).total == 0


def test_residents_write_none_and_a_draft_has_nobody_to_write_to(app_context: Flask) -> None:
    asked = Asked()
    letter = asked.send()
    before = [tuple(row) for row in db.session.execute(sa.select(Letter.__table__))]
    draft = add_consultation(asked.town, is_published=False)

    for who, refusal in ((asked.ada, NotAllowed), (ANONYMOUS, NotSignedIn)):
        with pytest.raises(refusal):
            service.send_letter(who, consultation_id=asked.id, title=TITLE, body=BODY)
        with pytest.raises(refusal):
            service.take_back_letter(who, letter_id=letter)
        with pytest.raises(ConsultationNotFound):
            service.send_letter(who, consultation_id=draft, title=TITLE, body=BODY)
    with pytest.raises(NotYetRead):
        service.send_letter(asked.mayor, consultation_id=draft, title=TITLE, body=BODY)
    assert [tuple(row) for row in db.session.execute(sa.select(Letter.__table__))] == before
    assert [each["title"] for each in export_part("consultation_letters", asked.mayor.id)] == [TITLE]


def test_on_pages_the_letter_is_shown_before_anything_is_sent(app: Flask) -> None:
    with app.app_context():
        asked = Asked()
    mayor, stranger = sign_in(app, asked.mayor.id), app.test_client()
    page = f"/consultations/{asked.id}"
    assert "Écrire aux personnes concernées" in plain(mayor.get(page).text)
    assert "Les nouvelles de la mairie" not in plain(stranger.get(page).text), "there is none yet"
    assert sign_in(app, asked.ada.id).get(f"{page}/lettres/nouvelle").status_code == 403

    short = post_form(mayor, f"{page}/lettres/nouvelle", title=TITLE, body="Non")
    assert (short.status_code, TITLE in plain(short.text)) == (422, True)  # type: ignore[attr-defined]
    shown = post_form(mayor, f"{page}/lettres/nouvelle", title=TITLE, body=BODY)
    assert "<strong>trois semaines</strong>" in shown.text  # type: ignore[attr-defined]
    with app.app_context():
        assert queries.list_letters(asked.id).total == 0
    seen = shown.text.split('name="seen" value="')[1].split('"')[0]  # type: ignore[attr-defined]
    other = post_form(mayor, f"{page}/lettres/nouvelle", title="Autre titre", body=BODY, seen=seen)
    assert other.status_code == 200, "what was not shown is not sent"  # type: ignore[attr-defined]
    sent = post_form(mayor, f"{page}/lettres/nouvelle", title=TITLE, body=BODY, seen=seen)

    address = sent.location  # type: ignore[attr-defined]
    assert "trois semaines" in plain(stranger.get(address).text)
    assert "Retirer cette lettre" not in plain(stranger.get(address).text)
    assert TITLE in plain(stranger.get(page).text)
    assert TITLE in plain(stranger.get(f"{page}/lettres").text)
    assert f"Nouvelle de la mairie : {TITLE}" in plain(stranger.get(f"{page}/flux.atom").text)
    post_form(mayor, f"{address}/retrait")
    assert stranger.get(address).status_code == 404
    assert TITLE not in plain(stranger.get(page).text)
    assert TITLE not in plain(stranger.get(f"{page}/flux.atom").text)
    assert "Aucune nouvelle pour le moment" in plain(stranger.get(f"{page}/lettres").text)


def test_a_program_writes_a_letter_reads_it_and_takes_it_back(app: Flask) -> None:
    with app.app_context():
        asked = Asked()
        headers = bearer(app, asked.mayor.id)
    client, address = app.test_client(), f"/api/v1/consultations/{asked.id}/letters"

    made = client.post(address, json={"title": TITLE, "body": BODY}, headers=headers)
    assert made.status_code == 201
    assert [each["title"] for each in client.get(address).json["items"]] == [TITLE]
    client.delete(f"/api/v1/letters/{made.json['id']}", headers=headers)
    assert client.get(address).json["items"] == []
