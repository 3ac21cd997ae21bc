"""The register of frail people, an alert that is over, and one in force with a call in each state. Nobody in it exists."""

from dataclasses import dataclass
from datetime import date, datetime, timedelta

import sqlalchemy as sa

from civic.checkins.campaigns.models import (
    CheckinCall,
    CheckinCaller,
    CheckinCampaign,
    CheckinPerson,
    CheckinStep,
)
from civic.checkins.campaigns.rules import AFTER_RESULT, CallState, Reason, Result, Step
from civic.checkins.campaigns.words import SCRIPTS
from civic.checkins.register.models import RegisterEntry, RegisterExport, RegisterSight
from civic.checkins.register.queries import digest_of
from civic.checkins.register.rules import AskedBy, Entry, Ground, Way
from civic.demo.script import Script
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db

KEEPER = "martine-hubert"
REGISTERED = "gerard-thibaudeau"
CALLERS = ("gerard-thibaudeau", "bernard-choloux", "laurence-pineau")
FIRST_NAMES = (
    "Odette", "Marcel", "Simone", "Raymond", "Yvette", "Lucien", "Paulette", "André", "Huguette", "Roger", "Denise", "Fernand",
    "Germaine", "Robert", "Solange", "Maurice", "Jeannine", "Gilbert", "Arlette", "Henri", "Colette", "Pierre", "Mireille", "Louis",
)  # fmt: skip
FAMILY_NAMES = (
    "Aubineau", "Bodin", "Cailleau", "Daviau", "Esnault", "Fouquet", "Gaultier", "Humeau", "Jamin", "Launay", "Ménard", "Naud",
    "Oger", "Pelletier", "Quesson", "Rabouin", "Sorin", "Terrien", "Uzureau", "Vaillant", "Baron", "Cesbron", "Doucet", "Frémond",
)  # fmt: skip
STREETS = ("rue du Grenier-à-Sel", "rue des Tanneurs", "avenue de la Croix-Haute", "rue de la Gare")
PLAN = (
    *(6 * [Result.WELL]),
    Result.NEEDS,
    Result.NEEDS,
    Result.ALARMING,
    Result.REFUSES,
    *(3 * [Result.NO_ANSWER]),
)
"""What the first calls of the round came to; the others wait. The last one of all is in somebody's hands."""
NOTES = {
    Result.NEEDS: "Son ventilateur est en panne, et elle n’a plus d’eau en bouteille.",
    Result.ALARMING: "Elle parle lentement, dit qu’elle a la tête qui tourne depuis ce matin.",
    Result.WELL: "De bonne humeur, sa fille passe ce soir.",
}


@dataclass(frozen=True)
class Registered:
    id: int
    territory_id: int


def build_register(script: Script) -> None:
    """Two dozen people and one who has an account; a few letters are still to be sent, and an entry is to be checked."""
    today = script.now.astimezone(TOWN_TIME).date()
    places = [script.territories[code] for code in sorted(script.territories) if code.count("-")]
    for number, (first, last) in enumerate(zip(FIRST_NAMES, FAMILY_NAMES, strict=True)):
        asked_on = today - timedelta(days=5 + number * 13)
        entry = _entry(number, first, last, places[number % len(places)], today, asked_on)
        told_on = None if number < 2 else asked_on + timedelta(days=3)
        checked_on = today - timedelta(days=380) if number == 5 else asked_on
        _keep(script, entry, told_on, checked_on)
    gerard = _entry(31, "Gérard", "Thibaudeau", script.territories["99001-03"], today, today)
    row = _keep(script, gerard, today, today)
    row.person_id = script.ids[REGISTERED]
    db.session.add(
        RegisterSight(
            entry_id=row.id,
            viewer_id=script.ids[KEEPER],
            is_for_call=False,
            seen_at=script.hours(-3),
        )
    )
    db.session.add(
        RegisterExport(
            territory_id=script.town_id,
            request="Préfecture, courriel du service des crises",
            people=len(FIRST_NAMES),
            exported_by_id=script.ids[KEEPER],
            exported_at=script.hours(-26),
        )
    )
    db.session.flush()


def _entry(number: int, first: str, last: str, place_id: int, today: date, asked_on: date) -> Entry:
    by_other = number % 3 == 0
    return Entry(
        family_name=last,
        first_names=first,
        born_on=date(today.year - 71 - number % 22, 1 + number % 12, 1 + number % 28),
        ground=Ground.DISABLED if number % 8 == 7 else Ground.AGED,
        address=f"{2 + number} {STREETS[number % len(STREETS)]}",
        territory_id=place_id,
        phone=f"02 61 91 {10 + number:02} {20 + number:02}",
        asked_by=AskedBy.THIRD_PARTY if by_other else AskedBy.HERSELF,
        asked_on=asked_on,
        way=Way.WRITTEN if by_other else Way.SPOKEN,
        asker="Sa fille" if by_other else "",
        relative_name="Sa fille" if number % 2 else "",
        relative_phone=f"06 39 98 {30 + number:02} {40 + number:02}" if number % 2 else "",
    )


def _keep(script: Script, entry: Entry, told_on: date | None, checked_on: date) -> RegisterEntry:
    row = RegisterEntry(
        territory_id=entry.territory_id,
        digest=digest_of(entry.identity),
        family_name=entry.family_name,
        first_names=entry.first_names,
        born_on=entry.born_on.isoformat(),
        ground=entry.ground.value,
        address=entry.address,
        phone=entry.phone,
        relative_name=entry.relative_name or None,
        relative_phone=entry.relative_phone or None,
        asked_by=entry.asked_by,
        asker=entry.asker or None,
        asked_on=entry.asked_on,
        way=entry.way,
        told_on=told_on,
        checked_on=checked_on,
        recorded_by_id=script.ids[KEEPER],
        recorded_at=script.hours(-200),
        changed_at=script.hours(-200),
    )
    db.session.add(row)
    db.session.flush()
    return row


def build_campaigns(script: Script) -> None:
    """Cold in a former winter, forgotten but for its totals; heat, or cold, now: every state at once."""
    _campaign(
        script,
        Reason.COLD,
        opened_at=script.hours(-24 * 290),
        closes_at=script.hours(-24 * 280),
        closed_at=script.hours(-24 * 281),
        forgotten_at=script.hours(-24 * 250),
        figures={"people": 31, "calls": 74, "reached": 25, "alarms": 1, "needs": 6, "callers": 4},
        round=9,
    )
    campaign = _campaign(
        script, Reason.HEAT, opened_at=script.hours(-5), closes_at=script.hours(24 * 12), round=1
    )
    for key in CALLERS:
        db.session.add(
            CheckinCaller(campaign_id=campaign.id, person_id=script.ids[key], said_yes_at=script.hours(-4))
        )
    rows = list(db.session.scalars(sa.select(RegisterEntry).order_by(RegisterEntry.id)))
    calls = [_call(script, campaign, Registered(row.id, row.territory_id)) for row in rows]
    for number, result in enumerate(PLAN):
        _answer(script, calls[number], result, CALLERS[number % len(CALLERS)], script.hours(-4 + number / 4))
    _exhaust(script, calls[len(PLAN) - 1])
    held = calls[len(PLAN)]
    held.state, held.caller_id = CallState.HELD, script.ids[CALLERS[0]]
    held.held_until = script.hours(12)  # a demonstration is visited at any hour
    db.session.flush()


def _campaign(script: Script, reason: Reason, **values: object) -> CheckinCampaign:
    campaign = CheckinCampaign(
        territory_id=script.town_id,
        reason=reason,
        places=[],
        script=SCRIPTS[reason],
        every_hours=24,
        retry_minutes=60,
        tries=3,
        opened_by_id=script.ids[KEEPER],
        **{"figures": {}, **values},
    )
    db.session.add(campaign)
    db.session.flush()
    return campaign


def _call(script: Script, campaign: CheckinCampaign, who: Registered) -> CheckinCall:
    person = CheckinPerson(campaign_id=campaign.id, entry_id=who.id, territory_id=who.territory_id)
    db.session.add(person)
    db.session.flush()
    call = CheckinCall(
        campaign_id=campaign.id,
        person_id=person.id,
        round=1,
        state=CallState.WAITING,
        due_at=campaign.opened_at,
        tries=0,
        agrees_to_help=False,
    )
    db.session.add(call)
    db.session.flush()
    return call


def _answer(script: Script, call: CheckinCall, result: Result, key: str, at: datetime) -> None:
    call.tries, call.result = call.tries + 1, result
    if result is Result.NO_ANSWER:
        call.due_at = at + timedelta(minutes=60)
    else:
        call.state, call.ended_at = AFTER_RESULT[result], at
        call.agrees_to_help = result is Result.NEEDS
    if result is Result.REFUSES:
        db.session.get_one(CheckinPerson, call.person_id).refused_at = at
    db.session.add(
        CheckinStep(
            call_id=call.id,
            step=Step(result.value),
            note=NOTES.get(result, ""),
            author_id=script.ids[key],
            done_at=at,
        )
    )
    person = db.session.get_one(CheckinPerson, call.person_id)
    db.session.add(
        RegisterSight(entry_id=person.entry_id, viewer_id=script.ids[key], is_for_call=True, seen_at=at)
    )


def _exhaust(script: Script, call: CheckinCall) -> None:
    """Nobody answers, the third time: the town hall is to have somebody pass by."""
    for number in (1, 2):
        _answer(script, call, Result.NO_ANSWER, CALLERS[number], script.hours(-2 + number / 2))
    call.state, call.ended_at = CallState.UNREACHED, script.hours(-1)
