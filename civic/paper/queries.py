"""What may be printed today."""

from dataclasses import dataclass
from datetime import datetime

from civic.consultations import queries as consultations
from civic.consultations.queries import ConsultationView
from civic.consultations.rules import Status
from civic.kernel.pagination import PAGE_SIZE
from civic.territories import queries as territories
from civic.territories.models import Territory
from civic.voting import queries as voting
from civic.voting.models import Poll
from civic.voting.rules import PollStatus


@dataclass(frozen=True)
class Printable:
    """What is open, then what is coming: nobody needs a poster of what is over.

    Attributes:
        neighbourhoods: each may have its own call for help, and its own screen.
    """

    consultations: list[ConsultationView]
    polls: list[Poll]
    neighbourhoods: list[Territory]


def list_printable(*, at: datetime) -> Printable:
    """Return what the public may read and still take part in, as much as a page of each kind holds."""
    found = [
        consultation
        for status in (Status.OPEN, Status.COMING)
        for consultation in consultations.list_consultations(at=at, status=status, size=PAGE_SIZE).items
    ]
    return Printable(
        consultations=consultations.view_consultations(found, at=at),
        polls=[
            poll
            for status in (PollStatus.OPEN, PollStatus.COMING)
            for poll in voting.list_polls(status=status, at=at, size=PAGE_SIZE).items
        ],
        neighbourhoods=territories.list_neighbourhoods(),
    )
