"""What happens when everybody says yes at the same moment, through HTTP.

python -m bench.acceptances [--volunteers 500] [--database URL|postgresql]

So many volunteers are asked for one request, and accept over the API, each on a connection of her own, at once. One has it; every
other is told ``taken``. They are in a process of their own (``bench.crowd``), whose processor time is told beside the server's. Prints JSON
figures; the exit status is 1 unless exactly one match was made, every answer came, and the place is counted once.
"""

import argparse
import json
import sys
import time
from collections import Counter
from typing import Any

import sqlalchemy as sa

from bench.candidates import database
from bench.crowd import Crowd
from bench.invited import Invited, invite_crowd
from bench.served import percentile, processor_seconds, served
from civic.kernel.database import db
from civic.matching.models import Invitation, Match
from civic.mutual_aid.models import HelpRequest

WARMING = 200
"""So many say yes to another request before: a process that has just started compiles its statements and makes its connections."""

SETTLING_SECONDS = 2
"""Until what the first ones owed is delivered."""


def measure(volunteers: int, url: str) -> dict[str, Any]:
    with served(url) as (app, server):
        with app.app_context():
            _, few = invite_crowd(WARMING)
            request, invited = invite_crowd(volunteers)
        Crowd(server.url, acceptances_of(few)).ask()
        crowd = Crowd(server.url, acceptances_of(invited))
        time.sleep(SETTLING_SECONDS)
        before = processor_seconds(server)
        noted = crowd.ask()
        used = processor_seconds(server) - before
        with app.app_context():
            name = db.engine.dialect.name
            matches = count(sa.select(Match).where(Match.request_id == request))
            filled = db.session.scalar(sa.select(HelpRequest.filled).where(HelpRequest.id == request))
            states = count_states(request)
    seconds = noted["seconds"]
    return {
        "database": name,
        "asked": len(invited),
        "answers": dict(Counter(noted["outcomes"])),
        "matches": matches,
        "filled": filled,
        "invitations": states,
        **{f"p{each}_ms": round(percentile(seconds, each) * 1000) for each in (50, 95, 99, 100)},
        "server_processor_seconds": round(used, 2),
        "clients_processor_seconds": round(noted["processor_seconds"], 2),
    }


def acceptances_of(invited: list[Invited]) -> list[tuple[str, str]]:
    return [(f"/api/v1/invitations/{each.invitation_id}/acceptance", each.token) for each in invited]


def count_states(request: int) -> dict[str, int]:
    query = sa.select(Invitation.state, sa.func.count()).filter_by(request_id=request)
    return {row[0].value: row[1] for row in db.session.execute(query.group_by(Invitation.state))}


def count(query: sa.Select[Any]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(query.subquery())) or 0


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.acceptances")
    parser.add_argument("--volunteers", type=int, default=500)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    with database(given.database, durable=True) as url:
        figures = measure(given.volunteers, url)
    print(json.dumps(figures, indent=2))
    is_right = (
        figures["matches"] == figures["filled"] == figures["invitations"].get("accepted") == 1
        and sum(figures["answers"].values()) == given.volunteers
        and figures["answers"].get("taken") == given.volunteers - 1
    )
    sys.exit(not is_right)
