"""The house rules that no linter knows, read from every module."""

import ast
import re
from pathlib import Path

import pytest
from flask import Flask

from civic.app import FEATURES
from civic.kernel.access import Action
from civic.policy import POLICY, PUBLIC_ENDPOINTS

ROOT = Path(__file__).resolve().parent.parent
MODULES = sorted((ROOT / "civic").rglob("*.py"))
TEMPLATES = sorted((ROOT / "templates").rglob("*.html"))
LONGEST_FILE_LINES = 400
LONGEST_FUNCTION_LINES = 60
NAMES_THAT_SAY_NOTHING = {"utils", "helpers", "common", "misc", "tools"}


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def calls_in(path: Path) -> set[str]:
    tree = ast.parse(path.read_text())
    return {
        node.func.attr
        for node in ast.walk(tree)
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
    }


def test_the_clock_alone_asks_what_time_it_is() -> None:
    asked = re.compile(
        r"datetime\.(now|utcnow|today)\(|date\.today\(|time\.(time|time_ns|localtime|gmtime)\(|func\.(now|current_timestamp)\("
        r"|CURRENT_TIMESTAMP|from time import"
    )
    asking = {name_of(path) for path in MODULES if asked.search(path.read_text())}
    comparing = {name_of(path) for path in MODULES if "machine_now" in path.read_text()}

    assert asking == {"civic/kernel/clock.py"}
    assert comparing == {"civic/kernel/clock.py", "civic/kernel/timekeeping.py"}


def test_the_unit_of_work_alone_commits() -> None:
    committing = {name_of(path) for path in MODULES if "commit" in calls_in(path)}

    assert committing == {"civic/kernel/transaction.py"}


def test_bleach_is_imported_in_one_place() -> None:
    importing = {
        name_of(path) for path in MODULES if re.search(r"^\s*(import|from) bleach", path.read_text(), re.M)
    }

    assert importing == {"civic/kernel/text.py"}


def test_only_the_rich_text_component_trusts_html() -> None:
    trusting = {name_of(path) for path in TEMPLATES if re.search(r"\|\s*safe\b", path.read_text())}

    assert trusting == {"templates/components/rich_text.html"}
    marked = {name_of(path) for path in MODULES if re.search(r"\bMarkup\(", path.read_text())}
    assert marked == set()


def test_no_template_holds_a_script_or_a_style() -> None:
    inline = re.compile(r"<style|\sstyle=|\son[a-z]+=\"|<script(?![^>]*\ssrc=)|javascript:", re.I)

    assert {name_of(path) for path in TEMPLATES if inline.search(path.read_text())} == set()


def test_no_page_hides_what_its_layout_reads() -> None:
    layout = (ROOT / "templates" / "layout.html").read_text()
    told = re.search(r"Reads: (.*?)\.\n", layout)
    assert told is not None
    read = set(re.findall(r"[a-z_]+", re.sub(r"\(.*?\)", "", told[1]))) - {
        "is_demo"
    }  # the page kept on the device is no demonstration's
    assert {"languages", "viewer", "town"} <= read
    hidden = [
        f"{name_of(path)}: {keyword.arg}"
        for path in MODULES
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "render_template"
        for keyword in node.keywords
        if keyword.arg in read
    ]
    assert hidden == []


def test_no_file_and_no_function_is_too_long() -> None:
    too_long = [name_of(path) for path in MODULES if path.read_text().count("\n") > LONGEST_FILE_LINES]
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text())):
            if (
                isinstance(node, ast.FunctionDef)
                and (node.end_lineno or 0) - node.lineno >= LONGEST_FUNCTION_LINES
            ):
                too_long.append(f"{name_of(path)}:{node.name}")

    assert too_long == []


def test_every_module_has_a_name_that_says_something() -> None:
    assert {name_of(path) for path in MODULES if path.stem in NAMES_THAT_SAY_NOTHING} == set()


def test_models_and_rules_know_neither_flask_nor_queries() -> None:
    for path in MODULES:
        if path.stem in ("models", "rules"):
            assert not re.search(r"^\s*(import|from) flask", path.read_text(), re.M), name_of(path)
        if path.stem == "models":
            assert "select(" not in path.read_text(), name_of(path)


def test_every_action_has_its_line_in_the_policy(app: Flask) -> None:
    declared = {action for kind in Action.__subclasses__() for action in kind}

    assert declared == set(POLICY)


def test_every_public_endpoint_exists(app: Flask) -> None:
    assert PUBLIC_ENDPOINTS - set(app.view_functions) == set()


def test_every_room_of_the_layout_is_served() -> None:
    rooms = {path.parent.name for path in (ROOT / "civic").glob("*/__init__.py")}

    assert rooms - {"kernel", "web", "demo"} <= set(FEATURES)


@pytest.mark.parametrize("path", [p for p in MODULES if p.stem in ("routes", "api", "sockets")], ids=name_of)
def test_a_door_neither_writes_nor_asks_the_policy_directly(path: Path) -> None:
    text = path.read_text()

    assert "transaction()" not in text
    assert "db.session.add" not in text
