"""``flask voting``: what it prints, and how it refuses."""

import json
from pathlib import Path

import pytest
from flask import Flask

from civic.voting.recount.script import recount_script
from tests.voting.real import budget_file, burlington

SMALL = """META
key;value
num_projects;1
num_votes;1
budget;10
vote_type;approval
rule;greedy
PROJECTS
project_id;cost;name
1;10;Un banc à l’ombre
VOTES
voter_id;vote
1;1
"""


def test_a_count_is_printed_as_canonical_json(app: Flask, tmp_path: Path) -> None:
    file = tmp_path / "petit.pb"
    file.write_text(SMALL, encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["voting", "tally", str(file), "--seed", "été"])
    said = json.loads(result.stdout)

    assert result.exit_code == 0
    assert sorted(said) == ["blank", "invalid", "method", "steps", "ties", "turnout", "winners"]
    assert (said["method"], said["winners"], said["turnout"]) == ("budget-greedy", ["1"], 1)
    assert result.stdout == json.dumps(said, ensure_ascii=False, sort_keys=True, separators=(",", ":")) + "\n"
    assert "Un banc à l’ombre" in result.stdout
    assert result.stderr == ""


def test_seats_and_method_are_asked_for(app: Flask) -> None:
    words = ["voting", "tally", str(burlington()), "--method", "schulze", "--seats", "2"]

    assert json.loads(app.test_cli_runner().invoke(args=words).stdout)["winners"] == ["2", "1"]


@pytest.mark.parametrize(
    ("text", "words", "said"),
    [
        (SMALL.replace("budget;10", "budget;dix"), [], "Ligne 5 : « dix »"),
        (SMALL, ["--method", "dice"], "« dice » n’existe pas"),
        (SMALL, ["--method", "schulze"], "classements"),
        (SMALL, ["--seats", "0"], "au moins un siège"),
        (None, [], "ne peut pas être lu"),
    ],
)
def test_what_cannot_be_counted_is_told_in_one_sentence(
    app: Flask, tmp_path: Path, text: str | None, words: list[str], said: str
) -> None:
    file = tmp_path / "petit.pb"
    if text is not None:
        file.write_text(text, encoding="utf-8")
    result = app.test_cli_runner().invoke(args=["voting", "tally", str(file), *words])

    assert (result.exit_code, result.stdout) == (2, "")
    assert said in result.stderr
    assert result.stderr.count("\n") == 1


def test_the_script_of_the_recount_is_printed(app: Flask) -> None:
    assert app.test_cli_runner().invoke(args=["voting", "recount-script"]).stdout == recount_script()


def test_a_real_budget_is_counted_by_the_rule_that_its_file_names(app: Flask) -> None:
    result = app.test_cli_runner().invoke(args=["voting", "tally", str(budget_file("Poland_Swiecie_2023"))])

    assert len(json.loads(result.stdout)["winners"]) == 17
