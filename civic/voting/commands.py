"""``flask voting``: ballots counted from files, and the script with which anyone counts them again."""

import hashlib
import sys
from pathlib import Path

import click
from flask.cli import AppGroup

from civic.kernel.access import Actor
from civic.kernel.errors import Refusal
from civic.voting.formats.reading import count_file, published_count
from civic.voting.methods.refusals import CountRefused
from civic.voting.methods.registry import METHODS
from civic.voting.publication.archive import SUMS
from civic.voting.recount.script import recount_script
from civic.voting.register.chain import Line, RegisterDamaged, compare, read_register
from civic.voting.service.archiving import archive_of
from civic.voting.service.importing import import_pabulib
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


@voting.command("import-pabulib")
@click.argument("file", type=click.Path(path_type=Path))
@click.option(
    "--territory", required=True, help="The code of the commune or neighbourhood where people voted."
)
@click.option("--method", help="How it is counted, in place of the rule that the file names.")
def import_pabulib_file(file: Path, territory: str, method: str | None) -> None:
    """Make a closed poll from FILE (.pb) with its ballots and its count. Run again, it adds nothing."""
    has_reader = sys.stderr.isatty()

    def show(done: int, total: int) -> None:
        if has_reader:
            click.echo(f"\rballot {done} of {total} ", nl=done == total, err=True)

    try:
        imported = import_pabulib(file.read_bytes(), territory_code=territory, method=method, progress=show)
    except (CountRefused, Refusal) as refused:
        click.echo(f"{refused} Nothing was imported.", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(f"{file} cannot be read: {error.strerror}.", err=True)
        sys.exit(2)
    said = "Imported" if imported.is_new else "Already imported, nothing was added"
    click.echo(
        f"{said}: poll {imported.poll_id}, {imported.question}: {imported.projects} projects, {imported.ballots} ballots, {imported.method}."
    )


@voting.command("archive")
@click.argument("poll", type=int)
@click.option(
    "--out",
    required=True,
    type=click.Path(path_type=Path),
    help="A directory that does not exist yet, or is empty.",
)
def write_archive(poll: int, out: Path) -> None:
    """Write the public archive of POLL, which is closed and counted, into a directory; ``voting verify`` reads it."""
    try:
        files = archive_of(Actor(), poll_id=poll)
        out.mkdir(parents=True, exist_ok=True)
        if any(out.iterdir()):
            click.echo(f"{out} is not empty. Nothing was written.", err=True)
            sys.exit(2)
        for name, content in files.items():
            (out / name).write_bytes(content)
    except Refusal as refused:
        click.echo(f"{refused} Nothing was written.", err=True)
        sys.exit(2)
    except OSError as error:
        click.echo(f"{out} cannot be written: {error.strerror}.", err=True)
        sys.exit(2)
    click.echo(f"{out}: {len(files)} files")
    if SUMS in files:
        click.echo(f"SHA-256 of {SUMS}: {hashlib.sha256(files[SUMS]).hexdigest()}")
