"""Telephone numbers: as machines write them, and as a keyed digest that finds an equal number and tells it to nobody."""

import phonenumbers

from civic.kernel.sealing import keyed_digest

NUMBER = "text.number"
_NO_TEXTS = frozenset({phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.PREMIUM_RATE})


def international(number: str) -> str | None:
    """Return a telephone number as gateways write it (+33612345678); None when it is none."""
    parsed = _parse(number)
    return phonenumbers.format_number(parsed, phonenumbers.PhoneNumberFormat.E164) if parsed else None


def takes_texts(number: str) -> bool:
    """Tell whether a text message may reach a number: not a telephone at the end of a line in the wall."""
    parsed = _parse(number)
    return parsed is not None and phonenumbers.number_type(parsed) not in _NO_TEXTS


def _parse(number: str) -> phonenumbers.PhoneNumber | None:
    try:
        parsed = phonenumbers.parse(number, "FR")
    except phonenumbers.NumberParseException:
        return None
    return parsed if phonenumbers.is_possible_number(parsed) else None


def number_digest(number: str) -> str:
    """Return the digest of a number that is written as gateways write it."""
    return keyed_digest(NUMBER, number)
