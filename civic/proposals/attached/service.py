"""Photographs and documents are read, then joined to a draft or to a proposal that nobody took part in yet."""

from dataclasses import dataclass, replace
from typing import Any

import sqlalchemy as sa

from civic.kernel.access import Actor, can
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.documents import check_document, digest_of
from civic.kernel.errors import N_
from civic.kernel.images import Drawn
from civic.kernel.photographs import draw_photograph, shrink
from civic.proposals.access import ProposalsAction
from civic.proposals.attached import queries
from civic.proposals.attached.errors import (
    AttachedNotFound,
    FileWithoutWords,
    TooManyDocuments,
    TooManyPhotographs,
)
from civic.proposals.attached.models import ProposalDocument, ProposalPhotograph
from civic.proposals.drafts.models import ProposalDraft
from civic.proposals.service.reading import get_visible_proposal

MOST_PHOTOGRAPHS = 4
MOST_DOCUMENTS = 3
LEAST_WORDS = 10
WITHOUT_DESCRIPTION = N_(
    "Dites ce qu’on voit sur la photo, en dix caractères au moins : des voisins ne la voient pas."
)
WITHOUT_TITLE = N_("Donnez un nom à ce document.")
WITHOUT_PHOTOGRAPH = N_("Choisissez la photo, ou effacez sa description.")
WITHOUT_DOCUMENT = N_("Choisissez le document, ou effacez son nom.")


@dataclass(frozen=True)
class Sent:
    """The files that a form brings, as they came, and what it takes away (their ids). None: no file was chosen."""

    photograph: bytes | None = None
    description: str = ""
    document: bytes | None = None
    title: str = ""
    removed_photographs: tuple[int, ...] = ()
    removed_documents: tuple[int, ...] = ()

    @property
    def is_empty(self) -> bool:
        is_nothing_sent = self.photograph is None and self.document is None
        words = (self.description, self.title, self.removed_photographs, self.removed_documents)
        return is_nothing_sent and not any(words)

    @property
    def halves(self) -> tuple["Sent", "Sent"]:
        """The photograph and the document, apart: what is wrong with one is no reason to send the other again."""
        photograph = replace(self, document=None, title="", removed_documents=())
        return photograph, replace(self, photograph=None, description="", removed_photographs=())

    @property
    def takes_away(self) -> bool:
        return bool(self.removed_photographs or self.removed_documents)


@dataclass(frozen=True)
class Read:
    """The same, once looked at: what may be joined."""

    sent: Sent
    drawn: Drawn | None
    small: Drawn | None
    document: bytes | None


def read_sent(sent: Sent) -> Read:
    """Read the files, before any transaction: it costs much, and would make every other writer wait.

    Raises:
        FileWithoutWords: a photograph without a description, a document without a title, or words without their file.
        PhotographRefused, DocumentRefused: says what is wrong with the file.
    """
    _ensure_words(sent)
    document = check_document(sent.document) if sent.document is not None else None
    drawn = draw_photograph(sent.photograph) if sent.photograph is not None else None
    return Read(sent, drawn, shrink(drawn) if drawn else None, document)


def _ensure_words(sent: Sent) -> None:
    wrong = {
        "photograph": WITHOUT_PHOTOGRAPH if sent.description and sent.photograph is None else "",
        "photograph_description": WITHOUT_DESCRIPTION
        if sent.photograph is not None and len(sent.description) < LEAST_WORDS
        else "",
        "document": WITHOUT_DOCUMENT if sent.title and sent.document is None else "",
        "document_title": WITHOUT_TITLE if sent.document is not None and not sent.title else "",
    }
    if told := {name: [sentence] for name, sentence in wrong.items() if sentence}:
        raise FileWithoutWords(next(iter(told.values()))[0], fields=told)


def join(read: Read, *, owner: dict[str, int]) -> bool:
    """Join what was read, in the transaction of who asks. ``owner``: the draft or the proposal, locked, by its column.

    The same file with the same words, from a button that was pressed twice, is joined once.

    Returns:
        Whether anything was joined or taken away.

    Raises:
        TooManyPhotographs, TooManyDocuments.
    """
    sent = read.sent
    is_changed = [
        _remove(ProposalPhotograph, sent.removed_photographs, owner),
        _remove(ProposalDocument, sent.removed_documents, owner),
        _add_photograph(read, owner),
        _add_document(read, owner),
    ]
    return any(is_changed)


def _add_photograph(read: Read, owner: dict[str, int]) -> bool:
    drawn, small, description = read.drawn, read.small, read.sent.description
    if drawn is None or small is None:
        return False
    if _holds(ProposalPhotograph, owner, digest=drawn.digest, description=description):
        return False
    if _count(ProposalPhotograph, owner) >= MOST_PHOTOGRAPHS:
        raise TooManyPhotographs(fields={"photograph": [TooManyPhotographs.message]})
    photograph = ProposalPhotograph(
        description=description, content=drawn.content, small=small.content, digest=drawn.digest,
        width=drawn.width, height=drawn.height, small_width=small.width, small_height=small.height,
        created_at=utc_now(), **owner,
    )  # fmt: skip
    db.session.add(photograph)
    return True


def _add_document(read: Read, owner: dict[str, int]) -> bool:
    content, title = read.document, read.sent.title
    if content is None or _holds(ProposalDocument, owner, digest=digest_of(content), title=title):
        return False
    if _count(ProposalDocument, owner) >= MOST_DOCUMENTS:
        raise TooManyDocuments(fields={"document": [TooManyDocuments.message]})
    document = ProposalDocument(
        title=title, content=content, digest=digest_of(content), size_bytes=len(content),
        created_at=utc_now(), **owner,
    )  # fmt: skip
    db.session.add(document)
    return True


def _remove(table: Any, row_ids: tuple[int, ...], owner: dict[str, int]) -> bool:
    """Tell whether anything was. What is there no more, removed from another device, is as it was asked."""
    if not row_ids:
        return False
    gone = sa.delete(table).filter_by(**owner).where(table.id.in_(row_ids)).returning(table.id)
    return bool(db.session.scalars(gone).all())


def _holds(table: Any, owner: dict[str, int], **same: str) -> bool:
    return db.session.scalar(sa.select(table.id).filter_by(**owner, **same).limit(1)) is not None


def _count(table: Any, owner: dict[str, int]) -> int:
    return db.session.scalar(sa.select(sa.func.count()).select_from(table).filter_by(**owner)) or 0


def read_photograph(actor: Actor, photograph_id: int, *, is_small: bool = False) -> ProposalPhotograph:
    """Return a photograph and the image that is asked. Raises AttachedNotFound, ProposalNotFound: it is not the actor's to see."""
    photograph = queries.get_photograph(photograph_id, is_small=is_small)
    _ensure_seen(actor, photograph)
    return photograph


def read_document(actor: Actor, document_id: int) -> ProposalDocument:
    """Return a document. Raises AttachedNotFound, ProposalNotFound: it is not the actor's to read."""
    document = queries.get_document(document_id)
    _ensure_seen(actor, document)
    return document


def _ensure_seen(actor: Actor, attached: ProposalPhotograph | ProposalDocument) -> None:
    """What is of a proposal is seen by its readers; what is of a draft by who writes it."""
    if attached.proposal_id is not None:
        get_visible_proposal(actor, attached.proposal_id)
        return
    draft = db.session.get(ProposalDraft, attached.draft_id)
    if draft is None or not can(actor, ProposalsAction.WRITE_DRAFT, draft):
        raise AttachedNotFound
