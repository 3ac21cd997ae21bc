"""Debian's ``belenios-tool`` 2.0, which plays the town hall, the authority that makes the codes, the trustees, a voter or an auditor."""

import json
import os
import shutil
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

import pytest

GROUP = ("--group", "BELENIOS-2048")
QUESTIONS: list[dict[str, Any]] = [
    {
        "answers": ["Oui", "Non"],
        "blank": True,
        "min": 1,
        "max": 1,
        "question": "Êtes-vous pour l’ombre « place du Marché » ? 🌳",
    },
    {
        "answers": ["Bancs", 'Jeux "d’eau" \\ sable', "Vélos\u2028et\ttrottinettes", "<b>&amp;</b> \x01"],
        "min": 0,
        "max": 2,
        "question": "Au plus deux aménagements",
    },
]
VOTES = ([[0, 1, 0], [1, 1, 0, 0]], [[1, 0, 0], [0, 0, 0, 0]], [[0, 0, 1], [0, 0, 1, 0]])


def ensure_version() -> None:
    """Fail with what to install, where belenios-tool 2.0 is not there."""
    needed = "These tests need belenios-tool 2.0 (Debian 12: apt-get install --no-install-recommends belenios-tool)"
    if not shutil.which("belenios-tool"):
        pytest.fail(f"{needed}: it is missing.")
    version = subprocess.run(
        ["belenios-tool", "--version"], capture_output=True, text=True, check=True
    ).stdout
    if not version.startswith("2.0"):
        pytest.fail(f"{needed}: this is {version.strip()}.")


class Belenios:
    """An election run in a directory by belenios-tool."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        ensure_version()
        self.uuid = self.run("setup", "generate-token")
        self.codes: list[str] = []

    def try_to(self, *words: str, given: str = "") -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            ["belenios-tool", *words],
            cwd=self.folder,
            input=given,
            capture_output=True,
            text=True,
            env=os.environ | {"BELENIOS_USE_URANDOM": "1"},
            timeout=60,
        )

    def run(self, *words: str, given: str = "") -> str:
        done = self.try_to(*words, given=given)
        assert done.returncode == 0, (words, done.stderr)
        return done.stdout.strip()

    @property
    def archive(self) -> Path:
        return next(self.folder.glob("*.bel"))

    def read(self) -> bytes:
        return self.archive.read_bytes()

    def make_codes(self, voters: int) -> str:
        """Make the codes of the voters; return what the authority hands to the town hall."""
        (self.folder / "voters.txt").write_text("".join(f"{number}\n" for number in range(1, voters + 1)))
        self.run("setup", "generate-credentials", "--uuid", self.uuid, *GROUP, "--file", "voters.txt")
        public, private = next(self.folder.glob("*.pubcreds")), next(self.folder.glob("*.privcreds"))
        self.codes = [line.split()[1] for line in private.read_text().splitlines()]
        public.rename(self.folder / "public_creds.json")
        return (self.folder / "public_creds.json").read_text()

    def make_trustees(self, number: int) -> list[str]:
        """Make the keys of trustees who are all needed; return the public ones, in their order."""
        for _ in range(number):
            self.run("setup", "generate-trustee-key", *GROUP)
        keys = [path.read_text() for path in sorted(self.folder.glob("*.pubkey"))]
        (self.folder / "public_keys.jsons").write_text("".join(keys))
        return keys

    def make_threshold_trustees(self, number: int, threshold: int) -> None:
        """Let trustees make keys of which some are enough, each step as its own program would."""
        key = ("setup", "generate-trustee-key-threshold", *GROUP)
        for _ in range(number):
            self.run(*key, "--step", "1")
        known = ("--certs", "certs.jsons")
        (self.folder / "certs.jsons").write_text(self._joined("cert"))
        self.run(*key, *known, "--step", "2")
        keys = sorted(self.folder.glob("*.key"))
        polynomials = [
            self.run(*key, *known, "--key", one.name, "--step", "3", "--threshold", str(threshold))
            for one in keys
        ]
        (self.folder / "polynomials.jsons").write_text("\n".join(polynomials) + "\n")
        shared = ("--polynomials", "polynomials.jsons")
        self.run(*key, *known, "--step", "4", *shared)
        outputs = []
        for one in keys:
            given = one.with_suffix(".vinput").read_text()
            outputs.append(self.run(*key, *known, "--key", one.name, "--step", "5", given=given))
        gathered = "\n".join(outputs) + "\n"
        parameters = self.run(*key, *known, "--step", "6", *shared, given=gathered)
        (self.folder / "threshold.json").write_text(parameters + "\n")

    def _joined(self, suffix: str) -> str:
        return "".join(path.read_text() for path in sorted(self.folder.glob(f"*.{suffix}")))

    def open(self, questions: Sequence[dict[str, Any]] = QUESTIONS) -> None:
        """Set the election up, from the codes and the keys that were made."""
        self.run("setup", "make-trustees")
        template = {
            "description": "Conseil de quartier « Centre »",
            "name": "Été 2026",
            "questions": questions,
        }
        (self.folder / "questions.json").write_text(json.dumps(template, ensure_ascii=False))
        made = ("setup", "make-election", "--uuid", self.uuid, *GROUP)
        self.run(*made, "--template", "questions.json")
        self.run("archive", "init")
        for name in ("election.json", "trustees.json", "public_creds.json"):
            (self.folder / name).unlink()

    def make_ballot(self, code: str, votes: Sequence[Sequence[int]]) -> str:
        (self.folder / "code").write_text(code)
        (self.folder / "votes").write_text(json.dumps(votes))
        return self.run("election", "generate-ballot", "--privcred", "code", "--ballot", "votes")

    def add(self, kind: str, texts: str = "") -> bytes:
        """Add an event; return the archive."""
        self.run("archive", "add-event", f"--type={kind}", given=texts)
        return self.read()

    def vote(self, code: str, votes: Sequence[Sequence[int]]) -> bytes:
        return self.add("Ballot", self.make_ballot(code, votes))

    def close(self) -> bytes:
        return self.add("EndBallots")

    def add_up(self) -> bytes:
        return self.add("EncryptedTally", self.run("election", "compute-encrypted-tally"))

    def decrypt(self, number: int) -> bytes:
        """Let the trustee of a number, among those who are all needed, open the sums."""
        key = sorted(self.folder.glob("*.privkey"))[number - 1].name
        part = self.run("election", "decrypt", "--privkey", key, "--trustee-id", str(number))
        return self.add("PartialDecryption", part)

    def decrypt_together(self, number: int) -> bytes:
        """Let a trustee of the group with a threshold open the sums."""
        key = sorted(self.folder.glob("*.key"))[number - 1]
        own = ("--key", key.name, "--decryption-key", key.with_suffix(".dkey").name)
        part = self.run("election", "decrypt-threshold", *own, "--trustee-id", str(number))
        return self.add("PartialDecryption", part)

    def announce(self) -> bytes:
        return self.add("Result", self.run("election", "compute-result"))

    def accepts(self, archive: bytes) -> bool:
        """Tell whether ``election verify`` passes all its checks on an archive."""
        folder = self.folder / "audited"
        shutil.rmtree(folder, ignore_errors=True)
        folder.mkdir()
        (folder / f"{self.uuid}.bel").write_bytes(archive)
        done = self.try_to("election", "verify", "--dir", str(folder))
        return done.returncode == 0 and "all checks passed" in done.stderr

    def accepts_growth(self, earlier: bytes, later: bytes) -> bool:
        """Tell whether ``election verify-diff`` passes from a saved copy to another."""
        folders = []
        for name, content in (("earlier", earlier), ("later", later)):
            folders.append(self.folder / name)
            folders[-1].mkdir(exist_ok=True)
            (folders[-1] / f"{self.uuid}.bel").write_bytes(content)
        words = ("--dir1", str(folders[0]), "--dir2", str(folders[1]))
        return self.try_to("election", "verify-diff", *words).returncode == 0
