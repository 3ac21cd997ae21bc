"""Components that say the same for the same words: made once, and taken again.

A page shows the same icon forty times, the same foot as every other, and twenty cards of which one changed since it was last made. A component whose template reads nothing
but its arguments, the sentences of the reader's language and the addresses of static files answers the same to the same: what it answered is found by what it was asked,
value for value, and nothing ever has to say that something changed. What a template reads is read in its code (``_names_nothing_else``), never promised by who writes it.

What was made is forgotten with each minute: names and texts are not held longer than that.
"""

import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import fields, is_dataclass
from enum import Enum
from functools import cache, cached_property
from pathlib import Path
from types import FunctionType
from typing import Any, Protocol

from jinja2 import Environment, meta, nodes
from jinja2.filters import FILTERS as ORDINARY
from jinja2.nodes import EvalContext
from jinja2.runtime import Macro
from markupsafe import Markup

MOST_COMPONENTS = 2_000
LARGEST_CHARACTERS = 8_000
SECONDS = 60

NAMES = {"_", "gettext", "ngettext", "pgettext", "npgettext", "asset_url", "caller", "dict", "namespace", "range"}  # fmt: skip
"""What a component may name beside its arguments: the same for one language, whoever reads and whenever."""

FILTERS = ORDINARY.keys() - {"random", "map"}  # « map » takes the name of another
RECKONS = (property, cached_property, FunctionType, classmethod, staticmethod)
PLAIN = (int, bool, float, type(None), Markup)

Said = Any
"""A value as a part of a key: of another type, it is another (« True » is not « 1 », and marked text is not escaped)."""


class Language(Protocol):
    code: str


class NotPlainError(TypeError):
    """A value that may answer otherwise next time: an object, a function."""


def said(value: object) -> Said:
    """Return what tells a value from every other. Raises NotPlainError."""
    kind = type(value)
    if kind is str:
        return value
    if kind in PLAIN:
        return kind, value
    if kind is list or kind is tuple:
        return kind, *map(said, value)  # type: ignore[call-overload]
    if kind is dict:
        return kind, *map(said, value.items())  # type: ignore[attr-defined]
    if isinstance(value, Enum):
        return kind, value.name
    if names := _frozen_fields(kind):  # type: ignore[arg-type]
        return kind, *[said(getattr(value, name)) for name in names]
    raise NotPlainError(kind)


@cache
def _frozen_fields(kind: type) -> tuple[str, ...]:
    """Return the names of all that an instance says; none where it may say something else later, or reckons what it says."""
    is_frozen = is_dataclass(kind) and kind.__dataclass_params__.frozen  # type: ignore[attr-defined]
    own = (value for name, value in vars(kind).items() if not name.startswith("__"))
    reckons = kind.__mro__[1:] != (object,) or any(isinstance(value, RECKONS) for value in own)
    return tuple(field.name for field in fields(kind)) if is_frozen and not reckons else ()


class KeptComponents:
    """What the components of one application answered within the minute."""

    def __init__(self, environment: Environment, language: Callable[[], Language]) -> None:
        self._environment = environment
        self._language = language
        self._made: dict[Said, str] = {}
        self._minute = 0
        self._same: dict[tuple[str, int], bool] = {}

    def call(self, macro: Macro, where: EvalContext, args: Sequence[Any], values: Mapping[str, Any]) -> str:
        """Return what a component answers, for a reader of the language in hand."""
        if not self._is_same(macro):
            return macro(where, *args, **values)
        try:
            key = (
                macro,
                where.autoescape,
                self._language().code,
                len(args),
                *map(said, args),
                *map(said, values.items()),
            )
        except NotPlainError:
            return macro(where, *args, **values)
        self._forget()
        found = self._made.get(key)
        if found is None:
            found = macro(where, *args, **values)
            self._keep(key, found)
        return found

    def _forget(self) -> None:
        minute = int(time.monotonic()) // SECONDS
        if minute != self._minute:
            self._made.clear()
            self._minute = minute

    def _keep(self, key: Said, made: str) -> None:
        if len(made) > LARGEST_CHARACTERS:
            return
        if len(self._made) >= MOST_COMPONENTS:
            self._made.clear()
        self._made[key] = made

    def _is_same(self, macro: Macro) -> bool:
        """Tell whether a component is one of those. The body of a call block, which has no name, is not: it says what stands around it."""
        known: bool | None = vars(macro).get("is_same")
        if known is None:
            known = macro.name is not None and self._reads_nothing_else(macro._func.__code__.co_filename)
            vars(macro)["is_same"] = known
        return known

    def _reads_nothing_else(self, file: str) -> bool:
        if not file.endswith(".html"):
            return False
        version = file, Path(file).stat().st_mtime_ns  # who writes a template reads it again at once
        known = self._same.get(version)
        if known is None:
            known = self._same[version] = self._read(Path(file))
        return known

    def _read(self, file: Path) -> bool:
        template = self._environment.parse(file.read_text("utf-8"))
        others = list(meta.find_referenced_templates(template))
        return self._names_nothing_else(template) and all(
            other is not None and self._reads_nothing_else(self._file_of(other)) for other in others
        )

    def _file_of(self, name: str) -> str:
        return self._environment.get_template(name).filename or ""

    def _names_nothing_else(self, template: nodes.Template) -> bool:
        """Tell whether a template names only what ``NAMES`` and ``FILTERS`` say, and takes no part of another as it stands in the page.

        Jinja counts what the application gives to all templates, as the token of a reader's session, among what is declared.
        """
        named = {used.name for used in template.find_all(nodes.Name) if used.ctx == "load"}
        given = meta.find_undeclared_variables(template) | (named & self._environment.globals.keys())
        return (
            given <= NAMES
            and all(used.name in FILTERS for used in template.find_all(nodes.Filter))
            and not any(True for _ in template.find_all((nodes.Include, nodes.Extends, nodes.Block)))
            and not any(used.with_context for used in template.find_all(nodes.FromImport))
            and template.find(nodes.Import) is None
        )
