"""An invitation that no message can bring has failed, and somebody else is asked; an outage fails nobody."""

from collections.abc import Iterator
from datetime import timedelta

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Person
from civic.kernel import outbox
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.matching.service.invitations import accept_invitation, note_seen
from civic.mutual_aid.rules import Urgency
from civic.mutual_aid.volunteers.rules import LARGEST_CEILING, Limits, QuietHours
from civic.mutual_aid.volunteers.service import set_limits
from tests.conftest import actor_of, add_person, add_town, build, dispose, plain, sign_in
from tests.mutual_aid.making import add_request, add_volunteer, invitation_of, invitations, matches
from tests.servers import SmtpServer
from tests.texting.local import SECRET, TOKEN, LocalGateway, say_verified

MOBILE = "06 12 34 56 78"


@pytest.fixture
def reached(sqlite_url: str, gateway: LocalGateway, smtp_server: SmtpServer) -> Iterator[Flask]:
    app = build(
        sqlite_url, sms_url=gateway.url, sms_token=TOKEN, sms_secret=SECRET, smtp_url=smtp_server.url,
        is_demo=False,
    )  # fmt: skip
    with app.app_context():
        yield app
    dispose(app)


class Story:
    """Two volunteers are asked at once; a third, Clara, waits in her turn. Ada is reached by these ways."""

    def __init__(self, smtp_server: SmtpServer, *, by_mail: bool, by_sms: bool) -> None:
        self.town, (self.place, *_) = add_town()
        self.ada, self.ben, self.clara = (
            add_volunteer(self.town, self.place, name) for name in ("Ada", "Ben", "Clara")
        )
        limits = Limits(by_mail, by_sms, QuietHours(0, 0), LARGEST_CEILING)
        set_limits(actor_of(self.ada), town_id=self.town, limits=limits, skills=[], phone=MOBILE)
        say_verified(self.ada, MOBILE)
        email = db.session.scalars(sa.select(Person.email).filter_by(id=self.ada)).one()
        db.session.rollback()
        assert email is not None
        smtp_server.unknown.add(email)
        rose = add_person("Rose", lives_in=self.place)
        self.request = add_request(rose, self.place, urgency=Urgency.FLEXIBLE)

    def asked(self) -> dict[str, str]:
        names = {self.ada: "ada", self.ben: "ben", self.clara: "clara"}
        return {names[who]: state for who, state in invitations(self.request).items()}


def deliver() -> None:
    for _ in range(20):
        if not outbox.deliver_due(utc_now() + timedelta(minutes=11), is_slow=True):
            return


@pytest.mark.parametrize(("by_mail", "by_sms"), [(True, False), (False, True), (True, True)])
def test_who_can_be_reached_by_no_way_is_replaced_at_once_and_may_still_say_yes(
    reached: Flask, gateway: LocalGateway, smtp_server: SmtpServer, by_mail: bool, by_sms: bool
) -> None:
    story = Story(smtp_server, by_mail=by_mail, by_sms=by_sms)
    assert story.asked() == {"ada": "sent", "ben": "sent"}
    gateway.status = 422

    deliver()

    assert story.asked() == {"ada": "failed", "ben": "sent", "clara": "sent"}
    invitation = invitation_of(story.request, story.ada)
    page = plain(sign_in(reached, story.ada).get(f"/entraide/sollicitations/{invitation}").text)
    assert "vous pouvez encore dire oui" in page
    accept_invitation(actor_of(story.ada), invitation_id=invitation)
    assert matches(story.request) == {story.ada: "accepted"}


def test_one_way_that_works_is_enough(reached: Flask, gateway: LocalGateway, smtp_server: SmtpServer) -> None:
    story = Story(smtp_server, by_mail=True, by_sms=True)

    deliver()

    assert story.asked() == {"ada": "sent", "ben": "sent"}
    assert len(gateway.received) == 1


def test_an_outage_fails_nobody(reached: Flask, gateway: LocalGateway, smtp_server: SmtpServer) -> None:
    story = Story(smtp_server, by_mail=False, by_sms=True)
    smtp_server.unknown.clear()
    smtp_server.refusal, gateway.status = "451 Try again later", 503

    deliver()

    assert story.asked() == {"ada": "sent", "ben": "sent"}


def test_who_has_read_it_on_the_site_was_reached(
    reached: Flask, gateway: LocalGateway, smtp_server: SmtpServer
) -> None:
    story = Story(smtp_server, by_mail=True, by_sms=False)
    note_seen(actor_of(story.ada), invitation_ids={invitation_of(story.request, story.ada)})

    deliver()

    assert story.asked() == {"ada": "sent", "ben": "sent"}


def test_who_asked_for_texts_alone_is_written_to_until_her_number_is_verified(
    reached: Flask, gateway: LocalGateway, smtp_server: SmtpServer
) -> None:
    story = Story(smtp_server, by_mail=False, by_sms=True)
    smtp_server.unknown.clear()
    with transaction():
        db.session.execute(sa.text("DELETE FROM verified_phone"))
    address = db.session.scalars(sa.select(Person.email).filter_by(id=story.ada)).one()
    db.session.rollback()

    deliver()

    assert len(smtp_server.to(address or "")) == 1
