from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.consultations.models import Phase
from civic.kernel.database import db
from civic.kernel.undo import UNDO_LASTS
from civic.opinions.models import Reaction, Statement
from civic.opinions.queries import TURN
from civic.participation.sheets.errors import SheetNotFound
from civic.participation.sheets.models import ContributionSheet, SheetArgument, SheetSupport
from civic.participation.sheets.rules import MOST_PROPOSALS, MOST_STATEMENTS, NAMES_KEPT_DAYS
from civic.proposals.commitments.ways import typed_supports
from civic.proposals.models import Proposal, Support


def find_numbered(number: str) -> ContributionSheet | None:
    """Return a printed sheet, which nobody else types before the transaction ends."""
    query = sa.select(ContributionSheet).filter_by(number=number).with_for_update()
    return db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()


def get_sheet(sheet_id: int) -> ContributionSheet:
    """Return a sheet that was typed, locked. Raises SheetNotFound."""
    query = sa.select(ContributionSheet).filter_by(id=sheet_id).with_for_update()
    sheet = db.session.scalars(query.execution_options(populate_existing=True)).one_or_none()
    if sheet is None or sheet.typed_at is None:
        raise SheetNotFound
    return sheet


def list_printed(consultation_id: int, sheet_ids: Collection[int]) -> list[ContributionSheet]:
    query = sa.select(ContributionSheet).where(
        ContributionSheet.id.in_(sheet_ids),
        ContributionSheet.consultation_id == consultation_id,
        ContributionSheet.number.is_not(None),
    )
    return list(db.session.scalars(query.order_by(ContributionSheet.id)))


def list_typed(consultation_id: int, *, size: int = 10) -> list[ContributionSheet]:
    """Return the last sheets that were typed, by anybody."""
    query = sa.select(ContributionSheet).where(
        ContributionSheet.consultation_id == consultation_id, ContributionSheet.typed_at.is_not(None)
    )
    order = (ContributionSheet.typed_at.desc(), ContributionSheet.id.desc())
    return list(db.session.scalars(query.order_by(*order).limit(size)))


def count_sheets(consultation_id: int) -> tuple[int, int]:
    """Return how many sheets were printed, and how many answers were typed."""
    row = db.session.execute(
        sa.select(sa.func.count(ContributionSheet.number), sa.func.count(ContributionSheet.typed_at)).where(
            ContributionSheet.consultation_id == consultation_id
        )
    ).one()
    return row[0], row[1]


def find_last_typed(consultation_id: int, person_id: int, *, at: datetime) -> ContributionSheet | None:
    """Return the last sheet that an agent typed, while it can be taken back."""
    query = sa.select(ContributionSheet).where(
        ContributionSheet.consultation_id == consultation_id,
        ContributionSheet.typed_by_id == person_id,
        ContributionSheet.typed_at > at - UNDO_LASTS,
    )
    order = (ContributionSheet.typed_at.desc(), ContributionSheet.id.desc())
    return db.session.scalars(query.order_by(*order).limit(1)).first()


def statements_to_ask(consultation_id: int) -> list[int]:
    query = sa.select(Statement.id).where(
        Statement.consultation_id == consultation_id, Statement.hidden_at.is_(None)
    )
    return list(db.session.scalars(query.order_by(*TURN).limit(MOST_STATEMENTS)))


def proposals_to_ask(consultation_id: int) -> list[int]:
    """Return the proposals that a sheet names, in the order of their number: which they are never tells a total."""
    query = sa.select(Proposal.id).where(
        Proposal.consultation_id == consultation_id,
        Proposal.hidden_at.is_(None),
        Proposal.withdrawn_at.is_(None),
    )
    return list(db.session.scalars(query.order_by(Proposal.id).limit(MOST_PROPOSALS)))


def shown_among(model: type[Statement] | type[Proposal], ids: Collection[int]) -> set[int]:
    """Return those of some statements, or proposals, that everybody sees."""
    query = sa.select(model.id).where(model.id.in_(ids), model.hidden_at.is_(None))
    if model is Proposal:
        query = query.where(Proposal.withdrawn_at.is_(None))
    return set(db.session.scalars(query))


def shown_proposals(consultation_id: int, ids: Collection[int]) -> set[int]:
    """Return those of some proposals that are of a consultation, and that everybody sees."""
    query = sa.select(Proposal.id).where(Proposal.id.in_(ids), Proposal.consultation_id == consultation_id)
    return shown_among(Proposal, list(db.session.scalars(query))) if ids else set()


def texts_of(sheet_ids_asked: dict[str, list[int]]) -> tuple[dict[int, str], dict[int, str]]:
    """Return the sentences of statements and the titles of proposals that a sheet asks about."""
    statements = sa.select(Statement.id, Statement.body).where(
        Statement.id.in_(sheet_ids_asked.get("statements", []))
    )
    proposals = sa.select(Proposal.id, Proposal.title).where(
        Proposal.id.in_(sheet_ids_asked.get("proposals", []))
    )
    return (
        {row[0]: row[1] for row in db.session.execute(statements)},
        {row[0]: row[1] for row in db.session.execute(proposals)},
    )


def said_by_same(first_id: int) -> tuple[set[int], set[int]]:
    """Return what the person of a sheet supported, and reacted to, on it and on those that follow it."""
    hers = sa.select(ContributionSheet.id).where(
        sa.or_(ContributionSheet.id == first_id, ContributionSheet.same_as_id == first_id)
    )
    supported = (
        sa.select(Support.proposal_id)
        .join(SheetSupport, SheetSupport.support_id == Support.id)
        .where(SheetSupport.sheet_id.in_(hers))
    )
    reacted = (
        sa.select(Reaction.statement_id)
        .join(ContributionSheet, ContributionSheet.participant_id == Reaction.participant_id)
        .where(ContributionSheet.id.in_(hers))
    )
    return set(db.session.scalars(supported)), set(db.session.scalars(reacted))


@typed_supports
def list_supports_typed() -> sa.Select[int, Any]:
    """Return every support that came on a sheet, with its channel, for the town's record."""
    return sa.select(SheetSupport.support_id, ContributionSheet.channel).join(
        ContributionSheet, ContributionSheet.id == SheetSupport.sheet_id
    )


def supports_of(sheet_id: int) -> list[int]:
    return list(db.session.scalars(sa.select(SheetSupport.support_id).filter_by(sheet_id=sheet_id)))


def arguments_of(sheet_id: int) -> list[int]:
    return list(db.session.scalars(sa.select(SheetArgument.argument_id).filter_by(sheet_id=sheet_id)))


def sheets_with_old_names(*, at: datetime) -> list[int]:
    """Return the sheets whose name was kept long enough after their consultation."""
    ended = (
        sa.select(Phase.consultation_id)
        .group_by(Phase.consultation_id)
        .having(sa.func.max(Phase.closes_at) < at - timedelta(days=NAMES_KEPT_DAYS))
    )
    query = sa.select(ContributionSheet.id).where(
        ContributionSheet.consultation_id.in_(ended),
        sa.or_(ContributionSheet.name.is_not(None), ContributionSheet.contact.is_not(None)),
    )
    return list(db.session.scalars(query))


def has_answered(first_id: int) -> bool:
    """Tell whether a sheet of the same person answers the questionnaire."""
    query = sa.select(ContributionSheet.id).where(
        sa.or_(ContributionSheet.id == first_id, ContributionSheet.same_as_id == first_id),
        ContributionSheet.answers_survey,
    )
    return db.session.scalar(query.limit(1)) is not None


def forget_answers_of_sheets(*, before: datetime) -> int:
    """Empty the link from sheets typed before an instant to what they answered. Returns how many."""
    old = sa.update(ContributionSheet).where(
        ContributionSheet.survey_answer_id.is_not(None), ContributionSheet.typed_at < before
    )
    forgotten = db.session.execute(
        old.values(survey_answer_id=None).execution_options(synchronize_session=False)
    )
    return int(forgotten.rowcount)  # type: ignore[attr-defined]
