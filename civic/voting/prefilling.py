"""What a poll is filled in with when a room above asks for one: by a word of the address, ``?pour=appel-3``, that the room answers."""

from collections.abc import Callable

Prefill = Callable[[int], dict[str, str]]
_prefills: dict[str, Prefill] = {}


def prefills_poll(kind: str) -> Callable[[Prefill], Prefill]:
    """Register what fills in a poll for a thing of this kind: given its id, the boxes of the form. It asks for its own permission."""

    def add(prefill: Prefill) -> Prefill:
        _prefills[kind] = prefill
        return prefill

    return add


def prefill_for(asked: str) -> dict[str, str]:
    """Return the boxes that a word of the address fills in; none where nobody knows it."""
    kind, _, number = asked.partition("-")
    if kind not in _prefills or not (number.isascii() and number.isdigit() and len(number) <= 9):
        return {}
    return _prefills[kind](int(number))
