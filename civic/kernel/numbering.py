"""Numbers of printed sheets: short, read by eye and typed by hand without a mistake."""

DIGITS = "23456789ABCDEFGHJKMNPQRSTVWXYZ"
"""What a number of a sheet is made of: nothing that a hand or an eye takes for something else (no 0 O, 1 I L, U)."""

NUMBER_LENGTH = 6


def tidy_number(typed: str) -> str:
    """Return a sheet's number as it is printed, from what was typed.

    >>> tidy_number(" k7m 2pq ")
    'K7M-2PQ'
    """
    kept = "".join(character for character in typed.upper() if character.isalnum())
    return f"{kept[:3]}-{kept[3:]}"


def number_from(draws: list[int]) -> str:
    """Return a number from draws, each below ``len(DIGITS)``."""
    return tidy_number("".join(DIGITS[draw] for draw in draws))
