"""Two processes that start at once on a new machine keep one secret: sessions and sealed texts of one are read by the other."""

import subprocess
import sys
from pathlib import Path

from config import ROOT, SHORTEST_SECRET

SLOWLY = """
import pathlib, secrets, sys, time
import config

made = secrets.token_urlsafe
def slowly(size):
    time.sleep(0.3)  # the other process comes meanwhile
    return made(size)
config.secrets.token_urlsafe = slowly
config.INSTANCE = pathlib.Path(sys.argv[1])
print(config._kept_secret())
"""


def test_two_processes_that_start_at_once_keep_one_secret(tmp_path: Path) -> None:
    kept = tmp_path / "instance"
    command = [sys.executable, "-c", SLOWLY, str(kept)]
    started = [subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True) for _ in range(2)]

    read = {process.communicate(timeout=30)[0].strip() for process in started}

    assert read == {(kept / "secret_key").read_text()}
    assert len(read.pop()) >= SHORTEST_SECRET
    assert [path.name for path in kept.iterdir()] == ["secret_key"]
    assert (kept / "secret_key").stat().st_mode & 0o777 == 0o600
