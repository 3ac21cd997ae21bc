"""Sheets are printed each with a number, typed once, and taken back for some minutes; their names are forgotten in time."""

import secrets
from dataclasses import dataclass, field
from datetime import date, datetime
from typing import Any

import sqlalchemy as sa

from civic.consultations import queries as consultations
from civic.consultations.channels import Channel
from civic.consultations.errors import ConsultationNotFound
from civic.consultations.models import Consultation
from civic.consultations.rules import Activity, ConsultationState
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import TOWN_TIME, utc_now
from civic.kernel.database import db
from civic.kernel.numbering import DIGITS, NUMBER_LENGTH, number_from, tidy_number
from civic.kernel.transaction import publish, transaction
from civic.kernel.undo import ensure_undoable
from civic.opinions.models import StanceName, Statement
from civic.opinions.service.reacting import record_reactions, take_back_reactions
from civic.participation.access import ParticipationAction
from civic.participation.rules import AgeBand
from civic.participation.sheets import queries, rules
from civic.participation.sheets.arguments import publish_arguments, read_arguments, take_back_arguments
from civic.participation.sheets.errors import (
    NothingAsked,
    NumberOfAnother,
    NumberTyped,
    NumberUnknown,
    SheetIsEmpty,
    SheetIsItself,
    SheetNotFound,
)
from civic.participation.sheets.events import (
    ContributionNameSeen,
    ContributionNamesForgotten,
    ContributionSheetsPrinted,
    ContributionTakenBack,
    ContributionTyped,
)
from civic.participation.sheets.models import ContributionSheet, SheetSupport
from civic.participation.sheets.questionnaires import count_answer, marks_asked, open_survey, questions_to_ask
from civic.participation.sheets.rules import TypedArgument
from civic.proposals.errors import UnknownPlace
from civic.proposals.models import Proposal
from civic.proposals.rules import Category
from civic.proposals.service import recording
from civic.proposals.service.places import places_of
from civic.proposals.service.proposing import ProposalText
from civic.surveys.marks import Mark
from civic.surveys.service.recording import take_back_answer

OF_PROPOSALS = frozenset({Activity.SUPPORT, Activity.ARGUE})
"""What names the proposals that a sheet lists."""


@dataclass(frozen=True)
class TypedSheet:
    """A sheet as an agent typed it.

    Attributes:
        number: as printed; nothing for what was said by telephone, or written on plain paper.
        same_as: the number of another sheet of the same person.
        supports, stances: letters, in the order of the sheet (see ``rules``).
        arguments: what is said for or against proposals.
        answers: what was typed of each question of the questionnaire, by its key.
        body: what is said of the idea; its title says it all where this is empty.
    """

    channel: Channel
    received_on: date
    number: str = ""
    same_as: str = ""
    title: str = ""
    body: str = ""
    category: Category = Category.OTHER
    answers: dict[int, Mark] = field(default_factory=dict)
    arguments: list[TypedArgument] = field(default_factory=list)
    supports: str = ""
    stances: str = ""
    territory_id: int | None = None
    band: AgeBand | None = None
    name: str = ""
    contact: str = ""


def get_typable(actor: Actor, consultation_id: int) -> Consultation:
    """Return a published consultation whose sheets the actor types. Raises ConsultationNotFound, NotAllowed."""
    consultation = get_visible_consultation(actor, consultation_id)
    require(actor, ParticipationAction.TYPE_SHEETS, consultation)
    if consultation.state is not ConsultationState.PUBLISHED:
        raise ConsultationNotFound
    return consultation


def asked_of(consultation: Consultation, *, at: datetime) -> dict[str, list[int]]:
    """Return the statements and the proposals that a sheet names now, by id, in its order."""
    asked = rules.asked_on(consultation.phases, at=at)
    return {
        "questions": questions_to_ask(consultation, at=at) if Activity.ANSWER in asked else [],
        "statements": queries.statements_to_ask(consultation.id) if Activity.REACT in asked else [],
        "proposals": queries.proposals_to_ask(consultation.id) if asked & OF_PROPOSALS else [],
    }


def print_sheets(actor: Actor, *, consultation_id: int, count: int) -> list[int]:
    """Draw the numbers of some sheets to print. Returns their ids.

    Raises:
        ConsultationNotFound, NotAllowed, NothingAsked, TypingIsOver.
    """
    now = utc_now()
    with transaction():
        consultation = get_typable(actor, consultation_id)
        rules.ensure_asked(consultation.phases, at=now)
        asked = asked_of(consultation, at=now)
        if asked["questions"]:
            open_survey(consultation, now)
        elif not any(asked.values()) and Activity.PROPOSE not in rules.asked_on(consultation.phases, at=now):
            raise NothingAsked
        sheets = [
            ContributionSheet(
                consultation_id=consultation_id,
                number=number_from([secrets.randbelow(len(DIGITS)) for _ in range(NUMBER_LENGTH)]),
                asked=asked,
                printed_at=now,
                printed_by_id=actor.id,
            )
            for _ in range(count)
        ]
        db.session.add_all(sheets)
        db.session.flush()
        publish(
            ContributionSheetsPrinted(
                occurred_at=now, consultation_id=consultation_id, actor_id=actor.id, sheets=count
            )
        )
        return [sheet.id for sheet in sheets]


def type_sheet(actor: Actor, *, consultation_id: int, typed: TypedSheet) -> int:
    """Count what somebody wrote on a sheet, or said, with its channel; a number is typed once, also by two agents at once.

    Returns:
        The sheet's id.

    Raises:
        ConsultationNotFound, NotAllowed.
        NumberUnknown, NumberTyped, NumberOfAnother, SheetIsItself, SheetIsEmpty, WrongLetters, UnknownPlace, ArgumentIncomplete, ProposalUnknown.
        ReceivedInFuture, ReceivedOutside, TypingIsOver, NothingAsked, ArgumentsNotAsked: the day on which it was received, or today, is too late or too early.
    """
    now = utc_now()
    with transaction():
        consultation = get_typable(actor, consultation_id)
        rules.ensure_asked(consultation.phases, at=now)
        sheet = _open_sheet(consultation, typed, now)
        first = _first_of_same(consultation, sheet, typed)
        supports = rules.read_supports(typed.supports, sheet.asked.get("proposals", []))
        stances = rules.read_stances(typed.stances, sheet.asked.get("statements", []))
        marks = marks_asked(sheet, typed.answers)
        arguments = read_arguments(sheet, typed.arguments)
        held = {
            Activity.PROPOSE: bool(typed.title),
            Activity.SUPPORT: bool(supports),
            Activity.ARGUE: bool(arguments),
            Activity.REACT: bool(stances),
            Activity.ANSWER: bool(marks),
        }
        _ensure_permitted(consultation, typed, held, now)
        _describe(sheet, consultation, typed, actor, now)
        sheet.same_as_id = first.id if first else None
        db.session.add(sheet)
        db.session.flush()
        _count_idea(sheet, typed, now)
        _count_ticks(sheet, supports, stances, now)
        publish_arguments(sheet, arguments, now)
        if marks:
            count_answer(sheet, consultation, marks, now)
        publish(
            ContributionTyped(
                occurred_at=now,
                consultation_id=consultation_id,
                sheet_id=sheet.id,
                channel=typed.channel.value,
                actor_id=actor.id,
            )
        )
        return sheet.id


def _open_sheet(consultation: Consultation, typed: TypedSheet, now: datetime) -> ContributionSheet:
    if not typed.number:
        return ContributionSheet(consultation_id=consultation.id, asked=asked_of(consultation, at=now))
    sheet = _numbered(consultation, typed.number, "number")
    if sheet.typed_at is not None:
        day = sheet.typed_at.astimezone(TOWN_TIME).strftime("%d/%m/%Y")
        raise NumberTyped(fields={"number": [NumberTyped.message]}, day=day)
    return sheet


def _numbered(consultation: Consultation, number: str, name: str) -> ContributionSheet:
    sheet = queries.find_numbered(tidy_number(number))
    if sheet is None:
        raise NumberUnknown(fields={name: [NumberUnknown.message]})
    if sheet.consultation_id != consultation.id:
        title = consultations.get_consultation(sheet.consultation_id).title
        raise NumberOfAnother(fields={name: [NumberOfAnother.message]}, title=title)
    return sheet


def _first_of_same(
    consultation: Consultation, sheet: ContributionSheet, typed: TypedSheet
) -> ContributionSheet | None:
    """Return the first sheet of the same person, where this one follows another."""
    if not typed.same_as:
        return None
    other = _numbered(consultation, typed.same_as, "same_as")
    if other is sheet:
        raise SheetIsItself(fields={"same_as": [SheetIsItself.message]})
    if other.typed_at is None:
        raise NumberUnknown(fields={"same_as": [NumberUnknown.message]})
    return db.session.get(ContributionSheet, other.same_as_id) if other.same_as_id else other


def _ensure_permitted(
    consultation: Consultation, typed: TypedSheet, held: dict[Activity, bool], now: datetime
) -> None:
    if not any(held.values()):
        raise SheetIsEmpty(fields={"title": [SheetIsEmpty.message]})
    for activity, is_held in held.items():
        if is_held:
            rules.ensure_received_in_time(
                consultation.phases, activity, received_on=typed.received_on, at=now
            )


def _describe(
    sheet: ContributionSheet, consultation: Consultation, typed: TypedSheet, actor: Actor, now: datetime
) -> None:
    sheet.channel, sheet.received_on = typed.channel, typed.received_on
    sheet.typed_at, sheet.typed_by_id = now, actor.id
    sheet.name, sheet.contact = typed.name or None, typed.contact or None
    sheet.band = typed.band
    sheet.territory_id = typed.territory_id if typed.territory_id in places_of(consultation) else None


def _count_idea(sheet: ContributionSheet, typed: TypedSheet, now: datetime) -> None:
    if not typed.title:
        return
    consultation = consultations.get_consultation(sheet.consultation_id)
    place = typed.territory_id or _only_place(consultation)
    assert sheet.channel is not None
    sheet.proposal_id = recording.record_proposal(
        consultation_id=sheet.consultation_id,
        text=ProposalText(typed.title, typed.body or typed.title, typed.category, place),
        channel=sheet.channel,
        received_on=typed.received_on,
        now=now,
    )


def _only_place(consultation: Consultation) -> int:
    """Return what an idea is about where its sheet does not say: the commune, or the one neighbourhood. Raises UnknownPlace."""
    if len(consultation.concerned_ids) > 1:
        raise UnknownPlace(fields={"territory_id": [UnknownPlace.message]})
    return min(consultation.concerned_ids)


def _count_ticks(
    sheet: ContributionSheet, supports: list[int], stances: dict[int, str], now: datetime
) -> None:
    """Count what was ticked, but for what the same person ticked on another sheet, and for what is hidden since."""
    supported, reacted = queries.said_by_same(sheet.same_as_id) if sheet.same_as_id else (set(), set())
    shown = queries.shown_among(Proposal, supports) - supported
    for proposal_id in supports:
        if proposal_id in shown:
            support_id = recording.record_support(proposal_id, now=now)
            db.session.add(SheetSupport(support_id=support_id, sheet_id=sheet.id))
    readable = queries.shown_among(Statement, stances) - reacted
    said: dict[int, Any] = {
        statement: StanceName(stance).stance for statement, stance in stances.items() if statement in readable
    }
    if said:
        sheet.participant_id = record_reactions(sheet.consultation_id, said, now=now)


def take_back_sheet(actor: Actor, *, sheet_id: int) -> int:
    """Undo the typing of a sheet: nothing of it counts, and its number can be typed again. Returns the consultation's id.

    Raises:
        SheetNotFound: it was taken back already, or the actor types none of this consultation.
        TooLateToUndo: it is some minutes old.
    """
    now = utc_now()
    with transaction():
        sheet, consultation = _get_typed(actor, sheet_id)
        ensure_undoable(sheet.typed_at or now, at=now)
        for support_id in queries.supports_of(sheet_id):
            db.session.execute(sa.delete(SheetSupport).where(SheetSupport.support_id == support_id))
            recording.take_back_support(support_id, now=now)
        take_back_arguments(sheet_id, actor_id=actor.id, now=now)
        proposal_id, participant_id = sheet.proposal_id, sheet.participant_id
        answer_id, sheet.survey_answer_id = sheet.survey_answer_id, None
        sheet.participant_id = sheet.proposal_id = None
        db.session.flush()
        if answer_id is not None:
            take_back_answer(answer_id)
        if participant_id is not None:
            take_back_reactions(participant_id, now=now)
        if proposal_id is not None:
            recording.take_back_proposal(proposal_id, actor_id=actor.id, now=now)
        publish(
            ContributionTakenBack(
                occurred_at=now, consultation_id=consultation.id, sheet_id=sheet_id, actor_id=actor.id
            )
        )
        _empty(sheet)
        return consultation.id


def _get_typed(actor: Actor, sheet_id: int) -> tuple[ContributionSheet, Consultation]:
    """Return a sheet to who types those of its consultation; to others its number is that of none. Raises SheetNotFound, NotSignedIn."""
    sheet = queries.get_sheet(sheet_id)
    consultation = consultations.get_consultation(sheet.consultation_id)
    if actor.is_signed_in and not can(actor, ParticipationAction.TYPE_SHEETS, consultation):
        raise SheetNotFound
    require(actor, ParticipationAction.TYPE_SHEETS, consultation)
    return sheet, consultation


def _empty(sheet: ContributionSheet) -> None:
    if sheet.number is None:
        db.session.delete(sheet)
        return
    sheet.channel = sheet.received_on = sheet.typed_at = sheet.typed_by_id = None
    sheet.answers_survey = False
    sheet.name = sheet.contact = sheet.band = sheet.territory_id = sheet.same_as_id = None


def see_name(actor: Actor, *, sheet_id: int) -> ContributionSheet:
    """Return a sheet with the name that somebody wrote on it; the journal keeps that it was read. Raises SheetNotFound."""
    with transaction():
        sheet, consultation = _get_typed(actor, sheet_id)
        publish(
            ContributionNameSeen(
                occurred_at=utc_now(), consultation_id=consultation.id, sheet_id=sheet_id, actor_id=actor.id
            )
        )
    return sheet


def forget_old_names(now: datetime) -> int:
    """Erase the names and telephone numbers of sheets, some months after their consultation. Returns of how many."""
    with transaction():
        old = queries.sheets_with_old_names(at=now)
        if not old:
            return 0
        erased = sa.update(ContributionSheet).where(ContributionSheet.id.in_(old))
        db.session.execute(
            erased.values(name=None, contact=None).execution_options(synchronize_session=False)
        )
        publish(ContributionNamesForgotten(occurred_at=now, sheets=len(old)))
    return len(old)
