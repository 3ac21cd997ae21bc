"""What residents may read of a synthesis: the one that was published, until it is taken back or another is."""

from civic.consultations.service import get_visible_consultation
from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.transaction import publish, transaction
from civic.participation.access import ParticipationAction
from civic.participation.synthesis import queries
from civic.participation.synthesis.errors import SynthesisNotFound, SynthesisNotMade
from civic.participation.synthesis.events import SynthesisPublished, SynthesisUnpublished
from civic.participation.synthesis.models import Synthesis


def publish_synthesis(actor: Actor, *, consultation_id: int) -> None:
    """Show residents the last synthesis that was made, in the place of the one they read.

    Raises:
        ConsultationNotFound, NotAllowed.
        SynthesisNotMade: there is none.
    """
    now = utc_now()
    with transaction():
        consultation = get_visible_consultation(actor, consultation_id)
        require(actor, ParticipationAction.PUBLISH_SYNTHESIS, consultation)
        row = queries.lock_synthesis(consultation_id)
        if row is None or row.told is None:
            raise SynthesisNotMade
        row.published = {**row.told, "made_at": row.made_at.isoformat() if row.made_at else ""}
        row.published_at, row.published_by_id = now, actor.id
        publish(
            SynthesisPublished(
                occurred_at=now,
                consultation_id=consultation_id,
                territory_id=consultation.territory_id,
                actor_id=actor.id,
            )
        )


def unpublish_synthesis(actor: Actor, *, consultation_id: int) -> None:
    """Take back what residents read. Done twice, it changes nothing. Raises ConsultationNotFound, NotAllowed."""
    now = utc_now()
    with transaction():
        consultation = get_visible_consultation(actor, consultation_id)
        require(actor, ParticipationAction.PUBLISH_SYNTHESIS, consultation)
        row = queries.lock_synthesis(consultation_id)
        if row is None or row.published_at is None:
            return
        row.published, row.published_at, row.published_by_id = None, None, None
        publish(
            SynthesisUnpublished(
                occurred_at=now,
                consultation_id=consultation_id,
                territory_id=consultation.territory_id,
                actor_id=actor.id,
            )
        )


def get_readable_synthesis(actor: Actor, consultation_id: int) -> tuple[Synthesis, bool]:
    """Return the synthesis that somebody may read, and whether she makes them: she reads the last, others the one that is published.

    Raises:
        ConsultationNotFound: there is none that the actor may see.
        SynthesisNotFound: none is published.
    """
    consultation = get_visible_consultation(actor, consultation_id)
    makes = can(actor, ParticipationAction.MAKE_SYNTHESIS, consultation)
    row = queries.find_synthesis(consultation_id)
    if row is None or (row.told is None if makes else row.published_at is None):
        raise SynthesisNotFound
    return row, makes
