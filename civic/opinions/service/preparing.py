"""The town hall writes the first statements of a consultation, before anybody can react to them."""

from datetime import datetime
from typing import Any

from civic.consultations.access import ConsultationsAction
from civic.consultations.documents.rules import Direction, moved
from civic.consultations.models import Consultation
from civic.consultations.queries import lock_consultation
from civic.consultations.rules import Activity, ConsultationState
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.opinions import queries
from civic.opinions.errors import PreparationOver, StatementDoubled, StatementNotFound, TooManyPrepared
from civic.opinions.events import StatementCorrected, StatementMoved, StatementPrepared, StatementRemoved
from civic.opinions.models import Statement
from civic.opinions.rules import MOST_PREPARED, Origin, prepared_ref


def is_preparing(consultation: Consultation, *, at: datetime) -> bool:
    """Tell whether nobody can react yet: it is a draft, or what permits to react is all to come."""
    if consultation.state is not ConsultationState.PUBLISHED:
        return True
    opening = [phase.opens_at for phase in consultation.phases if Activity.REACT in phase.activities]
    return bool(opening) and min(opening) > at


def list_prepared(actor: Actor, consultation_id: int) -> list[Statement]:
    """Return what the town hall prepared, in its order, to who may write it.

    Raises:
        ConsultationNotFound: there is none that the actor may see.
        NotAllowed: the actor is neither a councillor nor an agent of its commune.
    """
    _ensure_may_write(actor, consultation_id)
    return queries.list_prepared(consultation_id)


def prepare_statement(actor: Actor, *, consultation_id: int, body: str) -> int:
    """Write a statement, after those that are there, in the name of the town hall.

    Returns:
        Its id.

    Raises:
        ConsultationNotFound, NotAllowed: as ``list_prepared``.
        PreparationOver: residents may react, or could.
        StatementDoubled: another one says the same.
        TooManyPrepared.
    """
    now = utc_now()
    with transaction():
        consultation = _held(actor, consultation_id, now)
        present = queries.list_prepared(consultation_id, has_hidden=True)
        if len(present) >= MOST_PREPARED:
            raise TooManyPrepared(fields={"body": [TooManyPrepared.message]})
        _ensure_single(consultation_id, body)
        queries.set_prepared_order([each.id for each in present])
        statement = Statement(
            consultation_id=consultation_id,
            external_ref=prepared_ref(len(present) + 1),
            body=body,
            created_at=now,
        )
        db.session.add(statement)
        db.session.flush()
        publish(StatementPrepared(occurred_at=now, **_told(actor, consultation, statement)))
    return statement.id


def correct_statement(
    actor: Actor, *, consultation_id: int, statement_id: int, body: str, seen: str | None = None
) -> None:
    """Write a prepared statement in other words.

    Args:
        seen: what was stored when it was read.

    Raises:
        StatementNotFound: none that the town hall prepared here; ChangedMeanwhile: somebody else corrected it since; and as
        ``prepare_statement``.
    """
    now = utc_now()
    with transaction():
        consultation = _held(actor, consultation_id, now)
        statement = _own(consultation_id, statement_id)
        _ensure_single(consultation_id, body, but=statement_id)
        with statement.written_over(seen):
            statement.body = body
        publish(StatementCorrected(occurred_at=now, **_told(actor, consultation, statement)))


def move_statement(actor: Actor, *, consultation_id: int, statement_id: int, direction: Direction) -> None:
    """Show a prepared statement a place higher or lower. Raises as ``correct_statement``."""
    now = utc_now()
    with transaction():
        consultation = _held(actor, consultation_id, now)
        statement = _own(consultation_id, statement_id)
        shown = [each.id for each in queries.list_prepared(consultation_id)]
        every = [each.id for each in queries.list_prepared(consultation_id, has_hidden=True)]
        queries.set_prepared_order(moved(shown, statement_id, direction) + every[len(shown) :])
        publish(StatementMoved(occurred_at=now, **_told(actor, consultation, statement)))


def remove_statement(actor: Actor, *, consultation_id: int, statement_id: int) -> None:
    """Erase a prepared statement, to which nobody could react. Raises as ``correct_statement``."""
    now = utc_now()
    with transaction():
        consultation = _held(actor, consultation_id, now)
        statement = _own(consultation_id, statement_id)
        publish(StatementRemoved(occurred_at=now, **_told(actor, consultation, statement)))
        db.session.delete(statement)
        db.session.flush()
        queries.set_prepared_order(
            [each.id for each in queries.list_prepared(consultation_id, has_hidden=True)]
        )


def copy_prepared(*, source_id: int, copy_id: int, now: datetime) -> None:
    """Within the transaction that copies a consultation: take up what the town hall prepared in it, in its order, without what moderation hid."""
    for place, each in enumerate(queries.list_prepared(source_id), start=1):
        db.session.add(
            Statement(
                consultation_id=copy_id, external_ref=prepared_ref(place), body=each.body, created_at=now
            )
        )
    db.session.flush()


def _ensure_may_write(actor: Actor, consultation_id: int) -> None:
    consultation = get_visible_consultation(actor, consultation_id)
    require(actor, ConsultationsAction.WRITE_CONSULTATION, consultation)


def _held(actor: Actor, consultation_id: int, now: datetime) -> Consultation:
    """Return the consultation, of which nobody else writes or opens anything meanwhile."""
    _ensure_may_write(actor, consultation_id)
    consultation = lock_consultation(consultation_id)
    if not is_preparing(consultation, at=now):
        raise PreparationOver
    return consultation


def _own(consultation_id: int, statement_id: int) -> Statement:
    statement = queries.get_statement(statement_id)
    if statement.consultation_id != consultation_id or statement.origin is not Origin.TOWN_HALL:
        raise StatementNotFound
    return statement


def _ensure_single(consultation_id: int, body: str, *, but: int | None = None) -> None:
    twin = queries.find_twin(consultation_id, body, but=but)
    if twin is not None:
        raise StatementDoubled(text=twin.body, fields={"body": [StatementDoubled.message]})


def _told(actor: Actor, consultation: Consultation, statement: Statement) -> dict[str, Any]:
    return {
        "consultation_id": consultation.id,
        "territory_id": consultation.territory_id,
        "actor_id": actor.id,
        "statement_id": statement.id,
    }
