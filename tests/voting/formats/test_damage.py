"""Files damaged at random are read or refused in a sentence; nothing else happens."""

from pathlib import Path
from random import Random

import pytest

from civic.voting.formats.reading import count_file
from civic.voting.methods.refusals import CountRefused
from tests.voting.formats.test_pabulib import SMALL
from tests.voting.formats.test_rankings import BLT, TABLE, TOI

PIECES = [
    b"",
    b"0",
    b"-1",
    b"999999999999999",
    b";",
    b",",
    b":",
    b'"',
    b"\n",
    b"\r",
    b"\0",
    b"{",
    b"}",
    b"=",
    b"#",
    "é".encode(),
    b"\xff",
    b"9" * 40,
]


@pytest.mark.parametrize(
    ("name", "text", "method"),
    [
        ("a.pb", SMALL, None),
        ("a.toi", TOI, "schulze"),
        ("a.toi", TOI, "irv"),
        ("a.blt", BLT, "stv"),
        ("a.csv", TABLE, "majority-judgment"),
        ("a.csv", TABLE, "points"),
    ],
)
def test_a_damaged_file_is_read_or_refused(tmp_path: Path, name: str, text: str, method: str | None) -> None:
    random, whole, file = Random(name), text.encode(), tmp_path / name
    told: list[str] = []
    for _ in range(300):
        damaged = whole
        for _ in range(random.randint(1, 3)):
            start = random.randrange(len(damaged) + 1)
            damaged = damaged[:start] + random.choice(PIECES) + damaged[start + random.choice((0, 1, 1, 5)) :]
        file.write_bytes(damaged)
        try:
            count_file(file, method)
        except CountRefused as refusal:
            told.append(str(refusal))

    assert len(told) > 100
    assert [one for one in told if "\n" in one or len(one) > 500] == []
