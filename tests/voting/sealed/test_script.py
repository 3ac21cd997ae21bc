"""The single file with which anyone verifies a sealed poll says the same, with Python alone."""

import ast
import subprocess
import sys
from pathlib import Path

import pytest
from click.testing import CliRunner

from civic.voting.commands import voting
from civic.voting.sealed.verify import verify_archive
from civic.voting.verification.script import verifier_script
from tests.voting.sealed.forgeries import overvote
from tests.voting.sealed.stages import EventKind, Stages, forge


@pytest.fixture(scope="module")
def script(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("script") / "verifier_scrutin.py"
    path.write_text(verifier_script())
    return path


def run(script: Path, *words: object) -> subprocess.CompletedProcess[str]:
    """Run the script where gmpy2 is not."""
    command = [sys.executable, "-I", "-S", str(script), *(str(word) for word in words)]
    return subprocess.run(command, capture_output=True, text=True, timeout=120)


def test_it_imports_the_standard_library_alone() -> None:
    imported = {
        name.split(".")[0]
        for node in ast.walk(ast.parse(verifier_script()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert imported - sys.stdlib_module_names == {"gmpy2"}


def test_it_says_of_an_archive_what_we_say(script: Path, tmp_path: Path, stages: Stages) -> None:
    (tmp_path / "a.bel").write_bytes(stages.archives["result"])
    said = run(script, tmp_path)

    assert (said.returncode, said.stderr) == (0, "")
    assert said.stdout.split("\n")[:-1] == verify_archive(stages.archives["result"]).lines()


def test_it_refuses_a_forged_ballot_and_says_which(script: Path, tmp_path: Path, stages: Stages) -> None:
    forged = forge(
        stages.archives["open"],
        lambda events: events.append((EventKind.BALLOT, (overvote(stages, 3),))),
    )
    (tmp_path / "a.bel").write_bytes(forged)
    said = run(script, tmp_path / "a.bel")

    assert said.returncode == 1
    assert "bulletin n° 1 " in said.stdout
    assert said.stdout.split("\n")[:-1] == "\n".join(verify_archive(forged).lines()).split("\n")


def test_it_refuses_a_directory_that_holds_nothing(script: Path, tmp_path: Path) -> None:
    said = run(script, tmp_path)

    assert (said.returncode, said.stdout) == (2, "")
    assert "scrutin scellé" in said.stderr


def test_the_command_prints_it() -> None:
    assert CliRunner().invoke(voting, ["verifier-script"]).stdout == verifier_script()
