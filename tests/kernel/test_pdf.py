"""A sheet as a file, read back by another library: its text, its order for a screen reader, its language."""

from datetime import UTC, datetime
from io import BytesIO
from typing import Any

from pypdf import PdfReader

from civic.kernel.pdf import PdfSheet, is_writable, width_of, wrapped

NOW = datetime(2026, 12, 1, 9, 30, tzinfo=UTC)


def sheet() -> PdfReader:
    made = PdfSheet("Attestation d’entraide", language="fr-FR", made_at=NOW)
    made.write("Attestation d’entraide", role="H1", size=24, is_bold=True)
    made.write("Chloé Œuvrard a aidé « deux fois » (à l’été) : 1\u202fh\u00a030. " * 4)
    made.table(["Aide", "Fois"], [["Courses", "2"], ["Visites", "1"]], columns=[0, 200])
    made.code([[1, 0], [0, 1]], says="Code à photographier")
    return PdfReader(BytesIO(made.file()), strict=True)


def roles(element: Any) -> list[Any]:
    """Return the parts of a document, each with those in it, in the order of reading."""
    element = element.get_object()
    below = element.get("/K")
    below = below if isinstance(below, list) else []
    return [element["/S"], *[roles(child) for child in below]]


def test_another_library_reads_its_words_as_they_were_written() -> None:
    reader = sheet()
    text = " ".join(reader.pages[0].extract_text().split())

    assert len(reader.pages) == 1
    assert "Attestation d’entraide" in text
    assert text.count("Chloé Œuvrard a aidé « deux fois » (à l’été) : 1 h 30.") == 4
    assert reader.metadata is not None
    assert reader.metadata.title == "Attestation d’entraide"


def test_it_is_tagged_and_says_its_language_and_its_title() -> None:
    reader = sheet()
    catalogue = reader.trailer["/Root"]

    assert catalogue["/Lang"] == "fr-FR"
    assert catalogue["/MarkInfo"]["/Marked"].value is True
    assert catalogue["/ViewerPreferences"]["/DisplayDocTitle"].value is True
    (document,) = catalogue["/StructTreeRoot"]["/K"]
    row = ["/TR", ["/TH"], ["/TD"]]
    assert roles(document) == [
        "/Document", ["/H1"], ["/P"], ["/Table", ["/TR", ["/TH"], ["/TH"]], row, row], ["/Figure"],
    ]  # fmt: skip
    marks = catalogue["/StructTreeRoot"]["/ParentTree"]["/Nums"][1]
    assert [mark.get_object()["/S"] for mark in marks][:2] == ["/H1", "/P"]
    assert marks[-1].get_object()["/Alt"] == "Code à photographier"
    assert [mark.get_object()["/K"] for mark in marks] == list(range(len(marks)))


def test_lines_end_before_the_margin_and_lose_no_word() -> None:
    text = "Ce que la personne aidée, ou la mairie pour elle, a confirmé : rien d’autre n’est écrit ici."
    lines = wrapped(text, 200, 11)

    assert " ".join(lines) == text
    assert len(lines) > 1
    assert all(width_of(line, 11) <= 200 for line in lines)


def test_a_name_that_the_typeface_cannot_write_is_known_before_it_is_drawn() -> None:
    assert is_writable("Zoé Çelik-Nuñez, 1\u202fh d’aide")
    assert not is_writable("Małgorzata Şahin")
    assert not is_writable("Олена")


def test_what_does_not_fit_goes_on_another_page_read_in_order_and_numbered() -> None:
    made = PdfSheet("Synthèse", language="fr-FR", made_at=NOW)
    made.write("Synthèse", role="H1", size=20, is_bold=True)
    rows = [
        [f"Proposition {number}, dont le titre est long et tient sur deux lignes au moins", str(number)]
        for number in range(70)
    ]
    made.table(["Titre", "Soutiens"], rows, columns=[0, 250], bars=[float(number) for number in range(70)])
    made.write("La méthode.", role="H2", size=14, is_bold=True)
    reader = PdfReader(BytesIO(made.file()), strict=True)

    texts = [" ".join(page.extract_text().split()) for page in reader.pages]
    assert len(texts) > 2
    assert all("Titre Soutiens" in text for text in texts[:-1])
    assert all(text.endswith(f"{number} / {len(texts)}") for number, text in enumerate(texts, start=1))
    whole = " ".join(texts)
    assert all(f"Proposition {number}," in whole for number in range(70))
    (document,) = reader.trailer["/Root"]["/StructTreeRoot"]["/K"]
    assert [part[0] for part in roles(document)[1:]] == ["/H1", "/Table", "/H2"]
    parents = reader.trailer["/Root"]["/StructTreeRoot"]["/ParentTree"]["/Nums"]
    assert parents[::2] == list(range(len(texts)))
    for number, marks in zip(parents[::2], parents[1::2], strict=True):
        assert [mark.get_object()["/K"] for mark in marks] == list(range(len(marks)))
        assert all(mark.get_object()["/Pg"].get_object()["/StructParents"] == number for mark in marks)
