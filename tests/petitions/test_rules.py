"""What a petition may become, how many signatures it needs, and how a sheet is read."""

import re
from datetime import UTC, date, datetime, timedelta

import pytest

from civic.petitions import rules
from civic.petitions.errors import SettingsIncomplete, SignaturesClosed, UnreadableLine, WrongPetitionState
from civic.petitions.rules import Act, PaperLine, PetitionRules, PetitionState, Step, read_sheet
from config import ROOT

NOW = datetime(2026, 11, 27, 10, tzinfo=UTC)
TODAY = date(2026, 11, 27)


@pytest.mark.parametrize(
    ("roll", "share", "needed"), [(6391, 10, 640), (6400, 10, 640), (1, 10, 1), (999, 5, 50), (100, 100, 100)]
)
def test_a_share_of_the_roll_is_never_less_than_that_share(roll: int, share: int, needed: int) -> None:
    assert PetitionRules(share_percent=share, roll_size=roll).needed == needed


def test_a_town_says_a_number_or_a_share_and_of_how_many() -> None:
    share = PetitionRules(share_percent=10, roll_size=6400, roll_on=TODAY)
    rules.ensure_complete(share, today=TODAY)
    rules.ensure_complete(PetitionRules(threshold=200, share_percent=None), today=TODAY)

    wrong = {
        "neither": (PetitionRules(share_percent=None), {"threshold"}),
        "both": (PetitionRules(threshold=5, share_percent=10, roll_size=9, roll_on=TODAY), {"threshold"}),
        "of nobody": (PetitionRules(share_percent=10), {"roll_size", "roll_on"}),
        "read tomorrow": (
            PetitionRules(share_percent=10, roll_size=9, roll_on=TODAY + timedelta(days=1)),
            {"roll_on"},
        ),
    }
    said = {}
    for name, (wanted, names) in wrong.items():
        with pytest.raises(SettingsIncomplete) as refused:
            rules.ensure_complete(wanted, today=TODAY)
        assert set(refused.value.fields) == names
        said[name] = refused.value.fields
    assert said["neither"]["threshold"] == [SettingsIncomplete.message]
    assert said["both"]["threshold"] == [SettingsIncomplete.both]


def test_a_petition_closes_by_its_date_alone_and_sheets_a_week_later() -> None:
    closes = NOW
    moment, week = timedelta(seconds=1), timedelta(days=7)

    def state(at: datetime, reached: datetime | None = None) -> PetitionState:
        return rules.state_of(Step.ADMITTED, closes_at=closes, reached_at=reached, at=at)

    assert state(closes - moment) is PetitionState.SIGNING
    assert state(closes) is PetitionState.COUNTING
    assert state(closes + week - moment) is PetitionState.COUNTING
    assert state(closes + week) is PetitionState.FAILED
    assert state(closes + week, reached=closes - week) is PetitionState.AWAITING
    assert rules.can_be_signed(PetitionState.AWAITING, closes, at=closes - moment)
    assert not rules.can_be_signed(PetitionState.AWAITING, closes, at=closes)


def test_what_no_line_of_the_table_says_is_refused() -> None:
    allowed = {(state.value, act.value) for state, act in rules.TRANSITIONS}
    for state in PetitionState:
        for act in Act:
            if (state.value, act.value) in allowed:
                assert isinstance(rules.next_step(state, act), Step)
            else:
                with pytest.raises(SignaturesClosed if act is Act.SIGN else WrongPetitionState):
                    rules.next_step(state, act)


def test_every_arrow_of_the_table_is_drawn_in_the_documentation() -> None:
    text = (ROOT / "docs" / "petitions.md").read_text(encoding="utf-8")
    drawn = re.findall(r"^  (\w+) --> \w+: (\w+)", text, re.MULTILINE)
    assert set(drawn) == {(state.value, act.value) for state, act in rules.TRANSITIONS}


def test_one_person_is_one_whatever_the_order_and_the_accents_of_her_name() -> None:
    born = date(1961, 3, 14)
    same = {"Marie-Hélène Durand", "DURAND Marie Helene", "durand  marie-helene"}

    assert len({rules.signer_identity(name, born) for name in same}) == 1
    assert rules.signer_identity("Marie Durand", born) != rules.signer_identity(
        "Marie Durand", date(1961, 3, 15)
    )
    assert rules.signer_identity("Marie Durand", born) != rules.signer_identity("Marie Durant", born)


def test_a_sheet_is_read_line_by_line() -> None:
    typed = "Marie Durand 14/03/1961\n\nLe Goff, Yann ; 2.1.1990\nDURAND Marie 14-03-1961\n?\nLéo Petit 01/06/2015"

    sheet = read_sheet(typed, least_age=16, on=TODAY)

    assert {line.name for line in sheet.lines} == {"DURAND Marie", "Le Goff, Yann"}
    assert (sheet.illegible, sheet.too_young, sheet.repeated) == (1, 1, 1)


def test_a_year_of_two_figures_is_of_the_last_hundred_years() -> None:
    typed = "Marie Durand 14-03-61\nYann Le Goff 2/1/05\nAda Noé 27.11.26\nZoé Brun 28/11/26"

    sheet = read_sheet(typed, least_age=0, on=TODAY)

    assert [line.born_on.year for line in sheet.lines] == [1961, 2005, 2026, 1926]
    with pytest.raises(UnreadableLine):
        read_sheet("Marie Durand 14/03/961", least_age=0, on=TODAY)


def test_two_petitions_are_compared_by_the_words_that_tell_what_they_are_about() -> None:
    bench = rules.roots_of(
        "Des bancs devant les écoles. Nous demandons au conseil municipal de les poser cette année."
    )
    same = rules.roots_of("Un banc devant l’école Jules-Ferry. Nous demandons au conseil de le poser.")
    other = rules.roots_of(
        "Rouvrir la passerelle. Nous demandons au conseil municipal de voter les travaux cette année."
    )

    assert rules.resemblance(bench, same) >= 2
    assert rules.resemblance(bench, other) == 0
    assert not rules.roots_of(
        "Nous demandons au conseil municipal, dans cette commune, de faire plus pour nous."
    )


def test_a_sheet_with_wrong_lines_says_which_and_why() -> None:
    typed = (
        "Marie Durand 14/03/1961\nYann Le Goff\nZoé Brun 31/02/1980\nAda Noé 01/01/2099\n"
        + "x" * 130
        + " 1/1/1980"
    )

    with pytest.raises(UnreadableLine) as refused:
        read_sheet(typed, least_age=0, on=TODAY)

    said = refused.value.fields["lines"]
    assert [sentence[:7] for sentence in said] == ["Ligne 2", "Ligne 3", "Ligne 4", "Ligne 5"]
    assert "existe pas" in said[1]


@pytest.mark.parametrize("typed", ["", "  \n ", "\n".join(["?"] * 61)])
def test_a_sheet_of_nothing_or_of_too_much_is_refused(typed: str) -> None:
    with pytest.raises(UnreadableLine):
        read_sheet(typed, least_age=0, on=TODAY)


def test_who_has_the_age_on_the_day_may_sign() -> None:
    sheet = read_sheet("Ada Noé 27/11/2010\nBob Noé 28/11/2010", least_age=16, on=TODAY)

    assert sheet.lines == (PaperLine("Ada Noé", date(2010, 11, 27)),)
    assert sheet.too_young == 1
