"""The commands of ``docs/sealed-polls.md``, run as they are written by those to whom it is addressed, each in a folder of her own."""

import os
import re
import shutil
import subprocess
from pathlib import Path

from civic.voting.sealed.archive import EventKind, setup_texts
from civic.voting.sealed.ballots import read_ballot
from civic.voting.sealed.credentials import read_credential_file, write_roll
from civic.voting.sealed.election import SealedQuestion, read_sealed_election, write_sealed_election
from civic.voting.sealed.parsing import sha256_base64
from civic.voting.sealed.tally import (
    add_up,
    open_tally,
    read_partial_decryption,
    write_encrypted_tally,
    write_owned,
    write_result,
    write_sized_tally,
)
from civic.voting.sealed.trustees import read_trustees, write_trustees
from civic.voting.sealed.verify import verify_archive
from civic.voting.verification.script import verifier_script
from config import ROOT
from tests.voting.sealed.belenios import ensure_version
from tests.voting.sealed.stages import Event, build

UUID = "AubernayVote26"
BLOCKS = re.findall(r"```sh\n(.*?)```", (ROOT / "docs" / "sealed-polls.md").read_text(), re.S)
(CODES, KEY, STEP_1, STEP_2, STEP_3, STEP_4, STEP_5, STEP_6, BALLOT, VERIFY, COMPARE, OPEN, OPEN_TOGETHER) = (
    BLOCKS
)


class Desk:
    """The computer of somebody, on which she types what the guide says."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        folder.mkdir()

    def type(self, block: str, **values: object) -> str:
        for name, value in values.items():
            block = block.replace(name, str(value))
        done = subprocess.run(
            ["bash", "-euo", "pipefail", "-c", block],
            cwd=self.folder,
            capture_output=True,
            text=True,
            env=os.environ | {"BELENIOS_USE_URANDOM": "1"},
            timeout=60,
        )
        assert done.returncode == 0, (block, done.stdout, done.stderr)
        return done.stdout

    def file(self, pattern: str) -> Path:
        (found,) = self.folder.glob(pattern)
        return found

    def hand(self, pattern: str, other: "Desk") -> None:
        shutil.copy(self.file(pattern), other.folder)


def make_group(desks: list[Desk], middle: Desk) -> list[Desk]:
    """Let trustees make a key of which two parts are enough; return them in the order of their numbers."""
    for desk in desks:
        desk.type(STEP_1)
        desk.hand("*.cert", middle)
    middle.type(STEP_2)
    for desk in desks:
        middle.hand("certs.jsons", desk)
        desk.type(STEP_3)
        desk.hand("*.polynomial", middle)
    middle.type(STEP_4)
    for desk in desks:
        middle.hand(f"{desk.file('*.cert').stem}.vinput", desk)
        desk.type(STEP_5)
        desk.hand("*.voutput", middle)
    order = middle.type(STEP_6).split()
    for desk in desks:
        middle.hand(f"{desk.file('*.cert').stem}.dkey", desk)
    return sorted(desks, key=lambda desk: order.index(desk.file("*.cert").name))


def test_a_whole_poll_is_run_by_following_the_guide(tmp_path: Path) -> None:
    ensure_version()
    authority, alone, middle, voter = (
        Desk(tmp_path / name) for name in ("codes", "alone", "middle", "voter")
    )
    said = authority.type(CODES, IDENTIFIANT=UUID, NOMBRE=3)
    listed = authority.file("*.pubcreds").read_text()
    alone.type(KEY)
    group = make_group([Desk(tmp_path / f"trustee{number}") for number in range(3)], middle)
    threshold = (middle.folder / "threshold.json").read_text()
    keys = write_trustees([alone.file("*.pubkey").read_text()], threshold)
    question = SealedQuestion("Pour ?", ("Oui", "Non"), least=1, most=1, allows_blank=True)
    raw = write_sealed_election(
        uuid=UUID, name="Été", description="", public_key=read_trustees(keys).public_key, questions=[question]
    )
    roll = write_roll(code for code, _ in read_credential_file(listed))
    events: list[Event] = [(EventKind.SETUP, setup_texts(raw, keys, roll))]
    (voter.folder / "urne.bel").write_bytes(build(1_800_000_000, events))

    (voter.folder / "code.txt").write_text(authority.file("codes.txt").read_text().splitlines()[0])
    (voter.folder / "choix.json").write_text("[[0,1,0]]")
    tracker = voter.type(BALLOT).strip()
    election = read_sealed_election(raw)
    ballot = read_ballot(election, (voter.folder / "bulletin.json").read_text().strip())
    tally = add_up(election, [ballot])
    encrypted = write_encrypted_tally(tally)
    events += [
        (EventKind.BALLOT, (ballot.raw,)),
        (EventKind.END_BALLOTS, ()),
        (EventKind.ENCRYPTED_TALLY, (encrypted, write_sized_tally(1, encrypted))),
    ]
    openers = {1: (alone, OPEN), 4: (group[2], OPEN_TOGETHER), 2: (group[0], OPEN_TOGETHER)}
    parts = {}
    for number, (desk, block) in openers.items():
        (desk.folder / "urne.bel").write_bytes(build(1_800_000_000, events[:4]))
        desk.type(block, NUMERO=number)
        part, owned = (desk.folder / "ouverture.json").read_text().splitlines()
        parts[number] = read_partial_decryption(election, part)
        events.append((EventKind.PARTIAL_DECRYPTION, (part, owned)))
        assert owned == write_owned(number, part)
    sums = open_tally(read_trustees(keys), tally, 1, parts)
    events.append((EventKind.RESULT, (write_result(sums),)))

    assert sums == ((0, 1, 0),)
    assert tracker == ballot.tracker
    assert f"fingerprint of public credentials is {sha256_base64(roll)}" in said
    report = verify_archive(build(1_800_000_000, events))
    assert report.is_valid, report.lines()
    audit(Desk(tmp_path / "auditor"), events)


def audit(auditor: Desk, events: list[Event]) -> None:
    """Verify as everybody may, with a copy of the day before."""
    for name, length in ((".", len(events)), ("hier", 2), ("aujourdhui", len(events))):
        folder = auditor.folder / name
        folder.mkdir(exist_ok=True)
        (folder / "urne.bel").write_bytes(build(1_800_000_000, events[:length]))
    (auditor.folder / "verifier_scrutin.py").write_text(verifier_script())

    assert "Oui : 1" in auditor.type(VERIFY)
    assert "ajouts : 6" in auditor.type(COMPARE)
