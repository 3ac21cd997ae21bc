"""Mails: written in the reader's language, sent by SMTP, or kept on a page in a demonstration."""

import smtplib
import ssl
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime
from email.headerregistry import Address
from email.message import EmailMessage
from email.utils import format_datetime, make_msgid
from urllib.parse import unquote, urlsplit

import sqlalchemy as sa
import structlog
from flask import current_app
from flask_babel import force_locale, gettext

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.rows import write_new_rows
from civic.kernel.transaction import transaction
from civic.notifications.models import DemoMail
from civic.territories import queries as territories
from civic.web.languages import direction_of, language_tag
from config import Settings

log = structlog.get_logger(__name__)

SMTP_SECONDS = 10
KEPT_DEMO_MAILS = 200
LOOPBACK = frozenset({"localhost", "127.0.0.1", "::1"})
PREFERENCES_PATH = "/notifications/preferences"


class MailNotSafe(Exception):
    """The mail server asks for a password over a line that anybody may read."""


class MailRefused(Exception):
    """The mail server will never take a mail for this address."""


@dataclass(frozen=True)
class Mail:
    """A mail ready to send.

    Attributes:
        link: the address of the page that it leads to.
        reference: names what it says; a mail sent twice by accident bears the same, so that mail readers show it once.
        is_refusable: the reader may ask for no more of its kind.
        unsubscribe_url: where her mail reader may ask for it by itself, with one POST (RFC 8058).
    """

    recipient: str
    subject: str
    text: str
    html: str
    link: str | None = None
    reference: str | None = None
    is_refusable: bool = False
    unsubscribe_url: str | None = None


def write_mail(
    template: str,
    *,
    recipient: str,
    language: str,
    subject: str,
    path: str | None = None,
    reference: str | None = None,
    is_refusable: bool = False,
    unsubscribe_path: str | None = None,
    **values: object,
) -> Mail:
    """Write a mail from ``templates/notifications/mail/<template>.txt`` and ``.html``, in the reader's language."""
    settings: Settings = current_app.config["SETTINGS"]
    link = settings.public_url + path if path else None
    with force_locale(language):
        shown = {
            **values,
            "link": link,
            "town": territories.find_town_name() or gettext("Votre mairie"),
            "language": language_tag(language),
            "direction": direction_of(language),
            "public_url": settings.public_url,
            "preferences_url": settings.public_url + (unsubscribe_path or PREFERENCES_PATH)
            if is_refusable
            else None,
        }
        # The context of pages (who is signed in, the menu) is not for mails: the templates are read without it.
        environment = current_app.jinja_env
        text = environment.get_template(f"notifications/mail/{template}.txt").render(shown)
        html = environment.get_template(f"notifications/mail/{template}.html").render(
            {**shown, "subject": subject}
        )
    unsubscribe_url = settings.public_url + unsubscribe_path if unsubscribe_path else None
    return Mail(recipient, subject, text.strip() + "\n", html, link, reference, is_refusable, unsubscribe_url)


def send_mail(mail: Mail) -> None:
    """Send a mail, or show it in the mailbox of a demonstration.

    Raises:
        OSError, smtplib.SMTPException: the server could not take it; it stays owed.
        MailRefused, MailNotSafe: see there.
    """
    settings: Settings = current_app.config["SETTINGS"]
    if settings.smtp_url:
        _send_by_smtp(settings, _as_message(mail, settings))
    else:
        _keep_for_demonstration(mail, utc_now())


def send_mail_if_taken(mail: Mail) -> None:
    """Do as ``send_mail``, but let go of what goes to an address of nobody: trying again would not help. Raises as it, but for MailRefused."""
    with suppress(MailRefused):
        send_mail(mail)


def _as_message(mail: Mail, settings: Settings) -> EmailMessage:
    message = EmailMessage()
    message["From"] = Address(addr_spec=settings.mail_from)
    message["To"] = Address(addr_spec=mail.recipient)
    message["Subject"] = mail.subject
    message["Date"] = format_datetime(utc_now())
    domain = urlsplit(settings.public_url).hostname or "localhost"
    message["Message-ID"] = f"<{mail.reference}@{domain}>" if mail.reference else make_msgid(domain=domain)
    message["Auto-Submitted"] = "auto-generated"
    if mail.is_refusable:
        message["List-Unsubscribe"] = f"<{mail.unsubscribe_url or settings.public_url + PREFERENCES_PATH}>"
    if mail.unsubscribe_url:
        message["List-Unsubscribe-Post"] = "List-Unsubscribe=One-Click"
    message.set_content(mail.text)
    message.add_alternative(mail.html, subtype="html")
    return message


def _send_by_smtp(settings: Settings, message: EmailMessage) -> None:
    address = urlsplit(settings.smtp_url)
    host = address.hostname or "localhost"
    with _open_smtp(host, address.port, is_tls=address.scheme == "smtps") as server:
        is_sealed = address.scheme == "smtps"
        if not is_sealed and host not in LOOPBACK:
            server.ehlo()
            if server.has_extn("starttls"):
                server.starttls(context=ssl.create_default_context())
                is_sealed = True
        if address.username:
            if not is_sealed and host not in LOOPBACK:
                raise MailNotSafe
            server.login(unquote(address.username), unquote(address.password or ""))
        try:
            server.send_message(message)
        except smtplib.SMTPRecipientsRefused as refused:
            codes = [code for code, _ in refused.recipients.values()]
            if not all(500 <= code < 600 for code in codes):
                raise
            log.warning("mail_address_refused", codes=codes)
            raise MailRefused from refused


def _open_smtp(host: str, port: int | None, *, is_tls: bool) -> smtplib.SMTP:
    if is_tls:
        context = ssl.create_default_context()
        return smtplib.SMTP_SSL(host, port or 465, timeout=SMTP_SECONDS, context=context)
    return smtplib.SMTP(host, port or 25, timeout=SMTP_SECONDS)


def _keep_for_demonstration(mail: Mail, now: datetime) -> None:
    kept = {
        "recipient": mail.recipient,
        "subject": mail.subject,
        "text": mail.text,
        "link": mail.link,
        "sent_at": now,
    }
    with transaction():
        (number,) = write_new_rows(DemoMail, [kept])
        db.session.connection().execute(_OLD_DEMO_MAILS, {"last": number - KEPT_DEMO_MAILS})


_OLD_DEMO_MAILS = sa.delete(DemoMail).where(DemoMail.id <= sa.bindparam("last"))
