"""Ballots sealed by the booth's own modules, and `belenios-tool` as their judge."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from config import ROOT
from tests.voting import belenios
from tests.voting.belenios import Election
from tests.voting.booth.node import in_node

YES_NO = {"answers": ["Oui", "Non"], "blank": True, "min": 1, "max": 1, "question": "Le marché « bio » 🌱 ?"}
TWO_OF = {"answers": ["A", "B\\", "C\u2028", "D"], "min": 0, "max": 2, "question": "Deux projets\tau plus"}
GRADES = {"answers": ["Bien", "Passable", "À rejeter"], "min": 1, "max": 1, "question": "Que vaut le pont ?"}

CHOICES: list[list[Any]] = [
    [[0], [1, 3], [0]],
    [[1], [], [2]],
    ["blank", [0], [2]],
    [[0], [2, 1], [1]],
]
COUNTS = [[1, 2, 1], [1, 2, 1, 1], [1, 1, 2]]


@pytest.fixture(scope="module")
def election(tmp_path_factory: pytest.TempPathFactory) -> Election:
    folder = tmp_path_factory.mktemp("booth")
    return belenios.make_election(folder, [YES_NO, TWO_OF, GRADES], voters=4, trustees=1)


@pytest.fixture(scope="module")
def made(election: Election) -> list[dict[str, Any]]:
    voters = [
        {"code": code, "choices": choices} for code, choices in zip(election.codes, CHOICES, strict=True)
    ]
    ballots: list[dict[str, Any]] = in_node("ballots", election=election.text, voters=voters)
    return ballots


@pytest.fixture(scope="module")
def opened(made: list[dict[str, Any]]) -> dict[str, Any]:
    found: dict[str, Any] = made[0]["opened"]
    return found


def test_what_people_choose_is_what_belenios_counts(election: Election, made: list[dict[str, Any]]) -> None:
    for one in made:
        election.add("Ballot", one["ballot"])
    belenios.verify(election.folder)

    assert election.result() == COUNTS
    belenios.verify(election.folder)


def test_the_same_choice_by_the_same_person_never_looks_the_same_twice(election: Election) -> None:
    voter = {"code": election.codes[0], "choices": CHOICES[0]}
    first, second = in_node("ballots", election=election.text, voters=[voter, voter])

    envelopes = [
        {text for answer in json.loads(one["ballot"])["answers"] for text in answer["choices"][0].values()}
        for one in (first, second)
    ]
    assert not envelopes[0] & envelopes[1]
    assert first["tracker"] != second["tracker"]


@pytest.mark.parametrize(
    "choices",
    [
        pytest.param([[0, 1], [], [0]], id="two answers where one is allowed"),
        pytest.param([[], [], [0]], id="no answer where one is due"),
        pytest.param([[0], [0, 1, 2], [0]], id="three of two"),
        pytest.param([[0], [1, 1], [0]], id="one named twice"),
        pytest.param([[0], [4], [0]], id="an answer that does not exist"),
        pytest.param([[0], "blank", [0]], id="blank where it is not offered"),
    ],
)
def test_choices_that_break_the_rule_are_not_sealed(election: Election, choices: list[Any]) -> None:
    voter = {"code": election.codes[0], "choices": choices}

    assert in_node("ballots", election=election.text, voters=[voter]) == [{"refused": "choice_refused"}]


def test_a_code_is_read_as_people_type_it_and_a_mistake_is_caught(election: Election) -> None:
    code = election.codes[0]
    bare = code.replace("-", "")
    wrong = bare[:-1] + ("2" if bare[-1] != "2" else "3")
    typed = [code, bare, f" {code.replace('-', ' – ')} ", wrong, bare[:-1], bare.replace(bare[0], "0")]

    assert in_node("code", codes=typed) == [
        code,
        code,
        code,
        "code_mistyped",
        "code_malformed",
        "code_malformed",
    ]


def test_an_election_that_the_booth_does_not_know_how_to_seal_is_refused(election: Election) -> None:
    for name, value in (("group", "Ed25519"), ("version", 2), ("public_key", "1"), ("questions", [])):
        text = json.dumps({**json.loads(election.text), name: value})
        with pytest.raises(AssertionError, match="election_unknown"):
            in_node("ballots", election=text, voters=[])


def test_an_opened_ballot_says_what_it_held_and_bears_no_signature(
    election: Election, opened: dict[str, Any]
) -> None:
    checked = in_node("check", opened=opened, election=election.text)

    assert checked["isSound"] is True
    assert checked["fingerprint"] == opened["hash"]
    assert checked["chosen"] == [["Oui"], ["B\\", "D"], ["Bien"]]
    assert "signature" not in opened["ballot"]


def test_a_booth_that_sealed_something_else_is_caught(election: Election, opened: dict[str, Any]) -> None:
    for lie in _lies(opened):
        assert in_node("check", opened=lie, election=election.text)["isSound"] is False


def test_anyone_checks_an_opened_ballot_with_python_alone(
    election: Election, opened: dict[str, Any], tmp_path: Path
) -> None:
    code, said = _by_script(opened, election, tmp_path)
    assert code == 0
    assert "Le marché « bio » 🌱 ? : Oui" in said
    assert opened["hash"] in said

    for lie in _lies(opened):
        code, said = _by_script(lie, election, tmp_path)
        assert code == 1
        assert "ATTENTION" in said


def _lies(opened: dict[str, Any]) -> list[dict[str, Any]]:
    """The choice announced is not the one sealed; a nonce is another; the fingerprint is another's."""
    other_mark = json.loads(json.dumps(opened))
    other_mark["marks"][0] = [0, 0, 1]
    other_nonce = json.loads(json.dumps(opened))
    other_nonce["nonces"][2][0] = str(int(other_nonce["nonces"][2][0]) + 1)
    return [other_mark, other_nonce, {**opened, "hash": "A" * 43}]


def _by_script(opened: dict[str, Any], election: Election, folder: Path) -> tuple[int, str]:
    (folder / "opened.json").write_text(json.dumps(opened))
    (folder / "election.json").write_text(election.text)
    script = Path(ROOT) / "static" / "booth" / "verifier_bulletin.py"
    run = subprocess.run(
        [sys.executable, "-I", script, "opened.json", "election.json"],
        cwd=folder,
        capture_output=True,
        text=True,
    )
    return run.returncode, run.stdout
