"""What enters the ballot box, and why the rest does not."""

import json
from collections.abc import Callable
from copy import deepcopy

import pytest

from civic.voting.sealed.archive import EventKind, encode_entry
from civic.voting.sealed.ballots import make_ballot, read_ballot
from civic.voting.sealed.box import BallotsSeen, append_ballot, ballots_seen, check_new_ballot, ensure_new
from civic.voting.sealed.credentials import public_credential, read_code, read_roll
from civic.voting.sealed.refusals import BallotProblem, BallotRefused, SealedRefused
from tests.voting.sealed.belenios import VOTES
from tests.voting.sealed.forgeries import copied_ballot, outside_ballot, overvote, stranger
from tests.voting.sealed.stages import Stages, sign_again


def box_of(stages: Stages, stage: str) -> BallotsSeen:
    """Return the box as it was at a stage."""
    archive = stages.read(stage)
    ballots = [read_ballot(stages.election, raw) for (raw,) in archive.texts_of(EventKind.BALLOT)]
    return ballots_seen(read_roll(archive.events[0].texts[2]), ballots)


def earlier_ballot(stages: Stages, number: int) -> str:
    return stages.read("voted again").texts_of(EventKind.BALLOT)[number][0]


@pytest.mark.parametrize("maker", ["belenios", "ours"])
def test_a_first_ballot_enters_the_box_and_the_archive(stages: Stages, maker: str) -> None:
    box, code = box_of(stages, "voting"), stages.codes[3]
    raw = (
        stages.belenios.make_ballot(code, VOTES[0])
        if maker == "belenios"
        else make_ballot(stages.election, code, VOTES[0])
    )
    checked = check_new_ballot(stages.election, box, f"\n{raw}\n")
    archive = stages.read("voting")
    entries, head = append_ballot(archive.head, checked)
    grown = stages.archives["voting"] + b"".join(encode_entry(entry, archive.timestamp) for entry in entries)

    assert (checked.text, checked.replaces) == (raw, None)
    assert checked.credential == public_credential(code, stages.election.uuid)
    assert head.height == archive.head.height + 1
    assert stages.belenios.accepts(grown)
    assert stages.belenios.accepts_growth(stages.archives["voting"], grown)


def test_a_second_ballot_of_a_voter_replaces_her_first(stages: Stages) -> None:
    box = box_of(stages, "voting")
    checked = check_new_ballot(stages.election, box, make_ballot(stages.election, stages.codes[0], VOTES[1]))

    assert checked.replaces == read_ballot(stages.election, earlier_ballot(stages, 0)).tracker
    box.add(checked)
    assert len(box.last) == 3


def shifted(stages: Stages) -> str:
    content = json.loads(make_ballot(stages.election, stages.codes[3], VOTES[0]))
    content["signature"]["hash"] = content["election_hash"]
    return json.dumps(content, separators=(",", ":"))


def of_another_election(stages: Stages) -> str:
    content = json.loads(make_ballot(stages.election, stages.codes[3], VOTES[0]))
    content["election_hash"] = content["signature"]["hash"]
    return sign_again(stages.election, content, stages.codes[3])


def signed_again(stages: Stages) -> str:
    return sign_again(stages.election, json.loads(earlier_ballot(stages, 0)), stages.codes[0])


REFUSED: list[tuple[Callable[[Stages], str], BallotProblem]] = [
    (lambda stages: "", BallotProblem.MALFORMED),
    (lambda stages: "null", BallotProblem.MALFORMED),
    (lambda stages: earlier_ballot(stages, 0)[:-1], BallotProblem.MALFORMED),
    (lambda stages: earlier_ballot(stages, 0).replace("{", "{ ", 1), BallotProblem.MALFORMED),
    (lambda stages: " " * 10 + "[" * 100_000, BallotProblem.MALFORMED),
    (lambda stages: "[" * 1_000, BallotProblem.MALFORMED),
    (of_another_election, BallotProblem.WRONG_ELECTION),
    (lambda stages: make_ballot(stages.election, stranger(), VOTES[0]), BallotProblem.NOT_ON_ROLL),
    (shifted, BallotProblem.INVALID_SIGNATURE),
    (lambda stages: overvote(stages, 3), BallotProblem.INVALID_PROOF),
    (lambda stages: outside_ballot(stages, 3), BallotProblem.INVALID_PROOF),
    (lambda stages: earlier_ballot(stages, 3), BallotProblem.DUPLICATE),
    (lambda stages: earlier_ballot(stages, 1), BallotProblem.DUPLICATE),
    (lambda stages: earlier_ballot(stages, 0), BallotProblem.REPLAY),
    (signed_again, BallotProblem.REPLAY),
    (lambda stages: copied_ballot(stages, 3), BallotProblem.COPY),
]


@pytest.mark.parametrize(("make", "problem"), REFUSED)
def test_a_ballot_that_may_not_enter_is_refused_and_changes_nothing(
    stages: Stages, make: Callable[[Stages], str], problem: BallotProblem
) -> None:
    box = box_of(stages, "voted again")
    before = deepcopy(box)

    with pytest.raises(BallotRefused) as refused:
        check_new_ballot(stages.election, box, make(stages))

    assert refused.value.problem == problem
    assert box == before
    assert str(refused.value).startswith(("Ce bulletin", "La signature"))
    assert "%(" not in str(refused.value)


def test_two_ballots_with_one_mark_that_were_checked_together_do_not_both_enter(stages: Stages) -> None:
    """Proofs are checked before the lock is taken, and newness again under it."""
    box = box_of(stages, "voting")
    raw = make_ballot(stages.election, stages.codes[3], VOTES[0])
    first, second = (check_new_ballot(stages.election, box, raw) for _ in range(2))
    box.add(first)

    with pytest.raises(BallotRefused) as refused:
        ensure_new(box, second.credential, second.tracker, second.marks)

    assert refused.value.problem == BallotProblem.DUPLICATE


@pytest.mark.parametrize(
    "votes",
    [
        [[0, 1, 0]],
        [[0, 1], [0, 0, 0, 0]],
        [[0, 2, 0], [0, 0, 0, 0]],
        [[0, 0, 0], [0, 0, 0, 0]],
        [[0, 1, 1], [0, 0, 0, 0]],
        [[1, 1, 0], [0, 0, 0, 0]],
        [[0, 1, 0], [1, 1, 1, 0]],
    ],
)
def test_no_ballot_is_made_that_breaks_the_rules(stages: Stages, votes: list[list[int]]) -> None:
    with pytest.raises(SealedRefused):
        make_ballot(stages.election, stages.codes[0], votes)


def test_a_code_is_read_as_it_is_typed_and_a_slip_is_seen(stages: Stages) -> None:
    code = stages.codes[0]
    letters = code.replace("-", "")

    assert read_code(code) == read_code(letters) == read_code(f" {letters[:5]} {letters[5:]}\n") == code
    wrong = letters[:3] + ("2" if letters[3] != "2" else "3") + letters[4:]
    for slip in (letters[:-1], wrong, letters[:-1] + "0", "é" * 15, ""):
        with pytest.raises(SealedRefused):
            read_code(slip)
