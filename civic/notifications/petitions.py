"""Who is told of petitions: who launched them, those who signed and wish it, once; and at the town hall, who has something to do."""

from collections.abc import Collection

from civic.accounts import queries as accounts
from civic.accounts.models import Role
from civic.kernel.clock import TOWN_TIME
from civic.kernel.events import within_transaction
from civic.notifications.rules import Kind
from civic.notifications.service import notify, notify_all
from civic.petitions import queries as petitions
from civic.petitions.events import (
    DecisionsDue,
    PetitionAdmitted,
    PetitionDecided,
    PetitionEnded,
    PetitionFact,
    PetitionPlanned,
    PetitionReached,
    PetitionRefused,
    PetitionSubmitted,
)

DESK_PATH = "/bureau/petitions"
MOST_TITLES = 10


def _tell(fact: PetitionFact, people: Collection[int], kind: Kind, key: str, path: str = "") -> None:
    notify_all(
        people,
        kind=kind,
        key=key,
        params={"title": petitions.get_petition(fact.petition_id).title},
        path=path or f"{petitions.PATH}{fact.petition_id}",
        now=fact.occurred_at,
    )


def _concerned(petition_id: int) -> set[int]:
    """Return who launched a petition, and those who signed it and wish to know. Of one that is hidden, its author alone."""
    petition = petitions.get_petition(petition_id)
    author = {petition.author_id} if petition.author_id is not None else set()
    return author if petition.hidden_at is not None else {*author, *petitions.list_told_ids(petition_id)}


@within_transaction(PetitionSubmitted)
def tell_town_hall(fact: PetitionSubmitted) -> None:
    staff = {
        *accounts.list_person_ids_with_role(Role.AGENT, fact.territory_id),
        *accounts.list_person_ids_with_role(Role.MODERATOR, fact.territory_id),
    }
    key = f"petition_to_examine:{fact.petition_id}:{fact.occurred_at.isoformat()}"
    path = f"{DESK_PATH}/{fact.petition_id}"
    _tell(fact, sorted(staff - {fact.actor_id}), Kind.PETITION_TO_EXAMINE, key, path)


def _tell_author(fact: PetitionFact, kind: Kind, key: str) -> None:
    author_id = petitions.get_petition(fact.petition_id).author_id
    if author_id is not None:
        _tell(fact, [author_id], kind, key)


@within_transaction(PetitionAdmitted)
def tell_opened(fact: PetitionAdmitted) -> None:
    """Under the key of the news: an author who follows the town is told once."""
    _tell_author(fact, Kind.PETITION_OPENED, f"petition:{fact.petition_id}")


@within_transaction(PetitionRefused)
def tell_refused(fact: PetitionRefused) -> None:
    _tell_author(
        fact, Kind.PETITION_REFUSED, f"petition_refused:{fact.petition_id}:{fact.occurred_at.isoformat()}"
    )


@within_transaction(PetitionReached)
def tell_reached(fact: PetitionReached) -> None:
    staff = {
        *accounts.list_person_ids_with_role(Role.COUNCILLOR, fact.territory_id),
        *accounts.list_person_ids_with_role(Role.AGENT, fact.territory_id),
    }
    people = sorted({*_concerned(fact.petition_id), *staff})
    _tell(fact, people, Kind.PETITION_REACHED, f"petition_reached:{fact.petition_id}")


@within_transaction(PetitionEnded)
def tell_ended(fact: PetitionEnded) -> None:
    people = sorted(_concerned(fact.petition_id))
    _tell(fact, people, Kind.PETITION_ENDED, f"petition_ended:{fact.petition_id}")


@within_transaction(PetitionPlanned)
def tell_planned(fact: PetitionPlanned) -> None:
    """Told as a change when the day changes, even back to one that was said, and not when it is written twice."""
    day = petitions.get_petition(fact.petition_id).agenda_on
    if fact.was_on == day:
        return
    kind = Kind.PETITION_PLANNED if fact.was_on is None else Kind.PETITION_MOVED
    key = f"{kind.value}:{fact.petition_id}:{fact.occurred_at.isoformat()}"
    _tell(fact, sorted(_concerned(fact.petition_id)), kind, key)


@within_transaction(PetitionDecided)
def tell_decided(fact: PetitionDecided) -> None:
    people = sorted(_concerned(fact.petition_id))
    _tell(fact, people, Kind.PETITION_DECIDED, f"petition_decided:{fact.petition_id}")


@within_transaction(DecisionsDue)
def remind(fact: DecisionsDue) -> None:
    titles = [petitions.get_petition(each).title for each in fact.petition_ids]
    notify(
        fact.person_id,
        kind=Kind.DECISIONS_DUE,
        key=f"decisions_due:{fact.occurred_at.astimezone(TOWN_TIME).date().isoformat()}",
        params={"count": len(titles), "late": fact.late_count, "lines": titles[:MOST_TITLES]},
        path=f"{DESK_PATH}?etat=awaiting",
        now=fact.occurred_at,
    )
