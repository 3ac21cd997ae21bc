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
NARROW = {"width": 320, "height": 640}

PAGES = (
    # name, who is signed in, address or the text of the links to follow from it
    ("home", None, "/"),
    ("consultations", None, "/consultations"),
    ("consultation", None, "/consultations/2"),
    ("proposal", None, "/propositions/20"),
    ("statements", "resident_verified", "/consultations/3/affirmations"),
    ("poll", "resident_verified", "/scrutins"),
    ("board", "volunteer", "/entraide"),
    ("invitations", "volunteer", "/sollicitations"),
    ("desk", "agent", "/bureau"),
    ("my-space", "resident", "/mon-espace"),
)


def main() -> None:
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        server = start_server(Path(folder))
        try:
            browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
            TARGET.mkdir(parents=True, exist_ok=True)
            for scheme in ("light", "dark"):
                take_all(browser, scheme)
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


def take_all(browser: Browser, scheme: str) -> None:
    for size, width in ((WIDE, "wide"), (NARROW, "narrow")):
        for name, who, address in PAGES:
            context = browser.new_context(viewport=size, color_scheme=scheme, locale="fr-FR")
            page = context.new_page()
            if who:
                sign_in(page, who)
            page.goto(URL + address)
            suffix = "" if scheme == "light" else "-dark"
            page.screenshot(path=TARGET / f"{name}-{width}{suffix}.png", full_page=True)
            context.close()


def sign_in(page: Page, who: str) -> None:
    from civic.demo import demo_accounts

    account = next(account for account in demo_accounts() if account.key == who)
    page.goto(f"{URL}/compte/connexion")
    page.get_by_label("Adresse électronique").fill(account.email)
    page.get_by_label("Mot de passe").fill(account.password)
    page.get_by_role("main").get_by_role("button", name="Se connecter").click()
    page.wait_for_url(f"{URL}/**")


if __name__ == "__main__":
    main()
