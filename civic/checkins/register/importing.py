"""A register that the town hall keeps in a spreadsheet: sent, understood line by line, imported whole or not at all."""

import json
from collections.abc import Mapping
from dataclasses import replace

import sqlalchemy as sa

from civic.checkins.access import CheckinsAction
from civic.checkins.register import queries
from civic.checkins.register.errors import (
    ImportDone,
    LinesToMend,
    NotCertified,
    NothingToImport,
)
from civic.checkins.register.events import RegisterFileSeen, RegisterImported
from civic.checkins.register.lines import Column, Line, guess_columns, read_lines
from civic.checkins.register.models import RegisterImport
from civic.checkins.register.service import write_entry
from civic.kernel.access import Actor, require
from civic.kernel.clock import town_today, utc_now
from civic.kernel.database import db
from civic.kernel.text import fold
from civic.kernel.transaction import publish, transaction
from civic.mutual_aid.importing.reading import read_rows
from civic.territories import queries as territories


def send_file(actor: Actor, *, town_id: int, file_name: str, content: bytes) -> int:
    """Keep a file, sealed, to be looked at before anybody is registered.

    Returns:
        The file's id.

    Raises:
        NotAllowed: the actor was not named to keep the register there.
        FileRefused: it is no table, is empty, or is too long.
    """
    require(actor, CheckinsAction.KEEP_REGISTER, town_id)
    rows = read_rows(content)
    with transaction():
        require(actor, CheckinsAction.KEEP_REGISTER, town_id)
        sent = RegisterImport(
            territory_id=town_id,
            agent_id=actor.id,
            file_name=file_name,
            rows=json.dumps(rows, ensure_ascii=False),
            columns={column.value: index for column, index in guess_columns(rows[0]).items()},
            sent_at=utc_now(),
            people=0,
        )
        db.session.add(sent)
        db.session.flush()
    return sent.id


def headings_of(sent: RegisterImport) -> list[str]:
    rows = json.loads(sent.rows or "[]")
    return [str(cell) for cell in rows[0]] if rows else []


def columns_of(sent: RegisterImport) -> dict[Column, int]:
    return {Column(name): int(index) for name, index in sent.columns.items()}


def read_import(sent: RegisterImport) -> list[Line]:
    """Return the lines of a file that waits, with what is wrong with each, and which are in the register already."""
    lines = read_lines(
        json.loads(sent.rows or "[]")[1:],
        columns_of(sent),
        places={fold(place.name): place.id for place in territories.list_neighbourhoods(sent.territory_id)},
        town_id=sent.territory_id,
        today=town_today(),
    )
    digests = {
        line.number: queries.digest_of(line.entry.identity) for line in lines if line.entry is not None
    }
    known = queries.digests_known(set(digests.values()))
    return [replace(line, is_known=digests.get(line.number) in known) for line in lines]


def _get_kept(actor: Actor, file_id: int) -> RegisterImport:
    require(actor, CheckinsAction.KEEP_REGISTER)
    sent = queries.get_import(file_id)
    require(actor, CheckinsAction.KEEP_REGISTER, sent.territory_id)
    return sent


def see_import(actor: Actor, *, file_id: int) -> RegisterImport:
    """Return a file to who keeps the register, and write down that its lines were read. Raises NotAllowed, ImportNotFound."""
    with transaction():
        sent = _get_kept(actor, file_id)
        if sent.done_at is None:
            publish(
                RegisterFileSeen(
                    occurred_at=utc_now(),
                    file_id=sent.id,
                    territory_id=sent.territory_id,
                    actor_id=actor.id,
                )
            )
        return sent


def choose_columns(actor: Actor, *, file_id: int, columns: Mapping[Column, int]) -> None:
    """Say which column holds what. Raises NotAllowed, ImportNotFound, ImportDone."""
    with transaction():
        sent = _get_waiting(actor, file_id)
        sent.columns = {column.value: index for column, index in columns.items()}


def _get_waiting(actor: Actor, file_id: int) -> RegisterImport:
    _get_kept(actor, file_id)
    query = sa.select(RegisterImport).filter_by(id=file_id).with_for_update()
    sent = db.session.scalars(query.execution_options(populate_existing=True)).one()
    if sent.done_at is not None:
        raise ImportDone
    return sent


def import_register(actor: Actor, *, file_id: int, is_certified: bool, skips_errors: bool) -> int:
    """Write the people of a file in the register, all of those whose line is right in one transaction; who is there already is left as she is.

    Args:
        is_certified: each of them asked to be in it, or somebody asked in writing for her.
        skips_errors: leave the lines that are wrong aside; otherwise one of them stops everything.

    Returns:
        How many were written.

    Raises:
        NotAllowed, ImportNotFound, ImportDone, NotCertified.
        LinesToMend: lines are wrong, and nothing was said of them.
        NothingToImport.
    """
    now, today = utc_now(), town_today()
    with transaction():
        sent = _get_waiting(actor, file_id)
        if not is_certified:
            raise NotCertified(fields={"is_certified": [NotCertified.message]})
        lines = read_import(sent)
        if any(line.entry is None for line in lines) and not skips_errors:
            raise LinesToMend
        entries = [line.entry for line in lines if line.entry is not None and not line.is_known]
        if not entries:
            raise NothingToImport
        for entry in entries:
            write_entry(entry, actor_id=actor.id, now=now, today=today)
        sent.rows, sent.done_at, sent.people = "", now, len(entries)
        publish(
            RegisterImported(
                occurred_at=now,
                file_id=sent.id,
                territory_id=sent.territory_id,
                actor_id=actor.id,
                count=len(entries),
            )
        )
    return len(entries)
