"""What comes out of the printer, from a real browser: one A4 page, readable, with a code that a telephone reads."""

import io
from collections.abc import Callable, Iterator
from datetime import timedelta
from pathlib import Path

import pytest
import zxingcpp
from PIL import Image
from playwright.sync_api import Browser, Page, expect
from pypdf import PdfReader

from civic.consultations.models import Consultation
from civic.consultations.schemas import LONGEST_SUMMARY, LONGEST_TITLE
from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.pages.service import keep_town_hall
from civic.voting.asking import ChoicePlan
from civic.voting.schemas import LONGEST_QUESTION
from tests.browser.conftest import browser_type_launch_args
from tests.conftest import add_person, add_town, build, dispose
from tests.consultations.making import add_consultation
from tests.live import LiveServer
from tests.voting.builders import add_poll

__all__ = ["browser_type_launch_args"]

A4_MM = (210, 297)
SHEET_AT_96_DPI = {"width": 794, "height": 1123}
POINTS_PER_PIXEL = 0.75
LONG_WORDS = "Réaménagement intercommunal anticonstitutionnellement imperméabilisé de la place "


def of_length(text: str, length: int) -> str:
    return (text * 9)[: length - 1].rstrip() + "?"


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[LiveServer]:
    """A town whose words are all as long as its forms allow."""
    url = f"sqlite:///{tmp_path_factory.mktemp('paper') / 'civic.sqlite3'}"
    app = build(url)
    with app.app_context():
        town, (place, *_) = add_town()
        add_person("Rita", lives_in=place)
        long = add_consultation(town, title=of_length(LONG_WORDS, LONGEST_TITLE))
        medium = add_consultation(
            town, title=of_length(LONG_WORDS, 120), closes_at=utc_now() + timedelta(days=40)
        )
        add_consultation(town, title="La halle")
        add_poll(
            place,
            question=of_length(LONG_WORDS, LONGEST_QUESTION),
            minimum_age=16,
            needs_verified_residency=True,
        )
        add_poll(
            place,
            question=of_length(LONG_WORDS, 80),
            minimum_age=16,
            needs_verified_residency=True,
            plain_text=of_length("La mairie a enlevé le toit. ", 400),
            choices=[ChoicePlan(f"{number} " + of_length(LONG_WORDS, 100)) for number in range(3)],
        )
        with transaction():
            for each in (long, medium):
                summary = of_length("Que faire de la place ? ", LONGEST_SUMMARY)
                db.session.get_one(Consultation, each).summary = summary
            keep_town_hall(
                territory_id=town,
                values={
                    "name": "Mairie de Saint-Germain-du-Vieux-Bourg",
                    "street": "12 bis place du Général-Leclerc-de-Hauteclocque",
                    "postcode": "49999",
                    "city": "Saint-Germain-du-Vieux-Bourg",
                    "phone": "02 99 00 11 22",
                    "opening_hours": "Lundi au vendredi : 8 h 30 – 12 h 15 et 13 h 30 – 17 h 30.\nSamedi : 9 h – 12 h.",
                },
            )
    dispose(app)
    served = LiveServer(url)
    served.start()
    yield served
    served.close()


@pytest.fixture(scope="module")
def sheet(server: LiveServer, browser: Browser) -> Iterator[Callable[[str], Page]]:
    """Open a sheet as the printer sees it, whatever the reader's theme."""
    context = browser.new_context(locale="fr-FR", viewport=SHEET_AT_96_DPI, color_scheme="dark")
    page = context.new_page()

    def open_sheet(path: str) -> Page:
        page.emulate_media(media="null")
        answer = page.goto(server.url + path)
        assert answer is not None
        assert answer.status == 200
        return page

    yield open_sheet
    context.close()


ONE_PAGE = (
    "/consultations/1/affiche",
    "/consultations/2/affiche",
    "/consultations/3/affiche",
    "/scrutins/1/affiche",
    "/scrutins/2/affiche",
    "/entraide/affiche",
    "/consultations/1/feuille-reponse",
)


@pytest.mark.parametrize("path", ONE_PAGE)
def test_it_is_one_a4_page_whatever_the_length_of_the_words(
    sheet: Callable[[str], Page], path: str, tmp_path: Path
) -> None:
    page = sheet(path)
    page.pdf(path=tmp_path / "sheet.pdf", format="A4", prefer_css_page_size=True)
    (only,) = PdfReader(tmp_path / "sheet.pdf").pages
    width, height = (round(float(side) / 72 * 25.4) for side in only.mediabox[2:])

    assert (width, height) == A4_MM
    assert "Imprimer" not in only.extract_text()
    page.emulate_media(media="print")
    cut = page.evaluate("""[...document.querySelectorAll(".sheet, .sheet *")].filter((part) => {
        const frame = document.querySelector(".sheet").getBoundingClientRect(), place = part.getBoundingClientRect();
        return place.width > 1 && (place.right > frame.right + 1 || place.bottom > frame.bottom + 1 || place.top < frame.top - 1);
    }).map((part) => part.className || part.tagName)""")
    assert cut == []
    overlaps = page.evaluate("""(() => {
        const parts = [...document.querySelectorAll(".poster > *, .reply > *")].map((part) => part.getBoundingClientRect());
        return parts.slice(1).filter((part, index) => part.top < parts[index].bottom - 1).length;
    })()""")
    assert overlaps == 0


@pytest.mark.parametrize("path", ONE_PAGE[1:6])
def test_a_poster_is_read_from_two_metres_and_its_code_by_a_telephone(
    sheet: Callable[[str], Page], server: LiveServer, path: str
) -> None:
    page = sheet(path)
    page.emulate_media(media="print")
    points = {
        name: page.locator(selector).first.evaluate("part => parseFloat(getComputedStyle(part).fontSize)")
        * POINTS_PER_PIXEL
        for name, selector in (
            ("title", ".poster__title"),
            ("phone", ".town-hall__phone"),
            ("call", ".poster__call"),
        )
    }
    (code,) = zxingcpp.read_barcodes(Image.open(io.BytesIO(page.locator(".sheet").screenshot())))
    box = page.locator(".qr").bounding_box()

    assert points["title"] >= 32
    assert points["phone"] >= 30
    assert points["call"] >= 20
    assert code.text == server.url + path.removesuffix("/affiche")
    assert box is not None
    assert box["width"] / 96 * 25.4 >= 45


@pytest.mark.parametrize("path", ["/consultations/1/gros-caracteres", "/scrutins/1/gros-caracteres"])
def test_large_print_is_large_on_paper_and_its_pages_are_numbered(
    sheet: Callable[[str], Page], path: str, tmp_path: Path
) -> None:
    page = sheet(path)
    page.pdf(path=tmp_path / "sheet.pdf", format="A4", prefer_css_page_size=True)
    pages = PdfReader(tmp_path / "sheet.pdf").pages
    page.emulate_media(media="print")
    looks = page.evaluate("""[...document.querySelectorAll(".large-print :is(p, li, h1, h2, strong)")].map((part) => {
        const style = getComputedStyle(part);
        return [parseFloat(style.fontSize) * .75, style.fontStyle, style.textAlign, style.fontFamily.includes("serif") && !style.fontFamily.includes("sans-serif"), style.color];
    })""")

    assert len(pages) > 1
    for number, sheet_of_paper in enumerate(pages, start=1):
        assert f"{number} / {len(pages)}" in sheet_of_paper.extract_text()
    assert min(look[0] for look in looks) >= 16
    assert {tuple(look[1:]) for look in looks} == {("normal", "start", False, "rgb(0, 0, 0)")}


def test_the_button_prints_and_without_a_script_the_keys_are_told(
    sheet: Callable[[str], Page], server: LiveServer, browser: Browser
) -> None:
    page = sheet("/entraide/affiche")
    page.evaluate("window.print = () => { document.title = 'printed'; }")
    page.get_by_role("button", name="Imprimer").click()
    expect(page).to_have_title("printed")

    context = browser.new_context(locale="fr-FR", java_script_enabled=False)
    without = context.new_page()
    without.goto(f"{server.url}/entraide/affiche")
    expect(without.get_by_role("button", name="Imprimer")).to_have_count(0)
    expect(without.get_by_text("touches Ctrl et P")).to_be_visible()
    context.close()
