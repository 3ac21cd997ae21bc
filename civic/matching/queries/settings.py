"""The pace of the search in a commune, and how well each neighbourhood is served."""

from dataclasses import asdict, fields
from datetime import datetime, timedelta
from typing import Any

import sqlalchemy as sa

from civic.kernel.database import db
from civic.matching import pace as _pace
from civic.matching.models import SearchSettings
from civic.matching.pace import DispatchPace
from civic.mutual_aid.models import HelpRequest
from civic.mutual_aid.rules import RequestState, Urgency
from civic.territories import queries as territories

COMPARED = timedelta(days=90)


def find_search_settings(town_id: int) -> SearchSettings | None:
    return db.session.get(SearchSettings, town_id)


def get_pace(territory_id: int) -> DispatchPace:
    """Return the pace that the commune of a territory chose, or that of everybody."""
    query = sa.select(SearchSettings.pace).where(
        SearchSettings.town_id.in_(territories.ids_around(territory_id))
    )
    chosen = db.session.scalars(query).first()
    return _pace.PACE if chosen is None else pace_from(chosen)


def pace_from(stored: dict[str, Any]) -> DispatchPace:
    """Read a pace as it is stored; what it does not say is as for everybody, so that an older row can be read."""
    known = asdict(_pace.PACE)
    values = {field.name: _read(stored.get(field.name, known[field.name])) for field in fields(DispatchPace)}
    return DispatchPace(**values)


def _read(value: Any) -> Any:
    return {Urgency(key): number for key, number in value.items()} if isinstance(value, dict) else value


def is_underserved(territory_id: int, *, now: datetime) -> bool:
    """Tell whether fewer of a neighbourhood's requests of the last three months found somebody than of its commune's."""
    around = territories.ids_around(territory_id)
    town = {place for each in around for place in territories.ids_within(each)}
    is_filled = sa.case((HelpRequest.filled > 0, 1), else_=0)
    rows = db.session.execute(
        sa.select(
            HelpRequest.territory_id,
            sa.func.count().label("asked"),
            sa.func.sum(is_filled).label("filled"),
        )
        .where(
            HelpRequest.territory_id.in_(town),
            HelpRequest.created_at > now - COMPARED,
            HelpRequest.ends_at <= now,
            HelpRequest.state != RequestState.CANCELLED,
        )
        .group_by(HelpRequest.territory_id)
    ).all()
    here = next(((row.asked, row.filled) for row in rows if row.territory_id == territory_id), (0, 0))
    return _pace.is_underserved(
        asked_here=here[0],
        filled_here=here[1],
        asked=sum(row.asked for row in rows),
        filled=sum(row.filled for row in rows),
    )
