"""The town's record, as a page and as a table to download."""

import csv
import io

from flask import Response, render_template
from flask_babel import gettext

from civic.consultations.channels import CHANNEL_NAMES, Channel
from civic.kernel.clock import utc_now
from civic.proposals import queries as proposals
from civic.proposals.commitments import record
from civic.proposals.commitments.record import Year
from civic.territories import queries as territories
from civic.web.files import text_file

BYTE_ORDER_MARK = "\ufeff"


def show_record() -> str:
    town, now = territories.find_town(), utc_now()
    years = record.list_years(town.id, at=now) if town else []
    late = record.list_late_answers(town.id, at=now) if town else []
    answered = proposals.list_answered_proposals(size=5)
    return render_template(
        "commitments/record.html",
        years=years,
        late=late,
        late_count=sum(year.answers.late for year in years),
        channels=_channels_used(years),
        answered=proposals.view_proposals(answered, reader_id=None),
    )


def _channels_used(years: list[Year]) -> list[tuple[str, str]]:
    """The ways by which something came, in one year at least: each its key and its name."""
    return [
        (channel.value, gettext(CHANNEL_NAMES[channel]))
        for channel in Channel
        if any(year.channels[channel] for year in years)
    ]


def download_record() -> Response:
    town = territories.find_town()
    years = record.list_years(town.id, at=utc_now()) if town else []
    return text_file(_as_csv(years), "text/csv", "bilan.csv")


def _as_csv(years: list[Year]) -> str:
    text = io.StringIO()
    writer = csv.writer(text, delimiter=";", lineterminator="\r\n")
    writer.writerow(
        [
            gettext("Année"),
            gettext("Propositions"),
            gettext("Réponses dues"),
            gettext("Répondues dans les temps"),
            gettext("Répondues en retard"),
            gettext("Attendues"),
            gettext("En retard"),
            gettext("Engagements"),
            gettext("Tenus"),
            gettext("Tenus en retard"),
            gettext("En cours"),
            gettext("En retard sur une étape"),
            gettext("Abandonnés"),
            *(gettext(CHANNEL_NAMES[channel]) for channel in Channel),
        ]
    )
    for year in years:
        waits, kept = year.answers, year.commitments
        writer.writerow(
            [
                year.year, year.proposals, waits.expected, waits.in_time, waits.answered_late, waits.awaited, waits.late,
                kept.made, kept.kept, kept.kept_late, kept.under_way, kept.late, kept.dropped,
                *year.channels.values(),
            ]
        )  # fmt: skip
    return BYTE_ORDER_MARK + text.getvalue()
