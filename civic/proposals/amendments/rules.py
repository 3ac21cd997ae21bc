"""What becomes of an amendment, and how a text that changed meanwhile takes it in."""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum

from civic.kernel.errors import N_
from civic.proposals.amendments.differences import opcodes
from civic.proposals.amendments.errors import AmendmentIsDecided, NothingChanges, TextIsAnswered


class AmendmentState(StrEnum):
    PROPOSED = "proposed"
    ACCEPTED = "accepted"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


STATE_NAMES = {
    AmendmentState.PROPOSED: N_("En attente de l’auteur"),
    AmendmentState.ACCEPTED: N_("Accepté"),
    AmendmentState.REFUSED: N_("Refusé"),
    AmendmentState.WITHDRAWN: N_("Retiré par son auteur"),
}


@dataclass(frozen=True)
class Text:
    """What an amendment may change of a proposal. ``body`` is Markdown."""

    title: str
    body: str

    @classmethod
    def of(cls, title: str | None, body: str | None) -> "Text | None":
        """Return what was given, where both were."""
        return cls(title, body) if title and body else None


def ensure_changes(before: Text, after: Text) -> None:
    """Raises NothingChanges."""
    if before == after:
        raise NothingChanges(fields={"body": [NothingChanges.message]})


def ensure_undecided(state: AmendmentState) -> None:
    """Raises AmendmentIsDecided."""
    if state is not AmendmentState.PROPOSED:
        raise AmendmentIsDecided


def ensure_unanswered(*, is_answered: bool) -> None:
    """Refuse to change what the town hall answered: its answer is to the text that it read. Raises TextIsAnswered."""
    if is_answered:
        raise TextIsAnswered


def merge(base: Text, present: Text, proposed: Text) -> Text | None:
    """Return what an amendment of ``base`` gives on the present text; None where both changed the same paragraph, or the title."""
    title = _merge_values(base.title, present.title, proposed.title)
    lines = _merge_lines(*(each.body.split("\n") for each in (base, present, proposed)))
    return None if title is None or lines is None else Text(title, "\n".join(lines))


def _merge_values(base: str, present: str, proposed: str) -> str | None:
    if present in (base, proposed):
        return proposed
    return present if proposed == base else None


@dataclass(frozen=True)
class _Change:
    """Lines of the base, from ``start`` to ``end``, that became others."""

    start: int
    end: int
    lines: tuple[str, ...]

    def touches(self, other: "_Change") -> bool:
        """Two changes that meet are not told apart: in which order would they come?"""
        return self.start <= other.end and other.start <= self.end


def _merge_lines(base: Sequence[str], present: Sequence[str], proposed: Sequence[str]) -> list[str] | None:
    ours, theirs = _changes(base, present), _changes(base, proposed)
    if any(one != other and one.touches(other) for one in ours for other in theirs):
        return None
    merged: list[str] = []
    at = 0
    for change in sorted({*ours, *theirs}, key=lambda each: (each.start, each.end)):
        merged += [*base[at : change.start], *change.lines]
        at = change.end
    return [*merged, *base[at:]]


def _changes(base: Sequence[str], other: Sequence[str]) -> list[_Change]:
    codes, _ = opcodes(base, other)
    return [
        _Change(start, end, tuple(other[first:last]))
        for tag, start, end, first, last in codes
        if tag != "equal"
    ]
