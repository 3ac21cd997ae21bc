"""The single file with which anyone counts again gives the same bytes, with Python alone."""

import ast
import importlib.util
import json
import subprocess
import sys
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings

from civic.voting.formats.reading import count_file, published_count
from civic.voting.methods.ballots import Election
from civic.voting.methods.registry import METHODS, count_election
from civic.voting.recount import script as building
from civic.voting.recount.script import NotAssembled, recount_script
from tests.voting.methods.test_properties import counts_to_do
from tests.voting.real import PABULIB, budget_file, burlington, orsay

NAME = "recompter"


@pytest.fixture(scope="module")
def recompter(tmp_path_factory: pytest.TempPathFactory) -> Iterator[ModuleType]:
    """The script, loaded where gmpy2 is not."""
    path = tmp_path_factory.mktemp("script") / f"{NAME}.py"
    path.write_text(recount_script())
    spec = importlib.util.spec_from_file_location(NAME, path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    with pytest.MonkeyPatch.context() as patch:
        patch.setitem(sys.modules, "gmpy2", None)
        patch.setitem(sys.modules, NAME, module)
        spec.loader.exec_module(module)
        yield module


def test_the_script_imports_the_standard_library_alone(recompter: ModuleType) -> None:
    imported = {
        name
        for node in ast.walk(ast.parse(recount_script()))
        for name in (
            [alias.name for alias in node.names]
            if isinstance(node, ast.Import)
            else [str(node.module)]
            if isinstance(node, ast.ImportFrom)
            else []
        )
    }

    assert {name for name in imported if name.split(".")[0] not in sys.stdlib_module_names} == {"gmpy2"}
    assert recompter.Exact is Fraction


@pytest.mark.parametrize("name", [name for name in PABULIB if not name.startswith("France")])
def test_every_budget_gives_the_same_bytes(recompter: ModuleType, name: str) -> None:
    path = budget_file(name)

    assert recompter.published_count(recompter.count_file(path)) == published_count(count_file(path))


@pytest.mark.parametrize("method", ["budget-greedy", "budget-greedy-stop"])
def test_toulouse_gives_the_same_bytes(recompter: ModuleType, method: str) -> None:
    """By equal shares it takes a minute, with Python's own fractions: ``python -m bench.counts``."""
    path = budget_file("France_Toulouse_2022")

    ours = published_count(count_file(path, method, seed="Toulouse"))
    assert recompter.published_count(recompter.count_file(path, method, seed="Toulouse")) == ours


@pytest.mark.parametrize("method", ["single", "points", "schulze", "irv", "stv"])
def test_burlington_gives_the_same_bytes(recompter: ModuleType, method: str) -> None:
    ours = published_count(count_file(burlington(), method))

    assert recompter.published_count(recompter.count_file(burlington(), method)) == ours


def test_orsay_gives_the_same_bytes(recompter: ModuleType) -> None:
    ours = published_count(count_file(orsay(), "majority-judgment", seats=3))

    assert recompter.published_count(recompter.count_file(orsay(), "majority-judgment", seats=3)) == ours


@settings(max_examples=100, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(counted=counts_to_do())
def test_random_elections_give_the_same_bytes(recompter: ModuleType, counted: tuple[Election, str]) -> None:
    election, method = counted
    theirs: Any = recompter.Election(
        kind=recompter.BallotKind(str(election.kind)),
        options=tuple(recompter.Option(**vars(option)) for option in election.options),
        piles=recompter.pile_up(
            (recompter.Ballot(**vars(ballot)), count) for ballot, count in election.piles
        ),
        terms=recompter.Terms(**vars(election.terms)),
    )

    assert recompter.published_count(recompter.count_election(theirs, method)) == published_count(
        count_election(election, method)
    )


def test_anyone_runs_it_with_python_alone(tmp_path: Path) -> None:
    path = tmp_path / "recompter.py"
    path.write_text(recount_script())
    words = [sys.executable, "-I", "-S", str(path)]
    budget = budget_file("Poland_Gdynia_2020_Orlowo__small")

    counted = subprocess.run([*words, str(budget)], capture_output=True, check=True)
    refused = subprocess.run(
        [*words, str(tmp_path / "absent.pb")], capture_output=True, text=True, check=False
    )

    assert counted.stdout == published_count(count_file(budget)).encode()
    assert (refused.returncode, refused.stdout) == (2, "")
    assert refused.stderr.count("\n") == 1
    assert "ne peut pas être lu" in refused.stderr


def test_every_method_is_in_the_script(recompter: ModuleType) -> None:
    assert list(recompter.METHODS) == list(METHODS)


@pytest.mark.parametrize(
    ("sources", "said"),
    [
        ({"civic.a": "from civic.b import x\n", "civic.b": "from civic.a import y\n"}, "imports itself"),
        ({"civic.a": "from civic.b import x as y\n", "civic.b": "x = 1\n"}, "another name"),
        ({"civic.a": "from civic.b import x\ny = 1\n", "civic.b": "x = 1\ny = 2\n"}, "y is given by"),
    ],
)
def test_modules_that_would_not_mean_the_same_in_one_file_are_refused(
    monkeypatch: pytest.MonkeyPatch, sources: dict[str, str], said: str
) -> None:
    monkeypatch.setattr(building, "ENTRY", "civic.a")
    monkeypatch.setattr(building, "find_source", sources.__getitem__)

    with pytest.raises(NotAssembled, match=said):
        recount_script.__wrapped__()


def test_the_script_reads_the_rules_of_polls_frozen_before_there_were_methods(
    recompter: ModuleType, tmp_path: Path, capsysbinary: pytest.CaptureFixture[bytes]
) -> None:
    rules = {"format": "civic-poll-1", "choices": [{"id": 7, "label": "Oui"}, {"id": 8, "label": "Non"}]}
    (tmp_path / "r.json").write_text(json.dumps(rules))
    (tmp_path / "b.csv").write_text("\ufeffbulletin,c1 : Oui,c2 : Non\n1,0,0\n2,0,1\n3,1,0\n4,1,0\n")

    status = recompter.recount([str(tmp_path / "b.csv"), "--rules", str(tmp_path / "r.json")])

    counted = json.loads(capsysbinary.readouterr().out)
    assert (status, counted["winners"], counted["blank"]) == (0, ["c1"], 1)
    for words in (["--question", "2"], ["--seed", "chosen afterwards"]):
        refused = [str(tmp_path / "b.csv"), "--rules", str(tmp_path / "r.json"), *words]
        assert recompter.recount(refused) == 2
        assert capsysbinary.readouterr().out == b""
