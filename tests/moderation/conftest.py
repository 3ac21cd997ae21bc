"""What the tests of moderation flag: an opinion written under a consultation."""

from datetime import timedelta

from civic.accounts.models import Role
from civic.consultations.models import Consultation
from civic.consultations.rules import ConsultationState
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.opinions.models import Statement
from tests.conftest import add_person, add_town

TEXT = "Le maire est un incapable et sa voiture est garée rue des Lilas."


class Scene:
    """A town with a moderator, an author, and what she wrote."""

    def __init__(self, text: str = TEXT):
        self.town, (self.place, *_) = add_town()
        self.moderator = add_person("Modeste", roles=((Role.MODERATOR, self.town),))
        self.author = add_person("Agathe", lives_in=self.place)
        self.neighbour = add_person("Bruno", lives_in=self.place)
        self.consultation = _add_consultation(self.town)
        self.statement = self.add_statement(text)

    def add_statement(self, text: str) -> int:
        with transaction():
            statement = Statement(
                consultation_id=self.consultation, author_id=self.author, body=text, created_at=utc_now()
            )
            db.session.add(statement)
            db.session.flush()
            return statement.id

    def is_hidden(self, statement_id: int | None = None) -> bool:
        statement = db.session.get(Statement, statement_id or self.statement, populate_existing=True)
        assert statement is not None
        return statement.hidden_at is not None


def _add_consultation(town: int) -> int:
    now = utc_now()
    with transaction():
        consultation = Consultation(
            territory_id=town,
            title="Les berges de la Serelle",
            state=ConsultationState.PUBLISHED,
            created_at=now - timedelta(days=2),
            published_at=now - timedelta(days=1),
        )
        db.session.add(consultation)
        db.session.flush()
        return consultation.id
