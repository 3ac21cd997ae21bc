"""BLT files: rankings and a number of seats, as programs for the single transferable vote exchange them."""

import re
from dataclasses import dataclass

from civic.voting.formats.lines import read_whole
from civic.voting.methods.ballots import Ballot, BallotKind, Election, Option, Terms, pile_up, ranking
from civic.voting.methods.refusals import N_, CountRefused

BltOrder = tuple[int, tuple[tuple[int, ...], ...]]
"""(weight, the places of a ranking: the numbers of options, equals in one place)."""


@dataclass(frozen=True)
class BltFile:
    """Everything that a file says."""

    seats: int
    withdrawn: tuple[int, ...]
    orders: tuple[BltOrder, ...]
    names: tuple[str, ...]
    title: str


def read_blt(text: str) -> BltFile:
    """Read a file. Raises CountRefused, with the line, for what is not of the format."""
    lines = [(number, line.strip()) for number, line in enumerate(text.split("\n"), start=1)]
    rows = [
        (number, re.sub(r"\s+#(?![^\"]*\").*$", "", line))
        for number, line in lines
        if line and line[0] != "#"
    ]
    if not rows:
        raise CountRefused(N_("Ligne 1 : le fichier est vide."))
    number, first = rows.pop(0)
    sizes = [read_whole(word, number) for word in first.split()]
    if len(sizes) != 2 or min(sizes) < 1:
        raise CountRefused(
            N_("Ligne %(line)s : la première ligne donne le nombre de réponses, puis de sièges."), line=number
        )
    options, seats = sizes
    withdrawn: list[int] = []
    while rows and rows[0][1].startswith("-"):
        number, line = rows.pop(0)
        withdrawn += [_blt_number(word.removeprefix("-"), number, options) for word in line.split()]
    orders: list[BltOrder] = []
    while rows and rows[0][1] != "0":
        orders.append(_read_blt_order(rows.pop(0), options))
    if not rows:
        raise CountRefused(
            N_("Ligne %(line)s : les bulletins ne finissent pas par une ligne « 0 »."), line=lines[-1][0]
        )
    names = [_read_blt_name(row) for row in rows[1:]]
    if len(names) not in (options, options + 1):
        raise CountRefused(
            N_("Ligne %(line)s : il faut %(expected)s noms, puis le titre ; il y en a %(found)s."),
            line=rows[-1][0],
            expected=options,
            found=len(names),
        )
    title = names[options] if len(names) > options else ""
    return BltFile(seats, tuple(withdrawn), tuple(orders), tuple(names[:options]), title)


def _blt_number(word: str, line: int, options: int) -> int:
    number = read_whole(word, line)
    if not 1 <= number <= options:
        raise CountRefused(
            N_("Ligne %(line)s : la réponse « %(name)s » n’existe pas."), line=line, name=number
        )
    return number


def _read_blt_order(row: tuple[int, str], options: int) -> BltOrder:
    number, line = row
    words = line.split()
    if len(words) < 2 or words[-1] != "0":
        raise CountRefused(N_("Ligne %(line)s : un bulletin s’écrit « poids 2 1=3 0 »."), line=number)
    places = tuple(
        tuple(_blt_number(one, number, options) for one in word.split("="))
        for word in words[1:-1]
        if word != "-"
    )
    named = [one for place in places for one in place]
    if len(set(named)) < len(named):
        raise CountRefused(N_("Ligne %(line)s : une réponse est classée deux fois."), line=number)
    return read_whole(words[0], number), places


def _read_blt_name(row: tuple[int, str]) -> str:
    number, line = row
    if len(line) < 2 or line[0] != '"' or line[-1] != '"':
        raise CountRefused(N_("Ligne %(line)s : un nom s’écrit entre guillemets droits."), line=number)
    return line[1:-1]


def write_blt(file: BltFile) -> str:
    """Return the text of a file."""
    lines = [f"{len(file.names)} {file.seats}"]
    if file.withdrawn:
        lines.append(" ".join(f"-{number}" for number in file.withdrawn))
    for weight, places in file.orders:
        ranks = ["=".join(str(one) for one in place) for place in places]
        lines.append(" ".join([str(weight), *ranks, "0"]))
    lines += ["0", *(f'"{name}"' for name in file.names), f'"{file.title}"']
    return "\n".join(lines) + "\n"


def blt_election(file: BltFile) -> Election:
    """Return the election that a file holds. Those who withdrew are taken out of every ranking."""
    left = [number for number in range(1, len(file.names) + 1) if number not in file.withdrawn]
    ballots: list[tuple[Ballot, int]] = [
        (ranking([str(one) for one in place if one in left] for place in places), weight)
        for weight, places in file.orders
    ]
    options = tuple(Option(id=str(number), label=file.names[number - 1]) for number in left)
    return Election(BallotKind.RANKING, options, pile_up(ballots), Terms(seats=file.seats))


def blt_of(election: Election, *, title: str = "") -> BltFile:
    """Return an election of rankings as a file, its options numbered from 1."""
    numbers = {option.id: index for index, option in enumerate(election.options, start=1)}
    orders = tuple(
        (count, tuple(tuple(sorted(numbers[one] for one in place)) for place in ballot.places))
        for ballot, count in election.piles
    )
    names = tuple(option.label or option.id for option in election.options)
    return BltFile(election.terms.seats, (), orders, names, title)
