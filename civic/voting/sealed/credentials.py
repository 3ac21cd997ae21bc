"""Voting codes: the secret one that a voter receives by letter, and the public one that the roll holds (specification, 4.8)."""

import hashlib
import secrets
from collections.abc import Callable, Iterable

from civic.voting.methods.refusals import N_
from civic.voting.sealed.group import Number, Q, power_of_g
from civic.voting.sealed.parsing import compact_json, read_canonical_json, read_element, read_list
from civic.voting.sealed.refusals import SealedRefused

BASE58 = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz"
CODE_LENGTH = 15
DERIVATION_ROUNDS = 1000
CHECKSUM_MODULUS = 53


def read_code(code: str) -> str:
    """Return a secret code as it is written on the letter, ``XXX-XXX-XXX-XXX-XXX``, whether or not its dashes were typed.

    The dashes are part of what the secret number is made from.

    Raises:
        SealedRefused: a letter is missing, or one of them is not the right one (the last one checks the others).
    """
    letters = "".join(code.split()).replace("-", "")
    if len(letters) != CODE_LENGTH or any(letter not in BASE58 for letter in letters):
        raise SealedRefused(N_("Un code de vote compte quinze lettres et chiffres."))
    if letters[-1] != code_checksum(letters[:-1]):
        raise SealedRefused(N_("Ce code de vote contient une faute de frappe."))
    return "-".join(letters[place : place + 3] for place in range(0, CODE_LENGTH, 3))


def draw_code(choose: Callable[[str], str] = secrets.choice) -> str:
    """Return a secret code as the authority makes them. For demonstrations and tests: no code of a real poll is made here."""
    letters = "".join(choose(BASE58) for _ in range(CODE_LENGTH - 1))
    return read_code(letters + code_checksum(letters))


def code_checksum(letters: str) -> str:
    """Return the letter that checks the fourteen others."""
    number = 0
    for letter in letters:
        number = number * len(BASE58) + BASE58.index(letter)
    return BASE58[CHECKSUM_MODULUS - number % CHECKSUM_MODULUS]


def secret_exponent(code: str, uuid: str) -> Number:
    """Return the secret number of a code in an election."""
    derived = hashlib.pbkdf2_hmac("sha256", read_code(code).encode(), uuid.encode(), DERIVATION_ROUNDS)
    return Number(int.from_bytes(derived, "big")) % Q


def public_credential(code: str, uuid: str) -> str:
    """Return the public code that goes with a secret one, as the roll holds it."""
    return str(power_of_g(secret_exponent(code, uuid)))


def read_roll(raw: str) -> tuple[str, ...]:
    """Return the public codes of the roll of an archive: each an element of the group, none twice.

    Raises:
        SealedRefused: one of them is not, or counts more than once (a weight shows who votes: no poll of ours has any).
    """
    codes: list[str] = []
    for number, item in enumerate(read_list(read_canonical_json(raw), least=1), start=1):
        code, *weight = _parts_of(item)
        if weight not in ([], ["1"]):
            raise SealedRefused(
                N_("le code n° %(number)s de la liste n’est pas seul : ni poids, ni nom n’y a sa place."),
                number=number,
            )
        codes.append(_read_public_code(code, number))
    _ensure_distinct(codes)
    return tuple(codes)


def write_roll(codes: Iterable[str]) -> str:
    """Return the text of a roll, in the order of the numbers, which says nothing of the persons (as belenios-tool has it)."""
    raw = compact_json(sorted(codes, key=int))
    read_roll(raw)
    return raw


def read_credential_file(text: str) -> tuple[tuple[str, str], ...]:
    """Return what the authority that made the codes hands to the town hall, ``….pubcreds``: (public code, number of the voter).

    The number is what ``generate-credentials`` found on the line of the voter; it never goes into the archive.

    Raises:
        SealedRefused: the text is not such a file, a code or a number is there twice, or a code counts more than once.
    """
    found: list[tuple[str, str]] = []
    for number, item in enumerate(read_list(read_canonical_json(text.strip()), least=1), start=1):
        code, *others = _parts_of(item)
        if len(others) not in (0, 2) or others[:1] not in ([], [""], ["1"]):
            raise SealedRefused(
                N_("le code n° %(number)s de la liste ne compte pas pour une personne."), number=number
            )
        found.append((_read_public_code(code, number), others[1] if others else ""))
    _ensure_distinct([code for code, _ in found])
    _ensure_distinct([voter for _, voter in found if voter])
    return tuple(found)


def _parts_of(item: object) -> list[str]:
    return item.split(",", 2) if isinstance(item, str) else [""]


def _read_public_code(code: str, number: int) -> str:
    try:
        return str(read_element(code))
    except SealedRefused as error:
        raise SealedRefused(
            N_("le code n° %(number)s de la liste n’est pas valable."), number=number
        ) from error


def _ensure_distinct(codes: list[str]) -> None:
    if len(set(codes)) != len(codes):
        raise SealedRefused(N_("un code est deux fois dans la liste."))
