"""The numbers of sealed polls: the group BELENIOS-2048 of the specification (5.1), its powers, and texts hashed into exponents.

gmpy2 is only faster (ten times): Python's own integers give the same results.
"""

import hashlib
import secrets
from functools import lru_cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    Number = int
    modular_power = pow
else:
    try:
        from gmpy2 import mpz as Number
        from gmpy2 import powmod as modular_power
    except ImportError:
        Number = int
        modular_power = pow

GROUP_NAME = "BELENIOS-2048"
P = Number(
    "206947856914225464010136436575050080649229892957511040971008847870573742192427174019222372544976"
    "843381290666331380789584049600543896362897963930387739057228036059737494276713767776188985898727"
    "358650490811670993105358677809800307904916540637771737641986785272734744763418356000356983051931"
    "442845617019110007867373073335641239717328979132404745788344682606523279746479511376726586935821"
    "800463179220736688600526271863633860887968821207694323661494910029234443463732221458841005864210"
    "502421203654335612013204811188524087310770141516662001623131771693721892480785077118278423174980"
    "73276598828825169183103125680162072880719"
)
"""The prime: numbers are counted modulo it."""

Q = Number("78571733251071885079927659812671450121821421258408794611510081919805623223441")
"""The order of the group, a prime too: exponents are counted modulo it."""

G = Number(
    "240235267750185220922768770353239993271228765737836491651007531878766327414635321932028567615526"
    "967879969466829874938909508389657342560190060106847716449173547413728310461045868131451178164675"
    "540052740288984613986453266121505579709716201616827031288643245666383486363578210615491841998253"
    "431518974065818686865115135857641013888221539601604322884360393098933366277284840659313840601023"
    "167509576377798266510360682240663507669776402534625377308513317349519424896775405257365904949247"
    "763147599157519877517771148149092045660020547812705472823814097251863985833411570056835369555342"
    "3781475582491896050296680037745308460627"
)
"""The generator of the group."""

EXPONENT_BYTES = 32


def power(base: Number, exponent: Number) -> Number:
    """Return a power in the group; the exponent is from 0 to Q - 1."""
    return modular_power(base, exponent, P)


def inverse(number: Number) -> Number:
    """Return what a number is divided by being multiplied with."""
    return modular_power(number, -1, P)


def is_member(number: Number) -> bool:
    """Tell whether a number is an element of the group, and not only a number below P: most are not."""
    return bool(0 < number < P and modular_power(number, Q, P) == 1)


def hash_to_exponent(text: str) -> Number:
    """Return the SHA-256 of a text, as a whole number, modulo Q."""
    return Number(int.from_bytes(hashlib.sha256(text.encode()).digest(), "big")) % Q


def random_exponent() -> Number:
    """Return an exponent that nobody can guess."""
    return Number(secrets.randbelow(int(Q)))


class PowerTable:
    """The powers of one number that many proofs raise (the generator, the key of the poll): three times faster than ``power``.

    A row for each byte of the exponent holds what each of its 256 values brings.
    """

    def __init__(self, base: Number) -> None:
        self.rows: list[list[Number]] = []
        for _ in range(EXPONENT_BYTES):
            row = [Number(1)]
            for _ in range(255):
                row.append(row[-1] * base % P)
            self.rows.append(row)
            base = row[-1] * base % P

    def power(self, exponent: Number) -> Number:
        """Return a power of the number; the exponent is from 0 to Q - 1."""
        product = Number(1)
        for row, byte in zip(self.rows, int(exponent).to_bytes(EXPONENT_BYTES, "little"), strict=True):
            if byte:
                product = product * row[byte] % P
        return product


@lru_cache(maxsize=8)
def power_table(base: Number) -> PowerTable:
    """Return the table of a number, made once (two megabytes each)."""
    return PowerTable(base)


def power_of_g(exponent: Number) -> Number:
    """Return a power of the generator."""
    return power_table(G).power(exponent)
