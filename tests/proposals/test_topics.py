"""The topics that a consultation gives to its proposals."""

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.consultations import service as consultations
from civic.consultations.models import Consultation
from civic.kernel.database import db
from civic.proposals import queries
from civic.proposals.errors import UnknownTopic
from civic.proposals.models import Proposal
from civic.proposals.rules import Category
from civic.proposals.service import proposing
from civic.proposals.service.proposing import ProposalText
from tests.conftest import actor_of, add_person, add_town, post_form, sign_in
from tests.consultations.making import phase, plan

TOPICS = ("Traverser", "Se garer")


def idea(place: int, topic: str = "") -> ProposalText:
    return ProposalText(
        "Un banc à l’ombre", "Devant le lavoir, à l’ombre.", Category.NATURE, place, topic=topic
    )


def test_a_proposal_is_put_under_a_topic_where_there_are_some(app_context: Flask) -> None:
    town, (place, *_) = add_town()
    agent = actor_of(add_person("Agent", roles=((Role.AGENT, town),)))
    ada = actor_of(add_person("Ada", lives_in=place))
    asked = consultations.draft_consultation(agent, territory_id=town, plan=plan(phase(), topics=TOPICS))
    consultations.publish_consultation(agent, consultation_id=asked)

    for wrong in ("", "Ailleurs"):
        with pytest.raises(UnknownTopic):
            proposing.submit_proposal(ada, consultation_id=asked, text=idea(place, wrong))
    assert db.session.scalars(sa.select(Proposal.id)).all() == []
    made = proposing.submit_proposal(ada, consultation_id=asked, text=idea(place, "Traverser"))
    assert [each.id for each in queries.list_proposals(asked, topic="Traverser").items] == [made]
    assert queries.list_proposals(asked, topic="Se garer").total == 0

    fewer = plan(*db.session.get_one(Consultation, asked).plan.phases, topics=("Se garer",))
    consultations.revise_consultation(agent, consultation_id=asked, version=2, plan=fewer)
    proposing.edit_proposal(ada, proposal_id=made, text=idea(place, "Traverser"))  # its own is kept
    assert queries.get_proposal(made).topic == "Traverser"


def test_topics_are_written_one_a_line_chosen_and_filtered_in_the_address(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        agent = add_person("Agent", roles=((Role.AGENT, town),))
        ada = add_person("Ada", lives_in=place)
        asked = consultations.draft_consultation(actor_of(agent), territory_id=town, plan=plan(phase()))
        consultations.publish_consultation(actor_of(agent), consultation_id=asked)
    page = f"/consultations/{asked}"
    changed = post_form(
        sign_in(app, agent), f"{page}/modifier", title="La place", summary="Que faire ?", body="Tout.", version="2",
        topics="Traverser\r\n\r\nSe garer\r\n",
    )  # fmt: skip
    assert changed.status_code == 302, changed.text  # type: ignore[attr-defined]

    form = {
        "title": "Un banc à l’ombre",
        "body": "Devant le lavoir, à l’ombre.",
        "category": "nature",
        "territory_id": place,
    }
    browser = sign_in(app, ada)
    refused = post_form(browser, f"{page}/propositions/nouvelle", **form, has_seen_like="1")
    assert refused.status_code == 422  # type: ignore[attr-defined]
    post_form(browser, f"{page}/propositions/nouvelle", **form, topic="Se garer", has_seen_like="1")
    stranger = app.test_client()
    assert "Un banc à l’ombre" in stranger.get(f"{page}?topic=Se+garer").text
    assert "Un banc à l’ombre" not in stranger.get(f"{page}?topic=Traverser").text
    listed = stranger.get(f"/api/v1/consultations/{asked}/proposals?topic=Se+garer").get_json()
    assert [each["topic"] for each in listed["items"]] == ["Se garer"]
