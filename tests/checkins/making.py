"""Persons of the register, and who calls them, for the tests (an application context is needed)."""

from datetime import date, timedelta

from civic.accounts.models import Role
from civic.checkins.campaigns.rules import CampaignPlan, Reason
from civic.checkins.campaigns.service import calling, steering
from civic.checkins.register.rules import AskedBy, Entry, Ground, Way
from civic.checkins.register.service import add_entry
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.mutual_aid.models import Charter
from civic.mutual_aid.rules import CHARTER_VERSION
from civic.safeguarding.models import VettingProof
from civic.safeguarding.rules import Proof
from tests.conftest import actor_of, add_person, add_town

ADDRESS = "3 venelle des Marronniers, code 1904B"
PHONE = "02 99 00 56 78"
FAMILY_NAME = "Guillemot-Tanguy"
RELATIVE = "Yannick, son neveu"
SCRIPT = "Bonjour, je vous appelle pour la mairie. Comment allez-vous ?"


def entry_of(place: int, name: str = "Odette", **changes: object) -> Entry:
    values: dict[str, object] = {
        "family_name": FAMILY_NAME,
        "first_names": name,
        "born_on": date(1938, 5, 17),
        "ground": Ground.AGED,
        "address": ADDRESS,
        "territory_id": place,
        "phone": PHONE,
        "asked_by": AskedBy.HERSELF,
        "asked_on": town_today(),
        "way": Way.SPOKEN,
        "relative_name": RELATIVE,
        **changes,
    }
    return Entry(**values)  # type: ignore[arg-type]


def add_met_volunteer(place: int, name: str = "Bénévole", *, by: int | None = None) -> int:
    """Make a resident who accepted the charter and whom an agent met. Returns her id."""
    person = add_person(name, lives_in=place)
    accept_charter(person)
    meet(person, by=by)
    return person


def accept_charter(person: int) -> None:
    with transaction():
        db.session.add(Charter(person_id=person, version=CHARTER_VERSION, accepted_at=utc_now()))


def meet(person: int, *, by: int | None = None) -> None:
    today = town_today()
    with transaction():
        db.session.add(
            VettingProof(
                person_id=person,
                proof=Proof.MET,
                seen_on=today,
                expires_on=today + timedelta(days=300),
                seen_by_id=by,
                recorded_at=utc_now(),
            )
        )


class Alert:
    """Ines keeps the register of a town; Ada and Ben, whom an agent met, said yes to calling; ``people`` are to be called."""

    def __init__(self, people: int = 3, **plan: object) -> None:
        self.town, (self.place, self.other_place, *_) = add_town()
        self.ines = add_person("Inès", roles=((Role.REGISTER_KEEPER, self.town),))
        self.people = [self.register(f"Prénom{number}") for number in range(people)]
        self.ada = add_met_volunteer(self.place, "Ada", by=self.ines)
        self.ben = add_met_volunteer(self.place, "Ben", by=self.ines)
        self.campaign = self.open(**plan)
        for volunteer in (self.ada, self.ben):
            self.join(volunteer)

    def register(self, name: str, **changes: object) -> int:
        return add_entry(actor_of(self.ines), town_id=self.town, entry=entry_of(self.place, name, **changes))

    def open(self, **changes: object) -> int:
        values: dict[str, object] = {
            "reason": Reason.HEAT,
            "closes_at": utc_now() + timedelta(days=3),
            "script": SCRIPT,
            "tries": 2,
            **changes,
        }
        return steering.open_campaign(
            actor_of(self.ines),
            town_id=self.town,
            plan=CampaignPlan(**values),  # type: ignore[arg-type]
            is_plan_in_force=True,
        )

    def join(self, person: int) -> None:
        calling.join_callers(actor_of(person), campaign_id=self.campaign, accepts_secret=True)

    def take(self, person: int) -> int | None:
        return calling.take_call(actor_of(person), campaign_id=self.campaign)
