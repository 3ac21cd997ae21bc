"""The ``flask`` commands."""

import json
import os
import sys
from dataclasses import asdict
from pathlib import Path
from typing import TextIO

import click
import sqlalchemy as sa
from flask import current_app
from flask.cli import AppGroup, with_appcontext
from flask_migrate import upgrade

from civic import demo
from civic.accounts import queries as account_queries
from civic.accounts.models import Role
from civic.accounts.service import people
from civic.kernel.database import db
from civic.kernel.errors import Refusal
from civic.kernel.text import clean_line
from civic.matching.commands import matching
from civic.opinions.service.importing import import_polis
from civic.territories import queries as territory_queries
from civic.territories.service import addresses as address_service
from civic.territories.service import communes as commune_service
from civic.voting.commands import voting

accounts = AppGroup("accounts", help="Persons, their roles and their tokens.")

ROLES = ["resident", "association", *(role.value for role in Role)]


@accounts.command("create")
@click.argument("email")
@click.option("--name", required=True, help="The name that others read.")
@click.option("--role", type=click.Choice(ROLES), default="resident", show_default=True)
@click.option(
    "--territory", "code", required=True, help="INSEE code of the commune, or code of the neighbourhood."
)
@click.option(
    "--password-stdin", is_flag=True, required=True, help="Read the password from the standard input."
)
def create_account(email: str, name: str, role: str, code: str, password_stdin: bool) -> None:
    """Make a confirmed account with a role on a territory. Refuses, and changes nothing, when EMAIL is taken."""
    password = sys.stdin.readline().rstrip("\n")
    try:
        person_id = people.create_account(
            name=clean_line(name), email=clean_line(email), password=password, role=role, territory_code=code
        )
    except Refusal as refusal:
        raise click.ClickException(
            refusal.message % refusal.values if refusal.values else refusal.message
        ) from refusal
    click.echo(f"Account {person_id} created for {email} ({role}).")


@accounts.command("token")
@click.argument("email")
def print_token(email: str) -> None:
    """Print a new API token of the account with this EMAIL. It is shown once, and never again."""
    person = account_queries.find_person_by_email(email)
    if person is None:
        raise click.ClickException(f"No account has the address {email}.")
    click.echo(people.issue_api_token(person_id=person.id))


NOT_A_DEMONSTRATION = "this is not a demonstration (CIVIC_DEMO=1), and everybody may read that password."

demonstration = AppGroup("demo", help="The demonstration commune.")


@demonstration.command("load")
@click.option("--seed", default=1, show_default=True, help="Another number draws another town.")
def load_demo(seed: int) -> None:
    """Build the demonstration commune, and print what it holds as JSON. Refuses, and changes nothing, when it is there."""
    is_demo = current_app.config["SETTINGS"].is_demo
    try:
        summary = demo.load(seed, with_passwords=is_demo)
    except Refusal as refusal:
        raise click.ClickException(refusal.message) from refusal
    click.echo(json.dumps(summary))
    if not is_demo:
        click.echo(f"Its accounts have no password: {NOT_A_DEMONSTRATION}", err=True)


@demonstration.command("accounts")
def print_demo_accounts() -> None:
    """Print the accounts of the demonstration, with their password. Refuses where there is no demonstration."""
    if not current_app.config["SETTINGS"].is_demo:
        raise click.ClickException(f"There are none: {NOT_A_DEMONSTRATION}")
    click.echo(demo.describe_accounts())


territories = AppGroup("territories", help="The commune, its neighbourhoods and its addresses.")


@territories.command("create")
@click.argument("code")
@click.option("--name", required=True, help="The name of the commune, as people write it.")
def create_commune(code: str, name: str) -> None:
    """Write down the commune that this installation serves, under its INSEE CODE: the first thing to do, but for a demonstration."""
    try:
        territory_id = commune_service.found_commune(code=code, name=name)
    except Refusal as refusal:
        raise click.ClickException(refusal.message % refusal.values) from refusal
    click.echo(f"Territory {territory_id} created: {name} ({code}).")


@territories.command("import-addresses")
@click.argument("file", type=click.File(encoding="utf-8"))
@click.option("--territory", "code", required=True, help="INSEE code of the commune.")
def import_addresses(file: TextIO, code: str) -> None:
    """Import the address points of a CSV FILE of the Base Adresse Nationale. Twice moves what moved and doubles nothing."""
    try:
        summary = address_service.import_addresses(territory_code=code, lines=file)
    except Refusal as refusal:
        raise click.ClickException(refusal.message % refusal.values) from refusal
    except UnicodeDecodeError as error:
        raise click.ClickException("The file is not written in UTF-8.") from error
    click.echo(json.dumps(asdict(summary)))


consultations = AppGroup("consultations", help="Consultations.")


@consultations.command("import-polis")
@click.argument("folder", type=click.Path(exists=True, file_okay=False, path_type=Path))
@click.option(
    "--territory", "code", required=True, help="INSEE code of the commune that holds the consultation."
)
def import_polis_export(folder: Path, code: str) -> None:
    """Import a Polis export: a consultation, its statements and reactions. Twice adds what is new and doubles nothing."""

    done = 0

    def show(written: int) -> None:
        nonlocal done
        done += written
        click.echo(f"\r{done} participants", nl=False, err=True)

    try:
        summary = import_polis(folder, territory_code=code, progress=show)
    except Refusal as refusal:
        raise click.ClickException(refusal.message % refusal.values) from refusal
    click.echo("", err=True)
    click.echo(json.dumps(asdict(summary)))


def ensure_database_opens() -> None:
    """Raises ClickException with what to look at, where a traceback would come: the folder is not there, the server is away."""
    try:
        with db.engine.connect():
            pass
    except sa.exc.DBAPIError as error:
        raise click.ClickException(
            f"The database of CIVIC_DATABASE_URL cannot be opened: {str(error.orig).strip()}. The folder of an SQLite file must exist "
            "and belong to whoever runs this; a PostgreSQL server must run, and know this name, password and database."
        ) from error


@click.command("serve")
@with_appcontext
def serve() -> None:
    """Bring the database up to date, then serve pages, the API and the live channel on HOST and PORT.

    In a demonstration (CIVIC_DEMO=1), load the demonstration commune the first time, and show its accounts.
    """
    ensure_database_opens()
    upgrade()
    if current_app.config["SETTINGS"].is_demo:
        if territory_queries.find_town() is None:
            click.echo("Loading the demonstration commune, the first time only…")
            click.echo(json.dumps(demo.load()))
        click.echo(demo.describe_accounts())
    address = f"{os.environ.get('HOST', '127.0.0.1')}:{os.environ.get('PORT', '5000')}"
    click.echo(f"  Ready on http://{address} (Ctrl+C to stop)\n")
    sys.stdout.flush()
    gunicorn = os.path.join(os.path.dirname(sys.executable), "gunicorn")
    os.execv(gunicorn, [gunicorn, "--config", "python:civic.server", "--bind", address, "wsgi:app"])


COMMANDS = [accounts, territories, consultations, voting, matching, demonstration, serve]
