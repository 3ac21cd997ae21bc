"""Sending a code, and reading it back: for the commands that have asked who acts."""

import hmac
import secrets
from datetime import datetime
from enum import StrEnum

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.accounts.queries import get_person
from civic.kernel.access import Actor, require
from civic.kernel.clock import TOWN_TIME, utc_now
from civic.kernel.database import db
from civic.kernel.outbox import owe
from civic.kernel.sealing import keyed_digest, seal
from civic.kernel.telephone import international, number_digest, takes_texts
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid.access import MutualAidAction
from civic.mutual_aid.codes import queries, rules
from civic.mutual_aid.codes.errors import CodeOver, CodeTooSoon, CodeWrong, NumberTakesNoText, TextsAreOff
from civic.mutual_aid.codes.events import AnswersStopped, CodeSent, CodeUndelivered, PhoneVerified
from civic.mutual_aid.codes.models import TextAnswers, TextCode, VerifiedPhone
from civic.mutual_aid.codes.rules import LIVES_FOR, MOST_ANSWERS, MOST_TRIES, CodeOutcome, CodePurpose

SEND_CODE = "text.code"
PLACE = "text_code"


def send_code(
    actor: Actor,
    *,
    purpose: CodePurpose,
    person_id: int,
    number: str,
    request_id: int | None = None,
    are_texts_on: bool,
    now: datetime,
) -> None:
    """Owe a code to a number, in the transaction of a command that has asked who acts. The one before does not count any more.

    The code is in no row that stays: its digest is kept, and the message that carries it, sealed, goes once it is sent.

    Raises:
        TextsAreOff: this installation has no gateway.
        NumberTakesNoText: it is no number of a mobile telephone.
        CodeTooSoon, TooManyCodes: this number was sent one just now, or enough today.
    """
    if not are_texts_on:
        raise TextsAreOff
    known, today = international(number), now.astimezone(TOWN_TIME).date()
    if known is None or not takes_texts(known):
        raise NumberTakesNoText
    with transaction():
        _end_former(purpose, person_id, request_id)
        digest, drawn = number_digest(known), rules.code_from(secrets.randbelow(10**rules.FIGURES))
        sent = queries.list_sent_on(digest, today)
        rules.ensure_may_send(sent, now=now)
        code = TextCode(
            purpose=purpose,
            person_id=person_id,
            request_id=request_id,
            sent_by_id=actor.id,
            phone_digest=digest,
            on_day=today,
            rank=len(sent) + 1,
            code_digest=_digest(purpose, request_id or person_id, drawn),
            sent_at=now,
            expires_at=now + LIVES_FOR,
            tries=0,
        )
        _write(code)
        owe(
            SEND_CODE,
            {"code_id": code.id, "number": seal(PLACE, known), "code": seal(PLACE, drawn)},
            now=now,
        )
        publish(
            CodeSent(
                occurred_at=now,
                person_id=person_id,
                request_id=request_id,
                actor_id=actor.id,
                purpose=purpose.value,
            )
        )


def _write(code: TextCode) -> None:
    """Two that are sent to one number at the same moment have one rank: the database keeps one of them."""
    try:
        with db.session.begin_nested():
            db.session.add(code)
            db.session.flush()
    except IntegrityError as error:
        raise CodeTooSoon from error


def _end_former(purpose: CodePurpose, person_id: int, request_id: int | None) -> None:
    former = queries.find_code(purpose, person_id=person_id, request_id=request_id)
    if former is not None and former.outcome is None:
        former.outcome = CodeOutcome.REPLACED
        db.session.flush()


def end_code_to_former_number(*, person_id: int, request_id: int, number: str) -> None:
    """A consent code that went to another number than the one just corrected counts no more: whoever reads it there is somebody else."""
    code, known = (
        queries.find_code(CodePurpose.CONSENT, person_id=person_id, request_id=request_id),
        international(number),
    )
    if code is None or code.outcome is not None:
        return
    if known is None or number_digest(known) != code.phone_digest:
        code.outcome = CodeOutcome.REPLACED
        db.session.flush()


def _digest(purpose: StrEnum, subject_id: int, code: str) -> str:
    return keyed_digest(PLACE, f"{purpose}:{subject_id}:{code}")


def take_try(
    purpose: CodePurpose, *, person_id: int, typed: str, request_id: int | None = None, now: datetime
) -> int:
    """Count a try of the last code that was sent to somebody, whatever comes of it, and say whether it is the right one.

    In a transaction of its own: a refusal afterwards does not give the try back. Which of two tries is the last is decided by the database.

    Returns:
        The code's id, to be used with ``use_code``.

    Raises:
        CodeOver: there is none, it is too old, or it was tried too often.
        CodeWrong: it is another code.
    """
    with transaction():
        code = queries.find_code(purpose, person_id=person_id, request_id=request_id)
        live = sa.and_(
            TextCode.id == (code.id if code else 0),
            TextCode.outcome.is_(None),
            TextCode.tries < MOST_TRIES,
            TextCode.expires_at > now,
        )
        taken = db.session.execute(sa.update(TextCode).where(live).values(tries=TextCode.tries + 1))
    if code is None or taken.rowcount != 1:  # type: ignore[attr-defined]
        raise CodeOver(fields={"code": [CodeOver.message]})
    found = _digest(purpose, request_id or person_id, rules.read_code(typed) or "")
    if not hmac.compare_digest(found, code.code_digest):
        raise CodeWrong(fields={"code": [CodeWrong.message]})
    return code.id


def use_code(code_id: int) -> None:
    """Write that a code was read back, in the transaction of what it permits: once.

    Raises:
        CodeOver: it was used, or replaced, in this very moment.
    """
    with transaction():
        unused = sa.and_(TextCode.id == code_id, TextCode.outcome.is_(None))
        done = db.session.execute(sa.update(TextCode).where(unused).values(outcome=CodeOutcome.USED))
        if done.rowcount != 1:  # type: ignore[attr-defined]
            raise CodeOver(fields={"code": [CodeOver.message]})


def note_undelivered(*, code_id: int, now: datetime) -> None:
    """Write that the gateway refused the number for good, so that nobody waits for the code."""
    with transaction():
        code = db.session.get(TextCode, code_id)
        if code is None or code.outcome is not None:
            return
        code.outcome = CodeOutcome.UNDELIVERED
        publish(
            CodeUndelivered(
                occurred_at=now,
                person_id=code.person_id,
                request_id=code.request_id,
                purpose=code.purpose.value,
            )
        )


# One's own number


def send_phone_code(actor: Actor, *, are_texts_on: bool) -> None:
    """Send the actor a code to the number that is known of her.

    Raises:
        NotSignedIn.
        NumberTakesNoText: none is known, or it is no mobile telephone.
        TextsAreOff, CodeTooSoon, TooManyCodes.
    """
    now = utc_now()
    with transaction():
        require(actor, MutualAidAction.SET_LIMITS)
        rules.ensure_may_ask(queries.count_of_own_number(actor.id, now.astimezone(TOWN_TIME).date()))
        send_code(
            actor,
            purpose=CodePurpose.PHONE,
            person_id=actor.id,
            number=get_person(actor.id).phone or "",
            are_texts_on=are_texts_on,
            now=now,
        )


def verify_phone(actor: Actor, *, code: str) -> None:
    """Say, by the code that was sent to it, that the number is one's own. If it changed meanwhile, it is the former one: nothing is said.

    Raises:
        NotSignedIn.
        CodeOver, CodeWrong: as in ``take_try``; or the number is another since.
    """
    require(actor, MutualAidAction.SET_LIMITS)
    now = utc_now()
    code_id = take_try(CodePurpose.PHONE, person_id=actor.id, typed=code, now=now)
    with transaction():
        use_code(code_id)
        sent = db.session.get_one(TextCode, code_id)
        number = international(get_person(actor.id).phone or "")
        if number is None or number_digest(number) != sent.phone_digest:
            raise CodeOver(fields={"code": [CodeOver.message]})
        row = db.session.get(VerifiedPhone, actor.id) or VerifiedPhone(person_id=actor.id)
        row.phone_digest, row.verified_at = sent.phone_digest, now
        db.session.add(row)
        db.session.flush()
        publish(PhoneVerified(occurred_at=now, person_id=actor.id, actor_id=actor.id))


# Answers to replies


def count_answer(*, phone_digest: str, person_id: int, now: datetime) -> bool:
    """Count an answer to a reply, in the transaction that owes it, and say whether it is sent: a number has only so many a day.

    The first that is not sent is told to the town hall.
    """
    today = now.astimezone(TOWN_TIME).date()
    with transaction():
        key = {"phone_digest": phone_digest, "on_day": today}
        one_more = sa.update(TextAnswers).filter_by(**key).values(count=TextAnswers.count + 1)
        if db.session.execute(one_more).rowcount == 0:  # type: ignore[attr-defined]
            try:
                with db.session.begin_nested():
                    db.session.execute(sa.insert(TextAnswers).values(**key, person_id=person_id, count=1))
            except IntegrityError:  # another reply of that number came first, in this very moment
                db.session.execute(one_more)
        count = db.session.scalar(sa.select(TextAnswers.count).filter_by(**key)) or 0
        if count == MOST_ANSWERS + 1:
            publish(AnswersStopped(occurred_at=now, person_id=person_id))
        return count <= MOST_ANSWERS
