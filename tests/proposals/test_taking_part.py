"""Residents propose, support and argue, where they live and while a phase permits it."""

import pytest
from flask import Flask

from civic.accounts.models import Membership, Organisation, Role
from civic.consultations.errors import ConsultationNotFound, PhaseClosed
from civic.consultations.rules import Activity
from civic.kernel.access import ANONYMOUS, Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.kernel.events import after_commit
from civic.kernel.transaction import transaction
from civic.proposals import queries
from civic.proposals.arguing import queries as arguing
from civic.proposals.arguing.queries import Reader
from civic.proposals.errors import (
    ProposalAnswered,
    ProposalHasReplies,
    ProposalNotFound,
    ProposalWithheld,
    UnknownPlace,
)
from civic.proposals.events import ArgumentPublished, ProposalPublished, ProposalSupported, SupportWithdrawn
from civic.proposals.moderated import find_moderated_proposal
from civic.proposals.rules import Decision, Side, Sort
from civic.proposals.service.answering import draft_answer, publish_answer
from civic.proposals.service.hiding import set_argument_hidden, set_proposal_hidden
from civic.proposals.service.proposing import edit_proposal, submit_proposal, withdraw_proposal
from civic.proposals.service.reading import get_visible_proposal
from civic.proposals.service.taking_part import publish_argument, support_proposal, withdraw_support
from tests.conftest import actor_of, add_person, add_town
from tests.consultations.making import add_consultation, phase
from tests.proposals.making import WITHOUT, add_proposal, counts_of, held, idea, recounts_of
from tests.together import outcomes_at_once


def resident(place: int, name: str = "Ada") -> Actor:
    return actor_of(add_person(name, lives_in=place))


def test_a_resident_proposes_and_everybody_reads(app_context: Flask) -> None:
    town, places = add_town()
    ada = resident(places[0])
    consultation = add_consultation(town, neighbourhoods=(places[0],))
    told: list[ProposalPublished] = []
    after_commit(ProposalPublished)(told.append)

    proposal_id = submit_proposal(ada, consultation_id=consultation, text=idea(places[0]))

    view = queries.view_proposal(get_visible_proposal(ANONYMOUS, proposal_id), reader_id=None)
    assert (view.author_name, view.place_name, view.support_count) == ("Ada", "Quartier 0", 0)
    assert view.body_html == "<p>Devant le lavoir, <strong>à l’ombre</strong>.</p>\n"
    assert [(fact.proposal_id, fact.title) for fact in told] == [(proposal_id, "Un banc à l’ombre")]


def test_who_lives_elsewhere_takes_no_part(app_context: Flask) -> None:
    town, places = add_town()
    consultation = add_consultation(town, neighbourhoods=(places[0],))
    proposal_id = add_proposal(town, consultation=consultation, place=places[0])
    eve = resident(places[1], "Eve")
    mayor = actor_of(add_person("Isabelle", roles=((Role.COUNCILLOR, town),)))
    before = held()

    for outsider, refusal in ((eve, NotAllowed), (mayor, NotAllowed), (ANONYMOUS, NotSignedIn)):
        with pytest.raises(refusal):
            submit_proposal(outsider, consultation_id=consultation, text=idea(places[0]))
        with pytest.raises(refusal):
            support_proposal(outsider, proposal_id=proposal_id)
        with pytest.raises(refusal):
            withdraw_support(outsider, proposal_id=proposal_id)
        with pytest.raises(refusal):
            publish_argument(outsider, proposal_id=proposal_id, side=Side.FOR, body="Oui")
    assert held() == before


def test_what_no_phase_permits_is_refused(app_context: Flask) -> None:
    town, places = add_town()
    ada = resident(places[0])
    closed = {
        activity: add_proposal(town, author=ada.id, consultation=add_consultation(town, activities=others))
        for activity, others in WITHOUT.items()
    }
    consultation_of = {key: queries.get_proposal(value).consultation_id for key, value in closed.items()}
    before = held()

    with pytest.raises(PhaseClosed):
        submit_proposal(ada, consultation_id=consultation_of[Activity.PROPOSE], text=idea(places[0]))
    with pytest.raises(PhaseClosed):
        edit_proposal(ada, proposal_id=closed[Activity.PROPOSE], text=idea(places[0]))
    with pytest.raises(PhaseClosed):
        support_proposal(ada, proposal_id=closed[Activity.SUPPORT])
    with pytest.raises(PhaseClosed):
        withdraw_support(ada, proposal_id=closed[Activity.SUPPORT])
    with pytest.raises(PhaseClosed):
        publish_argument(ada, proposal_id=closed[Activity.ARGUE], side=Side.FOR, body="Oui")
    assert held() == before


def test_a_draft_or_a_place_not_concerned_receives_no_proposal(app_context: Flask) -> None:
    town, places = add_town()
    ada = resident(places[0])
    draft = add_consultation(town, is_published=False)
    here = add_consultation(town, neighbourhoods=(places[0],))
    before = held()

    with pytest.raises(ConsultationNotFound):
        submit_proposal(ada, consultation_id=draft, text=idea(places[0]))
    for elsewhere in (places[1], town, 10**6):
        with pytest.raises(UnknownPlace):
            submit_proposal(ada, consultation_id=here, text=idea(elsewhere))
    assert held() == before


def test_only_its_members_propose_on_behalf_of_an_association(app_context: Flask) -> None:
    town, places = add_town()
    consultation = add_consultation(town)
    member, eve = add_person("Ada", lives_in=places[0]), resident(places[0], "Eve")
    with transaction():
        organisation = Organisation(
            name="Les Amis du lavoir", territory_id=town, created_at=utc_now(), verified_at=utc_now()
        )
        db.session.add(organisation)
        db.session.flush()
        db.session.add(Membership(organisation_id=organisation.id, person_id=member, created_at=utc_now()))
    before = held()
    with pytest.raises(NotAllowed):
        submit_proposal(
            eve, consultation_id=consultation, text=idea(places[0]), organisation_id=organisation.id
        )
    assert held() == before

    proposal_id = submit_proposal(
        actor_of(member),
        consultation_id=consultation,
        text=idea(places[0]),
        organisation_id=organisation.id,
    )
    view = queries.view_proposal(queries.get_proposal(proposal_id), reader_id=None)
    assert view.organisation_name == "Les Amis du lavoir"


def test_a_support_counts_once_and_is_withdrawn_once(app_context: Flask) -> None:
    town, places = add_town()
    ada, bob = resident(places[0]), resident(places[1], "Bob")
    proposal_id = add_proposal(town)
    told: list[int] = []
    after_commit(ProposalSupported, SupportWithdrawn)(lambda fact: told.append(fact.support_count))  # type: ignore[attr-defined]

    counts = [support_proposal(each, proposal_id=proposal_id).support_count for each in (ada, ada, bob)]
    assert counts == [1, 1, 2]
    assert withdraw_support(ada, proposal_id=proposal_id).support_count == 1
    standing = withdraw_support(ada, proposal_id=proposal_id)
    assert (standing.support_count, standing.is_supported) == (1, False)
    assert counts_of(proposal_id) == recounts_of(proposal_id) == (1, 0)
    assert told == [1, 2, 1]
    assert queries.list_supporter_ids(proposal_id) == [bob.id]


def test_twenty_residents_and_one_insistent_support_at_once_and_are_counted_right(service_app: Flask) -> None:
    with service_app.app_context():
        town, places = add_town()
        crowd = [resident(places[0], f"Habitant {number}") for number in range(10)]
        insistent = resident(places[0], "Insistante")
        proposal_id = add_proposal(town)

    outcomes = outcomes_at_once(
        service_app,
        [
            lambda who=who: support_proposal(who, proposal_id=proposal_id)
            for who in [*crowd, *[insistent] * 10]
        ],
    )

    assert outcomes == {"ok": 20}
    with service_app.app_context():
        assert counts_of(proposal_id) == recounts_of(proposal_id) == (11, 0)
    outcomes_at_once(
        service_app,
        [
            lambda who=who, act=act: act(who, proposal_id=proposal_id)
            for who in crowd
            for act in (withdraw_support, support_proposal)
        ],
    )
    with service_app.app_context():
        assert counts_of(proposal_id) == recounts_of(proposal_id)


def test_arguments_are_read_by_side_the_newest_first(app_context: Flask) -> None:
    town, places = add_town()
    ada, bob = resident(places[0]), resident(places[1], "Bob")
    proposal_id = add_proposal(town, author=bob.id)
    told: list[ArgumentPublished] = []
    after_commit(ArgumentPublished)(told.append)

    for who, side, body in (
        (ada, Side.FOR, "Oui"),
        (bob, Side.AGAINST, "Non"),
        (ada, Side.FOR, "Encore oui"),
    ):
        publish_argument(who, proposal_id=proposal_id, side=side, body=body)

    page = arguing.list_arguments(proposal_id, reader=Reader(None), side=Side.FOR)
    assert [(each.body, each.author_name) for each in page.items] == [("Encore oui", "Ada"), ("Oui", "Ada")]
    assert counts_of(proposal_id) == recounts_of(proposal_id) == (0, 3)
    assert {fact.proposal_author_id for fact in told} == {bob.id}


def test_an_author_edits_until_somebody_takes_part(app_context: Flask) -> None:
    town, places = add_town()
    ada, bob = resident(places[0]), resident(places[1], "Bob")
    supported, argued = add_proposal(town, author=ada.id), add_proposal(town, author=ada.id)
    edit_proposal(ada, proposal_id=supported, text=idea(places[0], "Deux bancs"))
    assert queries.get_proposal(supported).title == "Deux bancs"
    support_proposal(bob, proposal_id=supported)
    argument = publish_argument(bob, proposal_id=argued, side=Side.NEUTRAL, body="Où ?")
    set_argument_hidden(argument_id=argument, is_hidden=True, now=utc_now())
    before = held()

    for proposal_id in (supported, argued):
        with pytest.raises(ProposalHasReplies):
            edit_proposal(ada, proposal_id=proposal_id, text=idea(places[0], "Trois bancs"))
        with pytest.raises(NotAllowed):
            edit_proposal(bob, proposal_id=proposal_id, text=idea(places[0], "Rien"))
        with pytest.raises(NotAllowed):
            withdraw_proposal(bob, proposal_id=proposal_id)
    assert held() == before


def test_a_withdrawn_proposal_is_its_authors_alone(app_context: Flask) -> None:
    town, places = add_town()
    ada, bob = resident(places[0]), resident(places[1], "Bob")
    proposal_id = add_proposal(town, author=ada.id)
    support_proposal(bob, proposal_id=proposal_id)

    for _ in range(2):
        withdraw_proposal(ada, proposal_id=proposal_id)

    assert get_visible_proposal(ada, proposal_id).withdrawn_at
    assert queries.list_proposals(queries.get_proposal(proposal_id).consultation_id).total == 0
    before = held()
    for stranger in (bob, ANONYMOUS):
        with pytest.raises(ProposalNotFound):
            get_visible_proposal(stranger, proposal_id)
    with pytest.raises(ProposalNotFound):
        support_proposal(bob, proposal_id=proposal_id)
    with pytest.raises(ProposalWithheld):
        support_proposal(ada, proposal_id=proposal_id)
    assert held() == before


def test_what_the_town_hall_answered_is_not_withdrawn(app_context: Flask) -> None:
    town, places = add_town()
    ada = resident(places[0])
    mayor = actor_of(add_person("Isabelle", roles=((Role.COUNCILLOR, town),)))
    proposal_id = add_proposal(town, author=ada.id)
    draft_answer(mayor, proposal_id=proposal_id, decision=Decision.ACCEPTED, body="Oui")
    publish_answer(mayor, proposal_id=proposal_id)

    with pytest.raises(ProposalAnswered):
        withdraw_proposal(ada, proposal_id=proposal_id)
    assert queries.get_proposal(proposal_id).withdrawn_at is None


def test_hidden_content_is_read_by_its_author_alone_and_leaves_the_counts(app_context: Flask) -> None:
    town, places = add_town()
    ada, bob = resident(places[0]), resident(places[1], "Bob")
    proposal_id = add_proposal(town, author=ada.id)
    argument = publish_argument(bob, proposal_id=proposal_id, side=Side.FOR, body="Gros mot")

    for _ in range(2):
        set_argument_hidden(argument_id=argument, is_hidden=True, now=utc_now())
    assert counts_of(proposal_id) == recounts_of(proposal_id) == (0, 0)
    assert arguing.list_arguments(proposal_id, reader=Reader(ada.id)).items == []
    hers = arguing.list_arguments(proposal_id, reader=Reader(bob.id)).items
    assert [each.is_hidden for each in hers] == [True]
    set_argument_hidden(argument_id=argument, is_hidden=False, now=utc_now())
    assert counts_of(proposal_id) == recounts_of(proposal_id) == (0, 1)

    set_proposal_hidden(proposal_id=proposal_id, is_hidden=True, now=utc_now())
    with pytest.raises(ProposalNotFound):
        get_visible_proposal(bob, proposal_id)
    with pytest.raises(ProposalNotFound):
        publish_argument(bob, proposal_id=proposal_id, side=Side.FOR, body="Encore")
    assert queries.view_proposal(get_visible_proposal(ada, proposal_id), reader_id=ada.id).is_hidden
    assert queries.list_proposals(queries.get_proposal(proposal_id).consultation_id).total == 0
    content = find_moderated_proposal(proposal_id)
    assert content
    assert (content.author_id, content.is_hidden, content.path) == (
        ada.id,
        True,
        f"/propositions/{proposal_id}",
    )
    set_proposal_hidden(proposal_id=proposal_id, is_hidden=False, now=utc_now())
    assert get_visible_proposal(bob, proposal_id)


def test_proposals_are_sorted_and_narrowed(app_context: Flask) -> None:
    town, places = add_town()
    ada, bob = resident(places[0]), resident(places[1], "Bob")
    consultation = add_consultation(town, closes_at=phase(closes_in_days=5).closes_at)
    first, second, third = (
        add_proposal(town, consultation=consultation, place=place) for place in (places[0], places[1], town)
    )
    support_proposal(ada, proposal_id=second)
    publish_argument(bob, proposal_id=first, side=Side.FOR, body="Oui")

    def ids(**how: object) -> list[int]:
        return [each.id for each in queries.list_proposals(consultation, **how).items]  # type: ignore[arg-type]

    assert ids() == [third, second, first]
    assert ids(sort=Sort.MOST_SUPPORTED) == [second, third, first]
    assert ids(sort=Sort.MOST_ARGUED) == [first, third, second]
    assert ids(territory_id=places[1]) == [second]
