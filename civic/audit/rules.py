"""What of a fact is written in the journal."""

import re
from collections.abc import Mapping
from dataclasses import fields
from datetime import datetime
from enum import Enum
from typing import Any

STATE_WORD = re.compile(r"^[a-z][a-z0-9_]{0,39}$")
"""A state, a role, a channel: a word of the code, which nobody wrote."""

NAMES_OF_STATES = frozenset(
    {"state", "former_state", "role", "channel", "reason", "rule", "mode", "side", "decision", "purpose", "proof", "subject_kind", "category"}
)  # fmt: skip
MOST_IDS = 1000
_AUTHORS = {"": ("author_id",), "ArgumentPublished": ("proposal_author_id",)}
"""What is left out of a fact about something published without the name of its author: who reads the journal is not told it either."""


def subjects_of(fact: Any) -> dict[str, Any]:
    """Return what the journal keeps of a fact: ids, booleans, numbers, instants and the states that the code names.

    Everything else is left out, and so is what the fact itself marks as a secret, and the author who does not publish her name.
    """
    kept: dict[str, Any] = {}
    silent = _AUTHORS.get(type(fact).__name__, _AUTHORS[""]) if getattr(fact, "hides_author", False) else ()
    for field in fields(fact):
        if field.name in ("occurred_at", "actor_id", *silent) or _is_secret(field.metadata):
            continue
        value = getattr(fact, field.name)
        if _may_be_kept(field.name, value):
            kept[field.name] = _plain(value)
    return kept


def _is_secret(metadata: Mapping[Any, Any]) -> bool:
    return bool(metadata.get("is_secret", False))


def _may_be_kept(name: str, value: Any) -> bool:
    if value is None or isinstance(value, bool | int | float | Enum | datetime):
        return True
    if isinstance(value, str):
        return name in NAMES_OF_STATES and STATE_WORD.match(value) is not None
    return isinstance(value, tuple | list) and all(isinstance(item, int) for item in value)


def _plain(value: Any) -> Any:
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return value.isoformat(timespec="seconds")
    if isinstance(value, tuple | list):
        return list(value[:MOST_IDS])
    return value
