"""Statements written and reacted to by residents."""

from collections.abc import Mapping
from datetime import datetime

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.consultations import queries as consultations
from civic.consultations.rules import Activity
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.opinions import queries
from civic.opinions.access import OpinionsAction
from civic.opinions.errors import StatementDoubled, StatementNotFound
from civic.opinions.events import StatementPublished
from civic.opinions.models import Participant, Reaction, Stance, Statement
from civic.opinions.service.mapping import ask_for_map

_COUNTERS = {
    Stance.AGREE: Statement.agree_count,
    Stance.DISAGREE: Statement.disagree_count,
    Stance.PASS: Statement.pass_count,
}


def react(actor: Actor, *, statement_id: int, stance: Stance) -> None:
    """Say agree, disagree or pass of a statement; a second time replaces the first, and the same twice changes nothing.

    Raises:
        StatementNotFound: there is none, or it was hidden.
        NotAllowed: the actor does not live where the consultation is held.
        PhaseClosed: no open phase permits reactions.
    """
    now = utc_now()
    with transaction():
        statement = queries.get_statement(statement_id)
        consultation = consultations.get_consultation(statement.consultation_id)  # held, hence read once
        require(actor, OpinionsAction.REACT, consultation)
        consultations.ensure_phase_permits(statement.consultation_id, Activity.REACT, at=now)
        participant_id = _ensure_participant(statement.consultation_id, actor.id)
        before = _replace_reaction(participant_id, statement.id, stance)
        if before != stance:
            _move_counters(statement.id, before, stance)
            ask_for_map(statement.consultation_id, now=now)


def _ensure_participant(consultation_id: int, person_id: int) -> int:
    """Return the id of a person as a participant, made the first time (two first times at once make one)."""
    participant = queries.find_participant(consultation_id, person_id)
    if participant is None:
        participant = Participant(consultation_id=consultation_id, person_id=person_id)
        try:
            with db.session.begin_nested():
                db.session.add(participant)
        except IntegrityError:
            participant = queries.find_participant(consultation_id, person_id)
    assert participant is not None
    return participant.id


def _replace_reaction(participant_id: int, statement_id: int, stance: Stance) -> Stance | None:
    """Write the reaction. Returns the one it replaces, read under a lock, or None."""
    try:
        with db.session.begin_nested():
            db.session.add(
                Reaction(participant_id=participant_id, statement_id=statement_id, value=stance.value)
            )
        return None
    except IntegrityError:
        held = sa.select(Reaction).filter_by(participant_id=participant_id, statement_id=statement_id)
        reaction = db.session.scalars(held.with_for_update()).one()
        before = Stance(reaction.value)
        reaction.value = stance.value
        return before


def _move_counters(statement_id: int, before: Stance | None, after: Stance) -> None:
    changes = {_COUNTERS[after]: _COUNTERS[after] + 1}
    if before is not None:
        changes[_COUNTERS[before]] = _COUNTERS[before] - 1
    db.session.execute(
        sa.update(Statement)
        .where(Statement.id == statement_id)
        .values({column.key: value for column, value in changes.items()})
        .execution_options(synchronize_session=False)
    )


def submit_statement(actor: Actor, *, consultation_id: int, body: str) -> int:
    """Add a statement for others to react to.

    Returns:
        The statement's id.

    Raises:
        ConsultationNotFound: there is none, or it is a draft.
        NotAllowed: the actor does not live where the consultation is held.
        PhaseClosed: no open phase permits reactions.
        StatementDoubled: another one says the same.
    """
    now = utc_now()
    with transaction():
        require(actor, OpinionsAction.SUBMIT_STATEMENT, get_visible_consultation(actor, consultation_id))
        consultations.ensure_phase_permits(consultation_id, Activity.REACT, at=now)
        twin = queries.find_twin(consultation_id, body)
        if twin is not None:
            raise StatementDoubled(text=twin.body, fields={"body": [StatementDoubled.message]})
        statement = Statement(consultation_id=consultation_id, author_id=actor.id, body=body, created_at=now)
        db.session.add(statement)
        db.session.flush()
        publish(
            StatementPublished(
                occurred_at=now,
                statement_id=statement.id,
                consultation_id=consultation_id,
                author_id=actor.id,
            )
        )
    return statement.id


def set_statement_hidden(*, statement_id: int, is_hidden: bool, now: datetime) -> None:
    """Hide or restore a statement. Moderation asks, and has checked who asks. Raises StatementNotFound."""
    with transaction():
        statement = db.session.get(Statement, statement_id)
        if statement is None:
            raise StatementNotFound
        statement.hidden_at = now if is_hidden else None
        ask_for_map(statement.consultation_id, now=now)


def record_reactions(consultation_id: int, stances: Mapping[int, Stance], *, now: datetime) -> int:
    """Write what somebody without an account reacted on paper, in a transaction. Whoever asks has checked who types.

    Returns:
        The id of the participant, whom nothing names.
    """
    with transaction():
        participant = Participant(consultation_id=consultation_id, person_id=None)
        db.session.add(participant)
        db.session.flush()
        for statement_id, stance in sorted(stances.items()):
            _replace_reaction(participant.id, statement_id, stance)
            _move_counters(statement_id, None, stance)
        ask_for_map(consultation_id, now=now)
        return participant.id


def take_back_reactions(participant_id: int, *, now: datetime) -> None:
    """Delete a participant whom nothing names, with the reactions: they were typed by mistake."""
    with transaction():
        participant = db.session.get_one(Participant, participant_id)
        mine = sa.select(Reaction.statement_id, Reaction.value).filter_by(participant_id=participant_id)
        for statement_id, value in db.session.execute(mine).all():
            column = _COUNTERS[Stance(value)]
            db.session.execute(
                sa.update(Statement)
                .where(Statement.id == statement_id)
                .values({column.key: column - 1})
                .execution_options(synchronize_session=False)
            )
        db.session.execute(sa.delete(Reaction).where(Reaction.participant_id == participant_id))
        ask_for_map(participant.consultation_id, now=now)
        db.session.execute(sa.delete(Participant).where(Participant.id == participant_id))
