"""A real Polis conversation, imported whole, twice, or not at all."""

import json
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest
import sqlalchemy as sa
from flask import Flask

from civic.consultations.models import Consultation
from civic.kernel.database import db
from civic.opinions import queries
from civic.opinions.errors import PolisExportRefused
from civic.opinions.models import Reaction, Statement
from civic.opinions.service.importing import import_polis
from civic.territories.queries import get_territory
from tests.conftest import add_person, add_town, bearer

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "polis"
SMALL = DATA / "15-per-hour-seattle"
BOWLING_GREEN = DATA / "american-assembly.bowling-green"


def code_of(town: int) -> str:
    return get_territory(town).code


def counts() -> tuple[int, ...]:
    return tuple(
        db.session.scalar(sa.select(sa.func.count()).select_from(model)) or 0
        for model in (Consultation, Statement, Reaction)
    )


def test_imported_twice_it_is_there_once_and_counted_right(app_context: Flask) -> None:
    town, _ = add_town()
    first = import_polis(SMALL, territory_code=code_of(town))
    held = counts()
    second = import_polis(SMALL, territory_code=code_of(town))

    assert counts() == held == (1, first.statements, first.reactions)
    assert (second.added_statements, second.added_participants, second.added_reactions) == (0, 0, 0)
    recounted = queries.recount(first.consultation_id)
    for statement in queries.list_statements(first.consultation_id, size=100).items:
        told = recounted[statement.id]
        assert (statement.agree_count, statement.disagree_count, statement.pass_count) == (
            told.agree,
            told.disagree,
            told.passed,
        )


@pytest.mark.parametrize(
    ("file", "old", "new", "told"),
    [
        ("participants-votes.csv", ",1,", ",7,", "7"),
        ("comments.csv", "comment-body", "body", "comment-body"),
        ("summary.csv", "topic", "subject", "topic"),
    ],
)
def test_a_wrong_file_is_refused_with_its_name_and_imports_nothing(
    app_context: Flask, tmp_path: Path, file: str, old: str, new: str, told: str
) -> None:
    town, _ = add_town()
    folder = tmp_path / "export"
    shutil.copytree(SMALL, folder)
    path = folder / file
    path.chmod(0o644)
    before, _, after = path.read_text(encoding="utf-8").rpartition(old)
    path.write_text(before + new + after, encoding="utf-8")

    with pytest.raises(PolisExportRefused) as refused:
        import_polis(folder, territory_code=code_of(town))

    assert file in refused.value.values["problem"]
    assert told in refused.value.values["problem"]
    assert counts() == (0, 0, 0)


def test_a_file_that_is_missing_or_binary_is_refused(app_context: Flask, tmp_path: Path) -> None:
    town, _ = add_town()
    with pytest.raises(PolisExportRefused):
        import_polis(tmp_path, territory_code=code_of(town))
    (tmp_path / "summary.csv").write_bytes(b"\xff\xfe\x00topic")
    with pytest.raises(PolisExportRefused):
        import_polis(tmp_path, territory_code=code_of(town))

    assert counts() == (0, 0, 0)


def test_bowling_green_is_imported_by_command_and_its_896_statements_are_listed_at_a_constant_cost(
    app: Flask,
) -> None:
    with app.app_context():
        town, _ = add_town()
        code, ada = code_of(town), add_person("Ada", lives_in=town)

    result = app.test_cli_runner().invoke(
        args=["consultations", "import-polis", str(BOWLING_GREEN), "--territory", code]
    )
    told = json.loads(result.stdout)

    assert (told["statements"], told["participants"], told["reactions"]) == (896, 2031, 225_524)
    assert told["hidden_statements"] == 289  # rejected by the moderators of the conversation
    client, headers = app.test_client(), bearer(app, ada)
    path = f"/api/v1/consultations/{told['consultation_id']}/statements?sort=divisive&page_size="
    costs = {
        size: count_queries(app, lambda size=size: client.get(f"{path}{size}", headers=headers))
        for size in (1, 20, 100)
    }
    assert len(set(costs.values())) == 1
    assert len(client.get(f"{path}100", headers=headers).json["items"]) == 100
    page = client.get(f"/consultations/{told['consultation_id']}/affirmations/toutes").get_data(as_text=True)
    assert "607 affirmations" in " ".join(re.sub("<[^>]+>", " ", page).split())


def count_queries(app: Flask, act: Callable[[], object]) -> int:
    """Return how many statements the database ran."""
    ran: list[str] = []

    def note(connection: object, cursor: object, statement: str, *rest: object) -> None:
        ran.append(statement)

    with app.app_context():
        engine = db.engine
    sa.event.listen(engine, "before_cursor_execute", note)
    act()
    sa.event.remove(engine, "before_cursor_execute", note)
    return len(ran)
