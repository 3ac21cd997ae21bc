"""Two people of the town hall save the same settings for the first time, at the same instant: the second is told, as at any other time."""

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest
from flask import Flask

from civic.accounts.models import Role
from civic.identity.service import save_identity
from civic.kernel.access import Actor
from civic.kernel.editing import NOTHING_STORED
from civic.kernel.errors import ChangedMeanwhile
from civic.matching.pace import PACE
from civic.matching.steering.service import set_pace
from civic.mutual_aid.reviewing.rules import FirstRequests, ReviewPolicy
from civic.mutual_aid.reviewing.service import set_review_policy
from civic.pages.service import save_town_hall
from civic.petitions.service.deciding import set_rules
from tests.conftest import actor_of, add_person, add_town
from tests.petitions.making import RULES
from tests.together import outcomes_at_once

Save = Callable[[Actor, int, int], Any]
SEEN = NOTHING_STORED
SETTINGS: tuple[Save, ...] = (
    lambda who, town, n: save_town_hall(who, territory_id=town, values={"name": f"Mairie {n}"}, seen=SEEN),
    lambda who, town, n: save_identity(who, territory_id=town, values={"tagline": f"Devise {n}"}, seen=SEEN),
    lambda who, town, n: set_pace(who, town_id=town, pace=replace(PACE, volunteer_week=n), seen=SEEN),
    lambda who, town, n: set_rules(who, territory_id=town, is_open=True, wanted=replace(RULES, days=30 + n), seen=SEEN),
    lambda who, town, n: set_review_policy(
        who, territory_id=town, policy=ReviewPolicy(tuple(FirstRequests)[n - 4]), seen=SEEN
    ),
)  # fmt: skip


@pytest.mark.usefixtures("app_context")
def test_of_two_first_savers_of_the_same_settings_one_is_told_that_the_other_saved(
    service_app: Flask,
) -> None:
    town, _ = add_town()
    roles = ((Role.AGENT, town), (Role.ADMIN, town))
    first, second = (actor_of(add_person(name, roles=roles)) for name in ("Ève", "Paul"))
    for save in SETTINGS:
        told = outcomes_at_once(
            service_app,
            [lambda s=save: s(first, town, 4), lambda s=save: s(second, town, 5)],  # type: ignore[misc]
        )
        assert dict(told) == {"ok": 1, ChangedMeanwhile.code: 1}
