"""Whom the law lets be registered, when a call comes back, and which figures are public."""

from datetime import UTC, date, datetime, timedelta

import pytest

from civic.checkins.campaigns.errors import WindowRefused
from civic.checkins.campaigns.rules import (
    CallState,
    after_no_answer,
    after_round,
    ensure_window,
    is_open,
    may_wake,
    public_number,
    round_at,
    round_begins_at,
)
from civic.checkins.register.errors import AskerMissing, BirthRefused, DayRefused, MustBeWritten, NotCovered
from civic.checkins.register.lines import Column, guess_columns, read_date, read_lines
from civic.checkins.register.rules import (
    AskedBy,
    Entry,
    Ground,
    Way,
    ensure_lawful,
    is_letter_late,
    is_to_check,
    matches,
)

TODAY = date(2026, 7, 1)
NOW = datetime(2026, 7, 1, 8, 0, tzinfo=UTC)


def entry(**changes: object) -> Entry:
    values: dict[str, object] = {
        "family_name": "Le Bihan",
        "first_names": "Odette",
        "born_on": date(1940, 1, 1),
        "ground": Ground.AGED,
        "address": "1 rue du Puits",
        "territory_id": 1,
        "phone": "02 00 00 00 00",
        "asked_by": AskedBy.HERSELF,
        "asked_on": TODAY,
        "way": Way.SPOKEN,
        **changes,
    }
    return Entry(**values)  # type: ignore[arg-type]


@pytest.mark.parametrize(("hour", "wakes"), [(5, True), (6, False), (18, False), (19, True), (23, True)])
def test_who_calls_at_night_is_told_that_it_may_wake(hour: int, wakes: bool) -> None:
    """In summer the town's clock is two hours ahead."""
    assert may_wake(NOW.replace(hour=hour)) is wakes


@pytest.mark.parametrize(
    ("ground", "youngest"), [(Ground.AGED, 65), (Ground.UNFIT, 60), (Ground.DISABLED, 18)]
)
def test_somebody_a_day_too_young_for_her_ground_is_not_covered_by_the_law(
    ground: Ground, youngest: int
) -> None:
    of_age = date(TODAY.year - youngest, TODAY.month, TODAY.day)

    ensure_lawful(entry(ground=ground, born_on=of_age), on=TODAY)
    with pytest.raises(NotCovered):
        ensure_lawful(entry(ground=ground, born_on=of_age + timedelta(days=1)), on=TODAY)


def test_a_neighbour_asks_in_writing_and_says_who_she_is() -> None:
    by_neighbour = {"asked_by": AskedBy.THIRD_PARTY, "asker": "Mme Colin, sa voisine"}

    ensure_lawful(entry(**by_neighbour, way=Way.WRITTEN), on=TODAY)
    with pytest.raises(MustBeWritten):
        ensure_lawful(entry(**by_neighbour), on=TODAY)
    with pytest.raises(AskerMissing):
        ensure_lawful(entry(asked_by=AskedBy.REPRESENTATIVE, way=Way.WRITTEN), on=TODAY)


def test_a_birth_to_come_and_a_request_of_tomorrow_are_refused() -> None:
    with pytest.raises(BirthRefused):
        ensure_lawful(entry(born_on=TODAY + timedelta(days=1)), on=TODAY)
    with pytest.raises(BirthRefused):
        ensure_lawful(entry(born_on=date(1850, 1, 1)), on=TODAY)
    with pytest.raises(DayRefused):
        ensure_lawful(entry(asked_on=TODAY + timedelta(days=1)), on=TODAY)


def test_a_letter_is_late_after_eight_days_and_an_entry_is_checked_each_year() -> None:
    assert not is_letter_late(TODAY, None, on=TODAY + timedelta(days=8))
    assert is_letter_late(TODAY, None, on=TODAY + timedelta(days=9))
    assert not is_letter_late(TODAY, TODAY, on=TODAY + timedelta(days=90))
    assert not is_to_check(TODAY, on=TODAY + timedelta(days=364))
    assert is_to_check(TODAY, on=TODAY + timedelta(days=365))


def test_the_same_person_typed_otherwise_is_the_same_and_is_found_by_the_beginning_of_her_name() -> None:
    assert entry().identity == entry(family_name="LE BIHAN", first_names="odette").identity
    assert matches("Le Bihan Odette", ["ode", "bih"])
    assert not matches("Le Bihan Odette", ["det"])


def test_rounds_follow_one_another_and_who_was_called_in_vain_goes_to_the_town_hall() -> None:
    assert round_at(NOW, 24, at=NOW) == 1
    assert round_at(NOW, 24, at=NOW + timedelta(hours=23, minutes=59)) == 1
    assert round_at(NOW, 24, at=NOW + timedelta(hours=24)) == 2
    assert round_begins_at(NOW, 24, 3) == NOW + timedelta(hours=48)
    assert (after_no_answer(1, 2), after_no_answer(2, 2)) == (CallState.WAITING, CallState.UNREACHED)
    assert after_round(CallState.WAITING, 1) is CallState.UNREACHED
    assert after_round(CallState.WAITING, 0) is CallState.MISSED
    assert after_round(CallState.ALARM, 0) is CallState.ALARM


def test_a_campaign_ends_by_itself_and_lasts_a_month_at_most() -> None:
    end = NOW + timedelta(days=1)
    assert is_open(end, None, at=end - timedelta(seconds=1))
    assert not is_open(end, None, at=end)
    assert not is_open(end, NOW, at=NOW)
    for wrong in (NOW, NOW + timedelta(days=32)):
        with pytest.raises(WindowRefused):
            ensure_window(NOW, wrong)


@pytest.mark.parametrize(
    ("count", "total", "shown"),
    [(0, 40, None), (4, 40, None), (5, 40, 5), (36, 40, None), (35, 40, 35), (40, 40, 40)],
)
def test_no_public_figure_is_of_fewer_than_five_nor_lets_fewer_than_five_be_found(
    count: int, total: int, shown: int | None
) -> None:
    assert public_number(count, total) == shown


PLACES = {"bellevue": 7}


def test_the_columns_of_a_town_s_own_spreadsheet_are_recognised() -> None:
    found = guess_columns(
        ["NOM", "Prénom", "Né(e) le", "Adresse", "Tél.", "Quartier", "Personne à prévenir", "Remarques"]
    )

    assert found == {
        Column.FAMILY_NAME: 0,
        Column.FIRST_NAMES: 1,
        Column.BORN_ON: 2,
        Column.ADDRESS: 3,
        Column.PHONE: 4,
        Column.PLACE: 5,
        Column.RELATIVE_NAME: 6,
    }


def test_each_line_is_understood_or_says_what_is_wrong() -> None:
    headings = [
        "Nom",
        "Prénom",
        "Date de naissance",
        "Motif",
        "Adresse",
        "Quartier",
        "Téléphone",
        "Demande par",
    ]
    rows = [
        ["Rio", "Odette", "14/03/1941", "", "1 rue du Puits", "Bellevue", "299000001", ""],
        [
            "Rio",
            "Marc",
            "1990-02-01",
            "handicap (AAH)",
            "1 rue du Puits",
            "Ailleurs",
            "02 99 00 00 02",
            "sa fille",
        ],
        ["Rio", "Jeune", "01/01/1990", "", "1 rue du Puits", "", "02 99 00 00 03", ""],
        ["Rio", "Sans", "31/02/1941", "", "", "", "12", ""],
        ["RIO", "odette", "14/03/1941", "", "2 rue du Puits", "", "02 99 00 00 04", ""],
        ["", "", "", "", "", "", "", ""],
        ["Rio", "Bizarre", "14/03/1941", "gentille", "1 rue du Puits", "", "02 99 00 00 05", ""],
    ]

    lines = read_lines(rows, guess_columns(headings), places=PLACES, town_id=1, today=TODAY)

    assert [line.number for line in lines] == [2, 3, 4, 5, 6, 8]
    odette, marc, young, broken, twice, odd = lines
    assert odette.entry is not None
    assert (odette.entry.territory_id, odette.entry.phone) == (7, "02 99 00 00 01")
    assert marc.entry is not None
    assert (marc.entry.ground, marc.entry.asked_by, marc.entry.way) == (
        Ground.DISABLED,
        AskedBy.THIRD_PARTY,
        Way.WRITTEN,
    )
    assert marc.entry.asker == "sa fille"
    assert [str(each) for each in young.errors] == [NotCovered.message]
    assert len(broken.errors) == 3
    assert "ligne 2" in str(twice.errors[0])
    assert "gentille" in str(odd.errors[0])


def test_dates_are_read_as_town_halls_write_them() -> None:
    for text in ("14/03/1941", "1941-03-14", "1941-03-14T00:00:00", "14-03-1941", "14.03.1941"):
        assert read_date(text) == date(1941, 3, 14)
    assert read_date("mars 1941") is None


@pytest.mark.parametrize("born", ["14/03/41", "14-3-41", "14.03.05", "14/03/41 00:00"])
def test_a_birth_whose_year_has_two_digits_is_asked_for_in_full(born: str) -> None:
    headings = ["Nom", "Prénom", "Date de naissance", "Adresse", "Téléphone", "Date de la demande"]
    row = ["Rio", "Odette", born, "1 rue du Puits", "02 99 00 00 01", "02/06/26"]

    (line,) = read_lines([row], guess_columns(headings), places=PLACES, town_id=1, today=TODAY)

    assert line.entry is None
    assert [str(each) for each in line.errors] == [
        f"L’année de naissance n’a que deux chiffres (« {born} ») : écrivez-la en entier, par exemple 14/03/1941."
    ]


@pytest.mark.parametrize(
    ("said", "who"),
    [
        ("Tierce personne", AskedBy.THIRD_PARTY),
        ("Personne de la famille", AskedBy.THIRD_PARTY),
        ("La personne elle-même", AskedBy.HERSELF),
        ("l’intéressée", AskedBy.HERSELF),
    ],
)
def test_who_was_registered_by_somebody_else_is_not_taken_for_having_asked(said: str, who: AskedBy) -> None:
    headings = ["Nom", "Prénom", "Date de naissance", "Adresse", "Téléphone", "Demande par"]
    row = ["Rio", "Odette", "14/03/1941", "1 rue du Puits", "02 99 00 00 01", said]

    (line,) = read_lines([row], guess_columns(headings), places=PLACES, town_id=1, today=TODAY)

    assert line.entry is not None
    assert line.entry.asked_by is who
