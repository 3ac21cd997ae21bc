"""After the closing: the box ends, its ballots are added up without being read, the trustees open the sums, and the result is counted."""

import json
from collections.abc import Sequence
from typing import Any

from civic.kernel import work
from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.transaction import publish, transaction
from civic.kernel.work import LongWork
from civic.voting import queries as polls
from civic.voting import rules
from civic.voting.access import VotingAction
from civic.voting.booth import queries
from civic.voting.booth.errors import DecryptionRefused, NotToBeOpenedYet, PaperFirst, refusal_of
from civic.voting.booth.events import BoxAddedUp, BoxEnded, BoxOpened, BoxPartlyOpened
from civic.voting.booth.models import SealedPoll
from civic.voting.methods.refusals import CountRefused
from civic.voting.register.writing import writes_refusals
from civic.voting.sealed.archive import EventKind, next_event
from civic.voting.sealed.ballots import product_of, read_ballot
from civic.voting.sealed.election import SealedElection, read_sealed_election
from civic.voting.sealed.group import Number
from civic.voting.sealed.parsing import sha256_hex
from civic.voting.sealed.tally import (
    EncryptedTally,
    PartialDecryption,
    check_partial_decryption,
    open_tally,
    read_owned,
    read_partial_decryption,
    write_encrypted_tally,
    write_owned,
    write_result,
    write_sized_tally,
)
from civic.voting.sealed.trustees import Trustees, read_trustees
from civic.voting.service.closing import count_poll
from civic.voting.service.reading import get_visible_poll

ADD_UP = "voting.add_up_sealed_box"
BALLOTS_PER_STEP = 50
"""Few enough for a step to hold the writer's lock a fraction of a second."""


def end_box(*, poll_id: int) -> None:
    """Close the box of a poll whose window is over, and begin to add its ballots up. Called by a timer; done once, however often it is called.

    Raises:
        PollNotFound, NotSealed.
        ResultNotPublished: the poll is not closed.
    """
    with transaction():
        poll = polls.get_poll_alone(poll_id)
        sealed = queries.get_sealed(poll_id)
        now = utc_now()
        rules.ensure_result_shown(poll, at=now)
        if queries.has_event(poll_id, EventKind.END_BALLOTS):
            return
        _append(sealed, EventKind.END_BALLOTS)
        sealed.ballot_count = queries.count_voters(poll_id)
        publish(
            BoxEnded(occurred_at=now, poll_id=poll_id, ballots=sealed.ballot_count, head=sealed.head or "")
        )
        place: dict[str, Any] = {"poll_id": poll_id, "after": -1, "sums": []}
        work.start_work(
            ADD_UP, owner_id=None, total=sealed.ballot_count, place=place, key=f"{ADD_UP}:{poll_id}"
        )


@work.works(ADD_UP)
def add_some_ballots(running: LongWork) -> bool:
    """Multiply some encrypted ballots into the sums; when there are no more, publish them. Returns whether it is finished."""
    poll_id = running.place["poll_id"]
    sealed = queries.get_sealed(poll_id)
    election = read_sealed_election(sealed.election or "")
    rows = queries.list_counted_ballots(poll_id, after=running.place["after"], most=BALLOTS_PER_STEP)
    sums = _sums_so_far(election, running.place["sums"])
    for _, text in rows:
        ballot = read_ballot(election, text)
        sums = tuple(
            tuple(product_of(pair) for pair in zip(row, answer.choices, strict=True))
            for row, answer in zip(sums, ballot.answers, strict=True)
        )
    running.done += len(rows)
    if len(rows) == BALLOTS_PER_STEP:
        texts = [[[str(alpha), str(beta)] for alpha, beta in row] for row in sums]
        running.place = {**running.place, "after": rows[-1][0], "sums": texts}
        return False
    _publish_sums(sealed, sums)
    return True


def _sums_so_far(election: SealedElection, texts: list[Any]) -> EncryptedTally:
    if not texts:
        nothing = (Number(1), Number(1))
        return tuple((nothing,) * question.places for question in election.questions)
    return tuple(tuple((Number(int(alpha)), Number(int(beta))) for alpha, beta in row) for row in texts)


def _publish_sums(sealed: SealedPoll, sums: EncryptedTally) -> None:
    encrypted = write_encrypted_tally(sums)
    ballots = sealed.ballot_count or 0
    _append(sealed, EventKind.ENCRYPTED_TALLY, (encrypted, write_sized_tally(ballots, encrypted)))
    publish(BoxAddedUp(occurred_at=utc_now(), poll_id=sealed.poll_id, ballots=ballots))


@writes_refusals("box")
def give_decryption(actor: Actor, *, poll_id: int, trustee: int, text: str) -> bool:
    """Take what a trustee did, on her own machine, to open the sums. The file proves by itself that her key made it, whoever brings it.

    Args:
        trustee: her number, from 1.

    Returns:
        Whether enough trustees did their part: the result is then published.

    Raises:
        PollNotFound, NotAllowed, NotSealed.
        NotToBeOpenedYet: the sums are not there yet, or the box is open already.
        PaperFirst: the papers are not counted yet.
        DecryptionRefused: it is not hers, not of these sums, or she gave it before.
    """
    poll = get_visible_poll(actor, poll_id)
    require(actor, VotingAction.OPEN_POLL, poll)
    box = _read_box(poll_id)
    if queries.is_paper_owed(queries.get_sealed(poll_id)):
        raise PaperFirst
    payload = _checked(box, trustee, text.strip())
    with transaction():
        polls.get_poll_alone(poll_id)
        sealed = queries.get_sealed(poll_id)
        if sealed.sums is not None:
            raise NotToBeOpenedYet
        if trustee in owners_of(poll_id):
            raise DecryptionRefused(DecryptionRefused.twice, fields={"trustee": [DecryptionRefused.twice]})
        _append(sealed, EventKind.PARTIAL_DECRYPTION, (payload, write_owned(trustee, payload)))
        publish(BoxPartlyOpened(occurred_at=utc_now(), poll_id=poll_id, trustee=trustee, actor_id=actor.id))
        is_enough = box.trustees.is_enough(owners_of(poll_id))
        if is_enough:
            _open(sealed, box)
        return is_enough


class _Box:
    """What opening a box takes. Raises NotToBeOpenedYet while its sums are not there, or once it is open."""

    def __init__(self, sealed: SealedPoll, texts: Sequence[str]) -> None:
        self.election = read_sealed_election(sealed.election or "")
        self.trustees: Trustees = read_trustees(queries.list_texts(sealed.poll_id, EventKind.SETUP)[1])
        self.tally: EncryptedTally = tuple(
            tuple((Number(int(pair["alpha"])), Number(int(pair["beta"]))) for pair in row)
            for row in json.loads(texts[0])
        )


def _read_box(poll_id: int) -> _Box:
    sealed = queries.get_sealed(poll_id)
    texts = queries.list_texts(poll_id, EventKind.ENCRYPTED_TALLY)
    if not texts or sealed.sums is not None:
        raise NotToBeOpenedYet
    return _Box(sealed, texts)


def _checked(box: _Box, trustee: int, text: str) -> str:
    """Return the partial decryption that the key of this trustee made of these sums: what Belenios writes, with or without its second line."""
    keys = box.trustees.keys
    if not 1 <= trustee <= len(keys):
        raise DecryptionRefused(DecryptionRefused.nobody, fields={"trustee": [DecryptionRefused.nobody]})
    payload, *others = text.splitlines() or [""]
    try:
        if others and read_owned(others[0])[0] != trustee:
            raise DecryptionRefused(DecryptionRefused.other, fields={"trustee": [DecryptionRefused.other]})
        part = read_partial_decryption(box.election, payload)
        check_partial_decryption(box.election, keys[trustee - 1], box.tally, part)
    except CountRefused as refused:
        raise refusal_of(DecryptionRefused, refused, "file") from refused
    return payload


def owners_of(poll_id: int) -> list[int]:
    """Return the numbers of the trustees who did their part."""
    texts = queries.list_texts(poll_id, EventKind.PARTIAL_DECRYPTION)
    return [read_owned(owned)[0] for owned in texts[1::2]]


def _open(sealed: SealedPoll, box: _Box) -> None:
    texts = queries.list_texts(sealed.poll_id, EventKind.PARTIAL_DECRYPTION)
    parts: dict[int, PartialDecryption] = {}
    for payload, owned in zip(texts[::2], texts[1::2], strict=True):
        owner, digest = read_owned(owned)
        assert digest == sha256_hex(payload)
        parts[owner] = read_partial_decryption(box.election, payload)
    sums = open_tally(box.trustees, box.tally, sealed.ballot_count or 0, parts)
    sealed.sums = write_result(sums)
    _append(sealed, EventKind.RESULT, (sealed.sums,))
    count_poll(sealed.poll_id)
    publish(BoxOpened(occurred_at=utc_now(), poll_id=sealed.poll_id, head=sealed.head or ""))


def _append(sealed: SealedPoll, kind: EventKind, texts: Sequence[str] = ()) -> None:
    entries, head = next_event(queries.head_of(sealed), kind, texts)
    queries.append_entries(sealed, kind, entries, head)
