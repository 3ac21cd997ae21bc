"""One request that many volunteers were asked for, ready to be measured. The first are found by the search; the others are rows."""

import secrets
from dataclasses import dataclass
from datetime import timedelta

import sqlalchemy as sa

from civic.accounts.models import ApiToken, Person
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.sealing import keyed_digest
from civic.kernel.transaction import transaction
from civic.matching.models import Invitation
from civic.matching.rules import InvitationState
from civic.mutual_aid.models import Charter
from civic.mutual_aid.rules import CHARTER_VERSION
from civic.realtime.models import PersonFeed
from tests.conftest import add_person, add_town
from tests.mutual_aid.making import add_request, add_volunteer

FOUND_BY_SEARCH = 3


@dataclass(frozen=True)
class Invited:
    """A volunteer who was asked, with the token that signs her in."""

    person_id: int
    invitation_id: int
    token: str


def invite_crowd(volunteers: int) -> tuple[int, list[Invited]]:
    """Make a request for one helper, under way, for which so many are asked. Returns its id, and who was asked."""
    town, (place, *_) = add_town()
    for number in range(FOUND_BY_SEARCH):
        add_volunteer(town, place, f"Bénévole {number}")
    request_id = add_request(add_person(lives_in=place), place)
    with transaction():
        known = sa.select(sa.func.count()).where(Invitation.request_id == request_id)
        _invite_rows(request_id, volunteers - (db.session.scalar(known) or 0))
        invited = sa.select(Invitation.id, Invitation.volunteer_id).where(Invitation.request_id == request_id)
        rows = db.session.execute(invited.order_by(Invitation.id)).all()
        tokens = {row.volunteer_id: secrets.token_urlsafe(32) for row in rows}
        now = utc_now()
        db.session.execute(
            sa.insert(ApiToken),
            [
                {
                    "token_digest": keyed_digest("api_token", token),
                    "person_id": person,
                    "label": "",
                    "created_at": now,
                }
                for person, token in tokens.items()
            ],
        )
    return request_id, [Invited(row.volunteer_id, row.id, tokens[row.volunteer_id]) for row in rows]


def _invite_rows(request_id: int, missing: int) -> None:
    now = utc_now()
    named = [{"name": f"Voisin {number}", "folded_name": f"voisin {number}"} for number in range(missing)]
    people = [{**each, "language": "fr", "created_at": now} for each in named]
    ids = list(db.session.scalars(sa.insert(Person).returning(Person.id), people))
    db.session.execute(sa.insert(PersonFeed), [{"person_id": person, "last_seq": 1} for person in ids])
    charter = {"version": CHARTER_VERSION, "accepted_at": now}  # without it a yes does not count
    db.session.execute(sa.insert(Charter), [{"person_id": person, **charter} for person in ids])
    db.session.execute(
        sa.insert(Invitation),
        [
            {
                "request_id": request_id,
                "volunteer_id": person,
                "state": InvitationState.SENT,
                "rank": rank,
                "sent_at": now,
                "expires_at": now + timedelta(hours=1),
            }
            for rank, person in enumerate(sorted(ids), start=100)
        ],
    )
