"""What every test would pay again for the same answer is paid once a process: the addresses compiled, the templates compiled, passwords
hashed at the lowest cost. What is served is the same; the processes of `tests/live.py` have none of this.
"""

import gc
from collections.abc import Callable
from operator import itemgetter
from pathlib import Path
from types import CodeType
from typing import Any, ClassVar

import sqlalchemy as sa
from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from sqlalchemy.util import LRUCache
from werkzeug.routing import Map, Rule, RuleFactory
from werkzeug.routing.matcher import StateMachineMatcher

from civic.accounts import passwords
from civic.kernel.database import db
from civic.web.kept_components import KeptComponents

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Argon2 as the platform uses it, a thousand times quicker: tests sign people up by hundreds."""

SERVED_HASHER, SERVED_NOBODY = passwords._hasher, passwords._nobody
"""What is served, for the tests that say what it costs."""

STATEMENTS = 5_000
"""How many written statements are kept: more than the platform has."""

SERVED_BUILDER = getattr(Rule, "_compile_builder", None)
"""What writes the functions that build addresses, a part of werkzeug that it may change."""

SERVED_READER = KeptComponents._read
"""What reads the code of a component for each application."""

Builder = Callable[..., tuple[str, str]]


class CodeKept(BytecodeCache):
    """The code of each template of this process, for as long as its source is the same."""

    def __init__(self) -> None:
        self._kept: dict[tuple[str, str], CodeType] = {}

    def load_bytecode(self, bucket: Bucket) -> None:
        bucket.code = self._kept.get((bucket.key, bucket.checksum))

    def dump_bytecode(self, bucket: Bucket) -> None:
        if bucket.code is not None:
            self._kept[bucket.key, bucket.checksum] = bucket.code


def build_addresses_once() -> None:
    """Keep the functions that build addresses: werkzeug writes and compiles two for each rule of each application.

    They hold nothing of the application: what they need of their rule comes as an argument. Where werkzeug has no such function, or
    does not say what tells two rules apart, each is compiled as it would be.
    """
    compile_builder = SERVED_BUILDER
    if compile_builder is None or not hasattr(Rule, "_compile_builder"):
        return
    kept: dict[tuple[Any, ...], Builder] = {}

    def compile_once(rule: Rule, append_unknown: bool = True) -> Builder:
        trace = getattr(rule, "_trace", None)
        if rule.defaults or not trace:  # defaults are written into the function
            return compile_builder(rule, append_unknown)  # type: ignore[no-any-return]
        key = (rule.rule, *trace, append_unknown)
        if key not in kept:
            kept[key] = compile_builder(rule, append_unknown)
        return kept[key]

    Rule._compile_builder = compile_once  # type: ignore[method-assign]
    Flask.url_map_class = AddressesKept


class AddressesKept(Map):
    """The addresses of an application, compiled once a process for all the applications that have the same.

    They are read when the first one is asked for. What is then shared is never written: who adds an address later has all of them anew.
    """

    _compiled: ClassVar[dict[tuple[Any, ...], tuple[Any, dict[Any, list[Rule]]]]] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        self._asked: list[Rule] = []
        self._is_read = True
        super().__init__(*args, **options)

    def add(self, rulefactory: RuleFactory) -> None:
        self._asked.extend(rulefactory.get_rules(self))
        self._is_read = False
        self._remap = True

    def update(self) -> None:
        if not self._is_read:
            self._is_read = True
            self._read()
        super().update()

    def _read(self) -> None:
        key = (
            *sorted(self.converters.items(), key=itemgetter(0)),
            self.merge_slashes,
            *map(_said_of, self._asked),
        )
        if key in self._compiled:
            self._matcher, self._rules_by_endpoint = self._compiled[key]
            self._remap = False
            return
        self._matcher, self._rules_by_endpoint = StateMachineMatcher(self.merge_slashes), {}
        for rule in self._asked:
            super().add(_copy_of(rule))
        super().update()
        self._compiled[key] = (self._matcher, self._rules_by_endpoint)


def _copy_of(rule: Rule) -> Rule:
    copy = rule.empty()
    vars(copy).setdefault("provide_automatic_options", getattr(rule, "provide_automatic_options", None))
    return copy


def _said_of(rule: Rule) -> tuple[Any, ...]:
    """Return all that tells two rules apart."""
    defaults = sorted((name, repr(value)) for name, value in (rule.defaults or {}).items())
    return (
        type(rule), rule.rule, rule.endpoint, tuple(sorted(rule.methods or ())), *defaults, rule.subdomain, rule.host, rule.build_only,
        rule.strict_slashes, rule.merge_slashes, rule.alias, rule.redirect_to, rule.websocket,
        getattr(rule, "provide_automatic_options", None),
    )  # fmt: skip


_templates = CodeKept()


def read_components_once() -> None:
    """Keep what the code of a component names, which each application reads again: the same for two that give their templates the same."""
    kept: dict[tuple[Any, ...], bool] = {}

    def read_once(components: KeptComponents, file: Path) -> bool:
        key = (file, file.stat().st_mtime_ns, frozenset(components._environment.globals))
        if key not in kept:
            kept[key] = SERVED_READER(components, file)
        return kept[key]

    KeptComponents._read = read_once  # type: ignore[method-assign]


def keep_templates(app: Flask) -> None:
    """Let an application take its templates from what the others compiled."""
    app.jinja_env.bytecode_cache = _templates


_spoken: dict[str, tuple[sa.Dialect, Any]] = {}
"""For each kind of database, what writes its statements, and those that are written."""


def keep_statements() -> None:
    """Let the engines of one kind of database write each statement once for all of them: they forget theirs with each application."""
    make_engine = db._make_engine

    def make(bind_key: str | None, options: dict[str, Any], app: Flask) -> sa.Engine:
        engine = make_engine(bind_key, options, app)
        kept = _spoken.get(engine.dialect.name)
        if (
            kept is None or kept[0].server_version_info is None
        ):  # it never met a server, and knows nothing of it
            _spoken[engine.dialect.name] = (engine.dialect, LRUCache(STATEMENTS))
        else:
            engine.dialect, engine._compiled_cache = kept
        return engine

    db._make_engine = make  # type: ignore[method-assign]


def write_without_waiting(engine: sa.Engine) -> None:
    """Let SQLite answer before the disk has what it wrote: what a power cut would take is thrown away with the test."""
    if engine.dialect.name == "sqlite":
        sa.event.listen(engine, "connect", lambda connection, _: connection.execute("PRAGMA synchronous=OFF"))


def hash_quickly() -> None:
    """Hash and compare passwords at the lowest cost, in this process."""
    passwords._hasher = CHEAP
    passwords._nobody = CHEAP.hash("nobody")


def spare_the_collector() -> None:
    """Let Python's collector leave alone what was imported, and run less often: a full run reads every object, in two tenths of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
