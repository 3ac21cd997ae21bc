"""Signing, on the site and on paper, each person once; and what happens when there are enough."""

from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.accounts import queries as accounts
from civic.accounts import rules as account_rules
from civic.kernel import outbox
from civic.kernel.access import Actor, require
from civic.kernel.clock import TOWN_TIME, utc_now
from civic.kernel.database import db
from civic.kernel.sealing import keyed_digest
from civic.kernel.transaction import publish, transaction
from civic.petitions import queries, rules
from civic.petitions.access import PetitionsAction
from civic.petitions.counting import recount
from civic.petitions.errors import BirthDateMissing, PetitionWithheld, SheetTypedAlready, TooYoungToSign
from civic.petitions.events import (
    PaperCounted,
    PaperRemoved,
    PetitionReached,
    PetitionSigned,
    SignatureWithdrawn,
)
from civic.petitions.models import Petition, PetitionSheet, PetitionSignature
from civic.petitions.rules import Channel, ReadSheet
from civic.petitions.service.reading import ensure_visible, lock_visible_petition
from civic.proposals.answers import rules as due

REMIND = "petitions.remind"
REMIND_DAYS = 7


@dataclass(frozen=True)
class Standing:
    """How many persons signed, and whether the actor is one of them."""

    signature_count: int
    has_signed: bool


@dataclass(frozen=True)
class CountedSheet:
    """What a sheet brought. ``already``: those of its lines who had signed, on the site or on another sheet."""

    sheet_id: int
    number: int
    counted: int
    already: int
    illegible: int
    too_young: int


def identity_digest(petition_id: int, name: str, born_on: date) -> str:
    """Return who somebody is for one petition: nobody can join the signatures of two petitions by it."""
    return keyed_digest(f"petition:{petition_id}", rules.signer_identity(name, born_on))


def sign_petition(
    actor: Actor, *, petition_id: int, is_shown: bool, wants_news: bool, born_on: date | None = None
) -> Standing:
    """Sign, under the name of one's account. Done twice, or from two devices at once, it counts once and keeps the last choices.

    Args:
        is_shown: everybody may read her name.
        wants_news: she is told what becomes of it.
        born_on: where her account does not say; it is not kept.

    Raises:
        PetitionNotFound; NotSignedIn; NotAllowed: she does not live in the commune, or her home is not verified where it must be.
        PetitionWithheld: moderation hid it. SignaturesClosed: it is not signed now.
        BirthDateMissing; BirthDateImpossible; TooYoungToSign.
    """
    now = utc_now()
    with transaction():
        petition = lock_visible_petition(actor, petition_id)
        require(actor, PetitionsAction.SIGN_PETITION, petition)
        if petition.hidden_at is not None:
            raise PetitionWithheld
        rules.ensure_signable(petition.state_at(now), petition.closes_at, at=now)
        digest = _own_digest(actor, petition, born_on, now)
        signature = PetitionSignature(
            petition_id=petition_id,
            person_id=actor.id,
            channel=Channel.WEB,
            identity_digest=digest,
            is_shown=is_shown,
            wants_news=wants_news,
            created_at=now,
        )
        try:
            with db.session.begin_nested():
                db.session.add(signature)
        except IntegrityError:
            return _choose_again(petition, actor, is_shown=is_shown, wants_news=wants_news)
        _count(petition, now)
        publish(PetitionSigned(**_told(petition, now), signature_count=petition.signature_count))
        _reach(petition, now)
    return Standing(petition.signature_count, has_signed=True)


def _own_digest(actor: Actor, petition: Petition, given: date | None, now: datetime) -> str:
    person = accounts.get_person(actor.id)
    born_on = person.born_on or given
    today = now.astimezone(TOWN_TIME).date()
    if born_on is None:
        raise BirthDateMissing
    account_rules.ensure_possible_birth(born_on, today)
    if account_rules.age_on(born_on, today) < (petition.least_age or 0):
        raise TooYoungToSign(age=petition.least_age)
    return identity_digest(petition.id, person.name, born_on)


def _choose_again(petition: Petition, actor: Actor, *, is_shown: bool, wants_news: bool) -> Standing:
    signature = queries.find_signature(petition.id, actor.id)
    if signature is not None:
        signature.is_shown, signature.wants_news = is_shown, wants_news
    return Standing(petition.signature_count, has_signed=True)


def withdraw_signature(actor: Actor, *, petition_id: int) -> Standing:
    """Take back one's signature, until the end. Done twice, it changes nothing.

    What she also signed on paper stays counted: the sheet is hers to strike out at the town hall.

    Raises:
        PetitionNotFound; NotSignedIn.
        SignaturesClosed: the end has come.
    """
    now, person_id = utc_now(), actor.id
    with transaction():
        petition = queries.lock_petition(petition_id)
        signature = queries.find_signature(petition_id, person_id)
        if signature is None:
            ensure_visible(actor, petition)  # hidden since, it is still hers to take her name off
        rules.ensure_signable(petition.state_at(now), petition.closes_at, at=now)
        if signature is not None:
            db.session.delete(signature)
            _count(petition, now)
            publish(SignatureWithdrawn(**_told(petition, now), signature_count=petition.signature_count))
    return Standing(petition.signature_count, has_signed=False)


def count_sheet(actor: Actor, *, petition_id: int, number: int, lines: str) -> CountedSheet:
    """Type a sheet of paper: who is already counted is not counted again. Names and dates are not kept.

    Args:
        number: written on the sheet; typed once.
        lines: a line a person, its name then its date of birth; « ? » for what cannot be made out.

    Raises:
        PetitionNotFound; NotAllowed: the actor is not an agent of the commune.
        WrongPetitionState: sheets are typed no more.
        UnreadableLine: says which lines; nothing is counted.
        SheetTypedAlready.
    """
    now = utc_now()
    with transaction():
        petition = _lock_for_paper(actor, petition_id, now)
        today = now.astimezone(TOWN_TIME).date()
        read = rules.read_sheet(lines, least_age=petition.least_age or 0, on=today)
        digests = {identity_digest(petition_id, line.name, line.born_on) for line in read.lines}
        already = len(queries.digests_of(petition_id, digests)) + read.repeated
        sheet = _write_sheet(actor, petition_id, number, read, digests, already=already, now=now)
        _count(petition, now)
        publish(
            PaperCounted(
                **_by(actor, petition, now), sheet_id=sheet.id, signature_count=petition.signature_count
            )
        )
        _reach(petition, now)
    return CountedSheet(
        sheet.id, number, len(read.lines) + read.repeated - already, already, read.illegible, read.too_young
    )


def _write_sheet(
    actor: Actor,
    petition_id: int,
    number: int,
    read: ReadSheet,
    digests: set[str],
    *,
    already: int,
    now: datetime,
) -> PetitionSheet:
    sheet = PetitionSheet(
        petition_id=petition_id,
        number=number,
        lines=len(read.lines) + read.repeated + read.illegible + read.too_young,
        already=already,
        illegible=read.illegible,
        too_young=read.too_young,
        typed_by_id=actor.id,
        typed_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(sheet)
    except IntegrityError as error:
        raise SheetTypedAlready(number) from error
    db.session.add_all(
        PetitionSignature(
            petition_id=petition_id,
            sheet_id=sheet.id,
            channel=Channel.PAPER,
            identity_digest=digest,
            created_at=now,
        )
        for digest in sorted(digests)
    )
    return sheet


def remove_sheet(actor: Actor, *, petition_id: int, sheet_id: int) -> int:
    """Take a sheet out of the count, to type it again. Returns its number. Raises as ``count_sheet``, and SheetNotFound."""
    now = utc_now()
    with transaction():
        petition = _lock_for_paper(actor, petition_id, now)
        sheet = queries.get_sheet(petition_id, sheet_id)
        number = sheet.number
        db.session.execute(sa.delete(PetitionSignature).where(PetitionSignature.sheet_id == sheet_id))
        db.session.delete(sheet)
        _count(petition, now)
        publish(
            PaperRemoved(
                **_by(actor, petition, now), sheet_id=sheet_id, signature_count=petition.signature_count
            )
        )
    return number


def _lock_for_paper(actor: Actor, petition_id: int, now: datetime) -> Petition:
    petition = ensure_visible(actor, queries.lock_petition(petition_id))
    require(actor, PetitionsAction.COUNT_PAPER, petition)
    rules.ensure_takes_paper(petition.state_at(now), petition.closes_at, at=now)
    return petition


def _count(petition: Petition, now: datetime) -> None:
    """Count again, under the petition's lock: a number that is added to could part from its rows."""
    db.session.flush()
    petition.signature_count, petition.online_count = recount(petition.id)
    petition.counted_at = now


def _reach(petition: Petition, now: datetime) -> None:
    """Write down, once, that the council's decision is due. A signature withdrawn later takes nothing back."""
    if petition.reached_at is not None or petition.signature_count < (petition.needed or 0):
        return
    deadline = due.due_at(now, petition.decision_days or 1)
    petition.reached_at, petition.due_at = now, deadline
    petition.remind_at = due.reminder_at(0, deadline, REMIND_DAYS, after=now)
    outbox.owe(REMIND, {"petition_id": petition.id}, now=now, due_at=petition.remind_at)
    publish(PetitionReached(**_told(petition, now)))


def _told(petition: Petition, now: datetime) -> dict[str, Any]:
    return {"occurred_at": now, "petition_id": petition.id, "territory_id": petition.territory_id}


def _by(actor: Actor, petition: Petition, now: datetime) -> dict[str, Any]:
    return {**_told(petition, now), "actor_id": actor.id}
