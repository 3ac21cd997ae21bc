"""The archive of a poll, written by the command, verifies by the command; a budget of Pabulib is imported once and whole."""

import re
from datetime import timedelta
from pathlib import Path

import sqlalchemy as sa
import time_machine
from flask import Flask

from civic.kernel.access import Actor
from civic.kernel.database import db
from civic.territories.models import Territory
from civic.voting import queries
from civic.voting.models import Ballot, Poll
from civic.voting.service.closing import count_poll
from civic.voting.service.importing import import_pabulib
from civic.voting.service.results import show_poll_result
from tests.conftest import add_town, plain
from tests.voting.real import budget_file
from tests.voting.results.polls import vote_by_every_method


def run(app: Flask, *words: str) -> tuple[int, str]:
    done = app.test_cli_runner().invoke(args=["voting", *words])
    return done.exit_code, done.output


def town_code(app: Flask) -> str:
    with app.app_context():
        town, _ = add_town()
        return db.session.get_one(Territory, town).code


def test_the_archive_of_a_poll_verifies_with_its_register_and_no_longer_once_altered(
    app: Flask, tmp_path: Path
) -> None:
    poll, _ = vote_by_every_method(app)
    early, _ = run(app, "archive", str(poll.poll_id), "--out", str(tmp_path / "early"))
    assert early == 2
    assert not (tmp_path / "early").exists()

    out = tmp_path / "archive"
    with time_machine.travel(poll.closes_at + timedelta(minutes=1), tick=False):
        with app.app_context():
            count_poll(poll.poll_id)
        code, said = run(app, "archive", str(poll.poll_id), "--out", str(out))
        assert code == 0, said
        assert run(app, "archive", str(poll.poll_id), "--out", str(out))[0] == 2  # nothing is written over
    code, said = run(app, "verify", str(out))
    assert code == 0, said
    assert "Le registre public se tient" in said
    assert said.count("recompté ici") == len(poll.methods)

    register = out / "registre.jsonl"
    assert register.read_text().count("ballots_sha256") == len(poll.methods)
    register.write_text(register.read_text().replace('"turnout":6', '"turnout":5'))
    assert run(app, "verify", str(out))[0] == 1


def test_a_budget_of_pabulib_is_imported_once_shown_and_archived(app: Flask, tmp_path: Path) -> None:
    file = budget_file("Poland_Warszawa_2018_Las")
    code_of_town = town_code(app)
    code, said = run(app, "import-pabulib", str(file), "--territory", code_of_town)
    assert code == 0, said
    poll_id = int(re.search(r"poll (\d+)", said)[1])
    again, said = run(app, "import-pabulib", str(file), "--territory", code_of_town)
    assert again == 0
    assert "nothing was added" in said
    with app.app_context():
        poll = queries.get_poll(poll_id)
        count = db.session.scalar(sa.select(sa.func.count()).select_from(Ballot)) or 0
        assert count == poll.roll_size
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Poll)) == 1

    client = app.test_client()
    for address in (f"/scrutins/{poll_id}", f"/scrutins/{poll_id}/resultat", "/scrutins?status=closed"):
        answer = client.get(address)
        assert answer.status_code == 200
    told = client.get(f"/api/v1/polls/{poll_id}/result").json
    assert (told["roll_size"], told["turnout_percent"]) == (None, None)
    assert client.get(f"/scrutins/{poll_id}/gros-caracteres").status_code == 404
    assert "votants sur" not in plain(client.get("/").get_data(as_text=True))
    page = plain(client.get(f"/scrutins/{poll_id}/resultat").get_data(as_text=True))
    assert "Bulletins déposés ailleurs" in page
    assert "le nombre d’inscrits n’est pas connu" in page
    assert "inscrits, soit" not in page
    code, said = run(app, "archive", str(poll_id), "--out", str(tmp_path / "archive"))
    assert code == 0, said
    code, said = run(app, "verify", str(tmp_path / "archive"))
    assert code == 0, said
    assert "leur liste électorale n’est pas connue" in said


def test_a_file_with_an_error_says_its_line_and_leaves_nothing(app: Flask, tmp_path: Path) -> None:
    text = budget_file("Poland_Warszawa_2018_Las").read_text()
    code_of_town = town_code(app)
    cases = {
        "header": (re.sub(r"(?m)^budget;.*$", "budget;beaucoup", text), "Ligne "),
        "cut": (text[: len(text) // 2].rsplit("\n", 1)[0] + "\n", "Ligne "),
        "rule": (re.sub(r"(?m)^rule;.*$", "rule;by-heart", text), "by-heart"),
        "no section": (text.replace("VOTES", "VOTE", 1), "Ligne "),
    }
    for name, (content, expected) in cases.items():
        file = tmp_path / f"{name}.pb"
        file.write_text(content)
        code, said = run(app, "import-pabulib", str(file), "--territory", code_of_town)
        assert code == 2, name
        assert expected in said, (name, said)
    assert run(app, "import-pabulib", str(tmp_path / "none.pb"), "--territory", code_of_town)[0] == 2
    assert run(app, "import-pabulib", str(tmp_path / "header.pb"), "--territory", "nowhere")[0] == 2
    with app.app_context():
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Poll)) == 0
        assert db.session.scalar(sa.select(sa.func.count()).select_from(Ballot)) == 0


def test_an_import_is_the_same_on_every_database(app_context: Flask) -> None:
    town, _ = add_town()
    code = db.session.get_one(Territory, town).code
    content = budget_file("Poland_Warszawa_2019_Brodno").read_bytes()

    made = import_pabulib(content, territory_code=code)
    result = show_poll_result(Actor(), poll_id=made.poll_id)
    again = import_pabulib(content, territory_code=code)
    other = import_pabulib(content, territory_code=code, method="budget-equal-shares")

    assert (result.is_intact, result.is_imported, result.turnout) == (True, True, made.ballots)
    assert (again.poll_id, again.is_new) == (made.poll_id, False)
    assert other.is_new
    (question,) = result.questions
    assert question.count is not None
    assert question.count.tally.turnout == made.ballots
