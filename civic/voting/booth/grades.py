"""The words of the grades in the frozen text of a sealed poll, which is written once, in French."""

from collections.abc import Sequence

from civic.voting.telling.merit import NAMED

USUAL = 5


def grade_words(grades: int) -> Sequence[str]:
    """Return the words of a scale, the best first."""
    return NAMED[grades or USUAL]
