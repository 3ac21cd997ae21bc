"""What the accounts decide without asking anything: paths in mails, ages, and the one civil identity of a person."""

from datetime import date
from urllib.parse import urlencode

from civic.accounts.errors import BirthDateImpossible
from civic.kernel.text import fold

LONGEST_LIFE_YEARS = 120

MAILED_PATHS = {
    "confirm_email": "/compte/confirmation/",
    "reset_password": "/compte/mot-de-passe/nouveau/",
    "change_email": "/compte/adresse/confirmation/",
}


def mailed_path(purpose: str, token: str, next_path: str = "/") -> str:
    """Return the path of the page that a mailed token opens, which then leads to what the person came for."""
    path = MAILED_PATHS[purpose] + token
    return path if next_path == "/" else f"{path}?{urlencode({'next': next_path})}"


def age_on(born_on: date, day: date) -> int:
    """Return an age in whole years; who is born on 29 February grows older on 1 March of other years."""
    return day.year - born_on.year - ((day.month, day.day) < (born_on.month, born_on.day))


def ensure_possible_birth(born_on: date | None, today: date) -> None:
    """Raises BirthDateImpossible: in the future, or more than 120 years ago."""
    if born_on is not None and not (born_on <= today and age_on(born_on, today) <= LONGEST_LIFE_YEARS):
        raise BirthDateImpossible(fields={"born_on": [BirthDateImpossible.message]})


def civil_identity(*, family_name: str, first_names: str, born_on: date, birth_place: str) -> str:
    """Return the civil identity as it is hashed: accents, hyphens, capitals and spaces make no difference."""
    return "|".join((fold(family_name), fold(first_names), born_on.isoformat(), fold(birth_place)))
