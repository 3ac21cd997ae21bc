"""Telling persons, and what they do with what they are told."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.access import Actor
from civic.kernel.clock import iso_utc, utc_now
from civic.kernel.database import db
from civic.kernel.outbox import owe
from civic.kernel.rows import write_new_rows
from civic.kernel.transaction import transaction
from civic.notifications import queries
from civic.notifications.models import MailPreference, Notification
from civic.notifications.rules import REFUSABLE, WORDINGS, Family, Kind, MailChoice


@dataclass(frozen=True)
class Told:
    """Something to tell: what ``Notification`` holds of it."""

    kind: Kind
    key: str
    params: Mapping[str, Any]
    path: str


def notify(
    person_id: int, *, kind: Kind, key: str, params: Mapping[str, Any], path: str, now: datetime
) -> bool:
    """Tell one person something, inside the transaction that states it. See ``notify_all``. Returns whether it was new to her."""
    return notify_all([person_id], kind=kind, key=key, params=params, path=path, now=now) == 1


def notify_all(
    person_ids: Collection[int],
    *,
    kind: Kind,
    key: str,
    params: Mapping[str, Any],
    path: str,
    now: datetime,
) -> int:
    """Tell persons something, inside the transaction that states it: in their inbox, and by mail unless refused.

    Args:
        key: names the fact; who was told a fact is not told again.
        params: fills the words of the kind.
        path: the page of this site that it leads to.

    Returns:
        How many persons were told.

    Raises:
        KeyError: a parameter that the words need is missing, so that nobody ever reads an empty sentence.
    """
    WORDINGS[kind].sentence % params
    values = [
        {
            "person_id": person_id,
            "kind": kind,
            "key": key,
            "params": dict(params),
            "path": path,
            "created_at": now,
        }
        for person_id in sorted(set(person_ids))
    ]
    if not values:
        return 0
    told = write_new_rows(Notification, values)
    for notification_id in told:
        owe("mail", {"notification_id": notification_id}, now=now, due_at=now + WORDINGS[kind].waits)
    return len(told)


def tell_quietly(person_id: int, told: Iterable[Told], *, now: datetime, is_read: bool) -> list[int]:
    """Write several things in a person's inbox, inside a transaction, for the one mail that says them all.

    Args:
        is_read: that mail is her reading of them: they do not ring on the site as well.

    Returns:
        The notifications of those that were new to her, in their order.
    """
    values = [
        {
            "person_id": person_id, "kind": each.kind, "key": each.key, "params": dict(each.params), "path": each.path,
            "created_at": now, "read_at": now if is_read else None,
        }
        for each in told
    ]  # fmt: skip
    return sorted(write_new_rows(Notification, values)) if values else []


def owe_account_mail(
    template: str, *, email: str, language: str, now: datetime, path: str | None = None
) -> None:
    """Owe a mail about an account, which nobody may refuse. What it holds is deleted with the row, once it is sent."""
    owe("mail", {"template": template, "email": email, "language": language, "path": path}, now=now)


def read_notification(actor: Actor, *, notification_id: int) -> str:
    """Mark one notification read. Reading it twice changes nothing.

    Returns:
        The path of the page that it leads to.

    Raises:
        NotSignedIn.
        NotificationNotFound: there is none, or it is another person's.
    """
    now = utc_now()
    with transaction():
        notification = queries.get_own_notification(actor.id, notification_id)
        notification.read_at = notification.read_at or now
        return notification.path


def read_notifications(actor: Actor, *, path: str | None = None) -> int:
    """Mark everything read, or (with a path) what leads to one page. Returns how many were unread. Raises NotSignedIn."""
    unread = sa.update(Notification).where(Notification.person_id == actor.id, Notification.read_at.is_(None))
    if path is not None:
        unread = unread.where(Notification.path == path)
    with transaction():
        result = db.session.execute(unread.values(read_at=utc_now()))
    return int(result.rowcount)  # type: ignore[attr-defined]


def choose_mails(actor: Actor, *, choices: Mapping[Family, MailChoice]) -> None:
    """Write down what the actor wishes to receive by mail. Raises NotSignedIn."""
    with transaction():
        for family in REFUSABLE:
            if family in choices:
                db.session.merge(MailPreference(person_id=actor.id, family=family, choice=choices[family]))


def find_mail_address(person_id: int) -> tuple[str, str] | None:
    """Return the address and the language of a person who may be written to, or None."""
    row = db.session.execute(
        sa.select(Person.email, Person.language).where(
            Person.id == person_id, Person.email_confirmed_at.is_not(None), Person.deactivated_at.is_(None)
        )
    ).one_or_none()
    return (row.email, row.language) if row and row.email else None


def count_notifications(person_id: int) -> int:
    counted = sa.select(sa.func.count()).select_from(Notification)
    return db.session.scalar(counted.where(Notification.person_id == person_id)) or 0


@exports_personal_data("notifications", count=count_notifications)
def export_notifications(person_id: int) -> dict[str, Any]:
    rows = db.session.scalars(
        sa.select(Notification).filter_by(person_id=person_id).order_by(Notification.id)
    )
    return {
        "inbox": [
            {
                "kind": row.kind.value,
                "params": row.params,
                "path": row.path,
                "created_at": iso_utc(row.created_at),
            }
            for row in rows
        ],
        "mail_choices": {
            family.value: choice.value for family, choice in queries.mail_choices(person_id).items()
        },
    }


@erases_personal_data("notifications")
def erase_notifications(person_id: int, now: datetime) -> None:
    for model in (Notification, MailPreference):
        db.session.execute(sa.delete(model).where(model.person_id == person_id))
