"""What the reader of the advice is told, in her language. The text that is read is French, whatever the language of the page."""

from dataclasses import dataclass

from flask_babel import gettext, ngettext

from civic.kernel.errors import N_
from civic.plain_language.rules import LONGEST_SENTENCE, Level, Reading, Remark, RemarkKind

LEVELS = {
    Level.EASY: ("success", N_("Facile à lire")),
    Level.FAIR: ("info", N_("Encore un peu difficile")),
    Level.HARD: ("warning", N_("Difficile à lire")),
}
WITH_BETTER = {
    RemarkKind.SIMPLER_WORD: N_("« %(found)s » : écrivez plutôt « %(better)s »."),
    RemarkKind.NUMBER_IN_LETTERS: N_("« %(found)s » : écrivez le nombre en chiffres, %(better)s."),
    RemarkKind.DATE_WITHOUT_DAY: N_("« %(found)s » : ajoutez le jour, « %(better)s »."),
}
ALONE = {
    RemarkKind.PASSIVE: N_(
        "« %(found)s » : dites qui fait quoi. Par exemple, « la mairie choisit » et non « est choisi »."
    ),
    RemarkKind.ACRONYM: N_("« %(found)s » : écrivez ce nom en entier, ou expliquez-le entre parenthèses."),
    RemarkKind.DOUBLE_NEGATION: N_("Deux négations : dites la même chose de façon positive."),
    RemarkKind.DATE_WITHOUT_DAY: N_("« %(found)s » : ajoutez le jour de la semaine."),
}


@dataclass(frozen=True)
class ShownAdvice:
    """A sentence to change, and each thing to change, in words."""

    sentence: str
    remarks: tuple[str, ...]


@dataclass(frozen=True)
class ShownReading:
    """What the author is shown.

    Attributes:
        tone: of the message: success, info or warning.
        verdict: how easy the text is, in a few words.
        summary: one sentence that says it all, to be read aloud.
    """

    tone: str
    verdict: str
    score: int
    summary: str
    advice: tuple[ShownAdvice, ...]


def show_reading(reading: Reading) -> ShownReading | None:
    """Return what is said of a text; None where nothing is written yet."""
    if reading.level is None or reading.score is None:
        return None
    tone, verdict = LEVELS[reading.level]
    count = sum(len(each.remarks) for each in reading.advice)
    return ShownReading(
        tone=tone,
        verdict=gettext(verdict),
        score=reading.score,
        summary=_summary(gettext(verdict), count),
        advice=tuple(
            ShownAdvice(each.sentence, tuple(remark_in_words(remark) for remark in each.remarks))
            for each in reading.advice
        ),
    )


def _summary(verdict: str, count: int) -> str:
    if not count:
        return gettext("%(verdict)s. Rien à changer.", verdict=verdict)
    things = ngettext("Une chose à changer.", "%(num)s choses à changer.", count)
    return gettext("%(verdict)s. %(things)s", verdict=verdict, things=things)


def remark_in_words(remark: Remark) -> str:
    """Return what to change, in one sentence."""
    if remark.kind is RemarkKind.LONG_SENTENCE:
        return gettext(
            "Cette phrase a %(count)s mots : coupez-la. Une phrase facile a %(most)s mots au plus.",
            count=remark.count,
            most=LONGEST_SENTENCE,
        )
    wording = WITH_BETTER.get(remark.kind) if remark.better else None
    return str(gettext(wording or ALONE[remark.kind]) % {"found": remark.found, "better": remark.better})
