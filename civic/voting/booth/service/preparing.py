"""Prepare a sealed poll: its level, the third party's codes, the trustees' keys. All of it while the poll is a draft."""

from dataclasses import dataclass

from civic.kernel.access import Actor, require
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.errors import Sentence
from civic.kernel.transaction import publish, transaction
from civic.voting import queries as polls
from civic.voting import rules
from civic.voting.access import VotingAction
from civic.voting.booth import queries, setting_up
from civic.voting.booth.errors import CodesChanged, CodesRefused, TrusteeRefused, refusal_of
from civic.voting.booth.events import SealingChanged
from civic.voting.booth.models import SealedPoll, SealedTrustee
from civic.voting.booth.questions import ensure_sealable
from civic.voting.methods.refusals import CountRefused
from civic.voting.models import Poll
from civic.voting.register.writing import writes_refusals
from civic.voting.sealed.credentials import read_credential_file, write_roll
from civic.voting.sealed.parsing import compact_json, read_canonical_json, read_strict_json, sha256_base64
from civic.voting.sealed.trustees import read_trustee_key, read_trustees
from civic.voting.service.reading import get_visible_poll


@dataclass(frozen=True)
class CodesPreview:
    """What confirming the list of codes that was sent would do. ``digest`` is to be given back; ``count`` is to be that of the roll."""

    count: int
    voters: int
    digest: str


@dataclass(frozen=True)
class SealingView:
    """How far the preparation of a sealed poll is. ``lacks``: what is to be done before it can be opened."""

    sealed: SealedPoll
    voters: int
    lacks: list[Sentence]
    threshold: int | None
    codes_digest: str


@writes_refusals("sealing")
def seal_poll(actor: Actor, *, poll_id: int) -> None:
    """Make a draft a sealed poll. Its box being public at every moment, its turnout shows.

    Raises:
        PollNotFound, NotAllowed, PollFrozen.
        MethodNotSealed: a question is not of those that can be added up.
    """
    with transaction():
        poll = _draft_alone(actor, poll_id)
        ensure_sealable(polls.plan_of(poll).questions)
        polls.update_draft(poll_id, {"shows_turnout": True})
        if not queries.is_sealed(poll_id):
            db.session.add(SealedPoll(poll_id=poll_id, uuid=setting_up.draw_uuid()))
        _publish(actor, poll_id, "sealed")


@writes_refusals("sealing")
def unseal_poll(actor: Actor, *, poll_id: int) -> None:
    """Make a sealed draft an ordinary poll again; its codes and keys are thrown away. Raises as ``seal_poll``, and NotSealed."""
    with transaction():
        _draft_alone(actor, poll_id)
        db.session.delete(queries.get_sealed(poll_id))
        _publish(actor, poll_id, "unsealed")


@writes_refusals("sealing")
def name_authority(actor: Actor, *, poll_id: int, name: str, seen: str | None = None) -> None:
    """Write who makes the codes. Raises PollNotFound, NotAllowed, PollFrozen, NotSealed; ChangedMeanwhile: somebody named another since."""
    with transaction():
        _draft_alone(actor, poll_id)
        sealed = queries.get_sealed(poll_id)
        with sealed.written_over(seen):
            sealed.authority = name
        _publish(actor, poll_id, "authority")


@writes_refusals("sealing")
def send_codes(actor: Actor, *, poll_id: int, text: str) -> None:
    """Read a list of public codes and keep it aside, for its preview. What tied a code to a line of the letters is not kept.

    Raises:
        PollNotFound, NotAllowed, PollFrozen, NotSealed.
        CodesRefused: it is not such a list; nothing is kept.
    """
    _draft(actor, poll_id)
    codes = _read_codes(text)
    with transaction():
        _draft_alone(actor, poll_id)
        queries.get_sealed(poll_id).sent_codes = codes


def preview_codes(actor: Actor, *, poll_id: int) -> CodesPreview:
    """Return what confirming the list that was sent would do. Raises PollNotFound, NotAllowed, PollFrozen, NotSealed, CodesChanged."""
    poll = _draft(actor, poll_id)
    codes = queries.get_sealed(poll_id).sent_codes
    if not codes:
        raise CodesChanged
    return CodesPreview(_count(codes), len(polls.list_eligible(poll)), sha256_base64(codes))


@writes_refusals("sealing")
def confirm_codes(actor: Actor, *, poll_id: int, digest: str) -> int:
    """Take the list of codes that was sent and previewed, in place of any other.

    Returns:
        How many there are.

    Raises:
        PollNotFound, NotAllowed, PollFrozen, NotSealed.
        CodesChanged: it is not the list that was previewed.
    """
    with transaction():
        _draft_alone(actor, poll_id)
        sealed = queries.get_sealed(poll_id)
        if not sealed.sent_codes or sha256_base64(sealed.sent_codes) != digest:
            raise CodesChanged
        sealed.codes, sealed.code_count = sealed.sent_codes, _count(sealed.sent_codes)
        sealed.sent_codes = ""
        _publish(actor, poll_id, "codes")
        return sealed.code_count


def _read_codes(text: str) -> str:
    try:
        listed = compact_json(read_strict_json(text.strip()))
        return write_roll(code for code, _ in read_credential_file(listed))
    except CountRefused as refused:
        raise refusal_of(CodesRefused, refused, "codes") from refused


def _count(codes: str) -> int:
    return len(read_strict_json(codes))


@writes_refusals("sealing")
def add_trustee(actor: Actor, *, poll_id: int, name: str, key: str) -> None:
    """Add a trustee, all of whom are needed, with the public key that she made on her own machine.

    Raises:
        PollNotFound, NotAllowed, PollFrozen, NotSealed.
        TrusteeRefused: her key is not one, is another's, or the poll has a threshold group.
    """
    _draft(actor, poll_id)
    text = _read_key(key)
    with transaction():
        _draft_alone(actor, poll_id)
        sealed = queries.get_sealed(poll_id)
        if sealed.group_file:
            _replace_trustees(sealed, [])
            sealed.group_file = ""
        taken = {trustee.name for trustee in sealed.trustees}
        keys = {read_canonical_json(trustee.public_key)["public_key"] for trustee in sealed.trustees}
        if name in taken or read_canonical_json(text)["public_key"] in keys:
            raise TrusteeRefused(TrusteeRefused.named, fields={"key": [TrusteeRefused.named]})
        position = 1 + max((trustee.position for trustee in sealed.trustees), default=0)
        sealed.trustees.append(SealedTrustee(position=position, name=name, public_key=text))
        _publish(actor, poll_id, "trustee")


def _read_key(key: str) -> str:
    try:
        value = read_strict_json(key.strip())
        read_trustee_key(value)
    except CountRefused as refused:
        raise refusal_of(TrusteeRefused, refused, "key") from refused
    return compact_json(value)


@writes_refusals("sealing")
def set_group(actor: Actor, *, poll_id: int, names: list[str], text: str) -> None:
    """Take the file of trustees of whom a threshold is enough (``threshold.json``, or ``trustees.json``), in place of any other trustee.

    Args:
        names: of the trustees, in the order in which they made the file.

    Raises:
        PollNotFound, NotAllowed, PollFrozen, NotSealed.
        TrusteeRefused: it is not such a file, there are not as many names, or one trustee could open the box alone.
    """
    _draft(actor, poll_id)
    whole = _read_group(text)
    expected = len(read_trustees(whole).keys)
    if len(names) != expected or len(set(names)) != expected:
        raise TrusteeRefused(
            TrusteeRefused.names, fields={"names": [TrusteeRefused.names]}, expected=expected
        )
    with transaction():
        _draft_alone(actor, poll_id)
        sealed = queries.get_sealed(poll_id)
        _replace_trustees(sealed, names)
        sealed.group_file = whole
        _publish(actor, poll_id, "trustees")


def _read_group(text: str) -> str:
    """Belenios writes the group alone, or within the list of all trustees."""
    try:
        value = read_strict_json(text.strip())
        whole = compact_json(value if isinstance(value, list) else [["Pedersen", value]])
        trustees = read_trustees(whole)
    except CountRefused as refused:
        raise refusal_of(TrusteeRefused, refused, "group") from refused
    if len(trustees.keys) < setting_up.FEWEST_TRUSTEES:
        raise TrusteeRefused(TrusteeRefused.several, fields={"group": [TrusteeRefused.several]})
    if sum(group.threshold for group in trustees.groups) < setting_up.FEWEST_TRUSTEES:
        raise TrusteeRefused(TrusteeRefused.weak, fields={"group": [TrusteeRefused.weak]})
    return whole


def _replace_trustees(sealed: SealedPoll, names: list[str]) -> None:
    sealed.trustees = []
    db.session.flush()  # positions are unique: the old ones leave first
    sealed.trustees = [SealedTrustee(position=place, name=name) for place, name in enumerate(names, start=1)]


@writes_refusals("sealing")
def remove_trustees(actor: Actor, *, poll_id: int) -> None:
    """Begin the list of trustees again. Raises PollNotFound, NotAllowed, PollFrozen, NotSealed."""
    with transaction():
        _draft_alone(actor, poll_id)
        sealed = queries.get_sealed(poll_id)
        _replace_trustees(sealed, [])
        sealed.group_file = ""
        _publish(actor, poll_id, "no_trustee")


def show_sealing(actor: Actor, *, poll_id: int) -> SealingView | None:
    """Return how far the preparation of a draft is; None while it is not a sealed poll. Raises PollNotFound, NotAllowed, PollFrozen."""
    poll = _draft(actor, poll_id)
    sealed = queries.find_sealed(poll_id)
    if sealed is None:
        return None
    voters = len(polls.list_eligible(poll))
    groups = read_trustees(sealed.group_file).groups if sealed.group_file else ()
    return SealingView(
        sealed=sealed,
        voters=voters,
        lacks=setting_up.lacks_of(sealed, polls.plan_of(poll), roll_size=voters),
        threshold=sum(group.threshold for group in groups) or None,
        codes_digest=sha256_base64(sealed.codes) if sealed.codes else "",
    )


def list_names(actor: Actor, *, poll_id: int) -> list[tuple[str, str]]:
    """Return (name, neighbourhood) of who would be on the roll now, for the letters. For agents alone.

    Raises:
        PollNotFound, NotAllowed, PollFrozen, NotSealed.
    """
    poll = get_visible_poll(actor, poll_id)
    require(actor, VotingAction.OPEN_POLL, poll)
    rules.ensure_draft(poll)
    queries.get_sealed(poll_id)
    return queries.list_names({voter.person_id: voter.territory_id for voter in polls.list_eligible(poll)})


def _draft(actor: Actor, poll_id: int) -> Poll:
    poll = get_visible_poll(actor, poll_id)
    require(actor, VotingAction.PREPARE_POLL, poll)
    rules.ensure_draft(poll)
    return poll


def _draft_alone(actor: Actor, poll_id: int) -> Poll:
    _draft(actor, poll_id)
    poll = polls.get_poll_alone(poll_id)
    rules.ensure_draft(poll)  # it may have been opened meanwhile
    return poll


def _publish(actor: Actor, poll_id: int, what: str) -> None:
    publish(SealingChanged(occurred_at=utc_now(), poll_id=poll_id, what=what, actor_id=actor.id))
