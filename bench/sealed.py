"""What sealed ballots cost the server: 1,000 voters, yes, no or blank, then up to three of five options (8 encrypted answers).

python -m bench.sealed [--voters N] [--with-belenios]

Prints JSON figures, of one process. The exit status is 1 when one is above its target, or when an archive is not accepted.
"""

import argparse
import json
import secrets
import shutil
import subprocess
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from pathlib import Path
from random import Random

from civic.voting.sealed.archive import EventKind, encode_archive, next_event, setup_texts
from civic.voting.sealed.ballots import make_ballot, read_ballot
from civic.voting.sealed.box import ballots_seen, check_new_ballot
from civic.voting.sealed.credentials import BASE58, code_checksum, public_credential, write_roll
from civic.voting.sealed.election import SealedQuestion, read_sealed_election, write_sealed_election
from civic.voting.sealed.group import random_exponent
from civic.voting.sealed.parsing import compact_json
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
from civic.voting.sealed.trustees import prove_trustee_key, read_trustees, write_trustees
from civic.voting.sealed.verify import verify_archive
from config import ROOT

DATA = ROOT.parent / "shared" / "data" / "voting" / "belenios"
UUID = "BenchBenchBench"
TRUSTEES = 3
MOST_MILLISECONDS_A_BALLOT = 60
MOST_SECONDS = 60
QUESTIONS = (
    SealedQuestion("Favorable ?", ("Oui", "Non"), least=1, most=1, allows_blank=True),
    SealedQuestion("Au plus trois", ("Bancs", "Arbres", "Fontaine", "Jeux", "Vélos"), least=0, most=3),
)


def new_code() -> str:
    """Return a voting code. (A town's are made by an authority, with belenios-tool.)"""
    letters = "".join(secrets.choice(BASE58) for _ in range(14))
    letters += code_checksum(letters)
    return "-".join(letters[place : place + 3] for place in range(0, 15, 3))


def votes_of(number: int) -> list[list[int]]:
    random = Random(number)
    first = [0, 0, 0]
    first[random.randrange(3)] = 1
    chosen = random.sample(range(5), random.randrange(4))
    return [first, [int(place in chosen) for place in range(5)]]


def vote(raw: str, code: str, number: int) -> str:
    return make_ballot(read_sealed_election(raw), code, votes_of(number))


def run_election(voters: int) -> tuple[bytes, dict[str, float]]:
    """Return the archive of a whole election, and what its parts took."""
    figures = {}
    keys = [random_exponent() for _ in range(TRUSTEES)]
    trustees = write_trustees(compact_json(prove_trustee_key(key)) for key in keys)
    codes = [new_code() for _ in range(voters)]
    roll = write_roll(public_credential(code, UUID) for code in codes)
    raw = write_sealed_election(
        uuid=UUID,
        name="Mesure",
        description="",
        public_key=read_trustees(trustees).public_key,
        questions=QUESTIONS,
    )
    election = read_sealed_election(raw)
    with ProcessPoolExecutor() as pool:
        ballots = list(pool.map(vote, [raw] * voters, codes, range(voters), chunksize=20))
    box = ballots_seen(json.loads(roll))
    began = time.process_time()
    for ballot in ballots[:100]:
        box.add(check_new_ballot(election, box, ballot))
    figures["milliseconds a new ballot"] = 1000 * (time.process_time() - began) / len(ballots[:100])
    began = time.process_time()
    tally = add_up(election, [read_ballot(election, ballot) for ballot in ballots])
    figures["seconds to add up"] = time.process_time() - began
    encrypted = write_encrypted_tally(tally)
    parts = [decrypt_part(election, key, tally) for key in keys]
    read = {owner: read_partial_decryption(election, part) for owner, part in enumerate(parts, start=1)}
    began = time.process_time()
    sums = open_tally(read_trustees(trustees), tally, voters, read)
    figures["seconds to open the sums"] = time.process_time() - began
    events = [
        (EventKind.SETUP, setup_texts(raw, trustees, roll)),
        *((EventKind.BALLOT, (ballot,)) for ballot in ballots),
        (EventKind.END_BALLOTS, ()),
        (EventKind.ENCRYPTED_TALLY, (encrypted, write_sized_tally(voters, encrypted))),
        *(
            (EventKind.PARTIAL_DECRYPTION, (part, write_owned(owner, part)))
            for owner, part in enumerate(parts, 1)
        ),
        (EventKind.RESULT, (write_result(sums),)),
    ]
    head, entries = None, []
    for kind, texts in events:
        added, head = next_event(head, kind, texts)
        entries += added
    return encode_archive(1_800_000_000, entries), figures


def verify_with_belenios(archive: bytes) -> dict[str, object]:
    """Let belenios-tool verify the archive too."""
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / f"{UUID}.bel").write_bytes(archive)
        began = time.monotonic()
        done = subprocess.run(["belenios-tool", "election", "verify", "--dir", folder], capture_output=True)
    return {"accepted": done.returncode == 0, "seconds": round(time.monotonic() - began, 1)}


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--voters", type=int, default=1000)
    parser.add_argument(
        "--with-belenios", action="store_true", help="let belenios-tool verify the archive too"
    )
    asked = parser.parse_args()
    archive, measured = run_election(asked.voters)
    began = time.process_time()
    report = verify_archive(archive)
    seconds = time.process_time() - began
    figures: dict[str, object] = {name: round(value, 1) for name, value in measured.items()}
    figures |= {
        "voters": asked.voters,
        "megabytes": round(len(archive) / 1e6, 1),
        "accepted": report.is_valid,
        "seconds to verify": round(seconds, 1),
    }
    is_right = report.is_valid and seconds < MOST_SECONDS
    is_right &= measured["milliseconds a new ballot"] < MOST_MILLISECONDS_A_BALLOT
    if asked.with_belenios and shutil.which("belenios-tool"):
        figures["belenios-tool"] = verify_with_belenios(archive)
    for path in sorted(DATA.glob("*.bel")):
        figures[path.stem] = verify_archive(path.read_bytes()).is_valid
        is_right &= figures[path.stem] is True
    print(json.dumps(figures, indent=2))
    return 0 if is_right else 1


if __name__ == "__main__":
    sys.exit(main())
