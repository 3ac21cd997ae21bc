"""The demonstration commune, built once for all the processes that run the tests, and copied to whoever wants it."""

import fcntl
import os
import shutil
from collections.abc import Callable
from pathlib import Path

import pytest

from civic import demo
from tests.conftest import build, dispose, empty_journal

CopyDemo = Callable[[Path], str]


@pytest.fixture(scope="session")
def copy_demo(tmp_path_factory: pytest.TempPathFactory) -> CopyDemo:
    """Copy the commune into a folder, and return the address of its database: whoever has it does with it what they like."""
    file = shared_folder(tmp_path_factory) / "demonstration.sqlite3"

    def copy(folder: Path) -> str:
        build_once(file)
        return f"sqlite:///{shutil.copy(file, folder / 'civic.sqlite3')}"

    return copy


def shared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return the folder of this run of the tests: each process of pytest-xdist has its own within it."""
    own = tmp_path_factory.getbasetemp()
    return own.parent if "PYTEST_XDIST_WORKER" in os.environ else own


def build_once(file: Path) -> None:
    """Build the commune unless another process has, or wait for the one that is building it."""
    with file.with_suffix(".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)  # let go when the file is closed, whatever happens
        if file.exists():
            return
        made = file.with_suffix(".made")
        made.unlink(missing_ok=True)  # what a process that fell left
        url = f"sqlite:///{made}"
        app = build(url)
        with app.app_context():
            demo.load(seed=1)
        dispose(app)
        empty_journal(url)
        made.rename(file)
