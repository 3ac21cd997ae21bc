"""Anyone reads a result: what came first, why, what each lacked; and counts it again without us."""

import hashlib
import html
import re
import subprocess
import sys
from pathlib import Path

import time_machine
from flask import Flask
from flask.testing import FlaskClient

from tests.conftest import plain
from tests.voting.results.polls import LABELS, Closed, vote_by_every_method

NEVER_WITHOUT = (
    "6 votants sur 6 inscrits, soit 100 %",
    "Bulletins exprimés",
    "Bulletins blancs",
    "Bulletins nuls",
    "Quorum",
    "Égalités",
    "Règle du décompte",
)
"""Invariant 16: no result is shown without them."""


def read(client: FlaskClient, address: str) -> str:
    answer = client.get(address)
    assert answer.status_code == 200, (address, answer.status_code)
    return plain(html.unescape(answer.get_data(as_text=True)))


def test_each_method_has_its_page_its_explanations_and_its_files(app: Flask) -> None:
    client = app.test_client()
    for poll in vote_by_every_method(app):
        with time_machine.travel(poll.closes_at, tick=False):
            whole = read(client, f"/scrutins/{poll.poll_id}/resultat")
            for line in NEVER_WITHOUT:
                assert whole.count(line) >= len(poll.methods), line
            for position, method in enumerate(poll.methods, start=1):
                page = read(client, f"/scrutins/{poll.poll_id}/resultat/{position}")
                for line in (*NEVER_WITHOUT, "Comment on a compté", "recompter.py"):
                    assert line in page, (method, line)
                assert len(set(re.findall(r"(?:[0-9a-f]{4} ){15}[0-9a-f]{4}", page))) >= 4, method
                for option, label in enumerate(LABELS, start=1):
                    told = read(client, f"/scrutins/{poll.poll_id}/resultat/{position}/{option}")
                    assert "Pourquoi ?" in told
                    assert label in told
                    for line in NEVER_WITHOUT:
                        assert line in told, (method, line)


def test_the_downloaded_files_give_the_published_result_with_python_alone(app: Flask, tmp_path: Path) -> None:
    client = app.test_client()
    for poll in vote_by_every_method(app):
        folder = tmp_path / str(poll.poll_id)
        folder.mkdir()
        with time_machine.travel(poll.closes_at, tick=False):
            for position, method in enumerate(poll.methods, start=1):
                where = f"/scrutins/{poll.poll_id}/resultat/{position}"
                page = read(client, where)
                for address in (
                    f"{where}/bulletins",
                    f"{where}/resultat.json",
                    f"/scrutins/{poll.poll_id}/regles.json",
                    "/scrutins/recompter.py",
                ):
                    save(client, address, folder, page)
                (command,) = re.findall(r"python3 (recompter\.py [^<\n]*) > recompte\.json", page)
                done = subprocess.run(
                    [sys.executable, "-I", *command.split()], cwd=folder, capture_output=True, check=False
                )
                assert done.returncode == 0, (method, done.stderr)
                assert (
                    done.stdout == (folder / f"scrutin-{poll.poll_id}-resultat-{position}.json").read_bytes()
                )


def save(client: FlaskClient, address: str, folder: Path, page: str) -> None:
    """Download a file, whose sum the page has to show."""
    answer = client.get(address)
    assert answer.status_code == 200
    name = answer.headers["Content-Disposition"].split('"')[1]
    (folder / name).write_bytes(answer.get_data())
    digest = hashlib.sha256(answer.get_data()).hexdigest()
    assert " ".join(digest[start : start + 4] for start in range(0, 64, 4)) in page, name


def refused(client: FlaskClient, poll: Closed) -> None:
    for address in (
        "resultat",
        "resultat/1",
        "resultat/1/1",
        "resultat/1/bulletins",
        "resultat/1/resultat.json",
        "bulletins.csv",
    ):
        assert client.get(f"/scrutins/{poll.poll_id}/{address}").status_code == 403, address


def test_nothing_is_shown_before_the_closing_and_nothing_that_does_not_exist_after(app: Flask) -> None:
    poll, _ = vote_by_every_method(app)
    client = app.test_client()
    refused(client, poll)
    with time_machine.travel(poll.closes_at, tick=False):
        for address in (
            "resultat/9",
            "resultat/1/9",
            "resultat/9/1",
            "resultat/9/bulletins",
            "resultat/1/autres",
        ):
            assert client.get(f"/scrutins/{poll.poll_id}/{address}").status_code == 404, address


def test_an_empty_box_and_a_quorum_that_was_missed_are_said_first(app: Flask) -> None:
    empty, _ = vote_by_every_method(app, voters=1, quorum_percent=0)
    client = app.test_client()
    with time_machine.travel(empty.closes_at, tick=False):
        assert "Arrivée en tête" in read(client, f"/scrutins/{empty.poll_id}/resultat/1")
