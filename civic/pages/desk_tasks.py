"""What waits at the desk, whoever it waits for."""

from dataclasses import dataclass


@dataclass(frozen=True)
class Task:
    """Something that waits: how many, what, and where it is done.

    Attributes:
        is_urgent: draws the eye, when there is any.
        is_notice: good to know, and nothing to do.
    """

    count: int
    label: str
    url: str
    is_urgent: bool = False
    is_notice: bool = False

    @property
    def is_none(self) -> bool:
        return self.count == 0
