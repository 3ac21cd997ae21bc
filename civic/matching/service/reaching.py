"""A volunteer whom no message reaches: her invitation has failed, and somebody else is asked at once."""

from collections.abc import Collection
from datetime import datetime

from civic.kernel.database import db
from civic.kernel.transaction import publish, transaction
from civic.matching import queries, rules
from civic.matching.events import InvitationFailed
from civic.matching.rules import InvitationState
from civic.matching.service.dispatch import step
from civic.mutual_aid import queries as mutual_aid


def note_unreached(*, invitation_id: int, by: str, other_ways: Collection[str], now: datetime) -> bool:
    """Write that a way of reaching a volunteer was refused for good, for the relay, which asks no right. Doing it twice changes nothing.

    With no other way left, the invitation has failed. Should she read it on the site after all, she may still say yes.

    Args:
        by: ``mail`` or ``sms``.
        other_ways: by which she may also be reached, refused or not.

    Returns:
        Whether it has failed, so that somebody else was asked.
    """
    with transaction():
        invitation = queries.get_invitation(invitation_id)
        mutual_aid.lock_request(invitation.request_id)
        db.session.refresh(invitation)
        refused = {*filter(None, invitation.unreached_by.split(",")), by}
        invitation.unreached_by = ",".join(sorted(refused))
        db.session.flush()
        has_read = invitation.seen_at is not None
        if invitation.state is not InvitationState.SENT or has_read or set(other_ways) - refused:
            return False
        rules.ensure_invitation_step(invitation.state, InvitationState.FAILED)
        invitation.state, invitation.ended_at = InvitationState.FAILED, now
        db.session.flush()
        publish(
            InvitationFailed(
                occurred_at=now,
                invitation_id=invitation.id,
                request_id=invitation.request_id,
                volunteer_id=invitation.volunteer_id,
            )
        )
        step(request_id=invitation.request_id, now=now)
        return True
