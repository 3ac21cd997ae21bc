"""A long computation, in a process of its own: in this one, its seconds of processor would keep every request waiting."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


def compute_apart(module: str, question: dict[str, Any], *, longest_seconds: int) -> dict[str, Any]:
    """Ask a module, run as a program, what it answers: JSON in, JSON out. It is given none of our secrets.

    Raises:
        subprocess.SubprocessError: it failed, or took longer.
    """
    done = subprocess.run(
        [sys.executable, "-m", module],
        input=json.dumps(question).encode(),
        stdout=subprocess.PIPE,
        cwd=ROOT,
        env={"PATH": os.defpath, "OMP_NUM_THREADS": "1", "OPENBLAS_NUM_THREADS": "1"},
        timeout=longest_seconds,
        check=True,
    )
    answer: dict[str, Any] = json.loads(done.stdout)
    return answer
