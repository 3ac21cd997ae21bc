"""How many ballots a second one process acknowledges, each written to the disk before its receipt is shown.

python -m bench.ballots [--persons 200] [--polls 10] [--clients 8] [--database URL]
"""

import argparse
import json
import time
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import requests
import sqlalchemy as sa

from bench.served import percentile, served
from civic.accounts.service import people
from civic.kernel.database import db
from civic.voting.models import Ballot
from tests.conftest import add_person, add_town
from tests.voting.builders import add_poll

Vote = tuple[str, int, int]
"""A token, a poll, a choice."""


def cast(url: str, votes: list[Vote]) -> list[float]:
    """Cast some ballots one after the other. Returns how long each acknowledged one took, in seconds."""
    session, took = requests.Session(), []
    for token, poll, choice in votes:
        began = time.monotonic()
        headers = {"Authorization": f"Bearer {token}"}
        address = f"{url}/api/v1/polls/{poll}/ballot"
        if session.post(address, json={"choice_id": choice}, headers=headers, timeout=60).status_code == 201:
            took.append(time.monotonic() - began)
    return took


def measure(persons: int, polls: int, clients: int, database_url: str) -> dict[str, Any]:
    with served(database_url) as (app, server):
        with app.app_context():
            town, (place, *_) = add_town()
            voters = [add_person(f"Personne {number}", lives_in=place) for number in range(persons)]
            tokens = [people.issue_api_token(person_id=voter) for voter in voters]
            made = [add_poll(town) for _ in range(polls)]
        votes = [(token, poll, choices[0]) for poll, choices in made for token in tokens]
        began = time.monotonic()
        with ThreadPoolExecutor(clients) as pool:
            shares = [votes[number::clients] for number in range(clients)]
            took = [
                each for share in pool.map(lambda share: cast(server.url, share), shares) for each in share
            ]
        seconds = time.monotonic() - began
        with app.app_context():
            boxed = db.session.scalar(sa.select(sa.func.count()).select_from(Ballot))
    return {
        "asked": len(votes),
        "acknowledged": len(took),
        "in_the_boxes": boxed,
        "clients": clients,
        "seconds": round(seconds, 1),
        "ballots_per_second": round(len(took) / seconds, 1),
        "p50_ms": round(percentile(took, 50) * 1000),
        "p95_ms": round(percentile(took, 95) * 1000),
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.ballots")
    parser.add_argument("--persons", type=int, default=200)
    parser.add_argument("--polls", type=int, default=10)
    parser.add_argument("--clients", type=int, default=8)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    print(json.dumps(measure(given.persons, given.polls, given.clients, given.database), indent=2))
