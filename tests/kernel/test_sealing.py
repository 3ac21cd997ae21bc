"""Who steals the database reads neither a telephone number nor an address."""

import pytest
import sqlalchemy as sa
from cryptography.exceptions import InvalidTag
from flask import Flask

from civic.accounts.models import Person
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.sealing import Sealed, keyed_digest
from civic.kernel.transaction import transaction


def stored(person_id: int) -> bytes:
    return bytes(
        db.session.execute(sa.text("SELECT phone FROM person WHERE id = :id"), {"id": person_id}).scalar_one()
    )


def add(phone: str) -> int:
    with transaction():
        person = Person(name="Ada", phone=phone, created_at=utc_now())
        db.session.add(person)
    return person.id


def test_a_telephone_number_is_unreadable_at_rest_and_read_back(app_context: Flask) -> None:
    ada, bob = add("06 39 98 00 01"), add("06 39 98 00 01")

    assert b"39 98" not in stored(ada)
    assert stored(ada) != stored(bob)  # equal numbers cannot be matched
    db.session.expire_all()
    person = db.session.get(Person, ada)
    assert person is not None
    assert person.phone == "06 39 98 00 01"


def test_a_sealed_value_moved_to_another_column_does_not_open(app_context: Flask) -> None:
    value = stored(add("06 39 98 00 01"))

    with pytest.raises(InvalidTag):
        Sealed("help_request.phone").process_result_value(value, db.engine.dialect)


def test_a_keyed_digest_depends_on_its_purpose(app_context: Flask) -> None:
    assert keyed_digest("sign_in", "x") != keyed_digest("api_token", "x")
