"""Who a request is for, where an agent wrote it: she may be writing for herself."""

from civic.accounts import queries as accounts
from civic.accounts.models import Role
from civic.kernel.telephone import international
from civic.kernel.text import fold
from civic.mutual_aid.models import HelpRequest


def is_helped_by(person_id: int, request: HelpRequest) -> bool:
    """Tell whether a request is for this person, under her account or, at the telephone desk, under her name or her number."""
    if request.requester_id == person_id:
        return True
    if not request.is_assisted or not request.contact_phone:
        return False
    person = accounts.get_person(person_id)
    number = international(person.phone or "")
    return fold(person.name) == fold(request.contact_name) or (
        number is not None and number == international(request.contact_phone)
    )


def has_another_reader(person_id: int, request: HelpRequest) -> bool:
    """Tell whether another agent of the commune may read a request, for whom it is not."""
    agents = accounts.list_person_ids_with_role(Role.AGENT, request.territory_id)
    return any(each != person_id and not is_helped_by(each, request) for each in agents)
