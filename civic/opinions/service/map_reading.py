"""What the page, the API and the file of a map tell: one reading for all three, and one place that hides."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from civic.consultations.models import Consultation
from civic.consultations.rules import hidden_until
from civic.kernel.clock import utc_now
from civic.opinions import map_queries, queries
from civic.opinions.errors import ReactionsHidden
from civic.opinions.models import (
    OpinionGroup,
    OpinionMap,
    OpinionOfGroup,
    OpinionPlace,
    SharedOpinion,
    Statement,
)
from civic.opinions.rules import (
    AGREED_BY_ALL,
    GROUP_NAMES,
    Counts,
    is_told,
    reactions_missing,
    smoothed,
    told_groups,
)

MOST_SHOWN = 5
MOST_DIVIDING = 3
MOST_LOOKED_AT = 40


@dataclass(frozen=True)
class GroupCount:
    """What a group said of a statement.

    Attributes:
        counts: none where that is not told: too few of it reacted, or it would tell what too few of another reacted.
        compared: by which groups are compared; none where too few of it reacted.
    """

    name: str
    number: int
    counts: Counts | None
    compared: Counts | None
    holds: int


@dataclass(frozen=True)
class TracedStatement:
    """A statement with everything that is known of it, and where it comes from."""

    statement: Statement
    counts: Counts
    groups: tuple[GroupCount, ...]
    shared: SharedOpinion | None = None

    @property
    def id(self) -> int:
        return self.statement.id

    @property
    def body(self) -> str:
        return self.statement.body

    @property
    def origin(self) -> str:
        return self.statement.origin.value


@dataclass(frozen=True)
class GroupView:
    name: str
    number: int
    people: int
    x: float
    y: float
    agrees: tuple[TracedStatement, ...]
    refuses: tuple[TracedStatement, ...]


@dataclass(frozen=True)
class MapView:
    """``lack`` is ``not_counted`` before the first count, else why there are no groups; none when there are."""

    computed_at: datetime | None
    is_stale: bool
    lack: str | None
    people: int
    considered: int
    between: int
    squares: list[list[int]]
    groups: tuple[GroupView, ...]
    agreed: tuple[TracedStatement, ...]
    refused: tuple[TracedStatement, ...]
    dividing: tuple[TracedStatement, ...]


@dataclass(frozen=True)
class OwnPlace:
    """Where the reader stands: ``place`` is none before a count took her in, ``missing`` how many more reactions that takes."""

    place: OpinionPlace | None
    missing: int

    @property
    def group_name(self) -> str | None:
        return None if self.place is None or self.place.number is None else GROUP_NAMES[self.place.number]


def ensure_reactions_shown(consultation: Consultation, *, at: datetime) -> None:
    """Raises ReactionsHidden. The page of the map, its API, its file: whatever tells what people react asks here, or ``hidden_until``."""
    until = hidden_until(consultation.phases, at=at)
    if until is not None:
        raise ReactionsHidden(closes_at=until)


def read_map(consultation: Consultation) -> MapView:
    """Return the last map that was counted. Raises ReactionsHidden."""
    ensure_reactions_shown(consultation, at=utc_now())
    row = map_queries.find_map(consultation.id)
    if row is None or row.computed_at is None:
        return _not_counted(row)
    held = map_queries.list_held(consultation.id)
    lists = [
        map_queries.list_shared(consultation.id, score, most=MOST_LOOKED_AT)
        for score in (SharedOpinion.agreed, SharedOpinion.refused, SharedOpinion.dividing)
    ]
    traced = _trace([statement for found in lists for statement in found] + [each[1] for each in held])
    agreed, refused, dividing = ([traced[one.id] for one in found] for found in lists)
    return MapView(
        computed_at=row.computed_at,
        is_stale=row.asked_at is not None,
        lack=row.lack,
        people=row.people,
        considered=row.considered,
        between=row.between_groups,
        squares=row.squares,
        groups=tuple(
            _group(group, [(row, traced[statement.id]) for row, statement in held])
            for group in map_queries.list_groups(consultation.id)
        ),
        agreed=tuple(one for one in agreed if _by_all(one, is_agreed=True))[:MOST_SHOWN],
        refused=tuple(one for one in refused if _by_all(one, is_agreed=False))[:MOST_SHOWN],
        dividing=tuple(one for one in dividing if _parts(one))[:MOST_DIVIDING],
    )


def _group(group: OpinionGroup, held: list[tuple[OpinionOfGroup, TracedStatement]]) -> GroupView:
    mine = [(row.holds, one) for row, one in held if row.number == group.number]
    return GroupView(
        GROUP_NAMES[group.number],
        group.number,
        group.people,
        group.x,
        group.y,
        agrees=tuple(one for holds, one in mine if holds > 0),
        refuses=tuple(one for holds, one in mine if holds < 0),
    )


def _not_counted(row: OpinionMap | None) -> MapView:
    is_asked = row is not None and row.asked_at is not None
    return MapView(None, is_asked, "not_counted", 0, 0, 0, [], (), (), (), ())


def _shares(one: TracedStatement, *, is_agreed: bool) -> list[float]:
    told = [group.compared for group in one.groups if group.compared is not None]
    return [smoothed(each.agree if is_agreed else each.disagree, each.total) for each in told]


def _by_all(one: TracedStatement, *, is_agreed: bool) -> bool:
    return min(_shares(one, is_agreed=is_agreed), default=0.0) >= AGREED_BY_ALL


def _parts(one: TracedStatement) -> bool:
    """Tell whether more than half of one group agrees, and more than half of another does not."""
    agree, refuse = _shares(one, is_agreed=True), _shares(one, is_agreed=False)
    return max(agree, default=0.0) > 0.5 and max(refuse, default=0.0) > 0.5


def _trace(statements: Sequence[Statement]) -> dict[int, TracedStatement]:
    counts = map_queries.counts_of_groups([one.id for one in statements])
    return {one.id: _traced(one, counts[one.id]) for one in statements}


def _traced(
    statement: Statement, rows: Sequence[OpinionOfGroup], shared: SharedOpinion | None = None
) -> TracedStatement:
    everybody = Counts(statement.agree_count, statement.disagree_count, statement.pass_count)
    said = [Counts(row.agreed, row.disagreed, row.passed) for row in rows]
    told = told_groups([each.total for each in said], everybody=everybody.total)
    groups = tuple(
        GroupCount(
            GROUP_NAMES[row.number],
            row.number,
            counts=each if rank in told else None,
            compared=each if is_told(each.total) else None,
            holds=row.holds,
        )
        for rank, (row, each) in enumerate(zip(rows, said, strict=True))
    )
    return TracedStatement(statement, everybody, groups, shared)


def read_statement(consultation: Consultation, statement: Statement) -> TracedStatement:
    """Return a statement with what everybody and each group said of it. Raises ReactionsHidden."""
    ensure_reactions_shown(consultation, at=utc_now())
    return _trace([statement])[statement.id]


def read_all(consultation: Consultation) -> list[TracedStatement]:
    """Return every statement, in order of their number, for the file. Raises ReactionsHidden."""
    ensure_reactions_shown(consultation, at=utc_now())
    rows = map_queries.list_scored(consultation.id)
    counts = map_queries.counts_of_groups([statement.id for statement, _ in rows])
    return [_traced(statement, counts[statement.id], shared) for statement, shared in rows]


def find_own_place(consultation_id: int, person_id: int) -> OwnPlace:
    """Return where a person stands; hers alone to see."""
    place = map_queries.find_place(consultation_id, person_id)
    reacted = queries.count_own_reactions(consultation_id, person_id)
    statements = queries.count_statements(consultation_id)
    return OwnPlace(place, reactions_missing(reacted=reacted, statements=statements))
