"""The words of the grades in the frozen text of a sealed poll, which is written once, in French."""

from collections.abc import Sequence

from civic.voting.booth.questions import USUAL_GRADES
from civic.voting.telling.merit import NAMED


def grade_words(grades: int) -> Sequence[str]:
    """Return the words of a scale, the best first."""
    return NAMED[grades or USUAL_GRADES]
