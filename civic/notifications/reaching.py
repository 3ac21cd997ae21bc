"""By which ways a volunteer is reached, and what a refusal of one of them does to her invitation."""

from datetime import datetime

from civic.kernel.database import db
from civic.matching.models import Invitation
from civic.matching.service.reaching import note_unreached
from civic.mutual_aid.codes.queries import find_verified_number
from civic.mutual_aid.volunteers.queries import get_limits
from civic.notifications import queries
from civic.notifications.rules import WORDINGS, Kind, MailChoice
from civic.notifications.service import find_mail_address
from civic.notifications.texting.gateway import find_gateway
from civic.notifications.texting.models import TextAsk
from civic.web.sockets import is_connected

MAIL, SMS, SITE = "mail", "sms", "site"


def wishes_mail(person_id: int) -> bool:
    """Tell whether a volunteer is asked by mail: as she wishes, or because the text messages that she wishes for cannot reach her yet."""
    limits = get_limits(person_id)
    return limits.by_mail or (limits.by_sms and not _takes_texts(person_id))


def _takes_texts(person_id: int) -> bool:
    return find_gateway() is not None and find_verified_number(person_id) is not None


def ways_of(invitation: Invitation) -> set[str]:
    """Return by which ways a volunteer is told of an invitation."""
    person_id, ways = invitation.volunteer_id, set()
    family = WORDINGS[Kind.INVITATION_SENT].family
    has_address = find_mail_address(person_id) is not None
    if (
        wishes_mail(person_id)
        and has_address
        and queries.mail_choice(person_id, family) is not MailChoice.NONE
    ):
        ways.add(MAIL)
    if db.session.get(TextAsk, invitation.id) is not None:
        ways.add(SMS)
    if is_connected(person_id):
        ways.add(SITE)
    return ways


def note_refused(invitation_id: int, by: str, *, now: datetime) -> None:
    """Write that a mail or a text message about an invitation was refused for good."""
    invitation = db.session.get(Invitation, invitation_id)
    if invitation is not None:
        note_unreached(invitation_id=invitation_id, by=by, other_ways=ways_of(invitation) - {by}, now=now)


def note_mail_refused(notification_id: int, *, now: datetime) -> None:
    """Write that a mail was refused for good: of an invitation, that it did not reach her; of anything else, nothing."""
    notification = queries.find_notification(notification_id)
    if notification is not None and notification.kind is Kind.INVITATION_SENT:
        note_refused(int(notification.key.split(":")[1]), MAIL, now=now)  # invitation:<id>:<when it expires>
