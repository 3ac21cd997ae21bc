"""A questionnaire on paper is typed by its letters: what cannot be read says how to type it."""

import pytest

from civic.surveys.asking import Kind, Question, Questionnaire
from civic.surveys.marks import LETTERS, Mark, condition_place, letters_of, read_marks
from tests.surveys.making import MARKET


def read(**typed: str | Mark) -> tuple[dict[int, object], dict[int, str]]:
    marks = {int(key[1:]): each if isinstance(each, Mark) else Mark(each) for key, each in typed.items()}
    reading = read_marks(MARKET, marks)
    return dict(reading.values), {key: str(sentence) for key, sentence in reading.wrong.items()}


def test_letters_numbers_and_words_are_read_as_on_the_site() -> None:
    values, wrong = read(q1="o", q2=Mark("b", "du miel"), q3="4", q4="ca", q5="3", q6="Merci.", q7="o")

    assert wrong == {}
    assert values == {
        1: {"chosen": [1]},
        2: {"chosen": [2, 0], "other": "du miel"},
        3: {"number": 4},
        4: {"ranked": [3, 1]},
        5: {"number": 3},
        6: {"text": "Merci."},
        7: {"agreed": True},
    }


def test_what_its_condition_hides_is_dropped_and_what_is_blank_stays_blank() -> None:
    assert read(q1="n", q2="a", q3="2") == ({1: {"chosen": [2]}, 3: {"number": 2}}, {})
    assert read(q3="2") == (
        {3: {"number": 2}},
        {},
    )  # the first is required: nobody is there to be asked again


@pytest.mark.parametrize(
    ("typed", "key", "told"),
    [
        ({"q1": "x"}, 1, "tapez o pour oui"),
        ({"q1": "o", "q2": "z"}, 2, "« z » ne se lit pas"),
        ({"q1": "o", "q2": "aa"}, 2, "« aa » ne se lit pas"),
        ({"q1": "o", "q2": "abc"}, 2, "2 réponses au plus"),
        ({"q3": "9"}, 3, "Le plus grand nombre accepté est 5"),
        ({"q4": "cac"}, 4, "par exemple ab"),
        ({"q7": "peut-être"}, 7, "si la case est cochée"),
    ],
)
def test_what_cannot_be_read_says_how_to_type_it(typed: dict[str, str], key: int, told: str) -> None:
    _, wrong = read(**typed)

    assert told in wrong[key].replace("\u00a0", " ").replace("\u202f", " ")


def test_a_consent_without_which_nothing_is_taken_must_be_ticked() -> None:
    asked = Questionnaire(
        "", "", (Question(1, Kind.SHORT, "Un mot"), Question(2, Kind.CONSENT, "Oui", is_required=True))
    )

    assert 2 in read_marks(asked, {1: Mark("Bonjour")}).wrong
    assert read_marks(asked, {1: Mark("Bonjour"), 2: Mark("O")}).wrong == {}


def test_each_option_has_a_letter_and_each_condition_its_words() -> None:
    question = MARKET.find(2)
    assert question is not None
    assert letters_of(question) == [("A", "Légumes"), ("B", "Fromage"), ("C", "Fleurs")]
    assert condition_place(MARKET, question) == (1, "Oui")
    assert condition_place(MARKET, MARKET.questions[0]) is None
    assert len(LETTERS) == len(set(LETTERS)) >= 30
