"""What the relay does with an owed mail."""

from typing import Any

from flask_babel import force_locale, gettext

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import N_
from civic.kernel.outbox import delivers
from civic.notifications import queries, reaching
from civic.notifications.mail import Mail, MailRefused, send_mail, write_mail
from civic.notifications.rules import WORDINGS, Kind, MailChoice, may_refuse
from civic.notifications.wording import sentence_of
from civic.web.sockets import is_connected

ACCOUNT_SUBJECTS = {
    "confirm_email": N_("Confirmez votre adresse électronique"),
    "change_email": N_("Confirmez votre nouvelle adresse électronique"),
    "reset_password": N_("Choisissez un nouveau mot de passe"),
    "sign_up_repeated": N_("Vous avez déjà un compte"),
    "password_changed": N_("Votre mot de passe a changé"),
    "email_changed": N_("L’adresse électronique de votre compte a changé"),
    "offer_confirmation": N_("Proposez-vous toujours votre aide ?"),
}


@delivers("mail", is_slow=True)
def deliver_mail(owed: dict[str, Any]) -> None:
    """Send one mail, unless it has lost its reason. Who it is for, and what it says, is read now: the row holds an id alone."""
    mail = _account_mail(owed) if "template" in owed else _notice(owed["notification_id"])
    db.session.rollback()  # a mail server may take seconds: no snapshot of the database is held meanwhile
    if mail is None:
        return
    try:
        send_mail(mail)
    except MailRefused:  # trying again would not help
        db.session.rollback()
        if "notification_id" in owed:
            reaching.note_mail_refused(owed["notification_id"], now=utc_now())


def _account_mail(owed: dict[str, Any]) -> Mail:
    template, language = owed["template"], owed["language"]
    with force_locale(language):
        subject = gettext(ACCOUNT_SUBJECTS[template])
    return write_mail(
        template,
        recipient=owed["email"],
        language=language,
        subject=subject,
        path=owed["path"],
    )


def _notice(notification_id: int) -> Mail | None:
    owed = queries.find_owed_mail(notification_id)
    if owed is None or owed.choice is MailChoice.NONE:
        return None
    wording = WORDINGS[owed.kind]
    if wording.is_for_absent and is_connected(owed.person_id):
        return None
    if owed.kind is Kind.INVITATION_SENT and not reaching.wishes_mail(owed.person_id):
        return None
    with force_locale(owed.language):
        sentence = sentence_of(owed)
    return write_mail(
        "notice",
        recipient=owed.email,
        language=owed.language,
        subject=sentence,
        path=owed.path,
        reference=f"notification-{notification_id}",
        is_refusable=may_refuse(wording.family),
        sentence=sentence,
        lines=owed.params.get("lines", []),
    )
