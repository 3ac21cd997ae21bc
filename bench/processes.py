"""The processor time of whole trees of processes, to the nanosecond, as Linux counts it."""

import os
from collections.abc import Iterable
from pathlib import Path


def tree(root: int) -> set[int]:
    """Return a process and all that it started, and so on."""
    found, left = set(), [root]
    while left:
        process = left.pop()
        found.add(process)
        for task in _listed(f"/proc/{process}/task"):
            left += [int(each) for each in _read(f"/proc/{process}/task/{task}/children").split()]
    return found


def seconds_of(roots: Iterable[int]) -> float:
    """Return how long they have used a processor, with every thread of all that they started and of what ended meanwhile."""
    return sum(_seconds(process) for root in roots for process in tree(root))


def _seconds(process: int) -> float:
    alive = sum(
        int((_read(f"/proc/{process}/task/{task}/schedstat") or "0").split()[0])
        for task in _listed(f"/proc/{process}/task")
    )
    stat = _read(f"/proc/{process}/stat").rpartition(")")[2].split()
    ended = (int(stat[13]) + int(stat[14])) / os.sysconf("SC_CLK_TCK") if stat else 0
    return alive / 1e9 + ended


def _listed(folder: str) -> list[str]:
    try:
        return os.listdir(folder)
    except OSError:
        return []


def _read(path: str) -> str:
    try:
        return Path(path).read_text()
    except OSError:
        return ""
