"""A file of ballots, read by its name, and counted."""

from dataclasses import dataclass
from pathlib import Path

from civic.voting.formats.blt import blt_election, read_blt
from civic.voting.formats.frozen_rules import apply_rules, read_frozen_question
from civic.voting.formats.lines import decode_file
from civic.voting.formats.pabulib import pabulib_election, pabulib_method, read_pabulib
from civic.voting.formats.preflib import PREFLIB_TYPES, preflib_election, read_preflib
from civic.voting.formats.table import TABLE_KINDS, read_table
from civic.voting.methods.ballots import BallotKind, Election, Progress, Tally
from civic.voting.methods.exact import canonical_json
from civic.voting.methods.refusals import N_, CountRefused
from civic.voting.methods.registry import count_election

SUFFIXES = (".pb", *(f".{kind}" for kind in PREFLIB_TYPES), ".csv", ".blt")


def read_election(path: Path, method: str | None) -> tuple[Election, str]:
    """Return the election of a file, and the method that counts it: the one given or, in a ``.pb`` file, the one of its rule.

    Raises:
        CountRefused: the file cannot be read or understood, or names no rule when no method is given.
    """
    suffix = _suffix_of(path.name)
    text = _read_text(path)
    if suffix == ".pb":
        file = read_pabulib(text)
        return pabulib_election(file), method or pabulib_method(file)
    if not method:
        raise CountRefused(N_("Ce fichier ne nomme pas de règle : précisez la méthode."))
    return _read_ballots(suffix, text, TABLE_KINDS.get(method, BallotKind.CHOICES)), method


def read_content(name: str, content: bytes, kind: BallotKind) -> Election:
    """Return the election of a file that was sent, whatever will count it.

    Args:
        kind: what the cells of a table say; other files say it themselves.

    Raises:
        CountRefused: with the line that is wrong.
    """
    return _read_ballots(_suffix_of(name), decode_file(content), kind)


def _suffix_of(name: str) -> str:
    suffix = Path(name).suffix.lower()
    if suffix not in SUFFIXES:
        raise CountRefused(N_("Le nom du fichier doit finir par %(known)s."), known=", ".join(SUFFIXES))
    return suffix


def _read_ballots(suffix: str, text: str, kind: BallotKind) -> Election:
    if suffix == ".pb":
        return pabulib_election(read_pabulib(text))
    if suffix == ".csv":
        return read_table(text, kind)
    if suffix == ".blt":
        return blt_election(read_blt(text))
    return preflib_election(read_preflib(text))


def _read_text(path: Path) -> str:
    try:
        return decode_file(path.read_bytes())
    except OSError as error:
        raise CountRefused(N_("Le fichier « %(path)s » ne peut pas être lu."), path=str(path)) from error


@dataclass(frozen=True)
class FileOfRules:
    """The file of the frozen rules of a poll, and which of its questions is counted."""

    path: Path
    question: int = 1


def read_by_rules(path: Path, rules: FileOfRules, seed: str) -> tuple[Election, str]:
    """Return the ballots of a file, and the method, with everything else as it was frozen. Raises CountRefused."""
    question = read_frozen_question(_read_text(rules.path), rules.question, seed)
    if path.suffix.lower() == ".csv":
        election = read_table(_read_text(path), question.kind, [option.id for option in question.options])
    else:
        election, _ = read_election(path, question.method)
    return apply_rules(election, question), question.method


def count_file(
    path: Path,
    method: str | None = None,
    *,
    seats: int | None = None,
    seed: str | None = None,
    rules: FileOfRules | None = None,
    progress: Progress | None = None,
) -> Tally:
    """Count the ballots of a file.

    Args:
        rules: the frozen rules, which say the method and all the terms.

    Raises:
        CountRefused
    """
    if rules is not None:
        election, method = read_by_rules(path, rules, seed or "")
        return count_election(election, method, progress=progress)
    election, method = read_election(path, method)
    return count_election(election, method, seats=seats, seed=seed, progress=progress)


def published_count(tally: Tally) -> str:
    """Return a result as it is published: canonical JSON, one line."""
    return canonical_json(tally.published()) + "\n"
