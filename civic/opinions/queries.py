from typing import Any

import sqlalchemy as sa

from civic.consultations.models import Consultation
from civic.kernel.database import db
from civic.kernel.moderated import ModeratedContent
from civic.kernel.pagination import Page, paginate
from civic.kernel.text import fold
from civic.opinions.errors import StatementNotFound
from civic.opinions.models import Participant, PolisImport, Reaction, Stance, Statement
from civic.opinions.rules import PREPARED, Counts, StatementOrder, prepared_ref

_TOTAL = Statement.agree_count + Statement.disagree_count + Statement.pass_count
_LEAST_SIDE = sa.case(
    (Statement.agree_count < Statement.disagree_count, Statement.agree_count), else_=Statement.disagree_count
)
_IS_PREPARED = sa.case((Statement.external_ref.like(f"{PREPARED}%"), 1), else_=0)
TURN = (_IS_PREPARED.desc(), sa.case((_IS_PREPARED == 1, Statement.external_ref)), Statement.id)
"""Which of two statements comes first where nothing else tells them apart: what the town hall prepared, in its order, then the oldest."""
# the same formulas as rules.agreement and rules.divisiveness, which a test compares
_ORDERS: dict[StatementOrder, tuple[sa.ColumnElement[Any], ...]] = {
    StatementOrder.AGREED: (((Statement.agree_count + 1.0) / (_TOTAL + 2.0)).desc(),),
    StatementOrder.DIVISIVE: ((2.0 * _LEAST_SIDE / (_TOTAL + 2.0)).desc(),),
    StatementOrder.SEEN: (_TOTAL.desc(),),
    StatementOrder.NEWEST: (_IS_PREPARED, sa.case((_IS_PREPARED == 0, Statement.created_at)).desc()),
}
"""All that the town hall prepared is older than what residents wrote, and keeps its own order."""


def get_statement(statement_id: int) -> Statement:
    """Raises StatementNotFound, also for one that was hidden."""
    statement = db.session.get(Statement, statement_id)
    if statement is None or statement.hidden_at is not None:
        raise StatementNotFound
    return statement


def find_statement(statement_id: int) -> Statement | None:
    """Return a statement, or None for one that was hidden."""
    query = sa.select(Statement).where(Statement.id == statement_id, Statement.hidden_at.is_(None))
    return db.session.scalars(query).one_or_none()


def list_statements(
    consultation_id: int, *, order: StatementOrder = StatementOrder.AGREED, number: int = 1, size: int = 20
) -> Page[Statement]:
    """Return a page of the statements that are not hidden."""
    query = _visible(consultation_id).order_by(*_ORDERS[order], *TURN)
    return paginate(query, number=number, size=size)


def _visible(consultation_id: int) -> sa.Select[Any]:
    return sa.select(Statement).where(
        Statement.consultation_id == consultation_id, Statement.hidden_at.is_(None)
    )


def count_statements(consultation_id: int) -> int:
    return (
        db.session.scalar(sa.select(sa.func.count()).select_from(_visible(consultation_id).subquery())) or 0
    )


def count_participants(consultation_id: int) -> int:
    """Return how many people reacted."""
    query = sa.select(sa.func.count()).select_from(Participant).filter_by(consultation_id=consultation_id)
    return db.session.scalar(query) or 0


def count_reactions(consultation_id: int) -> int:
    query = sa.select(sa.func.coalesce(sa.func.sum(_TOTAL), 0)).where(
        Statement.consultation_id == consultation_id
    )
    return int(db.session.scalar(query) or 0)


def find_next_statement(
    consultation_id: int, person_id: int | None, *, is_hidden: bool = False
) -> Statement | None:
    """Return the statement with the fewest reactions among those this person has not reacted to, so that each one is heard.

    While reactions are hidden that order would tell them: each person then has an order of her own.
    """
    own = (
        (person_id or 0) * 104_729 % 10_007
    )  # and small remainders: PostgreSQL refuses an integer of more than 31 bits
    shuffled = (Statement.id % 10_007 * 7_919 + own) % 10_007
    query = _visible(consultation_id).order_by(shuffled if is_hidden else _TOTAL, *TURN).limit(1)
    if person_id is not None:
        seen = (
            sa.select(Reaction.statement_id)
            .join(Participant, Participant.id == Reaction.participant_id)
            .where(Participant.person_id == person_id, Participant.consultation_id == consultation_id)
        )
        query = query.where(Statement.id.not_in(seen))
    statement: Statement | None = db.session.scalars(query).first()
    return statement


def count_own_reactions(consultation_id: int, person_id: int) -> int:
    query = (
        sa.select(sa.func.count())
        .select_from(Reaction)
        .join(Participant, Participant.id == Reaction.participant_id)
        .where(Participant.person_id == person_id, Participant.consultation_id == consultation_id)
    )
    return db.session.scalar(query) or 0


def find_participant(consultation_id: int, person_id: int) -> Participant | None:
    query = sa.select(Participant).filter_by(consultation_id=consultation_id, person_id=person_id)
    return db.session.scalars(query).one_or_none()


def own_stances(person_id: int, statement_ids: list[int]) -> dict[int, Stance]:
    """Return what a person said of these statements, in one query."""
    rows = db.session.execute(
        sa.select(Reaction.statement_id, Reaction.value)
        .join(Participant, Participant.id == Reaction.participant_id)
        .where(Participant.person_id == person_id, Reaction.statement_id.in_(statement_ids))
    )
    return {row.statement_id: Stance(row.value) for row in rows}


def list_prepared(consultation_id: int, *, has_hidden: bool = False) -> list[Statement]:
    """Return what the town hall prepared, in its order; what moderation hid comes last, where it is asked for."""
    query = sa.select(Statement).where(
        Statement.consultation_id == consultation_id, Statement.external_ref.like(f"{PREPARED}%")
    )
    if not has_hidden:
        query = query.where(Statement.hidden_at.is_(None))
    is_hidden = sa.case((Statement.hidden_at.is_(None), 0), else_=1)
    return list(db.session.scalars(query.order_by(is_hidden, *TURN)))


def set_prepared_order(ids: list[int]) -> None:
    """Give prepared statements their places, from 1; a place is free before it is given again."""
    for ref_of in (lambda place: f"{PREPARED}-{place}", prepared_ref):
        for place, statement_id in enumerate(ids, 1):
            db.session.execute(
                sa.update(Statement).where(Statement.id == statement_id).values(external_ref=ref_of(place))
            )


def find_twin(consultation_id: int, body: str, *, but: int | None = None) -> Statement | None:
    """Return a statement that says the same but for case, accents and punctuation, other than one of them."""
    wanted = fold(body)
    rows = db.session.execute(
        sa.select(Statement.id, Statement.body).filter_by(consultation_id=consultation_id)
    )
    twin = next((row.id for row in rows if row.id != but and fold(row.body) == wanted), None)
    return None if twin is None else db.session.get(Statement, twin)


def recount(consultation_id: int) -> dict[int, Counts]:
    """Return what the counters must be, counted again from the reactions, by statement id."""
    rows = db.session.execute(
        sa.select(
            Statement.id,
            sa.func.count().filter(Reaction.value == Stance.AGREE.value).label("agree"),
            sa.func.count().filter(Reaction.value == Stance.DISAGREE.value).label("disagree"),
            sa.func.count().filter(Reaction.value == Stance.PASS.value).label("passed"),
        )
        .outerjoin(Reaction, Reaction.statement_id == Statement.id)
        .where(Statement.consultation_id == consultation_id)
        .group_by(Statement.id)
    )
    return {row.id: Counts(row.agree, row.disagree, row.passed) for row in rows}


def find_import(territory_id: int, source: str) -> PolisImport | None:
    query = sa.select(PolisImport).filter_by(territory_id=territory_id, source=source)
    return db.session.scalars(query).one_or_none()


def find_moderated_statement(statement_id: int) -> ModeratedContent | None:
    """Return a statement as moderation sees it, hidden or not."""
    row = db.session.execute(
        sa.select(Statement, Consultation.territory_id)
        .join(Consultation, Consultation.id == Statement.consultation_id)
        .where(Statement.id == statement_id)
    ).one_or_none()
    if row is None:
        return None
    statement: Statement = row.Statement
    return ModeratedContent(
        kind="statement",
        id=statement.id,
        author_id=statement.author_id,
        territory_id=row.territory_id,
        text=statement.body,
        path=f"/consultations/{statement.consultation_id}/affirmations/toutes",
        is_hidden=statement.hidden_at is not None,
    )
