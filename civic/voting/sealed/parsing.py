"""Texts of a sealed poll, read strictly: one way to write each thing, so that two programs never read two things in one text."""

import base64
import hashlib
import json
import re
from collections.abc import Sequence
from typing import Any

from civic.voting.methods.refusals import N_
from civic.voting.sealed.group import Number, P, Q, is_member
from civic.voting.sealed.refusals import SealedRefused

DEEPEST = 12
MOST_DIGITS_OF_A_COUNT = 12
_WHOLE_NUMBER = re.compile(r"0|[1-9][0-9]{0,616}", re.ASCII)
_HASH = re.compile(r"[0-9a-f]{64}", re.ASCII)
_SURROGATE = re.compile("[\ud800-\udfff]")
_QUOTED_OR_BRACKET = re.compile(r'"(?:[^"\\]+|\\.)*+"?|[\[\]{}]', re.DOTALL)
"""A quote that nothing closes goes to the end, so that a text is read once, whatever it is."""


def compact_json(value: Any) -> str:
    """Return the text of a value as belenios-tool writes it: no spaces, names in the order given, letters as they are."""
    return json.dumps(value, ensure_ascii=False, separators=(",", ":"), allow_nan=False)


def sha256_hex(text: str) -> str:
    """Return the name under which a text is kept in the archive."""
    return hashlib.sha256(text.encode()).hexdigest()


def sha256_base64(text: str) -> str:
    """Return the fingerprint of a text as Belenios shows it (of an election, of a ballot, of a list of codes)."""
    return base64.b64encode(hashlib.sha256(text.encode()).digest()).decode().rstrip("=")


def read_strict_json(text: str) -> Any:
    """Return the value of a JSON text that has no name twice, no fraction, no huge number, no broken letter and little depth.

    Raises:
        SealedRefused: it is something else.
    """
    _ensure_shallow(text)
    try:
        value = json.loads(
            text,
            object_pairs_hook=_without_duplicates,
            parse_float=_refuse_number,
            parse_constant=_refuse_number,
            parse_int=_small_whole,
        )
    except (ValueError, RecursionError) as error:
        raise SealedRefused(N_("ce n’est pas du JSON.")) from error
    if _SURROGATE.search(text) or _SURROGATE.search(compact_json(value)):
        raise SealedRefused(N_("un caractère est coupé en deux."))
    return value


def read_canonical_json(text: str) -> Any:
    """Return the value of a text that is written in the one way in which belenios-tool writes it."""
    value = read_strict_json(text)
    if compact_json(value) != text:
        raise SealedRefused(N_("le JSON n’est pas écrit sous sa forme unique."))
    return value


def read_fields(value: Any, names: Sequence[str], optional: Sequence[str] = ()) -> dict[str, Any]:
    """Return an object that has exactly these names, in this order; the optional ones may be absent."""
    if not isinstance(value, dict):
        raise SealedRefused(N_("un objet est attendu."))
    expected = [name for name in names if name in value or name not in optional]
    if list(value) != expected:
        raise SealedRefused(N_("les champs attendus sont : %(names)s."), names=", ".join(names))
    return value


def read_list(value: Any, *, least: int = 0, most: int | None = None) -> list[Any]:
    """Return a list of an expected length."""
    if not isinstance(value, list):
        raise SealedRefused(N_("une liste est attendue."))
    if len(value) < least or (most is not None and len(value) > most):
        raise SealedRefused(N_("une liste n’a pas la longueur attendue."))
    return value


def read_text(value: Any, most: int) -> str:
    """Return a text of a bounded length."""
    if not isinstance(value, str) or len(value) > most:
        raise SealedRefused(N_("un texte d’au plus %(most)s caractères est attendu."), most=most)
    return value


def read_count(value: Any, *, least: int = 0) -> int:
    """Return a small whole number."""
    if type(value) is not int or value < least:
        raise SealedRefused(N_("un nombre entier est attendu."))
    return value


def read_hash(value: Any) -> str:
    """Return the name of a text of the archive."""
    if not isinstance(value, str) or not _HASH.fullmatch(value):
        raise SealedRefused(N_("une empreinte SHA-256 est attendue."))
    return value


def read_big_number(value: Any, limit: Number) -> Number:
    """Return a number from 0 to just below a limit, written in base ten without a needless zero."""
    if isinstance(value, str) and _WHOLE_NUMBER.fullmatch(value):
        number = Number(value)
        if number < limit:
            return number
    raise SealedRefused(N_("un grand nombre est attendu, ou celui-ci est trop grand."))


def read_exponent(value: Any) -> Number:
    """Return an exponent."""
    return read_big_number(value, Q)


def read_residue(value: Any) -> Number:
    """Return a number below P, of which nothing says yet that it is in the group."""
    number = read_big_number(value, P)
    if number == 0:
        raise SealedRefused(N_("un grand nombre est attendu, ou celui-ci est trop grand."))
    return number


def read_element(value: Any) -> Number:
    """Return an element of the group."""
    number = read_residue(value)
    if not is_member(number):
        raise SealedRefused(N_("un nombre n’appartient pas au groupe BELENIOS-2048."))
    return number


def _ensure_shallow(text: str) -> None:
    """Refuse what is nested too deep, before any reader follows it."""
    depth = 0
    for match in _QUOTED_OR_BRACKET.finditer(text):
        if match[0] in "[{":
            depth += 1
            if depth > DEEPEST:
                raise SealedRefused(N_("ce JSON est trop profond."))
        elif match[0] in "]}":
            depth -= 1


def _without_duplicates(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    value = dict(pairs)
    if len(value) != len(pairs):
        raise ValueError("a name is given twice")
    return value


def _refuse_number(text: str) -> Any:
    raise ValueError(f"{text[:20]} is not a whole number")


def _small_whole(text: str) -> int:
    if len(text) > MOST_DIGITS_OF_A_COUNT or text == "-0":
        raise ValueError("a number is too long")
    return int(text)
