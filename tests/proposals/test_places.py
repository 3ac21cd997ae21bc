"""Where a proposal is about: an address, a point of the map, and the map of all of them."""

import re
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.proposals import queries
from civic.proposals.errors import PointOutside
from civic.proposals.models import Proposal
from civic.proposals.rules import Category, Point
from civic.proposals.service import proposing
from civic.proposals.service.hiding import set_proposal_hidden
from civic.proposals.service.proposing import ProposalText
from civic.territories.models import AddressPoint
from tests.conftest import actor_of, add_person, add_town, bearer, post_form, sign_in
from tests.consultations.making import add_consultation

INSIDE = Point(-0.295, 47.205)
"""In the first neighbourhood of a made-up town."""
NEXT = Point(-0.285, 47.205)
"""In the second."""


def idea(place: int, point: Point | None) -> ProposalText:
    return ProposalText("Un banc à l’ombre", "Devant le lavoir, à l’ombre.", Category.NATURE, place, point)


def test_a_proposal_is_of_the_neighbourhood_of_its_point_and_never_outside(app_context: Flask) -> None:
    town, (first, second, _) = add_town()
    ada = actor_of(add_person("Ada", lives_in=first))
    everywhere, one_place = add_consultation(town), add_consultation(town, neighbourhoods=(first,))

    made = proposing.submit_proposal(ada, consultation_id=everywhere, text=idea(first, NEXT))
    assert queries.get_proposal(made).territory_id == second
    view = queries.view_proposal(queries.get_proposal(made), reader_id=None)
    assert view.point == NEXT
    for consultation, point in ((one_place, NEXT), (everywhere, Point(2.35, 48.85))):
        with pytest.raises(PointOutside):
            proposing.submit_proposal(ada, consultation_id=consultation, text=idea(first, point))
    assert db.session.scalars(sa.select(Proposal.id)).all() == [made]
    proposing.edit_proposal(ada, proposal_id=made, text=idea(first, None))
    assert queries.view_proposal(queries.get_proposal(made), reader_id=None).point is None


def test_an_address_shows_the_place_without_a_script_and_the_map_lists_it(app: Flask) -> None:
    with app.app_context():
        town, (first, *_) = add_town()
        consultation = add_consultation(town)
        ada = add_person("Ada", lives_in=first)
        with transaction():
            db.session.add(
                AddressPoint(
                    territory_id=town, neighbourhood_id=first, label="3 rue du Lavoir", folded="3 rue du lavoir",
                    longitude=INSIDE.longitude, latitude=INSIDE.latitude,
                )
            )  # fmt: skip
    browser, address = sign_in(app, ada), f"/consultations/{consultation}/propositions"
    form: dict[str, Any] = {
        "title": "Un banc à l’ombre",
        "body": "Devant le lavoir, à l’ombre.",
        "category": "nature",
        "territory_id": first,
    }
    empty = app.test_client().get(f"{address}/carte").text
    assert "Aucune proposition ne montre d’endroit" in empty

    asked = post_form(browser, f"{address}/nouvelle", **form, address="lavoir", look_up="true").text  # type: ignore[attr-defined]
    assert 'value="Un banc à l’ombre"' in asked
    (number,) = re.findall(
        r'name="address_point_id"\s+value="(\d+)"|value="(\d+)"[^>]*name="address_point_id"', asked
    )
    chosen = next(filter(None, number))
    made = post_form(
        browser, f"{address}/nouvelle", **form, address="lavoir", address_point_id=chosen, has_seen_like="1"
    )
    page = app.test_client().get(made.location).text  # type: ignore[attr-defined]
    assert "3 rue du Lavoir, Quartier 0" in page
    shown = app.test_client().get(f"{address}/carte").text
    assert 'aria-label="1. Un banc à l’ombre"' in shown
    changed = browser.get(made.location.split("?")[0] + "/modifier").text  # type: ignore[attr-defined]
    assert f'name="longitude" value="{INSIDE.longitude}"' in changed
    with app.app_context():
        (proposal,) = db.session.scalars(sa.select(Proposal))
        set_proposal_hidden(proposal_id=proposal.id, is_hidden=True, now=utc_now())
    assert "Un banc à l’ombre" not in app.test_client().get(f"{address}/carte").text


def test_a_point_far_away_comes_back_with_its_reason_and_the_text(app: Flask) -> None:
    with app.app_context():
        town, (first, *_) = add_town()
        consultation = add_consultation(town)
        ada = add_person("Ada", lives_in=first)
        headers = bearer(app, ada)
    form: dict[str, Any] = {
        "title": "Un banc à l’ombre",
        "body": "Devant le lavoir, à l’ombre.",
        "category": "nature",
        "territory_id": first,
    }
    browser = sign_in(app, ada)

    refused = post_form(
        browser, f"/consultations/{consultation}/propositions/nouvelle", **form, longitude="2.35", latitude="48.85", has_seen_like="1"
    )  # fmt: skip

    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert "hors des lieux concernés" in refused.text  # type: ignore[attr-defined]
    assert "Devant le lavoir" in refused.text  # type: ignore[attr-defined]
    point = {"longitude": INSIDE.longitude, "latitude": INSIDE.latitude}
    made = app.test_client().post(
        f"/api/v1/consultations/{consultation}/proposals", json={**form, "point": point}, headers=headers
    )
    assert made.get_json()["point"] == {**point, "label": ""}
