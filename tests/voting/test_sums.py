"""A sum of euros is read as people write it, in French or in English."""

import pytest
from marshmallow import ValidationError

from civic.voting.poll_form import Euros


@pytest.mark.parametrize(
    ("written", "cents"),
    [
        ("120 000", 12_000_000),
        ("120\u202f000 €", 12_000_000),
        ("120000", 12_000_000),
        ("120,000", 12_000_000),
        ("1 250,50", 125_050),
        ("1,250.50", 125_050),
        ("12,5", 1_250),
        ("0", 0),
    ],
)
def test_a_sum_is_read_as_people_write_it(written: str, cents: int) -> None:
    assert Euros().deserialize(written) == cents


@pytest.mark.parametrize("written", ["", "beaucoup", "-5", "1.2.3", "1,25,000", "1" * 20])
def test_what_is_no_sum_is_refused(written: str) -> None:
    with pytest.raises(ValidationError):
        Euros().deserialize(written)
