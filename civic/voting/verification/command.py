"""``verifier_scrutin.py DIR``: the verifier of sealed polls, from the standard library alone."""

import argparse
import sys
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path

from civic.voting.methods.refusals import N_, CountRefused
from civic.voting.verification.report import Report
from civic.voting.verification.sealed_files import SEALED_SUFFIX, is_sealed, verify_sealed

BALLOTS_AT_ONCE = 8


def show_progress(number: int, total: int) -> None:
    """Tell a reader, not a file, which ballot was checked."""
    if sys.stderr.isatty():
        end = "\n" if number == total else ""
        print(f"\rbulletin {number} / {total} ", end=end, file=sys.stderr, flush=True)


def verify_with_all_processors(path: Path, earlier: Path | None) -> Report:
    """Verify the archive of a sealed poll, its ballots shared out between the processors. Raises CountRefused."""
    if not is_sealed(path):
        raise CountRefused(
            N_("« %(path)s » ne contient pas l’archive d’un scrutin scellé (fichier %(suffix)s)."),
            path=str(path),
            suffix=SEALED_SUFFIX,
        )
    with ProcessPoolExecutor() as pool:
        try:
            return verify_sealed(
                path,
                earlier,
                show_progress,
                lambda check, ballots: pool.map(check, ballots, chunksize=BALLOTS_AT_ONCE),
            )
        except OSError as error:
            raise CountRefused(N_("« %(path)s » ne peut pas être lu."), path=str(path)) from error


def verify_alone(words: list[str] | None = None) -> int:
    """Verify what the command line names, and print each check. Returns the exit status: 0 when all hold, 2 when nothing was read."""
    parser = argparse.ArgumentParser(description="Vérifie l’archive publique d’un scrutin scellé.")
    parser.add_argument("path", type=Path, help="le dossier de l’archive, ou le fichier .bel")
    parser.add_argument(
        "--earlier", type=Path, help="une copie enregistrée plus tôt : rien ne doit y manquer"
    )
    asked = parser.parse_args(words)
    try:
        report = verify_with_all_processors(asked.path, asked.earlier)
    except CountRefused as refused:
        print(refused, file=sys.stderr)
        return 2
    print("\n".join(report.lines()))
    return 0 if report.is_valid else 1


if __name__ == "__main__":
    sys.exit(verify_alone())
