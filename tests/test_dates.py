"""Dates, hours and distances are written as each reader's language writes them, on the town hall's clock."""

from datetime import UTC, datetime, timedelta

import pytest
from flask import Flask

from civic.mutual_aid.words import kilometres_in_words, window_in_words
from civic.web import languages

FRENCH, ENGLISH = {}, {"Accept-Language": "en"}
NBSP = "\u00a0"


@pytest.fixture(autouse=True)
def november(monkeypatch: pytest.MonkeyPatch) -> None:
    """It is 27 November 2026."""
    monkeypatch.setattr(languages, "utc_now", lambda: datetime(2026, 11, 27, 12, tzinfo=UTC))


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=UTC)


@pytest.mark.parametrize(
    ("instant", "begins", "ends"),
    [
        ("2026-12-10T17:30", "jeudi 10 décembre à 18 h 30", "jeudi 10 décembre à 18 h 30"),
        ("2026-12-10T17:00", "jeudi 10 décembre à 18 h", "jeudi 10 décembre à 18 h"),
        ("2026-12-09T23:00", "jeudi 10 décembre à 0 h", "mercredi 9 décembre à minuit"),
        ("2026-12-31T23:00", "vendredi 1er janvier à 0 h", "jeudi 31 décembre à minuit"),
        ("2025-02-01T07:05", "samedi 1er février 2025 à 8 h 05", "samedi 1er février 2025 à 8 h 05"),
        ("2027-11-11T07:05", "jeudi 11 novembre 2027 à 8 h 05", "jeudi 11 novembre 2027 à 8 h 05"),
    ],
)
def test_an_instant_is_told_as_one_would_say_it_and_an_end_at_midnight_belongs_to_the_day_before(
    app: Flask, instant: str, begins: str, ends: str
) -> None:
    with app.test_request_context(headers=FRENCH):
        told = (languages.instant_in_words(at(instant)), languages.deadline_in_words(at(instant)))

    assert tuple(text.replace(NBSP, " ") for text in told) == (begins, ends)


def test_what_is_printed_or_kept_says_its_year(app: Flask) -> None:
    with app.test_request_context(headers=FRENCH):
        begins = languages.dated_instant_in_words(at("2026-12-10T17:30"))
        ends = languages.dated_deadline_in_words(at("2026-12-31T23:00"))

    assert begins.replace(NBSP, " ") == "jeudi 10 décembre 2026 à 18 h 30"
    assert ends.replace(NBSP, " ") == "jeudi 31 décembre 2026 à minuit"


def test_english_has_its_own_hours_dates_and_decimal_mark(app: Flask) -> None:
    with app.test_request_context(headers=ENGLISH):
        assert languages.near_day_in_words(at("2026-12-10T17:30")) == "Thursday, December 10"
        assert languages.time_in_words(at("2026-12-10T17:30")).replace("\u202f", " ") == "6:30 PM"
        assert kilometres_in_words(1_500) == "1.5 km"
    with app.test_request_context(headers=FRENCH):
        assert kilometres_in_words(1_500) == "1,5 km"
        assert kilometres_in_words(2_000) == "2 km"


@pytest.mark.parametrize(
    ("value", "french", "english"), [(33.3, "33,3 %", "33.3%"), (50, "50 %", "50%"), (0, "0 %", "0%")]
)
def test_a_share_is_told_as_the_language_writes_it(
    app: Flask, value: float, french: str, english: str
) -> None:
    with app.test_request_context("/", headers={"Accept-Language": "fr"}):
        assert languages.in_percent(value).replace("\u202f", " ").replace("\xa0", " ") == french
    with app.test_request_context("/", headers={"Accept-Language": "en"}):
        assert languages.in_percent(value) == english


def test_a_window_is_told_within_a_day_or_from_one_day_to_another(app: Flask) -> None:
    begin = at("2026-12-10T13:00")
    with app.test_request_context(headers=FRENCH):
        told = [
            window_in_words(begin, begin + timedelta(hours=hours)).replace(NBSP, " ") for hours in (4, 10, 34)
        ]

    assert told == [
        "jeudi 10 décembre, de 14 h à 18 h",
        "jeudi 10 décembre, de 14 h à minuit",
        "du jeudi 10 décembre à 14 h au vendredi 11 décembre à minuit",
    ]


def test_how_long_ago_is_told_in_words(app: Flask) -> None:
    with app.test_request_context(headers=FRENCH):
        now = languages.utc_now()
        assert languages.time_from_now(now - timedelta(days=3)) == "il y a 3 jours"
        assert languages.time_from_now(now + timedelta(hours=2)) == "dans 2 heures"


@pytest.mark.parametrize(
    ("days", "told"),
    [
        (1, "dans 1 jour"),
        (7, "dans 7 jours"),
        (9, "dans 9 jours"),
        (14, "dans 14 jours"),
        (21, "dans 3 semaines"),
    ],
)
def test_an_end_in_nine_days_is_told_in_days(app: Flask, days: int, told: str) -> None:
    with app.test_request_context(headers=FRENCH):
        end = languages.utc_now() + timedelta(days=days)
        assert languages.time_from_now(end).replace(NBSP, " ") == told


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("Oksana", "l’argument d’Oksana"),
        ("Élise", "l’argument d’Élise"),
        ("Yves", "l’argument d’Yves"),
        ("Yacine", "l’argument de Yacine"),
        ("Marie", "l’argument de Marie"),
    ],
)
def test_the_name_of_somebody_is_elided_as_one_says_it(app: Flask, name: str, told: str) -> None:
    with app.test_request_context(headers=FRENCH):
        assert languages.elided(f"l’argument de {name}", name) == told
    with app.test_request_context(headers=ENGLISH):
        assert languages.elided(f"motion de {name}", name) == f"motion de {name}"
