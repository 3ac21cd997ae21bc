"""``flask voting verify``: what an auditor reads, and the exit status that a script reads."""

import json
from pathlib import Path

import pytest
from click.testing import CliRunner, Result

from civic.voting.commands import voting
from tests.voting.sealed.forgeries import the_result_is_altered
from tests.voting.sealed.stages import Stages


def save(folder: Path, content: bytes, name: str = "scrutin.bel") -> Path:
    folder.mkdir(exist_ok=True)
    (folder / name).write_bytes(content)
    return folder


def verify(*words: object) -> Result:
    """Run the command, which needs no application."""
    return CliRunner().invoke(voting, ["verify", *(str(word) for word in words)])


def test_every_check_is_printed_and_the_result_told(tmp_path: Path, stages: Stages) -> None:
    said = verify(save(tmp_path / "a", stages.archives["result"]))
    lines = said.stdout.splitlines()

    assert (said.exit_code, said.stderr) == (0, "")
    assert [line[:4] for line in lines].count("[ok]") == 9
    assert "Vote blanc : 1 ; Oui : 0 ; Non : 2" in said.stdout
    assert lines[-1] == "Tout est vérifié."


def test_an_archive_is_verified_during_the_vote_and_says_so(tmp_path: Path, stages: Stages) -> None:
    said = verify(save(tmp_path / "a", stages.archives["voting"]) / "scrutin.bel")

    assert said.exit_code == 0
    assert "Le vote est en cours" in said.stdout


def test_a_forged_archive_is_told_in_one_sentence(tmp_path: Path, stages: Stages) -> None:
    said = verify(save(tmp_path / "a", the_result_is_altered(stages)))

    assert said.exit_code == 1
    assert "[échec] Le résultat annoncé est celui de l’urne." in said.stdout
    assert said.stdout.endswith("ne vous y fiez pas.\n")


def test_an_earlier_copy_is_compared(tmp_path: Path, stages: Stages) -> None:
    now = save(tmp_path / "now", stages.archives["result"])
    before = save(tmp_path / "before", stages.archives["voting"])

    assert verify(now, "--earlier", before).exit_code == 0
    assert "ajouts : 6" in verify(now, "--earlier", before).stdout
    assert verify(before, "--earlier", now).exit_code == 1


def test_the_head_published_beside_an_archive_tells_that_it_is_cut(tmp_path: Path, stages: Stages) -> None:
    head = stages.read("result").head
    folder = save(tmp_path / "a", stages.archives["result"])
    (folder / "head.json").write_text(json.dumps({"height": head.height, "head": head.hash}))
    assert verify(folder).exit_code == 0

    save(folder, stages.archives["two trustees"])

    assert verify(folder).exit_code == 1
    assert "elle n’est pas coupée" in verify(folder).stdout


@pytest.mark.parametrize(
    ("files", "says"),
    [
        ({}, "ne contient pas l’archive"),
        ({"a.txt": b""}, "ne contient pas l’archive"),
        ({"a.bel": b"", "b.bel": b""}, "et un seul"),
    ],
)
def test_a_directory_without_one_archive_is_refused(
    tmp_path: Path, files: dict[str, bytes], says: str
) -> None:
    for name, content in files.items():
        save(tmp_path, content, name)
    said = verify(tmp_path)

    assert (said.exit_code, said.stdout) == (2, "")
    assert says in said.stderr


@pytest.mark.parametrize("content", [b"", b"BELENIOS", b"\0" * 4096, b"{}" * 600])
def test_a_file_that_is_no_archive_is_refused(tmp_path: Path, content: bytes) -> None:
    said = verify(save(tmp_path / "a", content))

    assert said.exit_code == 1
    assert "[échec] L’archive est entière" in said.stdout


def test_a_head_that_is_badly_written_is_told(tmp_path: Path, stages: Stages) -> None:
    folder = save(tmp_path / "a", stages.archives["open"])
    (folder / "head.json").write_text('{"height":"1"}')
    said = verify(folder)

    assert (said.exit_code, said.stdout) == (2, "")
    assert "head.json" in said.stderr
