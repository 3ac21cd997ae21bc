"""Each program accepts what the other made, at each stage of an election, and writes the same bytes."""

import json
from pathlib import Path

import pytest

from civic.voting.sealed.archive import EventKind, encode_archive, read_archive, setup_texts
from civic.voting.sealed.ballots import make_ballot, read_ballot
from civic.voting.sealed.credentials import public_credential, read_credential_file, read_roll, write_roll
from civic.voting.sealed.election import SealedQuestion, read_sealed_election, write_sealed_election
from civic.voting.sealed.group import Number
from civic.voting.sealed.parsing import sha256_base64
from civic.voting.sealed.tally import (
    add_up,
    decrypt_part,
    open_tally,
    read_partial_decryption,
    write_encrypted_tally,
    write_owned,
    write_result,
    write_sized_tally,
)
from civic.voting.sealed.trustees import read_trustees, write_trustees
from civic.voting.sealed.verify import verify_archive
from tests.voting.real import real_file
from tests.voting.sealed.belenios import VOTES, Belenios
from tests.voting.sealed.stages import Stages, build, events_of

STAGES = (
    "open",
    "voting",
    "voted again",
    "closed",
    "added up",
    "one trustee",
    "two trustees",
    "result",
)
KINDS = (
    ("Setup", "Ballot", "Ballot", "EndBallots", "EncryptedTally") + ("PartialDecryption",) * 2 + ("Result",)
)


@pytest.mark.parametrize(("stage", "kind"), list(zip(STAGES, KINDS, strict=True)))
def test_both_accept_the_archive_at_each_stage(stages: Stages, stage: str, kind: str) -> None:
    report = verify_archive(stages.archives[stage])

    assert stages.belenios.accepts(stages.archives[stage])
    assert (report.is_valid, report.facts["stage"]) == (True, kind), report.lines()


@pytest.mark.parametrize("stage", STAGES)
def test_an_archive_is_written_again_byte_for_byte(stages: Stages, stage: str) -> None:
    archive = read_archive(stages.archives[stage])

    assert encode_archive(archive.timestamp, archive.entries) == stages.archives[stage]
    assert build(archive.timestamp, events_of(stages.archives[stage])) == stages.archives[stage]


def test_the_result_tells_the_last_vote_of_each_voter(stages: Stages) -> None:
    report = verify_archive(stages.archives["result"])

    assert report.facts["result"] == ((1, 0, 2), (0, 1, 1, 1))
    assert (report.facts["ballots"], report.facts["voters"], report.facts["roll"]) == (4, 3, 4)
    assert report.lines()[-2].endswith(
        'Bancs : 0 ; Jeux "d’eau" \\ sable : 1 ; Vélos et trottinettes : 1 ; <b>&amp;</b> \x01 : 1'
    )
    assert report.lines()[-1] == "Tout est vérifié."


def test_the_codes_of_the_authority_are_read_and_give_its_roll(stages: Stages) -> None:
    roll = stages.read("open").events[0].texts[2]
    codes = read_credential_file(stages.public_codes)

    assert write_roll(code for code, _ in codes) == roll
    assert read_roll(roll) == tuple(sorted((code for code, _ in codes), key=int))
    assert {voter: code for code, voter in codes} == {
        str(number): public_credential(code, stages.belenios.uuid)
        for number, code in enumerate(stages.codes, start=1)
    }


def test_a_ballot_of_ours_is_accepted_by_belenios(stages: Stages) -> None:
    events = events_of(stages.archives["voted again"])
    for code, votes in zip(stages.codes[1:], reversed(VOTES), strict=True):
        raw = make_ballot(stages.election, code, votes)
        events.append((EventKind.BALLOT, (raw,)))
    archive = build(stages.read("open").timestamp, events)

    assert stages.belenios.accepts(archive)
    assert verify_archive(archive).is_valid
    assert stages.belenios.accepts_growth(stages.archives["voting"], archive)


def test_a_ballot_of_belenios_has_the_tracker_that_it_tells(stages: Stages) -> None:
    raw = stages.belenios.make_ballot(stages.codes[3], VOTES[0])

    assert read_ballot(stages.election, raw).tracker == stages.belenios.run("sha256-b64", given=raw)


def test_the_sums_and_the_result_are_those_of_belenios(stages: Stages) -> None:
    archive, election = stages.read("result"), stages.election
    ballots = [read_ballot(election, raw) for (raw,) in archive.texts_of(EventKind.BALLOT)]
    tally = add_up(election, ballots)
    encrypted = write_encrypted_tally(tally)
    parts = {
        number: read_partial_decryption(election, texts[0])
        for number, texts in enumerate(archive.texts_of(EventKind.PARTIAL_DECRYPTION), start=1)
    }
    sums = open_tally(read_trustees(archive.events[0].texts[1]), tally, 3, parts)

    assert archive.texts_of(EventKind.ENCRYPTED_TALLY) == [(encrypted, write_sized_tally(3, encrypted))]
    assert archive.texts_of(EventKind.RESULT) == [(write_result(sums),)]


def test_an_election_that_we_run_is_accepted_by_belenios(tmp_path: Path) -> None:
    """The codes and the keys are made by belenios-tool, as they are to be in a town; all the rest is ours."""
    belenios = Belenios(tmp_path)
    roll = write_roll(code for code, _ in read_credential_file(belenios.make_codes(2)))
    keys = write_trustees(belenios.make_trustees(3))
    secrets = [Number(json.loads(path.read_text())) for path in sorted(tmp_path.glob("*.privkey"))]
    raw = write_sealed_election(
        uuid=belenios.uuid,
        name='Vote à l’« école »\u2028\t\\ "🗳" </script>\x7f\x01',
        description="",
        public_key=read_trustees(keys).public_key,
        questions=[SealedQuestion("Quel jour ?", ("Mardi", "Jeudi"), least=1, most=1)],
        administrator="Mairie d’Aubernay",
        credential_authority="Conseil citoyen",
    )
    election = read_sealed_election(raw)
    ballots = [make_ballot(election, code, [[0, 1]]) for code in belenios.codes]
    tally = add_up(election, [read_ballot(election, ballot) for ballot in ballots])
    encrypted = write_encrypted_tally(tally)
    parts = [decrypt_part(election, secret, tally) for secret in secrets]
    events = [
        (EventKind.SETUP, setup_texts(raw, keys, roll)),
        *((EventKind.BALLOT, (ballot,)) for ballot in ballots),
        (EventKind.END_BALLOTS, ()),
        (EventKind.ENCRYPTED_TALLY, (encrypted, write_sized_tally(2, encrypted))),
        *(
            (EventKind.PARTIAL_DECRYPTION, (part, write_owned(owner, part)))
            for owner, part in enumerate(parts, start=1)
        ),
        (EventKind.RESULT, ('{"result":[[0,2]]}',)),
    ]

    for length in range(1, len(events) + 1):
        archive = build(1_800_000_000, events[:length])
        assert verify_archive(archive).is_valid, verify_archive(archive).lines()
        assert length in (2, 6, 7) or belenios.accepts(archive)
    assert sha256_base64(raw) == election.fingerprint


def test_two_trustees_of_three_open_the_total(tmp_path: Path) -> None:
    belenios = Belenios(tmp_path)
    belenios.make_codes(2)
    belenios.make_threshold_trustees(3, 2)
    (tmp_path / "public_keys.jsons").write_text("")
    threshold = (tmp_path / "threshold.json").read_text()
    belenios.open([{"answers": ["Oui", "Non"], "min": 1, "max": 1, "question": "Pour ?"}])
    opened = belenios.read()
    belenios.vote(belenios.codes[1], [[1, 0]])
    belenios.close()
    belenios.add_up()
    belenios.decrypt_together(3)
    belenios.decrypt_together(1)
    archive = belenios.announce()
    report = verify_archive(archive)
    one_trustee = [event for event in events_of(archive) if '"owner":1,' not in str(event)]
    fewer = build(read_archive(archive).timestamp, one_trustee)

    assert (report.is_valid, report.facts["result"]) == (True, ((1, 0),)), report.lines()
    assert belenios.accepts(archive)
    assert len(one_trustee) == len(events_of(archive)) - 1
    assert verify_archive(fewer).checks[-1].problem == "il manque des clés pour ouvrir le total."
    assert not belenios.accepts(fewer)
    raw = read_archive(opened).events[0].texts[1]
    assert write_trustees([], threshold) == raw
    assert [(group.threshold, len(group.keys)) for group in read_trustees(raw).groups] == [(2, 3)]


@pytest.mark.parametrize("name", ["Bge9JnF45rvA3y", "TCuBhagH5GRo3G"])
def test_the_elections_that_were_kept_are_accepted(name: str) -> None:
    """Of Belenios' own demonstrations, one that has a threshold beside a trustee who is needed. ``python -m bench.sealed`` reads all."""
    report = verify_archive(real_file(f"belenios/{name}.bel").read_bytes())

    assert report.is_valid, report.lines()
    assert report.facts["result"]
