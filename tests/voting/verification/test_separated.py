"""An archive whose ballots were separated from voters verifies as it is, and never once it was cut or altered."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from civic.voting.methods.ballots import Election
from civic.voting.methods.refusals import CountRefused
from civic.voting.publication.archive import archive_files, write_sums
from civic.voting.verification.directory import verify_directory
from tests.voting.methods.elections import choices, grades, projects, rankings
from tests.voting.publication.archives import SEED, archived_poll

Files = dict[str, bytes]


def labelled(election: Election) -> Election:
    """Options as a poll of ours names them: an id that counts, and a label that people read."""
    ids = {option.id: f"c{place}" for place, option in enumerate(election.options, start=1)}
    options = tuple(replace(one, id=ids[one.id], label=f"Projet ; « {one.id} »") for one in election.options)
    piles = tuple(
        (
            replace(
                ballot,
                places=tuple(tuple(ids[one] for one in place) for place in ballot.places),
                points=tuple((ids[one], given) for one, given in ballot.points),
            ),
            count,
        )
        for ballot, count in election.piles
    )
    return replace(
        election, options=options, piles=tuple(sorted(piles)), terms=replace(election.terms, seed=SEED)
    )


QUESTIONS: list[tuple[Election, str]] = [
    (labelled(choices([("A", 3), ("B", 3), ("", 1)])), "single"),
    (labelled(rankings([("A B C", 4), ("C B", 2), ("", 1)], seats=2)), "stv"),
    (labelled(grades([("321", 3), ("113", 3), ("311", 1)], grades=3, fewest=3)), "majority-judgment"),
    (
        labelled(projects({"A": 60, "B": 50, "C": 30}, [("AB", 3), ("C", 3), ("", 1)], budget=100)),
        "budget-equal-shares",
    ),
]


@pytest.fixture
def files() -> Files:
    return archive_files(archived_poll(QUESTIONS, turnout=7))


def put(folder: Path, files: Files) -> Path:
    folder.mkdir(exist_ok=True)
    for name, content in files.items():
        (folder / name).write_bytes(content)
    return folder


def resealed(files: Files) -> Files:
    """The sums written again, as whoever alters an archive would."""
    rest = {name: content for name, content in files.items() if name != "SHA256SUMS"}
    return {**rest, "SHA256SUMS": write_sums(rest).encode()}


def failed(folder: Path) -> str:
    report = verify_directory(folder)
    assert not report.is_valid
    return report.checks[-1].code


def test_an_archive_verifies_and_names_each_check(files: Files, tmp_path: Path) -> None:
    report = verify_directory(put(tmp_path / "a", files))

    assert report.is_valid, report.lines()
    codes = [check.code for check in report.checks]
    assert codes[:4] == ["sums", "rules", "roll", "turnout"]
    assert codes[4:6] == ["ballots-1", "result-1"]
    assert codes[-1] == "result-4"
    assert "Question 4 : recompté ici" in "\n".join(report.lines())
    assert report.notices == [
        "Cette archive ne contient pas de registre public.",
        f"Empreinte des règles : {report.facts['rules_sha256']}. Comparez-la avec celle qui a été affichée à l’ouverture.",
    ]


def test_its_own_script_gives_its_results_with_python_alone(files: Files, tmp_path: Path) -> None:
    folder = put(tmp_path / "a", files)
    lines = [line for line in files["LISEZMOI.txt"].decode().splitlines() if "recompter.py bull" in line]
    assert len(lines) == 4
    for position, line in enumerate(lines, start=1):
        words = line.split(" > ")[0].strip().removeprefix("python3 ")
        asked = words.split(" --seed ")[0].split()
        done = subprocess.run(
            [sys.executable, "-I", *asked, "--seed", SEED], cwd=folder, capture_output=True, check=True
        )
        assert done.stdout == files[f"resultat-{position}.json"]


@pytest.mark.parametrize(
    "name", ["regles.json", "liste.txt", "bulletins-2.csv", "LISEZMOI.txt", "recompter.py"]
)
@pytest.mark.parametrize(
    "alter",
    [lambda content: content[:-1], lambda content: content + b"\n", lambda content: b"x" + content[1:]],
    ids=["cut", "longer", "changed"],
)
def test_any_file_altered_is_seen(
    files: Files, tmp_path: Path, name: str, alter: Callable[[bytes], bytes]
) -> None:
    folder = put(tmp_path / "a", {**files, name: alter(files[name])})

    assert failed(folder) == "sums"


def test_a_file_that_is_missing_or_added_is_seen(files: Files, tmp_path: Path) -> None:
    folder = put(tmp_path / "a", files)
    (folder / "note.txt").write_text("x")
    assert failed(folder) == "sums"
    (folder / "note.txt").unlink()
    (folder / "liste.txt").unlink()
    assert failed(folder) == "sums"
    (folder / "SHA256SUMS").unlink()
    with pytest.raises(CountRefused):
        verify_directory(folder)


def altered(files: Files, name: str, old: bytes, new: bytes) -> Files:
    assert old in files[name]
    return resealed({**files, name: files[name].replace(old, new, 1)})


def test_sums_written_again_hide_nothing(files: Files, tmp_path: Path) -> None:
    """Whoever alters a file and its sum still cannot make it agree with the others."""
    roll = files["liste.txt"].split(b"\n")
    cases = {
        "ballot removed": (
            resealed({**files, "bulletins-1.csv": files["bulletins-1.csv"].rsplit(b"\n", 2)[0] + b"\n"}),
            "ballots-1",
        ),
        "ballot changed": (
            altered(files, "bulletins-1.csv", b"1,0,0,0\n2,1,0,0", b"1,0,0,0\n2,0,1,0"),
            "result-1",
        ),
        "result changed": (
            altered(files, "resultat-1.json", b'"winners":["c', b'"winners":["c9","c'),
            "result-1",
        ),
        "person added": (resealed({**files, "liste.txt": files["liste.txt"] + b"\n" + b"0" * 64}), "roll"),
        "person twice": (resealed({**files, "liste.txt": b"\n".join([*roll[:-1], roll[0]])}), "roll"),
        "another seed": (resealed({**files, "graine.txt": b"one that suits"}), "rules"),
        "turnout raised": (altered(files, "participation.json", b'"turnout":7', b'"turnout":8'), "turnout"),
        "more than the roll": (
            altered(files, "participation.json", b'"turnout":7', b'"turnout":70'),
            "turnout",
        ),
        "turnout is a text": (altered(files, "participation.json", b'"web":7', b'"web":"7"'), "turnout"),
        "rules rewritten": (altered(files, "regles.json", b'"seats":2', b'"seats":1'), "result-2"),
        "rules not canonical": (altered(files, "regles.json", b'{"format"', b'{ "format"'), "rules"),
        "rules are a list": (resealed({**files, "regles.json": b"[]"}), "rules"),
    }
    for number, (case, (bad, code)) in enumerate(cases.items()):
        assert failed(put(tmp_path / str(number), bad)) == code, case


def test_another_script_in_the_archive_is_pointed_out(files: Files, tmp_path: Path) -> None:
    report = verify_directory(put(tmp_path / "a", resealed({**files, "recompter.py": b"print('{}')\n"})))

    assert "recompter.py n’est pas celui de cette version" in report.notices[-1]


def test_a_copy_saved_before_must_have_the_same_rules_and_roll(files: Files, tmp_path: Path) -> None:
    folder = put(tmp_path / "a", files)
    same = put(tmp_path / "b", {name: files[name] for name in ("regles.json", "liste.txt")})
    assert verify_directory(folder, earlier=same).is_valid

    (same / "liste.txt").write_bytes(files["liste.txt"][:64])
    report = verify_directory(folder, earlier=same)
    assert not report.is_valid
    assert report.checks[-1].code == "earlier"
