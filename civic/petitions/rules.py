"""What a petition may become, how many signatures it needs, and who is one person: no database, no clock.

Each arrow of ``docs/petitions.md`` is a line of ``TRANSITIONS``, or of ``state_of`` for those that time and the threshold draw.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from enum import StrEnum

from civic.accounts.rules import LONGEST_LIFE_YEARS, age_on
from civic.kernel.errors import N_
from civic.kernel.text import fold
from civic.petitions.errors import (
    DecidedBeforeOpening,
    DecidedInTheFuture,
    PlannedInThePast,
    SettingsIncomplete,
    SignaturesClosed,
    UnreadableLine,
    WrongPetitionState,
)

PAPER_DAYS = 7
"""How long after the end the town hall types sheets that were handed in before it."""
FORGET_DAYS = 60
"""After that, what tells two signatures apart is forgotten: the counts stay."""
LEGAL_SHARE_PERCENT = 10
MOST_LINES = 60
LONGEST_LINE_NAME = 120


class Step(StrEnum):
    """What is stored of where a petition stands: what somebody decided."""

    SUBMITTED = "submitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    ADMITTED = "admitted"
    DECIDED = "decided"


class PetitionState(StrEnum):
    """What is read: what was decided, the time, and the threshold."""

    SUBMITTED = "submitted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"
    SIGNING = "signing"
    COUNTING = "counting"
    AWAITING = "awaiting"
    FAILED = "failed"
    DECIDED = "decided"


class Act(StrEnum):
    """What somebody does."""

    REVISE = "revise"
    WITHDRAW = "withdraw"
    ADMIT = "admit"
    REFUSE = "refuse"
    SIGN = "sign"
    COUNT_PAPER = "count_paper"
    PLAN = "plan"
    DECIDE = "decide"


class RefusalRule(StrEnum):
    """Why a petition is not opened to signatures."""

    NOT_MUNICIPAL = "not_municipal"
    UNCLEAR = "unclear"
    ALREADY_ASKED = "already_asked"
    ABOUT_A_PERSON = "about_a_person"
    CHARTER = "charter"


class Outcome(StrEnum):
    """What the council did."""

    ADOPTED = "adopted"
    PARTLY = "partly"
    REJECTED = "rejected"
    OTHER = "other"


class Channel(StrEnum):
    """By which way a person signed."""

    WEB = "web"
    PAPER = "paper"


@dataclass(frozen=True)
class PetitionText:
    """A petition as somebody wrote it. ``ask``, what the council is asked, and ``why`` are Markdown."""

    title: str
    ask: str
    why: str


@dataclass(frozen=True)
class CouncilDecision:
    """What the council did. ``text`` is Markdown; ``deliberation``: the number of the deliberation, where it has one."""

    outcome: Outcome
    text: str
    deliberated_on: date
    deliberation: str = ""


PUBLIC_STEPS = frozenset({Step.ADMITTED, Step.DECIDED})

TRANSITIONS: Mapping[tuple[PetitionState, Act], Step] = {
    (PetitionState.SUBMITTED, Act.REVISE): Step.SUBMITTED,
    (PetitionState.REFUSED, Act.REVISE): Step.SUBMITTED,
    (PetitionState.SUBMITTED, Act.WITHDRAW): Step.WITHDRAWN,
    (PetitionState.REFUSED, Act.WITHDRAW): Step.WITHDRAWN,
    (PetitionState.SUBMITTED, Act.ADMIT): Step.ADMITTED,
    (PetitionState.SUBMITTED, Act.REFUSE): Step.REFUSED,
    (PetitionState.SIGNING, Act.SIGN): Step.ADMITTED,
    (PetitionState.AWAITING, Act.SIGN): Step.ADMITTED,
    (PetitionState.SIGNING, Act.COUNT_PAPER): Step.ADMITTED,
    (PetitionState.COUNTING, Act.COUNT_PAPER): Step.ADMITTED,
    (PetitionState.AWAITING, Act.COUNT_PAPER): Step.ADMITTED,
    (PetitionState.AWAITING, Act.PLAN): Step.ADMITTED,
    (PetitionState.FAILED, Act.PLAN): Step.ADMITTED,
    (PetitionState.AWAITING, Act.DECIDE): Step.DECIDED,
    (PetitionState.FAILED, Act.DECIDE): Step.DECIDED,
}
"""Where each act leads from each state; what no line says is refused. ``SIGN`` is also taking one's signature back."""

REFUSED_ACTS = {
    Act.REVISE: N_("Le texte ne change plus : la pétition a été ouverte, ou retirée."),
    Act.WITHDRAW: N_(
        "Cette pétition ne se retire plus : d’autres l’ont signée, ou pouvaient le faire. Vous pouvez retirer votre signature."
    ),
    Act.ADMIT: N_("Cette pétition n’attend plus d’examen : quelqu’un d’autre l’a peut-être fait."),
    Act.REFUSE: N_("Cette pétition n’attend plus d’examen : quelqu’un d’autre l’a peut-être fait."),
    Act.SIGN: SignaturesClosed.message,
    Act.COUNT_PAPER: N_("Les feuilles ne se comptent plus : le délai de saisie est passé."),
    Act.PLAN: N_("Cette pétition n’attend pas de décision : rien n’est à inscrire à l’ordre du jour."),
    Act.DECIDE: N_("Cette pétition n’attend pas de décision, ou la décision est déjà publiée."),
}


@dataclass(frozen=True)
class PetitionRules:
    """How a town takes petitions. Those of a petition are kept with it when it opens, and change no more.

    Attributes:
        threshold: a number of signatures; None where it is a share.
        share_percent: of those on the electoral roll.
        roll_size, roll_on: how many are on it, and the day on which that was read.
        needs_verified: only residents whose home the town hall verified sign on the site.
        days: how long it is signed. decision_days: how long the council then has.
    """

    threshold: int | None = None
    share_percent: int | None = LEGAL_SHARE_PERCENT
    roll_size: int | None = None
    roll_on: date | None = None
    least_age: int = 16
    needs_verified: bool = False
    days: int = 90
    decision_days: int = 90

    @property
    def needed(self) -> int:
        """How many signatures are needed: of a share, the first whole number that is not under it."""
        if self.share_percent is None:
            return self.threshold or 0
        return max(1, -(-(self.roll_size or 0) * self.share_percent // 100))


def ensure_complete(wanted: PetitionRules, *, today: date) -> None:
    """Raises SettingsIncomplete: neither a number nor a share, or a share of nobody knows how many."""
    wrong: dict[str, list[str]] = {}
    if (wanted.threshold is None) == (wanted.share_percent is None):
        both = wanted.threshold is not None
        wrong["threshold"] = [SettingsIncomplete.both if both else SettingsIncomplete.message]
    if wanted.share_percent is not None:
        if wanted.roll_size is None:
            wrong["roll_size"] = [SettingsIncomplete.roll_missing]
        if wanted.roll_on is None:
            wrong["roll_on"] = [SettingsIncomplete.day_missing]
    if wanted.roll_on is not None and wanted.roll_on > today:
        wrong["roll_on"] = [SettingsIncomplete.day_to_come]
    if wrong:
        raise SettingsIncomplete(fields=wrong)


def typing_ends_at(closes_at: datetime) -> datetime:
    """Return when sheets are typed no more."""
    return closes_at + timedelta(days=PAPER_DAYS)


def forgets_at(closes_at: datetime) -> datetime:
    return typing_ends_at(closes_at) + timedelta(days=FORGET_DAYS)


def state_of(
    step: Step, *, closes_at: datetime | None, reached_at: datetime | None, at: datetime
) -> PetitionState:
    """Return where a petition stands at an instant. Nothing has to run for it to close."""
    if step is not Step.ADMITTED or closes_at is None:
        return PetitionState(step.value)
    if reached_at is not None:
        return PetitionState.AWAITING
    if at < closes_at:
        return PetitionState.SIGNING
    return PetitionState.COUNTING if at < typing_ends_at(closes_at) else PetitionState.FAILED


def next_step(state: PetitionState, act: Act) -> Step:
    """Return what an act leads to. Raises WrongPetitionState (SignaturesClosed for a signature)."""
    step = TRANSITIONS.get((state, act))
    if step is None:
        raise SignaturesClosed if act is Act.SIGN else WrongPetitionState(REFUSED_ACTS[act])
    return step


def ensure_agenda(agenda_on: date, *, today: date) -> None:
    """Raises PlannedInThePast: that council was held, what it decided is published instead."""
    if agenda_on < today:
        raise PlannedInThePast


def ensure_deliberated(on: date, *, opened_on: date | None, today: date) -> None:
    """Raises DecidedInTheFuture; DecidedBeforeOpening: a year was mistyped, no council spoke of what was not asked."""
    if on > today:
        raise DecidedInTheFuture
    if opened_on is not None and on < opened_on:
        raise DecidedBeforeOpening


def permits(state: PetitionState, act: Act) -> bool:
    return (state, act) in TRANSITIONS


def can_be_signed(state: PetitionState, closes_at: datetime | None, *, at: datetime) -> bool:
    """It can, once it has what it needs, until its end all the same."""
    return permits(state, Act.SIGN) and closes_at is not None and at < closes_at


def ensure_signable(state: PetitionState, closes_at: datetime | None, *, at: datetime) -> None:
    """Raises SignaturesClosed."""
    if not can_be_signed(state, closes_at, at=at):
        raise SignaturesClosed


def takes_paper(state: PetitionState, closes_at: datetime | None, *, at: datetime) -> bool:
    return permits(state, Act.COUNT_PAPER) and closes_at is not None and at < typing_ends_at(closes_at)


def ensure_takes_paper(state: PetitionState, closes_at: datetime | None, *, at: datetime) -> None:
    """Raises WrongPetitionState: sheets are typed no more."""
    if not takes_paper(state, closes_at, at=at):
        raise WrongPetitionState(REFUSED_ACTS[Act.COUNT_PAPER])


USUAL_WORDS = frozenset(
    {
        "demand",
        "consei",
        "munici",
        "commun",
        "mairie",
        "annee",
        "nou",
        "avec",
        "pour",
        "dan",
        "cette",
        "plu",
        "faire",
    }
)
"""What nearly every petition says, as ``roots_of`` leaves it: it tells none from another."""
LEAST_WORD, ROOT = 4, 6


def roots_of(text: str) -> frozenset[str]:
    """Return the words that tell what a text is about, without their endings: « bancs » and « banc », « éclairer » and « éclairage »."""
    words = (word for word in fold(text).split() if len(word) >= LEAST_WORD)
    return frozenset(word.rstrip("sx")[:ROOT] for word in words) - USUAL_WORDS


def resemblance(one: frozenset[str], other: frozenset[str]) -> int:
    """Return how many words two petitions share, 0 under two: it is shown to who compares them, and decides nothing."""
    shared = len(one & other)
    return shared if shared > 1 else 0


def signer_identity(name: str, born_on: date) -> str:
    """Return who somebody is, for one petition: accents, capitals, hyphens and the order of names make no difference."""
    return "|".join((" ".join(sorted(fold(name).split())), born_on.isoformat()))


@dataclass(frozen=True)
class PaperLine:
    """A signature on a sheet, as it was typed."""

    name: str
    born_on: date


@dataclass(frozen=True)
class ReadSheet:
    """A sheet that was typed. ``illegible``: lines that cannot be made out on the paper; ``repeated``: written twice on this sheet."""

    lines: tuple[PaperLine, ...]
    illegible: int = 0
    too_young: int = 0
    repeated: int = 0


ILLEGIBLE = "?"
_LINE = re.compile(
    r"\A(?P<name>.+?)[\s,;:]+(?P<day>\d{1,2})[\s./-]+(?P<month>\d{1,2})[\s./-]+(?P<year>\d{4}|\d{2})\Z"
)
NO_DATE = N_(
    "Ligne %(number)s : écrivez le nom, puis la date de naissance, par exemple « Marie Durand 14/03/1961 »."
)
NO_SUCH_DAY = N_("Ligne %(number)s : cette date de naissance n’existe pas.")
NO_SUCH_AGE = N_("Ligne %(number)s : personne n’est né ce jour-là, ou n’a cet âge.")
LONG_NAME = N_("Ligne %(number)s : ce nom est trop long.")
TOO_MANY_LINES = N_("Une feuille a 60 lignes au plus : saisissez le reste sous un autre numéro.")
NO_LINE = N_("Écrivez au moins une ligne.")


def read_sheet(text: str, *, least_age: int, on: date) -> ReadSheet:
    """Read what was typed of a sheet: a line a person, its name then its date of birth; « ? » where the paper cannot be made out.

    Raises:
        UnreadableLine: says which lines, and why.
    """
    typed = [(number, line.strip()) for number, line in enumerate(text.splitlines(), 1) if line.strip()]
    if not typed:
        raise UnreadableLine([NO_LINE])
    if len(typed) > MOST_LINES:
        raise UnreadableLine([TOO_MANY_LINES])
    read: list[PaperLine] = []
    wrong: list[str] = []
    for number, line in typed:
        if line != ILLEGIBLE:
            found = _read_line(line, on)
            if isinstance(found, str):
                wrong.append(found % {"number": number})
            else:
                read.append(found)
    if wrong:
        raise UnreadableLine(wrong)
    old_enough = [line for line in read if age_on(line.born_on, on) >= least_age]
    distinct = {signer_identity(line.name, line.born_on): line for line in old_enough}
    return ReadSheet(
        tuple(distinct.values()),
        illegible=len(typed) - len(read),
        too_young=len(read) - len(old_enough),
        repeated=len(old_enough) - len(distinct),
    )


def _read_line(line: str, on: date) -> PaperLine | str:
    found = _LINE.match(line)
    if found is None or not fold(found["name"]):
        return NO_DATE
    if len(found["name"]) > LONGEST_LINE_NAME:
        return LONG_NAME
    try:
        born_on = _written_day(found["day"], found["month"], found["year"], on)
    except ValueError:
        return NO_SUCH_DAY
    if born_on > on or age_on(born_on, on) > LONGEST_LIFE_YEARS:
        return NO_SUCH_AGE
    return PaperLine(" ".join(found["name"].split()), born_on)


def _written_day(day: str, month: str, year: str, on: date) -> date:
    """Return a date as people write it by hand: a year of two figures is of the last hundred years. Raises ValueError."""
    if len(year) == 4:
        return date(int(year), int(month), int(day))
    this_century = on.year // 100 * 100 + int(year)
    is_past = (this_century, int(month), int(day)) <= (on.year, on.month, on.day)
    return date(this_century if is_past else this_century - 100, int(month), int(day))
