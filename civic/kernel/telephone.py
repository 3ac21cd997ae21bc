"""Telephone numbers: one rule for every door; as machines write them; and as a keyed digest that finds an equal number and tells it to nobody."""

import re

import phonenumbers

from civic.kernel.sealing import keyed_digest

NUMBER = "text.number"
_NO_TEXTS = frozenset({phonenumbers.PhoneNumberType.FIXED_LINE, phonenumbers.PhoneNumberType.PREMIUM_RATE})
FRANCE = 33
DIGITS_AFTER_PREFIX = 9


def read_number(typed: str) -> str | None:
    """Return a number as it is written in France, or internationally elsewhere; None when it is none.

    A French one has ten digits, or nine after +33; another country's begins with + (or 00) and is as long as its country's numbers are.
    A digit too few is never completed: who it belongs to would be called by nobody.

    >>> read_number("0639981805"), read_number("+33 6 39 98 18 05"), read_number("06 39 98 18 0")
    ('06 39 98 18 05', '06 39 98 18 05', None)
    """
    number = _parse(typed) if _begins_as_written(typed) else None
    if number is None:
        return None
    style = phonenumbers.PhoneNumberFormat
    is_french = number.country_code == FRANCE
    return phonenumbers.format_number(number, style.NATIONAL if is_french else style.INTERNATIONAL)


def read_number_of_cell(typed: str) -> str | None:
    """Return a number of a spreadsheet, which may have eaten its first 0."""
    return read_number("0" + typed if re.fullmatch(r"[1-9]\d{8}", typed) else typed)


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
    if parsed.country_code == FRANCE:
        return parsed if len(str(parsed.national_number)) == DIGITS_AFTER_PREFIX else None
    whole = phonenumbers.ValidationResult.IS_POSSIBLE
    return parsed if phonenumbers.is_possible_number_with_reason(parsed) == whole else None


def _begins_as_written(typed: str) -> bool:
    """Nine digits without the first 0 may be a number with one missing anywhere."""
    digits = "".join(character for character in typed if character.isdigit())
    return digits.startswith("0") or typed.strip().startswith("+")


def number_digest(number: str) -> str:
    """Return the digest of a number that is written as gateways write it."""
    return keyed_digest(NUMBER, number)
