from collections.abc import Sequence
from datetime import datetime

import sqlalchemy as sa

from civic.consultations.letters.errors import LetterNotFound
from civic.consultations.letters.models import Letter
from civic.kernel.database import db
from civic.kernel.pagination import PAGE_SIZE, Page, paginate

PATH = "/consultations/lettres/"


def get_letter(letter_id: int) -> Letter:
    """Return a letter that is still read. Raises LetterNotFound."""
    letter = db.session.get(Letter, letter_id)
    if letter is None or letter.taken_back_at is not None:
        raise LetterNotFound
    return letter


def list_letters(consultation_id: int, *, number: int = 1, size: int = PAGE_SIZE) -> Page[Letter]:
    """Read a page of what was written to those whom a consultation concerns, the last first."""
    query = sa.select(Letter).where(Letter.consultation_id == consultation_id, is_read())
    return paginate(query.order_by(Letter.sent_at.desc(), Letter.id.desc()), number=number, size=size)


def is_read() -> sa.ColumnElement[bool]:
    return Letter.taken_back_at.is_(None)


def find_same(consultation_id: int, *, title: str, body: str, since: datetime) -> Letter | None:
    """Return the letter that says the same, sent since an instant: a button pressed twice sends once."""
    query = sa.select(Letter).where(
        Letter.consultation_id == consultation_id,
        Letter.title == title,
        Letter.body_source == body,
        Letter.sent_at >= since,
        is_read(),
    )
    found: Sequence[Letter] = db.session.scalars(query.limit(1)).all()
    return found[0] if found else None
