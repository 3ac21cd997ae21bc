"""What sittings hold of a person: given to her when she asks, removed when she leaves.

A question stays, without her name, as an argument does; a support and a place are taken back, so that what is counted is who is there.
"""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.councils.models import Seat, Sitting
from civic.councils.sittings import asking, queries, registration
from civic.councils.sittings.models import (
    Attendee,
    CalledSeat,
    Convocation,
    QuestionSupport,
    SeatAnswer,
    SittingQuestion,
)
from civic.kernel.clock import iso_utc
from civic.kernel.database import db


@exports_personal_data("sittings")
def export(person_id: int) -> dict[str, Any]:
    asked = sa.select(SittingQuestion).filter_by(author_id=person_id).order_by(SittingQuestion.id)
    supported = (
        sa.select(SittingQuestion.text)
        .join(QuestionSupport, QuestionSupport.question_id == SittingQuestion.id)
        .where(QuestionSupport.person_id == person_id)
        .order_by(SittingQuestion.id)
    )
    coming = (
        sa.select(Sitting.title, Attendee.said_at)
        .join(Sitting, Sitting.id == Attendee.sitting_id)
        .where(Attendee.person_id == person_id)
        .order_by(Sitting.id)
    )
    answered = (
        sa.select(Sitting.title, SeatAnswer.answer, SeatAnswer.said_at)
        .join(Sitting, Sitting.id == SeatAnswer.sitting_id)
        .join(Seat, Seat.id == SeatAnswer.seat_id)
        .where(Seat.person_id == person_id)
        .order_by(Sitting.id)
    )
    return {
        "questions": [
            {
                "text": each.text,
                "created_at": iso_utc(each.asked_at),
                "is_hidden": each.hidden_at is not None,
            }
            for each in db.session.scalars(asked)
        ],
        "supports": [{"question": text} for text in db.session.scalars(supported)],
        "places": [
            {"sitting": title, "said_at": iso_utc(said_at)} for title, said_at in db.session.execute(coming)
        ],
        "answers": [
            {"sitting": title, "answer": answer.value, "said_at": iso_utc(said_at)}
            for title, answer, said_at in db.session.execute(answered)
        ],
    }


@erases_personal_data("sittings")
def leave(person_id: int, now: datetime) -> None:
    for sitting_id in db.session.scalars(sa.select(Attendee.sitting_id).filter_by(person_id=person_id)).all():
        registration.leave(sitting_id, person_id)
    supported = sa.select(QuestionSupport.question_id).filter_by(person_id=person_id)
    for question_id in db.session.scalars(supported.order_by(QuestionSupport.question_id)).all():
        if asking.leave(question_id, person_id):
            queries.move_supports(question_id, -1)
    for column in (SittingQuestion.author_id, Convocation.sent_by_id, CalledSeat.person_id):
        emptied = sa.update(column.class_).where(column == person_id).values({column.key: None})
        db.session.execute(emptied.execution_options(synchronize_session=False))
