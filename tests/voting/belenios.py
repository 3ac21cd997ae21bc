"""Debian's `belenios-tool` 2.0, a program that is not ours: the authority, the trustees and the verifier of tests."""

import json
import os
import shutil
import subprocess
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tests.servers import ServerMissing

GROUP = "BELENIOS-2048"


def tool(folder: Path, *arguments: str, given: str | None = None, accepts: tuple[int, ...] = (0,)) -> str:
    """Run `belenios-tool` in a folder, and return what it prints."""
    program = shutil.which("belenios-tool")
    if program is None:
        raise ServerMissing(
            "belenios-tool is missing: apt-get install --no-install-recommends belenios-tool (2.0)"
        )
    run = subprocess.run(
        [program, *arguments],
        cwd=folder,
        input="" if given is None else given,
        capture_output=True,
        text=True,
        env={**os.environ, "BELENIOS_USE_URANDOM": "1"},
    )
    assert run.returncode in accepts, f"belenios-tool {' '.join(arguments)}: {run.stderr}"
    return run.stdout


def verify(folder: Path) -> None:
    """Fail unless `belenios-tool` accepts the archive that a folder holds."""
    tool(folder, "election", "verify")


@dataclass
class Election:
    """An election that `belenios-tool` alone prepared.

    Attributes:
        text: election.json, byte for byte.
        codes: the voters' codes.
        trustee_keys: the private key files of the trustees.
    """

    folder: Path
    uuid: str
    text: str
    codes: list[str]
    trustee_keys: list[Path]

    def add(self, kind: str, payload: str = "") -> None:
        tool(self.folder, "archive", "add-event", f"--type={kind}", given=payload)

    def result(self) -> list[list[int]]:
        """Close the election, decrypt, and return the numbers of each question."""
        self.add("EndBallots")
        self.add("EncryptedTally", tool(self.folder, "election", "compute-encrypted-tally"))
        for number, key in enumerate(self.trustee_keys, start=1):
            factors = tool(
                self.folder, "election", "decrypt", "--privkey", str(key), "--trustee-id", str(number)
            )
            self.add("PartialDecryption", factors)
        result = tool(self.folder, "election", "compute-result")
        self.add("Result", result)
        counts: list[list[int]] = json.loads(result)["result"]
        return counts


def make_codes(folder: Path, uuid: str, number: int) -> tuple[list[str], list[str]]:
    """As the authority does: return the public list, and the codes of the voters."""
    names = "".join(f"voter{place}@example.fr,voter{place},1\n" for place in range(number))
    (folder / "voters.txt").write_text(names)
    tool(
        folder,
        "setup",
        "generate-credentials",
        "--uuid",
        uuid,
        "--group",
        GROUP,
        "--file",
        "voters.txt",
    )
    public, private = next(folder.glob("*.pubcreds")), next(folder.glob("*.privcreds"))
    codes = [line.split()[1] for line in private.read_text().splitlines()]
    listed: list[str] = json.loads(public.read_text())
    public.rename(folder / "public_creds.json")
    return listed, codes


def make_election(folder: Path, questions: list[dict[str, Any]], *, voters: int, trustees: int) -> Election:
    """Prepare an election wholly by `belenios-tool`, ready for its first ballot."""
    uuid = tool(folder, "setup", "generate-token").strip()
    _, codes = make_codes(folder, uuid, voters)
    for _ in range(trustees):
        tool(folder, "setup", "generate-trustee-key", "--group", GROUP)
    public = sorted(folder.glob("*.pubkey"))
    (folder / "public_keys.jsons").write_text("".join(path.read_text() for path in public))
    tool(folder, "setup", "make-trustees")
    template = {"description": "d", "name": "n", "questions": questions}
    authorities = {"administrator": "la mairie", "credential_authority": "le tiers"}
    (folder / "questions.json").write_text(json.dumps({**template, **authorities}))
    tool(folder, "setup", "make-election", "--uuid", uuid, "--group", GROUP, "--template", "questions.json")
    text = (
        (folder / "election.json").read_text().rstrip("\n")
    )  # the archive, and the hash, are without its last line end
    tool(folder, "archive", "init")
    for name in ("election.json", "trustees.json", "public_creds.json"):
        (folder / name).unlink(missing_ok=True)
    return Election(folder, uuid, text, codes, sorted(folder.glob("*.privkey")))
