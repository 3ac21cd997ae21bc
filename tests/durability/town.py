"""The town in which the server is killed: its voters, all of them volunteers on duty, its polls and its consultation."""

from dataclasses import dataclass

from flask import Flask

from civic.accounts.service import people
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.matching.models import SearchSettings
from civic.mutual_aid.rules import Urgency
from tests.conftest import add_town
from tests.consultations.making import add_consultation
from tests.mutual_aid.making import add_volunteer
from tests.voting.builders import add_poll

CLIENTS = 8
LIVE_CLIENTS = 2
"""Of the clients, those that say yes and speak by Socket.IO."""

SILENCE_MINUTES = 0.1
"""In this town, who stays silent for six seconds is replaced, so that timers of the search are due at each kill."""

PERSONS = 40
POLLS = 15


@dataclass(frozen=True)
class Voter:
    id: int
    token: str


@dataclass(frozen=True)
class Town:
    place: int
    consultation: int
    polls: list[tuple[int, list[int]]]
    voters: list[Voter]
    clients: int = CLIENTS


def build_town(app: Flask, *, polls: int = POLLS) -> Town:
    with app.app_context():
        town, (place, *_) = add_town()
        _hurry(town)
        persons = [add_volunteer(town, place, f"Personne {number}") for number in range(PERSONS)]
        voters = [Voter(person, people.issue_api_token(person_id=person)) for person in persons]
        made = [add_poll(town) for _ in range(polls)]
        consultation = add_consultation(town)
        db.session.remove()
    return Town(place, consultation, made, voters)


def _hurry(town: int) -> None:
    pace = {"silence_minutes": dict.fromkeys(Urgency, SILENCE_MINUTES), "volunteer_week": 10_000}
    with transaction():
        db.session.add(SearchSettings(town_id=town, pace=pace, changed_at=utc_now()))
