"""The demonstration commune: a plausible town, believable to a councillor, alive whenever it is loaded."""

from typing import Any


def load(seed: int = 1) -> dict[str, Any]:
    return {}


def describe_accounts() -> str:
    return ""
