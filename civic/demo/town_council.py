"""What the municipal council of the demonstration decided: deliberations, minutes, and a list that waits to be put online."""

from datetime import date
from typing import Any

from civic.councils.deliberations.models import MunicipalRecord
from civic.councils.deliberations.rules import RecordKind
from civic.demo.script import Script
from civic.kernel.clock import TOWN_TIME
from civic.kernel.database import db
from civic.kernel.documents import digest_of
from civic.kernel.pdf import PdfSheet

Values = dict[str, Any]


def build_records(script: Script) -> None:
    for values in script.read("records.json")["records"]:
        content = _pdf(script, values)
        online = values["online_in_days"]
        db.session.add(
            MunicipalRecord(
                territory_id=script.town_id,
                kind=RecordKind(values["kind"]),
                number=values["number"],
                title=values["title"],
                summary=values["summary"],
                held_on=_day(script, values["held_in_days"]),
                adopted_on=_day(script, values["adopted_in_days"])
                if values["adopted_in_days"] is not None
                else None,
                content=content,
                digest=digest_of(content),
                size_bytes=len(content),
                created_at=script.on((online or 0) - 1, "09:00"),
                published_at=script.on(online, "11:00") if online is not None else None,
            )
        )


def _day(script: Script, in_days: int) -> date:
    return script.on(in_days, "12:00").astimezone(TOWN_TIME).date()


def _pdf(script: Script, values: Values) -> bytes:
    sheet = PdfSheet(values["title"], language="fr", made_at=script.on(values["held_in_days"], "23:00"))
    sheet.write(values["title"], role="H1", size=18, is_bold=True)
    for paragraph in values["text"]:
        sheet.write(paragraph)
    return sheet.file()
