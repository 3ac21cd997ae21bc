"""The real elections that lie beside the checkout, with the results that their towns published."""

from pathlib import Path

import pytest

DATA = Path(__file__).resolve().parents[3] / "shared" / "data" / "voting"
PABULIB = (
    "France_Toulouse_2022",
    "France_Toulouse_2024",
    "Poland_Czestochowa_2024_Mirow",
    "Poland_Czestochowa_2025_Mirow",
    "Poland_Gdynia_2020_Orlowo__small",
    "Poland_Swiecie_2023",
    "Poland_Warszawa_2018_Las",
    "Poland_Warszawa_2019_Brodno",
)


def real_file(name: str) -> Path:
    """Return a file of the real elections; where they are not beside the checkout, the test is skipped, and says so."""
    path = DATA / name
    if not path.is_file():
        pytest.skip("the real elections are not there: expected ../shared/data/voting beside the checkout")
    return path


def budget_file(name: str) -> Path:
    return real_file(f"pabulib/{name}.pb")


def burlington() -> Path:
    return real_file("preflib/00005-00000002.toi")


def orsay() -> Path:
    return real_file("orsay2007/bureau_06.csv")
