"""What a person must be to offer help: asked by the commands of other features, which have asked who acts."""

from civic.kernel.clock import town_today
from civic.safeguarding import queries
from civic.safeguarding.errors import NotForMinors, VolunteerSuspended
from civic.safeguarding.rules import AgeBand


def ensure_not_suspended(person_id: int) -> None:
    """Raises VolunteerSuspended."""
    if queries.find_suspension(person_id, on=town_today()) is not None:
        raise VolunteerSuspended


def ensure_old_enough(person_id: int, *, town_id: int, category: str) -> None:
    """Raises NotForMinors: the person is not of age, and this kind of help puts somebody alone with who may be hurt."""
    if not queries.asked_for(town_id, category).is_sensitive:
        return
    if queries.age_of(person_id, on=town_today()) is not AgeBand.ADULT:
        raise NotForMinors(fields={"category": [NotForMinors.message]})
