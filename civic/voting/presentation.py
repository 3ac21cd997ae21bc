"""What the pages of polls show, shaped for the components."""

from flask_babel import format_percent, get_locale, gettext

from civic.kernel.errors import N_
from civic.voting.rules import BallotChannel, PollStatus

TABS = (
    (PollStatus.OPEN, N_("Ouverts")),
    (PollStatus.COMING, N_("À venir")),
    (PollStatus.CLOSED, N_("Terminés")),
    (PollStatus.DRAFT, N_("Brouillons")),
)
CHANNELS = {
    BallotChannel.WEB: N_("En ligne"),
    BallotChannel.DESK: N_("Au guichet"),
    BallotChannel.PAPER: N_("Sur papier"),
}
STEP = 4
"""Digits of a fingerprint are shown by four, so that two persons can compare them aloud."""


def percentage(value: float) -> str:
    """« 41,5 % » in French, “41.5%” in English: where the sign stands is the language's business."""
    pattern = get_locale().percent_formats[None].pattern  # of whole percents: one decimal is added
    return str(format_percent(value / 100, pattern.replace("#,##0", "#,##0.#")))


def in_groups(digest: str) -> str:
    """Return a fingerprint in groups that the eye can follow, and that break at the end of a line."""
    return " ".join(digest[start : start + STEP] for start in range(0, len(digest), STEP))


def channel_label(channel: BallotChannel | None) -> str:
    return gettext(CHANNELS[channel]) if channel else ""
