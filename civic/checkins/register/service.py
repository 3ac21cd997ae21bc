"""The register, kept by whom the mayor named: each entry asked for, told to the person, and gone the moment she says so."""

from datetime import date, datetime

import sqlalchemy as sa

from civic.accounts.queries import find_person_by_email
from civic.checkins.access import CheckinsAction
from civic.checkins.register import queries
from civic.checkins.register.errors import (
    AccountTaken,
    AlreadyRegistered,
    NotInRegister,
    RequestMissing,
)
from civic.checkins.register.events import (
    EntryAcknowledged,
    EntryAdded,
    EntryChanged,
    EntryChecked,
    EntryLinked,
    EntryRemoved,
    EntrySeen,
    EntryUnlinked,
    RegisterExported,
    RegisterListed,
)
from civic.checkins.register.models import RegisterEntry, RegisterExport, RegisterSight
from civic.checkins.register.queries import ListedEntry
from civic.checkins.register.rules import Entry, Leaving, ensure_lawful
from civic.kernel.access import Actor, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.pagination import Page
from civic.kernel.transaction import publish, transaction


def add_entry(actor: Actor, *, town_id: int, entry: Entry, email: str | None = None) -> int:
    """Write a person in the register, as she asked, or as somebody asked for her. It holds from now on; a letter tells her.

    Args:
        email: that of her account, if she has one: the entry is then on her own page.

    Returns:
        The entry's id.

    Raises:
        NotAllowed: the actor was not named to keep the register there.
        BirthRefused, NotCovered, AskerMissing, MustBeWritten, DayRefused.
        AlreadyRegistered.
        AccountTaken: that account has an entry.
    """
    now, today = utc_now(), town_today()
    with transaction():
        require(actor, CheckinsAction.KEEP_REGISTER, town_id)
        require(actor, CheckinsAction.KEEP_REGISTER, entry.territory_id)
        ensure_lawful(entry, on=today)
        row = write_entry(entry, actor_id=actor.id, now=now, today=today)
        _link(actor, row, email, now)
    return row.id


def write_entry(entry: Entry, *, actor_id: int, now: datetime, today: date) -> RegisterEntry:
    """Add the row, inside a transaction whose caller asked who may. Raises AlreadyRegistered."""
    row = RegisterEntry(recorded_by_id=actor_id, recorded_at=now, checked_on=today)
    _fill(row, entry, now)
    db.session.add(row)
    db.session.flush()
    publish(
        EntryAdded(
            occurred_at=now,
            entry_id=row.id,
            territory_id=row.territory_id,
            actor_id=actor_id,
            mode=entry.asked_by.value,
        )
    )
    return row


def _fill(row: RegisterEntry, entry: Entry, now: datetime) -> None:
    digest = queries.digest_of(entry.identity)
    with db.session.no_autoflush:
        same = queries.find_entry_by_digest(digest)
    if same is not None and same.id != row.id:
        raise AlreadyRegistered
    row.digest, row.territory_id, row.changed_at = digest, entry.territory_id, now
    row.family_name, row.first_names = entry.family_name, entry.first_names
    row.born_on, row.ground = entry.born_on.isoformat(), entry.ground.value
    row.address, row.phone = entry.address, entry.phone
    row.relative_name, row.relative_phone = entry.relative_name or None, entry.relative_phone or None
    row.home_service, row.asker = entry.home_service or None, entry.asker or None
    row.asked_by, row.asked_on, row.way = entry.asked_by, entry.asked_on, entry.way


def _link(actor: Actor, row: RegisterEntry, email: str | None, now: datetime) -> None:
    """Only an address that its owner confirmed is hers; of another one nothing is said, so that asking tells nobody who has an account."""
    person = find_person_by_email(email) if email else None
    if person is None or person.email_confirmed_at is None or person.deactivated_at is not None:
        return
    if row.person_id == person.id:
        return
    other = queries.find_entry_of_person(person.id)
    if other is not None and other.id != row.id:
        raise AccountTaken(fields={"email": [AccountTaken.message]})
    _unlink(actor, row, now)
    row.person_id = person.id
    db.session.flush()
    publish(EntryLinked(occurred_at=now, entry_id=row.id, territory_id=row.territory_id, actor_id=actor.id))


def _unlink(actor: Actor, row: RegisterEntry, now: datetime) -> None:
    if row.person_id is None:
        return
    # The fact comes first: who is told is found by the link.
    publish(EntryUnlinked(occurred_at=now, entry_id=row.id, territory_id=row.territory_id, actor_id=actor.id))
    row.person_id = None
    db.session.flush()


def unlink_account(actor: Actor, *, entry_id: int) -> None:
    """Take an entry off the account that reads it, which was somebody else's; she is told. Doing it twice changes nothing.

    Raises:
        NotAllowed, EntryNotFound.
    """
    with transaction():
        _unlink(actor, _get_kept(actor, entry_id), utc_now())


def change_entry(
    actor: Actor, *, entry_id: int, entry: Entry, email: str | None = None, seen: str | None = None
) -> None:
    """Correct what the register says of a person. That it was looked at again counts as a check.

    Args:
        seen: what was stored when it was read.

    Raises:
        As ``add_entry``; EntryNotFound; ChangedMeanwhile: somebody else corrected it since.
    """
    now, today = utc_now(), town_today()
    with transaction():
        _get_kept(actor, entry_id)
        row = queries.get_entry_alone(entry_id)
        require(actor, CheckinsAction.KEEP_REGISTER, entry.territory_id)
        ensure_lawful(entry, on=today)
        with row.written_over(seen):
            _fill(row, entry, now)
        row.checked_on = today
        db.session.flush()
        publish(
            EntryChanged(occurred_at=now, entry_id=row.id, territory_id=row.territory_id, actor_id=actor.id)
        )
        _link(actor, row, email, now)


def _get_kept(actor: Actor, entry_id: int) -> RegisterEntry:
    """Whether there is such a person is told to who may know it alone."""
    require(actor, CheckinsAction.KEEP_REGISTER)
    row = queries.get_entry(entry_id)
    require(actor, CheckinsAction.KEEP_REGISTER, row.territory_id)
    return row


def list_register(
    actor: Actor, *, town_id: int, text: str = "", state: str = "all", number: int = 1
) -> Page[ListedEntry]:
    """List the names of the register, and write down that they were read. Raises NotAllowed."""
    with transaction():
        require(actor, CheckinsAction.KEEP_REGISTER, town_id)
        page = queries.list_entries(town_id, text=text, state=state, on=town_today(), number=number)
        if page.items:
            publish(
                RegisterListed(
                    occurred_at=utc_now(), territory_id=town_id, actor_id=actor.id, count=len(page.items)
                )
            )
        return page


def see_entry(actor: Actor, *, entry_id: int, mode: str = "file") -> RegisterEntry:
    """Return all that the register says of a person, and write down that it was read. Raises NotAllowed, EntryNotFound."""
    with transaction():
        row = _get_kept(actor, entry_id)
        keep_sight(actor, row, mode=mode)
        return row


def keep_sight(actor: Actor, row: RegisterEntry, *, mode: str) -> None:
    """Write down that the actor reads an entry, inside a transaction whose caller asked who may."""
    now = utc_now()
    db.session.add(
        RegisterSight(entry_id=row.id, viewer_id=actor.id, is_for_call=mode == "call", seen_at=now)
    )
    db.session.flush()
    publish(
        EntrySeen(
            occurred_at=now,
            entry_id=row.id,
            territory_id=row.territory_id,
            actor_id=actor.id,
            mode=mode,
        )
    )


def acknowledge(actor: Actor, *, entry_id: int) -> None:
    """Write down that the letter left: the person knows what is written of her and how to oppose it. Doing it twice changes nothing."""
    now = utc_now()
    with transaction():
        row = _get_kept(actor, entry_id)
        if row.told_on is not None:
            return
        row.told_on = town_today()
        publish(
            EntryAcknowledged(
                occurred_at=now, entry_id=row.id, territory_id=row.territory_id, actor_id=actor.id
            )
        )


def check_entry(actor: Actor, *, entry_id: int) -> None:
    """Write down that the town hall asked, and that all that the register says is still true. Raises NotAllowed, EntryNotFound."""
    now = utc_now()
    with transaction():
        row = _get_kept(actor, entry_id)
        row.checked_on = town_today()
        publish(
            EntryChecked(occurred_at=now, entry_id=row.id, territory_id=row.territory_id, actor_id=actor.id)
        )


def remove_entry(actor: Actor, *, entry_id: int, reason: Leaving) -> None:
    """Take a person off the register: all that it says of her is erased now, and nobody calls her any more.

    Raises:
        NotAllowed, EntryNotFound.
    """
    with transaction():
        _remove(actor, _get_kept(actor, entry_id), reason)


def get_own_entry(actor: Actor) -> RegisterEntry:
    """Return the entry of who is signed in. Raises NotSignedIn, NotInRegister."""
    row = queries.find_entry_of_person(actor.id)
    if row is None:
        raise NotInRegister
    require(actor, CheckinsAction.SEE_OWN_ENTRY, row)
    return row


def leave_register(actor: Actor) -> None:
    """Leave the register, as one's own page lets one at any moment. Raises NotSignedIn, NotInRegister."""
    with transaction():
        _remove(actor, get_own_entry(actor), Leaving.ASKED)


def _remove(actor: Actor, row: RegisterEntry, reason: Leaving) -> None:
    # The fact comes first: what a campaign holds of her is emptied while it can still be found by her entry.
    publish(
        EntryRemoved(
            occurred_at=utc_now(),
            entry_id=row.id,
            territory_id=row.territory_id,
            actor_id=actor.id,
            reason=reason.value,
        )
    )
    db.session.execute(sa.delete(RegisterSight).where(RegisterSight.entry_id == row.id))
    db.session.delete(row)
    db.session.flush()


def export_register(
    actor: Actor, *, town_id: int, request: str
) -> tuple[RegisterExport, list[RegisterEntry]]:
    """Return the whole register for the representative of the State, who asked for it, and write down that it was handed over.

    Raises:
        NotAllowed: the actor was not named to keep the register there.
        RequestMissing: nothing says what was asked.
    """
    now = utc_now()
    with transaction():
        require(actor, CheckinsAction.EXPORT_REGISTER, town_id)
        if not request:
            raise RequestMissing(fields={"request": [RequestMissing.message]})
        rows = queries.list_whole(town_id)
        export = RegisterExport(
            territory_id=town_id,
            request=request,
            people=len(rows),
            exported_by_id=actor.id,
            exported_at=now,
        )
        db.session.add(export)
        db.session.add_all(
            RegisterSight(entry_id=row.id, viewer_id=actor.id, is_for_call=False, seen_at=now) for row in rows
        )
        db.session.flush()
        publish(
            RegisterExported(
                occurred_at=now,
                export_id=export.id,
                territory_id=town_id,
                actor_id=actor.id,
                count=len(rows),
            )
        )
    return export, rows
