"""A consultation may limit how many of its proposals each person supports."""

import threading
from collections import Counter
from dataclasses import replace

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.consultations import service as consultations
from civic.consultations.models import Consultation
from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.proposals.errors import NoSupportLeft
from civic.proposals.models import Support
from civic.proposals.service.hiding import set_proposal_hidden
from civic.proposals.service.limiting import find_allowance
from civic.proposals.service.proposing import restore_proposal, withdraw_proposal
from civic.proposals.service.recording import record_support
from civic.proposals.service.taking_part import support_proposal, withdraw_support
from tests.conftest import actor_of, add_person, add_town, bearer, plain, post_form, sign_in
from tests.consultations.making import add_consultation
from tests.proposals.making import add_proposal, counts_of, held, recounts_of


class Limited:
    """A consultation where each may support two of four proposals, which Bob wrote; Ada lives there."""

    def __init__(self, most: int | None = 2, proposals: int = 4) -> None:
        self.town, (self.place, *_) = add_town()
        self.consultation = add_consultation(self.town)
        with transaction():
            db.session.get_one(Consultation, self.consultation).most_supports = most
        self.ada = actor_of(add_person("Ada", lives_in=self.place))
        self.bob = actor_of(add_person("Bob", lives_in=self.place))
        self.proposals = [
            add_proposal(self.town, author=self.bob.id, consultation=self.consultation, place=self.place)
            for _ in range(proposals)
        ]

    def left(self, actor: Actor | None = None) -> int:
        db.session.rollback()
        allowance = find_allowance(self.consultation, (actor or self.ada).id)
        assert allowance is not None
        return allowance.left

    def set_limit(self, most: int | None) -> None:
        agent = actor_of(add_person("Martine", roles=((Role.AGENT, self.town),)))
        found = db.session.get_one(Consultation, self.consultation)
        plan = replace(found.plan, most_supports=most)
        consultations.revise_consultation(
            agent, consultation_id=self.consultation, version=found.version, plan=plan
        )


def test_beyond_the_limit_a_support_is_refused_and_nothing_changes(app_context: Flask) -> None:
    town = Limited()
    for proposal_id in town.proposals[:2]:
        support_proposal(town.ada, proposal_id=proposal_id)
    before = held()

    for _ in range(2):
        with pytest.raises(NoSupportLeft):
            support_proposal(town.ada, proposal_id=town.proposals[2])
    support_proposal(town.ada, proposal_id=town.proposals[0])
    assert held() == before
    assert town.left() == 0
    assert town.left(town.bob) == 2


def test_a_support_taken_back_is_free_for_another_proposal(app_context: Flask) -> None:
    town = Limited()
    for proposal_id in town.proposals[:2]:
        support_proposal(town.ada, proposal_id=proposal_id)
    withdraw_support(town.ada, proposal_id=town.proposals[0])
    withdraw_support(town.ada, proposal_id=town.proposals[0])
    assert town.left() == 1

    support_proposal(town.ada, proposal_id=town.proposals[3])
    with pytest.raises(NoSupportLeft):
        support_proposal(town.ada, proposal_id=town.proposals[0])


def test_what_nobody_sees_any_more_takes_no_support(app_context: Flask) -> None:
    town = Limited()
    for proposal_id in town.proposals[:2]:
        support_proposal(town.ada, proposal_id=proposal_id)
    withdraw_proposal(town.bob, proposal_id=town.proposals[0])
    set_proposal_hidden(proposal_id=town.proposals[1], is_hidden=True, now=utc_now())
    assert town.left() == 2

    for proposal_id in town.proposals[2:]:
        support_proposal(town.ada, proposal_id=proposal_id)
    restore_proposal(town.bob, proposal_id=town.proposals[0])
    assert town.left() == 0
    withdraw_support(town.ada, proposal_id=town.proposals[3])
    with pytest.raises(NoSupportLeft):
        support_proposal(town.ada, proposal_id=town.proposals[3])


def test_a_limit_set_or_lowered_later_takes_nothing_back(app_context: Flask) -> None:
    town = Limited(most=None)
    for proposal_id in town.proposals[:3]:
        support_proposal(town.ada, proposal_id=proposal_id)
    town.set_limit(2)
    before = held()

    with pytest.raises(NoSupportLeft):
        support_proposal(town.ada, proposal_id=town.proposals[3])
    assert held() == before
    town.set_limit(4)
    support_proposal(town.ada, proposal_id=town.proposals[3])
    town.set_limit(None)
    assert find_allowance(town.consultation, town.ada.id) is None


def test_a_support_on_paper_takes_nobody_s(app_context: Flask) -> None:
    town = Limited()
    for proposal_id in town.proposals:
        record_support(proposal_id, now=utc_now())

    assert town.left() == 2


def test_fifty_supports_at_once_by_one_person_are_no_more_than_the_limit(app_context: Flask) -> None:
    town = Limited(most=5, proposals=50)
    db.session.rollback()
    outcomes: Counter[str] = Counter()
    together = threading.Barrier(10)

    def support(proposals: list[int]) -> None:
        with app_context.app_context():
            together.wait()
            for proposal_id in proposals:
                try:
                    support_proposal(town.ada, proposal_id=proposal_id)
                    outcomes["done"] += 1
                except NoSupportLeft:
                    outcomes["refused"] += 1
            db.session.remove()

    threads = [threading.Thread(target=support, args=(town.proposals[start::10],)) for start in range(10)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert outcomes == {"done": 5, "refused": 45}
    assert db.session.scalar(sa.select(sa.func.count()).select_from(Support)) == 5
    assert all(counts_of(each) == recounts_of(each) for each in town.proposals)


def test_a_support_that_a_withdrawal_frees_while_another_is_given_is_not_lost(app_context: Flask) -> None:
    town = Limited()
    support_proposal(town.ada, proposal_id=town.proposals[0])

    def support() -> None:
        with app_context.app_context():
            support_proposal(town.ada, proposal_id=town.proposals[1])
            db.session.remove()

    meanwhile = threading.Thread(target=support)
    with transaction():
        withdraw_proposal(town.bob, proposal_id=town.proposals[0])
        db.session.flush()
        meanwhile.start()
        meanwhile.join(0.5)  # it waits for what is not committed yet
    meanwhile.join()
    assert town.left() == 1

    support_proposal(town.ada, proposal_id=town.proposals[2])
    assert town.left() == 0
    with pytest.raises(NoSupportLeft):
        support_proposal(town.ada, proposal_id=town.proposals[3])


def test_what_is_left_is_told_before_and_the_refusal_says_what_to_do(app: Flask) -> None:
    with app.app_context():
        town = Limited()
    client, pages = sign_in(app, town.ada.id), [f"/propositions/{each}" for each in town.proposals]
    assert "Chacun peut soutenir 2 propositions au plus." in plain(
        app.test_client().get(f"/consultations/{town.consultation}").get_data(as_text=True)
    )
    assert "Il vous reste 2 soutiens sur 2." in plain(client.get(pages[0]).get_data(as_text=True))
    for page in pages[:2]:
        post_form(client, f"{page}/soutien")

    page = plain(client.get(pages[2]).get_data(as_text=True))
    assert "Vous avez donné vos 2 soutiens de cette consultation." in page
    assert f'action="{pages[2]}/soutien"' not in page
    refused = post_form(client, f"{pages[2]}/soutien")
    assert refused.status_code == 409
    assert "Retirez-en un pour soutenir cette proposition." in plain(refused.get_data(as_text=True))
    api = app.test_client().put(
        f"/api/v1/proposals/{town.proposals[2]}/support", headers=bearer(app, town.ada.id)
    )
    assert (api.status_code, api.json["code"]) == (409, "no_support_left")


def test_the_limit_is_written_with_the_rest_of_the_text(app: Flask) -> None:
    with app.app_context():
        town = Limited(most=None)
        agent = add_person("Martine", roles=((Role.AGENT, town.town),))
        asked = db.session.get_one(Consultation, town.consultation)
        text = {
            "title": asked.title,
            "summary": asked.summary,
            "body": asked.body_source,
            "version": asked.version,
        }
    client = sign_in(app, agent)
    address = f"/consultations/{town.consultation}/modifier"

    wrong = post_form(client, address, **text, most_supports="-3")
    assert wrong.status_code == 422
    assert 'value="-3"' in wrong.get_data(as_text=True)
    post_form(client, address, **text, most_supports="3")
    assert 'value="3"' in client.get(address).get_data(as_text=True)
    assert app.test_client().get(f"/api/v1/consultations/{town.consultation}").json["most_supports"] == 3
