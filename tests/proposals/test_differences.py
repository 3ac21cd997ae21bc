"""What differs between two texts, and what two changes of one text give together."""

import random

import pytest

from civic.proposals.amendments.differences import Fate, Piece, compare
from civic.proposals.amendments.rules import Text, merge

KEPT, ADDED, REMOVED = Fate.KEPT, Fate.ADDED, Fate.REMOVED


def test_a_word_is_told_and_not_its_whole_sentence() -> None:
    assert compare("Un banc à l’ombre.", "Un grand banc à l’ombre, ici.") == (
        Piece(KEPT, "Un"),
        Piece(ADDED, " grand"),
        Piece(KEPT, " banc à l’ombre"),
        Piece(ADDED, ", ici"),
        Piece(KEPT, "."),
    )


def test_a_paragraph_added_leaves_the_others_as_they_are() -> None:
    before = "Un banc.\n\nÀ l’ombre."

    assert compare(before, "Un banc.\n\nEn bois.\n\nÀ l’ombre.") == (
        Piece(KEPT, "Un banc.\n\n"),
        Piece(ADDED, "En bois.\n\n"),
        Piece(KEPT, "À l’ombre."),
    )


def test_both_texts_are_found_again_in_their_difference() -> None:
    chance = random.Random(7)
    words = ["un", "banc", "à", "l’ombre", ",", ".", "\n", "\n\n", " ", "  ", "—", "été"]
    for _ in range(300):
        one, two = ("".join(chance.choices(words, k=chance.randrange(40))) for _ in range(2))
        pieces = compare(one, two)
        assert "".join(each.text for each in pieces if each.fate is not ADDED) == one
        assert "".join(each.text for each in pieces if each.fate is not REMOVED) == two


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("a " * 5_000, "b" + "a " * 4_999 + "c"),
        ("a b " * 2_500, "b a " * 2_500),
        ("a\n" * 5_000, "b\n" + "a\n\n" * 3_333),
        ("\n" * 10_000, "x" + "\n" * 9_998 + "x"),
    ],
)
def test_a_text_made_to_take_long_does_not(before: str, after: str) -> None:
    """Were the bound not there, this would not end: nothing is timed."""
    pieces = compare(before, after)

    assert "".join(each.text for each in pieces if each.fate is not ADDED) == before


BASE = Text("Un banc", "Premier.\nDeuxième.\nTroisième.\nQuatrième.")


def changed(body: str, title: str = "Un banc") -> Text:
    return Text(title, body)


def test_changes_of_other_paragraphs_go_together() -> None:
    ours = changed("Premier.\nDeuxième.\nTroisième.\nLe dernier.")
    theirs = changed("Le premier.\nDeuxième.\nTroisième.\nQuatrième.", "Deux bancs")

    assert merge(BASE, ours, theirs) == changed(
        "Le premier.\nDeuxième.\nTroisième.\nLe dernier.", "Deux bancs"
    )


def test_the_same_change_made_twice_is_one() -> None:
    same = changed("Premier.\nDeuxième et demi.\nTroisième.\nQuatrième.")

    assert merge(BASE, same, same) == same


@pytest.mark.parametrize(
    ("ours", "theirs"),
    [
        (changed("A.\nDeuxième.\nTroisième.\nQuatrième."), changed("B.\nDeuxième.\nTroisième.\nQuatrième.")),
        (changed("Premier.\nQuatrième."), changed("Premier.\nDeuxième.\nTrois.\nQuatrième.")),
        (changed(BASE.body + "\nA."), changed(BASE.body + "\nB.")),
        (changed(BASE.body, "A"), changed(BASE.body, "B")),
    ],
)
def test_changes_of_the_same_passage_are_for_a_person_to_settle(ours: Text, theirs: Text) -> None:
    assert merge(BASE, ours, theirs) is None


@pytest.mark.parametrize(
    ("base", "present"),
    [("z" + "\na" * 4_000, "y" + "\na\nb" * 2_000), ("\na" * 4_900 + "z", "\na\n" * 3_300 + "y")],
)
def test_texts_made_to_take_long_are_not_merged_line_by_line(base: str, present: str) -> None:
    """As above, of what the page of an amendment asks once the text moved: nothing is timed."""
    assert merge(Text("Un banc", base), Text("Un banc", present), Text("Un banc", base + "\nq")) is None


def test_many_passages_made_to_take_long_take_no_longer_than_one() -> None:
    before = "\n".join(f"z{number} " + "a " * 150 for number in range(30))
    after = "\n".join(f"y{number} " + "a b " * 150 for number in range(30))
    pieces = compare(before, after)

    assert "".join(each.text for each in pieces if each.fate is not ADDED) == before
    assert "".join(each.text for each in pieces if each.fate is not REMOVED) == after
