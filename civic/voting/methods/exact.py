"""Exact numbers, and how they are written. gmpy2 is only faster: the results are the same to the last digit."""

import json
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from fractions import Fraction

    Exact = Fraction
else:
    try:
        from gmpy2 import mpq as Exact
    except ImportError:
        from fractions import Fraction as Exact


def exact_text(number: Exact | int) -> str:
    """Return an exact number as it is published: ``12``, or ``7/3`` in lowest terms."""
    return str(Exact(number))


def whole_part(number: Exact) -> int:
    """Return the whole number just below (or equal)."""
    return int(number.numerator) // int(number.denominator)


def canonical_json(value: Any) -> str:
    """Return the one text that a value has: sorted names, no spaces, UTF-8 letters as they are."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":"), allow_nan=False)
