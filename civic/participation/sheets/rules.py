"""What a sheet asks, until when it is typed, and how its boxes are typed in a few keys."""

import re
from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta

from civic.consultations.channels import TYPING_DAYS
from civic.consultations.rules import Activity, Dated
from civic.kernel.clock import TOWN_TIME
from civic.kernel.errors import N_
from civic.participation.sheets.errors import (
    ArgumentIncomplete,
    ArgumentsNotAsked,
    NothingAsked,
    ProposalUnknown,
    ReceivedInFuture,
    ReceivedOutside,
    TypingIsOver,
    WrongLetters,
)
from civic.proposals.rules import Side

NAMES_KEPT_DAYS = 180
ON_SHEETS = (Activity.PROPOSE, Activity.SUPPORT, Activity.ARGUE, Activity.REACT, Activity.ANSWER)
MOST_STATEMENTS, MOST_PROPOSALS = 12, 8
MOST_ARGUMENTS = 2
STANCE_KEYS = {"o": "agree", "n": "disagree", "p": "pass"}
SIDE_KEYS = {"p": Side.FOR, "c": Side.AGAINST, "q": Side.NEUTRAL}
NO_ANSWER = "-"
LETTERS = "ABCDEFGH"
_NUMBER = re.compile(r"(?:.*/propositions/|n[°º]?\s*)?(\d{1,9})(?:[/?#].*)?", re.IGNORECASE)
"""A number, alone or at the end of the address of a proposal."""


@dataclass(frozen=True)
class TypedArgument:
    """The three boxes of an argument: which proposal, a letter for the side, and what is said."""

    proposal: str = ""
    side: str = ""
    body: str = ""

    @property
    def is_blank(self) -> bool:
        return not (self.proposal or self.side or self.body)


@dataclass(frozen=True)
class ReadArgument:
    """What its boxes mean. Whether the proposal exists is not known yet."""

    proposal_id: int
    side: Side
    body: str


def _town_day(instant: datetime) -> date:
    return instant.astimezone(TOWN_TIME).date()


def last_second(phases: Iterable[Dated]) -> datetime | None:
    """Return until when a sheet may be handed in; None where none is asked."""
    ends = [phase.closes_at for phase in phases if set(phase.activities) & set(ON_SHEETS)]
    return max(ends) - timedelta(seconds=1) if ends else None


def typing_ends(phases: Iterable[Dated]) -> datetime | None:
    """Return until when sheets are typed; None where none is asked."""
    ends = [phase.closes_at for phase in phases if set(phase.activities) & set(ON_SHEETS)]
    return max(ends) + timedelta(days=TYPING_DAYS) if ends else None


def asked_on(phases: Iterable[Dated], *, at: datetime) -> frozenset[Activity]:
    """Return what a sheet that is printed or typed now asks: what is or was open, or is to open, and may still be typed."""
    asked = {
        activity
        for phase in phases
        for activity in ON_SHEETS
        if activity in phase.activities and at < phase.closes_at + timedelta(days=TYPING_DAYS)
    }
    return frozenset(asked)


def ensure_asked(phases: Collection[Dated], *, at: datetime) -> None:
    """Raises NothingAsked, TypingIsOver: nothing is printed nor typed any more."""
    ends = typing_ends(phases)
    if ends is None:
        raise NothingAsked
    if at >= ends:
        raise TypingIsOver(day=_town_day(ends).strftime("%d/%m/%Y"))


def ensure_received_in_time(
    phases: Sequence[Dated], activity: Activity, *, received_on: date, at: datetime
) -> None:
    """Refuse what was not permitted on the day on which it was received, or that is typed too late.

    Raises:
        ReceivedInFuture, NothingAsked, ArgumentsNotAsked, ReceivedOutside, TypingIsOver.
    """
    if received_on > _town_day(at):
        raise ReceivedInFuture(fields={"received_on": [ReceivedInFuture.message]})
    permitting = [phase for phase in phases if activity in phase.activities]
    if not permitting:
        raise ArgumentsNotAsked if activity is Activity.ARGUE else NothingAsked
    last_days = {phase.closes_at: _town_day(phase.closes_at - timedelta(seconds=1)) for phase in permitting}
    held = [
        phase
        for phase in permitting
        if _town_day(phase.opens_at) <= received_on <= last_days[phase.closes_at] and phase.opens_at <= at
    ]
    if not held:
        first = min(_town_day(phase.opens_at) for phase in permitting)
        days = {"first": f"{first:%d/%m/%Y}", "last": f"{max(last_days.values()):%d/%m/%Y}"}
        raise ReceivedOutside(fields={"received_on": [ReceivedOutside.message]}, **days)
    ends = max(phase.closes_at for phase in held) + timedelta(days=TYPING_DAYS)
    if at >= ends:
        raise TypingIsOver(day=_town_day(ends).strftime("%d/%m/%Y"))


def read_stances(typed: str, statements: Sequence[int]) -> dict[int, str]:
    """Return what was ticked, from a letter for each statement in the order of the sheet.

    >>> read_stances("on-p", [7, 8, 9, 12])
    {7: 'agree', 8: 'disagree', 12: 'pass'}

    Raises:
        WrongLetters.
    """
    letters = [letter for letter in typed.lower() if not letter.isspace()]
    if len(letters) > len(statements) or any(
        letter not in STANCE_KEYS and letter != NO_ANSWER for letter in letters
    ):
        hint = N_(
            "Une lettre par affirmation, dans l’ordre : o, n, p, ou un tiret pour une case laissée vide."
        )
        raise WrongLetters(fields={"stances": [hint]}, text=typed, help=hint)
    return {
        statement: STANCE_KEYS[letter]
        for statement, letter in zip(statements, letters, strict=False)
        if letter != NO_ANSWER
    }


def read_supports(typed: str, proposals: Sequence[int]) -> list[int]:
    """Return the proposals that were ticked, from their letters on the sheet.

    >>> read_supports("ca", [31, 32, 40])
    [31, 40]
    """
    letters = {letter for letter in typed.upper() if not letter.isspace() and letter != ","}
    if not letters <= set(LETTERS[: len(proposals)]):
        hint = N_("Les lettres des propositions cochées, comme sur la feuille.")
        raise WrongLetters(fields={"supports": [hint]}, text=typed, help=hint)
    return [proposal for letter, proposal in zip(LETTERS, proposals, strict=False) if letter in letters]


def read_argument(typed: TypedArgument, proposals: Sequence[int], *, row: int) -> ReadArgument:
    """Return what the boxes of an argument mean; the proposal is told by its letter on the sheet, its number or its address.

    >>> read_argument(TypedArgument("b", "c", "Trop cher."), [31, 32], row=0)
    ReadArgument(proposal_id=32, side=<Side.AGAINST: 'against'>, body='Trop cher.')
    >>> read_argument(TypedArgument("https://rochebrune.fr/propositions/47#arguments", "P", "Oui."), [], row=0).proposal_id
    47

    Raises:
        ArgumentIncomplete, WrongLetters, ProposalUnknown.
    """
    boxes = {"proposal": typed.proposal, "side": typed.side, "body": typed.body}
    missing = {
        f"arguments-{row}-{name}": [ArgumentIncomplete.message] for name, said in boxes.items() if not said
    }
    if missing:
        raise ArgumentIncomplete(fields=missing)
    side = SIDE_KEYS.get(typed.side.lower())
    if side is None:
        hint = N_("p pour, c contre, q question ou remarque.")
        raise WrongLetters(fields={f"arguments-{row}-side": [hint]}, text=typed.side, help=hint)
    proposal_id = _proposal_named(typed.proposal.strip(), proposals)
    if proposal_id is None:
        name = f"arguments-{row}-proposal"
        raise ProposalUnknown(fields={name: [ProposalUnknown.message]}, text=typed.proposal)
    return ReadArgument(proposal_id, side, typed.body)


def _proposal_named(typed: str, proposals: Sequence[int]) -> int | None:
    lettered = dict(zip(LETTERS, proposals, strict=False))
    if typed.upper() in lettered:
        return lettered[typed.upper()]
    number = _NUMBER.fullmatch(typed)
    return int(number[1]) if number else None
