"""What is read of a poll once it is closed: its result, explained, and the files with which anyone counts again."""

from collections import Counter
from dataclasses import dataclass, replace
from enum import StrEnum

from civic.kernel.access import Actor
from civic.kernel.clock import utc_now
from civic.voting import queries, rules
from civic.voting.booth.counting import Roads, roads_of
from civic.voting.booth.errors import AwaitsTrustees
from civic.voting.errors import CountUnderWay, PollNotFound
from civic.voting.explain.budgets import count_served
from civic.voting.explain.count import Count
from civic.voting.methods.ballots import Tally
from civic.voting.models import Poll, Question
from civic.voting.publication import files
from civic.voting.publication.dealing import is_to_be_dealt
from civic.voting.publication.files import PublishedFile
from civic.voting.rules import BallotChannel
from civic.voting.service import counting, long_counts
from civic.voting.service.reading import PollSummary, get_visible_poll, summary_of


class FileKind(StrEnum):
    """A file of a question. Its value is in addresses."""

    BALLOTS = "bulletins"
    RESULT = "resultat"


@dataclass(frozen=True)
class QuestionResult:
    """The result of a question.

    Attributes:
        texts: what was said of each option before the vote.
        count: None while a long count is under way; ``progress`` is then in thousandths, if it has begun.
        awaits_trustees: the box is sealed, and not open yet.
        roads: of a sealed poll, what came by each road; None elsewhere.
    """

    position: int
    text: str
    method: str
    texts: dict[str, str]
    count: Count | None
    progress: int | None = None
    awaits_trustees: bool = False
    roads: Roads | None = None


@dataclass(frozen=True)
class PollResult:
    """What is said of a closed poll, whatever it asked.

    Attributes:
        turnout: persons who voted; in a poll made from a file, its ballots.
        roll_size: None where nobody knows it, in a poll made from a file.
    """

    poll: PollSummary
    questions: tuple[QuestionResult, ...]
    turnout: int
    roll_size: int | None
    quorum_percent: int
    by_channel: dict[BallotChannel, int]
    rules_hash: str
    is_intact: bool
    tie_seed: str | None

    @property
    def is_imported(self) -> bool:
        return self.roll_size is None

    @property
    def draws_no_lots(self) -> bool:
        """Tell whether the poll was frozen before rules told equals apart: they come first together."""
        return self.tie_seed is None and not self.is_imported

    @property
    def turnout_percent(self) -> float:
        return rules.percent(self.turnout, self.roll_size or 0)

    @property
    def quorum(self) -> int:
        return rules.needed_for_quorum(self.roll_size or 0, self.quorum_percent)

    @property
    def is_quorum_reached(self) -> bool:
        return self.turnout >= self.quorum

    def question_at(self, position: int) -> QuestionResult:
        """Raises PollNotFound."""
        for question in self.questions:
            if question.position == position:
                return question
        raise PollNotFound


def show_poll_result(actor: Actor, *, poll_id: int) -> PollResult:
    """Return the result of a closed poll.

    Raises:
        PollNotFound: there is no such poll, or the actor may not see it.
        ResultNotPublished: it is not closed yet; nobody is exempt.
    """
    poll = closed_poll(actor, poll_id)
    is_imported = rules.is_imported(poll)
    return PollResult(
        poll=summary_of(poll, now=utc_now()),
        questions=tuple(_result_of(question) for question in poll.questions),
        turnout=(poll.roll_size or 0) if is_imported else queries.count_turnout(poll.id),
        roll_size=None if is_imported else poll.roll_size or 0,
        quorum_percent=poll.quorum_percent,
        by_channel={} if is_imported else queries.count_by_channel(poll.id),
        rules_hash=poll.rules_hash or "",
        is_intact=rules.fingerprint(queries.rules_document(poll)) == poll.rules_hash,
        tie_seed=poll.tie_seed,
    )


def _result_of(question: Question) -> QuestionResult:
    texts = {choice.key: choice.text for choice in question.choices}
    found = QuestionResult(question.position, question.text, question.method, texts, None)
    try:
        roads = roads_of(question)
        return replace(found, count=Count(counting.count_question(question)), roads=roads)
    except CountUnderWay:
        return replace(found, progress=long_counts.find_progress(question.id))
    except AwaitsTrustees:
        return replace(found, awaits_trustees=True)


@dataclass(frozen=True)
class RecountFiles:
    """What counts a question again: four files in one folder, and the command.

    Attributes:
        is_dealt: the ballots are dealt again (decision 17).
        served: of a budget, how many voters named at least one project that is funded: no count says it, only the ballots do.
    """

    ballots: PublishedFile
    rules: PublishedFile
    result: PublishedFile
    script: PublishedFile
    command: str
    is_dealt: bool
    served: int


def list_recount_files(actor: Actor, *, poll_id: int, position: int) -> RecountFiles:
    """Return what counts a question of a closed poll again.

    Raises:
        PollNotFound, ResultNotPublished.
        CountUnderWay, AwaitsTrustees: it is not counted yet.
    """
    poll = closed_poll(actor, poll_id)
    return recount_files(poll, _question_of(poll, position))


def recount_files(poll: Poll, question: Question) -> RecountFiles:
    """For closed polls: who calls has asked ``rules``. Raises CountUnderWay."""
    election = counting.election_of(question)
    ballots = files.ballots_file(poll.id, question.position, election, question.method, title=question.text)
    rules_file = files.rules_file(poll.id, queries.rules_document(poll))
    tally = counting.count_question(question)
    return RecountFiles(
        ballots=ballots,
        rules=rules_file,
        result=files.result_file(poll.id, question.position, tally),
        script=files.script_file(),
        command=files.recount_command(
            ballots.name,
            rules_file.name,
            question=question.position,
            questions=len(poll.questions),
            seed=poll.tie_seed or "",
        ),
        is_dealt=is_to_be_dealt(election, question.method),
        served=count_served(election, tally.winners),
    )


def export_question(actor: Actor, *, poll_id: int, position: int, kind: FileKind) -> PublishedFile:
    """Return a file of a question of a closed poll. Raises as ``list_recount_files``; its ballots need no count."""
    poll = closed_poll(actor, poll_id)
    question = _question_of(poll, position)
    if kind is FileKind.RESULT:
        return files.result_file(poll_id, position, counting.count_question(question))
    election = counting.election_of(question)
    return files.ballots_file(poll_id, position, election, question.method, title=question.text)


def closed_poll(actor: Actor, poll_id: int) -> Poll:
    """Return a poll whose result may be read. Raises PollNotFound, ResultNotPublished."""
    poll = get_visible_poll(actor, poll_id)
    rules.ensure_result_shown(poll, at=utc_now())
    return poll


def _question_of(poll: Poll, position: int) -> Question:
    for question in poll.questions:
        if question.position == position:
            return question
    raise PollNotFound


@dataclass(frozen=True)
class OptionCount:
    """How many ballots name an option, whatever they say of it."""

    choice_id: int
    id: str
    label: str
    ballots: int
    is_winner: bool


@dataclass(frozen=True)
class QuestionCount:
    position: int
    text: str
    tally: Tally
    options: tuple[OptionCount, ...]


def count_questions(actor: Actor, *, poll_id: int) -> list[QuestionCount]:
    """Return the count of each question of a closed poll. Raises as ``counting.tally_of``."""
    poll = closed_poll(actor, poll_id)
    return [_count_of(question) for question in poll.questions]


def _count_of(question: Question) -> QuestionCount:
    tally = counting.count_question(question)
    named: Counter[str] = Counter()
    for ballot, ballots in counting.election_of(question).piles:
        named.update(dict.fromkeys(ballot.named, ballots))
    options = tuple(
        OptionCount(one.id, one.key, one.label, named[one.key], one.key in tally.winners)
        for one in question.choices
    )
    return QuestionCount(question.position, question.text, tally, options)
