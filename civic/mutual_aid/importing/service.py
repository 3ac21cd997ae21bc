"""A file of offers: sent, understood, imported whole or not at all; then each person says yes or no."""

import json
import secrets
from collections.abc import Mapping, Sequence
from datetime import datetime

import sqlalchemy as sa

from civic.accounts.models import Person, ResidencyStatus
from civic.accounts.queries import find_person_by_email
from civic.accounts.service.people import set_residency
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.sealing import keyed_digest
from civic.kernel.text import fold
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.events import OfferPosted
from civic.mutual_aid.importing import queries
from civic.mutual_aid.importing.errors import (
    ImportDone,
    ImportedOfferNotFound,
    LinesToMend,
    NothingToImport,
)
from civic.mutual_aid.importing.events import (
    ConfirmationAsked,
    ImportedOfferAnswered,
    ImportSeen,
    OffersImported,
)
from civic.mutual_aid.importing.models import ImportedOffer, OfferImport
from civic.mutual_aid.importing.reading import read_rows
from civic.mutual_aid.importing.rules import Column, ImportedState, Line, guess_columns
from civic.mutual_aid.models import Offer, OfferArea
from civic.mutual_aid.rules import Contact, OfferState
from civic.mutual_aid.service.requests import find_or_add_caller
from civic.mutual_aid.volunteers.service import write_charter
from civic.safeguarding.rules import AgeBand
from civic.safeguarding.service.standing import ensure_not_suspended, ensure_old_enough


def send_file(actor: Actor, *, town_id: int, file_name: str, content: bytes) -> int:
    """Keep a file, sealed, to be looked at before it is imported. Nothing of it is anybody's offer yet.

    Returns:
        The import's id.

    Raises:
        NotAllowed: the actor is not an agent there.
        FileRefused: it is no table, is empty, or is too long.
    """
    now = utc_now()
    require(actor, MutualAidAction.IMPORT_OFFERS, town_id)
    rows = read_rows(content)
    with transaction():
        require(actor, MutualAidAction.IMPORT_OFFERS, town_id)
        sent = OfferImport(
            territory_id=town_id,
            agent_id=actor.id,
            file_name=file_name,
            rows=json.dumps(rows, ensure_ascii=False),
            columns={column.value: index for column, index in guess_columns(rows[0]).items()},
            sent_at=now,
        )
        db.session.add(sent)
        db.session.flush()
    return sent.id


def get_readable(actor: Actor, import_id: int) -> OfferImport:
    """Return an import to an agent of its commune. Raises NotSignedIn, NotAllowed, ImportNotFound."""
    sent = queries.get_import(import_id)
    require(actor, MutualAidAction.IMPORT_OFFERS, sent.territory_id)
    return sent


def see_import(actor: Actor, import_id: int) -> OfferImport:
    """Return an import to an agent who reads its lines, and write down that she did. Raises as ``get_readable``."""
    with transaction():
        sent = get_readable(actor, import_id)
        publish(ImportSeen(occurred_at=utc_now(), import_id=sent.id, actor_id=actor.id))
        return sent


def choose_columns(actor: Actor, *, import_id: int, columns: Mapping[Column, int]) -> None:
    """Say which column holds what. Raises NotAllowed, ImportNotFound, ImportDone."""
    with transaction():
        sent = _get_waiting(actor, import_id)
        sent.columns = {column.value: index for column, index in columns.items()}


def _get_waiting(actor: Actor, import_id: int) -> OfferImport:
    sent = get_readable(actor, import_id)
    sent = db.session.scalars(
        sa.select(OfferImport)
        .filter_by(id=sent.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if sent.done_at is not None:
        raise ImportDone
    return sent


def import_offers(actor: Actor, *, import_id: int, skips_errors: bool, keeps_doubtful: bool) -> int:
    """Import the lines of a file, all of those that are right in one transaction, and ask each person by mail whether she agrees.

    Args:
        skips_errors: leave the lines that are wrong aside; otherwise one of them stops everything.
        keeps_doubtful: import those that look like another one as well.

    Returns:
        How many were imported.

    Raises:
        NotAllowed, ImportNotFound, ImportDone.
        LinesToMend: lines are wrong, and nothing was said of them.
        NothingToImport.
    """
    now = utc_now()
    with transaction():
        sent = _get_waiting(actor, import_id)
        lines = queries.read_import(sent)
        right = [line for line in lines if not line.errors]
        if len(right) < len(lines) and not skips_errors:
            raise LinesToMend
        kept = [line for line in right if keeps_doubtful or not line.doubts]
        if not kept:
            raise NothingToImport
        _write(sent, kept, now)
        sent.rows, sent.done_at = "", now
        publish(
            OffersImported(
                occurred_at=now,
                import_id=sent.id,
                territory_id=sent.territory_id,
                actor_id=actor.id,
                count=len(kept),
            )
        )
    return len(kept)


def _write(sent: OfferImport, lines: Sequence[Line], now: datetime) -> None:
    places = queries.places_of(sent.territory_id)
    for line in lines:
        assert line.category is not None
        token = secrets.token_urlsafe(32) if line.email else None
        imported = ImportedOffer(
            import_id=sent.id,
            line=line.number,
            name=line.name,
            email=line.email,
            phone=line.phone,
            contact_digest=queries.digest_of(line.contact),
            category=line.category,
            title=line.title or line.name,
            text=line.text,
            place_id=places.get(fold(line.place)) if line.place else None,
            state=ImportedState.TO_CONFIRM,
            token_digest=keyed_digest("imported_offer.token", token) if token else None,
            asked_at=now,
        )
        db.session.add(imported)
        db.session.flush()
        if line.email and token:
            publish(
                ConfirmationAsked(occurred_at=now, imported_id=imported.id, email=line.email, token=token)
            )


def confirm_by_link(*, token: str, age: AgeBand) -> int:
    """Put an imported offer online, as the person to whom the mail went asks: she is known by her address from then on.

    Returns:
        The offer's id.

    Raises:
        ImportedOfferNotFound: the link was used, or is too old.
        TooYoung, NotForMinors, VolunteerSuspended.
    """
    now = utc_now()
    with transaction():
        imported = _lock(queries.get_by_token(token).id)
        assert imported.email is not None
        person = find_person_by_email(imported.email)
        if person is None:
            person = Person(name=imported.name, email=imported.email, email_confirmed_at=now, created_at=now)
            db.session.add(person)
            db.session.flush()
        elif person.email_confirmed_at is None:  # whoever signed up with it never showed that it is hers
            person.email_confirmed_at, person.password_hash = now, None
        return _put_online(imported, person.id, age, None, now)


def confirm_by_telephone(actor: Actor, *, imported_id: int, age: AgeBand) -> int:
    """Put an imported offer online for somebody who said yes by telephone, after the agent read the charter to her.

    Raises:
        NotAllowed: the actor is not an agent there.
        ImportedOfferNotFound: she answered already.
        TooYoung, NotForMinors, VolunteerSuspended.
    """
    now = utc_now()
    with transaction():
        imported = _lock_for(actor, imported_id)
        known = find_person_by_email(imported.email) if imported.email else None
        person_id = (
            known.id if known else find_or_add_caller(Contact(imported.name, imported.phone or ""), now)
        )
        return _put_online(imported, person_id, age, actor.id, now)


def _lock_for(actor: Actor, imported_id: int) -> ImportedOffer:
    """Whether she answered is told to who may know it alone."""
    get_readable(actor, queries.get_imported(imported_id).import_id)
    return _lock(imported_id)


def _lock(imported_id: int) -> ImportedOffer:
    query = sa.select(ImportedOffer).filter_by(id=imported_id).with_for_update()
    imported = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if imported is None or imported.state is not ImportedState.TO_CONFIRM:
        raise ImportedOfferNotFound
    return imported


def _put_online(
    imported: ImportedOffer, person_id: int, age: AgeBand, agent_id: int | None, now: datetime
) -> int:
    town_id = queries.get_import(imported.import_id).territory_id
    ensure_not_suspended(person_id)
    write_charter(person_id, age=age, now=now)
    ensure_old_enough(person_id, town_id=town_id, category=imported.category.value)
    person = db.session.get_one(Person, person_id)
    if imported.place_id is not None and not person.residencies:
        set_residency(person_id=person_id, territory_id=imported.place_id, status=ResidencyStatus.DECLARED)
    offer = Offer(
        territory_id=town_id,
        author_id=person_id,
        organisation_id=None,
        category=imported.category,
        title=imported.title,
        text=imported.text,
        state=OfferState.ACTIVE,
        created_at=now,
        changed_at=now,
    )
    if imported.place_id is not None:
        offer.areas = [OfferArea(territory_id=imported.place_id)]
    db.session.add(offer)
    db.session.flush()
    _answer(imported, ImportedState.CONFIRMED, agent_id, now)
    imported.offer_id = offer.id
    publish(
        OfferPosted(
            occurred_at=now,
            offer_id=offer.id,
            territory_id=town_id,
            actor_id=person_id,
            organisation_id=None,
        )
    )
    return offer.id


def refuse_by_link(*, token: str) -> None:
    """Say no: what the file said of her is erased at once. Raises ImportedOfferNotFound."""
    now = utc_now()
    with transaction():
        _answer(_lock(queries.get_by_token(token).id), ImportedState.REFUSED, None, now)


def refuse_by_telephone(actor: Actor, *, imported_id: int) -> None:
    """Write down that somebody said no by telephone: what the file said of her is erased. Raises NotAllowed, ImportedOfferNotFound."""
    now = utc_now()
    with transaction():
        imported = _lock_for(actor, imported_id)
        _answer(imported, ImportedState.REFUSED, actor.id, now)


def _answer(imported: ImportedOffer, state: ImportedState, agent_id: int | None, now: datetime) -> None:
    """An answer empties the row: who said yes has her offer, and who said no is to be forgotten. Her address is kept as a digest, so
    that the next file does not ask her again this month."""
    imported.state, imported.answered_at, imported.token_digest = state, now, None
    imported.email = imported.phone = None
    imported.name = imported.title = imported.text = ""
    db.session.flush()
    publish(
        ImportedOfferAnswered(
            occurred_at=now, imported_id=imported.id, actor_id=agent_id, decision=state.value
        )
    )
