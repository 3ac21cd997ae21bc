"""What every test would pay again for the same answer is paid once a process: the addresses compiled, the templates compiled, passwords
hashed at the lowest cost. What is served is the same; the processes of `tests/live.py` have none of this.
"""

import gc
from collections.abc import Callable
from types import CodeType
from typing import Any

from argon2 import PasswordHasher
from flask import Flask
from jinja2 import BytecodeCache
from jinja2.bccache import Bucket
from werkzeug.routing import Rule

from civic.accounts import passwords

CHEAP = PasswordHasher(time_cost=1, memory_cost=8, parallelism=1)
"""Argon2 as the platform uses it, a thousand times quicker: tests sign people up by hundreds."""

SERVED_HASHER, SERVED_NOBODY = passwords._hasher, passwords._nobody
"""What is served, for the tests that say what it costs."""

SERVED_BUILDER = getattr(Rule, "_compile_builder", None)
"""What writes the functions that build addresses, a part of werkzeug that it may change."""

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


_templates = CodeKept()


def keep_templates(app: Flask) -> None:
    """Let an application take its templates from what the others compiled."""
    app.jinja_env.bytecode_cache = _templates


def hash_quickly() -> None:
    """Hash and compare passwords at the lowest cost, in this process."""
    passwords._hasher = CHEAP
    passwords._nobody = CHEAP.hash("nobody")


def spare_the_collector() -> None:
    """Let Python's collector leave alone what was imported, and run less often: a full run reads every object, in two tenths of a second."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
