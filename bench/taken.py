"""How soon all who were asked see that somebody else said yes.

python -m bench.taken [--clients 2000] [--database URL|postgresql]

So many volunteers were asked for one request, and each has a live connection to one served process, signed in. One says yes over HTTP;
every other is to be told ``invitation:superseded``, once. They are in two processes of their own, whose processor time is told beside the
server's. Prints JSON figures; the exit status is 1 unless each of them was told exactly once.
"""

import argparse
import json
import sys
import time
from typing import Any
from urllib.parse import urlsplit

import requests

from bench.candidates import database
from bench.invited import Invited, invite_crowd
from bench.served import memory_megabytes, percentile, processor_seconds, served
from bench.watchers import Watchers
from tests.live import LiveServer

PROCESSES = 2
WARMING = 40
"""So many were asked for another request, filled before: a process that has just started compiles its statements."""


def accept(server: LiveServer, invited: Invited) -> tuple[float, float]:
    """Say yes. Returns when it was sent, and how long the answer took."""
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {invited.token}"
    session.get(f"{server.url}/healthz", timeout=60)
    began = time.monotonic()
    answer = session.post(f"{server.url}/api/v1/invitations/{invited.invitation_id}/acceptance", timeout=60)
    answer.raise_for_status()
    return began, time.monotonic() - began


def measure(clients: int, url: str) -> dict[str, Any]:
    with served(url) as (app, server):
        with app.app_context():
            _, (first, *_) = invite_crowd(WARMING)
            _, (helper, *others) = invite_crowd(clients + 1)
        accept(server, first)
        address = urlsplit(server.url).netloc
        tokens = [each.token for each in others]
        groups = [Watchers(address, tokens[number::PROCESSES]) for number in range(PROCESSES)]
        time.sleep(2)  # what connecting owed is done
        before = processor_seconds(server)
        began, answered = accept(server, helper)
        said = [group.finish() for group in groups]
        used = processor_seconds(server) - before
        memory = memory_megabytes(server)
    delays = [instant - began for each in said for instant in each["told_at"]]
    return {
        "asked": clients + 1,
        "connected": sum(group.opened["held"] for group in groups),
        "not_opened": [group.opened["not_opened"] for group in groups],
        "told": len(delays),
        **{f"told_p{each}_ms": round(percentile(delays, each) * 1000) for each in (50, 95, 100)},
        "helper_answered_ms": round(answered * 1000),
        "server_processor_seconds": round(used, 2),
        "clients_processor_seconds": [round(each["processor_seconds"], 2) for each in said],
        "rss_mb": memory,
    }


if __name__ == "__main__":
    parser = argparse.ArgumentParser(prog="python -m bench.taken")
    parser.add_argument("--clients", type=int, default=2000)
    parser.add_argument("--database", default="")
    given = parser.parse_args()
    with database(given.database, durable=True) as url:
        figures = measure(given.clients, url)
    print(json.dumps(figures, indent=2))
    sys.exit(not figures["told"] == figures["connected"] == given.clients)
