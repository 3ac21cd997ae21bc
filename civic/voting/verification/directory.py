"""``flask voting verify DIR``: what DIR holds decides which verifier reads it."""

from collections.abc import Callable
from pathlib import Path
from typing import NamedTuple

from civic.voting.methods.refusals import N_, CountRefused
from civic.voting.publication.archive import RULES
from civic.voting.verification.report import Report
from civic.voting.verification.sealed_files import SEALED_SUFFIX, is_sealed, verify_sealed
from civic.voting.verification.separated import is_separated, verify_separated

VerificationProgress = Callable[[int, int], None]
"""Told of how far a long verification is: a number of ballots, and how many there are."""


def _say_nothing(number: int, total: int) -> None:
    """Tell nobody."""


class DirectoryKind(NamedTuple):
    """A kind of archive: how it is recognised, and its verifier (given the directory, an earlier copy or None, and the progress)."""

    is_this: Callable[[Path], bool]
    verify: Callable[[Path, Path | None, VerificationProgress], Report]


def verify_directory(
    path: Path, *, earlier: Path | None = None, progress: VerificationProgress = _say_nothing
) -> Report:
    """Verify what is in a directory.

    Raises:
        CountRefused: nothing in it is known, or a file cannot be read.
    """
    for kind in KINDS:
        if kind.is_this(path):
            try:
                return kind.verify(path, earlier, progress)
            except OSError as error:
                raise CountRefused(
                    N_("« %(path)s » ne peut pas être lu."), path=str(error.filename or path)
                ) from error
    raise CountRefused(
        N_("« %(path)s » ne contient pas l’archive d’un scrutin (ni fichier %(suffix)s, ni %(rules)s)."),
        path=str(path),
        suffix=SEALED_SUFFIX,
        rules=RULES,
    )


KINDS: tuple[DirectoryKind, ...] = (
    DirectoryKind(is_sealed, verify_sealed),
    DirectoryKind(is_separated, verify_separated),
)
"""The kinds that are known, the first that recognises a directory verifies it."""
