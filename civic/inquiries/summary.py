"""The summary that the commissioner hands over (« procès-verbal de synthèse »): as a page, a spreadsheet, or lines for another program."""

import csv
import io
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask_babel import gettext

from civic.inquiries.lines import LineView, ThemeView
from civic.inquiries.models import InquirySession
from civic.inquiries.rules import Channel
from civic.inquiries.words import CHANNEL_WORDS
from civic.kernel.spreadsheets import as_cell
from civic.kernel.workbook import Sheet, Value, workbook
from civic.web.languages import dated_instant_in_words, form_instant


@dataclass(frozen=True)
class Summary:
    """What a summary tells. ``first_lines``: those that its page prints; the spreadsheets hold them all. ``numbers``: of each theme, all of them."""

    title: str
    count: int
    first_lines: Sequence[LineView]
    themes: Sequence[ThemeView]
    numbers: Mapping[int, Sequence[int]]
    sessions: Sequence[InquirySession]
    counts: dict[Channel, int]


def head() -> list[str]:
    return [
        gettext("N°"),
        gettext("Reçue"),
        gettext("Reçue le"),
        gettext("Inscrite le"),
        gettext("Nom publié"),
        gettext("Observation"),
        gettext("Pièces jointes"),
        gettext("Thèmes"),
        gettext("Note du commissaire"),
        gettext("Masquée"),
        gettext("Empreinte"),
    ]


def row_of(line: LineView, themes: dict[int, str]) -> list[Value]:
    return [
        line.number,
        gettext(CHANNEL_WORDS[line.channel]),
        form_instant(line.received_at).replace("T", " "),
        form_instant(line.deposited_at).replace("T", " "),
        line.name,
        line.text,
        len(line.files),
        ", ".join(themes[each] for each in line.theme_ids if each in themes),
        line.note,
        line.mask_note,
        line.fingerprint,
    ]


def as_workbook(summary: Summary, lines: Iterator[list[LineView]]) -> bytes:
    """``lines``: all the observations, some at a time."""
    names = {theme.id: theme.name for theme in summary.themes}
    themes: list[list[Value]] = [
        [theme.name, theme.count, theme.note, theme.answer, theme.appraisal] for theme in summary.themes
    ]
    sessions: list[list[Value]] = [
        [
            each.place,
            dated_instant_in_words(each.starts_at),
            dated_instant_in_words(each.ends_at),
            each.visitors,
        ]
        for each in summary.sessions
    ]
    theme_head = [
        gettext("Thème"),
        gettext("Observations"),
        gettext("Ce qui est dit"),
        gettext("Réponse du maître d’ouvrage"),
        gettext("Appréciation du commissaire"),
    ]
    session_head = [gettext("Lieu"), gettext("Début"), gettext("Fin"), gettext("Personnes reçues")]
    return workbook(
        [
            Sheet(gettext("Observations"), head(), (row_of(line, names) for step in lines for line in step)),
            Sheet(gettext("Thèmes"), theme_head, themes),
            Sheet(gettext("Permanences"), session_head, sessions),
        ]
    )


def as_csv(themes: Sequence[ThemeView], lines: Iterator[list[LineView]]) -> Iterator[str]:
    """Return the observations, a line each, that no spreadsheet takes for a formula: a piece for each step of ``lines``."""
    names = {theme.id: theme.name for theme in themes}
    yield "\ufeff" + _csv_lines([head()])
    for step in lines:
        yield _csv_lines([row_of(line, names) for line in step])


def _csv_lines(rows: Sequence[Sequence[Value]]) -> str:
    written = io.StringIO()
    writer = csv.writer(written, delimiter=";", lineterminator="\r\n")
    for row in rows:
        writer.writerow(["" if value is None else as_cell(str(value)) for value in row])
    return written.getvalue()
