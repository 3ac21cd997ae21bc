"""The reminder of the evening before, to who can be reached by a text message alone."""

from datetime import datetime, timedelta

from flask import Flask

from civic.kernel.clock import utc_now
from civic.kernel.outbox import deliver_due
from civic.matching.reminding.service import remind
from civic.matching.service.invitations import accept_invitation
from civic.matching.service.matches import withdraw_from_match
from civic.mutual_aid.rules import Window
from civic.notifications.rules import Family, MailChoice
from civic.notifications.service import choose_mails
from tests.conftest import actor_of
from tests.mutual_aid.making import invitation_of
from tests.texting.local import LocalGateway
from tests.texting.test_texting import Story

HOUR = timedelta(hours=1)


def deliver(until: datetime) -> None:
    while deliver_due(until, is_slow=True):
        pass


class Promise(Story):
    """Ada, who wants no mail, said yes for a day to come."""

    def __init__(self) -> None:
        self.begins = utc_now() + timedelta(days=3)
        super().__init__(window=Window(self.begins, self.begins + 2 * HOUR))
        choose_mails(actor_of(self.ada), choices={Family.SOLIDARITY: MailChoice.NONE})
        self.match = accept_invitation(
            actor_of(self.ada), invitation_id=invitation_of(self.request, self.ada)
        )
        deliver(utc_now())


def test_who_can_be_reached_by_text_alone_is_reminded_by_text_and_once(
    texting_app: Flask, gateway: LocalGateway
) -> None:
    with texting_app.app_context():
        promise = Promise()
        gateway.received.clear()
        for _ in range(2):
            remind(match_id=promise.match, now=promise.begins - HOUR)
        deliver(promise.begins)

    (text,) = gateway.texts()  # Rose, who has mails, is not sent any
    assert "rappel, vous aidez quelqu’un (Courses)" in text
    for secret in ("Rose", "Odette", "Glycines", "01 99"):
        assert secret not in text


def test_who_withdrew_after_the_reminder_was_owed_is_sent_none(
    texting_app: Flask, gateway: LocalGateway
) -> None:
    with texting_app.app_context():
        promise = Promise()
        gateway.received.clear()
        remind(match_id=promise.match, now=promise.begins - HOUR)
        withdraw_from_match(actor_of(promise.ada), match_id=promise.match)
        deliver(promise.begins)

    assert not [text for text in gateway.texts() if "rappel" in text]
