"""What matching does when a volunteer is suspended, or an account closed."""

from civic.accounts.events import PersonDeactivated
from civic.kernel.events import within_transaction
from civic.matching.service import safety
from civic.safeguarding.events import VolunteerSuspendedFact


@within_transaction(VolunteerSuspendedFact)
def take_off_volunteer(fact: VolunteerSuspendedFact) -> None:
    safety.take_off_volunteer(volunteer_id=fact.person_id, actor_id=fact.actor_id, now=fact.occurred_at)


@within_transaction(PersonDeactivated)
def end_all_of(fact: PersonDeactivated) -> None:
    """Who cannot sign in any more neither comes nor says that she does not, and reads of nobody who comes to her."""
    safety.end_all_of(person_id=fact.person_id, actor_id=fact.actor_id, now=fact.occurred_at)
