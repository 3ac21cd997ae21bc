"""PrefLib's files of rankings: ``.soc``, ``.soi`` (strict), ``.toc``, ``.toi`` (with ties); complete or not (https://preflib.github.io)."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field

from civic.voting.formats.lines import read_whole
from civic.voting.methods.ballots import Ballot, BallotKind, Election, Option, pile_up, ranking
from civic.voting.methods.refusals import N_, CountRefused

PREFLIB_TYPES = ("soc", "soi", "toc", "toi")
_PREFLIB_PLACE = re.compile(r"\s*(?:\{([\d\s,]*)\}|(\d+))\s*(?:,|$)", re.ASCII)
_PREFLIB_NAME = "ALTERNATIVE NAME "


@dataclass(frozen=True)
class PreflibFile:
    """Everything that a file says, in its order: (key, value) of its header, then (how many voters, the places of their ranking)."""

    header: tuple[tuple[str, str], ...]
    orders: tuple[tuple[int, tuple[tuple[str, ...], ...]], ...]
    lines: tuple[int, ...] = field(default=(), compare=False)

    def value(self, key: str) -> str:
        return dict(self.header).get(key, "")

    @property
    def alternatives(self) -> dict[str, str]:
        return {
            key.removeprefix(_PREFLIB_NAME): value
            for key, value in self.header
            if key.startswith(_PREFLIB_NAME)
        }


def read_preflib(text: str) -> PreflibFile:
    """Read a file. Raises CountRefused, with the line, for what is not of the format or does not add up."""
    header: list[tuple[str, str]] = []
    orders: list[tuple[int, tuple[tuple[str, ...], ...]]] = []
    lines: list[int] = []
    for number, line in enumerate(text.split("\n"), start=1):
        if line.startswith("#") and not orders:
            key, colon, value = line[1:].partition(":")
            if not colon:
                raise CountRefused(N_("Ligne %(line)s : l’en-tête s’écrit « # CLÉ: valeur »."), line=number)
            header.append((key.strip(), value.strip()))
        elif line.strip():
            orders.append(_read_order(line, number))
            lines.append(number)
    file = PreflibFile(tuple(header), tuple(orders), tuple(lines))
    _check_preflib(file)
    return file


def _read_order(line: str, number: int) -> tuple[int, tuple[tuple[str, ...], ...]]:
    count, colon, order = line.partition(":")
    if not colon:
        raise CountRefused(N_("Ligne %(line)s : un bulletin s’écrit « nombre: 1,2,{3,4} »."), line=number)
    return read_whole(count, number), tuple(_read_places(order.strip(), number))


def _read_places(order: str, number: int) -> Iterator[tuple[str, ...]]:
    at = 0
    while at < len(order):
        match = _PREFLIB_PLACE.match(order, at)
        if not match:
            raise CountRefused(
                N_("Ligne %(line)s : le classement « %(text)s » n’est pas compris."), line=number, text=order
            )
        yield tuple(name.strip() for name in (match[2] or match[1]).split(",") if name.strip())
        at = match.end()


def _check_preflib(file: PreflibFile) -> None:
    known, kind = file.alternatives, file.value("DATA TYPE")
    if kind not in PREFLIB_TYPES:
        raise CountRefused(
            N_("En-tête : « DATA TYPE » vaut « %(value)s » ; attendu : %(known)s."),
            value=kind,
            known=", ".join(PREFLIB_TYPES),
        )
    for line, (_, places) in zip(file.lines, file.orders, strict=True):
        named = [name for place in places for name in place]
        for name in named:
            if name not in known:
                raise CountRefused(
                    N_("Ligne %(line)s : la réponse « %(name)s » n’existe pas."), line=line, name=name
                )
        if len(set(named)) < len(named):
            raise CountRefused(N_("Ligne %(line)s : une réponse est classée deux fois."), line=line)
        if kind.startswith("so") and any(len(place) > 1 for place in places):
            raise CountRefused(N_("Ligne %(line)s : ce type de fichier n’admet pas d’ex æquo."), line=line)
        if kind.endswith("c") and len(named) < len(known):
            raise CountRefused(
                N_("Ligne %(line)s : ce type de fichier classe toutes les réponses."), line=line
            )
    found = {
        "NUMBER ALTERNATIVES": len(known),
        "NUMBER VOTERS": sum(count for count, _ in file.orders),
        "NUMBER UNIQUE ORDERS": len(file.orders),
    }
    for key, number in found.items():
        if file.value(key) != str(number):
            raise CountRefused(
                N_("En-tête : « %(key)s » annonce « %(told)s », et le fichier en contient %(found)s."),
                key=key,
                told=file.value(key),
                found=number,
            )


def write_preflib(file: PreflibFile) -> str:
    """Return the text of a file."""
    lines = [f"# {key}: {value}" for key, value in file.header]
    for count, places in file.orders:
        order = ",".join(place[0] if len(place) == 1 else "{" + ",".join(place) + "}" for place in places)
        lines.append(f"{count}: {order}")
    return "\n".join(lines) + "\n"


def preflib_election(file: PreflibFile) -> Election:
    """Return the election that a file holds. An empty place says nothing."""
    options = tuple(Option(id=number, label=name) for number, name in file.alternatives.items())
    ballots: list[tuple[Ballot, int]] = [(ranking(places), count) for count, places in file.orders]
    return Election(kind=BallotKind.RANKING, options=options, piles=pile_up(ballots))


def preflib_of(election: Election, *, title: str = "") -> PreflibFile:
    """Return an election of rankings as a file, its options numbered from 1; the largest piles come first."""
    numbers = {option.id: str(index) for index, option in enumerate(election.options, start=1)}
    orders = [
        (count, tuple(tuple(sorted((numbers[one] for one in place), key=int)) for place in ballot.places))
        for ballot, count in election.piles
    ]
    is_strict = all(len(place) == 1 for _, places in orders for place in places)
    is_complete = all(sum(map(len, places)) == len(numbers) for _, places in orders)
    header = [
        ("TITLE", title),
        ("DATA TYPE", ("so" if is_strict else "to") + ("c" if is_complete else "i")),
        ("NUMBER ALTERNATIVES", str(len(numbers))),
        ("NUMBER VOTERS", str(sum(count for count, _ in orders))),
        ("NUMBER UNIQUE ORDERS", str(len(orders))),
        *((f"{_PREFLIB_NAME}{numbers[option.id]}", option.label or option.id) for option in election.options),
    ]
    return PreflibFile(tuple(header), tuple(sorted(orders, key=lambda order: (-order[0], order[1]))))
