"""Photographs of what is being done, each with words for who does not see it."""

from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.photographs import draw_photograph
from civic.kernel.transaction import publish, transaction
from civic.proposals.commitments import queries
from civic.proposals.commitments.errors import PhotographNotFound, TooManyPhotographs
from civic.proposals.commitments.events import PhotographAdded, PhotographRemoved
from civic.proposals.commitments.models import CommitmentPhotograph
from civic.proposals.commitments.service import (
    ensure_may_write,
    get_visible_commitment,
    lock_commitment_to_write,
)

MOST_PHOTOGRAPHS = 12


def add_photograph(actor: Actor, *, commitment_id: int, file: bytes, description: str) -> int:
    """Show a photograph of a commitment, drawn again: where and when it was taken is not kept. Returns its id.

    Raises:
        CommitmentNotFound; NotAllowed: the actor is neither a councillor nor an agent of the commune.
        PhotographRefused: says what is wrong with the file.
        TooManyPhotographs.
    """
    ensure_may_write(
        actor, commitment_id
    )  # before the file is read: it costs much, and says what is wrong with it
    drawn = draw_photograph(file)  # before the transaction, which makes every other writer wait
    now = utc_now()
    with transaction():
        commitment = lock_commitment_to_write(actor, commitment_id)
        if queries.count_photographs(commitment_id) >= MOST_PHOTOGRAPHS:
            raise TooManyPhotographs
        photograph = CommitmentPhotograph(
            commitment_id=commitment_id,
            author_id=actor.id,
            description=description,
            content=drawn.content,
            digest=drawn.digest,
            width=drawn.width,
            height=drawn.height,
            created_at=now,
        )
        db.session.add(photograph)
        db.session.flush()
        publish(
            PhotographAdded(
                occurred_at=now,
                commitment_id=commitment_id,
                proposal_id=commitment.proposal_id,
                actor_id=actor.id,
                photograph_id=photograph.id,
            )
        )
    return photograph.id


def remove_photograph(actor: Actor, *, commitment_id: int, photograph_id: int) -> None:
    """Show a photograph no more: nothing of it is kept. Raises CommitmentNotFound, PhotographNotFound, NotAllowed."""
    now = utc_now()
    with transaction():
        commitment = lock_commitment_to_write(actor, commitment_id)
        photograph = queries.get_photograph(photograph_id)
        if photograph.commitment_id != commitment_id:
            raise PhotographNotFound
        db.session.delete(photograph)
        publish(
            PhotographRemoved(
                occurred_at=now,
                commitment_id=commitment_id,
                proposal_id=commitment.proposal_id,
                actor_id=actor.id,
                photograph_id=photograph_id,
            )
        )


def read_photograph(actor: Actor, photograph_id: int) -> tuple[bytes, str]:
    """Return an image and its fingerprint. Raises PhotographNotFound, and CommitmentNotFound: the actor may not read its commitment."""
    photograph = queries.get_photograph(photograph_id)
    get_visible_commitment(actor, photograph.commitment_id)
    return photograph.content, photograph.digest
