"""Draws the icons of the installed application from static/favicon.svg: `make icons`. They are committed: nobody else needs to."""

import io
import shutil
from pathlib import Path

from PIL import Image
from playwright.sync_api import Page, sync_playwright

STATIC = Path(__file__).resolve().parent.parent / "static"
TARGET = STATIC / "icons"
PAPER = "#fbf7ef"
COLOURS = 32  # flat shapes: enough for their edges

ICONS = (
    # name, side in pixels, share of the side that the drawing takes, ground
    ("icon-192", 192, 1.0, "transparent"),
    ("icon-512", 512, 1.0, "transparent"),
    ("maskable-512", 512, 0.6, PAPER),  # whatever its shape, a mask keeps the middle 80 %
    ("touch-180", 180, 0.78, PAPER),
)


def main() -> None:
    TARGET.mkdir(exist_ok=True)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        for name, side, share, ground in ICONS:
            draw(page, TARGET / f"{name}.png", side, share, ground)
        browser.close()


def draw(page: Page, path: Path, side: int, share: float, ground: str) -> None:
    drawing = (STATIC / "favicon.svg").read_text().replace("<svg ", f'<svg width="{side * share}" ', 1)
    page.set_viewport_size({"width": side, "height": side})
    page.set_content(
        f'<body style="margin:0;height:{side}px;display:grid;place-items:center;background:{ground}">{drawing}'
    )
    shot = Image.open(io.BytesIO(page.screenshot(omit_background=True)))
    shot.quantize(COLOURS, method=Image.Quantize.FASTOCTREE).save(path, optimize=True)
    print(f"{path.name}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
