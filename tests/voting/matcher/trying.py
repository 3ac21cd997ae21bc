"""A matcher: honest ways to propose, from what is at rest, what each voter answered; and the most that chance would name."""

import json
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from math import exp, lgamma, log
from typing import Any

from civic.voting.answers import read_ballot
from civic.voting.closed_ballots import CLOSED, open_ballot
from civic.voting.errors import BoxNotOpened
from civic.web.idempotency import fingerprint_of
from tests.voting.matcher.traces import Traces

Proposals = dict[int, str]
"""An answer by voter: ``c2``, or "" for a blank one."""
Found = dict[int, str]
"""What was found beside a voter: the text of a ballot."""


@dataclass(frozen=True)
class Asked:
    """A question of a poll.

    Attributes:
        truth: what each voter answered, which only who scores knows.
    """

    poll_id: int
    question_id: int
    position: int
    truth: Proposals

    @property
    def result(self) -> list[str]:
        """The answers, the most frequent first: published at the closing."""
        return [answer for answer, _ in Counter(self.truth.values()).most_common()]

    @property
    def chance(self) -> float:
        """What share is named by who always proposes the most frequent answer."""
        return Counter(self.truth.values()).most_common(1)[0][1] / len(self.truth)


@dataclass(frozen=True)
class Tried:
    """How many voters one way named rightly, of how many."""

    way: str
    named: int
    voters: int
    chance: float

    @property
    def share(self) -> float:
        return self.named / self.voters


def try_all(traces: Traces, asked: Asked, *, has_key: bool) -> list[Tried]:
    """Try every way.

    Args:
        has_key: the installation's secret was found too: closed ballots are read. Without it, their lengths are all there is to compare.
    """
    reader = _reader(asked, has_key=has_key)
    ways: dict[str, Found] = {
        "the same number of transaction": same_transaction(traces, asked),
        "rows in the files, deleted or not": old_rows(traces, asked),
        "rows in the files, in their order there": rows_in_order(traces, asked),
        "the write-ahead log": journal(traces, asked),
        "a retry's fingerprint, every answer tried": fingerprints(traces, asked),
        "a row that names her": rows_that_name(traces, asked),
        "the lines of the log": log_lines(traces, asked),
        **dict(orders(traces, asked)),
    }
    voters = len(asked.truth)
    tried = []
    for way, found in ways.items():
        proposals = _proposals(found, asked, reader)
        named = sum(proposals[voter] == answer for voter, answer in asked.truth.items())
        tried.append(Tried(way, named, voters, asked.chance))
    return tried


def _reader(asked: Asked, *, has_key: bool) -> Callable[[str], str | None]:
    """What reads a text found: an answer, or None when it cannot be read."""

    def read(text: str) -> str | None:
        if text.startswith("class:") or (text.startswith(CLOSED) and not has_key):
            return None
        try:
            named = read_ballot(open_ballot(text, question_id=asked.question_id)).named
        except BoxNotOpened:
            return None
        return named[0] if named else ""

    return read


def _proposals(found: Found, asked: Asked, read: Callable[[str], str | None]) -> Proposals:
    """What is read is proposed. What is not is put in classes of one length, the largest taken for the most frequent answer, and so on.
    Who left no trace is said to have given the most frequent answer."""
    result = asked.result
    classes = Counter(_class(text) for text in found.values() if read(text) is None)
    taken_for = {
        name: result[min(rank, len(result) - 1)] for rank, (name, _) in enumerate(classes.most_common())
    }
    proposals = dict.fromkeys(asked.truth, result[0])
    for voter, text in found.items():
        answer = read(text)
        proposals[voter] = taken_for[_class(text)] if answer is None else answer
    return proposals


def _class(text: str) -> str:
    return text if text.startswith("class:") else f"{len(text)} characters"


# What is looked at


def _marks(traces: Traces, asked: Asked) -> list[dict[str, Any]]:
    return [row for row in traces.rows["roll_entry"] if row["poll_id"] == asked.poll_id and row["has_voted"]]


def _box(traces: Traces, asked: Asked) -> list[dict[str, Any]]:
    return [row for row in traces.rows["ballot"] if row["question_id"] == asked.question_id]


def same_transaction(traces: Traces, asked: Asked) -> Found:
    written = {row.get("_xmin"): row["content"] for row in _box(traces, asked)}
    marks = {row["person_id"]: row.get("_xmin") for row in _marks(traces, asked)}
    return {person: written[number] for person, number in marks.items() if number and number in written}


def old_rows(traces: Traces, asked: Asked) -> Found:
    """Ballots that the files still hold, by the transaction that wrote them."""
    written = defaultdict(list)
    for number, text in traces.old_rows:
        written[number].append(text)
    marks = {row["person_id"]: row.get("_xmin") for row in _marks(traces, asked)}
    return {person: _pick(written[number], asked) for person, number in marks.items() if number in written}


def rows_in_order(traces: Traces, asked: Asked) -> Found:
    """Ballots of the files that are no more in the box, in the order in which they lie, beside the marks in theirs."""
    kept = {row["content"] for row in traces.rows["ballot"]}
    texts = [text for _, text in traces.old_rows if text not in kept] or [text for _, text in traces.old_rows]
    persons = [row["person_id"] for row in sorted(_marks(traces, asked), key=_place)]
    return dict(zip(persons, texts, strict=False))


def journal(traces: Traces, asked: Asked) -> Found:
    holders = {row["receipt_digest"]: row["person_id"] for row in _marks(traces, asked)}
    found: Found = {}
    for written in traces.journal:
        persons = {holders[each] for each in written.receipts if each in holders}
        if len(persons) == 1 and written.contents:
            found[persons.pop()] = _pick(written.contents, asked)
    return found


def _pick(texts: list[str], asked: Asked) -> str:
    """Of several ballots of one transaction, the one that is of this question (we tell, so that it is not a matter of luck); else the one at
    its place."""
    for text in texts:
        try:
            if text.startswith(CLOSED):
                open_ballot(text, question_id=asked.question_id)
                return text
        except BoxNotOpened:
            continue
    return texts[min(asked.position, len(texts)) - 1]


def fingerprints(traces: Traces, asked: Asked) -> Found:
    """Each kept answer of a voter holds a hash of what she asked for: is it the hash of a ballot?"""
    paths = {
        f"/api/v1/polls/{asked.poll_id}/ballots",
        f"/api/v1/polls/{asked.poll_id}/ballots?",
        f"/scrutins/{asked.poll_id}/bulletin",
    }
    known = {}
    for answer in asked.result:
        one: dict[str, Any] = {"options": [answer]} if answer else {"blank": True}
        typed = repr([(f"q{asked.position}", answer or "blank")]).encode()
        bodies = [
            json.dumps({"answers": [one]}, separators=each).encode() for each in ((",", ":"), (", ", ": "))
        ]
        for path in paths:
            known |= {fingerprint_of("POST", path, body): _text_of(answer) for body in (*bodies, typed)}
    return {
        row["person_id"]: known[row["fingerprint"]]
        for row in traces.rows["kept_answer"]
        if row["fingerprint"] in known and row["person_id"] in asked.truth
    }


def rows_that_name(traces: Traces, asked: Asked) -> Found:
    """A row of any other table, of a voter, in which one answer alone is written."""
    texts = {answer: _text_of(answer) for answer in asked.result if answer}
    found: Found = {}
    for table, rows in traces.rows.items():
        for row in rows if table != "ballot" else []:
            held = str(row)
            named = [answer for answer in texts if f"'{answer}'" in held or f'"{answer}"' in held]
            if row.get("person_id") in asked.truth and len(named) == 1:
                found[row["person_id"]] = texts[named[0]]
    return found


def log_lines(traces: Traces, asked: Asked) -> Found:
    """Lines of the requests that cast, in their order, beside the marks in theirs: by their length, or how long they took."""
    lines = [line for line in traces.log if "cast_" in line and '"status": 4' not in line]
    persons = [row["person_id"] for row in sorted(_marks(traces, asked), key=_place)]
    return {person: f"class:{len(line)}" for person, line in zip(persons, lines, strict=False)}


def orders(traces: Traces, asked: Asked) -> Iterable[tuple[str, Found]]:
    """The n-th voter by any column of any table that knows her, and the n-th ballot by any of its own."""
    box = _box(traces, asked)
    boxes = {
        column: [row["content"] for row in sorted(box, key=lambda row: _sortable(row, column))]
        for column in (box[0] if box else {})
    }
    for table, rows in traces.rows.items():
        known = [
            (row["id"] if table == "person" else row.get("person_id"), row)
            for row in (_marks(traces, asked) if table == "roll_entry" else rows)
        ]
        of_voters = [(person, row) for person, row in known if person in asked.truth]
        for column in of_voters[0][1] if of_voters else ():
            ordered = sorted(of_voters, key=lambda one: _sortable(one[1], column))
            persons = list(dict.fromkeys(person for person, _ in ordered))
            for name, contents in boxes.items():
                yield (
                    f"order: {table}.{column} beside ballot.{name}",
                    dict(zip(persons, contents, strict=False)),
                )


def _place(row: dict[str, Any]) -> Any:
    return _sortable(row, "_place")


def _sortable(row: dict[str, Any], column: str) -> tuple[bool, str, Any]:
    value = row.get(column)
    if isinstance(value, tuple | int | float):
        return (True, type(value).__name__ if isinstance(value, tuple) else "number", value)
    return (value is not None, "text", str(value))


def _text_of(answer: str) -> str:
    return f'{{"places":[["{answer}"]]}}' if answer else ""


# What chance would do


def most_by_chance(voters: int, share: float, *, risk: float) -> int:
    """Return how many voters a way that names each rightly with this probability exceeds less often than ``risk`` (binomial, exact)."""
    above, named = 0.0, voters
    while named > 0:
        above += exp(
            lgamma(voters + 1)
            - lgamma(named + 1)
            - lgamma(voters - named + 1)
            + named * log(share)
            + (voters - named) * log(1 - share)
        )
        if above > risk:
            return named
        named -= 1
    return 0
