"""What may be read of polls. Whatever depends on ballots passes by ``rules.may_show_result`` or ``rules.may_show_turnout``, here alone."""

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum

from civic.kernel.access import Actor, can, require
from civic.kernel.clock import utc_now
from civic.kernel.pagination import PAGE_SIZE, Page
from civic.territories import queries as territories
from civic.voting import queries, rules
from civic.voting.access import VotingAction
from civic.voting.answers import BLANK
from civic.voting.asking import Ending, QuestionPlan, ending_of
from civic.voting.booth import counting as sealed_counting
from civic.voting.booth.queries import is_awaiting_trustees, is_sealed
from civic.voting.errors import PollNotFound
from civic.voting.given_roll.queries import source_of
from civic.voting.methods.ballots import Ballot, choosing
from civic.voting.models import Choice, Poll, Question
from civic.voting.queries import CarriedVoice
from civic.voting.rules import BallotChannel, Lack, PollPlan, PollStatus, RollSource, Tally


class Standing(StrEnum):
    """Why a reader may vote, or which rule says that she may not. Stable codes, for clients."""

    MAY_VOTE = "may_vote"
    NOT_SIGNED_IN = "not_signed_in"
    NOT_ON_ROLL = "not_on_roll"
    NOT_OPEN_YET = "not_open_yet"
    CLOSED = "closed"
    ALREADY_VOTED = "already_voted"
    GAVE_PROXY = "gave_proxy"
    VOTES_ON_PAPER = "votes_on_paper"
    DRAFT = "draft"


@dataclass(frozen=True)
class PollSummary:
    """A poll in a list.

    Attributes:
        roll_size: None before the opening, and in a poll made from a file, whose roll nobody knows.
        turnout: None while it is hidden; in a poll made from a file, its ballots.
        leaders: the labels that came first, none before the closing.
    """

    id: int
    question: str
    territory_id: int
    territory_name: str
    status: PollStatus
    opens_at: datetime
    closes_at: datetime
    quorum_percent: int
    roll_size: int | None
    turnout: int | None
    subject_kind: str | None
    subject_id: int | None
    leaders: tuple[str, ...] = ()
    ending: Ending = Ending.ONE
    is_imported: bool = False


@dataclass(frozen=True)
class PollView:
    """A poll as its page shows it.

    Attributes:
        standing: why the reader may vote, or may not.
        lacks: which conditions the reader lacks, when she is not on the roll.
        voters_expected: for a draft, how many would be on the roll if it were made now; None otherwise.
        is_sealed: ballots are sealed in the browser (``civic.voting.booth``).
        roll_source: whence the roll comes (``civic.voting.given_roll``).
        carried: the voices of others that the reader carries, at a sitting.
        seen: of a draft, what a form that changes it carries (``Poll.seen``).
    """

    summary: PollSummary
    plan: PollPlan
    description_html: str
    questions: tuple[Question, ...]
    choices: tuple[Choice, ...]
    standing: Standing
    lacks: tuple[Lack, ...]
    frozen_at: datetime | None
    rules_hash: str | None
    roll_digest: str | None
    voters_expected: int | None
    may_prepare: bool
    may_open: bool
    may_see_roll: bool
    may_register: bool
    is_sealed: bool
    roll_source: RollSource
    carried: tuple[CarriedVoice, ...]
    seen: str | None

    @property
    def is_roll_given(self) -> bool:
        return self.roll_source is RollSource.FILE

    @property
    def asked(self) -> list[tuple[Question, QuestionPlan]]:
        return list(zip(self.questions, self.plan.questions, strict=True))


@dataclass(frozen=True)
class TurnoutView:
    """How many voted, as may be shown now: ``turnout`` is None while the poll hides it."""

    poll_id: int
    status: PollStatus
    turnout: int | None
    roll_size: int | None


@dataclass(frozen=True)
class ResultView:
    poll: PollSummary
    choices: tuple[Choice, ...]
    tally: Tally
    by_channel: dict[BallotChannel, int]
    rules_hash: str
    is_intact: bool


@dataclass(frozen=True)
class FreezeView:
    """What would be frozen now, for the agent to read before she confirms."""

    rules_hash: str
    roll_size: int
    document: str


def get_visible_poll(actor: Actor, poll_id: int) -> Poll:
    """Return a poll that the actor may read. Raises PollNotFound: a draft is not told from what does not exist."""
    poll = queries.get_poll(poll_id)
    if not can(actor, VotingAction.READ_POLL, poll):
        raise PollNotFound
    return poll


def list_polls(
    actor: Actor,
    *,
    status: PollStatus,
    territory_id: int | None = None,
    number: int = 1,
    size: int = PAGE_SIZE,
) -> Page[PollSummary]:
    """Return a page of the polls that stand so now, of a territory and its neighbourhoods when one is given.

    Drafts are only those that the actor may prepare.
    """
    now = utc_now()
    within: Collection[int] | None = territories.ids_within(territory_id) if territory_id else None
    if status is PollStatus.DRAFT:
        within = (prepared := preparable_ids(actor)) & set(within if within is not None else prepared)
    page = queries.list_polls(status=status, at=now, within=within, number=number, size=size)
    return Page(_summaries(page.items, now), page.number, page.size, page.total)


def list_polls_about(subject_kind: str, subject_id: int) -> list[PollSummary]:
    """Return the latest public polls about a thing: a consultation, a motion."""
    return _summaries(queries.list_polls_about(subject_kind, subject_id), utc_now())


def preparable_ids(actor: Actor) -> set[int]:
    """Return the ids of the territories for which the actor may prepare polls."""
    held = {territory_id for _, territory_id in actor.grants}
    return {place for place in held if can(actor, VotingAction.PREPARE_POLL, place)}


def show_poll(actor: Actor, *, poll_id: int) -> PollView:
    """Return a poll as the actor may see it. Raises PollNotFound."""
    now = utc_now()
    poll = get_visible_poll(actor, poll_id)
    is_draft = rules.status_of(poll, at=now) is PollStatus.DRAFT
    standing = standing_of(actor, poll, at=now)
    return PollView(
        summary=_summaries([poll], now)[0],
        plan=queries.plan_of(poll),
        description_html=poll.description_html,
        questions=tuple(poll.questions),
        choices=tuple(poll.choices),
        standing=standing,
        lacks=queries.find_lacks(poll, actor.id) if standing is Standing.NOT_ON_ROLL else (),
        frozen_at=poll.frozen_at,
        rules_hash=poll.rules_hash,
        roll_digest=poll.roll_digest,
        voters_expected=len(queries.list_eligible(poll)) if is_draft else None,
        may_prepare=can(actor, VotingAction.PREPARE_POLL, poll),
        may_open=can(actor, VotingAction.OPEN_POLL, poll),
        may_see_roll=can(actor, VotingAction.SEE_ROLL, poll) and not is_draft,
        may_register=can(actor, VotingAction.REGISTER_BALLOT, poll),
        is_sealed=is_sealed(poll_id),
        roll_source=source_of(poll_id),
        carried=queries.list_carried(poll_id, actor.id) if actor.is_signed_in else (),
        seen=poll.seen if is_draft else None,
    )


def standing_of(actor: Actor, poll: Poll, *, at: datetime) -> Standing:
    """Return why the actor may vote, or the first rule that says that she may not."""
    status = rules.status_of(poll, at=at)
    if status is PollStatus.DRAFT:
        return Standing.DRAFT
    if status is PollStatus.CLOSED:
        return Standing.CLOSED
    if not actor.is_signed_in:
        return Standing.NOT_SIGNED_IN
    entry = queries.find_roll_entry(poll.id, actor.id)
    if entry is None:
        return Standing.NOT_ON_ROLL
    if entry.channel is BallotChannel.PAPER and is_sealed(poll.id):
        return Standing.VOTES_ON_PAPER
    if entry.has_voted:
        return Standing.ALREADY_VOTED
    if queries.find_proxy(poll.id, actor.id):
        return Standing.GAVE_PROXY
    return Standing.MAY_VOTE if status is PollStatus.OPEN else Standing.NOT_OPEN_YET


def answers_naming(poll_id: int, choice_id: int | None) -> tuple[Ballot, ...]:
    """Return the answer of those who ask and are answered by one option, None for a blank ballot: for polls of one such question.

    What is no option of the poll is left for the box to refuse.
    """
    if choice_id is None:
        return (BLANK,)
    keys = {choice.id: choice.key for choice in queries.get_poll(poll_id).choices}
    return (choosing([keys.get(choice_id, f"no option {choice_id}")]),)


def show_turnout(actor: Actor, *, poll_id: int) -> TurnoutView:
    """Return how many voted, if it may be shown. Raises PollNotFound."""
    now = utc_now()
    summary = _summaries([get_visible_poll(actor, poll_id)], now)[0]
    return TurnoutView(poll_id, summary.status, summary.turnout, summary.roll_size)


def show_result(actor: Actor, *, poll_id: int) -> ResultView:
    """Return the count of a closed poll.

    Raises:
        PollNotFound: there is no such poll, or the actor may not see it.
        ResultNotPublished: it is not closed yet; nobody is exempt.
        AwaitsTrustees: it is sealed, and its box is not open yet.
    """
    now = utc_now()
    poll = get_visible_poll(actor, poll_id)
    rules.ensure_result_shown(poll, at=now)
    return ResultView(
        poll=_summaries([poll], now)[0],
        choices=tuple(poll.questions[0].choices),
        tally=_count(poll),
        by_channel=queries.count_by_channel(poll_id),
        rules_hash=poll.rules_hash or "",
        is_intact=rules.fingerprint(queries.rules_document(poll)) == poll.rules_hash,
    )


def _count(poll: Poll) -> Tally:
    """Raises AwaitsTrustees while the box of a sealed poll is not open."""
    sealed = sealed_counting.election_of(poll.questions[0])
    turnout = _turnout(poll, queries.count_turnouts([poll.id]))
    return queries.count_ballots(poll, sealed.piles if sealed else None, turnout=turnout)


@dataclass(frozen=True)
class Outcome:
    """What came of a closed poll, in few words: for a page that shows more than polls. ``leaders``: labels, several when equal."""

    poll: PollSummary
    leaders: tuple[str, ...]
    tally: Tally


def show_last_outcome(actor: Actor) -> Outcome | None:
    """Return what came of the poll that closed last among those that the actor may read; None before any was.

    A sealed one whose box is not open yet is left out, and one made from a file: its voters were not those of the town's roll.
    """
    now = utc_now()
    closed = queries.list_polls(status=PollStatus.CLOSED, at=now).items
    last = [poll for poll in closed if not (rules.is_imported(poll) or is_awaiting_trustees(poll.id))]
    if not last or not can(actor, VotingAction.READ_POLL, last[0]):
        return None
    poll = last[0]
    rules.ensure_result_shown(poll, at=now)
    tally = _count(poll)
    summary = _summaries([poll], now)[0]
    labels = summary.leaders
    if not labels and summary.ending is Ending.ONE:
        labels = tuple(choice.label for choice in poll.choices if choice.id in tally.leaders)
    return Outcome(replace(summary, leaders=labels), labels, tally)


def export_rules(actor: Actor, *, poll_id: int) -> str:
    """Return the canonical text of what was frozen, whose SHA-256 is the published fingerprint. Raises PollNotFound."""
    poll = get_visible_poll(actor, poll_id)
    rules.ensure_frozen(poll)
    return queries.rules_document(poll)


def preview_freeze(actor: Actor, *, poll_id: int) -> FreezeView:
    """Return what opening the poll would freeze now. Raises PollNotFound, NotAllowed, PollFrozen."""
    poll = get_visible_poll(actor, poll_id)
    require(actor, VotingAction.OPEN_POLL, poll)
    rules.ensure_draft(poll)
    voters = queries.list_eligible(poll)
    document = queries.rules_document(poll, voters)
    return FreezeView(rules.fingerprint(document), len(voters), document)


def summary_of(poll: Poll, *, now: datetime) -> PollSummary:
    """Return a poll as lists show it. Who calls has asked whether it may be read."""
    return _summaries([poll], now)[0]


def _summaries(polls: list[Poll], now: datetime) -> list[PollSummary]:
    names = territories.names_of({poll.territory_id for poll in polls})
    shown = [poll.id for poll in polls if rules.may_show_turnout(poll, now)]
    turnouts = queries.count_turnouts(shown)
    closed = [poll.id for poll in polls if rules.may_show_result(poll, now)]
    leaders = queries.list_leaders(closed) if closed else {}
    return [
        PollSummary(
            id=poll.id,
            question=poll.question,
            territory_id=poll.territory_id,
            territory_name=names[poll.territory_id],
            status=rules.status_of(poll, at=now),
            opens_at=poll.opens_at,
            closes_at=poll.closes_at,
            quorum_percent=poll.quorum_percent,
            roll_size=None if rules.is_imported(poll) else poll.roll_size,
            turnout=_turnout(poll, turnouts) if poll.id in shown else None,
            subject_kind=poll.subject_kind,
            subject_id=poll.subject_id,
            leaders=leaders.get(poll.id, ()),
            ending=ending_of(
                [(one.method, one.terms) for one in poll.questions], is_counted=poll.id in leaders
            ),
            is_imported=rules.is_imported(poll),
        )
        for poll in polls
    ]


def _turnout(poll: Poll, turnouts: dict[int, int]) -> int:
    return (poll.roll_size or 0) if rules.is_imported(poll) else turnouts.get(poll.id, 0)
