"""What files of offers hold of a person: removed when she leaves."""

from datetime import datetime

import sqlalchemy as sa

from civic.accounts.models import Person
from civic.accounts.personal_data import erases_personal_data
from civic.kernel.database import db
from civic.mutual_aid.importing.models import ImportedOffer
from civic.mutual_aid.importing.queries import digest_of


@erases_personal_data("imported_offers")
def erase(person_id: int, now: datetime) -> None:
    """What waits for her answer under her address or her number."""
    person = db.session.get_one(Person, person_id)
    digests = [digest_of(contact) for contact in (person.email, person.phone) if contact]
    db.session.execute(sa.delete(ImportedOffer).where(ImportedOffer.contact_digest.in_(digests)))
