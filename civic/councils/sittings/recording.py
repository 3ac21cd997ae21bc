"""Minutes drafted from what happened, corrected, approved, published; from then on only added to."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import date, datetime

from civic.councils import queries as councils
from civic.councils.access import CouncilsAction
from civic.councils.events import SittingChanged
from civic.councils.models import Council, Sitting
from civic.councils.motions import needed_for_quorum
from civic.councils.secret_votes import SecretMinutes, find_secret, minutes_view
from civic.councils.service import get_visible_sitting, lock_sitting
from civic.councils.sitting_votes import SittingVoteView, list_votes, show_vote
from civic.councils.sittings import queries
from civic.councils.sittings.errors import (
    ApprovalRefused,
    MinutesApproved,
    MinutesChanged,
    MinutesDrafted,
    MinutesFrozen,
    MinutesNotApproved,
    MinutesNotFound,
    MinutesOther,
    ResultMissing,
    ResultNotWritten,
    SittingNotClosed,
)
from civic.councils.sittings.events import MinutesFact
from civic.councils.sittings.models import AgendaItem, MinutesAddition, SittingMinutes, SittingQuestion
from civic.councils.sittings.rules import Approval, Presence, fingerprint_of
from civic.kernel.access import ANONYMOUS, Actor, require
from civic.kernel.clock import TOWN_TIME, utc_now
from civic.kernel.database import db
from civic.kernel.text import markdown_to_html
from civic.kernel.transaction import publish, transaction

VoteRecord = SittingVoteView | SecretMinutes


@dataclass(frozen=True)
class ItemRecord:
    """What took place under an item; ``item`` None: votes that were opened under none."""

    item: AgendaItem | None
    questions: Sequence[SittingQuestion]
    votes: Sequence[VoteRecord]


@dataclass(frozen=True)
class SittingRecord:
    """A sitting as it happened.

    Attributes:
        names: who was there, excused or absent at the opening, in the order of the seats.
        arrived, left: who was there at the end and not at the opening, and the other way round.
        needed: how many had to be there for the quorum; 0: none was asked for.
    """

    council: str
    title: str
    place: str
    opened_at: datetime
    closed_at: datetime
    presided_by: str
    names: dict[Presence, list[str]]
    arrived: list[str]
    left: list[str]
    present: int
    seats: int
    needed: int
    items: list[ItemRecord]


Words = Callable[[SittingRecord], str]
VoteWords = Callable[[VoteRecord], str]


def draft_minutes(actor: Actor, *, sitting_id: int, words: Words) -> None:
    """Write the draft, from what was recorded.

    Args:
        words: the minutes of a record, in Markdown.

    Raises:
        SittingNotFound, NotAllowed, SittingNotClosed, MinutesDrafted.
        ResultNotWritten: a secret vote is over, and its ballots are not counted yet.
    """
    now = utc_now()
    with transaction():
        sitting, council = lock_sitting(actor, sitting_id)
        if queries.find_minutes(sitting_id) is not None:
            raise MinutesDrafted
        text = words(record_of(sitting, council))
        db.session.add(
            SittingMinutes(sitting_id=sitting_id, source=text, html=markdown_to_html(text), drafted_at=now)
        )
        _tell(actor, sitting_id, now, "drafted")


def edit_minutes(actor: Actor, *, sitting_id: int, text: str, version: int, words: VoteWords) -> None:
    """Correct a draft. The results of votes stay in it, as they were counted.

    Args:
        version: of the text that was corrected.
        words: what minutes say of a vote.

    Raises:
        SittingNotFound, NotAllowed, MinutesNotFound, MinutesFrozen, MinutesApproved.
        MinutesChanged: somebody else corrected it meanwhile.
        ResultMissing.
    """
    now = utc_now()
    with transaction():
        minutes = _lock_minutes(actor, sitting_id)
        if minutes.approved_on is not None:
            raise MinutesApproved
        for vote in _votes(sitting_id).values():
            if words(vote) not in text:
                sentence = ResultMissing(motion=vote.motion)
                raise ResultMissing(fields={"text": [sentence.message]}, motion=vote.motion)
        if not queries.rewrite_minutes(sitting_id, version, source=text, html=markdown_to_html(text)):
            raise MinutesChanged(fields={"text": [MinutesChanged.message]})
        _tell(actor, sitting_id, now, "edited")


def approve_minutes(
    actor: Actor, *, sitting_id: int, version: int, approval: Approval, on: date, later_id: int | None = None
) -> None:
    """Write down that the minutes are approved, and when.

    Args:
        version: of the text that was read, which is what is approved.
        on: the day of the approval.
        later_id: the later sitting of the same council that approved them, unless the chair did.

    Raises:
        SittingNotFound, NotAllowed, MinutesNotFound, MinutesFrozen, MinutesApproved, ApprovalRefused.
        MinutesOther: the text was corrected since it was read.
    """
    now = utc_now()
    with transaction():
        minutes = _lock_minutes(actor, sitting_id)
        if minutes.approved_on is not None:
            raise MinutesApproved
        if minutes.version != version:
            raise MinutesOther
        sitting = councils.get_sitting(sitting_id)
        _ensure_day(on, sitting.starts_at.astimezone(TOWN_TIME).date(), now.astimezone(TOWN_TIME).date())
        if approval is Approval.SITTING:
            later = {each.id for each in list_later_sittings(sitting)}
            if later_id not in later:
                raise ApprovalRefused(fields={"later_id": [ApprovalRefused.which]})
        minutes.approval, minutes.approved_on = approval, on
        minutes.approved_at_id = later_id if approval is Approval.SITTING else None
        _tell(actor, sitting_id, now, "approved")


def withdraw_approval(actor: Actor, *, sitting_id: int) -> None:
    """Take the approval back, to correct what it was given to. Raises SittingNotFound, NotAllowed, MinutesNotFound, MinutesFrozen."""
    now = utc_now()
    with transaction():
        minutes = _lock_minutes(actor, sitting_id)
        minutes.approval = minutes.approved_on = minutes.approved_at_id = None
        _tell(actor, sitting_id, now, "unapproved")


def publish_minutes(actor: Actor, *, sitting_id: int) -> str:
    """Publish approved minutes: they are frozen, and whoever follows the council is told, once.

    Returns:
        Their fingerprint.

    Raises:
        SittingNotFound, NotAllowed, MinutesNotFound, MinutesFrozen, MinutesNotApproved.
    """
    now = utc_now()
    with transaction():
        minutes = _lock_minutes(actor, sitting_id)
        if minutes.approved_on is None:
            raise MinutesNotApproved
        minutes.published_at, minutes.fingerprint = now, fingerprint_of(minutes.source)
        sitting = councils.get_sitting(sitting_id)
        sitting.minutes_source, sitting.minutes_html, sitting.updated_at = minutes.source, minutes.html, now
        _tell(actor, sitting_id, now, "published")
        publish(
            SittingChanged(
                occurred_at=now,
                sitting_id=sitting_id,
                council_id=sitting.council_id,
                territory_id=councils.get_council(sitting.council_id).territory_id,
                actor_id=actor.id,
                is_published=sitting.published_at is not None,
            )
        )
    return minutes.fingerprint


def add_correction(actor: Actor, *, sitting_id: int, text: str) -> None:
    """Add a dated correction below published minutes, which do not change. Raises SittingNotFound, NotAllowed, MinutesNotFound."""
    now = utc_now()
    with transaction():
        lock_sitting(actor, sitting_id)
        minutes = queries.find_minutes(sitting_id)
        if minutes is None or minutes.published_at is None:
            raise MinutesNotFound
        db.session.add(
            MinutesAddition(sitting_id=sitting_id, source=text, html=markdown_to_html(text), added_at=now)
        )
        _tell(actor, sitting_id, now, "completed")


def get_published_minutes(actor: Actor, sitting_id: int) -> SittingMinutes:
    """Raises SittingNotFound, MinutesNotFound."""
    get_visible_sitting(actor, sitting_id)
    minutes = queries.find_minutes(sitting_id)
    if minutes is None or minutes.published_at is None:
        raise MinutesNotFound
    return minutes


def get_held_sitting(actor: Actor, sitting_id: int) -> tuple[Sitting, Council]:
    """Return a sitting to who holds it. Raises SittingNotFound, NotAllowed."""
    sitting = get_visible_sitting(actor, sitting_id)
    council = councils.get_council(sitting.council_id)
    require(actor, CouncilsAction.HOLD_SITTING, council)
    return sitting, council


def list_later_sittings(sitting: Sitting) -> list[Sitting]:
    """Return the sittings of the same council at which its minutes may have been approved: after it, and not to come. The last come first."""
    page = councils.list_past_sittings(sitting.council_id, at=utc_now(), with_drafts=False)
    return [each for each in page.items if each.starts_at > sitting.starts_at]


def list_result_words(sitting_id: int, words: VoteWords) -> list[str]:
    """Return the results that minutes must hold."""
    return [words(vote) for vote in _votes(sitting_id).values()]


def _ensure_day(on: date, held_on: date, today: date) -> None:
    if on < held_on:
        raise ApprovalRefused(fields={"on": [ApprovalRefused.too_soon]})
    if on > today:
        raise ApprovalRefused(fields={"on": [ApprovalRefused.to_come]})


def _lock_minutes(actor: Actor, sitting_id: int) -> SittingMinutes:
    lock_sitting(actor, sitting_id)
    minutes = queries.find_minutes(sitting_id)
    if minutes is None:
        raise MinutesNotFound
    if minutes.published_at is not None:
        raise MinutesFrozen
    return minutes


def _votes(sitting_id: int) -> dict[int, VoteRecord]:
    """Return every vote of a sitting with its result. Raises ResultNotWritten."""
    records: dict[int, VoteRecord] = {}
    for vote in list_votes(sitting_id):
        if vote.closed_at is None:
            raise ResultNotWritten
        secret = find_secret(vote.id)
        records[vote.id] = minutes_view(vote, secret) if secret else show_vote(ANONYMOUS, vote_id=vote.id)
    return records


def record_of(sitting: Sitting, council: Council) -> SittingRecord:
    """Return what happened at a sitting that is closed. Raises SittingNotClosed, ResultNotWritten."""
    live = queries.find_live(sitting.id)
    if live is None or live.closed_at is None:
        raise SittingNotClosed
    roll = queries.list_presences(sitting.id)
    return SittingRecord(
        council=council.name,
        title=sitting.title,
        place=sitting.place,
        opened_at=live.opened_at,
        closed_at=live.closed_at,
        presided_by=live.presided_by,
        names={said: [each.name for each in roll if each.at_opening is said] for said in Presence},
        arrived=[each.name for each in roll if _is_there(each.latest) and not _is_there(each.at_opening)],
        left=[each.name for each in roll if _is_there(each.at_opening) and not _is_there(each.latest)],
        present=live.present,
        seats=live.seats,
        needed=needed_for_quorum(live.seats, live.quorum_percent),
        items=_items(sitting.id),
    )


def _is_there(said: Presence) -> bool:
    return said is Presence.PRESENT


def _items(sitting_id: int) -> list[ItemRecord]:
    items = queries.list_items(sitting_id)
    asked = sorted(queries.list_questions([item.id for item in items]), key=lambda each: each.id)
    votes, places = _votes(sitting_id), queries.items_of_votes(sitting_id)
    records = [
        ItemRecord(
            item,
            [each for each in asked if each.item_id == item.id],
            [vote for vote_id, vote in votes.items() if places.get(vote_id) == item.id],
        )
        for item in items
    ]
    loose = [vote for vote_id, vote in votes.items() if vote_id not in places]
    return [*records, ItemRecord(None, [], loose)] if loose else records


def _tell(actor: Actor, sitting_id: int, now: datetime, state: str) -> None:
    db.session.flush()
    publish(MinutesFact(occurred_at=now, sitting_id=sitting_id, actor_id=actor.id, state=state))
