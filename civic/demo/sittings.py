"""Sittings that are followed: one that takes place as the town is loaded, one whose minutes are published, one to which members are called."""

from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.councils.models import Council, Seat, Sitting, SittingVoice, SittingVote
from civic.councils.rules import SeatRole, VoiceAnswer
from civic.councils.sitting_votes import SILENT_ROLES
from civic.councils.sittings.drafting import draft_of
from civic.councils.sittings.models import (
    AgendaItem,
    AgendaVote,
    Attendee,
    CalledSeat,
    Convocation,
    LiveSitting,
    MinutesAddition,
    QuestionSupport,
    SeatAnswer,
    SeatPresence,
    SittingMinutes,
    SittingQuestion,
    SittingRoom,
)
from civic.councils.sittings.recording import record_of
from civic.councils.sittings.rules import (
    Approval,
    CalledItem,
    MemberAnswer,
    Presence,
    QuestionState,
    digest_of_call,
    fingerprint_of,
)
from civic.demo.script import Script
from civic.kernel.database import db
from civic.kernel.text import fold, markdown_to_html


def build_sittings(script: Script) -> None:
    content = script.read("council.json")
    for values in content["live"]:
        _build_live(script, values)
    for values in content["coming"]:
        _build_coming(script, values)


def _sitting(script: Script, key: str) -> Sitting:
    return db.session.get_one(Sitting, script.ids[key])


def _seats(sitting: Sitting) -> list[Seat]:
    query = sa.select(Seat).where(Seat.council_id == sitting.council_id, Seat.name.is_not(None))
    return list(db.session.scalars(query.order_by(Seat.id)))


def _build_coming(script: Script, values: dict[str, Any]) -> None:
    sitting = _sitting(script, values["sitting"])
    _build_items(sitting, values["items"], sitting.starts_at)
    _build_room(script, sitting, values, script.days(values["called_in_days"]))
    called_at = script.days(values["called_in_days"])
    seats = {seat.person_id: seat for seat in _seats(sitting)}
    convocation = Convocation(
        sitting_id=sitting.id,
        sent_by_id=script.ids["martine-hubert"],
        sent_at=called_at,
        digest=digest_of_call(
            sitting.starts_at,
            sitting.place,
            sitting.agenda_source,
            [
                CalledItem(item["title"], item["presenter"], item["text"], item["link"])
                for item in values["items"]
            ],
        ),
        is_change=False,
        told=len(seats),
        on_paper=0,
    )
    db.session.add(convocation)
    db.session.flush()
    for person_id, seat in seats.items():
        db.session.add(CalledSeat(convocation_id=convocation.id, seat_id=seat.id, person_id=person_id))
    for key, answer in values["answers"].items():
        seat = seats[script.ids[key]]
        said_at = called_at + timedelta(hours=9)
        db.session.add(
            SeatAnswer(sitting_id=sitting.id, seat_id=seat.id, answer=MemberAnswer(answer), said_at=said_at)
        )


def _build_live(script: Script, values: dict[str, Any]) -> None:
    sitting = _sitting(script, values["sitting"])
    opened_at = sitting.starts_at + timedelta(minutes=2)
    seats = _seats(sitting)
    presences = [_presence(script, sitting, seat, values) for seat in seats]
    db.session.add_all(presences)
    voting = [each for each in presences if each.votes]
    length = values["closes_after_minutes"]
    president = next(seat for seat in seats if seat.person_id == script.ids[values["presided_by"]])
    db.session.add(
        LiveSitting(
            sitting_id=sitting.id,
            presided_by=president.name or "",
            seats=len(voting),
            present=sum(each.at_opening is Presence.PRESENT for each in voting),
            quorum_percent=values["quorum_percent"],
            opened_at=opened_at,
            closed_at=sitting.starts_at + timedelta(minutes=length) if length else None,
        )
    )
    items = _build_items(sitting, values["items"], sitting.starts_at)
    for item, said in zip(items, values["items"], strict=True):
        _build_questions(script, item, said["questions"], sitting.starts_at)
        if "motion" in said:
            _build_motion(sitting, item, said["motion"], seats, presences)
    _build_room(script, sitting, values, sitting.starts_at - timedelta(days=3))
    if "minutes" in values:
        _build_minutes(script, sitting, values["minutes"])


def _presence(script: Script, sitting: Sitting, seat: Seat, values: dict[str, Any]) -> SeatPresence:
    ids = {said: {script.ids[key] for key in values[said]} for said in ("present", "excused")}
    said = Presence.ABSENT
    if seat.person_id in ids["present"]:
        said = Presence.PRESENT
    elif seat.person_id in ids["excused"]:
        said = Presence.EXCUSED
    return SeatPresence(
        sitting_id=sitting.id,
        seat_id=seat.id,
        name=seat.name or "",
        votes=seat.role not in SILENT_ROLES,
        at_opening=said,
        latest=said,
    )


def _build_items(sitting: Sitting, items: list[dict[str, Any]], starts_at: datetime) -> list[AgendaItem]:
    built = [
        AgendaItem(
            sitting_id=sitting.id,
            position=position,
            title=item["title"],
            presenter=item["presenter"],
            expected_minutes=item["minutes"],
            text=item["text"],
            link=item["link"],
            opened_at=_after(starts_at, item.get("opened")),
            closed_at=_after(starts_at, item.get("closed")),
        )
        for position, item in enumerate(items, start=1)
    ]
    db.session.add_all(built)
    db.session.flush()
    return built


def _after(starts_at: datetime, minutes: int | None) -> datetime | None:
    return starts_at + timedelta(minutes=minutes) if minutes is not None else None


def _build_questions(
    script: Script, item: AgendaItem, questions: list[dict[str, Any]], starts_at: datetime
) -> None:
    council_id = db.session.get_one(Sitting, item.sitting_id).council_id
    neighbours = script.residents[db.session.get_one(Council, council_id).territory_id]
    for said in questions:
        author_id = script.ids[said["author"]] if said["author"] else None
        state = QuestionState(said["state"])
        asked_at = starts_at + timedelta(minutes=said["at"])
        question = SittingQuestion(
            sitting_id=item.sitting_id,
            item_id=item.id,
            author_id=author_id,
            is_from_room=author_id is None,
            text=said["text"],
            folded=fold(said["text"]),
            state=state,
            words=said["words"],
            supports=said["supporters"],
            asked_at=asked_at,
            settled_at=asked_at + timedelta(minutes=2) if state is not QuestionState.WAITING else None,
        )
        db.session.add(question)
        db.session.flush()
        others = [person_id for person_id in neighbours if person_id != author_id]
        for person_id in others[: said["supporters"]]:
            db.session.add(QuestionSupport(question_id=question.id, person_id=person_id))


def _build_motion(
    sitting: Sitting,
    item: AgendaItem,
    motion: dict[str, Any],
    seats: list[Seat],
    presences: list[SeatPresence],
) -> None:
    """A vote among who is there: the first so many have answered, all where it is closed; one abstains."""
    there = [each for each in presences if each.votes and each.at_opening is Presence.PRESENT]
    roles = {seat.id: seat.role for seat in seats}
    opened_at = sitting.starts_at + timedelta(minutes=motion["at"])
    is_closed = motion["answered"] is None
    vote = SittingVote(
        sitting_id=sitting.id,
        motion=motion["text"],
        seats=sum(each.votes for each in presences),
        quorum_percent=50,
        opened_at=opened_at,
        closed_at=opened_at + timedelta(minutes=6) if is_closed else None,
    )
    db.session.add(vote)
    db.session.flush()
    db.session.add(AgendaVote(vote_id=vote.id, item_id=item.id))
    answered = len(there) if is_closed else motion["answered"]
    for place, each in enumerate(there):
        answer = VoiceAnswer.ABSTAIN if place == 2 else VoiceAnswer.FOR
        db.session.add(
            SittingVoice(
                vote_id=vote.id,
                seat_id=each.seat_id,
                name=each.name,
                is_chair=roles[each.seat_id or 0] is SeatRole.CHAIR,
                answer=answer if place < answered else None,
            )
        )
    db.session.flush()


def _build_room(script: Script, sitting: Sitting, values: dict[str, Any], said_at: datetime) -> None:
    territory_id = db.session.get_one(Council, sitting.council_id).territory_id
    people = script.residents[territory_id][-values["coming"] :]
    db.session.add(SittingRoom(sitting_id=sitting.id, places=values["places"], coming=len(people)))
    for person_id in people:
        db.session.add(Attendee(sitting_id=sitting.id, person_id=person_id, said_at=said_at))


def _build_minutes(script: Script, sitting: Sitting, values: dict[str, Any]) -> None:
    db.session.flush()
    text = draft_of(record_of(sitting, db.session.get_one(Council, sitting.council_id)))
    html, published_at = markdown_to_html(text), script.days(values["published_in_days"])
    db.session.add(
        SittingMinutes(
            sitting_id=sitting.id,
            source=text,
            html=html,
            drafted_at=sitting.starts_at + timedelta(days=2),
            approved_on=script.on(values["approved_in_days"]).date(),
            approval=Approval.SITTING,
            approved_at_id=script.ids[values["approved_at"]],
            published_at=published_at,
            fingerprint=fingerprint_of(text),
        )
    )
    sitting.minutes_source, sitting.minutes_html, sitting.updated_at = text, html, published_at
    addition = values["addition"]
    db.session.add(
        MinutesAddition(
            sitting_id=sitting.id,
            source=addition["text"],
            html=markdown_to_html(addition["text"]),
            added_at=script.days(addition["in_days"]),
        )
    )
