"""Ballots in a table (CSV): a ballot a line, an option a column, the first column naming the ballot."""

from collections.abc import Iterator, Sequence

from civic.voting.formats.frozen_rules import column_of, option_of_column
from civic.voting.formats.lines import read_rows, read_whole, write_rows
from civic.voting.methods.ballots import (
    Ballot,
    BallotKind,
    Election,
    Option,
    choosing,
    giving,
    pile_up,
    ranking,
)
from civic.voting.methods.refusals import N_, CountRefused

TABLE_KINDS = {
    "majority-judgment": BallotKind.POINTS,
    "budget-cumulative": BallotKind.POINTS,
    "points": BallotKind.RANKING,
    "schulze": BallotKind.RANKING,
    "irv": BallotKind.RANKING,
    "stv": BallotKind.RANKING,
    "budget-points": BallotKind.RANKING,
}
"""What the cells mean to each method: a grade or points (more is better), a rank (1 is the best), or, for all the others, 1 for what is chosen."""


def read_table(text: str, kind: BallotKind, known: Sequence[str] = ()) -> Election:
    """Read a table. An empty cell, or 0, says nothing of the option. Raises CountRefused, with the line.

    Args:
        known: ids of options; a column headed by one of them, then « : » and a label, is that option's.
    """
    first_line = text.split("\n", 1)[0]
    delimiter = ";" if first_line.count(";") > first_line.count(",") else ","
    rows = read_rows(text, delimiter)
    line, header = next(rows, (1, []))
    names = [option_of_column(cell.strip(), known) for cell in header[1:]]
    if not names or not all(names) or len(set(names)) < len(names):
        raise CountRefused(
            N_(
                "Ligne %(line)s : la première ligne nomme chaque réponse une fois, après une case pour le bulletin."
            ),
            line=line,
        )
    seen: set[str] = set()
    ballots: list[Ballot] = []
    for line, cells in rows:
        if len(cells) != len(header):
            raise CountRefused(
                N_("Ligne %(line)s : %(found)s cases au lieu de %(expected)s."),
                line=line,
                found=len(cells),
                expected=len(header),
            )
        if cells[0] in seen:
            raise CountRefused(
                N_("Ligne %(line)s : le bulletin « %(name)s » est là deux fois."), line=line, name=cells[0]
            )
        seen.add(cells[0])
        numbers = [read_whole(cell, line) if cell.strip() else 0 for cell in cells[1:]]
        ballots.append(_table_ballot(dict(zip(names, numbers, strict=True)), kind, line))
    options = tuple(Option(id=name) for name in names)
    return Election(kind=kind, options=options, piles=pile_up(ballots))


def _table_ballot(numbers: dict[str, int], kind: BallotKind, line: int) -> Ballot:
    if kind is BallotKind.POINTS:
        return giving(numbers.items())
    if kind is BallotKind.RANKING:
        ranks = sorted({number for number in numbers.values() if number})
        return ranking([name for name, number in numbers.items() if number == rank] for rank in ranks)
    if max(numbers.values()) > 1:
        raise CountRefused(N_("Ligne %(line)s : une case vaut 1 (choisi), 0 ou rien."), line=line)
    return choosing(name for name, number in numbers.items() if number)


def write_table(election: Election) -> str:
    """Return an election as a table. Ballots are numbered in the order of their piles, which says nothing of voters."""
    names = [column_of(option) if option.label else option.id for option in election.options]
    return write_rows([["bulletin", *names], *_table_rows(election)], ",")


def _table_rows(election: Election) -> Iterator[list[str]]:
    number = 0
    for ballot, count in election.piles:
        cells = dict(ballot.points)
        if election.kind is not BallotKind.POINTS:
            cells = {name: place for place, names in enumerate(ballot.places, 1) for name in names}
        for _ in range(count):
            number += 1
            yield [str(number), *(str(cells.get(name, 0)) for name in election.ids)]
