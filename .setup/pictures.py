"""Takes the pictures of the README from the real pages: `make pictures`. A demonstration is loaded in a temporary folder for it."""

import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from urllib.error import URLError
from urllib.request import urlopen

from playwright.sync_api import Browser, Page, sync_playwright

ROOT = Path(__file__).resolve().parent.parent
TARGET = ROOT / "docs" / "pictures"
PORT = 5091
URL = f"http://127.0.0.1:{PORT}"

WIDE = {"width": 1280, "height": 900}
NARROW = {"width": 360, "height": 720}

PAGES = (
    # name, who is signed in, address, on which screens
    ("home", None, "/", (WIDE, NARROW)),
    ("consultation", None, "/consultations/2", (WIDE,)),
    ("proposal", "resident_verified", "/propositions/15", (WIDE,)),
    ("statements", "resident_verified", "/consultations/3/affirmations", (NARROW,)),
    ("result", None, "/scrutins/1/resultat", (WIDE,)),
    ("invitations", "volunteer", "/entraide/sollicitations", (WIDE, NARROW)),
    ("desk", "agent", "/bureau", (WIDE,)),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = start_server(Path(folder))
        try:
            browser = playwright.chromium.launch(
                executable_path=shutil.which("chromium"), args=["--no-sandbox"]
            )
            TARGET.mkdir(parents=True, exist_ok=True)
            take_all(browser)
        finally:
            server.terminate()
            server.wait()


def start_server(folder: Path) -> "subprocess.Popen[bytes]":
    settings = {
        "CIVIC_DATABASE_URL": f"sqlite:///{folder / 'civic.sqlite3'}",
        "CIVIC_DEMO": "1",
        "CIVIC_SECRET_KEY": "only for pictures, of a demonstration alone",
        "PORT": str(PORT),
    }
    command = [sys.executable, "-m", "flask", "--app", "wsgi", "serve"]
    server = subprocess.Popen(command, env={**os.environ, **settings}, cwd=ROOT, stderr=subprocess.DEVNULL)
    for _ in range(600):
        try:
            with urlopen(f"{URL}/healthz", timeout=1):
                return server
        except (URLError, OSError):
            time.sleep(0.2)
    raise SystemExit("The platform did not start.")


def take_all(browser: Browser) -> None:
    for name, who, address, screens in PAGES:
        for screen in screens:
            context = browser.new_context(viewport=screen, locale="fr-FR")
            page = context.new_page()
            if who:
                sign_in(page, who)
            page.goto(URL + address)
            size = "wide" if screen is WIDE else "narrow"
            page.screenshot(path=TARGET / f"{name}-{size}.png")
            context.close()


def sign_in(page: Page, who: str) -> None:
    from civic.demo import demo_accounts

    account = next(account for account in demo_accounts() if account.key == who)
    page.goto(f"{URL}/compte/connexion")
    page.get_by_label("Adresse électronique").fill(account.email)
    page.get_by_label("Mot de passe", exact=True).fill(account.password)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"{URL}/**")


if __name__ == "__main__":
    main()
