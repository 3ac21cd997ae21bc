"""The page of a result of Toulouse 2022, imported: how long the import takes, what the page weighs on the wire, how long it takes to answer.

``python -m bench.results``; needs Chromium, as the tests in browsers.
"""

import resource
import shutil
import time
from pathlib import Path
from statistics import median

from playwright.sync_api import Browser, sync_playwright

from bench.served import served
from civic.territories.queries import find_town
from civic.voting.service.importing import import_pabulib
from tests.audit_site.weight import Wire
from tests.conftest import add_town
from tests.live import LiveServer

FILE = (
    Path(__file__).resolve().parents[2] / "shared" / "data" / "voting" / "pabulib" / "France_Toulouse_2022.pb"
)
METHODS = ("budget-greedy", "budget-equal-shares")
MOST_BYTES = 150_000
SETTLING_MS = 800
ANSWERS = 9


def main() -> None:
    with served() as (app, server), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        with app.app_context():
            add_town()
        for method in METHODS:
            with app.app_context():
                start = time.process_time()
                code = _town_code()
                made = import_pabulib(FILE.read_bytes(), territory_code=code, method=method)
            seconds = time.process_time() - start
            memory = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024
            print(
                f"{method}: {made.ballots} ballots, {made.projects} projects imported in {seconds:.1f} s, {memory} MB"
            )
            for address in ("resultat", "resultat/1?list=all&page=5", "resultat/1/33"):
                weigh(browser, server, f"/scrutins/{made.poll_id}/{address}")
        browser.close()


def _town_code() -> str:
    town = find_town()
    assert town is not None
    return town.code


def weigh(browser: Browser, server: LiveServer, address: str) -> None:
    page = browser.new_page()
    wire = Wire(page.context.new_cdp_session(page))
    waits = []
    for _ in range(ANSWERS):
        start = time.perf_counter()
        page.request.get(server.url + address)
        waits.append(time.perf_counter() - start)
    page.goto(server.url + address)
    page.wait_for_timeout(SETTLING_MS)
    page.close()
    verdict = "" if wire.bytes <= MOST_BYTES else f", MORE THAN {MOST_BYTES}"
    print(
        f"  {address}: {wire.bytes} bytes in {wire.requests} requests{verdict}; answers in {1000 * median(waits):.0f} ms"
    )


if __name__ == "__main__":
    main()
