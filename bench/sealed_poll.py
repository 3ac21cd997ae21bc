"""A sealed poll of 30 voters, 3 trustees and revotes, through the pages; two verifiers accept it at each stage.

python -m bench.sealed_poll [--voters 30] [--revotes 15]

The third party, the trustees, one voter in ten and one of the verifiers are Debian's `belenios-tool`; the others are the booth's modules,
in Node, and ours.
"""

import argparse
import json
import random
import tempfile
import time
from datetime import timedelta
from itertools import pairwise
from pathlib import Path
from typing import Any

import time_machine

from civic.kernel.clock import utc_now
from civic.kernel.outbox import deliver_due
from civic.kernel.work import do_some_work
from civic.voting.sealed.archive import EventKind, read_archive
from civic.voting.sealed.verify import verify_archive
from tests.conftest import build, dispose
from tests.voting.belenios import tool
from tests.voting.booth import story as stories
from tests.voting.booth.story import NAMES, SEVERAL, YES_NO, Story

TRUSTEES = ("Anne", "Boris", "Chloé")


def draw(dice: random.Random) -> list[Any]:
    several = dice.choice(["blank", [0], [1, 2], [0, 2]])
    grades = dice.choice([["blank", "blank"], [[dice.randrange(3)], [dice.randrange(3)]]])
    return [dice.choice([[0], [1], "blank"]), several, *grades]


def marks_of(choices: list[Any]) -> list[list[int]]:
    """Return choices as `belenios-tool` takes them."""
    marks = []
    for chosen, size in zip(choices, (2, 3, 3, 3), strict=True):
        places = [] if chosen == "blank" else chosen
        marks.append([int(chosen == "blank"), *(int(place in places) for place in range(size))])
    return marks


def sums_of(last: dict[int, list[Any]]) -> list[list[int]]:
    rows = [marks_of(choices) for choices in last.values()]
    return [[sum(column) for column in zip(*question, strict=True)] for question in zip(*rows, strict=True)]


def verified(story: Story, stage: str) -> Path:
    copy = story.copy()
    assert verify_archive((copy / "box.bel").read_bytes()).is_valid
    print(f"{stage}: both verifiers accept")
    return copy


def vote(story: Story, votes: list[tuple[int, list[Any]]]) -> None:
    ballots = story.seal_all(votes)
    began, cpu = time.monotonic(), time.process_time()
    for number, (voter, choices) in enumerate(votes):
        ballot = by_another_program(story, voter, choices) if number % 10 == 0 else ballots[number]
        assert story.cast(voter, ballot).status_code == 302
    print(
        f"{len(votes)} ballots cast: {time.process_time() - cpu:.1f} s of processor, {time.monotonic() - began:.1f} s"
    )


def by_another_program(story: Story, voter: int, choices: list[Any]) -> str:
    copy = story.copy(is_checked=False)
    (copy / "code").write_text(story.codes[voter])
    (copy / "choice").write_text(json.dumps(marks_of(choices)))
    return tool(copy, "election", "generate-ballot", "--privcred", "code", "--ballot", "choice")


def open_box(story: Story) -> Path:
    with story.app.app_context():
        while deliver_due():
            pass
        while do_some_work():
            pass
    copy = verified(story, "added up")
    for number in range(1, len(TRUSTEES) + 1):
        assert story.give(number, story.decryption(number, copy)).status_code == 302
        copy = verified(story, f"opened by {number}")
    return copy


def run(folder: Path, voters: int, revotes: int) -> None:
    app = build(f"sqlite:///{folder / 'civic.sqlite3'}")
    app.config["RATELIMIT_ENABLED"] = False
    dice = random.Random(4)
    story = stories.begin(app, folder, voters=voters, questions=(YES_NO, SEVERAL, NAMES))
    story.prepare(TRUSTEES)
    story.open()
    copies = [verified(story, "opened")]
    first = [(voter, draw(dice)) for voter in range(voters)]
    again = [(dice.randrange(voters), draw(dice)) for _ in range(revotes)]
    for votes in (first, again):
        vote(story, votes)
        copies.append(verified(story, "voted"))
    with time_machine.travel(utc_now() + timedelta(hours=2), tick=True):
        copies.append(open_box(story))
    for earlier, later in pairwise(copies):
        tool(folder, "election", "verify-diff", "--dir1", earlier.name, "--dir2", later.name)
    result = read_archive((copies[-1] / "box.bel").read_bytes()).texts_of(EventKind.RESULT)[0][0]
    assert json.loads(result)["result"] == sums_of(dict(first + again))
    print("the result is what the last ballot of each voter says; every copy follows from the one before")
    dispose(app)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--voters", type=int, default=30)
    parser.add_argument("--revotes", type=int, default=15)
    asked = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder:
        run(Path(folder), asked.voters, asked.revotes)


if __name__ == "__main__":
    main()
