"""Texts that are not what they must be are refused in a sentence; none stops a program, and none is understood in two ways."""

import json
from collections.abc import Callable
from functools import cache
from itertools import cycle, repeat
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from civic.voting.sealed.archive import EventKind, read_archive
from civic.voting.sealed.ballots import check_ballot, read_ballot
from civic.voting.sealed.credentials import read_credential_file, read_roll, write_roll
from civic.voting.sealed.election import (
    LONGEST_TEXT,
    SealedQuestion,
    read_sealed_election,
    write_sealed_election,
)
from civic.voting.sealed.group import G, P, PowerTable, Q, is_member, power
from civic.voting.sealed.parsing import compact_json, read_canonical_json, read_element, read_strict_json
from civic.voting.sealed.refusals import BallotRefused, SealedRefused
from civic.voting.sealed.tally import read_owned, read_partial_decryption, read_result
from civic.voting.sealed.trustees import read_trustees
from civic.voting.sealed.verify import verify_archive
from tests.voting.sealed.stages import Stages, build, events_of, places_of

many = settings(max_examples=80, deadline=None)

json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=8) | st.just(str(G)),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner, max_size=3),
    max_leaves=8,
)


@cache
def an_election() -> str:
    question = SealedQuestion("Pour ?", ("Oui", "Non"), least=1, most=1, allows_blank=True)
    return write_sealed_election(
        uuid="1" * 14, name="Été", description="", public_key=G, questions=[question]
    )


def readers() -> list[Callable[[str], Any]]:
    election = read_sealed_election(an_election())
    return [
        read_sealed_election,
        read_trustees,
        read_roll,
        read_credential_file,
        read_owned,
        lambda text: read_ballot(election, text),
        lambda text: read_partial_decryption(election, text),
        lambda text: read_result(election, text),
    ]


def refusal_of(reader: Callable[[str], Any], text: str) -> str:
    """Return why a text is refused, or nothing when it is not."""
    try:
        reader(text)
    except SealedRefused as refused:
        return str(refused)
    return ""


@many
@given(json_values.map(lambda value: json.dumps(value)) | st.text(max_size=40))
def test_no_text_stops_a_reader(text: str) -> None:
    for reader in readers():
        assert "%(" not in refusal_of(reader, text)


@many
@given(st.binary(max_size=1200))
def test_no_file_stops_the_verifier(content: bytes) -> None:
    assert not verify_archive(content).is_valid


def paths_of(value: Any, path: tuple[Any, ...] = ()) -> list[tuple[Any, ...]]:
    """Return the paths of every part of a value."""
    items = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    return [path, *(found for key, inner in items for found in paths_of(inner, (*path, key)))]


def replaced(value: Any, path: tuple[Any, ...], new: Any) -> Any:
    if not path:
        return new
    copy = dict(value) if isinstance(value, dict) else list(value)
    copy[path[0]] = replaced(value[path[0]], path[1:], new)
    return copy


@pytest.mark.parametrize("new", [None, {}, [], "0", "-1", "007", str(P), 1.5, True], ids=repr)
def test_a_ballot_with_any_part_replaced_is_refused(stages: Stages, new: Any) -> None:
    election = stages.election
    raw = stages.read("voting").texts_of(EventKind.BALLOT)[0][0]
    value = json.loads(raw)
    for path in paths_of(value):
        changed = compact_json(replaced(value, path, new))
        with pytest.raises(BallotRefused):
            check_ballot(election, read_ballot(election, changed))


@pytest.mark.parametrize("part", [0, 1, 2, 3])
def test_a_set_up_with_any_part_replaced_is_refused(stages: Stages, part: int) -> None:
    """A text of the poll or its numbers may change its meaning, which its fingerprint tells; it never stops the reader."""
    archive = read_archive(stages.archives["open"])
    value = json.loads(archive.events[0].texts[part])
    reader = (read_sealed_election, read_trustees, read_roll, read_canonical_json)[part]
    for path in paths_of(value)[:60]:
        for new in (None, {}, [], -1, "1,2", "\x00"):
            assert "%(" not in refusal_of(reader, compact_json(replaced(value, path, new)))


@pytest.mark.parametrize(
    "text",
    [
        '{"a":1,"a":1}',
        '{"a":1, "b":2}',
        '{"a":1.0}',
        '{"a":1e3}',
        '{"a":NaN}',
        '{"a":-0}',
        '{"a":"\\ud800"}',
        '{"a":"\\u0041"}',
        '{"a":1}\n',
        "1" * 5000,
        "[" * 13 + "]" * 13,
        "[" * 200_000,
        '{"a":' * 100_000,
        '"' + '\\"' * 500_000,
        '{"\\',
        "",
        "\ufeff{}",
    ],
    ids=lambda text: text[:12],
)
def test_a_text_has_one_way_to_be_written(text: str) -> None:
    with pytest.raises(SealedRefused):
        read_canonical_json(text)


def test_brackets_in_a_text_are_no_depth() -> None:
    assert read_strict_json(json.dumps(["[" * 500 + '\\"' + "{" * 500]))


@pytest.mark.parametrize(
    "number", [0, -1, P, P + 1, P - 1, 2, "1", None, "+1", "1_0", "١", " 1", "1\n", "01"], ids=repr
)
def test_a_number_outside_of_the_group_is_refused(number: Any) -> None:
    text = str(number) if isinstance(number, int) else number
    if text == "1":
        assert read_element(text) == 1
        return
    with pytest.raises(SealedRefused):
        read_element(text)


def test_the_group_is_the_one_of_the_specification() -> None:
    assert (int(P).bit_length(), int(Q).bit_length()) == (2048, 256)
    assert (P - 1) % Q == 0
    assert is_member(G)
    assert pow(3, int(P) - 1, int(P)) == 1
    assert pow(3, int(Q) - 1, int(Q)) == 1


@many
@given(st.integers(0, int(Q) - 1))
def test_a_table_gives_the_powers_of_its_number(exponent: int) -> None:
    assert table().power(exponent) == power(G, exponent)


@cache
def table() -> PowerTable:
    return PowerTable(G)


@pytest.mark.parametrize(
    "change",
    [
        {"version": 2},
        {"group": "RFC-3526-2048"},
        {"group": "Ed25519"},
        {"uuid": "trop court"},
        {"uuid": "../../etc/passwd"},
        {"public_key": "1"},
        {"public_key": str(P - 1)},
        {"questions": []},
        {"questions": [{"answers": [], "min": 0, "max": 0, "question": "Q"}]},
        {"questions": [{"answers": ["A"], "min": 1, "max": 2, "question": "Q"}]},
        {"questions": [{"answers": ["A"], "min": 1, "max": 0, "question": "Q"}]},
        {"questions": [{"answers": ["A"], "blank": 1, "min": 0, "max": 1, "question": "Q"}]},
        {"questions": [{"type": "NonHomomorphic", "value": {"answers": ["A"], "question": "Q"}}]},
        {"name": "x" * (LONGEST_TEXT + 1)},
        {"unknown": 1},
    ],
    ids=str,
)
def test_an_election_of_another_kind_is_refused(change: dict[str, Any]) -> None:
    with pytest.raises(SealedRefused):
        read_sealed_election(compact_json(json.loads(an_election()) | change))


@pytest.mark.parametrize(
    ("roll", "says"),
    [
        ([str(G), str(G)], "deux fois"),
        ([str(G), f"{G},1"], "deux fois"),
        ([f"{G},2"], "ni poids"),
        ([f"{G},1,Ada"], "ni poids"),
        ([f"{G},"], "ni poids"),
        ([str(P - 1)], "n° 1 de la liste n’est pas valable"),
        ([1], "n° 1 de la liste n’est pas valable"),
        ([], "longueur"),
    ],
)
def test_a_roll_that_is_not_fit_is_refused(roll: list[Any], says: str) -> None:
    with pytest.raises(SealedRefused) as refused:
        read_roll(compact_json(roll))

    assert says in str(refused.value)


@pytest.mark.parametrize("codes", [[], [str(G)] * 2, ["-1"]])
def test_no_roll_is_written_that_would_be_refused(codes: list[str]) -> None:
    with pytest.raises(SealedRefused):
        write_roll(codes)


@pytest.mark.parametrize(
    ("others", "is_read"), [("", True), (",,7", True), (",1,7", True), (",2,7", False), (",,7,8", True)]
)
def test_the_file_of_the_authority_gives_a_voter_for_each_code(others: str, is_read: bool) -> None:
    text = compact_json([f"{G}{others}"]) + "\n"
    if is_read:
        assert read_credential_file(text) == ((str(G), others[2:].lstrip(",") if others else ""),)
    else:
        with pytest.raises(SealedRefused):
            read_credential_file(text)


COUNTED = ((EventKind.ENCRYPTED_TALLY, 2), (EventKind.PARTIAL_DECRYPTION, 2), (EventKind.RESULT, 1))


@pytest.mark.parametrize(
    ("kind", "text"), [(kind, text) for kind, number in COUNTED for text in range(number)]
)
def test_a_count_with_any_part_replaced_is_refused(stages: Stages, kind: EventKind, text: int) -> None:
    """The chain is made anew each time; the proofs of the ballots, which do not change, are not checked again."""
    events = events_of(stages.archives["result"])
    place = places_of(events, kind)[0]
    texts = events[place][1]
    strange = cycle((None, {}, [], "1", -1, 10**11, str(P), "é", True, [[]]))
    for path, new in zip(paths_of(json.loads(texts[text])), strange, strict=False):
        changed = list(texts)
        changed[text] = compact_json(replaced(json.loads(texts[text]), path, new))
        forged = [*events[:place], (kind, tuple(changed)), *events[place + 1 :]]
        report = verify_archive(build(0, forged), mapper=lambda check, ballots: repeat(True, len(ballots)))
        assert not report.is_valid, (path, new)
        assert report.checks[-1].code in ("tally", "decryption", "result")
