"""Petitions of the demonstration: one that is signed, one that waits for the council, one that it decided, one to examine, one that lacked signatures."""

from datetime import date, datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.accounts.rules import age_on
from civic.demo.script import Script
from civic.kernel import outbox
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.petitions import rules
from civic.petitions.counting import recount
from civic.petitions.models import Petition, PetitionSettings, PetitionSheet, PetitionSignature
from civic.petitions.rules import Channel, Outcome, PetitionRules, Step
from civic.petitions.service import launching, signing
from civic.proposals.answers import rules as due

Values = dict[str, Any]
LINES_A_SHEET = 12
NEWCOMER = "lucas-perrault"
SHOWN, NEWS = 0.35, 0.6
"""How many of those who sign let their name be read, and wish to know what becomes of it."""


def build_petitions(script: Script) -> None:
    """After the people: a part of them sign."""
    content = script.read("petitions.json")
    wanted = _keep_rules(script, content["rules"])
    for values in content["petitions"]:
        petition = _build_petition(script, values)
        if values["opened_in_days"] is not None:
            _open(script, petition, wanted, values)
            _sign(script, petition, values)
            _reach(script, petition, values)
        if values["decision"]:
            _decide(script, petition, values["decision"])
        if petition.closes_at is not None:
            _owe_what_comes(script, petition)


def _keep_rules(script: Script, values: Values) -> PetitionRules:
    wanted = PetitionRules(**{**values, "roll_on": _day(script, values["roll_on"])})
    db.session.add(
        PetitionSettings(
            territory_id=script.town_id,
            is_open=True,
            threshold=wanted.threshold,
            share_percent=wanted.share_percent,
            roll_size=wanted.roll_size,
            roll_on=wanted.roll_on,
            least_age=wanted.least_age,
            needs_verified=wanted.needs_verified,
            days=wanted.days,
            decision_days=wanted.decision_days,
            changed_at=script.days(values["roll_on"]),
        )
    )
    return wanted


def _day(script: Script, in_days: int) -> date:
    return script.on(in_days, "12:00").astimezone(TOWN_TIME).date()


def _build_petition(script: Script, values: Values) -> Petition:
    submitted = script.days(values["submitted_in_days"])
    petition = Petition(
        territory_id=script.town_id,
        author_id=script.ids[values["author"]],
        organisation_id=script.ids[values["organisation"]] if values["organisation"] else None,
        title=values["title"],
        ask_source=values["ask"],
        ask_html=markdown_to_html(values["ask"]),
        why_source=values["why"],
        why_html=markdown_to_html(values["why"]),
        step=Step.SUBMITTED,
        created_at=submitted,
        submitted_at=submitted,
    )
    db.session.add(petition)
    db.session.flush()
    script.ids[values["key"]] = petition.id
    return petition


def _open(script: Script, petition: Petition, wanted: PetitionRules, values: Values) -> None:
    petition.step, petition.examined_by_id = Step.ADMITTED, script.ids[values["examined_by"]]
    launching.keep_rules(petition, wanted, now=script.days(values["opened_in_days"]))


def _sign(script: Script, petition: Petition, values: Values) -> None:
    """Residents sign on the site, the others on sheets, between the opening and now or the end."""
    opened, closes = petition.opens_at or script.now, petition.closes_at or script.now
    last = min(script.now, closes - timedelta(hours=1))
    people = _draw_signers(script, petition, values["online"], last)
    moments = sorted(_moment(script, opened, last) for _ in people)
    for (person_id, name, born_on), at in zip(people, moments, strict=True):
        db.session.add(
            PetitionSignature(
                petition_id=petition.id,
                person_id=person_id,
                channel=Channel.WEB,
                identity_digest=signing.identity_digest(petition.id, name, born_on),
                is_shown=script.rng.random() < SHOWN,
                wants_news=script.rng.random() < NEWS,
                created_at=at,
            )
        )
    for number in range(1, values["sheets"] + 1):
        _type_sheet(script, petition, number, _moment(script, opened, last), values)
    db.session.flush()
    petition.signature_count, petition.online_count = recount(petition.id)
    petition.counted_at = last


def _draw_signers(
    script: Script, petition: Petition, most: int, last: datetime
) -> list[tuple[int, str, date]]:
    """Return those who sign on the site, but who has just come to town: she signs while she tries the demonstration."""
    query = sa.select(Person.id, Person.name, Person.born_on).where(Person.born_on.is_not(None))
    old_enough = [
        (row.id, row.name, row.born_on)
        for row in db.session.execute(query.order_by(Person.id))
        if age_on(row.born_on, last.date()) >= (petition.least_age or 0)
        and script.joined.get(row.id, script.now) < last
        and row.id != script.ids[NEWCOMER]
    ]
    return script.rng.sample(old_enough, min(len(old_enough), most))


def _moment(script: Script, first: datetime, last: datetime) -> datetime:
    return first + (last - first) * script.rng.random()


def _type_sheet(script: Script, petition: Petition, number: int, at: datetime, values: Values) -> None:
    sheet = PetitionSheet(
        petition_id=petition.id,
        number=number,
        lines=LINES_A_SHEET + 1,
        already=0,
        illegible=1,
        too_young=0,
        typed_by_id=script.ids[values["examined_by"]],
        typed_at=at,
    )
    db.session.add(sheet)
    db.session.flush()
    for line in range(LINES_A_SHEET):
        who = f"Feuille {number} ligne {line}"
        born_on = date(1940, 1, 1) + timedelta(days=script.rng.randrange(25_000))
        db.session.add(
            PetitionSignature(
                petition_id=petition.id,
                sheet_id=sheet.id,
                channel=Channel.PAPER,
                identity_digest=signing.identity_digest(petition.id, who, born_on),
                created_at=at,
            )
        )


def _reach(script: Script, petition: Petition, values: Values) -> None:
    if petition.signature_count < (petition.needed or 0):
        return
    petition.reached_at = script.days(values["reached_in_days"])
    petition.due_at = due.due_at(petition.reached_at, petition.decision_days or 1)
    if values["agenda_in_days"] is not None:
        petition.agenda_on = _day(script, values["agenda_in_days"])


def _decide(script: Script, petition: Petition, values: Values) -> None:
    petition.step, petition.outcome = Step.DECIDED, Outcome(values["outcome"])
    petition.decision_source, petition.decision_html = values["text"], markdown_to_html(values["text"])
    petition.deliberated_on = petition.agenda_on = _day(script, values["deliberated_in_days"])
    petition.deliberation = values["deliberation"]
    petition.decided_at = script.days(values["deliberated_in_days"] + 2)
    petition.decided_by_id = script.ids[values["by"]]


def _owe_what_comes(script: Script, petition: Petition) -> None:
    """Nothing that happened before is told again."""
    closes = petition.closes_at or script.now
    payload = {"petition_id": petition.id}
    if rules.typing_ends_at(closes) > script.now:
        outbox.owe(launching.END, payload, now=script.now, due_at=rules.typing_ends_at(closes))
    elif petition.reached_at is None:
        petition.ended_at = rules.typing_ends_at(closes)
    outbox.owe(launching.FORGET, payload, now=script.now, due_at=max(script.now, rules.forgets_at(closes)))
    if petition.step is Step.ADMITTED and petition.due_at is not None:
        petition.remind_at = due.reminder_at(0, petition.due_at, signing.REMIND_DAYS, after=script.now)
        outbox.owe(signing.REMIND, payload, now=script.now, due_at=petition.remind_at)
