from collections.abc import Collection
from dataclasses import dataclass
from functools import cache
from typing import Any, TypeVar

import sqlalchemy as sa

from civic.kernel.database import db
from civic.proposals.attached.errors import AttachedNotFound
from civic.proposals.attached.models import ProposalDocument, ProposalPhotograph

T = TypeVar("T")


@dataclass(frozen=True)
class PhotographView:
    """A photograph without its points. ``digest`` names what its address gives."""

    id: int
    description: str
    digest: str
    width: int
    height: int
    small_width: int
    small_height: int


@dataclass(frozen=True)
class DocumentView:
    id: int
    title: str
    digest: str
    size_bytes: int

    @property
    def kilobytes(self) -> int:
        return max(1, round(self.size_bytes / 1024))


def photographs_of(proposal_ids: Collection[int]) -> dict[int, tuple[PhotographView, ...]]:
    """Return the photographs of proposals, in the order in which they were added: one query, which reads no image."""
    return _by_owner(_PHOTOGRAPH, PhotographView, ProposalPhotograph.__table__.c.proposal_id, proposal_ids)


def photographs_of_draft(draft_id: int) -> tuple[PhotographView, ...]:
    return _by_owner(_PHOTOGRAPH, PhotographView, ProposalPhotograph.__table__.c.draft_id, [draft_id]).get(
        draft_id, ()
    )


def documents_of(proposal_id: int) -> tuple[DocumentView, ...]:
    return _by_owner(_DOCUMENT, DocumentView, ProposalDocument.__table__.c.proposal_id, [proposal_id]).get(
        proposal_id, ()
    )


def documents_of_draft(draft_id: int) -> tuple[DocumentView, ...]:
    return _by_owner(_DOCUMENT, DocumentView, ProposalDocument.__table__.c.draft_id, [draft_id]).get(
        draft_id, ()
    )


_PHOTOGRAPH = ("id", "description", "digest", "width", "height", "small_width", "small_height")
_DOCUMENT = ("id", "title", "digest", "size_bytes")


def _by_owner(
    columns: tuple[str, ...], view: type[T], owner: Any, ids: Collection[int]
) -> dict[int, tuple[T, ...]]:
    found: dict[int, list[T]] = {}
    if not ids:
        return {}
    for row in db.session.execute(_belonging(columns, owner), {"ids": list(ids)}):
        found.setdefault(row[0], []).append(view(*row[1:]))
    return {key: tuple(views) for key, views in found.items()}


@cache
def _belonging(columns: tuple[str, ...], owner: sa.Column[int]) -> sa.Select[Any]:
    """Return the statement of what belongs to some, built once."""
    read = [owner.table.c[name] for name in columns]
    mine = owner.in_(sa.bindparam("ids", expanding=True))
    return sa.select(owner, *read).where(mine).order_by(owner.table.c.id)


def get_photograph(photograph_id: int, *, is_small: bool = False) -> ProposalPhotograph:
    """Return a photograph with the image that is asked. Raises AttachedNotFound."""
    image = ProposalPhotograph.small if is_small else ProposalPhotograph.content
    query = sa.select(ProposalPhotograph).filter_by(id=photograph_id).options(sa.orm.undefer(image))
    return _found(db.session.scalars(query).one_or_none())


def get_document(document_id: int) -> ProposalDocument:
    """Return a document with its content. Raises AttachedNotFound."""
    query = sa.select(ProposalDocument).filter_by(id=document_id)
    return _found(db.session.scalars(query.options(sa.orm.undefer(ProposalDocument.content))).one_or_none())


def _found(row: T | None) -> T:
    if row is None:
        raise AttachedNotFound
    return row


def hand_over(draft_id: int, proposal_id: int) -> None:
    """Give the proposal all that its draft holds."""
    for table in (ProposalPhotograph, ProposalDocument):
        db.session.execute(
            sa.update(table)
            .where(table.draft_id == draft_id)
            .values(draft_id=None, proposal_id=proposal_id)
            .execution_options(synchronize_session=False)
        )
