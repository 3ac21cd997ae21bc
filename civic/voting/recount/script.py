"""Builds ``recompter.py``: the very modules that count here, put one after the other in one file.

No rule is written twice. A module that goes in imports only the standard library and modules that go in, by ``from … import``, and no
two of them give one name to two things: both are checked here.
"""

import ast
from functools import cache
from importlib.util import find_spec
from pathlib import Path

ENTRY = "civic.voting.recount.command"
OURS = "civic."
INTRODUCTION = '''#!/usr/bin/env python3
"""Recompte un scrutin : python3 recompter.py BULLETINS --rules RÈGLES [--question N] [--seed GRAINE]

Sans les règles figées d’un scrutin : python3 recompter.py FICHIER --method MÉTHODE [--seats N] [--seed TEXTE]

Ce fichier contient toutes les règles du décompte, et n’a besoin que de Python 3.11 ou plus récent. Il imprime, à l’octet près, le
résultat que la plateforme publie. (Le paquet gmpy2, s’il est installé, le rend plus rapide et ne change rien au résultat.)

One file assembled from the modules of civic/voting, in which each one's name is given before its text.
"""
'''


class NotAssembled(Exception):
    """The modules cannot be put in one file."""


def find_source(module: str) -> str:
    """Return the source text of a module."""
    spec = find_spec(module)
    if spec is None or spec.origin is None:
        raise NotAssembled(f"{module} is not found")
    return Path(spec.origin).read_text(encoding="utf-8")


@cache
def recount_script() -> str:
    """Return the text of the script. Raises NotAssembled."""
    return assemble(ENTRY, INTRODUCTION)


def assemble(entry: str, introduction: str) -> str:
    """Return the text of a module with those that it needs, in one file. Raises NotAssembled."""
    order: list[str] = []
    _visit(entry, order, [])
    imports: dict[str, set[str]] = {}
    owners: dict[str, str] = {}
    bodies = []
    for module in order:
        source = find_source(module)
        tree = ast.parse(source)
        for name in _names_given(tree):
            if owners.setdefault(name, module) != module:
                raise NotAssembled(f"{name} is given by {owners[name]} and by {module}")
        _gather_imports(tree, imports)
        bodies.append(f"# {'-' * 20} {module}\n{_body_of(source, tree)}")
    plain = [f"import {module}" for module, names in sorted(imports.items()) if not names]
    chosen = [
        f"from {module} import {', '.join(sorted(names))}"
        for module, names in sorted(imports.items())
        if names
    ]
    return "\n\n".join([introduction + "\n" + "\n".join(plain + chosen), *bodies]) + "\n"


def _visit(module: str, order: list[str], path: list[str]) -> None:
    """Put a module in the order, after those that it imports."""
    if module in path:
        raise NotAssembled(f"{module} imports itself, through others")
    if module in order:
        return
    for node in ast.parse(find_source(module)).body:
        if _is_ours(node):
            assert isinstance(node, ast.ImportFrom)
            if any(alias.asname for alias in node.names):
                raise NotAssembled(f"{module} imports under another name")
            _visit(str(node.module), order, [*path, module])
    order.append(module)


def _gather_imports(tree: ast.Module, imports: dict[str, set[str]]) -> None:
    """Add what a module imports from the standard library: the names by module, none for a module itself."""
    for node in tree.body:
        if isinstance(node, ast.Import):
            imports |= {alias.name: set() for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not _is_ours(node):
            imports.setdefault(str(node.module), set()).update(alias.name for alias in node.names)


def _is_ours(node: ast.stmt) -> bool:
    return isinstance(node, ast.ImportFrom) and str(node.module).startswith(OURS)


def _names_given(tree: ast.Module) -> set[str]:
    """Return the names that a module gives at its top level."""
    names: set[str] = set()
    for node in tree.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            names.add(node.name)
        elif isinstance(node, ast.Assign):
            names |= {target.id for target in node.targets if isinstance(target, ast.Name)}
        elif isinstance(node, ast.AnnAssign) and isinstance(node.target, ast.Name):
            names.add(node.target.id)
    return names


def _body_of(source: str, tree: ast.Module) -> str:
    """Return the lines of a module without its imports; its comments stay."""
    lines = source.splitlines()
    for node in tree.body:
        if isinstance(node, ast.Import | ast.ImportFrom):
            for number in range(node.lineno - 1, node.end_lineno or node.lineno):
                lines[number] = ""
    text = "\n".join(lines)
    while "\n\n\n\n" in text:
        text = text.replace("\n\n\n\n", "\n\n\n")
    return text.strip()
