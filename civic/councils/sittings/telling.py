"""A vote at a sitting as the page that follows it and the wall of the room say it."""

from dataclasses import dataclass

from flask_babel import gettext, ngettext

from civic.councils.minutes import ANSWERS, outcome_words, secret_outcome_words
from civic.councils.rules import VoiceAnswer
from civic.councils.secret_votes import ShownVote, show_secret_vote
from civic.councils.sitting_votes import show_vote
from civic.kernel.access import ANONYMOUS


@dataclass(frozen=True)
class ToldVote:
    """A vote in words that anybody may read.

    Attributes:
        progress: how many voted, of how many.
        outcome: what came of it; empty while it is open.
        counts: (answer, how many), once it is closed or where each answer is shown as it is given.
    """

    id: int
    motion: str
    is_secret: bool
    is_open: bool
    progress: str
    outcome: str
    counts: tuple[tuple[str, int], ...]


def vote_in_words(vote: ShownVote | None) -> ToldVote | None:
    """Return a vote as nobody in particular reads it: what is hidden until the closing is in none of its words."""
    if vote is None:
        return None
    return _secret(vote) if vote.is_secret else _named(vote)


def _named(vote: ShownVote) -> ToldVote:
    view = show_vote(ANONYMOUS, vote_id=vote.id)
    counted = view.so_far
    counts = [(gettext(ANSWERS[each]), counted.count(each)) for each in VoiceAnswer] if counted else []
    return ToldVote(
        id=vote.id,
        motion=vote.motion,
        is_secret=False,
        is_open=view.result is None,
        progress=_progress(view.answered, len(view.voices)),
        outcome=outcome_words(view.result) if view.result else "",
        counts=tuple(counts),
    )


def _secret(vote: ShownVote) -> ToldVote:
    view = show_secret_vote(ANONYMOUS, vote_id=vote.id)
    turnout = view.poll.summary.turnout
    return ToldVote(
        id=vote.id,
        motion=vote.motion,
        is_secret=True,
        is_open=view.is_open,
        progress=_progress(turnout, len(view.voices)) if turnout is not None else "",
        outcome=secret_outcome_words(view.result) if view.result else "",
        counts=tuple(view.result.counts.items()) if view.result else (),
    )


def _progress(answered: int, voices: int) -> str:
    return ngettext(
        "%(num)s réponse donnée sur %(total)s",
        "%(num)s réponses données sur %(total)s",
        answered,
        total=voices,
    )
