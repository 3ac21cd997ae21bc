"""The files of a sealed poll in a directory: its archive, ``….bel``, and the head that was published beside it."""

from pathlib import Path
from typing import Any

from civic.voting.methods.refusals import N_, CountRefused
from civic.voting.sealed.archive import Head
from civic.voting.sealed.parsing import read_count, read_fields, read_hash, read_strict_json
from civic.voting.sealed.verify import BallotProgress, Mapper, verify_archive, verify_growth, verify_head
from civic.voting.verification.report import Report

SEALED_SUFFIX = ".bel"
HEAD_FILE = "head.json"
PAPER_FILE = "papier.json"
NOT_VERIFIED = N_(
    "papier.json : des personnes ont voté sur papier. Ce compte n’est pas vérifié ici : on recompte l’urne de papier."
)


def _sealed_files(path: Path) -> list[Path]:
    return sorted(path.glob(f"*{SEALED_SUFFIX}")) if path.is_dir() else [path] * path.is_file()


def is_sealed(path: Path) -> bool:
    """Tell whether a path is an archive of a sealed poll, or a directory that holds one."""
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


def verify_sealed(path: Path, earlier: Path | None, progress: BallotProgress, mapper: Mapper = map) -> Report:
    """Verify the archive of a sealed poll, against the head that was published beside it and an earlier copy, where there are."""
    content = _read_sealed(path)
    report = verify_archive(content, progress=progress, mapper=mapper)
    folder = path if path.is_dir() else path.parent
    head_file = folder / HEAD_FILE
    if (folder / PAPER_FILE).is_file():
        report.notices.append(NOT_VERIFIED)
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
