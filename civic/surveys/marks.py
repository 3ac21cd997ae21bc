"""A questionnaire on paper: the letters beside its boxes, and what an agent types of them in a few keys. No database."""

from dataclasses import dataclass
from string import ascii_uppercase

from civic.kernel.errors import N_, Sentence
from civic.surveys.asking import CHOSEN, OFFERED, OTHER, YES, Kind, Question, Questionnaire
from civic.surveys.rules import CONSENT_REQUIRED, Raw, Reading, Values, read_answers

LETTERS = ascii_uppercase + "123456789"
"""One key an option: there are thirty at most."""
YES_KEYS, NO_KEYS = ("O", "1"), ("N", "2")
UNKNOWN_LETTER = N_(
    "« %(text)s » ne se lit pas ici : tapez les lettres des cases cochées, par exemple %(example)s."
)
UNKNOWN_YES = N_("« %(text)s » ne se lit pas ici : tapez o pour oui, n pour non.")
UNKNOWN_CONSENT = N_("« %(text)s » ne se lit pas ici : tapez o si la case est cochée, rien sinon.")


@dataclass(frozen=True)
class Mark:
    """What was typed of one question: letters, figures or words; and what is written beside « other »."""

    typed: str = ""
    other: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.typed.strip() or self.other.strip())


def letters_of(question: Question) -> list[tuple[str, str]]:
    """Return the letter and the words of each option, as printed; those of yes and no are translated where they are shown."""
    return [(LETTERS[place - 1], label) for place, label in question.choices]


def read_marks(questionnaire: Questionnaire, marks: dict[int, Mark]) -> Reading:
    """Read a sheet.

    What its condition hides is dropped, as on the site. A question left blank stays so, whoever required it: nobody is there to be asked again. But a consent
    without which nothing is taken must be ticked.
    """
    raws: dict[int, Raw] = {}
    wrong: dict[int, Sentence] = {}
    for question in questionnaire.questions:
        mark = marks.get(question.key, Mark())
        read = _raw(question, mark)
        if isinstance(read, Sentence):
            wrong[question.key] = read
        else:
            raws[question.key] = read
    reading = read_answers(questionnaire, questionnaire.questions, raws, {}, is_final=False)
    lacking = {
        question.key: Sentence(CONSENT_REQUIRED)
        for question in questionnaire.questions
        if question.kind is Kind.CONSENT and question.is_required and question.key not in reading.values
    }
    shown: Values = reading.values
    return Reading(shown, {**(lacking if shown else {}), **reading.wrong, **wrong})


def _raw(question: Question, mark: Mark) -> Raw | Sentence:
    typed = mark.typed.strip()
    if question.kind is Kind.CONSENT:
        return _consent(typed)
    if question.kind is Kind.YES_NO:
        return _yes_or_no(typed)
    if question.kind in OFFERED or question.kind in CHOSEN:
        return _letters(question, typed, mark.other)
    return Raw(text=typed)


def _consent(typed: str) -> Raw | Sentence:
    if not typed or typed.upper() in NO_KEYS:
        return Raw()
    return Raw(chosen=("true",)) if typed.upper() in YES_KEYS else Sentence(UNKNOWN_CONSENT, {"text": typed})


def _yes_or_no(typed: str) -> Raw | Sentence:
    if not typed:
        return Raw()
    if typed.upper() not in (*YES_KEYS, *NO_KEYS):
        return Sentence(UNKNOWN_YES, {"text": typed})
    return Raw(chosen=(str(YES if typed.upper() in YES_KEYS else YES + 1),))


def _letters(question: Question, typed: str, other: str) -> Raw | Sentence:
    """Read letters: those that are ticked, or, of a ranking, in the order of preference."""
    known = {letter: place for place, (letter, _) in enumerate(letters_of(question), start=1)}
    letters = [letter for letter in typed.upper() if not letter.isspace() and letter not in ",;"]
    if any(letter not in known for letter in letters) or len(set(letters)) < len(letters):
        example = "".join(list(known)[: 1 if question.kind is Kind.ONE else 2]).lower()
        return Sentence(UNKNOWN_LETTER, {"text": typed, "example": example})
    if question.kind is Kind.RANKING:
        return Raw(ranks={str(known[letter]): str(rank) for rank, letter in enumerate(letters, start=1)})
    ticked = [str(known[letter]) for letter in letters]
    return Raw(chosen=(*ticked, *([str(OTHER)] if other.strip() else [])), other=other.strip())


def condition_place(questionnaire: Questionnaire, question: Question) -> tuple[int, str] | None:
    """Return the number of the question on which another depends, as printed, and the words of the answer that makes it asked."""
    condition = question.condition
    if condition is None:
        return None
    for number, asked in enumerate(questionnaire.questions, start=1):
        if asked.key == condition.question:
            return number, dict(asked.choices).get(condition.option, "")
    return None
