"""What anybody may read of a sealed poll: how far it is, its box, its archive. Nothing of it depends on who reads."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from civic.kernel import work
from civic.kernel.access import Actor, can
from civic.kernel.clock import utc_now
from civic.kernel.pagination import PAGE_SIZE, Page
from civic.voting import queries as polls
from civic.voting import rules
from civic.voting.access import VotingAction
from civic.voting.booth import queries
from civic.voting.booth.models import SealedPoll
from civic.voting.booth.queries import BoxLine
from civic.voting.booth.service.opening import ADD_UP, owners_of
from civic.voting.models import Poll
from civic.voting.rules import PollStatus
from civic.voting.sealed.archive import EventKind, encode_entry, first_entry
from civic.voting.sealed.parsing import compact_json
from civic.voting.sealed.trustees import read_trustees
from civic.voting.service.reading import get_visible_poll


class SealedStage(StrEnum):
    """How far a sealed poll is. Stable codes, for clients."""

    DRAFT = "draft"
    COMING = "coming"
    OPEN = "open"
    ADDING_UP = "adding_up"
    AWAITING_TRUSTEES = "awaiting_trustees"
    OPENED = "opened"


@dataclass(frozen=True)
class TrusteeView:
    """A trustee. ``number`` is the one that her program asks for."""

    number: int
    name: str
    has_decrypted: bool


@dataclass(frozen=True)
class SealedView:
    """A frozen sealed poll, as anybody reads it.

    Attributes:
        head, height: the last event of the box.
        voters: how many codes have a ballot in the box.
        trustees, threshold, missing: who opens the box, how many of them are enough, how many are still awaited.
        progress: how many ballots were added up so far, while they are.
        papers: how many persons vote on paper, or did. is_paper_owed: the vote is closed, and they are not counted yet.
    """

    sealed: SealedPoll
    stage: SealedStage
    head: str
    height: int
    voters: int
    trustees: list[TrusteeView]
    threshold: int
    missing: int
    progress: int | None
    papers: int
    is_paper_owed: bool
    may_open: bool


def show_sealed(actor: Actor, *, poll_id: int) -> SealedView:
    """Return how far a sealed poll is. Raises PollNotFound, NotSealed, NotFrozenYet."""
    poll, sealed = _frozen(actor, poll_id)
    stage = _stage_of(poll, sealed, utc_now())
    owners = owners_of(poll_id)
    group = read_trustees(queries.list_texts(poll_id, EventKind.SETUP)[1])
    running = work.find_work(f"{ADD_UP}:{poll_id}") if stage is SealedStage.ADDING_UP else None
    return SealedView(
        sealed=sealed,
        stage=stage,
        head=sealed.head or "",
        height=sealed.height or 0,
        voters=queries.count_voters(poll_id),
        trustees=[
            TrusteeView(number, trustee.name, number in owners)
            for number, trustee in enumerate(sealed.trustees, start=1)
        ],
        threshold=sum(part.threshold for part in group.groups),
        missing=group.missing(owners),
        progress=running.done if running else None,
        papers=queries.count_marked(poll_id),
        is_paper_owed=rules.may_show_result(poll, utc_now()) and queries.is_paper_owed(sealed),
        may_open=can(actor, VotingAction.OPEN_POLL, poll),
    )


def _stage_of(poll: Poll, sealed: SealedPoll, now: datetime) -> SealedStage:
    status = rules.status_of(poll, at=now)
    if status is not PollStatus.CLOSED:
        return SealedStage(status.value)
    if sealed.sums is not None:
        return SealedStage.OPENED
    is_added_up = queries.has_event(poll.id, EventKind.ENCRYPTED_TALLY)
    return SealedStage.AWAITING_TRUSTEES if is_added_up else SealedStage.ADDING_UP


def list_box(
    actor: Actor, *, poll_id: int, tracker: str = "", number: int = 1, size: int = PAGE_SIZE
) -> Page[BoxLine]:
    """Return a page of the trackers of the box. Raises PollNotFound, NotSealed, NotFrozenYet."""
    _frozen(actor, poll_id)
    return queries.list_box(poll_id, tracker=tracker, number=number, size=size)


def read_election_text(actor: Actor, *, poll_id: int) -> str:
    """Return the frozen text of the election, byte for byte. Raises PollNotFound, NotSealed, NotFrozenYet."""
    _, sealed = _frozen(actor, poll_id)
    return sealed.election or ""


def read_paper_text(actor: Actor, *, poll_id: int) -> str:
    """Return the count of the papers as it is published, once it is final; "" where there is none. Raises as ``write_archive``."""
    _, sealed = _frozen(actor, poll_id)
    return sealed.paper or ""


def write_head(actor: Actor, *, poll_id: int) -> str:
    """Return what is kept beside a copy of the archive, to tell later whether one was cut (``head.json``). Raises as ``write_archive``."""
    _, sealed = _frozen(actor, poll_id)
    return compact_json({"height": sealed.height, "head": sealed.head})


def write_archive(actor: Actor, *, poll_id: int) -> tuple[str, Iterator[bytes]]:
    """Return the name and the bytes of the archive as it is now, a file at a time. Raises PollNotFound, NotSealed, NotFrozenYet."""
    _, sealed = _frozen(actor, poll_id)
    return f"{sealed.uuid}.bel", _bytes_of(poll_id, sealed.opened_at or 0, sealed.head or "")


def _bytes_of(poll_id: int, opened_at: int, head: str) -> Iterator[bytes]:
    """A ballot may come while the archive is being read: it stops at the event that was the last when it began."""
    yield encode_entry(first_entry(opened_at), opened_at)
    for entry in queries.iterate_entries(poll_id):
        yield encode_entry(entry, opened_at)
        if entry.name == f"{head}.event.json":
            return


def _frozen(actor: Actor, poll_id: int) -> tuple[Poll, SealedPoll]:
    poll = get_visible_poll(actor, poll_id)
    sealed = queries.get_sealed(poll_id)
    rules.ensure_frozen(poll)
    return polls.get_poll(poll_id), sealed
