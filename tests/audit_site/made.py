"""What the demonstration does not hold, and some pages need: a secret vote that is open at a sitting, a file that was replayed."""

from datetime import date

import sqlalchemy as sa
from flask import Flask

from civic.accounts.queries import get_person
from civic.councils import service
from civic.councils.models import Sitting
from civic.councils.rules import SeatOrigin, SeatRole, SecretKind, SecretReason
from civic.councils.secret_votes import find_secret, open_secret_vote
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.kernel.work import LongWork, WorkState
from civic.voting import queries as voting
from civic.voting.service.replaying_files import REPLAY_FILE
from tests.conftest import actor_of

LASTS_MINUTES = 180


def make_votes(app: Flask, agent_id: int, member_id: int) -> dict[str, list[str]]:
    """Open a secret vote at a sitting, and keep a file that was replayed. Returns addresses by endpoint."""
    with app.app_context():
        poll_id, carried = open_sitting_vote(agent_id, member_id)
        work_id = keep_replayed_file(agent_id)
    return {
        "voting.show_carried_ballot_paper": [f"/scrutins/{poll_id}/procurations/{carried}/bulletin"],
        "voting.show_file_replayed": [f"/scrutins/rejouer/{work_id}"],
    }


def open_sitting_vote(agent_id: int, member_id: int) -> tuple[int, int]:
    """Open a secret vote in which a member carries the voice of somebody absent. Returns (poll, person carried)."""
    agent = actor_of(agent_id)
    sitting = db.session.scalars(sa.select(Sitting).order_by(Sitting.id)).first()
    assert sitting is not None

    def seat(name: str | None, email: str | None) -> int:
        return service.save_seat(
            agent, council_id=sitting.council_id, role=SeatRole.MEMBER, origin=SeatOrigin.DRAWN,
            since=date(2026, 1, 5), name=name, email=email,
        )  # fmt: skip

    present, absent = seat(None, get_person(member_id).email), seat("Odile Martin", None)
    vote_id = open_secret_vote(
        agent,
        sitting_id=sitting.id,
        motion="Confier la fête du quartier à une autre équipe",
        present={present},
        proxies={absent: present},
        kind=SecretKind.MOTION,
        reason=SecretReason.THIRD,
        minutes=LASTS_MINUTES,
        quorum_percent=0,
    )
    secret = find_secret(vote_id)
    assert secret is not None
    (carried,) = voting.list_carried(secret.poll_id, member_id)
    return secret.poll_id, carried.person_id


def keep_replayed_file(agent_id: int) -> int:
    """Keep what came of a file that took long to count. Returns the work."""
    now = utc_now()
    result = {
        "name": "budget-2025.pb", "method": "budget-equal-shares", "is_own": False, "winners": ["Bancs", "Haies"],
        "spent_cents": 1_250_000, "served": 320, "expressed": 400, "is_waiting": False, "work_id": None,
    }  # fmt: skip
    with transaction():
        done = LongWork(
            kind=REPLAY_FILE, owner_id=agent_id, state=WorkState.DONE, done=1000, total=1000, place={}, result=result,
            due_at=now, created_at=now, ended_at=now,
        )  # fmt: skip
        db.session.add(done)
        db.session.flush()
    return done.id
