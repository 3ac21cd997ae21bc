"""A register that somebody kept, checked by hand: each way of cheating is seen, with its line."""

import json

import pytest

from civic.voting.register.chain import (
    Change,
    Damage,
    Line,
    RegisterDamaged,
    canonical,
    compare,
    read_register,
    sealed_turnout,
    sha256,
)


def grow(*contents: tuple[str, dict[str, object]], poll: int = 7) -> list[Line]:
    lines: list[Line] = []
    for kind, content in contents:
        parent = lines[-1].hash if lines else ""
        at = f"2026-11-27T{8 + len(lines):02}:00:00Z"
        lines.append(Line(poll, len(lines), parent, at, kind, content))
    return lines


def text_of(lines: list[Line]) -> str:
    return "".join(f"{line.published}\n" for line in lines)


HONEST = grow(
    ("frozen", {"rules": "é"}),
    ("head", {"turnout": 3}),
    ("refused", {"act": "change"}),
    ("head", {"turnout": 5}),
)


def damage_of(text: str) -> tuple[Damage, int]:
    with pytest.raises(RegisterDamaged) as caught:
        read_register(text)
    return caught.value.damage, caught.value.line


def test_an_honest_register_is_read_as_it_was_written() -> None:
    assert read_register(text_of(HONEST)) == HONEST


def test_a_line_changed_by_hand_is_seen_at_its_line() -> None:
    text = text_of(HONEST).replace('"turnout":3', '"turnout":4')

    assert damage_of(text) == (Damage.ALTERED, 2)


def test_a_line_whose_hash_was_made_again_no_longer_holds_the_next() -> None:
    forged = Line(**{**vars(HONEST[1]), "content": {"turnout": 4}})

    assert damage_of(text_of([HONEST[0], forged, *HONEST[2:]])) == (Damage.UNCHAINED, 3)


@pytest.mark.parametrize(
    ("lines", "damage"),
    [
        ([HONEST[0], HONEST[2], HONEST[3]], (Damage.MISNUMBERED, 2)),
        ([HONEST[1], HONEST[0]], (Damage.MISNUMBERED, 1)),
        ([HONEST[0], *grow(("frozen", {}), ("head", {}), poll=8)[1:]], (Damage.OTHER_POLL, 2)),
        (grow(("frozen", {}), ("head", {"turnout": 5}), ("head", {"turnout": 4})), (Damage.TURNOUT_FELL, 3)),
        (
            grow(("frozen", {}), ("closed", {"turnout": 5}), ("head", {"turnout": 6})),
            (Damage.AFTER_CLOSING, 3),
        ),
        (
            grow(("frozen", {}), ("closed", {"turnout": 5}), ("closed", {"turnout": 6})),
            (Damage.AFTER_CLOSING, 3),
        ),
    ],
)
def test_lines_dropped_moved_taken_elsewhere_or_impossible_are_seen(
    lines: list[Line], damage: tuple[Damage, int]
) -> None:
    assert damage_of(text_of(lines)) == damage


def test_a_line_dated_before_the_one_it_follows_is_seen() -> None:
    first = HONEST[0]
    late = Line(7, 1, first.hash, "2026-11-27T07:59:59Z", "head", {"turnout": 0})

    assert damage_of(text_of([first, late])) == (Damage.BACK_IN_TIME, 2)


def test_a_sealed_turnout_that_is_not_the_one_revealed_is_seen() -> None:
    seal = sealed_turnout("abc", 4)

    grown = grow(
        ("frozen", {}),
        ("head", {"sealed_turnout": seal}),
        ("closed", {"turnout": 9, "seals": [[1, "abc", 4]]}),
    )
    forged = grow(
        ("frozen", {}),
        ("head", {"sealed_turnout": seal}),
        ("closed", {"turnout": 9, "seals": [[1, "abc", 5]]}),
    )

    assert read_register(text_of(grown)) == grown
    assert damage_of(text_of(forged)) == (Damage.SEAL_BROKEN, 2)


@pytest.mark.parametrize("row", ["", "[]", "null", "12", '{"hash":"x"}', "{" * 5000, '{"hash":1,"poll":"7"}'])
def test_what_is_no_register_is_refused_with_its_line(row: str) -> None:
    text = text_of(HONEST[:1]) + row + "\n"

    assert damage_of(text) == (Damage.UNREADABLE, 2)
    assert damage_of("")[0] is Damage.EMPTY


def test_a_line_written_otherwise_than_canonically_is_refused() -> None:
    values = json.loads(HONEST[0].published)

    assert damage_of(json.dumps(values)) == (Damage.ALTERED, 1)


def test_a_cut_register_is_seen_beside_a_longer_copy_and_not_alone() -> None:
    assert read_register(text_of(HONEST[:2])) == HONEST[:2]

    found = compare(HONEST, HONEST[:2])

    assert (found.change, found.line, found.is_sound) == (Change.SHORTER, 3, False)


def test_a_kept_copy_is_the_beginning_of_an_honest_register() -> None:
    found = compare(HONEST[:2], HONEST)

    assert (found.change, found.added, found.is_sound) == (Change.GREW, 2, True)
    assert compare(HONEST, HONEST).change is Change.SAME


def test_a_register_written_again_from_a_line_on_is_seen_beside_a_kept_copy() -> None:
    again = grow(("frozen", {"rules": "é"}), ("head", {"turnout": 4}), ("head", {"turnout": 5}))

    found = compare(HONEST, again)

    assert (found.change, found.line, found.is_sound) == (Change.REWRITTEN, 2, False)
    assert compare(HONEST, grow(("frozen", {}), poll=9)).change is Change.OTHER_POLL


def test_the_hash_is_the_sha256_of_the_line_without_it() -> None:
    """What docs/town-hall.md tells a reader to do by hand."""
    values = json.loads(HONEST[2].published)
    claimed = values.pop("hash")

    assert sha256(canonical(values)) == claimed
