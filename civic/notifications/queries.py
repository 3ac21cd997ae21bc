from dataclasses import dataclass
from typing import Any

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate
from civic.notifications.errors import NotificationNotFound
from civic.notifications.models import DemoMail, MailPreference, Notification
from civic.notifications.rules import REFUSABLE, WORDINGS, Family, Kind, MailChoice


def list_notifications(
    person_id: int, *, unread_only: bool = False, number: int = 1, size: int = PAGE_SIZE
) -> Page[Notification]:
    """Read one page of an inbox, newest first."""
    query = sa.select(Notification).filter_by(person_id=person_id).order_by(Notification.id.desc())
    if unread_only:
        query = query.where(Notification.read_at.is_(None))
    return paginate(query, number=number, size=size)


def count_unread(person_id: int) -> int:
    query = sa.select(sa.func.count()).where(
        Notification.person_id == person_id, Notification.read_at.is_(None)
    )
    return db.session.scalar(query) or 0


def get_own_notification(person_id: int, notification_id: int) -> Notification:
    """Raises NotificationNotFound: there is none, or it is another person's."""
    query = sa.select(Notification).filter_by(id=notification_id, person_id=person_id)
    notification = db.session.scalars(query).one_or_none()
    if notification is None:
        raise NotificationNotFound
    return notification


def find_notification(notification_id: int) -> Notification | None:
    return db.session.get(Notification, notification_id)


@dataclass(frozen=True)
class OwedMail:
    """A notification that is not read yet, whom its mail is for, and what she chose of such mails."""

    person_id: int
    kind: Kind
    params: dict[str, Any]
    path: str
    email: str
    language: str
    choice: MailChoice


_TOLD, _PERSONS, _CHOSEN = Notification.__table__, Person.__table__, MailPreference.__table__
_OWED = (
    sa.select(
        _TOLD.c.person_id, _TOLD.c.kind, _TOLD.c.params, _TOLD.c.path,
        _PERSONS.c.email, _PERSONS.c.language, _CHOSEN.c.family, _CHOSEN.c.choice,
    )
    .select_from(
        _TOLD.join(_PERSONS, _PERSONS.c.id == _TOLD.c.person_id)
        .outerjoin(_CHOSEN, _CHOSEN.c.person_id == _PERSONS.c.id)
    )
    .where(
        _TOLD.c.id == sa.bindparam("notification"), _TOLD.c.read_at.is_(None),
        _PERSONS.c.email_confirmed_at.is_not(None), _PERSONS.c.deactivated_at.is_(None),
    )
)  # fmt: skip


def find_owed_mail(notification_id: int) -> OwedMail | None:
    """Return what the mail of a notification needs, in one query; None when it is read, gone, or of somebody who may not be written to."""
    rows = db.session.execute(_OWED, {"notification": notification_id}).all()
    if not rows or not rows[0].email:
        return None
    one = rows[0]
    chosen = {row.family: row.choice for row in rows if row.family in REFUSABLE}
    choice = chosen.get(WORDINGS[one.kind].family, MailChoice.AT_ONCE)
    return OwedMail(one.person_id, one.kind, one.params, one.path, one.email, one.language, choice)


def has_unread(person_id: int, kind: Kind, path: str) -> bool:
    """Tell whether a person has something of this kind, about this page, that she has not read."""
    query = sa.select(Notification.id).where(
        Notification.person_id == person_id,
        Notification.read_at.is_(None),
        Notification.kind == kind,
        Notification.path == path,
    )
    return db.session.scalar(query.limit(1)) is not None


def mail_choice(person_id: int, family: Family) -> MailChoice:
    """Return what a person chose, or the default. Account mails are sent whatever was chosen."""
    if family not in REFUSABLE:
        return MailChoice.AT_ONCE
    chosen = db.session.get(MailPreference, (person_id, family))
    return chosen.choice if chosen else MailChoice.AT_ONCE


def mail_choices(person_id: int) -> dict[Family, MailChoice]:
    """Return the choices of a person for each family that may be refused."""
    rows = db.session.scalars(sa.select(MailPreference).filter_by(person_id=person_id))
    chosen = {row.family: row.choice for row in rows}
    return {family: chosen.get(family, MailChoice.AT_ONCE) for family in REFUSABLE}


def list_demo_mails(number: int = 1) -> Page[DemoMail]:
    return paginate(sa.select(DemoMail).order_by(DemoMail.id.desc()), number=number)


def has_unread_for_page(person_id: int, path: str) -> bool:
    query = sa.select(Notification.id).where(
        Notification.person_id == person_id, Notification.read_at.is_(None), Notification.path == path
    )
    return db.session.scalar(query.limit(1)) is not None
