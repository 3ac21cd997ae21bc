"""Seats and sittings."""

import re
from datetime import timedelta
from enum import StrEnum

SITTING_LASTS = timedelta(hours=2)
"""What a calendar shows where nobody said when a sitting ends."""

USUAL_PROXIES = 1
"""Written proxies that one member may hold (article L2121-20 of the code of municipalities allows one)."""

MOST_PROXIES = 5

RESULT_OF_VOTE = re.compile(r"^(?=\*\*Vote (?:nominal|secret)\.\*\*)", re.MULTILINE)
"""Where the result of a vote begins in minutes (``civic.councils.minutes`` writes it, which a test compares)."""


class SeatRole(StrEnum):
    """In the order in which a council presents itself."""

    CHAIR = "chair"
    VICE_CHAIR = "vice_chair"
    SECRETARY = "secretary"
    MEMBER = "member"
    YOUTH = "youth"
    OBSERVER = "observer"


HOLDERS = (SeatRole.CHAIR, SeatRole.VICE_CHAIR, SeatRole.SECRETARY)
"""Who may hold a sitting from her seat: prepare it, lead it, write what was said."""


class SeatOrigin(StrEnum):
    ELECTED = "elected"
    DRAWN = "drawn"
    APPOINTED = "appointed"


class VoiceAnswer(StrEnum):
    """In the order in which minutes name them."""

    FOR = "for"
    AGAINST = "against"
    BLANK = "blank"
    ABSTAIN = "abstain"


class SecretKind(StrEnum):
    """What a secret vote decides, hence which majority it asks for."""

    MOTION = "motion"
    APPOINTMENT = "appointment"
    LAST_ROUND = "last_round"


class SecretReason(StrEnum):
    """Why a vote is secret, which the minutes say (article L2121-21 of the code of municipalities, as a model)."""

    THIRD = "third"
    APPOINTMENT = "appointment"
    RULE = "rule"


def rank_of(role: SeatRole) -> int:
    return list(SeatRole).index(role)


def initials_of(name: str) -> str:
    """Return one or two capitals that stand for a person's name."""
    words = [word for word in name.replace("-", " ").split() if word[0].isalpha()]
    ends = words[:1] + words[1:][-1:]
    return "".join(word[0].upper() for word in ends) or "?"


def with_results_since(typed: str, *, before: str, kept: str) -> str:
    """Return minutes as somebody typed them, with the results of votes that were written meanwhile: a timer writes some while she types.

    Args:
        before: the minutes when she began.
        kept: the minutes now.
    """
    new = RESULT_OF_VOTE.split(kept)[len(RESULT_OF_VOTE.split(before)) :]
    lost = [result.strip() for result in new if result.strip() not in typed]
    return "\n\n".join(part for part in (typed.rstrip(), *lost) if part) if lost else typed


def is_rewritten(typed: str, *, before: str, kept: str) -> bool:
    """Tell whether somebody else wrote in minutes since ``before``, which ``typed`` would take away: a result alone is no other text."""
    expected = with_results_since(before, before=before, kept=kept)
    return kept.split() not in (expected.split(), typed.split())
