"""What others wrote and we serve is exactly what was taken, under its licence."""

import base64
import hashlib
import json
from pathlib import Path

VENDOR = Path(__file__).resolve().parents[2] / "static" / "vendor"


def test_every_vendored_script_is_the_one_that_was_taken() -> None:
    manifest = json.loads((VENDOR / "manifest.json").read_text())
    scripts = {path.name for path in VENDOR.glob("*.js")}

    assert scripts == set(manifest)
    for name, entry in manifest.items():
        digest = base64.b64encode(hashlib.sha384((VENDOR / name).read_bytes()).digest()).decode()
        assert entry["integrity"] == f"sha384-{digest}"
        assert entry["license"] in (VENDOR / entry["license_file"]).read_text()
        assert entry["version"] in name
