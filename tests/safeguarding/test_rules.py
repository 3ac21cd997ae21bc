"""How far volunteers are checked, and whom it keeps from what."""

from datetime import date

import pytest

from civic.safeguarding.rules import (
    AgeBand,
    Asked,
    Lack,
    Level,
    Proof,
    Shown,
    Standing,
    age_band,
    has_honourability,
    is_cleared,
    lacks,
    level_of,
    years_later,
)

TODAY = date(2026, 11, 27)


def test_a_volunteer_is_at_the_highest_level_that_still_holds() -> None:
    met = Shown(Proof.MET, date(2027, 1, 1))
    bulletin = Shown(Proof.BULLETIN, date(2026, 11, 26))

    assert level_of([], has_charter=False, on=TODAY) is Level.DECLARED
    assert level_of([], has_charter=True, on=TODAY) is Level.CHARTER
    assert level_of([met, bulletin], has_charter=True, on=TODAY) is Level.MET
    assert level_of([met, bulletin], has_charter=True, on=date(2026, 11, 26)) is Level.BULLETIN


def test_whoever_did_not_accept_the_charter_is_at_the_lowest_level_whatever_was_seen() -> None:
    assert level_of([Shown(Proof.BULLETIN, date(2029, 1, 1))], has_charter=False, on=TODAY) is Level.DECLARED


@pytest.mark.parametrize(
    ("standing", "asked", "expected"),
    [
        (Standing(Level.CHARTER), Asked(Level.CHARTER), ()),
        (Standing(Level.DECLARED), Asked(Level.CHARTER), (Lack.CHARTER,)),
        (Standing(Level.CHARTER), Asked(Level.MET), (Lack.MEETING,)),
        (Standing(Level.MET), Asked(Level.BULLETIN), (Lack.BULLETIN,)),
        (Standing(Level.DECLARED), Asked(Level.BULLETIN), (Lack.CHARTER, Lack.BULLETIN)),
        (Standing(Level.BULLETIN), Asked(Level.BULLETIN, honourability=True), (Lack.HONOURABILITY,)),
        (Standing(Level.BULLETIN, honourability=True), Asked(Level.BULLETIN, honourability=True), ()),
        (Standing(Level.BULLETIN, is_suspended=True), Asked(Level.CHARTER), (Lack.SUSPENDED,)),
        (Standing(Level.MET, age=AgeBand.FROM_16, has_agreement=True), Asked(Level.MET), (Lack.MINOR,)),
        (Standing(Level.CHARTER, age=AgeBand.FROM_16), Asked(Level.CHARTER), (Lack.NO_AGREEMENT,)),
        (Standing(Level.CHARTER, age=AgeBand.FROM_16, has_agreement=True), Asked(Level.CHARTER), ()),
        (Standing(Level.CHARTER, age=AgeBand.UNDER_16), Asked(Level.DECLARED), (Lack.TOO_YOUNG,)),
    ],
)
def test_a_volunteer_is_told_what_she_lacks_and_nothing_else(
    standing: Standing, asked: Asked, expected: tuple[Lack, ...]
) -> None:
    assert lacks(standing, asked) == expected
    assert is_cleared(standing, asked) is (expected == ())


def test_no_higher_level_is_ever_refused_what_a_lower_one_may_do() -> None:
    for asked in Level:
        cleared = [is_cleared(Standing(level), Asked(asked)) for level in Level]
        assert cleared == sorted(cleared)


def test_an_attestation_holds_a_year_and_says_nothing_of_the_level() -> None:
    shown = [Shown(Proof.HONOURABILITY, TODAY)]

    assert has_honourability(shown, on=TODAY)
    assert not has_honourability(shown, on=date(2026, 11, 28))
    assert level_of(shown, has_charter=True, on=TODAY) is Level.CHARTER


@pytest.mark.parametrize(
    ("born_on", "expected"),
    [
        (date(2008, 11, 27), AgeBand.ADULT),
        (date(2008, 11, 28), AgeBand.FROM_16),
        (date(2010, 11, 27), AgeBand.FROM_16),
        (date(2010, 11, 28), AgeBand.UNDER_16),
    ],
)
def test_age_changes_on_the_birthday(born_on: date, expected: AgeBand) -> None:
    assert age_band(born_on, on=TODAY) is expected


def test_somebody_born_on_a_leap_day_comes_of_age_on_the_28th() -> None:
    assert years_later(date(2008, 2, 29), 18) == date(2026, 2, 28)
