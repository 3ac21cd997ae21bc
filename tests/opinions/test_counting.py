"""The map is counted in a process of its own, which may die."""

import json
import subprocess
from dataclasses import asdict

import pytest
from flask import Flask

from civic.kernel.clock import utc_now
from civic.kernel.database import db
from civic.kernel.transaction import transaction
from civic.opinions import map_queries
from civic.opinions.groups.mapping import map_opinions
from civic.opinions.groups.table import make_table
from civic.opinions.models import OpinionMap
from civic.opinions.service import mapping
from tests.opinions.test_map import add_camps


def test_the_count_is_made_by_another_process_as_here(app: Flask) -> None:
    with app.app_context():
        _, consultation, _ = add_camps()
        asked = map_queries.read_reactions(consultation)
        table = make_table(asked.rows, asked.columns, asked.values, people=40, statements=10)

        told = mapping.count_reactions(asked)

    assert told == json.loads(json.dumps(asdict(map_opinions(table))))


def test_a_count_that_dies_leaves_the_last_map_and_is_tried_again(
    app_context: Flask, monkeypatch: pytest.MonkeyPatch
) -> None:
    _, consultation, _ = add_camps()
    with transaction():
        db.session.add(OpinionMap(consultation_id=consultation, computed_at=utc_now(), people=7, squares=[]))
    monkeypatch.setattr("civic.kernel.apart.sys.executable", "/bin/false")

    with pytest.raises(subprocess.CalledProcessError):
        mapping.count_map(consultation_id=consultation)

    row = db.session.get_one(OpinionMap, consultation)
    assert row.people == 7
    assert row.asked_at is None  # the next reaction asks again, whatever becomes of what was owed
