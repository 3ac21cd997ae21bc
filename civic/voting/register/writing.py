"""Writing in the register of a poll: in the transaction of the act itself, or, for an act that was refused, right after it was undone."""

import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from functools import wraps
from typing import Any, ParamSpec, TypeVar

from civic.kernel.access import Actor
from civic.kernel.clock import iso_utc, utc_now
from civic.kernel.database import db
from civic.kernel.errors import NotAllowed, NotSignedIn
from civic.kernel.outbox import owe
from civic.kernel.signing import public_key
from civic.kernel.transaction import in_transaction, transaction
from civic.voting import queries as voting
from civic.voting import rules
from civic.voting.booth.queries import count_marked, is_sealed
from civic.voting.errors import PollFrozen, PollNotFound, PollNotOpen
from civic.voting.models import Poll
from civic.voting.register import queries
from civic.voting.register.chain import Line, LineKind, PaperAct, receipt_list, sealed_turnout, sha256
from civic.voting.register.models import PublishedReceipts, RegisterEntry
from civic.voting.rules import PollState, PollStatus

TAKE_HEAD = "voting.register_head"
CLOSE_REGISTER = "voting.register_close"
NONCE_BYTES = 16
HOUR = timedelta(hours=1)
ROLES = ("admin", "agent", "councillor", "moderator")
MOST_ALIKE = {True: 20, False: 1}
"""Between two heads, how many refused acts of one kind are written, of who holds a role here, and of anybody else: enough to be seen,
too few to bury the rest."""

P = ParamSpec("P")
R = TypeVar("R")


def append(
    poll: Poll, kind: LineKind, content: dict[str, Any], *, at: datetime, seal: str | None = None
) -> Line:
    """Add a line. The caller holds the poll (``get_poll_alone``), so that no two lines have one parent.

    The clock of a server may be late on another's: a line never comes before the one it follows.
    """
    last = queries.find_last_line(poll.id)
    line = Line(
        poll=poll.id,
        height=last.height + 1 if last else 0,
        parent=last.hash if last else "",
        at=max(iso_utc(at), last.at) if last else iso_utc(at),
        kind=kind.value,
        content=content,
    )
    db.session.add(
        RegisterEntry(
            poll_id=poll.id, height=line.height, kind=line.kind, line=line.text, hash=line.hash, seal=seal
        )
    )
    db.session.flush()
    return line


def begin(poll: Poll, *, at: datetime) -> Line:
    """Write the first line, unless there is one: what was frozen, and the key that signs the receipts of this poll."""
    if last := queries.find_last_line(poll.id):
        return last
    line = append(
        poll,
        LineKind.FROZEN,
        {
            "rules": poll.rules_hash,
            "roll": {"size": poll.roll_size, "sha256": poll.roll_digest},
            "opens_at": iso_utc(poll.opens_at),
            "closes_at": iso_utc(poll.closes_at),
            "shows_turnout": poll.shows_turnout,
            "receipt_key": public_key(),
        },
        at=at,
    )
    _owe_head(poll, after=max(at, poll.opens_at), now=at)
    key = f"{CLOSE_REGISTER}:{poll.id}"
    if not queries.is_owed(key):
        owe(CLOSE_REGISTER, {"poll_id": poll.id}, now=at, due_at=poll.closes_at, key=key)
    return line


def note_imported(poll: Poll, *, at: datetime) -> None:
    """Write, in the transaction of the import, that a poll was made from a file of ballots that were cast elsewhere: its only first line."""
    content = {
        "rules": poll.rules_hash,
        "file": {"ballots": poll.roll_size, "sha256": poll.roll_digest},
        "opens_at": iso_utc(poll.opens_at),
        "closes_at": iso_utc(poll.closes_at),
    }
    append(poll, LineKind.IMPORTED, content, at=at)


def head_of(poll: Poll, *, at: datetime) -> Line:
    """Return the last line, which a receipt quotes. A poll opened before registers existed gets its first line now."""
    return begin(poll, at=at)


# Heads, at each full hour: never at a ballot, so that no line tells when anybody voted


def take_head(*, poll_id: int) -> None:
    """Write the hourly head of an open poll, once for each hour, and owe the next. Called by a timer."""
    with transaction():
        poll = voting.get_poll_alone(poll_id)
        now = utc_now()
        if rules.status_of(poll, at=now) is not PollStatus.OPEN:
            return
        hour = iso_utc(_full_hour(now))  # of a timer that is late, the last one: those missed are not made up
        last = queries.find_last_line(poll_id, LineKind.HEAD)
        if last is None or last.content["hour"] < hour:
            _write_head(poll, hour=hour, now=now)
        _owe_head(poll, after=now, now=now)


def _write_head(poll: Poll, *, hour: str, now: datetime) -> None:
    begin(poll, at=now)
    entries = queries.list_receipt_entries(poll.id)
    if poll.shows_turnout:
        line = append(poll, LineKind.HEAD, {"hour": hour, **_counted(poll, entries)}, at=now)
        _publish_receipts(poll, line, entries)
        return
    nonce = secrets.token_hex(NONCE_BYTES)
    content = {"hour": hour, "sealed_turnout": sealed_turnout(nonce, len(entries))}
    append(poll, LineKind.HEAD, content, at=now, seal=f"{nonce}:{len(entries)}")


def _owe_head(poll: Poll, *, after: datetime, now: datetime) -> None:
    """The next full hour is in the key: the same head is owed once, whoever asks."""
    due = _full_hour(after) + HOUR
    key = f"{TAKE_HEAD}:{poll.id}:{iso_utc(due)}"
    if due < poll.closes_at and not queries.is_owed(key):
        owe(TAKE_HEAD, {"poll_id": poll.id}, now=now, due_at=due, key=key)


def _full_hour(at: datetime) -> datetime:
    return at.replace(minute=0, second=0, microsecond=0)


def _counted(poll: Poll, entries: list[str]) -> dict[str, Any]:
    """A sealed poll has its own public box, and gives no such receipts: its turnout alone is written, and how many of it are papers."""
    if is_sealed(poll.id):
        return {"turnout": len(entries), "papers": count_marked(poll.id)}
    digest = sha256(receipt_list(entries))
    return {"turnout": len(entries), "receipts": {"size": len(entries), "sha256": digest}}


def _publish_receipts(poll: Poll, line: Line, entries: list[str]) -> None:
    if "receipts" in line.content:
        db.session.merge(PublishedReceipts(poll_id=poll.id, height=line.height, text=receipt_list(entries)))


# The end


def close_register(*, poll_id: int) -> None:
    """Write the closing of a poll, once: its turnout, its receipts, and what hidden heads sealed. Called by a timer, and by the mixing.

    Raises:
        ResultNotPublished: it is not closed.
    """
    with transaction():
        poll = voting.get_poll_alone(poll_id)
        now = utc_now()
        rules.ensure_result_shown(poll, at=now)
        begin(poll, at=now)
        if queries.find_last_line(poll_id, LineKind.CLOSED):
            return
        entries = queries.list_receipt_entries(poll_id)
        content = {
            **_counted(poll, entries),
            "closed_at": iso_utc(poll.closes_at),
            "seals": queries.list_seals(poll_id),
        }
        line = append(poll, LineKind.CLOSED, content, at=now)
        _publish_receipts(poll, line, entries)


def note_mixed(*, poll_id: int, ballots: int, at: datetime) -> None:
    """Write, once, that the box was mixed, and how many ballots it held. In the mixing's transaction."""
    with transaction():
        close_register(poll_id=poll_id)
        if not is_sealed(poll_id) and queries.find_last_line(poll_id, LineKind.MIXED) is None:
            append(voting.get_poll_alone(poll_id), LineKind.MIXED, {"ballots": ballots}, at=at)


def note_box(*, poll_id: int, step: str, content: dict[str, Any], at: datetime) -> None:
    """Write a step of a sealed box, with the head of its archive then. In the transaction of the step.

    None is a ballot's, nor an hour's: the archive says in which order ballots came, and nothing says when.
    """
    with transaction():
        poll = voting.get_poll_alone(poll_id)
        begin(poll, at=at)
        append(poll, LineKind.BOX, {"step": step, **content}, at=at)


def note_paper(*, poll_id: int, act: PaperAct, content: dict[str, Any], at: datetime) -> None:
    """Write what was done with the papers of a sealed poll. In the transaction of the act."""
    with transaction():
        poll = voting.get_poll_alone(poll_id)
        begin(poll, at=at)
        append(poll, LineKind.PAPER, {"act": act.value, **content}, at=at)


def is_count_to_note(poll_id: int) -> bool:
    """Tell whether the count of a poll is still to be written. One made from a file before that was registered has no register: nothing is."""
    return (
        queries.find_last_line(poll_id) is not None
        and queries.find_last_line(poll_id, LineKind.COUNTED) is None
    )


def note_counted(*, poll_id: int, results: list[dict[str, Any]], at: datetime) -> None:
    """Write, once, the digests of what is published of each question (``published_digests``)."""
    with transaction():
        if is_count_to_note(poll_id):
            if not rules.is_imported(voting.get_poll(poll_id)):
                close_register(poll_id=poll_id)
            append(voting.get_poll_alone(poll_id), LineKind.COUNTED, {"results": results}, at=at)


def ensure_not_closed(poll: Poll) -> None:
    """Refuse what comes once the closing is written, whatever the clock says here: that of the server which wrote it may be a little ahead.

    Raises:
        PollNotOpen.
    """
    if queries.find_last_line(poll.id, LineKind.CLOSED):
        raise PollNotOpen(PollNotOpen.over, closes_at=poll.closes_at)


# What was tried, and refused


def writes_refusals(act: str) -> Callable[[Callable[P, R]], Callable[P, R]]:
    """Have a command that changes a poll write in its register that somebody tried it after the freeze.

    The refusal undoes the command's own transaction: the line has one of its own, and the refusal goes on.

    Args:
        act: what was tried: ``change``, ``delete``, ``open``, ``roll``, ``sealing``, ``box``, ``paper``.
    """

    def wrap(command: Callable[P, R]) -> Callable[P, R]:
        @wraps(command)
        def run(*args: P.args, **kwargs: P.kwargs) -> R:
            try:
                return command(*args, **kwargs)
            except (PollFrozen, NotAllowed, NotSignedIn):
                _write_refused(args[0], kwargs["poll_id"], act)  # type: ignore[arg-type]
                raise

        return run

    return wrap


def _write_refused(actor: Actor, poll_id: int, act: str) -> None:
    if in_transaction():
        return  # a larger command tried it, and is being undone: it answers for itself
    with transaction():
        try:
            poll = voting.get_poll_alone(poll_id)
        except PollNotFound:
            return
        if poll.state != PollState.FROZEN:
            return
        now = utc_now()
        begin(poll, at=now)
        role = next((role for role in ROLES if actor.has_role(role, poll.territory_id)), None)
        by = role or ("person" if actor.is_signed_in else "visitor")
        content = {"act": act, "by": by, "door": actor.channel.value}
        if queries.count_refused_since_head(poll_id, content) < MOST_ALIKE[role is not None]:
            append(poll, LineKind.REFUSED, content, at=now)
