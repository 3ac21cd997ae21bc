"""Sentences made of the words of the demonstration, as often as it says them."""

import json
import random
from collections.abc import Callable
from functools import cache
from pathlib import Path

CONTENT = Path(__file__).resolve().parents[1] / "civic" / "demo" / "content"


def sentences(chance: random.Random) -> Callable[[int], str]:
    """Return what tells a sentence of so many words."""
    said = demonstration_words()
    return lambda count: " ".join(chance.choices(said, k=count)).capitalize()


@cache
def demonstration_words() -> list[str]:
    words: list[str] = []

    def walk(value: object) -> None:
        if isinstance(value, dict):
            for each in value.values():
                walk(each)
        elif isinstance(value, list):
            for each in value:
                walk(each)
        elif isinstance(value, str):
            words.extend(value.replace("’", " ").replace(",", " ").replace(".", " ").split())

    for name in ("consultations", "polls", "council"):
        walk(json.loads((CONTENT / f"{name}.json").read_text(encoding="utf-8")))
    return [word for word in words if word.isalpha()]
