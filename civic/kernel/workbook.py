"""A spreadsheet as a file (Office Open XML), that LibreOffice and Excel open: no database, no clock, nothing of the features.

Text is written as text: what begins like a formula stays what somebody wrote. The first row of a sheet is its head, and stays in sight.
"""

import io
import zipfile
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from itertools import chain, islice
from xml.sax.saxutils import escape, quoteattr

Value = str | int | float | date | None

LONGEST_NAME, LONGEST_TEXT = 31, 32_000
WIDEST_COLUMN, NARROWEST_COLUMN, MEASURED_ROWS = 70, 9, 500
_FORBIDDEN_IN_NAME = str.maketrans(dict.fromkeys("[]:*?/\\'", " "))
_NOT_XML = {code: None for code in range(32) if chr(code) not in "\t\n\r"}
_ORIGIN = date(1899, 12, 30)
PLAIN, HEAD, DAY, WRAPPED = range(4)

_HEAD = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_MAIN = "http://schemas.openxmlformats.org/spreadsheetml/2006/main"
_OFFICE = "http://schemas.openxmlformats.org/officeDocument/2006/relationships"
_PACKAGE = "http://schemas.openxmlformats.org/package/2006"
_STYLES = (
    f'<styleSheet xmlns="{_MAIN}"><fonts count="2"><font><sz val="11"/><name val="Calibri"/></font>'
    '<font><b/><sz val="11"/><name val="Calibri"/></font></fonts>'
    '<fills count="2"><fill><patternFill patternType="none"/></fill><fill><patternFill patternType="gray125"/></fill></fills>'
    '<borders count="1"><border/></borders><cellStyleXfs count="1"><xf/></cellStyleXfs>'
    '<cellXfs count="4"><xf/><xf fontId="1" applyFont="1"/><xf numFmtId="14" applyNumberFormat="1"/>'
    '<xf applyAlignment="1"><alignment wrapText="1" vertical="top"/></xf></cellXfs></styleSheet>'
)


@dataclass(frozen=True)
class Sheet:
    """A sheet of a workbook: its name, its head, its rows, which are read once: they may be made as the file is."""

    name: str
    head: Sequence[str]
    rows: Iterable[Sequence[Value]]


def workbook(sheets: Sequence[Sheet]) -> bytes:
    """Return the file of some sheets, in their order."""
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, texts in chain(_parts(sheets), _worksheets(sheets)):
            entry = zipfile.ZipInfo(name, (1980, 1, 1, 0, 0, 0))
            entry.compress_type = zipfile.ZIP_DEFLATED
            with archive.open(entry, "w") as file:
                for text in chain([_HEAD], texts):
                    file.write(text.encode())
    return packed.getvalue()


def _worksheets(sheets: Sequence[Sheet]) -> Iterator[tuple[str, Iterator[str]]]:
    for number, sheet in enumerate(sheets, start=1):
        yield f"xl/worksheets/sheet{number}.xml", _worksheet(sheet)


def _parts(sheets: Sequence[Sheet]) -> Iterator[tuple[str, Sequence[str]]]:
    numbers = range(1, len(sheets) + 1)
    kind = "application/vnd.openxmlformats-officedocument.spreadsheetml"
    overrides = "".join(
        f'<Override PartName="/xl/worksheets/sheet{n}.xml" ContentType="{kind}.worksheet+xml"/>'
        for n in numbers
    )
    names = _names([sheet.name for sheet in sheets])
    listed = "".join(
        f'<sheet name={quoteattr(name)} sheetId="{n}" r:id="rId{n}"/>'
        for n, name in zip(numbers, names, strict=True)
    )
    links = "".join(_link(n, "worksheet", f"worksheets/sheet{n}.xml") for n in numbers)
    parts = {
        "[Content_Types].xml": f'<Types xmlns="{_PACKAGE}/content-types"><Default Extension="rels"'
        ' ContentType="application/vnd.openxmlformats-package.relationships+xml"/>'
        f'<Override PartName="/xl/workbook.xml" ContentType="{kind}.sheet.main+xml"/>'
        f'<Override PartName="/xl/styles.xml" ContentType="{kind}.styles+xml"/>{overrides}</Types>',
        "_rels/.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{_link(1, "officeDocument", "xl/workbook.xml")}</Relationships>',
        "xl/workbook.xml": f'<workbook xmlns="{_MAIN}" xmlns:r="{_OFFICE}"><sheets>{listed}</sheets></workbook>',
        "xl/_rels/workbook.xml.rels": f'<Relationships xmlns="{_PACKAGE}/relationships">{links}'
        f"{_link(len(sheets) + 1, 'styles', 'styles.xml')}</Relationships>",
        "xl/styles.xml": _STYLES,
    }
    for name, text in parts.items():
        yield name, (text,)


def _link(number: int, kind: str, target: str) -> str:
    return f'<Relationship Id="rId{number}" Type="{_OFFICE}/{kind}" Target="{target}"/>'


def _names(wanted: Sequence[str]) -> list[str]:
    """Return the names of sheets as a spreadsheet takes them: short, each once."""
    told: list[str] = []
    for name in wanted:
        short = name.translate(_FORBIDDEN_IN_NAME).strip()[:LONGEST_NAME] or "-"
        while short.lower() in {each.lower() for each in told}:
            short = f"{short[: LONGEST_NAME - 2]} {len(told) + 1}"[:LONGEST_NAME]
        told.append(short)
    return told


def _worksheet(sheet: Sheet) -> Iterator[str]:
    """Return a sheet a row after the other. Its columns are as wide as its first rows ask."""
    rows = iter(sheet.rows)
    first = list(islice(rows, MEASURED_ROWS))
    columns = "".join(
        f'<col min="{n}" max="{n}" width="{_width(sheet.head, first, n - 1)}" customWidth="1"/>'
        for n in range(1, len(sheet.head) + 1)
    )
    yield (
        f'<worksheet xmlns="{_MAIN}"><sheetViews><sheetView workbookViewId="0">'
        '<pane ySplit="1" topLeftCell="A2" activePane="bottomLeft" state="frozen"/></sheetView></sheetViews>'
        f"<cols>{columns}</cols><sheetData>"
    )
    yield _row(1, sheet.head, is_head=True)
    for number, row in enumerate(chain(first, rows), start=2):
        yield _row(number, row)
    yield "</sheetData></worksheet>"


def _width(head: Sequence[str], rows: Sequence[Sequence[Value]], column: int) -> int:
    longest = max([len(head[column]), *(len(str(row[column] or "")) for row in rows if column < len(row))])
    return min(max(longest + 2, NARROWEST_COLUMN), WIDEST_COLUMN)


def _row(number: int, cells: Sequence[Value], *, is_head: bool = False) -> str:
    told = "".join(_cell(cell, HEAD if is_head else PLAIN) for cell in cells)
    return f'<row r="{number}">{told}</row>'


def _cell(value: Value, style: int) -> str:
    if value is None or value == "":
        return "<c/>"
    if isinstance(value, date):
        return f'<c s="{DAY}"><v>{(value - _ORIGIN).days}</v></c>'
    if isinstance(value, int | float):
        return f'<c s="{style}"><v>{value}</v></c>'
    text = escape(value[:LONGEST_TEXT].translate(_NOT_XML))
    kept = WRAPPED if style == PLAIN and len(value) > WIDEST_COLUMN else style
    return f'<c t="inlineStr" s="{kept}"><is><t xml:space="preserve">{text}</t></is></c>'
