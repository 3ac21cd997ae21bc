"""What the log says of an error: where it happened, and nothing of anybody."""

import json
import smtplib
import sys

import pytest
import sqlalchemy as sa
from flask import Flask
from sqlalchemy.exc import DBAPIError

from civic.accounts.models import Person
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.web.logs import DiscreetTracebacks
from tests.conftest import add_person


def told() -> str:
    """What the log says of the error at hand."""
    return json.dumps(DiscreetTracebacks(show_locals=False)(sys.exc_info()))  # type: ignore[arg-type]


def test_a_row_that_the_database_refuses_is_not_in_the_log(app_context: Flask) -> None:
    ada = db.session.get_one(Person, add_person("Ada Lovelace"))
    again = {"name": "Ada Lovelace", "email": ada.email, "created_at": utc_now()}

    try:
        with transaction():
            db.session.execute(sa.insert(Person).values(**again))
    except DBAPIError:
        said = told()

    assert "IntegrityError" in said
    assert "INSERT INTO person" in said
    for personal in (str(ada.email), "Lovelace"):
        assert personal not in said


def test_an_address_that_a_mail_server_refuses_is_not_in_the_log() -> None:
    refused = smtplib.SMTPRecipientsRefused({"ada@example.org": (550, b"no <ada@example.org> here")})

    try:
        try:
            raise refused
        except smtplib.SMTPException as error:
            raise RuntimeError("not sent") from error
    except RuntimeError:
        said = told()

    assert "SMTPRecipientsRefused" in said
    assert "550" in said
    assert "ada" not in said


def test_errors_that_came_together_are_told_as_discreetly() -> None:
    with pytest.raises(ExceptionGroup):
        try:
            raise ExceptionGroup("several", [ValueError("of ada@example.org")])
        finally:
            said = told()

    assert "several" in said
    assert "ada" not in said
