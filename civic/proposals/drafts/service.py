"""A resident keeps what she is writing, takes it up elsewhere, publishes it or forgets it."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa
from sqlalchemy.exc import IntegrityError

from civic.consultations.models import Consultation
from civic.kernel.access import Actor, can
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import Conflict, Invalid
from civic.kernel.transaction import transaction
from civic.proposals.access import ProposalsAction
from civic.proposals.attached.service import Sent, join, read_sent
from civic.proposals.drafts import queries
from civic.proposals.drafts.errors import (
    DraftChangedMeanwhile,
    DraftIsGone,
    DraftNotFound,
    TooManyDrafts,
)
from civic.proposals.drafts.models import ProposalDraft
from civic.proposals.rules import Category, Point
from civic.proposals.service.places import ensure_place, places_of, read_point, write_point
from civic.proposals.service.reading import ensure_may_submit

MOST_DRAFTS = 20
KEPT_DAYS = 90
"""After the last change, a draft is forgotten."""
PURGED_AT_ONCE = 200


@dataclass(frozen=True)
class DraftText:
    """A proposal as it is being written: nothing of it is needed yet. ``body`` is Markdown."""

    title: str = ""
    body: str = ""
    category: Category | None = None
    territory_id: int | None = None
    organisation_id: int | None = None
    point: Point | None = None
    topic: str = ""
    is_anonymous: bool = False


@dataclass(frozen=True)
class Saved:
    """What a form must name to save the same draft again."""

    draft_id: int
    version: int

    @classmethod
    def named(cls, draft_id: int | None, version: int | None) -> "Saved | None":
        return cls(draft_id, version or 0) if draft_id else None


def save_draft(
    actor: Actor,
    *,
    consultation_id: int,
    text: DraftText,
    saved: Saved | None = None,
    key: str | None = None,
) -> Saved:
    """Keep what is written so far, in a new draft or in place of what its writer had under the eyes.

    Args:
        saved: the draft, and the version of it that was under the eyes; None for a new one.
        key: of the display of the form: a new draft that comes twice with it is one.

    Raises:
        ConsultationNotFound, NotSignedIn, NotAllowed, PhaseClosed: the actor may not propose there now.
        UnknownPlace: the neighbourhood is not concerned.
        DraftChangedMeanwhile: it was saved from elsewhere since, with other words.
        DraftIsGone: it was published or deleted from elsewhere.
        TooManyDrafts.
    """
    now = utc_now()
    with transaction():
        consultation = ensure_may_submit(actor, consultation_id, at=now)
        draft = _locked(actor, consultation_id, saved, key)
        if draft is None:
            draft = _begin(actor, consultation_id, key, now)
        elif _words_of(draft) == text:
            return Saved(draft.id, draft.version)  # the same from two devices: nothing to choose between
        elif draft.version != (saved.version if saved else 1):
            raise DraftChangedMeanwhile
        else:
            draft.version += 1
        _write(draft, text, consultation)
        draft.saved_at = now
        db.session.flush()
        return Saved(draft.id, draft.version)


def attach(actor: Actor, *, draft_id: int, sent: Sent) -> None:
    """Join files to a draft of one's own, or take them away. Words of the draft are not touched.

    Raises:
        DraftNotFound.
        FileWithoutWords, PhotographRefused, DocumentRefused, TooManyPhotographs, TooManyDocuments.
    """
    get_own_draft(actor, draft_id)  # before the file is read: it costs much
    read = read_sent(sent)
    with transaction():
        draft = _ensure_own(actor, queries.lock_draft(draft_id))
        join(read, owner={"draft_id": draft.id})
        draft.saved_at = utc_now()


def attach_each(actor: Actor, *, draft_id: int, sent: Sent) -> None:
    """Join what can be joined, each in its own transaction: on a slow line, the good photograph is not sent again for a wrong document.

    Raises:
        DraftNotFound.
        FileWithoutWords, PhotographRefused, DocumentRefused, TooManyPhotographs, TooManyDocuments: with the fields of all that was refused.
    """
    refusals: list[Invalid | Conflict] = []
    for half in sent.halves:
        try:
            if not half.is_empty:
                attach(actor, draft_id=draft_id, sent=half)
        except (Invalid, Conflict) as refusal:
            refusals.append(refusal)
    if refusals:
        refusals[0].fields = {name: told for each in refusals for name, told in each.fields.items()}
        raise refusals[0]


def take_draft(actor: Actor, *, consultation_id: int, saved: Saved, text: DraftText) -> int:
    """Return, locked, the draft that is being published with this text, in the transaction of its publication.

    Raises:
        DraftIsGone, DraftChangedMeanwhile.
    """
    draft = _locked(actor, consultation_id, saved, None)
    if draft is None:
        raise DraftIsGone
    if draft.version != saved.version and _words_of(draft) != text:
        raise DraftChangedMeanwhile
    return draft.id


def drop_draft(draft_id: int) -> None:
    """Forget a draft that was published, in the same transaction."""
    db.session.execute(sa.delete(ProposalDraft).filter_by(id=draft_id))


def delete_draft(actor: Actor, *, draft_id: int) -> None:
    """Forget a draft of one's own, with its files. Raises DraftNotFound."""
    with transaction():
        _ensure_own(actor, queries.lock_draft(draft_id))
        drop_draft(draft_id)


def get_own_draft(actor: Actor, draft_id: int) -> ProposalDraft:
    """Raises DraftNotFound: there is none, or somebody else writes it."""
    return _ensure_own(actor, queries.find_draft(draft_id))


def forget_old_drafts(now: datetime) -> int:
    """Delete drafts that nobody changed for a season, some at a time. Returns how many."""
    old = (
        sa.select(ProposalDraft.id)
        .where(ProposalDraft.saved_at < now - timedelta(days=KEPT_DAYS))
        .order_by(ProposalDraft.id)
        .limit(PURGED_AT_ONCE)
    )
    with transaction():
        gone = sa.delete(ProposalDraft).where(ProposalDraft.id.in_(old)).returning(ProposalDraft.id)
        return len(db.session.scalars(gone).all())


def boxes_of(point: Point | None) -> dict[str, Any]:
    if point is None:
        return {}
    return {"longitude": point.longitude, "latitude": point.latitude, "place_label": point.label}


def words_of(draft: ProposalDraft) -> dict[str, Any]:
    """Return what the boxes of the form hold of a draft."""
    return {
        "title": draft.title,
        "body": draft.body,
        "topic": draft.topic,
        "category": draft.category.value if draft.category else "",
        "territory_id": draft.territory_id or "",
        "organisation_id": draft.organisation_id or "",
        **boxes_of(read_point(draft)),
        **({"is_anonymous": "true"} if draft.is_anonymous else {}),
        "draft_id": draft.id,
        "draft_version": draft.version,
    }


def _locked(actor: Actor, consultation_id: int, saved: Saved | None, key: str | None) -> ProposalDraft | None:
    if saved is None:
        return queries.lock_draft_of_key(actor.id, key) if key else None
    draft = queries.lock_draft(saved.draft_id)
    if draft is None:
        raise DraftIsGone
    draft = _ensure_own(actor, draft)
    if draft.consultation_id != consultation_id:
        raise DraftNotFound
    return draft


def _begin(actor: Actor, consultation_id: int, key: str | None, now: datetime) -> ProposalDraft:
    if queries.count_drafts_of(actor.id) >= MOST_DRAFTS:
        raise TooManyDrafts
    draft = ProposalDraft(
        consultation_id=consultation_id,
        author_id=actor.id,
        key=key or None,
        version=1,
        created_at=now,
        saved_at=now,
    )
    try:
        with db.session.begin_nested():
            db.session.add(draft)
    except IntegrityError:  # the same form came twice at once, and the other was first
        first = queries.lock_draft_of_key(actor.id, key) if key else None
        if first is None:
            raise
        first.version += 1
        return first
    return draft


def _ensure_own(actor: Actor, draft: ProposalDraft | None) -> ProposalDraft:
    if draft is None or not can(actor, ProposalsAction.WRITE_DRAFT, draft):
        raise DraftNotFound
    return draft


def _words_of(draft: ProposalDraft) -> DraftText:
    return DraftText(
        draft.title,
        draft.body,
        draft.category,
        draft.territory_id,
        draft.organisation_id,
        read_point(draft),
        draft.topic,
        draft.is_anonymous,
    )


def _write(draft: ProposalDraft, text: DraftText, consultation: Consultation) -> None:
    place = text.territory_id or (min(places_of(consultation)) if text.point else None)
    if place is not None:
        ensure_place(place, text.point, consultation)
    draft.title, draft.body, draft.category = text.title, text.body, text.category
    draft.territory_id, draft.organisation_id = text.territory_id, text.organisation_id
    write_point(draft, text.point)
    draft.topic, draft.is_anonymous = text.topic, text.is_anonymous
