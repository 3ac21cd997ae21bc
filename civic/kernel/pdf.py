"""A sheet of paper as a file (PDF 1.7), tagged, so that a screen reader reads it in order: no database, no clock, nothing of the features.

It draws text, tables, bars and codes to photograph on A4 pages, in a typeface that every reader of PDF has. That typeface holds the letters of Western
European languages (``is_writable``): whoever's name has others is given a page to print instead.
"""

import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from xml.sax.saxutils import escape

WIDTH, HEIGHT, MARGIN = 595, 842, 62
ENCODING = "cp1252"
LINE = 1.4
"""Between two lines, in sizes of the letters."""

_WIDTHS = (
    "278 278 355 556 556 889 667 191 333 333 389 584 278 333 278 278 556 556 556 556 556 556 556 556 556 556 278 278 584 584 584 556 "
    "1015 667 667 722 722 667 611 778 722 278 500 667 556 833 722 778 667 778 722 667 611 722 667 944 667 667 611 278 278 278 469 556 "
    "333 556 556 500 556 556 278 556 556 222 222 500 222 833 556 556 556 556 333 500 278 556 500 722 500 500 500 334 260 334 584"
)
_HELVETICA = dict(zip(map(chr, range(32, 127)), map(int, _WIDTHS.split()), strict=True))
"""Widths of its letters, in thousandths of their size (Adobe's metrics); an accent adds none."""
_OTHERS = {
    "’": 222,
    "‘": 222,
    "«": 556,
    "»": 556,
    "–": 556,
    "—": 1000,
    "œ": 944,
    "Œ": 1000,
    "æ": 889,
    "Æ": 1000,
    "€": 556,
    "…": 1000,
    "°": 400,
    "\xa0": 278,
}
WIDEST = 1015
BAR, CELL_GAP = 110, 8
"""The room of a bar beside a row, and what is left between two columns, in points."""
BOLD_IS_WIDER = 1.08


def printable(text: str) -> str:
    """Return a text as it is drawn: a narrow space that holds words together is a plain one that does."""
    return unicodedata.normalize("NFC", text).replace("\u202f", "\xa0").replace("\u2011", "-")


def is_writable(text: str) -> bool:
    """Tell whether the typeface holds each letter of a text."""
    try:
        printable(text).encode(ENCODING)
    except UnicodeEncodeError:
        return False
    return True


def width_of(text: str, size: float, *, is_bold: bool = False) -> float:
    """Return the width of a text, in points; never less than it is."""
    thousandths = sum(_OTHERS.get(letter) or _HELVETICA.get(_base(letter), WIDEST) for letter in text)
    return thousandths * size / 1000 * (BOLD_IS_WIDER if is_bold else 1)


def _base(letter: str) -> str:
    return unicodedata.normalize("NFD", letter)[0]


def wrapped(text: str, width: float, size: float, *, is_bold: bool = False) -> list[str]:
    """Cut a text into lines, at its spaces; a word that is longer than a line has one of its own."""
    lines: list[str] = []
    for word in text.split(" "):
        if lines and width_of(f"{lines[-1]} {word}", size, is_bold=is_bold) <= width:
            lines[-1] += f" {word}"
        else:
            lines.append(word)
    return lines


@dataclass
class _Element:
    """A part of what is read, in its order: a paragraph, a row. ``mark`` is what was drawn of it."""

    role: str
    children: list["_Element"] = field(default_factory=list)
    mark: int | None = None
    page: int = 0
    attributes: str = ""


@dataclass
class _Page:
    drawn: list[str] = field(default_factory=list)
    marks: list[_Element] = field(default_factory=list)


@dataclass(frozen=True)
class _Grid:
    """The columns of a table: where each begins, and how wide its text may be."""

    columns: Sequence[float]
    widths: Sequence[float]
    size: float

    def height(self, cells: Sequence[str]) -> float:
        lines = [
            len(wrapped(printable(cell), width, self.size, is_bold=True))
            for cell, width in zip(cells, self.widths, strict=True)
        ]
        return max(lines) * self.size * LINE + 3


class PdfSheet:
    """A page, filled from the top, and others where one is not enough; these are then numbered.

    Args:
        title: what a window that shows it is called.
        language: as ``fr-FR``.
    """

    def __init__(self, title: str, *, language: str, made_at: datetime) -> None:
        self.title, self.language, self.made_at = title, language, made_at
        self.y = float(HEIGHT - MARGIN)
        self._document = _Element("Document")
        self._pages = [_Page()]

    @property
    def _drawn(self) -> list[str]:
        return self._pages[-1].drawn

    def _has_room(self, height: float) -> bool:
        return self.y - height >= MARGIN

    def _turn(self) -> None:
        """Go on at the top of another page."""
        self._pages.append(_Page())
        self.y = float(HEIGHT - MARGIN)

    # What is drawn

    def write(
        self, text: str, *, role: str = "P", size: float = 11, is_bold: bool = False, after: float = 8
    ) -> None:
        """Write a paragraph (or a heading, ``H1``, ``H2``), over as many lines as it takes."""
        lines = wrapped(printable(text), WIDTH - 2 * MARGIN, size, is_bold=is_bold)
        follows = 3 * size * LINE if role.startswith("H") else 0  # a heading is never the last line of a page
        if not self._has_room(len(lines) * size * LINE + follows):
            self._turn()
        with_marks = self._marked(self._child(self._document, role))
        for line in lines:
            self.y -= size * LINE
            with_marks.append(_shown(line, MARGIN, self.y, size, is_bold))
        self._close(with_marks)
        self.y -= after

    def table(
        self,
        head: Sequence[str],
        rows: Iterable[Sequence[str]],
        *,
        columns: Sequence[float],
        size: float = 11,
        bars: Sequence[float] = (),
    ) -> None:
        """Draw a table whose first column names each row. On another page its head is drawn again.

        Args:
            columns: where each column begins, in points from the margin.
            bars: the length of a bar in each row, in percent of the room to the right of the last column that is ``BAR`` wide.
        """
        table = self._child(self._document, "Table")
        widths = [
            (columns[rank + 1] if rank + 1 < len(columns) else WIDTH - 2 * MARGIN - (BAR if bars else 0))
            - left
            - CELL_GAP
            for rank, left in enumerate(columns)
        ]
        grid = _Grid(columns, widths, size)
        self._row(table, head, ["TH"] * len(head), grid, is_head=True, keeps=size * LINE + 3)
        for rank, row in enumerate(rows):
            if not self._has_room(grid.height(row)):
                self._turn()
                self._draw_head_again(head, grid)
            self._row(table, row, ["TH"] + ["TD"] * (len(row) - 1), grid)
            if bars:
                self._bar(bars[rank], size)
        self.y -= 10

    def _row(
        self,
        table: _Element,
        cells: Sequence[str],
        roles: Sequence[str],
        grid: "_Grid",
        *,
        is_head: bool = False,
        keeps: float = 0,
    ) -> None:
        if not self._has_room(grid.height(cells) + keeps):
            self._turn()
        row, size = self._child(table, "TR"), grid.size
        self.y -= size * LINE + 3
        lowest = self.y
        for cell, role, left, width in zip(cells, roles, grid.columns, grid.widths, strict=True):
            element = self._child(row, role)
            if role == "TH":
                element.attributes = f"/A << /O /Table /Scope /{'Column' if is_head else 'Row'} >>"
            drawn, y = self._marked(element), self.y
            for line in wrapped(printable(cell), width, size, is_bold=is_head):
                drawn.append(_shown(line, MARGIN + left, y, size, is_head))
                lowest = min(lowest, y)
                y -= size * LINE
            self._close(drawn)
        self.y = lowest
        self._ornament(f"0.5 w {MARGIN} {self.y - 5:.1f} m {WIDTH - MARGIN} {self.y - 5:.1f} l S")

    def _draw_head_again(self, head: Sequence[str], grid: "_Grid") -> None:
        self.y -= grid.size * LINE + 3
        for cell, left in zip(head, grid.columns, strict=True):
            self._ornament(_shown(printable(cell), MARGIN + left, self.y, grid.size, is_bold=True))
        self._ornament(f"0.5 w {MARGIN} {self.y - 5:.1f} m {WIDTH - MARGIN} {self.y - 5:.1f} l S")

    def _bar(self, percent: float, size: float) -> None:
        """Draw a bar at the right of the row that was just drawn: the number beside it says the same."""
        left, height = WIDTH - MARGIN - BAR, size * 0.7
        self._ornament(f"q 0.88 g {left:.1f} {self.y:.1f} {BAR} {height:.1f} re f Q")
        length = BAR * min(max(percent, 0), 100) / 100
        if length:
            self._ornament(f"q 0.3 g {left:.1f} {self.y:.1f} {length:.1f} {height:.1f} re f Q")

    def code(self, rows: Sequence[Sequence[int]], *, says: str, side: float = 84) -> None:
        """Draw a code to photograph at the margin, and what it is for who sees none."""
        if not self._has_room(side):
            self._turn()
        element = self._child(self._document, "Figure")
        top, module = self.y, side / len(rows)
        element.attributes = f"/Alt {_text(says)} /A << /O /Layout /BBox [{MARGIN} {top - side:.1f} {MARGIN + side:.1f} {top:.1f}] >>"
        drawn = self._marked(element)
        for number, row in enumerate(rows):
            y = top - (number + 1) * module
            drawn += [
                f"{MARGIN + x * module:.2f} {y:.2f} {module:.2f} {module:.2f} re"
                for x, dark in enumerate(row)
                if dark
            ]
        self._close([*drawn, "f"])
        self.y -= side + 10

    def space(self, points: float) -> None:
        self.y -= points

    # How it is marked

    def _child(self, parent: _Element, role: str) -> _Element:
        element = _Element(role)
        parent.children.append(element)
        return element

    def _marked(self, element: _Element) -> list[str]:
        page = self._pages[-1]
        element.mark, element.page = len(page.marks), len(self._pages) - 1
        page.marks.append(element)
        return [f"/{element.role} << /MCID {element.mark} >> BDC"]

    def _close(self, drawn: list[str]) -> None:
        self._drawn.extend([*drawn, "EMC"])

    def _ornament(self, drawn: str) -> None:
        self._drawn.extend(["/Artifact BMC", drawn, "EMC"])

    # The file

    def file(self) -> bytes:
        """Return the file."""
        self._number_pages()
        objects: list[bytes] = [b""] * _first_element(len(self._pages))
        numbers: dict[int, int] = {}
        self._add_elements(self._document, STRUCTURE, objects, numbers)
        objects[CATALOG] = (
            f"<< /Type /Catalog /Pages {PAGES} 0 R /Lang {_text(self.language)} /MarkInfo << /Marked true >>"
            f" /ViewerPreferences << /DisplayDocTitle true >> /StructTreeRoot {STRUCTURE} 0 R /Metadata {METADATA} 0 R >>"
        ).encode()
        kids = " ".join(f"{_page_object(rank)} 0 R" for rank in range(len(self._pages)))
        objects[PAGES] = f"<< /Type /Pages /Kids [{kids}] /Count {len(self._pages)} >>".encode()
        for rank, page in enumerate(self._pages):
            number = _page_object(rank)
            objects[number] = _page(rank)
            objects[number + 1] = _stream("\n".join(page.drawn).encode("ascii"))
        for number, name in ((PLAIN, "Helvetica"), (BOLD, "Helvetica-Bold")):
            objects[number] = (
                f"<< /Type /Font /Subtype /Type1 /BaseFont /{name} /Encoding /WinAnsiEncoding >>".encode()
            )
        objects[STRUCTURE] = (
            f"<< /Type /StructTreeRoot /K [{numbers[id(self._document)]} 0 R] /ParentTree {PARENTS} 0 R"
            f" /ParentTreeNextKey {len(self._pages)} >>"
        ).encode()
        marks = [
            f"{rank} [{' '.join(f'{numbers[id(element)]} 0 R' for element in page.marks)}]"
            for rank, page in enumerate(self._pages)
        ]
        objects[PARENTS] = f"<< /Nums [{' '.join(marks)}] >>".encode()
        objects[METADATA] = _stream(self._metadata().encode(), "/Type /Metadata /Subtype /XML")
        objects[INFO] = (
            f"<< /Title {_text(self.title)} /CreationDate (D:{self.made_at.astimezone(UTC):%Y%m%d%H%M%SZ}) >>".encode()
        )
        return _written(objects[1:])

    def _number_pages(self) -> None:
        total = len(self._pages)
        for number, page in enumerate(self._pages, start=1):
            if total > 1:
                drawn = _shown(f"{number} / {total}", WIDTH - MARGIN - 20, MARGIN / 2, 9, is_bold=False)
                page.drawn += ["/Artifact BMC", drawn, "EMC"]

    def _add_elements(
        self, element: _Element, parent: int, objects: list[bytes], numbers: dict[int, int]
    ) -> int:
        number = len(objects)
        numbers[id(element)] = number
        objects.append(b"")
        below = [f"{self._add_elements(child, number, objects, numbers)} 0 R" for child in element.children]
        kids = f"[{' '.join(below)}]" if element.mark is None else str(element.mark)
        objects[number] = (
            f"<< /Type /StructElem /S /{element.role} /P {parent} 0 R /Pg {_page_object(element.page)} 0 R"
            f" /K {kids} {element.attributes} >>"
        ).encode()
        return number

    def _metadata(self) -> str:
        return (
            '<?xpacket begin="\ufeff" id="W5M0MpCehiHzreSzNTczkc9d"?><x:xmpmeta xmlns:x="adobe:ns:meta/">'
            '<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#"><rdf:Description rdf:about="" xmlns:dc="http://purl.org/dc/elements/1.1/">'
            f'<dc:title><rdf:Alt><rdf:li xml:lang="x-default">{escape(self.title)}</rdf:li></rdf:Alt></dc:title>'
            f"<dc:language><rdf:Bag><rdf:li>{escape(self.language)}</rdf:li></rdf:Bag></dc:language>"
            '</rdf:Description></rdf:RDF></x:xmpmeta><?xpacket end="r"?>'
        )


CATALOG, PAGES, PLAIN, BOLD, STRUCTURE, PARENTS, METADATA, INFO = range(1, 9)
FIRST_PAGE = 9
"""Then two objects for each page, and those of the elements."""


def _page_object(rank: int) -> int:
    return FIRST_PAGE + 2 * rank


def _first_element(pages: int) -> int:
    return _page_object(pages)


def _page(rank: int) -> bytes:
    return (
        f"<< /Type /Page /Parent {PAGES} 0 R /MediaBox [0 0 {WIDTH} {HEIGHT}] /Contents {_page_object(rank) + 1} 0 R"
        f" /StructParents {rank} /Tabs /S /Resources << /Font << /F0 {PLAIN} 0 R /F1 {BOLD} 0 R >> >> >>"
    ).encode()


def _shown(text: str, x: float, y: float, size: float, is_bold: bool) -> str:
    return f"BT /F{int(is_bold)} {size:g} Tf {x:.1f} {y:.1f} Td <{text.encode(ENCODING).hex()}> Tj ET"


def _text(text: str) -> str:
    """A text of the file itself, in the encoding that holds every letter."""
    return f"<feff{text.encode('utf-16-be').hex()}>"


def _stream(content: bytes, attributes: str = "") -> bytes:
    return f"<< /Length {len(content)} {attributes} >>\nstream\n".encode() + content + b"\nendstream"


def _written(objects: list[bytes]) -> bytes:
    """Return the file made of objects, the first of which is the catalogue, and where each begins."""
    file, begins = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n", []
    for number, content in enumerate(objects, start=1):
        begins.append(len(file))
        file += f"{number} 0 obj\n".encode() + content + b"\nendobj\n"
    rows = "".join(f"{begin:010} 00000 n \n" for begin in begins)
    table = f"xref\n0 {len(objects) + 1}\n0000000000 65535 f \n{rows}"
    trailer = f"trailer\n<< /Size {len(objects) + 1} /Root {CATALOG} 0 R /Info {INFO} 0 R >>\nstartxref\n{len(file)}\n%%EOF\n"
    return file + table.encode() + trailer.encode()
