"""The register is another purpose by law: nothing that matches people, or asks for help, can read it."""

import re
from pathlib import Path

from civic.kernel.database import db

ROOT = Path(__file__).resolve().parent.parent.parent
OURS = ("register_entry", "register_sight", "register_export", "register_import")
TABLES = (*OURS, "checkin_campaign", "checkin_person", "checkin_caller", "checkin_call", "checkin_step")
MAY_IMPORT = {"app.py", "policy.py", "demo", "notifications", "realtime", "pages", "checkins"}


def rooms_that(pattern: str) -> set[str]:
    """Return the rooms (or the modules beside them) a module of which holds this pattern."""
    found = re.compile(pattern)
    return {
        path.relative_to(ROOT / "civic").parts[0]
        for path in (ROOT / "civic").rglob("*.py")
        if found.search(path.read_text())
    }


def test_no_room_of_solidarity_imports_the_register_nor_names_its_tables() -> None:
    assert rooms_that(r"civic\.checkins") - MAY_IMPORT == set()
    assert rooms_that("|".join(rf"\b{table}\b" for table in TABLES)) == {"checkins"}


def test_no_table_of_another_room_refers_to_the_register() -> None:
    referring = {
        table.name
        for table in db.metadata.sorted_tables
        for key in table.foreign_keys
        if key.target_fullname.partition(".")[0] in TABLES
    }

    assert referring <= set(TABLES)


def test_what_is_kept_of_a_person_of_the_register_is_sealed_but_for_what_says_nothing_of_her() -> None:
    from civic.kernel.sealing import Sealed

    columns = db.metadata.tables["register_entry"].columns
    readable = {column.name for column in columns if not isinstance(column.type, Sealed)}

    assert readable == {
        "id", "territory_id", "digest", "asked_by", "asked_on", "way", "told_on", "checked_on", "person_id", "recorded_by_id",
        "recorded_at", "changed_at",
    }  # fmt: skip
