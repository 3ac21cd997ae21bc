"""The methods of Debian's ``belenios-tool`` 2.0, as a program that reads ballots and prints a result."""

import json
import subprocess
from typing import Any

from civic.voting.methods.ballots import Election, Tally
from civic.voting.methods.registry import count_election

SAME = "same"
ROUNDED = "rounded"
"""They part, by the rounding of floating point numbers, what is exactly equal."""


def ask_belenios(method: str, ballots: list[list[int]], *options: str) -> dict[str, Any]:
    words = ["belenios-tool", "method", method, *options]
    answer = subprocess.run(words, input=json.dumps(ballots), capture_output=True, text=True, check=False)
    if answer.returncode:
        raise RuntimeError(f"{words}: {answer.stderr}\n{ballots}")
    return json.loads(answer.stdout)


def named(election: Election, groups: list[list[int]]) -> list[list[str]]:
    return [sorted(election.ids[index] for index in group) for group in groups]


def ranks(election: Election) -> list[list[int]]:
    """Return each ballot as the rank of each option, 0 for those that it does not name."""
    rows = []
    for ballot, count in election.piles:
        rank = {option: place for place, options in enumerate(ballot.places, 1) for option in options}
        rows += [[rank.get(option, 0) for option in election.ids]] * count
    return rows


def compare_schulze(election: Election) -> str:
    """Compare the groups of equals, best first."""
    tally = count_election(election, "schulze")
    ours = [step["options"] for step in tally.steps if step["kind"] == "rank"]
    theirs = ask_belenios(
        "schulze", ranks(election), f"--nchoices={len(election.ids)}", "--blank-allowed=false"
    )
    return (
        "same" if ours == named(election, theirs["winners"]) else f"ours {ours}, theirs {theirs['winners']}"
    )


def compare_majority_judgment(election: Election) -> str:
    """Compare the groups of equals, best first. Their best grade is 1, ours their number."""
    grades = election.terms.grades
    rows = [
        [grades + 1 - dict(ballot.points)[option] for option in election.ids]
        for ballot, count in election.piles
        for _ in range(count)
    ]
    tally = count_election(election, "majority-judgment")
    sizes = (f"--nchoices={len(election.ids)}", f"--ngrades={grades}", "--blank-allowed=false")
    theirs = named(election, ask_belenios("majority-judgment", rows, *sizes)["winners"])
    ours = groups_of(tally)
    return SAME if ours == theirs else f"ours {ours}, theirs {theirs}"


def groups_of(tally: Tally) -> list[list[str]]:
    """Return the options ranked by majority judgement, in groups of equals."""
    groups = [[tally.winners[0]]]
    for step in tally.steps:
        if step["kind"] == "comparison":
            if step.get("equal"):
                groups[-1].append(step["worse"])
            else:
                groups.append([step["worse"]])
    return [sorted(group) for group in groups]


def compare_stv(election: Election) -> str:
    """Compare every election and elimination, in their order. Without a seed, ties are decided as theirs are.

    They count with floating point numbers, which now and then part two options that hold exactly the same: such a result is told apart.
    """
    tally = count_election(election, "stv")
    theirs = ask_belenios("stv", ranks(election), f"--nseats={election.terms.seats}")
    events = [(event[0], event[1]) for event in theirs["events"] if event[0] in ("Win", "Lose")]
    told = [(kind, told if kind == "Win" else [told]) for kind, told in events]
    expected = [(kind, sorted(election.ids[index] for index in indexes)) for kind, indexes in told]
    rounds = [step for step in tally.steps if step["kind"] == "round"]
    found = [
        ("Lose" if step["outcome"] == "eliminated" else "Win", sorted(step["options"])) for step in rounds
    ]
    if found == expected:
        return SAME
    (kind, ours), (their_kind, others), votes = next(
        (one, other, step["votes"])
        for one, other, step in zip(found, expected, rounds, strict=False)
        if one != other
    )
    if kind == their_kind and len(ours) == len(others) == 1 and votes[ours[0]] == votes[others[0]]:
        return ROUNDED
    return f"ours {found}, theirs {expected}"
