"""A consultation in which one proposes, and proposals found by what they mean."""

from dataclasses import replace
from datetime import timedelta

from flask import Flask

from civic.consultations.models import Consultation, Phase
from civic.consultations.rules import ConsultationState
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.proposals.models import Proposal
from civic.proposals.rules import Category
from tests.conftest import add_person, add_town
from tests.proposals.pairs import Text


def find_by_meaning(app: Flask, does: bool = True) -> None:
    """Have an installation find proposals by what they mean too: tests do without the model, but those that ask."""
    app.config["SETTINGS"] = replace(app.config["SETTINGS"], finds_by_meaning=does)


class Asking:
    """A consultation in which one proposes."""

    def __init__(self) -> None:
        self.town, self.places = add_town()
        self.author = add_person("Ada", lives_in=self.places[0])
        self.now = utc_now()
        with transaction():
            consultation = Consultation(
                territory_id=self.town, title="Cadre de vie", state=ConsultationState.PUBLISHED, created_at=self.now,
                published_at=self.now,
                phases=[
                    Phase(
                        name="Proposer", opens_at=self.now - timedelta(days=1), closes_at=self.now + timedelta(days=9),
                        activities=["propose", "support", "argue"],
                    )
                ],
            )  # fmt: skip
            db.session.add(consultation)
        self.consultation = consultation.id

    def write(self, texts: list[Text]) -> list[int]:
        with transaction():
            proposals = [
                Proposal(
                    consultation_id=self.consultation, territory_id=self.places[0], author_id=self.author, title=text.title,
                    body_source=text.body, body_html="", category=Category.OTHER, created_at=self.now, published_at=self.now,
                )
                for text in texts
            ]  # fmt: skip
            db.session.add_all(proposals)
            db.session.flush()
            return [proposal.id for proposal in proposals]
