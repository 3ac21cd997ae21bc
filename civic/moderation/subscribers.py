"""What moderation holds of a person: given to her when she asks, unsigned when she leaves."""

from datetime import datetime
from typing import Any

import sqlalchemy as sa

from civic.accounts.personal_data import erases_personal_data, exports_personal_data
from civic.kernel.database import db
from civic.moderation.models import Appeal, Decision, Flag, FlaggedContent


@exports_personal_data("moderation")
def export_moderation(person_id: int) -> dict[str, Any]:
    """Return the flags that a person sent, the decisions on what she wrote, and her appeals."""
    flags = db.session.scalars(sa.select(Flag).filter_by(flagged_by_id=person_id).order_by(Flag.id))
    decisions = db.session.execute(
        sa.select(Decision, FlaggedContent)
        .join(FlaggedContent, FlaggedContent.id == Decision.content_id)
        .where(FlaggedContent.author_id == person_id)
        .order_by(Decision.id)
    )
    appeals = db.session.scalars(sa.select(Appeal).filter_by(author_id=person_id).order_by(Appeal.id))
    return {
        "flags": [
            {"reason": flag.reason.value, "text": flag.text, "sent_at": flag.created_at.isoformat()}
            for flag in flags
        ],
        "decisions": [
            {
                "outcome": decision.outcome.value,
                "rule": decision.rule.value if decision.rule else None,
                "text": decision.text,
                "content": content.text,
                "decided_at": decision.created_at.isoformat(),
            }
            for decision, content in decisions
        ],
        "appeals": [
            {"text": appeal.text, "state": appeal.state.value, "answer": appeal.answer} for appeal in appeals
        ],
    }


@erases_personal_data("moderation")
def unsign_moderation(person_id: int, now: datetime) -> None:
    """Take the person's name off her flags, contents, decisions and appeals, and her words off her flags and appeals."""
    for update in (
        sa.update(Flag).where(Flag.flagged_by_id == person_id).values(flagged_by_id=None, text=""),
        sa.update(Appeal).where(Appeal.author_id == person_id).values(author_id=None, text=""),
        sa.update(Appeal).where(Appeal.decided_by_id == person_id).values(decided_by_id=None),
        sa.update(Decision).where(Decision.moderator_id == person_id).values(moderator_id=None),
        sa.update(FlaggedContent).where(FlaggedContent.author_id == person_id).values(author_id=None),
    ):
        db.session.execute(update.execution_options(synchronize_session=False))
