"""A telephone number with a digit missing is told at once, at every door: nobody could call it."""

import pytest
from flask import Flask
from marshmallow import Schema

from civic.accounts.schemas import RegisterPersonSchema
from civic.kernel.telephone import international, read_number
from civic.mutual_aid.desk.schemas import AskCallSchema
from civic.mutual_aid.schemas import AskForHelpSchema, RequestFormSchema, TelephonedRequestSchema
from civic.mutual_aid.volunteers.schemas import LimitsSchema


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("06 39 98 18 05", "06 39 98 18 05"),
        ("0639981805", "06 39 98 18 05"),
        ("06.39.98.18.05", "06 39 98 18 05"),
        ("+33 6 39 98 18 05", "06 39 98 18 05"),
        ("0033 6 39 98 18 05", "06 39 98 18 05"),
        ("+32 2 555 12 12", "+32 2 555 12 12"),
        ("06 39 98 18 0", None),
        ("06 39 98 18 055", None),
        ("63 99 81 80 5", None),
        ("+33 6 39 98 18 0", None),
        ("+32 2 55", None),
        ("06 39 98 18 O5", None),
        ("15", None),
        ("à la mairie", None),
    ],
)
def test_a_number_is_whole_or_refused(typed: str, kept: str | None) -> None:
    assert read_number(typed) == kept
    assert kept is None or international(typed) is not None


DOORS = {
    TelephonedRequestSchema: "contact_phone",
    RequestFormSchema: "contact_phone",
    AskForHelpSchema: "contact_phone",
    AskCallSchema: "phone",
    LimitsSchema: "phone",
    RegisterPersonSchema: "phone",
}


@pytest.mark.parametrize("schema", DOORS, ids=lambda schema: schema.__name__)
def test_every_door_tells_a_clerk_that_a_digit_is_missing(app: Flask, schema: type[Schema]) -> None:
    name = DOORS[schema]
    with app.test_request_context("/"):
        errors = schema().validate({name: "06 39 98 18 0"})
        assert "10 chiffres" in str(errors[name])
        assert name not in schema().validate({name: "06 39 98 18 05"})
