"""What an answer must be, what hides a question, and what may be told of a group."""

import random
from dataclasses import replace

import pytest

from civic.surveys import asking, counting, rules
from civic.surveys.asking import Condition, Kind, Question, Questionnaire
from civic.surveys.rules import Raw, Wrong, read_value
from tests.surveys.making import MARKET, NO, QUESTIONS, YES

ONE = Question(1, Kind.ONE, "Quel jour ?", options=("Jeudi", "Samedi"), has_other=True)
SEVERAL, SCALE, RANKING, NUMBER, LONG = QUESTIONS[1:6]


@pytest.mark.parametrize(
    ("question", "raw", "value"),
    [
        (ONE, Raw(chosen=("2",)), {"chosen": [2]}),
        (ONE, Raw(other="Lundi"), {"chosen": [0], "other": "Lundi"}),
        (ONE, Raw(), None),
        (SEVERAL, Raw(chosen=("3", "1")), {"chosen": [1, 3]}),
        (SEVERAL, Raw(chosen=("1",), other="Du miel"), {"chosen": [1, 0], "other": "Du miel"}),
        (SCALE, Raw(chosen=("4",)), {"number": 4}),
        (RANKING, Raw(ranks={"1": "2", "2": "", "3": " 1 "}), {"ranked": [3, 1]}),
        (NUMBER, Raw(text="2,5"), {"number": 2.5}),
        (LONG, Raw(text="  Merci.  "), {"text": "Merci."}),
        (QUESTIONS[6], Raw(chosen=("true",)), {"agreed": True}),
    ],
)
def test_what_somebody_answers_is_read_as_she_meant_it(
    question: Question, raw: Raw, value: rules.Value | None
) -> None:
    assert read_value(question, raw) == value


@pytest.mark.parametrize(
    ("question", "raw", "words"),
    [
        (ONE, Raw(chosen=("7",)), "n’est pas proposée"),
        (ONE, Raw(chosen=("1", "2")), "Une seule réponse"),
        (ONE, Raw(chosen=("0",)), "écrivez quoi"),
        (SEVERAL, Raw(chosen=("1", "2", "3")), "2 réponses au plus : vous en avez choisi 3"),
        (SEVERAL, Raw(chosen=("abc",)), "n’est pas proposée"),
        (SEVERAL, Raw(other="x" * 201), "201 caractères, pour 200"),
        (SCALE, Raw(chosen=("6",)), "plus grand nombre accepté est 5"),
        (SCALE, Raw(chosen=("2.5",)), "Écrivez un nombre"),
        (RANKING, Raw(ranks={"1": "1", "2": "1"}), "Le numéro 1 est donné deux fois"),
        (RANKING, Raw(ranks={"1": "1", "2": "3"}), "Il manque le numéro 2"),
        (RANKING, Raw(ranks={"1": "9"}), "entre 1 et 3"),
        (RANKING, Raw(ranks={"8": "1"}), "n’est pas proposée"),
        (NUMBER, Raw(text="beaucoup"), "Écrivez un nombre"),
        (NUMBER, Raw(text="0"), "plus petit nombre accepté est 1"),
        (LONG, Raw(text="x" * 3001), "3001 caractères, pour 3000"),
    ],
)
def test_what_cannot_be_taken_is_refused_with_a_sentence(question: Question, raw: Raw, words: str) -> None:
    with pytest.raises(Wrong) as refused:
        read_value(question, raw)

    assert words in str(refused.value.sentence)


def test_what_an_answer_hides_is_not_kept_nor_what_that_hid() -> None:
    chain = Questionnaire(
        "",
        "",
        (
            QUESTIONS[0],
            replace(ONE, key=2, condition=Condition(1, 1)),
            Question(3, Kind.SHORT, "Pourquoi ?", condition=Condition(2, 2)),
        ),
    )
    yes = {1: {"chosen": [1]}, 2: {"chosen": [2]}, 3: {"text": "Le travail"}}

    assert rules.kept(chain, yes) == yes
    assert rules.kept(chain, {**yes, 1: {"chosen": [2]}}) == {1: {"chosen": [2]}}


def test_a_required_question_that_is_hidden_is_not_asked() -> None:
    required = replace(MARKET, questions=(QUESTIONS[0], replace(SEVERAL, is_required=True)))

    no = rules.read_answers(required, required.questions, {1: NO}, {}, is_final=True)
    yes = rules.read_answers(required, required.questions, {1: YES}, {}, is_final=True)

    assert (no.wrong, no.values) == ({}, {1: {"chosen": [2]}})
    assert set(yes.wrong) == {2}


def test_a_page_that_answers_hide_is_passed_over_both_ways() -> None:
    pages = Questionnaire(
        "", "", (QUESTIONS[0], replace(SEVERAL, begins_page=True), replace(SCALE, begins_page=True))
    )

    assert rules.next_page(pages, {1: {"chosen": [2]}}, 1) == 3
    assert rules.next_page(pages, {1: {"chosen": [2]}}, 3, -1) == 1
    assert rules.next_page(pages, {1: {"chosen": [1]}}, 1) == 2
    assert rules.next_page(pages, {}, 3) is None


def test_a_questionnaire_says_what_keeps_it_from_being_asked() -> None:
    late = Question(1, Kind.SHORT, "?", condition=Condition(2, 1))
    alone = Question(2, Kind.ONE, "?", options=("Oui",))
    double = Question(3, Kind.SEVERAL, "?", options=("Oui", "oui"), most=5)
    silent = Question(4, Kind.CONSENT, "?")
    gone = Question(5, Kind.SHORT, "?", condition=Condition(2, 7))
    crossed = Question(6, Kind.NUMBER, "?", least=5, greatest=1)

    found = asking.problems((late, alone, double, silent, gone, crossed))

    assert [(row, box) for row, box, _ in found] == [
        (0, "condition"), (1, "options"), (2, "options"), (2, "most"), (3, "until"), (4, "condition"), (5, "greatest"),
    ]  # fmt: skip
    assert asking.problems(QUESTIONS) == []


def test_a_questionnaire_is_stored_and_taken_up_as_it_was() -> None:
    document = asking.write_down(MARKET)

    assert asking.take_up(document) == MARKET
    assert asking.fingerprint(document) == asking.fingerprint(asking.write_down(asking.take_up(document)))
    assert asking.fingerprint(document) != asking.fingerprint({**document, "title": "Le marche"})


def test_a_ranking_is_counted_in_points_and_first_places() -> None:
    answers = [{4: {"ranked": [2, 1, 3]}}, {4: {"ranked": [2]}}, {4: {"ranked": [1, 2]}}]

    total = counting.total_of(RANKING, answers)

    assert [(one.label, one.count) for one in total.points] == [("Arbres", 8), ("Bancs", 5), ("Fontaine", 1)]
    assert [one.count for one in total.counts] == [1, 2, 0]


def test_nothing_of_fewer_than_five_people_is_told_of_a_group_even_by_subtraction() -> None:
    question = Question(1, Kind.ONE, "?", options=("A", "B", "C"))
    draw = random.Random(5)
    for _ in range(300):
        sizes = {name: draw.randrange(0, 14) for name in ("Nord", "Sud", "Est")} | {
            None: draw.randrange(0, 4)
        }
        answers = [
            (name, {1: {"chosen": [draw.choice((1, 1, 1, 2, 3))]}})
            for name, size in sizes.items()
            for _ in range(size)
        ]
        found = counting.cross(question, answers)
        if found is None:
            continue
        _assert_safe(found, answers)


def _assert_safe(found: counting.Cross, answers: list[tuple[str | None, rules.Values]]) -> None:
    names = [name for name, _ in found.groups]
    real = {
        (one.place, name): sum(
            group == name and value[1]["chosen"] == [one.place] for group, value in answers
        )
        for one, _ in found.rows
        for name in names
    }
    assert all(size >= counting.FEWEST_TOLD for _, size in found.groups)
    left_over = len(answers) - sum(size for _, size in found.groups)
    assert left_over == 0 or left_over >= counting.FEWEST_TOLD
    for one, cells in found.rows:
        assert all(cell is None or cell == 0 or cell >= counting.FEWEST_TOLD for cell in cells)
        untold = one.count - sum(cell for cell in cells if cell is not None)
        assert None not in cells or untold >= counting.FEWEST_TOLD or 0 not in cells
        hidden = [name for name, cell in zip(names, cells, strict=True) if cell is None]
        if hidden and one.count - sum(real[one.place, name] for name in names) == 0:
            assert len(hidden) > 1
    for place, (_, size) in enumerate(found.groups):
        column = [cells[place] for _, cells in found.rows]
        untold = size - sum(cell for cell in column if cell is not None)
        assert None not in column or (
            column.count(None) > 1 and (untold >= counting.FEWEST_TOLD or 0 not in column)
        )


def test_a_scale_from_zero_keeps_its_zero_once_stored_and_takes_nothing_below() -> None:
    asked = Questionnaire("Note", "", (Question(1, Kind.SCALE, "Quelle note ?", least=0, greatest=10),))
    document = asking.write_down(asked)
    older = {**document, "questions": [{**document["questions"][0]}]}
    older["questions"][0].pop("least")  # as it was once stored

    for stored in (document, older):
        (question,) = asking.take_up(stored).questions
        assert list(question.steps) == list(range(11))
        assert read_value(question, Raw(text="0")) == {"number": 0}
        with pytest.raises(Wrong):
            read_value(question, Raw(text="-5"))


def test_a_scale_that_begins_elsewhere_is_told_and_breaks_nothing() -> None:
    for least in (-642, 7):
        tidy = asking.tidied(Question("note", Kind.SCALE, "Quelle note ?", least=least))
        assert [box for _, box, _ in asking.problems([tidy])] == ["greatest"]
