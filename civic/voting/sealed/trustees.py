"""Who holds a part of the key: each one needed, or as many as a threshold out of a group (specification, 4.5 to 4.7)."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from civic.voting.methods.refusals import N_
from civic.voting.sealed.group import GROUP_NAME, Number, P, Q, modular_power, power, power_of_g
from civic.voting.sealed.parsing import (
    compact_json,
    read_canonical_json,
    read_count,
    read_element,
    read_fields,
    read_list,
    read_text,
)
from civic.voting.sealed.proofs import knows_exponent, prove_exponent, read_proof
from civic.voting.sealed.refusals import SealedRefused

SINGLE, PEDERSEN = "Single", "Pedersen"
MOST_TRUSTEES = 50
_LONGEST_MESSAGE = 40_000


@dataclass(frozen=True)
class TrusteeGroup:
    """Trustees of whom ``threshold`` are needed, any of them. One alone is a group of one."""

    threshold: int
    keys: tuple[Number, ...]
    public_key: Number


@dataclass(frozen=True)
class Trustees:
    """All the trustees of a poll, numbered from 1 in the order of the groups."""

    groups: tuple[TrusteeGroup, ...]

    @cached_property
    def keys(self) -> tuple[Number, ...]:
        """The key with which the part of each trustee is checked."""
        return tuple(key for group in self.groups for key in group.keys)

    @cached_property
    def public_key(self) -> Number:
        """The key of the poll."""
        product = Number(1)
        for group in self.groups:
            product = product * group.public_key % P
        return product

    def is_enough(self, owners: Iterable[int]) -> bool:
        """Tell whether these trustees can open the total together."""
        return self.missing(owners) == 0

    def missing(self, owners: Iterable[int]) -> int:
        """Return how many trustees are still needed."""
        given = set(owners)
        return sum(max(0, group.threshold - len(given & members)) for group, members in self._members())

    def combine(self, factors: Mapping[int, Number]) -> Number:
        """Return what one encrypted total is to be divided by, from the parts of enough trustees, by number."""
        product = Number(1)
        for group, members in self._members():
            chosen = sorted(factors.keys() & members)[: group.threshold]
            if len(chosen) < group.threshold:
                raise SealedRefused(N_("il manque des clés pour ouvrir le total."))
            first = min(members)
            places = [owner - first + 1 for owner in chosen]
            for owner, place in zip(chosen, places, strict=True):
                weight = Number(1) if len(group.keys) == 1 else lagrange(place, places)
                product = product * power(factors[owner], weight) % P
        return product

    def _members(self) -> Iterable[tuple[TrusteeGroup, set[int]]]:
        first = 1
        for group in self.groups:
            yield group, set(range(first, first + len(group.keys)))
            first += len(group.keys)


def lagrange(place: int, places: Sequence[int]) -> Number:
    """Return the weight of one part among those of the places given."""
    weight = Number(1)
    for other in places:
        if other != place:
            weight = weight * other * modular_power(Number((other - place) % Q), -1, Q) % Q
    return weight


def read_trustees(raw: str) -> Trustees:
    """Return the trustees of a text, each one's proofs and signatures checked.

    Raises:
        SealedRefused: the text is not what it must be, or a trustee does not prove that she knows her key.
    """
    items = read_list(read_canonical_json(raw), least=1, most=MOST_TRUSTEES)
    trustees = Trustees(tuple(_read_group(item) for item in items))
    if len(trustees.keys) > MOST_TRUSTEES:
        raise SealedRefused(N_("il y a trop de dépositaires."))
    if len(set(trustees.keys)) != len(trustees.keys):
        raise SealedRefused(N_("deux dépositaires ont la même clé."))
    return trustees


def write_trustees(keys: Iterable[str], threshold: str | None = None) -> str:
    """Return the text of trustees who are all needed, and of a group of whom some are enough, where there is one.

    Args:
        keys: what ``generate-trustee-key`` wrote for each.
        threshold: what the last step of ``generate-trustee-key-threshold`` wrote for the group.

    Raises:
        SealedRefused: a key is not proved, or there is none.
    """
    groups = [[SINGLE, read_canonical_json(key.strip())] for key in keys]
    if threshold is not None:
        groups.append([PEDERSEN, read_canonical_json(threshold.strip())])
    raw = compact_json(groups)
    read_trustees(raw)
    return raw


def _read_group(item: Any) -> TrusteeGroup:
    kind, value = read_list(item, least=2, most=2)
    if kind == SINGLE:
        key = read_trustee_key(value)
        return TrusteeGroup(threshold=1, keys=(key,), public_key=key)
    if kind == PEDERSEN:
        return _read_threshold(value)
    raise SealedRefused(N_("une sorte de dépositaires est inconnue."))


def read_trustee_key(value: Any) -> Number:
    """Return the public key of a trustee, who proved that she knows the other half. Raises SealedRefused."""
    fields = read_fields(value, ("pok", "public_key"))
    key = read_element(fields["public_key"])
    if not knows_exponent(key, read_proof(fields["pok"]), lambda commitment: _key_text(key, commitment)):
        raise SealedRefused(N_("un dépositaire ne prouve pas qu’il connaît sa clé."))
    return key


def prove_trustee_key(secret: Number) -> dict[str, Any]:
    """Return the public key of a trustee, with the proof that she knows the secret one."""
    key = power_of_g(secret)
    proof = prove_exponent(secret, lambda commitment: _key_text(key, commitment))
    return {"pok": proof.published(), "public_key": str(key)}


def _key_text(key: Number, commitment: Number) -> str:
    return f"pok|{GROUP_NAME}|{key}|{commitment}"


def _read_threshold(value: Any) -> TrusteeGroup:
    """Return a group, after checking that the key of each member is the one that the signed polynomials of all give her."""
    fields = read_fields(value, ("threshold", "certs", "coefexps", "verification_keys"))
    certificates = read_list(fields["certs"], least=1, most=MOST_TRUSTEES)
    size = len(certificates)
    threshold = read_count(fields["threshold"], least=1)
    if threshold > size:
        raise SealedRefused(N_("le seuil dépasse le nombre de dépositaires."))
    signers = [_read_certificate(certificate) for certificate in certificates]
    polynomials = [
        _read_polynomial(signed, signer, threshold)
        for signed, signer in zip(read_list(fields["coefexps"], least=size, most=size), signers, strict=True)
    ]
    keys = tuple(
        read_trustee_key(key) for key in read_list(fields["verification_keys"], least=size, most=size)
    )
    for place, key in enumerate(keys, start=1):
        if key != _value_at(polynomials, place):
            raise SealedRefused(N_("la clé d’un dépositaire n’est pas celle que le groupe lui a donnée."))
    return TrusteeGroup(threshold, keys, _value_at(polynomials, 0))


def _value_at(polynomials: Sequence[Sequence[Number]], place: int) -> Number:
    """Return g raised to the sum of the polynomials at a place."""
    product = Number(1)
    for polynomial in polynomials:
        value = Number(1)
        for coefficient in reversed(polynomial):
            value = power(value, Number(place)) * coefficient % P
        product = product * value % P
    return product


def _read_certificate(value: Any) -> Number:
    """Return the key with which a member signs, from a certificate that she signed with it."""
    fields = read_fields(value, ("message", "signature"))
    message = read_text(fields["message"], _LONGEST_MESSAGE)
    keys = read_fields(read_canonical_json(message), ("verification", "encryption"))
    signer = read_element(keys["verification"])
    read_element(keys["encryption"])
    _ensure_signed(fields, signer)
    return signer


def _read_polynomial(value: Any, signer: Number, length: int) -> list[Number]:
    fields = read_fields(value, ("message", "signature"))
    message = read_text(fields["message"], _LONGEST_MESSAGE)
    exponents = read_fields(read_canonical_json(message), ("coefexps",))
    polynomial = [
        read_element(element) for element in read_list(exponents["coefexps"], least=length, most=length)
    ]
    _ensure_signed(fields, signer)
    return polynomial


def _ensure_signed(fields: dict[str, Any], signer: Number) -> None:
    message = fields["message"]
    proof = read_proof(fields["signature"])
    if not knows_exponent(signer, proof, lambda commitment: f"sigmsg|{message}|{commitment}"):
        raise SealedRefused(N_("la signature d’un dépositaire n’est pas la bonne."))
