"""``flask voting verify DIR``: what DIR holds decides which verifier reads it."""

from collections.abc import Callable
from pathlib import Path
from typing import Any, NamedTuple

from civic.voting.methods.refusals import N_, CountRefused
from civic.voting.publication.archive import RULES
from civic.voting.sealed.archive import Head
from civic.voting.sealed.parsing import read_count, read_fields, read_hash, read_strict_json
from civic.voting.sealed.verify import verify_archive, verify_growth, verify_head
from civic.voting.verification.report import Report
from civic.voting.verification.separated import is_separated, verify_separated

SEALED_SUFFIX = ".bel"
HEAD_FILE = "head.json"

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


def _sealed_files(path: Path) -> list[Path]:
    return sorted(path.glob(f"*{SEALED_SUFFIX}")) if path.is_dir() else [path] * path.is_file()


def _is_sealed(path: Path) -> bool:
    return any(file.suffix == SEALED_SUFFIX for file in _sealed_files(path))


def _read_sealed(path: Path) -> bytes:
    """Return the one archive of a directory."""
    files = _sealed_files(path)
    if len(files) != 1:
        raise CountRefused(
            N_("« %(path)s » doit contenir un fichier %(suffix)s, et un seul."),
            path=str(path),
            suffix=SEALED_SUFFIX,
        )
    return files[0].read_bytes()


def _verify_sealed(path: Path, earlier: Path | None, progress: VerificationProgress) -> Report:
    content = _read_sealed(path)
    report = verify_archive(content, progress=progress)
    head_file = (path if path.is_dir() else path.parent) / HEAD_FILE
    if report.is_valid and head_file.is_file():
        verify_head(report, _read_head(head_file.read_bytes()), content)
    if report.is_valid and earlier is not None:
        verify_growth(report, _read_sealed(earlier), content)
    return report


def _read_head(content: bytes) -> Head:
    """Return the head that was published beside an archive."""
    try:
        fields: dict[str, Any] = read_fields(read_strict_json(content.decode()), ("height", "head"))
        return Head(read_count(fields["height"]), read_hash(fields["head"]))
    except (CountRefused, UnicodeDecodeError) as error:
        raise CountRefused(N_("« %(name)s » est mal écrit."), name=HEAD_FILE) from error


KINDS: tuple[DirectoryKind, ...] = (
    DirectoryKind(_is_sealed, _verify_sealed),
    DirectoryKind(is_separated, verify_separated),
)
"""The kinds that are known, the first that recognises a directory verifies it."""
