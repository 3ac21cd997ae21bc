"""A council that sits."""

from datetime import timedelta
from typing import Any

import pytest
from flask import Flask

from civic.accounts.models import Role
from civic.accounts.queries import get_person
from civic.councils import service
from civic.councils.rules import SeatOrigin, SeatRole
from civic.kernel.clock import town_today, utc_now
from tests.conftest import actor_of, add_person, add_town


@pytest.fixture
def council(app_context: Flask) -> dict[str, Any]:
    return make_council()


def make_council() -> dict[str, Any]:
    """A council of four who vote (a chair with an account among them), one who observes, a vacant seat, and a sitting."""
    town, (place, *_) = add_town()
    agent = actor_of(add_person("Agnès", roles=((Role.AGENT, town),)))
    council_id = service.found_council(agent, territory_id=place, name="Conseil des Bords", page="")
    ada = add_person("Ada", lives_in=place)

    def seat(name: str | None, role: SeatRole, email: str | None = None) -> int:
        return service.save_seat(
            agent,
            council_id=council_id,
            role=role,
            origin=SeatOrigin.ELECTED,
            since=town_today(),
            name=name,
            email=email,
        )

    seats = {
        "Ada": seat("Ada", SeatRole.CHAIR, get_person(ada).email),
        **{name: seat(name, SeatRole.MEMBER) for name in ("Bob", "Chloé", "Dan")},
    }
    observer = seat("Observatrice", SeatRole.OBSERVER)
    seat(None, SeatRole.MEMBER)
    sitting_id = service.save_sitting(
        agent,
        council_id=council_id,
        title="Séance ordinaire",
        starts_at=utc_now() - timedelta(hours=1),
        place="Centre social",
        agenda="",
        minutes="Ouverture à 18 h.",
        is_published=True,
    )
    return {"agent": agent, "ada": actor_of(ada), "seats": seats, "observer": observer, "sitting": sitting_id}
