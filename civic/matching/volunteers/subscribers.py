"""What matching does when a volunteer is suspended."""

from civic.kernel.events import within_transaction
from civic.matching.service import safety
from civic.safeguarding.events import VolunteerSuspendedFact


@within_transaction(VolunteerSuspendedFact)
def take_off_volunteer(fact: VolunteerSuspendedFact) -> None:
    safety.take_off_volunteer(volunteer_id=fact.person_id, actor_id=fact.actor_id, now=fact.occurred_at)
