"""What the town hall saw of the volunteers before it let them help: most were met, one showed a document, and some are still to be met."""

from datetime import date, timedelta

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.demo.script import Script
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.matching.models import Duty, Match
from civic.matching.rules import MatchState
from civic.mutual_aid.models import Charter, HelpRequest, Offer
from civic.mutual_aid.rules import CHARTER_VERSION, Category
from civic.mutual_aid.volunteers.models import VolunteerProfile, VolunteerSkill
from civic.mutual_aid.volunteers.rules import LARGEST_CEILING
from civic.safeguarding.models import Concern, ConcernStep, Suspension, VettingProof
from civic.safeguarding.rules import (
    YEARS_A_PROOF_HOLDS,
    ConcernDecision,
    ConcernKind,
    ConcernState,
    Proof,
    years_later,
)

SUSPENDED = "remi-souchet"
STILL_TO_MEET = ("fatiha-ouazzani", "sylvie-marchand")
SKILLS = {
    "laurence-pineau": ("nurse", None),
    "mamadou-keita": ("driving_licence", None),
    "maria-ferreira": ("childcare", None),
    "bernard-choloux": ("first_aid", 200),
}
SEEN_DAYS_AGO = 120
EXPIRES_SOON_DAYS_AGO = 3 * 365 - 30


def build_vetting(script: Script) -> None:
    agent_id = next(
        script.ids[who["key"]] for who in script.read("people.json")["people"] if "agent" in who["roles"]
    )
    to_meet = {script.ids[key] for key in STILL_TO_MEET}
    seen = script.days(-SEEN_DAYS_AGO).astimezone(TOWN_TIME).date()
    for person_id in _volunteers():
        _accept_charter(script, person_id)
        if person_id not in to_meet and person_id != agent_id:
            _see(script, person_id, Proof.MET, seen, agent_id)
    for author_id in _authors_of(Category.CHILDCARE):
        _see(script, author_id, Proof.BULLETIN, seen, agent_id)
    oldest = script.ids["gerard-thibaudeau"]
    old = script.days(-EXPIRES_SOON_DAYS_AGO).astimezone(TOWN_TIME).date()
    db.session.execute(
        sa.update(VettingProof)
        .where(VettingProof.person_id == oldest)
        .values(seen_on=old, expires_on=years_later(old, YEARS_A_PROOF_HOLDS[Proof.MET]))
    )
    _say_skills(script)
    _say_that_any_hour_suits(script)


def _volunteers() -> list[int]:
    """Whoever offers help, and whoever was asked to: the members of an association too."""
    behind = sa.select(Offer.author_id).union(sa.select(Duty.person_id))
    return list(db.session.scalars(sa.select(Person.id).where(Person.id.in_(behind)).order_by(Person.id)))


def _authors_of(category: Category) -> list[int]:
    return list(db.session.scalars(sa.select(Offer.author_id).filter_by(category=category)))


def _accept_charter(script: Script, person_id: int) -> None:
    accepted = sa.select(Charter.id).filter_by(person_id=person_id, version=CHARTER_VERSION)
    if db.session.scalar(accepted) is None:
        db.session.add(
            Charter(person_id=person_id, version=CHARTER_VERSION, accepted_at=script.days(-SEEN_DAYS_AGO))
        )


def _see(script: Script, person_id: int, proof: Proof, on: date, agent_id: int) -> None:
    db.session.add(
        VettingProof(
            person_id=person_id,
            proof=proof,
            seen_on=on,
            expires_on=years_later(on, YEARS_A_PROOF_HOLDS[proof]),
            seen_by_id=agent_id,
            recorded_at=script.days(-SEEN_DAYS_AGO),
        )
    )
    db.session.flush()


def _say_skills(script: Script) -> None:
    today = script.now.astimezone(TOWN_TIME).date()
    for key, (skill, days) in SKILLS.items():
        person_id = script.ids[key]
        ends = today + timedelta(days=days) if days else None
        db.session.add(VolunteerSkill(person_id=person_id, skill=skill, expires_on=ends))
        db.session.add(
            VolunteerProfile(
                person_id=person_id,
                by_mail=True,
                by_sms=False,
                quiet_from_hour=20,
                quiet_to_hour=9,
                weekly_ceiling=3,
                changed_at=script.now,
            )
        )


def build_concerns(script: Script) -> None:
    """A worry that waits, one that was looked into, and somebody who is suspended for a while."""
    officer_id = script.ids["cedric-moinard"]
    match = db.session.scalars(
        sa.select(Match).where(Match.state == MatchState.CONFIRMED).order_by(Match.id).limit(1)
    ).one()
    request = db.session.get_one(HelpRequest, match.request_id)
    db.session.add(
        Concern(
            territory_id=script.town_id,
            kind=ConcernKind.NEGLECT,
            state=ConcernState.NEW,
            text="Le frigo était presque vide et le chauffage éteint. La personne dit ne plus voir personne depuis des semaines.",
            context=f"{request.title} ({request.starts_at:%d/%m/%Y})",
            told_by_id=match.volunteer_id,
            about_id=request.requester_id,
            subject_kind="match",
            subject_id=match.id,
            told_at=script.hours(-20),
        )
    )
    closed = Concern(
        territory_id=script.town_id,
        kind=ConcernKind.MONEY,
        state=ConcernState.CLOSED,
        text="Il m’a demandé si je gardais de l’argent chez moi. Rien de plus, mais cela m’a gênée.",
        told_by_id=script.ids["nadia-benhaddou"],
        about_id=script.ids[SUSPENDED],
        told_at=script.days(-12),
        closed_at=script.days(-9),
    )
    closed.steps = [
        ConcernStep(
            decision=ConcernDecision.CALLED,
            text="Les deux personnes ont été appelées. Maladresse reconnue ; la charte a été relue ensemble.",
            author_id=officer_id,
            done_at=script.days(-10),
        ),
        ConcernStep(
            decision=ConcernDecision.CLOSED,
            text="Suspension d’un mois, puis nouvelle rencontre.",
            author_id=officer_id,
            done_at=script.days(-9),
        ),
    ]
    db.session.add(closed)
    db.session.flush()
    db.session.add(
        Suspension(
            person_id=script.ids[SUSPENDED],
            concern_id=closed.id,
            begun_at=script.days(-9),
            ends_on=(script.now + timedelta(days=21)).astimezone(TOWN_TIME).date(),
            told="Une question d’argent a mis une personne mal à l’aise. Nous en reparlons ensemble dans un mois.",
            decided_by_id=officer_id,
        )
    )


def _say_that_any_hour_suits(script: Script) -> None:
    """A demonstration is visited at night as well: the others may be asked at any hour, and often."""
    db.session.flush()
    said = set(db.session.scalars(sa.select(VolunteerProfile.person_id)))
    db.session.add_all(
        VolunteerProfile(
            person_id=person_id,
            by_mail=True,
            by_sms=False,
            quiet_from_hour=0,
            quiet_to_hour=0,
            weekly_ceiling=LARGEST_CEILING,
            changed_at=script.now,
        )
        for person_id in _volunteers()
        if person_id not in said
    )
