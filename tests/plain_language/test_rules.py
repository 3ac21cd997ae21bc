"""What is said of a French text: what to change, and how easy it is."""

import json
from pathlib import Path

import pytest
import textstat

from civic.plain_language.rules import (
    LONGEST_READ,
    LONGEST_SENTENCE,
    Level,
    Remark,
    RemarkKind,
    blocks_of,
    count_syllables,
    read_text,
    split_sentences,
)
from civic.plain_language.schemas import LONGEST_PLAIN_TEXT

CONTENT = Path(__file__).resolve().parents[2] / "civic" / "demo" / "content"

EASY = "La mairie refait la place.\nVous choisissez le dessin.\nLe vote finit le lundi 3 mai 2027."
HARD = (
    "Préalablement à la mise en œuvre du dispositif, une délibération relative aux modalités d’attribution sera présentée"
    " au conseil municipal, conformément à la réglementation applicable aux collectivités territoriales."
)


def remarks_on(text: str, kind: RemarkKind) -> list[Remark]:
    return [remark for each in read_text(text).advice for remark in each.remarks if remark.kind is kind]


def content(name: str) -> dict:
    return json.loads((CONTENT / name).read_text())


def demo_essentials() -> dict[str, str]:
    written = [*content("consultations.json")["consultations"], *content("polls.json")["polls"]]
    written += content("council.json")["council"]["sittings"]
    return {each["key"]: each["plain_text"] for each in written}


def test_an_easy_text_has_nothing_to_change() -> None:
    reading = read_text(EASY)

    assert reading.advice == ()
    assert reading.level is Level.EASY
    assert reading.sentences == 3


def test_an_administrative_text_is_said_to_be_hard() -> None:
    reading = read_text(HARD)

    assert reading.level is Level.HARD
    assert {remark.kind for each in reading.advice for remark in each.remarks} >= {
        RemarkKind.LONG_SENTENCE,
        RemarkKind.PASSIVE,
        RemarkKind.SIMPLER_WORD,
    }


def test_nothing_is_said_of_nothing() -> None:
    for text in ("", "\n\n", " – … !"):
        assert read_text(text).score is None
        assert read_text(text).level is None
        assert read_text(text).advice == ()


def test_a_good_score_does_not_make_easy_a_text_of_which_much_is_to_be_changed() -> None:
    reading = read_text("Trois chats sont mangés par le chien.")

    assert reading.score is not None
    assert reading.score >= 80
    assert reading.level is Level.FAIR


def test_a_long_sentence_is_told_with_its_number_of_words() -> None:
    limit = " ".join(["mot"] * LONGEST_SENTENCE) + "."

    assert remarks_on(limit, RemarkKind.LONG_SENTENCE) == []
    assert [remark.count for remark in remarks_on("mot " + limit, RemarkKind.LONG_SENTENCE)] == [16]


@pytest.mark.parametrize(
    ("sentence", "found"),
    [
        ("Le dessin sera construit en 2028.", "sera construit"),
        ("Les idées ont été choisies par la mairie.", "ont été choisies"),
        ("Le vote est déjà ouvert par un agent, puis il est fermé.", None),
        ("Vous êtes invités.", "êtes invités"),
        ("Le résultat n’est jamais caché, il est toujours écrit ici.", "est toujours écrit"),
        ("Elle est venue hier.", None),
        ("Il s’est réuni lundi.", None),
        ("Ils sont partis.", None),
        ("La rue est jolie, le marché est petit.", None),
        ("C’est samedi.", None),
        ("La mairie construit le pont.", None),
    ],
)
def test_a_likely_passive_is_told(sentence: str, found: str | None) -> None:
    assert [remark.found for remark in remarks_on(sentence, RemarkKind.PASSIVE)] == ([found] if found else [])


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("Le CCAS aide les familles.", ["CCAS"]),
        ("L’EHPAD est ouvert.", ["EHPAD"]),
        ("Le CCAS (l’aide sociale de la mairie) est là. Le CCAS aide.", []),
        ("Le centre d’aide sociale (CCAS) aide.", []),
        ("Le CCAS, c’est l’aide sociale.", []),
        ("Envoyez un SMS. Lisez le chapitre IV.", []),
        ("VENEZ NOMBREUX", []),
        ("La R.A.T.P. roule.", ["R.A.T.P."]),
    ],
)
def test_an_acronym_is_to_be_explained_once(text: str, found: list[str]) -> None:
    assert [remark.found for remark in remarks_on(text, RemarkKind.ACRONYM)] == found


def test_a_hard_word_comes_with_a_simpler_one_and_the_longest_phrase_is_taken() -> None:
    remarks = remarks_on("Préalablement, dans le cadre du projet, la voirie ferme.", RemarkKind.SIMPLER_WORD)

    assert [(remark.found, remark.better) for remark in remarks] == [
        ("Préalablement", "avant"),
        ("dans le cadre du", "pour le"),
        ("voirie", "rue"),
    ]
    assert remarks_on("À l'issue de la réunion", RemarkKind.SIMPLER_WORD)[0].better == "après"
    assert remarks_on("Le scrutinateur compte.", RemarkKind.SIMPLER_WORD) == []


@pytest.mark.parametrize(
    ("sentence", "is_double"),
    [
        ("Il n’est pas impossible de venir.", True),
        ("Vous ne pouvez pas ne pas payer.", True),
        ("Vous ne votez pas sans carte.", True),
        ("Le vote n’est pas obligatoire.", False),
        ("Il est impossible de venir.", False),
    ],
)
def test_a_doubled_negation_is_told(sentence: str, is_double: bool) -> None:
    assert bool(remarks_on(sentence, RemarkKind.DOUBLE_NEGATION)) is is_double


@pytest.mark.parametrize(
    ("sentence", "better"),
    [
        ("Vingt-cinq habitants viennent.", ["25"]),
        ("Il y a trois dessins et soixante-dix arbres.", ["3", "70"]),
        ("Elle coûte deux cent quatre-vingt-un euros.", ["281"]),
        ("Quatre-vingts, quatre-vingt-dix-neuf.", ["80", "99"]),
        ("Trois mille cinq cents lampes.", ["3500"]),
        ("Mille lampes, vingt et une rues.", ["1000", "21"]),
        ("Un banc neuf et une table.", []),
        ("La place a 3 bancs.", []),
    ],
)
def test_a_number_in_letters_comes_with_its_digits(sentence: str, better: list[str]) -> None:
    assert [remark.better for remark in remarks_on(sentence, RemarkKind.NUMBER_IN_LETTERS)] == better


@pytest.mark.parametrize(
    ("sentence", "told"),
    [
        ("Le vote finit le 14 mars 2027.", [("14 mars 2027", "dimanche 14 mars 2027")]),
        ("Le vote finit le 14 mars.", [("14 mars", "")]),
        ("Il ouvre le 1er mai 2027.", [("1er mai 2027", "samedi 1er mai 2027")]),
        ("Le vote finit le dimanche 14 mars 2027.", []),
        ("Rendez-vous le 31 février 2027.", [("31 février 2027", "")]),
        ("En mars, la place est belle.", []),
    ],
)
def test_a_date_without_its_day_is_told(sentence: str, told: list[tuple[str, str]]) -> None:
    remarks = remarks_on(sentence, RemarkKind.DATE_WITHOUT_DAY)

    assert [(remark.found, remark.better) for remark in remarks] == told


def test_sentences_end_with_their_line_and_not_at_an_abbreviation() -> None:
    text = "M. Dupont vient.\nUne ligne sans point\n- un point ;\n- « Venez ! » dit-il. Merci…"

    assert split_sentences(text) == [
        "M. Dupont vient.",
        "Une ligne sans point",
        "un point ;",
        "« Venez ! »",
        "dit-il.",
        "Merci…",
    ]


def test_a_text_is_shown_line_by_line_and_dashes_make_a_list() -> None:
    blocks = blocks_of("Il y a 2 choix :\n\n- oui ;\n- non.\nVous votez.")

    assert blocks == [(False, ("Il y a 2 choix :",)), (True, ("oui ;", "non.")), (False, ("Vous votez.",))]


@pytest.mark.parametrize(
    "text", ["", "a", "É" * 4_000, "\x00", "a " * 2_000, "-" * 4_000, "un " * 1_300, "." * 4_000]
)
def test_no_text_is_too_strange_to_be_read(text: str) -> None:
    read_text(text)
    blocks_of(text)


def test_syllables_are_counted_where_a_hyphenator_cuts() -> None:
    words = {
        "école": 1,
        "mairie": 2,
        "table": 1,
        "participation": 5,
        "quartier": 2,
        "habitants": 3,
        "l’école": 2,
    }

    assert {word: count_syllables(word) for word in words} == words


def test_our_score_is_that_of_textstat_within_a_few_points() -> None:
    textstat.set_lang("fr")
    gaps = []
    for consultation in content("consultations.json")["consultations"]:
        texts = [proposal["body"] for proposal in consultation["proposals"]]
        for text in (text.replace("\n", " ") for text in texts):
            theirs = min(max(textstat.flesch_reading_ease(text), 0), 100)
            gaps.append((read_text(text).score or 0) - theirs)

    assert len(gaps) > 25
    assert abs(sum(gaps) / len(gaps)) < 2
    assert max(map(abs, gaps)) < 10


@pytest.mark.parametrize("key", sorted(demo_essentials()))
def test_the_demonstration_shows_essentials_that_are_easy(key: str) -> None:
    text = demo_essentials()[key]
    textstat.set_lang("fr")

    assert textstat.flesch_reading_ease(text) >= 80
    assert textstat.words_per_sentence(text) <= 12
    assert len(text) <= LONGEST_PLAIN_TEXT
    assert read_text(text).advice == ()


@pytest.mark.parametrize("word", ["a", "1", "M. ", "A.", "ABC (", "ABC ", "est ", "vingt-", " ", "(ABC"])
def test_of_a_text_without_end_the_beginning_alone_is_read(word: str) -> None:
    """What reading costs is bounded, whatever comes."""
    endless = word * (100_000 // len(word))

    assert read_text(endless) == read_text(endless[:LONGEST_READ])
    assert read_text(endless).words <= LONGEST_READ
