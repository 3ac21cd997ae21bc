"""Pabulib's ``.pb`` files: participatory budgets, with their rule (https://pabulib.org/format)."""

from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Any

from civic.voting.formats.lines import Row, read_cents, read_rows, read_whole, write_cents, write_rows
from civic.voting.methods.ballots import (
    Ballot,
    BallotKind,
    Election,
    Option,
    Terms,
    choosing,
    giving,
    pile_up,
    ranking,
)
from civic.voting.methods.refusals import N_, CountRefused

PABULIB_SECTIONS = ("META", "PROJECTS", "VOTES")
PABULIB_KINDS = {
    "approval": BallotKind.CHOICES,
    "choose-1": BallotKind.CHOICES,
    "ordinal": BallotKind.RANKING,
    "cumulative": BallotKind.POINTS,
    "scoring": BallotKind.POINTS,
}
PABULIB_RULES = {
    "greedy-no-skip": "budget-greedy-stop",
    "greedy-threshold": "budget-threshold",
    "equalshares/add1": "budget-equal-shares",
}
GREEDY_METHODS = {
    BallotKind.CHOICES: "budget-greedy",
    BallotKind.RANKING: "budget-points",
    BallotKind.POINTS: "budget-cumulative",
}
WHOLE_TERMS = {
    "min_length": "fewest",
    "max_length": "most",
    "min_points": "least_points",
    "max_points": "most_points",
    "min_sum_points": "least_sum",
    "max_sum_points": "most_sum",
    "min_project_score_threshold": "threshold",
    "max_projects": "most_projects",
}
MONEY_TERMS = {
    "budget": "budget_cents",
    "min_sum_cost": "least_cost_cents",
    "max_sum_cost": "most_cost_cents",
    "max_project_cost": "dearest_cents",
}
"""``max_projects``, ``max_project_cost``, ``envelope:NAME`` (money kept for a district) and the column ``excludes`` are our own: the format lets files hold more."""
ENVELOPE_KEY = "envelope:"


@dataclass(frozen=True)
class PabulibTable:
    """A section of a file: the names of its columns, and its rows with the number of their line."""

    columns: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]
    lines: tuple[int, ...] = field(default=(), compare=False)

    def records(self) -> Iterator[tuple[int, dict[str, str]]]:
        """Give (line, cells by the name of their column)."""
        lines = self.lines or (0,) * len(self.rows)
        for line, row in zip(lines, self.rows, strict=True):
            yield line, dict(zip(self.columns, row, strict=True))


@dataclass(frozen=True)
class PabulibFile:
    """Everything that a file says, in its order: writing it again gives the same text."""

    meta: PabulibTable
    projects: PabulibTable
    votes: PabulibTable


def read_pabulib(text: str) -> PabulibFile:
    """Read a ``.pb`` file. Raises CountRefused, with the line, when a section, a column or a cell is missing."""
    tables: dict[str, PabulibTable] = {}
    rows = list(read_rows(text, ";"))
    starts = [
        index
        for index, (_, cells) in enumerate(rows)
        if cells[0].strip() in PABULIB_SECTIONS and len(cells) == 1
    ]
    if starts[:1] != [0]:
        raise CountRefused(N_("Ligne 1 : un fichier .pb commence par la section META."))
    for start, end in zip(starts, [*starts[1:], len(rows)], strict=True):
        line, (name, *_) = rows[start]
        if name.strip() in tables:
            raise CountRefused(
                N_("Ligne %(line)s : la section %(name)s est là deux fois."), line=line, name=name
            )
        tables[name.strip()] = _read_table(name.strip(), line, rows[start + 1 : end])
    for name in PABULIB_SECTIONS:
        if name not in tables:
            line = rows[-1][0]
            raise CountRefused(
                N_("Ligne %(line)s : le fichier finit sans la section %(name)s."), line=line, name=name
            )
    return PabulibFile(meta=tables["META"], projects=tables["PROJECTS"], votes=tables["VOTES"])


def _read_table(name: str, line: int, rows: list[Row]) -> PabulibTable:
    needed = {"META": ("key", "value"), "PROJECTS": ("project_id", "cost"), "VOTES": ("voter_id", "vote")}[
        name
    ]
    header_line, header = rows[0] if rows else (line, [])
    columns = tuple(cell.strip() for cell in header)
    for column in needed:
        if columns.count(column) != 1:
            raise CountRefused(
                N_("Ligne %(line)s : la section %(name)s doit avoir une colonne « %(column)s »."),
                line=header_line,
                name=name,
                column=column,
            )
    for number, cells in rows[1:]:
        if len(cells) != len(columns):
            raise CountRefused(
                N_("Ligne %(line)s : %(found)s cases au lieu de %(expected)s."),
                line=number,
                found=len(cells),
                expected=len(columns),
            )
    return PabulibTable(
        columns=columns,
        rows=tuple(tuple(cells) for _, cells in rows[1:]),
        lines=tuple(number for number, _ in rows[1:]),
    )


def write_pabulib(file: PabulibFile) -> str:
    """Return the text of a ``.pb`` file."""
    rows: list[tuple[str, ...]] = []
    for name, table in zip(PABULIB_SECTIONS, (file.meta, file.projects, file.votes), strict=True):
        rows += [(name,), table.columns, *table.rows]
    return write_rows(rows, ";")


def pabulib_meta(file: PabulibFile) -> dict[str, tuple[int, str]]:
    """Return (line, value) by key. Raises CountRefused for a key that is there twice."""
    meta: dict[str, tuple[int, str]] = {}
    for line, record in file.meta.records():
        key = record["key"].strip()
        if key in meta:
            raise CountRefused(N_("Ligne %(line)s : « %(key)s » est là deux fois."), line=line, key=key)
        meta[key] = (line, record["value"].strip())
    return meta


def pabulib_method(file: PabulibFile) -> str:
    """Return the method of ours that counts by the rule that a file names. Raises CountRefused when there is none."""
    meta = pabulib_meta(file)
    line, rule = meta.get("rule", (1, ""))
    if rule == "greedy":
        return GREEDY_METHODS[_pabulib_kind(meta)]
    if rule not in PABULIB_RULES:
        raise CountRefused(
            N_(
                "Ligne %(line)s : la règle « %(rule)s » n’est pas de celles qui se comptent ici : précisez la méthode."
            ),
            line=line,
            rule=rule,
        )
    return PABULIB_RULES[rule]


def pabulib_election(file: PabulibFile) -> Election:
    """Return the election that a file holds. Raises CountRefused, with the line, for what cannot be understood."""
    meta = pabulib_meta(file)
    kind = _pabulib_kind(meta)
    envelopes = {
        key.removeprefix(ENVELOPE_KEY): read_cents(value, line)
        for key, (line, value) in meta.items()
        if key.startswith(ENVELOPE_KEY)
    }
    options, exclusions = _pabulib_projects(file, envelopes)
    known = {option.id for option in options}
    ballots = list(_pabulib_ballots(file, kind, known))
    _check_number(meta, "num_projects", len(options))
    _check_number(meta, "num_votes", len(ballots))
    limits: dict[str, Any] = {
        ours: read_whole(value, line)
        for key, ours in WHOLE_TERMS.items()
        for line, value in _given(meta, key)
    }
    money: dict[str, Any] = {
        ours: read_cents(value, line)
        for key, ours in MONEY_TERMS.items()
        for line, value in _given(meta, key)
    }
    terms = Terms(**limits, **money, envelopes=tuple(sorted(envelopes.items())), exclusions=exclusions)
    return Election(kind=kind, options=options, piles=pile_up(ballots), terms=terms)


def _given(meta: dict[str, tuple[int, str]], key: str) -> list[tuple[int, str]]:
    return [meta[key]] if key in meta and meta[key][1] else []


def _pabulib_kind(meta: dict[str, tuple[int, str]]) -> BallotKind:
    line, vote_type = meta.get("vote_type", (1, ""))
    if vote_type not in PABULIB_KINDS:
        raise CountRefused(
            N_("Ligne %(line)s : « vote_type » vaut « %(value)s » ; attendu : %(known)s."),
            line=line,
            value=vote_type,
            known=", ".join(PABULIB_KINDS),
        )
    return PABULIB_KINDS[vote_type]


def _check_number(meta: dict[str, tuple[int, str]], key: str, found: int) -> None:
    for line, value in _given(meta, key):
        if read_whole(value, line) != found:
            raise CountRefused(
                N_("Ligne %(line)s : « %(key)s » annonce %(told)s, et le fichier en contient %(found)s."),
                line=line,
                key=key,
                told=value,
                found=found,
            )


def _pabulib_projects(
    file: PabulibFile, envelopes: dict[str, int]
) -> tuple[tuple[Option, ...], tuple[tuple[str, str], ...]]:
    options: dict[str, Option] = {}
    excluded: list[tuple[int, str, str]] = []
    for line, record in file.projects.records():
        name = record["project_id"].strip()
        if not name or name in options:
            raise CountRefused(
                N_("Ligne %(line)s : le projet « %(name)s » est vide, ou là deux fois."), line=line, name=name
            )
        district = record.get("district", "")
        options[name] = Option(
            id=name,
            label=record.get("name", ""),
            cost_cents=read_cents(record["cost"], line),
            envelope=district if district in envelopes else "",
        )
        excluded += [(line, name, other) for other in _names(record.get("excludes", ""))]
    for line, _, other in excluded:
        if other not in options:
            raise CountRefused(
                N_("Ligne %(line)s : le projet « %(name)s » n’existe pas."), line=line, name=other
            )
    pairs = {(min(one, other), max(one, other)) for _, one, other in excluded}
    return tuple(options.values()), tuple(sorted(pairs))


def _names(cell: str) -> list[str]:
    return [name.strip() for name in cell.split(",") if name.strip()]


def _pabulib_ballots(file: PabulibFile, kind: BallotKind, known: set[str]) -> Iterator[Ballot]:
    voters: set[str] = set()
    for line, record in file.votes.records():
        if record["voter_id"] in voters:
            raise CountRefused(
                N_("Ligne %(line)s : le bulletin « %(name)s » est là deux fois."),
                line=line,
                name=record["voter_id"],
            )
        voters.add(record["voter_id"])
        named = _names(record["vote"])
        for name in named:
            if name not in known:
                raise CountRefused(
                    N_("Ligne %(line)s : le projet « %(name)s » n’existe pas."), line=line, name=name
                )
        if kind is BallotKind.CHOICES:
            yield choosing(named)
        elif kind is BallotKind.RANKING:
            yield ranking([name] for name in named)
        else:
            points = [read_whole(one, line) for one in _names(record.get("points", ""))]
            if len(points) != len(named):
                raise CountRefused(N_("Ligne %(line)s : il faut autant de points que de projets."), line=line)
            yield giving(zip(named, points, strict=True))


def pabulib_of(election: Election, *, description: str = "", rule: str = "greedy") -> PabulibFile:
    """Return an election as a ``.pb`` file. Ballots are numbered in the order of their piles, which says nothing of voters."""
    terms = election.terms
    vote_type = {
        BallotKind.CHOICES: "approval",
        BallotKind.RANKING: "ordinal",
        BallotKind.POINTS: "cumulative",
    }
    number = sum(count for _, count in election.piles)
    meta = [
        ("description", description),
        ("num_projects", str(len(election.options))),
        ("num_votes", str(number)),
        ("vote_type", vote_type[election.kind]),
        ("rule", rule),
    ]
    values = vars(terms)
    meta += [
        (key, write_cents(values[ours])) for key, ours in MONEY_TERMS.items() if values[ours] is not None
    ]
    meta += [(key, str(values[ours])) for key, ours in WHOLE_TERMS.items() if values[ours]]
    meta += [(f"{ENVELOPE_KEY}{name}", write_cents(cents)) for name, cents in terms.envelopes]
    rivals = {
        option.id: ",".join(
            other for pair in terms.exclusions for other in pair if option.id in pair and other != option.id
        )
        for option in election.options
    }
    projects = [
        (option.id, write_cents(option.cost_cents), option.label, option.envelope, rivals[option.id])
        for option in election.options
    ]
    ballots = [ballot for ballot, count in election.piles for _ in range(count)]
    votes = [
        (str(index), ",".join(ballot.named), ",".join(str(given) for _, given in ballot.points))
        for index, ballot in enumerate(ballots, start=1)
    ]
    return PabulibFile(
        meta=PabulibTable(("key", "value"), tuple(meta)),
        projects=PabulibTable(("project_id", "cost", "name", "district", "excludes"), tuple(projects)),
        votes=PabulibTable(("voter_id", "vote", "points"), tuple(votes)),
    )
