"""How long the booth takes to seal a ballot in headless Chromium, and whether the page freezes meanwhile.

python -m bench.booth [--times 10]

The ballot of VOTING.md: yes, no or blank, then up to three of five, which is eight envelopes. `longest task` is what the browser itself
says of the page's thread (it reports tasks over 50 ms; 0 means that there was none).
"""

import argparse
import shutil
import tempfile
from pathlib import Path
from statistics import median

from playwright.sync_api import sync_playwright

from bench.served import served
from tests.voting import belenios

IN_PAGE = Path(__file__).parents[1] / "tests" / "voting" / "booth" / "in_page.js"
QUESTIONS = [
    {"answers": ["Oui", "Non"], "blank": True, "min": 1, "max": 1, "question": "Fermer la rue ?"},
    {"answers": ["A", "B", "C", "D", "E"], "min": 0, "max": 3, "question": "Trois projets au plus"},
]


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("--times", type=int, default=10)
    times = parser.parse_args().times
    with tempfile.TemporaryDirectory() as folder, served() as (_, server), sync_playwright() as playwright:
        election = belenios.make_election(Path(folder), QUESTIONS, voters=1, trustees=1)
        asked = {
            "election": election.text,
            "code": election.codes[0],
            "choices": [[0], [0, 3]],
            "what": "cast",
        }
        browser = playwright.chromium.launch(executable_path=shutil.which("chromium"), args=["--no-sandbox"])
        page = browser.new_page()
        page.goto(f"{server.url}/scrutins/recepisse")
        made = [page.evaluate(IN_PAGE.read_text(), asked) for _ in range(times)]
        browser.close()
    for name in ("prepareMs", "sealMs"):
        taken = sorted(one[name] for one in made)
        print(f"{name}: median {median(taken):.0f}, slowest {taken[-1]:.0f}")
    print(f"longest task of the page: {max(one['longest'] for one in made):.0f} ms")
    print(f"ballot: {len(made[0]['first']['ballot'])} bytes")


if __name__ == "__main__":
    main()
