"""An argument written on paper is published beside the others, names nobody, and is refused when arguing was not permitted."""

from datetime import timedelta
from typing import Any

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.accounts.models import Role
from civic.consultations.channels import Channel
from civic.consultations.rules import Activity
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.errors import Refusal
from civic.kernel.transaction import transaction
from civic.kernel.undo import TooLateToUndo
from civic.moderation.contents import find_content, set_hidden
from civic.moderation.rules import SubjectKind
from civic.notifications.models import Notification
from civic.participation.sheets import service
from civic.participation.sheets.errors import (
    ArgumentIncomplete,
    ArgumentsNotAsked,
    ProposalUnknown,
    ReceivedOutside,
    WrongLetters,
)
from civic.participation.sheets.models import ContributionSheet, SheetArgument
from civic.participation.sheets.rules import TypedArgument
from civic.participation.showing import participation_of
from civic.proposals.models import Argument, Proposal
from civic.proposals.rules import Side
from tests.conftest import add_person, add_town, plain, post_form, sign_in
from tests.participation.test_sheets import add_asked, numbers_of, sheet
from tests.proposals.making import WITHOUT, add_consultation, add_proposal, counts_of, recounts_of

AGAINST = TypedArgument("b", "c", "Trop cher pour la commune.")


def held() -> list[Any]:
    db.session.rollback()
    tables = [model.__table__ for model in (ContributionSheet, Argument, SheetArgument)]
    rows = [tuple(row)[:8] for table in tables for row in db.session.execute(sa.select(table))]
    counts = sa.select(Proposal.id, Proposal.argument_count).order_by(Proposal.id)
    return [*rows, *map(tuple, db.session.execute(counts))]


def arguments_held() -> list[Argument]:
    return list(db.session.scalars(sa.select(Argument).order_by(Argument.id)))


def test_two_arguments_of_a_sheet_are_published_with_their_channel_and_its_author_counts_once(
    app_context: Flask,
) -> None:
    _, _, consultation, proposals, _, agent = add_asked()
    for number in numbers_of(service.print_sheets(agent, consultation_id=consultation, count=5)):
        service.type_sheet(
            agent,
            consultation_id=consultation,
            typed=sheet(number, arguments=[AGAINST, TypedArgument(str(proposals[2]), "Q", "Et la nuit ?")]),
        )

    first, second = arguments_held()[:2]
    assert (first.proposal_id, first.side, first.author_id) == (proposals[1], Side.AGAINST, None)
    assert (second.proposal_id, second.side, second.channel) == (proposals[2], Side.NEUTRAL, Channel.PAPER)
    assert [counts_of(key)[1] for key in proposals] == [0, 5, 5]
    assert all(counts_of(key) == recounts_of(key) for key in proposals)
    told = participation_of([consultation])[consultation]
    assert told.people == 5
    assert plain(told.ways) == "sur papier"


def test_the_author_of_the_proposal_is_told_and_nobody_is_named(app_context: Flask) -> None:
    town, places, consultation, _, _, agent = add_asked()
    author = add_person("Ada", lives_in=places[0])
    proposal = add_proposal(town, author=author, consultation=consultation)

    service.type_sheet(
        agent,
        consultation_id=consultation,
        typed=sheet(arguments=[TypedArgument(f"https://rochebrune.fr/propositions/{proposal}", "p", "Oui.")]),
    )

    assert [row.person_id for row in db.session.scalars(sa.select(Notification))] == [author]


@pytest.mark.parametrize(
    ("argument", "refusal", "box"),
    [
        (TypedArgument("b", "c", ""), ArgumentIncomplete, "body"),
        (TypedArgument("b", "", "Trop cher."), ArgumentIncomplete, "side"),
        (TypedArgument("", "c", "Trop cher."), ArgumentIncomplete, "proposal"),
        (TypedArgument("b", "x", "Trop cher."), WrongLetters, "side"),
        (TypedArgument("z", "c", "Trop cher."), ProposalUnknown, "proposal"),
        (TypedArgument("999999999", "c", "Trop cher."), ProposalUnknown, "proposal"),
    ],
)
def test_an_argument_that_cannot_be_read_is_refused_at_its_box_and_nothing_changes(
    app_context: Flask, argument: TypedArgument, refusal: type[Refusal], box: str
) -> None:
    _, _, consultation, _, _, agent = add_asked()
    before = held()

    with pytest.raises(refusal) as refused:
        service.type_sheet(
            agent, consultation_id=consultation, typed=sheet(supports="a", arguments=[AGAINST, argument])
        )

    assert list(refused.value.fields) == [f"arguments-1-{box}"]
    assert held() == before


def test_a_hidden_proposal_and_one_of_another_consultation_take_no_argument(app_context: Flask) -> None:
    town, _, consultation, proposals, _, agent = add_asked()
    elsewhere = add_proposal(town, consultation=add_consultation(town))
    set_hidden(SubjectKind.PROPOSAL, proposals[1], is_hidden=True, now=utc_now())
    before = held()

    for proposal in (proposals[1], elsewhere):
        with pytest.raises(ProposalUnknown):
            service.type_sheet(
                agent,
                consultation_id=consultation,
                typed=sheet(arguments=[TypedArgument(str(proposal), "p", "Oui.")]),
            )
    assert held() == before


def test_an_argument_is_refused_when_arguing_was_not_permitted_the_day_it_came(app_context: Flask) -> None:
    town, _, consultation, _, _, agent = add_asked()
    silent = add_consultation(town, activities=WITHOUT[Activity.ARGUE])
    add_proposal(town, consultation=silent)
    before = held()

    with pytest.raises(ReceivedOutside):
        long_ago = town_today() - timedelta(days=400)
        service.type_sheet(
            agent, consultation_id=consultation, typed=sheet(arguments=[AGAINST], received_on=long_ago)
        )
    with pytest.raises(ArgumentsNotAsked):
        service.type_sheet(
            agent, consultation_id=silent, typed=sheet(arguments=[TypedArgument("a", "p", "Oui.")])
        )
    assert held() == before


def test_an_argument_typed_by_mistake_is_taken_back_for_ten_minutes(app_context: Flask) -> None:
    _, _, consultation, proposals, _, agent = add_asked()
    key = service.type_sheet(agent, consultation_id=consultation, typed=sheet(arguments=[AGAINST]))

    service.take_back_sheet(agent, sheet_id=key)

    (argument,) = arguments_held()
    assert (argument.withdrawn_at is not None, argument.body) == (True, "")
    assert counts_of(proposals[1]) == recounts_of(proposals[1]) == (0, 0)
    assert db.session.scalars(sa.select(SheetArgument)).all() == []

    key = service.type_sheet(agent, consultation_id=consultation, typed=sheet(arguments=[AGAINST]))
    with transaction():
        db.session.get_one(ContributionSheet, key).typed_at = utc_now() - timedelta(minutes=11)
    with pytest.raises(TooLateToUndo):
        service.take_back_sheet(agent, sheet_id=key)
    assert counts_of(proposals[1])[1] == 1


def test_moderation_hides_an_argument_of_paper_and_undoing_it_then_counts_right(app_context: Flask) -> None:
    _, _, consultation, proposals, _, agent = add_asked()
    key = service.type_sheet(agent, consultation_id=consultation, typed=sheet(arguments=[AGAINST]))
    (argument,) = arguments_held()
    seen = find_content(SubjectKind.ARGUMENT, argument.id)
    assert seen is not None
    assert (seen.text, seen.author_id) == (AGAINST.body, None)

    set_hidden(SubjectKind.ARGUMENT, argument.id, is_hidden=True, now=utc_now())
    assert counts_of(proposals[1])[1] == 0
    service.take_back_sheet(agent, sheet_id=key)
    assert counts_of(proposals[1]) == recounts_of(proposals[1]) == (0, 0)


def test_an_agent_types_an_argument_by_the_page_and_anybody_reads_it(app: Flask) -> None:
    with app.app_context():
        _, places, consultation, proposals, _, agent = add_asked()
        key, resident = agent.id, add_person("Rose", lives_in=places[0])
    client = sign_in(app, key)
    sheets = f"/consultations/{consultation}/feuilles"
    printed = client.get(post_form(client, sheets, count="1").headers["Location"]).get_data(as_text=True)  # type: ignore[attr-defined]
    assert "Un argument sur une proposition" in plain(printed)

    boxes = {"arguments-0-proposal": "a", "arguments-0-side": "p", "received_on": town_today().isoformat()}
    refused = post_form(client, f"{sheets}/saisie", **boxes)
    page = plain(refused.get_data(as_text=True))  # type: ignore[attr-defined]
    assert refused.status_code == 422  # type: ignore[attr-defined]
    assert "Il en manque une." in page
    assert "<details open>" in page
    done = post_form(client, f"{sheets}/saisie", **boxes, **{"arguments-0-body": "On s’y assoira."})
    assert done.status_code == 302  # type: ignore[attr-defined]

    public = plain(app.test_client().get(f"/propositions/{proposals[0]}").get_data(as_text=True))
    assert "Un habitant, sur papier" in public
    assert "On s'y assoira." in public.replace("’", "'")
    told = app.test_client().get(f"/api/v1/proposals/{proposals[0]}/arguments").get_json()["items"][0]
    assert (told["channel"], told["author_name"]) == ("paper", None)
    thread = f"/propositions/arguments/{told['id']}"
    read = plain(sign_in(app, resident).get(thread).get_data(as_text=True))
    assert "Répondre à un habitant, sur papier" in read
    assert "Elle sera prévenue" not in read


def test_a_consultation_that_only_argues_prints_its_proposals_without_boxes_of_support(app: Flask) -> None:
    with app.app_context():
        town, _ = add_town()
        consultation = add_consultation(town, activities=(Activity.READ, Activity.ARGUE))
        add_proposal(town, consultation=consultation, title="Des bancs au lavoir")
        agent = add_person("Agnès", roles=((Role.AGENT, town),))
    client = sign_in(app, agent)
    sheets = f"/consultations/{consultation}/feuilles"

    printed = plain(
        client.get(post_form(client, sheets, count="1").headers["Location"]).get_data(as_text=True)  # type: ignore[attr-defined]
    )

    assert "A – Des bancs au lavoir" in printed
    assert "que je soutiens" not in printed
    typing = client.get(f"{sheets}/saisie").get_data(as_text=True)
    assert 'name="arguments-1-body"' in typing
    assert 'name="supports"' not in typing
