"""Every French sentence that somebody may read is marked for translation: in the templates, in the code, in the scripts."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import jinja2
from jinja2 import nodes

ROOT = Path(__file__).resolve().parent.parent
TEMPLATES = sorted(
    path
    for path in [*(ROOT / "templates").rglob("*.html"), *(ROOT / "templates").rglob("*.txt")]
    if "templates/pages/components"
    not in str(path)  # the living page of components shows made-up content, as people write it
)
SCRIPTS = sorted((ROOT / "static" / "js").glob("*.js"))
# Neither the made-up commune, nor French words as data, nor what a command tells its operator is translated.
MODULES = sorted(
    path
    for path in (ROOT / "civic").rglob("*.py")
    if "demo" not in path.parts and path.name not in ("lexicon.py", "command.py")
)

STORED = {"Compte supprimé", "Demande effacée", "Personne qui a téléphoné", "Réagir aux affirmations"}
"""Written once in the database, in the town's language, as people's content is: a translation at each reading would rewrite it."""
MARKS = {"_", "gettext", "ngettext", "lazy_gettext", "lazy_ngettext", "_l", "N_", "Sentence"}
SHOWN_ATTRIBUTES = ("aria-label", "title", "alt", "placeholder", "data-confirm", "data-show", "data-hide")
BLOCKS_OF_NAMES = {"half", "live_room"}
"""Blocks of templates that hold a name, and no text."""
NOT_TO_TRANSLATE = {"cnil.fr/plaintes"}
FRENCH = re.compile(
    r"[éèêàâçùûîôœ]|\b(?:le|la|les|des|une|est|vous|votre|vos|nous|avec|pour|dans|qui|sont|cette|aucun|aucune|sur|pas|du|et|ou|au)\b",
    re.IGNORECASE,
)
"""A letter or a word that French has and that no identifier of ours has."""
WORD = re.compile(r"[^\W\d_]{2,}")
HOLE = "\u2063"
"""Stands where a template writes a value."""
ENVIRONMENT = jinja2.Environment(extensions=["jinja2.ext.i18n"])


def name_of(path: Path) -> str:
    return str(path.relative_to(ROOT))


def is_sentence(text: str) -> bool:
    """Tell whether a text of the code is French that somebody may read, rather than a name, an address or a pattern."""
    words = WORD.findall(text)
    return len(words) > 1 and bool(FRENCH.search(text)) and not re.search(r"[/\\{}<>=_]|\(\?:|--|^\W*$", text)


# Templates


def shown_texts(tree: nodes.Template) -> Iterator[str]:
    """Yield what a template shows that is not between ``_()``: text between tags, and the attributes that are read."""
    written = "".join(written_in(tree))
    for attribute in SHOWN_ATTRIBUTES:
        yield from re.findall(rf'\s{attribute}="([^"]*)"', written)
    yield from re.sub(r"<(code|pre)\b.*?</\1>|<[^>]*>", "\n", written, flags=re.S).split("\n")


def written_in(node: nodes.Node) -> Iterator[str]:
    if isinstance(node, nodes.Block) and node.name in BLOCKS_OF_NAMES:
        return
    if isinstance(node, nodes.TemplateData):
        yield node.data
    elif isinstance(node, nodes.Output):
        for part in node.nodes:
            yield from written_in(part) if isinstance(part, nodes.TemplateData) else iter((HOLE,))
    else:
        for child in node.iter_child_nodes():
            yield from written_in(child)


def constants_outside_marks(node: nodes.Node) -> Iterator[str]:
    """Yield the texts of a template's expressions that no mark surrounds."""
    if isinstance(node, nodes.Call) and isinstance(node.node, nodes.Name) and node.node.name in MARKS:
        return
    if isinstance(node, nodes.Const) and isinstance(node.value, str):
        yield node.value
    for child in node.iter_child_nodes():
        yield from constants_outside_marks(child)


def test_no_template_shows_french_that_is_not_marked() -> None:
    unmarked = []
    for path in TEMPLATES:
        tree = ENVIRONMENT.parse(path.read_text())
        shown = {text.strip(f"{HOLE} ") for text in shown_texts(tree)} - NOT_TO_TRANSLATE
        unmarked += [(name_of(path), text) for text in sorted(shown) if WORD.search(text)]
        unmarked += [(name_of(path), text) for text in constants_outside_marks(tree) if is_sentence(text)]

    assert unmarked == []


# Code


def texts_outside_marks(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Yield the texts of a module that are neither marked nor documentation."""
    documented = {
        id(node.value)
        for node in ast.walk(tree)
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant)
    }

    def visit(node: ast.AST) -> Iterator[tuple[int, str]]:
        if isinstance(node, ast.Call):
            name = getattr(node.func, "id", getattr(node.func, "attr", ""))
            if name in MARKS:
                return
        if isinstance(node, ast.Constant) and isinstance(node.value, str) and id(node) not in documented:
            yield node.lineno, node.value
        for child in ast.iter_child_nodes(node):
            yield from visit(child)

    return visit(tree)


def test_no_module_says_french_that_is_not_marked() -> None:
    unmarked = [
        (name_of(path), line, text)
        for path in MODULES
        for line, text in texts_outside_marks(ast.parse(path.read_text()))
        if is_sentence(text) and text not in STORED
    ]

    assert unmarked == []


# Scripts


def test_no_script_says_anything_by_itself() -> None:
    """What it says comes from the page, in the reader's language."""
    unmarked = []
    for path in SCRIPTS:
        code = re.sub(r"/\*.*?\*/|(?<![:\"'])//[^\n]*", "", path.read_text(), flags=re.S)
        texts = [found[1] for found in re.finditer(r"""["'`]((?:[^"'`\\\n]|\\.)*)["'`]""", code)]
        unmarked += [(name_of(path), text) for text in texts if is_sentence(text)]

    assert unmarked == []
