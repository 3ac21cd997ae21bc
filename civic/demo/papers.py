"""What came on paper and at a meeting, how many people live in each neighbourhood, and the syntheses that the town hall has made."""

from datetime import timedelta

import sqlalchemy as sa

from civic.consultations import queries as consultations
from civic.consultations.channels import Channel
from civic.demo.script import Script
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.numbering import DIGITS, NUMBER_LENGTH, number_from
from civic.participation import figures
from civic.participation.models import PopulationCount
from civic.participation.rules import AgeBand
from civic.participation.sheets.models import ContributionSheet, SheetArgument, SheetSupport
from civic.participation.synthesis import queries
from civic.participation.synthesis.models import Synthesis
from civic.participation.synthesis.rules import as_json
from civic.participation.synthesis.service.making import count_consultation, day_of_ages
from civic.participation.synthesis.service.sorting import keep_themes
from civic.participation.synthesis.themes import find_themes
from civic.proposals.models import Argument, Proposal, Support
from civic.proposals.rules import Side
from civic.territories.models import Territory

OPEN, FINISHED = "chemin-de-l-ecole", "berges-de-la-serelle"
ON_PAPER, IN_MEETING = 14, 7
SHARES = (21, 7, 19, 19, 12, 14, 8)
"""Of a hundred inhabitants, in each age band."""


def build_population(script: Script) -> None:
    for place in db.session.scalars(sa.select(Territory).where(Territory.parent_id == script.town_id)):
        people = [round((place.population or 0) * share / 100) for share in SHARES]
        for band, count in zip(AgeBand, people, strict=True):
            db.session.add(PopulationCount(territory_id=place.id, band=band, people=count))


def build_sheets(script: Script) -> None:
    """Sheets that came back from the library and the market, and what was said at a meeting; some are still blank."""
    consultation_id = script.ids[OPEN]
    proposals = queries.titles_in_themes(consultation_id, hides_supports=False)
    asked = {"statements": [], "proposals": sorted(row[1] for row in proposals)[:8]}
    places = sorted(script.residents)
    agent_id = script.ids[_key_of(script, "agent")]
    written = script.read("debating.json")["on_paper"]
    for number in range(ON_PAPER + IN_MEETING + 3):
        is_paper, is_blank = number < ON_PAPER, number >= ON_PAPER + IN_MEETING
        sheet = ContributionSheet(
            consultation_id=consultation_id,
            number=_number(script) if is_paper or is_blank else None,
            asked=asked,
            printed_at=script.days(-12) if is_paper or is_blank else None,
            printed_by_id=agent_id if is_paper or is_blank else None,
        )
        if not is_blank:
            typed = script.days(-script.rng.randrange(1, 9))
            sheet.channel = Channel.PAPER if is_paper else Channel.MEETING
            sheet.typed_at, sheet.typed_by_id = typed, agent_id
            sheet.received_on = (typed - timedelta(days=1)).astimezone(TOWN_TIME).date()
            sheet.band = script.rng.choice([None, AgeBand.FROM_55, AgeBand.FROM_65, AgeBand.FROM_80])
            sheet.territory_id = script.rng.choice(places)
        db.session.add(sheet)
        db.session.flush()
        if not is_blank:
            _support(script, sheet)
        if number < len(written):
            _argue(script, sheet, written[number])


def _key_of(script: Script, role: str) -> str:
    return next(str(who["key"]) for who in script.read("people.json")["people"] if role in who["roles"])


def _number(script: Script) -> str:
    return number_from([script.rng.randrange(len(DIGITS)) for _ in range(NUMBER_LENGTH)])


def _support(script: Script, sheet: ContributionSheet) -> None:
    for proposal_id in script.rng.sample(sheet.asked["proposals"], 2):
        support = Support(proposal_id=proposal_id, person_id=None, created_at=sheet.typed_at)
        db.session.add(support)
        db.session.flush()
        db.session.add(SheetSupport(support_id=support.id, sheet_id=sheet.id))
        proposal = db.session.get_one(Proposal, proposal_id)
        proposal.support_count += 1


def _argue(script: Script, sheet: ContributionSheet, values: dict[str, str]) -> None:
    proposal = db.session.get_one(Proposal, script.ids[values["proposal"]])
    argument = Argument(
        proposal_id=proposal.id,
        side=Side(values["side"]),
        body=values["body"],
        channel=Channel.PAPER,
        created_at=sheet.typed_at,
    )
    db.session.add(argument)
    db.session.flush()
    db.session.add(SheetArgument(argument_id=argument.id, sheet_id=sheet.id))
    proposal.argument_count += 1


def build_syntheses(script: Script) -> None:
    """The one of what is over is published, the one of what is open is read by the town hall alone. Proposals were learnt before."""
    for key in (OPEN, FINISHED):
        consultation = consultations.get_consultation(script.ids[key])
        people = figures.count_people(consultation.id, on=day_of_ages(consultation, script.now))
        values = as_json(count_consultation(consultation.id, people, None))
        held = queries.read_held(consultation.id)
        values["sorted_into_themes"] = len(held.proposals)
        keep_themes(consultation.id, held, find_themes(held.question), themes=None)
        made = script.days(-1)
        row = Synthesis(consultation_id=consultation.id, told=values, made_at=made)
        if key == FINISHED:
            row.published = {**values, "made_at": made.isoformat()}
            row.published_at = made
        db.session.add(row)
