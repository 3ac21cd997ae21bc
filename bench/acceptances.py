"""What happens when everybody says yes at the same moment, through HTTP.

python -m bench.acceptances [--volunteers 500] [--database URL|postgresql]

So many volunteers are asked for one request, and accept over the API from as many threads, released together. One has it; every other
is told ``taken``. Prints JSON figures; the exit status is 1 unless exactly one match was made, every answer came, and the place is counted
once.
"""

import argparse
import json
import sys
import threading
import time
from collections import Counter
from typing import Any

import requests
import sqlalchemy as sa

from bench.candidates import database
from bench.served import percentile, served
from civic.accounts.service import people
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.matching import pace
from civic.matching.models import Invitation, Match
from civic.matching.pace import DispatchPace
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import Urgency
from tests.conftest import add_person, add_town
from tests.mutual_aid.making import add_request, add_volunteer

PATIENCE_SECONDS = 60


def ask_everybody(volunteers: int) -> tuple[int, list[tuple[int, str]]]:
    """Make a request for which all are asked. Returns its id, and each invitation with its volunteer's token."""
    pace.PACE = DispatchPace(live_invitations=dict.fromkeys(Urgency, volunteers), request_budget=volunteers)
    from civic.matching.queries import candidates

    candidates.ENOUGH = volunteers
    town, (place, *_) = add_town()
    ids = [add_volunteer(town, place) for _ in range(volunteers)]
    request = add_request(add_person(lives_in=place), place)
    rows = db.session.execute(
        sa.select(Invitation.volunteer_id, Invitation.id).where(Invitation.request_id == request)
    ).all()
    db.session.rollback()
    invited = {row.volunteer_id: row.id for row in rows}
    with transaction():
        tokens = {person: people.issue_api_token(person_id=person) for person in ids}
    return request, [(invited[person], tokens[person]) for person in ids]


def accept_all(url: str, invited: list[tuple[int, str]]) -> tuple[Counter[str], list[float]]:
    outcomes, seconds = Counter[str](), []
    gate = threading.Barrier(len(invited))

    def accept(invitation: int, token: str) -> None:
        session = requests.Session()
        session.headers["Authorization"] = f"Bearer {token}"
        session.get(
            f"{url}/healthz", timeout=PATIENCE_SECONDS
        )  # the connection is open before the moment comes
        gate.wait()
        began = time.monotonic()
        try:
            answer = session.post(
                f"{url}/api/v1/invitations/{invitation}/acceptance", timeout=PATIENCE_SECONDS
            )
            outcomes[str(answer.json().get("code", answer.status_code))] += 1
        except requests.RequestException as error:
            outcomes[type(error).__name__] += 1
        seconds.append(time.monotonic() - began)

    threads = [threading.Thread(target=accept, args=each) for each in invited]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return outcomes, seconds


def measure(volunteers: int, url: str) -> dict[str, Any]:
    with served(url) as (app, server):
        with app.app_context():
            request, invited = ask_everybody(volunteers)
        began = time.monotonic()
        outcomes, seconds = accept_all(server.url, invited)
        with app.app_context():
            counted = sa.select(sa.func.count()).select_from(Match).where(Match.request_id == request)
            matches = db.session.scalar(counted)
            filled = db.session.scalar(sa.select(HelpRequest.filled).where(HelpRequest.id == request))
            name = db.engine.dialect.name
    return {
        "database": name,
        "asked": len(invited),
        "answers": dict(outcomes),
        "matches": matches,
        "filled": filled,
        "all_answered_seconds": round(time.monotonic() - began, 2),
        **{f"p{each}_ms": round(percentile(seconds, each) * 1000) for each in (50, 95, 99)},
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.acceptances")
    parser.add_argument("--volunteers", type=int, default=500)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    with database(given.database) as url:
        figures = measure(given.volunteers, url)
    print(json.dumps(figures, indent=2))
    is_right = (
        figures["matches"] == figures["filled"] == 1 and sum(figures["answers"].values()) == given.volunteers
    )
    sys.exit(not (is_right and figures["answers"].get("taken") == given.volunteers - 1))
