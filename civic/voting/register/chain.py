"""Lines chained by hashes, and what anyone checks of them. Pure: the standard library alone, so that it can be copied and run elsewhere."""

import hashlib
import json
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any

LARGEST_LINES = 200_000


class LineKind(StrEnum):
    """What a line of the register says. Stable words: they are hashed."""

    FROZEN = "frozen"
    IMPORTED = "imported"
    REFUSED = "refused"
    HEAD = "head"
    CLOSED = "closed"
    MIXED = "mixed"
    COUNTED = "counted"
    BOX = "box"
    PAPER = "paper"


class PaperAct(StrEnum):
    """What a line of papers says, in a sealed poll."""

    ERASED = "erased"
    COUNTED = "counted"


class Damage(StrEnum):
    """Why a register is not to be believed."""

    EMPTY = "empty"
    UNREADABLE = "unreadable"
    OTHER_POLL = "other_poll"
    MISNUMBERED = "misnumbered"
    UNCHAINED = "unchained"
    ALTERED = "altered"
    BACK_IN_TIME = "back_in_time"
    TURNOUT_FELL = "turnout_fell"
    SEAL_BROKEN = "seal_broken"
    AFTER_CLOSING = "after_closing"


class RegisterDamaged(Exception):
    """A register that does not hold together. ``line`` counts from 1, as an editor shows it."""

    def __init__(self, damage: Damage, line: int):
        super().__init__(f"line {line}: {damage.value}")
        self.damage = damage
        self.line = line


@dataclass(frozen=True)
class Line:
    """One act, or one hourly head. ``parent`` is the hash of the line before, empty in the first; ``at`` is in UTC, to the second."""

    poll: int
    height: int
    parent: str
    at: str
    kind: str
    content: dict[str, Any] = field(default_factory=dict)

    @property
    def text(self) -> str:
        """The canonical JSON that is hashed: sorted names, no spaces, UTF-8."""
        return canonical(vars(self))

    @property
    def hash(self) -> str:
        return sha256(self.text)

    @property
    def published(self) -> str:
        """The line as it is downloaded: what is hashed, and its hash."""
        return canonical({**vars(self), "hash": self.hash})


def canonical(value: Any) -> str:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def sha256(text: str) -> str:
    return hashlib.sha256(text.encode()).hexdigest()


def sealed_turnout(nonce: str, turnout: int) -> str:
    """Return what stands for a turnout that is hidden until the closing, when the nonce is published."""
    return sha256(f"{nonce}:{turnout}")


def read_register(text: str) -> list[Line]:
    """Read a downloaded register, and check that it holds together.

    Raises:
        RegisterDamaged: with the first line that is wrong, and why.
    """
    rows = text.removeprefix("\ufeff").splitlines()[:LARGEST_LINES]
    lines = [_read_line(row, number) for number, row in enumerate(rows, start=1)]
    verify(lines)
    return lines


def _read_line(row: str, number: int) -> Line:
    try:
        values = json.loads(row)
        claimed = values.pop("hash")
        line = Line(**values)
        is_typed = (
            isinstance(line.height, int) and isinstance(line.poll, int) and isinstance(line.content, dict)
        )
        datetime.fromisoformat(line.at)
    except (ValueError, TypeError, KeyError, AttributeError, RecursionError) as error:
        raise RegisterDamaged(Damage.UNREADABLE, number) from error
    if not is_typed or not isinstance(line.kind, str):
        raise RegisterDamaged(Damage.UNREADABLE, number)
    if claimed != line.hash or row != line.published:
        raise RegisterDamaged(Damage.ALTERED, number)
    return line


def verify(lines: Sequence[Line]) -> None:
    """Check a chain from its first line. Raises RegisterDamaged."""
    if not lines:
        raise RegisterDamaged(Damage.EMPTY, 1)
    before: Line | None = None
    for number, line in enumerate(lines, start=1):
        if line.poll != lines[0].poll:
            raise RegisterDamaged(Damage.OTHER_POLL, number)
        if line.height != number - 1:
            raise RegisterDamaged(Damage.MISNUMBERED, number)
        if line.parent != (before.hash if before else ""):
            raise RegisterDamaged(Damage.UNCHAINED, number)
        if before and line.at < before.at:
            raise RegisterDamaged(Damage.BACK_IN_TIME, number)
        before = line
    _verify_turnout(lines)


def _verify_turnout(lines: Sequence[Line]) -> None:
    """The turnout only grows, nothing is counted into it after the closing, and what was sealed is what the closing reveals.

    It falls by one where a line says that a mark of the roll, made by mistake for somebody who had not voted, was taken back.
    """
    most, revealed, is_closed = 0, _revealed(lines), False
    for number, line in enumerate(lines, start=1):
        if line.kind == LineKind.PAPER and line.content.get("act") == PaperAct.ERASED:
            most -= 1
        if line.kind not in (LineKind.HEAD, LineKind.CLOSED):
            continue
        if is_closed:
            raise RegisterDamaged(Damage.AFTER_CLOSING, number)
        is_closed = line.kind == LineKind.CLOSED
        turnout = line.content.get("turnout")
        if (seal := line.content.get("sealed_turnout")) and line.height in revealed:
            nonce, turnout = revealed[line.height]
            if sealed_turnout(nonce, turnout) != seal:
                raise RegisterDamaged(Damage.SEAL_BROKEN, number)
        if isinstance(turnout, int):
            if turnout < most:
                raise RegisterDamaged(Damage.TURNOUT_FELL, number)
            most = turnout


def _revealed(lines: Sequence[Line]) -> dict[int, tuple[str, int]]:
    """Return, by height, the nonce and the turnout that the closing reveals of each sealed head."""
    found: dict[int, tuple[str, int]] = {}
    for number, line in enumerate(lines, start=1):
        if line.kind == LineKind.CLOSED:
            try:
                found |= {
                    height: (str(nonce), int(turnout))
                    for height, nonce, turnout in line.content.get("seals", [])
                }
            except (TypeError, ValueError) as error:
                raise RegisterDamaged(Damage.UNREADABLE, number) from error
    return found


class Change(StrEnum):
    """How a later copy of a register differs from one that somebody kept."""

    SAME = "same"
    GREW = "grew"
    SHORTER = "shorter"
    REWRITTEN = "rewritten"
    OTHER_POLL = "other_poll"


@dataclass(frozen=True)
class Comparison:
    """``line``: of the later copy, the first that the kept one has not, from 1; ``added``: how many it has more."""

    change: Change
    line: int
    added: int = 0

    @property
    def is_sound(self) -> bool:
        return self.change in (Change.SAME, Change.GREW)


def compare(kept: Sequence[Line], later: Sequence[Line]) -> Comparison:
    """Tell whether a later copy only adds to one that was kept. Both are taken to hold together by themselves."""
    if kept and later and kept[0].poll != later[0].poll:
        return Comparison(Change.OTHER_POLL, 1)
    for number, (before, after) in enumerate(zip(kept, later, strict=False), start=1):
        if before.hash != after.hash:
            return Comparison(Change.REWRITTEN, number)
    if len(later) < len(kept):
        return Comparison(Change.SHORTER, len(later) + 1)
    added = len(later) - len(kept)
    return Comparison(Change.GREW if added else Change.SAME, len(kept) + 1, added)


def receipt_list(entries: Sequence[str]) -> str:
    """Return the published list of receipts: one a line, sorted, which says neither order nor time."""
    return "".join(f"{entry}\n" for entry in sorted(entries))
