"""What the pages of polls show, shaped for the components."""

from typing import Any

from flask_babel import format_percent, get_locale, gettext

from civic.kernel.errors import N_
from civic.voting.rules import BallotChannel, PollPlan, PollStatus
from civic.web.languages import form_instant

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


def form_values(plan: PollPlan) -> dict[str, Any]:
    """Return what the boxes of the form hold for a stored draft."""
    values: dict[str, Any] = {
        "question": plan.question,
        "description": plan.description,
        "plain_text": plan.plain_text,
        "territory_id": plan.territory_id,
        "opens_at": form_instant(plan.opens_at),
        "closes_at": form_instant(plan.closes_at),
        "minimum_age": plan.minimum_age,
        "quorum_percent": plan.quorum_percent,
    }
    for name in ("needs_verified_residency", "shows_turnout"):
        if getattr(plan, name):
            values[name] = "true"
    for number, choice in enumerate(plan.questions[0].choices):
        values[f"choices-{number}-label"] = choice.label
        values[f"choices-{number}-text"] = choice.text
    return values
