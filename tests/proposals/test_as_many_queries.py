"""A page asks as many questions of the database whether it lists ten things of a town or a thousand."""

from datetime import timedelta

import sqlalchemy as sa
from flask import Flask

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.opinions.models import Statement
from civic.pages.service import reindex_everything
from civic.proposals.amendments.models import Amendment, ProposalVersion
from civic.proposals.amendments.rules import AmendmentState
from civic.proposals.arguing.models import ArgumentMark
from civic.proposals.models import Argument, Proposal, Support
from civic.proposals.rules import Category, Side, Sort
from tests.conftest import add_person, add_town
from tests.consultations.making import add_consultation
from tests.statements import statements_of

FEW, MANY = 10, 1_000
PAGES = (
    "/", "/consultations", "/consultations/{one}", "/consultations/{one}?category=nature", "/propositions/{proposal}",
    "/consultations/{one}/affirmations/toutes", "/recherche?q=banc", "/flux.atom", "/consultations/{one}/flux.atom", "/agenda.ics",
    "/integration/consultations/{one}", "/api/v1/consultations/{one}/statements", "/api/v1/proposals/{proposal}/arguments", "/propositions/arguments/1", "/propositions/{proposal}/amendements", "/propositions/{proposal}/versions",
    "/api/v1/proposals/{proposal}/amendments",
    "/propositions/{proposal}?ordre=eclairants", "/api/v1/proposals/{proposal}/arguments?order=balanced",
    *(f"/consultations/{{one}}?sort={sort}" for sort in Sort), *(f"/api/v1/consultations/{{one}}/proposals?sort={sort}" for sort in Sort),
)  # fmt: skip


def add_many(consultation: int, place: int, author: int, count: int) -> None:
    """Add so many proposals, each supported by their author, as many arguments on the first one, and as many statements."""
    now = utc_now()
    with transaction():
        proposals = [
            {
                "consultation_id": consultation, "territory_id": place, "author_id": author, "title": f"Un banc, {number}", "body_source": "À l’ombre.",
                "body_html": "<p>À l’ombre.</p>", "category": Category.NATURE, "created_at": now, "published_at": now - timedelta(minutes=number),
                "support_count": 1, "argument_count": 0,
            }
            for number in range(count)
        ]  # fmt: skip
        ids = list(db.session.scalars(sa.insert(Proposal).returning(Proposal.id), proposals))
        first = db.session.scalar(sa.select(sa.func.min(Proposal.id)))
        db.session.execute(
            sa.insert(Support),
            [{"proposal_id": each, "person_id": author, "created_at": now} for each in ids],
        )
        said = {
            "proposal_id": first,
            "author_id": author,
            "side": Side.FOR,
            "body": "Oui.",
            "created_at": now,
        }
        arguments = list(
            db.session.scalars(sa.insert(Argument).returning(Argument.id), [said for _ in range(count)])
        )
        answer = {**said, "side": Side.NEUTRAL, "parent_id": 1, "answers_id": 1}
        db.session.execute(
            sa.insert(Argument),
            [answer, *({**answer, "parent_id": one, "answers_id": one} for one in arguments)],
        )
        db.session.execute(
            sa.insert(ArgumentMark),
            [{"argument_id": one, "person_id": None, "created_at": now} for one in arguments],
        )
        numbers = db.session.scalar(sa.select(sa.func.count()).select_from(ProposalVersion)) or 0
        text = {"proposal_id": first, "title": "Un banc", "body_source": "À l’ombre."}
        db.session.execute(
            sa.insert(ProposalVersion),
            [{**text, "number": numbers + each + 1, "written_at": now} for each in range(count)],
        )
        decided = {
            **text,
            "version": 1,
            "reason": "Mieux assis.",
            "state": AmendmentState.ACCEPTED,
            "answer": "",
            "created_at": now,
            "decided_at": now,
        }
        db.session.execute(sa.insert(Amendment), [decided for _ in range(count)])
        db.session.execute(
            sa.insert(Statement),
            [
                {"consultation_id": consultation, "body": f"Un banc de plus, {each}.", "created_at": now, "agree_count": 0, "disagree_count": 0, "pass_count": 0}
                for each in range(count)
            ],
        )  # fmt: skip


def asked_for(app: Flask, address: str) -> int:
    """Return how many statements a page takes, made anew."""
    client = app.test_client()
    with app.app_context():
        engine = db.engine
    with statements_of(engine) as asked:
        assert client.get(address, headers={"X-Live-Refresh": "1"}).status_code == 200, address
    return len(asked)


def test_a_town_that_grows_asks_no_more_of_its_database_for_a_page(app: Flask) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        consultation, author = add_consultation(town), add_person(lives_in=place)
        add_many(consultation, place, author, FEW)
        proposal = db.session.scalar(sa.select(sa.func.min(Proposal.id)))
        reindex_everything()
    addresses = [page.format(one=consultation, proposal=proposal) for page in PAGES]
    few = {address: asked_for(app, address) for address in addresses}

    with app.app_context():
        add_many(consultation, place, author, MANY - FEW)
        reindex_everything()
    many = {address: asked_for(app, address) for address in addresses}

    assert {
        address: (few[address], many[address]) for address in addresses if many[address] > few[address]
    } == {}
