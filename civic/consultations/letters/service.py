"""The town hall writes to those whom a consultation concerns. Who is told, and how often, is theirs to choose (``notifications.following``)."""

from datetime import timedelta

from civic.consultations import queries as consultations
from civic.consultations.access import ConsultationsAction
from civic.consultations.errors import ConsultationNotFound
from civic.consultations.letters import queries
from civic.consultations.letters.errors import LetterNotFound, NotYetRead
from civic.consultations.letters.events import LetterSent, LetterTakenBack
from civic.consultations.letters.models import Letter
from civic.consultations.models import Consultation
from civic.consultations.rules import ConsultationState
from civic.consultations.service import get_visible_consultation
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction
from civic.kernel.unknown import told_as

SAME_FOR = timedelta(minutes=10)


def ensure_may_send(actor: Actor, consultation_id: int) -> Consultation:
    """Return the consultation to whose people the actor may write.

    Raises:
        ConsultationNotFound: there is none that the actor may see.
        NotSignedIn, NotAllowed: the actor is neither a councillor nor an agent of its commune.
        NotYetRead: it is a draft.
    """
    consultation = get_visible_consultation(actor, consultation_id)
    require(actor, ConsultationsAction.WRITE_CONSULTATION, consultation)
    if consultation.state is not ConsultationState.PUBLISHED:
        raise NotYetRead
    return consultation


def send_letter(actor: Actor, *, consultation_id: int, title: str, body: str) -> int:
    """Publish a letter and have it told. The same twice within some minutes is sent once.

    Args:
        body: in Markdown.

    Returns:
        Its id.

    Raises:
        As ``ensure_may_send``.
    """
    now = utc_now()
    with transaction():
        consultation = ensure_may_send(actor, consultation_id)
        consultations.lock_consultation(consultation_id)
        same = queries.find_same(consultation_id, title=title, body=body, since=now - SAME_FOR)
        if same is not None:
            return same.id
        letter = Letter(
            consultation_id=consultation_id,
            author_id=actor.id,
            title=title,
            body_source=body,
            body_html=markdown_to_html(body),
            sent_at=now,
        )
        db.session.add(letter)
        db.session.flush()
        publish(
            LetterSent(
                occurred_at=now,
                consultation_id=consultation_id,
                territory_id=consultation.territory_id,
                letter_id=letter.id,
                actor_id=actor.id,
                title=title,
            )
        )
    return letter.id


def take_back_letter(actor: Actor, *, letter_id: int) -> int:
    """Show a letter no more, and tell it to nobody who was not told yet. Returns its consultation.

    Raises:
        LetterNotFound: there is none, or it was taken back.
        NotSignedIn, NotAllowed: as ``ensure_may_send``.
    """
    now = utc_now()
    with transaction():
        letter = queries.get_letter(letter_id)
        with told_as(ConsultationNotFound, LetterNotFound):
            consultation = get_visible_consultation(actor, letter.consultation_id)
        require(actor, ConsultationsAction.WRITE_CONSULTATION, consultation)
        consultations.lock_consultation(consultation.id)
        letter.taken_back_at = now
        publish(
            LetterTakenBack(
                occurred_at=now,
                consultation_id=consultation.id,
                territory_id=consultation.territory_id,
                letter_id=letter.id,
                actor_id=actor.id,
            )
        )
        return consultation.id


def get_visible_letter(actor: Actor, letter_id: int) -> Letter:
    """Raises LetterNotFound: there is none, or it is not the actor's to read."""
    letter = queries.get_letter(letter_id)
    with told_as(ConsultationNotFound, LetterNotFound):
        get_visible_consultation(actor, letter.consultation_id)
    return letter
