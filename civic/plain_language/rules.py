"""Read a French text as somebody who struggles to read would, and say what to change, sentence by sentence. Pure; it advises, it never refuses.

The score is Flesch's reading ease as Kandel and Moles fitted it to French: 207 − 1.015 × words per sentence − 73.6 × syllables per word
(L. Kandel et A. Moles, « Application de l’indice de Flesch à la langue française », Cahiers d’études de radio-télévision, 1958, n° 19,
p. 253-274). Syllables are counted where a hyphenator would cut, as ``textstat`` does, so that both give about the same number
(``tests/plain_language`` compares them). A formula knows nothing of sense: FALC needs readers with an intellectual disability.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from enum import StrEnum
from typing import NamedTuple

from civic.plain_language.lexicon import (
    ADVERBS,
    AMBIGUOUS_ALONE,
    BEING,
    DAYS,
    HUNDREDS,
    KNOWN_ACRONYMS,
    MONTHS,
    MOVING,
    NEGATIONS,
    NEGATIVE_WORDS,
    NOT_PARTICIPLES,
    ROMAN,
    SIMPLER,
    UNITS,
)

LONGEST_READ = 4_000
"""Characters; what comes after is not read. More than a field keeps, so that a text pasted to be shortened gets its advice too."""
LONGEST_SENTENCE = 15
"""Words. Above, the sentence is to be cut."""
EASY_SCORE, FAIR_SCORE = 80, 60
HAVING = (["a"], ["ont"], ["avait"], ["avaient"], ["aura"], ["auront"])
PASSIVE_REACH = 2
"""Adverbs that may stand between « être » and the participle."""


class Level(StrEnum):
    EASY = "easy"
    FAIR = "fair"
    HARD = "hard"


class RemarkKind(StrEnum):
    LONG_SENTENCE = "long_sentence"
    PASSIVE = "passive"
    ACRONYM = "acronym"
    SIMPLER_WORD = "simpler_word"
    DOUBLE_NEGATION = "double_negation"
    NUMBER_IN_LETTERS = "number_in_letters"
    DATE_WITHOUT_DAY = "date_without_day"


@dataclass(frozen=True)
class Remark:
    """One thing to change.

    Attributes:
        found: the words it is about, as written; the sentence itself where it is about all of it.
        better: what may be written instead, where it can be said; else nothing.
        count: of words, for a sentence that is too long; else 0.
    """

    kind: RemarkKind
    found: str
    better: str = ""
    count: int = 0


@dataclass(frozen=True)
class SentenceAdvice:
    """A sentence, and what to change in it (at least one thing)."""

    sentence: str
    remarks: tuple[Remark, ...]


@dataclass(frozen=True)
class Reading:
    """What is to be said of a text. ``score`` is out of 100, None where there is nothing to read."""

    score: int | None
    words: int
    sentences: int
    advice: tuple[SentenceAdvice, ...]

    @property
    def level(self) -> Level | None:
        """How easy the text is. A good score is not enough where more than one sentence in five is to be changed."""
        if self.score is None:
            return None
        if self.score >= EASY_SCORE and len(self.advice) * 5 <= self.sentences:
            return Level.EASY
        return Level.FAIR if self.score >= FAIR_SCORE else Level.HARD


class Block(NamedTuple):
    """Lines that are shown together: a list, or one paragraph."""

    is_list: bool
    lines: tuple[str, ...]


_BULLET = re.compile(r"^\s*[-–•*]\s+")
_SENTENCE_END = re.compile(r"(?<=[.!?…])\s+(?!»)|(?<=[.!?…]\s»)\s+")
_ABBREVIATION = re.compile(r"(?:\b[A-Z]|\b(?:Mme|Mlle|Dr|St|Ste|av|bd|art|n|p|tél))\.$")
_WORD = re.compile(r"[^\W_]+(?:[’'\-][^\W_]+)*", re.UNICODE)
_VOWELS = re.compile(r"[aeiouyàâäéèêëîïôöùûüÿœæ]+")
_OPENING = re.compile(r"^[aeiouyàâéèêëîïôùûœ](?:[bcdfgpt]?[lr]|[^aeiouyàâéèêëîïôùûœ]h?)[aeiouyàâéèêëîïôùûœ]")
_MUTE_END = re.compile(r"[^aeiouyàâéèêëîïôùûœ](?:es?|(?<!m)ent)$")
_ACRONYM = re.compile(r"(?<![\w’'])(?:[lLdD][’'])?([A-ZÀÂÉÈÊ]{2,}\d?|(?:[A-Z]\.){2,})(?![\w])")
_DATE = re.compile(
    rf"(?:\b(\w+)\s+)?\b(\d{{1,2}}|1er)\s+({'|'.join(MONTHS)})\b(?:\s+(\d{{4}}))?", re.IGNORECASE
)
_EXPLAINED = re.compile(r"\s*\(|,?\s+c[’']est")
_PAUSE = re.compile(r"[,;:()«»]")
_PARTICIPLE = re.compile(r"(?:[éiu]|it|ert|eint|aint|oint|clos|mis|pris|quis)(?:e?s?)$")


def read_text(text: str) -> Reading:
    """Return what is to be said of a text, of its beginning where it is longer than ``LONGEST_READ``."""
    text = text[:LONGEST_READ]
    sentences = split_sentences(text)
    found = [_WORD.findall(sentence) for sentence in sentences]
    understood = _explained_acronyms(text) | KNOWN_ACRONYMS | ROMAN
    advice = (SentenceAdvice(each, tuple(_remarks(each, understood))) for each in sentences)
    return Reading(
        score=_score(found),
        words=sum(map(len, found)),
        sentences=len(sentences),
        advice=tuple(each for each in advice if each.remarks),
    )


def blocks_of(text: str) -> list[Block]:
    """Return what a plain text shows: each line a paragraph, and the lines that begin with a dash a list."""
    blocks: list[Block] = []
    for line in text.splitlines():
        if not line.strip():
            continue
        is_list = bool(_BULLET.match(line))
        shown = _BULLET.sub("", line).strip()
        if is_list and blocks and blocks[-1].is_list:
            blocks[-1] = Block(True, (*blocks[-1].lines, shown))
        else:
            blocks.append(Block(is_list, (shown,)))
    return blocks


def split_sentences(text: str) -> list[str]:
    """Return the sentences of a text. A line ends a sentence, whether it has a full stop or not."""
    sentences: list[str] = []
    for line in text.splitlines():
        kept: list[str] = []
        for part in _SENTENCE_END.split(_BULLET.sub("", line)):
            kept.append(part.strip())
            if not _ABBREVIATION.search(kept[-1]):
                sentences.append(" ".join(kept).strip())
                kept = []
        sentences.append(" ".join(kept).strip())
    return [sentence for sentence in sentences if _WORD.search(sentence)]


def count_syllables(word: str) -> int:
    """Return the syllables of a French word, where a hyphenator would cut: neither after one opening vowel nor before a mute ending."""
    parts = re.split(r"[’'\-]", word.lower().replace("qu", "q"))
    return (
        sum(_syllables_of(part, is_first=not place) for place, part in enumerate(parts) if len(part) > 1) or 1
    )


def _syllables_of(part: str, *, is_first: bool) -> int:
    groups = len(_VOWELS.findall(part))
    if groups > 1 and _MUTE_END.search(part):
        groups -= 1
    if groups > 1 and is_first and _OPENING.match(part):
        groups -= 1
    return max(groups, 1)


def _score(sentences: list[list[str]]) -> int | None:
    """Return the score of Kandel and Moles, kept within 0 and 100; None where there is no word."""
    words = sum(map(len, sentences))
    if not words:
        return None
    syllables = sum(count_syllables(word) for sentence in sentences for word in sentence)
    score = 207 - 1.015 * words / len(sentences) - 73.6 * syllables / words
    return round(min(max(score, 0), 100))


def _remarks(sentence: str, understood: frozenset[str]) -> Iterator[Remark]:
    words = _WORD.findall(sentence)
    if len(words) > LONGEST_SENTENCE:
        yield Remark(RemarkKind.LONG_SENTENCE, sentence, count=len(words))
    yield from _passives(words)
    yield from _simpler_words(sentence)
    yield from _acronyms(sentence, understood)
    yield from _double_negation(words)
    yield from _numbers_in_letters(sentence)
    yield from _dates(sentence)


def _passives(words: list[str]) -> Iterator[Remark]:
    """Forms of « être » and a past participle, as « sera construit »: likely passives, never surely."""
    lower = [word.lower() for word in words]
    ends = {start: _passive_end(lower, start) for start, word in enumerate(lower) if word in BEING}
    found = [
        " ".join(words[start - (lower[start - 1 : start] in HAVING) : end])
        for start, end in ends.items()
        if end is not None
    ]
    if found:
        yield Remark(RemarkKind.PASSIVE, " », « ".join(found))


def _passive_end(lower: list[str], start: int) -> int | None:
    """Return where the passive that may begin at a form of « être » ends; None where there is none."""
    end = start + 1
    while end < len(lower) and end - start <= PASSIVE_REACH and lower[end] in ADVERBS:
        end += 1
    is_passive = end < len(lower) and lower[end] not in BEING and _is_participle(lower[end])
    return end + 1 if is_passive and lower[start - 1 : start] != ["se"] else None


def _is_participle(word: str) -> bool:
    singular = re.sub(r"(?<=[éiu])es?$|s$", "", word)
    if {word, singular, singular.removesuffix("e")} & (MOVING | NOT_PARTICIPLES):
        return False
    return len(word) > 3 and "’" not in word and bool(_PARTICIPLE.search(word))


def _simpler_words(sentence: str) -> Iterator[Remark]:
    text = sentence.replace("'", "’")
    for found in _HARD.finditer(text):
        yield Remark(RemarkKind.SIMPLER_WORD, found[0], better=SIMPLER[found[0].lower()])


_HARD = re.compile(
    r"(?<![\w-])(?:"
    + "|".join(re.escape(words) for words in sorted(SIMPLER, key=len, reverse=True))
    + r")(?![\w-])",
    re.IGNORECASE,
)


def _acronyms(sentence: str, understood: frozenset[str]) -> Iterator[Remark]:
    if sentence.upper() == sentence:
        return  # a title in capitals is no row of acronyms
    for acronym in dict.fromkeys(_ACRONYM.findall(sentence)):
        if acronym not in understood:
            yield Remark(RemarkKind.ACRONYM, acronym)


def _explained_acronyms(text: str) -> frozenset[str]:
    """Return the acronyms that stand by a pair of brackets, or in one: « EHPAD (maison de retraite) », « le CCAS, c’est… »."""
    return frozenset(
        acronym
        for found in _ACRONYM.finditer(text)
        for acronym in found.groups()
        if _EXPLAINED.match(text, found.end()) or text[found.start(1) - 1 : found.end() + 1] == f"({acronym})"
    )


def _double_negation(words: list[str]) -> Iterator[Remark]:
    lower = [word.lower() for word in words]
    is_negative = any(word in ("ne", "n’est", "n’a") or word.startswith(("n’", "n'")) for word in lower)
    denied = [word for word in lower if word in NEGATIONS]
    reversed_ = [word for word in lower if word in NEGATIVE_WORDS]
    twice = sum(word == "ne" or word.startswith(("n’", "n'")) for word in lower) > 1
    if is_negative and ((denied and reversed_) or twice):
        yield Remark(RemarkKind.DOUBLE_NEGATION, " … ".join([*denied[:2], *reversed_[:1]][:2]))


def _numbers_in_letters(sentence: str) -> Iterator[Remark]:
    for part in _PAUSE.split(sentence):
        run: list[str] = []
        for word in [*_WORD.findall(part), ""]:
            if word and (_parts_of_number(word) is not None or (word.lower() == "et" and _takes_et(run))):
                run.append(word)
            else:
                yield from _number(run)
                run = []


def _takes_et(run: list[str]) -> bool:
    """Only « vingt et un » to « soixante et onze » are said with « et »."""
    last = _parts_of_number(run[-1]) if run else None
    return last is not None and last[-1] in (20, 30, 40, 50, 60)


def _number(run: list[str]) -> Iterator[Remark]:
    while run and run[-1].lower() == "et":
        run = run[:-1]
    if not run or (len(run) == 1 and run[0].lower() in AMBIGUOUS_ALONE):
        return
    yield Remark(RemarkKind.NUMBER_IN_LETTERS, " ".join(run), better=str(_value_of(run)))


def _parts_of_number(word: str) -> list[int] | None:
    """Return the numbers that a word is made of (« vingt-cinq »: 20, 5); None where it is another word."""
    parts = [part for part in word.lower().split("-") if part != "et"]
    values = [{**UNITS, **HUNDREDS}.get(part) for part in parts]
    return [value for value in values if value is not None] if parts and None not in values else None


def _value_of(run: list[str]) -> int:
    """Return what a number in letters is worth: « deux cent vingt » is 220, « quatre-vingts » 80."""
    total = group = 0
    for value in (value for word in run for value in _parts_of_number(word) or []):
        if value == 1_000:
            total, group = total + max(group, 1) * value, 0
        elif value == 100 or (value == 20 and group % 100 == 4):
            group = max(group, 1) * value if value == 100 else group - 4 + 80
        else:
            group += value
    return total + group


def _dates(sentence: str) -> Iterator[Remark]:
    for found in _DATE.finditer(sentence):
        before, number, month, year = found.groups()
        if before and before.lower() in DAYS:
            continue
        shown = found[0].removeprefix(before or "").strip()
        yield Remark(RemarkKind.DATE_WITHOUT_DAY, shown, better=_with_its_day(number, month, year, shown))


def _with_its_day(number: str, month: str, year: str | None, shown: str) -> str:
    """Return the date with the name of its day, which only the year tells; else nothing."""
    try:
        day = date(int(year or 0), MONTHS.index(month.lower()) + 1, int(number.removesuffix("er")))
    except ValueError:
        return ""
    return f"{DAYS[day.weekday()]} {shown}"
