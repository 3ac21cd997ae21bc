"""The list from which lots are drawn, the rules that are frozen, and the result, as files that have one way of being written. Pure."""

import csv
import hashlib
import json
import re
import unicodedata
from collections import Counter
from collections.abc import Sequence
from typing import Any

from civic.councils.sortition.rules import Drawn, Entrant, Plan, Quota, find_replacement

SEPARATOR = ";"
NUMBER = "numero"
MOST_LINES, MOST_CRITERIA, MOST_VALUES, LONGEST_VALUE = 5_000, 5, 15, 60
_NUMBER = re.compile(r"[A-Za-z0-9][A-Za-z0-9._/-]{0,19}")
_UNFIT = re.compile(r'[";]|^[=+@＝＋＠－-]')
"""What would part two cells; and what a spreadsheet takes for a formula: the list is published, for anybody to open."""
_SAID = re.compile(r"[0-9]+|[a-z]+")


class ListRefused(Exception):
    """A list cannot be read. ``line`` None: it is about the whole; ``value`` is what was read there."""

    def __init__(self, reason: str, line: int | None = None, value: str = ""):
        super().__init__(reason)
        self.reason, self.line, self.value = reason, line, value


def read_list(content: bytes) -> tuple[tuple[str, ...], list[Entrant]]:
    """Read a table: a head, then a line a person, its number first. Returns the criteria, and who is on it.

    Raises:
        ListRefused: ``empty``, ``no_head``, ``too_many_criteria``, ``criterion_twice``, ``too_many_lines``, ``cells``, ``number``,
            ``number_twice``, ``value`` or ``too_many_values``: nothing of the list is kept.
    """
    text = _decoded(content)
    lines = [line for line in text.splitlines() if line.strip()]
    if not lines:
        raise ListRefused("empty")
    separator = max(";,\t", key=lines[0].count)
    rows = _rows_in(text, separator)
    head = [_tidy(cell) for cell in next(row for row in rows if any(cell.strip() for cell in row))]
    criteria = tuple(head[1:])
    _ensure_head(criteria)
    entrants: dict[str, Entrant] = {}
    is_head = True
    for line, row in enumerate(rows, start=1):
        if not any(cell.strip() for cell in row):
            continue
        if is_head:
            is_head = False
            continue
        entrant = _read_row(row, line, len(criteria))
        if entrant.number in entrants:
            raise ListRefused("number_twice", line, entrant.number)
        entrants[entrant.number] = entrant
        if len(entrants) > MOST_LINES:
            raise ListRefused("too_many_lines", line)
    if not entrants:
        raise ListRefused("empty")
    for place, criterion in enumerate(criteria):
        if len({entrant.profile[place] for entrant in entrants.values()}) > MOST_VALUES:
            raise ListRefused("too_many_values", None, criterion)
    return criteria, in_order(list(entrants.values()))


def _rows_in(text: str, separator: str) -> list[list[str]]:
    read = csv.reader(text.splitlines(), delimiter=separator)
    try:
        return list(read)
    except csv.Error as error:  # a cell that is longer than any table has
        raise ListRefused("value", read.line_num) from error


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError:
        return content.decode("cp1252", errors="replace")


def _ensure_head(criteria: tuple[str, ...]) -> None:
    if not criteria or any(not _is_value(criterion) for criterion in criteria):
        raise ListRefused("no_head", 1)
    if len(criteria) > MOST_CRITERIA:
        raise ListRefused("too_many_criteria", 1)
    if len(set(criteria)) < len(criteria):
        raise ListRefused("criterion_twice", 1)


def _read_row(row: Sequence[str], line: int, criteria: int) -> Entrant:
    cells = [_tidy(cell) for cell in row]
    if len(cells) != criteria + 1:
        raise ListRefused("cells", line, str(len(cells)))
    if not _NUMBER.fullmatch(cells[0]):
        raise ListRefused("number", line, cells[0][:LONGEST_VALUE])
    for cell in cells[1:]:
        if not _is_value(cell):
            raise ListRefused("value", line, cell[:LONGEST_VALUE])
    return Entrant(cells[0], tuple(cells[1:]))


def _tidy(cell: str) -> str:
    return " ".join(cell.split())


def _is_value(cell: str) -> bool:
    return 0 < len(cell) <= LONGEST_VALUE and not _UNFIT.search(cell) and cell.isprintable()


def in_order(entrants: Sequence[Entrant]) -> list[Entrant]:
    """Return a list in the order in which it is written: 2 before 10."""
    return sorted(entrants, key=lambda entrant: (len(entrant.number), entrant.number))


def write_list(criteria: Sequence[str], entrants: Sequence[Entrant]) -> str:
    """Return the one text of a list, of which the fingerprint is published."""
    rows = [(NUMBER, *criteria), *((entrant.number, *entrant.profile) for entrant in in_order(entrants))]
    return "".join(SEPARATOR.join(row) + "\n" for row in rows)


def fingerprint(text: str) -> str:
    """Return the SHA-256 of a text, as ``sha256sum`` prints it for the file."""
    return hashlib.sha256(text.encode()).hexdigest()


def write_json(document: Any) -> str:
    return json.dumps(document, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"


def write_rules(plan: Plan, *, list_sha256: str, seed_source: str, seed_at: str) -> str:
    """Return the one text of what is frozen before the seed exists."""
    return write_json(
        {
            "criteria": list(plan.criteria),
            "list_sha256": list_sha256,
            "quotas": [[quota.criterion, quota.value, quota.least, quota.most] for quota in plan.quotas],
            "seats": plan.seats,
            "seed_at": seed_at,
            "seed_source": seed_source,
            "substitutes": plan.substitutes,
        }
    )


def read_rules(text: str) -> tuple[Plan, str]:
    """Return what is to be drawn, and the fingerprint of the list from which it is."""
    document = json.loads(text)
    quotas = tuple(Quota(*quota) for quota in document["quotas"])
    plan = Plan(tuple(document["criteria"]), document["seats"], document["substitutes"], quotas)
    return plan, document["list_sha256"]


def write_result(drawn: Drawn, *, seed: str, list_sha256: str) -> str:
    """Return the one text of a draw: the application publishes it, and the script prints it."""
    return write_json(
        {
            "list_sha256": list_sha256,
            "panel": list(drawn.panel),
            "seed": seed,
            "substitutes": list(drawn.substitutes),
        }
    )


def tidy_seed(typed: str) -> str:
    """Return what a seed says in the one way in which it is written: its numbers and words, joined by hyphens. Empty where it says nothing.

    Whoever types it could else try writings that no eye tells apart (« 07 » for « 7 », one hyphen for another, a space) until a panel pleases her.
    """
    plain = "".join(each for each in unicodedata.normalize("NFKD", typed) if not unicodedata.combining(each))
    said = _SAID.findall(plain.lower())
    return "-".join((word.lstrip("0") or "0") if word.isdigit() else word for word in said)


def replace_all(
    plan: Plan, entrants: Sequence[Entrant], drawn: Drawn, declined: Sequence[str]
) -> list[tuple[str, str | None]]:
    """Follow those who declined, one after the other. Returns each with who takes the place (None: nobody can)."""
    by_number = {entrant.number: entrant for entrant in entrants}
    members, gone = list(drawn.panel), set(drawn.panel)
    followed: list[tuple[str, str | None]] = []
    for leaving in declined:
        if leaving not in members:
            continue
        coming = find_replacement(plan, by_number, drawn, members=members, leaving=leaving, gone=gone)
        members.remove(leaving)
        if coming is not None:
            members.append(coming)
            gone.add(coming)
        followed.append((leaving, coming))
    return followed


def counts_of(criteria: Sequence[str], entrants: Sequence[Entrant]) -> dict[str, dict[str, int]]:
    """Return how many people of the list have each value, the values in order."""
    return {
        criterion: dict(sorted(Counter(entrant.profile[place] for entrant in entrants).items()))
        for place, criterion in enumerate(criteria)
    }


def count_rare(entrants: Sequence[Entrant], short: int) -> int:
    """Return how many people have fewer than ``short`` who are alike in every criterion, themselves included."""
    alike = Counter(entrant.profile for entrant in entrants)
    return sum(count for count in alike.values() if count < short)
