"""A spreadsheet, read back by another library."""

from datetime import date
from io import BytesIO

from python_calamine import CalamineWorkbook

from civic.kernel.workbook import Sheet, workbook


def test_another_library_reads_what_was_written_and_no_text_becomes_a_formula() -> None:
    file = workbook(
        [
            Sheet("Quartiers : à lire", ["Quartier", "Personnes"], [["Le Bourg & Cie", 12], ["=1+1", 5.5], ["<b>", None]]),
            Sheet("Quartiers / à lire", ["Jour"], [[date(2027, 3, 14)], ["x" * 40_000]]),
        ]
    )  # fmt: skip
    book = CalamineWorkbook.from_object(BytesIO(file))

    assert book.sheet_names == ["Quartiers   à lire", "Quartiers   à lire 2"]
    first, second = (book.get_sheet_by_index(n).to_python() for n in (0, 1))
    assert first == [["Quartier", "Personnes"], ["Le Bourg & Cie", 12.0], ["=1+1", 5.5], ["<b>", ""]]
    assert second[1] == [date(2027, 3, 14)]
    assert len(str(second[2][0])) == 32_000


def test_the_same_figures_make_the_same_file() -> None:
    sheets = [Sheet("Chiffres", ["Nombre"], [[1]])]
    assert workbook(sheets) == workbook(sheets)
