import json
import shutil
import subprocess
from pathlib import Path
from typing import Any

from config import ROOT
from tests.servers import ServerMissing

BOOTH = Path(ROOT) / "static" / "js" / "booth"


def in_node(do: str, **asked: Any) -> Any:
    """Have the booth's modules do something in Node."""
    node = shutil.which("node")
    if node is None:
        raise ServerMissing("node is missing: `make test` installs it.")
    script = Path(__file__).with_name("booth.mjs")
    run = subprocess.run(
        [node, "--experimental-default-type=module", script],
        input=json.dumps({"root": str(BOOTH), "do": do, **asked}),
        capture_output=True,
        text=True,
    )
    assert run.returncode == 0, run.stderr
    return json.loads(run.stdout)
