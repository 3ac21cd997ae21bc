"""Reads of codes sent by text message, and of numbers that were proved to be one's own."""

from datetime import date, datetime

import sqlalchemy as sa

from civic.accounts import queries as accounts
from civic.kernel.database import db
from civic.kernel.telephone import international, number_digest
from civic.mutual_aid.codes.models import TextCode, VerifiedPhone
from civic.mutual_aid.codes.rules import MOST_TRIES, CodePurpose, CodeStatus


def find_code(purpose: CodePurpose, *, person_id: int, request_id: int | None = None) -> TextCode | None:
    """Return the last code that was sent to somebody, for this."""
    query = sa.select(TextCode).filter_by(purpose=purpose, person_id=person_id, request_id=request_id)
    return db.session.scalars(query.order_by(TextCode.id.desc()).limit(1)).first()


def find_status(purpose: CodePurpose, *, person_id: int, request_id: int | None = None) -> CodeStatus | None:
    """Return where the last code that was sent to somebody is."""
    code = find_code(purpose, person_id=person_id, request_id=request_id)
    if code is None:
        return None
    return CodeStatus(code.sent_at, code.expires_at, MOST_TRIES - code.tries, code.outcome)


def list_live_consent_codes(phone_digest: str, *, at: datetime) -> list[TextCode]:
    """Return the codes by which the person behind a number may agree now, the last first."""
    query = sa.select(TextCode).where(
        TextCode.phone_digest == phone_digest,
        TextCode.purpose == CodePurpose.CONSENT,
        TextCode.outcome.is_(None),
        TextCode.expires_at > at,
        TextCode.tries < MOST_TRIES,
    )
    return list(db.session.scalars(query.order_by(TextCode.id.desc())))


def find_last_consent_asked(person_id: int) -> int | None:
    """Return the request for which a person was last asked to agree by a code."""
    query = sa.select(TextCode.request_id).filter_by(person_id=person_id, purpose=CodePurpose.CONSENT)
    return db.session.scalars(query.order_by(TextCode.id.desc()).limit(1)).first()


def list_sent_on(phone_digest: str, day: date) -> list[datetime]:
    """Return when codes were sent to a number on a day."""
    query = sa.select(TextCode.sent_at).filter_by(phone_digest=phone_digest, on_day=day)
    return list(db.session.scalars(query.order_by(TextCode.id)))


def count_of_own_number(person_id: int, day: date) -> int:
    """Return how many codes a person had sent on a day to the numbers that she said were hers."""
    counted = sa.select(sa.func.count()).select_from(TextCode)
    return (
        db.session.scalar(counted.filter_by(person_id=person_id, purpose=CodePurpose.PHONE, on_day=day)) or 0
    )


def find_verified_number(person_id: int) -> str | None:
    """Return the number of a person, as gateways write it, if she proved that it is hers; None when it is another since."""
    number = international(accounts.get_person(person_id).phone or "")
    verified = db.session.get(VerifiedPhone, person_id)
    if number is None or verified is None or verified.phone_digest != number_digest(number):
        return None
    return number
