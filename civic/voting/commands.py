"""``flask voting``: ballots counted from files, and the script with which anyone counts them again."""

import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from civic.voting.formats.reading import count_file, published_count
from civic.voting.methods.refusals import CountRefused
from civic.voting.methods.registry import METHODS
from civic.voting.recount.script import recount_script
from civic.voting.register.chain import Line, RegisterDamaged, compare, read_register
from civic.voting.verification.directory import verify_directory
from civic.voting.verification.script import verifier_script

voting = AppGroup("voting", help="Counts that anyone can do again.")


@voting.command("tally", with_appcontext=False)
@click.argument("file", type=click.Path(path_type=Path))
@click.option("--method", help=f"One of {', '.join(METHODS)}. A .pb file names its own.")
@click.option("--seats", type=int, help="How many options are elected.")
@click.option("--seed", help="The text from which ties are drawn.")
def print_tally(file: Path, method: str | None, seats: int | None, seed: str | None) -> None:
    """Count the ballots of FILE (.pb, .soi, .toi, .soc, .toc, .csv, .blt), and print the result as canonical JSON."""
    has_reader = sys.stderr.isatty()

    def show(number: int, cost_cents: int, money_cents: int) -> None:
        if has_reader and number % 10 == 0:
            click.echo(
                f"\rround {number}: {100 * cost_cents // money_cents} % of the money ", nl=False, err=True
            )

    try:
        tally = count_file(file, method, seats=seats, seed=seed, progress=show)
    except CountRefused as refused:
        click.echo(str(refused), err=True)
        sys.exit(2)
    click.echo(published_count(tally).encode(), nl=False)


@voting.command("recount-script", with_appcontext=False)
def print_recount_script() -> None:
    """Print recompter.py: one file that needs only Python, and counts as this platform does."""
    click.echo(recount_script().encode(), nl=False)


@voting.command("verify", with_appcontext=False)
@click.argument("directory", type=click.Path(path_type=Path))
@click.option(
    "--earlier", type=click.Path(path_type=Path), help="A copy saved before: nothing of it may be gone."
)
def print_verification(directory: Path, earlier: Path | None) -> None:
    """Verify the public archive of a poll that DIRECTORY holds, and print each check. The exit status is 0 when all pass."""
    has_reader = sys.stderr.isatty()

    def show(number: int, total: int) -> None:
        if has_reader:
            click.echo(f"\rballot {number} of {total} ", nl=number == total, err=True)

    try:
        report = verify_directory(directory, earlier=earlier, progress=show)
    except CountRefused as refused:
        click.echo(str(refused), err=True)
        sys.exit(2)
    for line in report.lines():
        click.echo(line)
    sys.exit(0 if report.is_valid else 1)


@voting.command("verifier-script", with_appcontext=False)
def print_verifier_script() -> None:
    """Print verifier_scrutin.py: one file that needs only Python, and verifies sealed polls as this platform does."""
    click.echo(verifier_script().encode(), nl=False)


@voting.command("verify-register", with_appcontext=False)
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option(
    "--earlier", type=click.Path(path_type=Path, exists=True, dir_okay=False), help="A copy kept earlier."
)
def verify_register(file: Path, earlier: Path | None) -> None:
    """Check a downloaded register (.jsonl), and with --earlier that it only adds to an earlier copy. Prints its head."""
    lines = _read_register(file)
    if earlier is not None:
        found = compare(_read_register(earlier), lines)
        click.echo(f"{found.change.value}: line {found.line}, {found.added} added", err=True)
        if not found.is_sound:
            sys.exit(1)
    click.echo(f"{lines[-1].height} {lines[-1].hash}")


def _read_register(file: Path) -> list[Line]:
    try:
        return read_register(file.read_text(encoding="utf-8"))
    except (RegisterDamaged, UnicodeDecodeError) as damaged:
        click.echo(f"{file}: {damaged}", err=True)
        sys.exit(1)
