"""Made-up consultations in which a town took part."""

from datetime import date
from typing import Any

import pytest
import sqlalchemy as sa

from civic.accounts.models import Person
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.participation.synthesis.service import making
from civic.participation.synthesis.themes import find_themes
from civic.proposals.likeness.service import learn_proposal
from civic.proposals.models import Argument, Proposal, Support
from civic.proposals.rules import Side
from tests.conftest import add_person, add_town
from tests.proposals.making import add_consultation, add_proposal

IDEAS = (
    "Une piste cyclable vers le lycée", "Des arceaux pour les vélos devant la gare", "Une piste pour les vélos le long du canal",
    "Réparer la piste cyclable du pont", "Des arbres dans la cour de l’école", "Planter des arbres sur la place",
    "Des arbres fruitiers au parc", "Planter des haies et des arbres le long du canal", "Ouvrir la piscine en hiver",
)  # fmt: skip


@pytest.fixture
def themes_found_here(monkeypatch: pytest.MonkeyPatch) -> None:
    """Find themes in this process: starting another takes seconds (one test does)."""

    def find(question: dict[str, Any]) -> dict[str, Any]:
        return find_themes(question)

    monkeypatch.setattr(making, "find_apart", find)


def add_participation(people: tuple[int, ...] = (12, 9, 3)) -> tuple[int, list[int], int, list[int]]:
    """Make a consultation with nine ideas, each resident supporting two of them.

    Args:
        people: how many of each neighbourhood took part.

    Returns:
        The commune, its neighbourhoods, the consultation, the proposals.
    """
    town, places = add_town(len(people))
    consultation = add_consultation(town)
    proposals = [add_proposal(town, consultation=consultation, title=title) for title in IDEAS]
    residents = [
        add_person(f"Personne {place}-{n}", lives_in=place) for place, count in zip(places, people, strict=True) for n in range(count)
    ]  # fmt: skip
    with transaction():
        for number, person in enumerate(residents):
            db.session.get_one(Person, person).born_on = date(1950 + number * 2, 5, 1)
            for rank in (0, 1 + number % (len(proposals) - 1)):
                db.session.add(Support(proposal_id=proposals[rank], person_id=person, created_at=utc_now()))
        for side in (Side.FOR, Side.FOR, Side.AGAINST, Side.AGAINST):
            db.session.add(
                Argument(proposal_id=proposals[4], author_id=None, side=side, body="Parce que.", created_at=utc_now())
            )  # fmt: skip
        for proposal in proposals:
            learn_proposal(proposal)
            row = db.session.get_one(Proposal, proposal)
            row.support_count = db.session.scalar(
                sa.select(sa.func.count()).where(Support.proposal_id == proposal)
            )
    return town, places, consultation, proposals
