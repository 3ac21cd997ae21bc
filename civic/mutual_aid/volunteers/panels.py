"""What the town hall's page of a volunteer shows, gathered before it is drawn."""

from dataclasses import dataclass

from civic.accounts import queries as accounts
from civic.accounts.models import Person
from civic.kernel.access import Actor, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid.volunteers import queries
from civic.mutual_aid.volunteers.errors import NotVolunteer
from civic.mutual_aid.volunteers.queries import Help
from civic.mutual_aid.volunteers.rules import HeldSkill, Limits, Skill
from civic.safeguarding import queries as safeguarding
from civic.safeguarding.access import SafeguardingAction
from civic.safeguarding.events import VettingSeen
from civic.safeguarding.models import VettingProof, VolunteerAge
from civic.safeguarding.rules import AgeBand, Proof, Standing


@dataclass(frozen=True)
class VolunteerFile:
    """``said_age``: what a minor said, and whose agreement was written down. ``witnesses``: who saw, by id."""

    person: Person
    standing: Standing
    help: list[Help]
    proofs: list[VettingProof]
    witnesses: dict[int, str]
    said_age: VolunteerAge | None
    limits: Limits
    skills: list[tuple[Skill, HeldSkill]]
    is_oneself: bool

    @property
    def is_minor(self) -> bool:
        return self.standing.age is AgeBand.FROM_16


def see_volunteer(actor: Actor, *, town_id: int, person_id: int) -> VolunteerFile:
    """Return the file of somebody who offers help, and write down that it was seen.

    Raises:
        NotAllowed: the actor is not an agent there.
        PersonNotFound.
        NotVolunteer: she offers nothing there: her page among the persons is for something else.
    """
    today = town_today()
    with transaction():
        require(actor, SafeguardingAction.VET_VOLUNTEERS, town_id)
        person = accounts.get_person(person_id)
        offered = queries.list_offered_help(person.id, town_id, on=today)
        proofs = safeguarding.list_proofs(person.id)
        if not offered and not proofs and not queries.has_begun(person.id, town_id):
            raise NotVolunteer
        publish(VettingSeen(occurred_at=utc_now(), person_id=person.id, actor_id=actor.id))
        listed = {skill.key: skill for skill in queries.list_skills(town_id)}
        return VolunteerFile(
            person=person,
            standing=queries.standings_of([person.id], on=today)[person.id],
            help=offered,
            proofs=proofs,
            witnesses=accounts.names_of({proof.seen_by_id for proof in proofs if proof.seen_by_id}),
            said_age=safeguarding.find_age(person.id),
            limits=queries.get_limits(person.id),
            skills=[
                (listed[held.key], held)
                for held in queries.skills_of([person.id])[person.id]
                if held.key in listed
            ],
            is_oneself=person.id == actor.id,
        )


def proofs_asked(town_id: int) -> list[Proof]:
    """Return what an agent may be shown: the document that the law names, only where the town asks for it."""
    is_asked = any(asked.honourability for asked in safeguarding.asked_by_category(town_id).values())
    return [proof for proof in Proof if proof is not Proof.HONOURABILITY or is_asked]
