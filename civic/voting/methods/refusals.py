"""Why a file cannot be read or counted."""

from typing import Any

LONGEST_VALUE = 200


def N_(message: str) -> str:
    """Mark a message for translation. (As in the kernel, which the recount script does not hold.)"""
    return message


class CountRefused(Exception):
    """A file or an election that cannot be counted, for a reason that a person can read and mend.

    Attributes:
        message: French source text; ``%(name)s`` places are filled from ``values``, texts on one line and cut where they are long.
    """

    def __init__(self, message: str, **values: Any) -> None:
        super().__init__(message)
        self.message = message
        self.values = {
            name: " ".join(value.split())[:LONGEST_VALUE] if isinstance(value, str) else value
            for name, value in values.items()
        }

    def __str__(self) -> str:
        return self.message % self.values if self.values else self.message
