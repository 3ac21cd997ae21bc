"""How many persons signed a petition."""

import sqlalchemy as sa

from civic.kernel.database import db
from civic.petitions.models import PetitionSignature
from civic.petitions.rules import Channel


def recount(petition_id: int) -> tuple[int, int]:
    """Return how many persons signed, and how many of them on the site: whoever signed twice, here and on paper, is one.

    Each account is a person: its name and date of birth, which it may change, are compared with lines of paper and with the signatures of
    accounts that are no more, never with those of another account. Whoever took her neighbour's name would else read, in a count that stays,
    whether he signed, and keep his signature from being counted.
    """
    row, other = PetitionSignature, sa.orm.aliased(PetitionSignature)
    has_account = row.person_id.is_not(None)
    signs_too = (
        sa.select(other.id)
        .where(
            other.petition_id == petition_id,
            other.person_id.is_not(None),
            other.identity_digest == row.identity_digest,
        )
        .exists()
    )
    alone = sa.and_(row.person_id.is_(None), ~signs_too)
    accounts_that_sign = sa.func.count(sa.case((has_account, row.identity_digest)))
    others = sa.func.count(sa.distinct(sa.case((alone, row.identity_digest))))
    gone = sa.func.count(
        sa.distinct(sa.case((sa.and_(alone, row.channel == Channel.WEB), row.identity_digest)))
    )
    counted = db.session.execute(
        sa.select(accounts_that_sign + others, accounts_that_sign + gone).where(
            row.petition_id == petition_id
        )
    ).one()
    return counted[0], counted[1]
