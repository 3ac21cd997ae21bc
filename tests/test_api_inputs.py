"""Whatever is sent to the API, it answers with a sentence, never with an internal error.

Schemathesis makes the inputs from the OpenAPI document that we publish, as somebody would who writes a client, or an attack.

`make test` tries each limit of each address as somebody with every role, and some inputs as a stranger, who is turned away from
most; `make long` tries the limits as both, and more inputs.
"""

import subprocess
import sys
from pathlib import Path

import pytest
from flask import Flask

from civic.accounts.models import Role
from civic.accounts.service import people
from tests.conftest import add_person, add_town
from tests.live import StartServer

EXAMPLES, MORE_EXAMPLES = "8", "50"
PHASES = "examples,fuzzing,stateful"
"""All but the limits of each address, which are five thousand calls."""

CHECKS = "not_a_server_error,content_type_conformance,response_schema_conformance,status_code_conformance,negative_data_rejection"


@pytest.mark.long
@pytest.mark.parametrize("who", ["somebody with every role", "a stranger"])
def test_no_input_of_the_api_gets_an_internal_error(
    app: Flask, start_server: StartServer, tmp_path: Path, is_in_full: bool, who: str
) -> None:
    with app.app_context():
        town, (place, *_) = add_town()
        roles = tuple((role, town) for role in Role)
        token = people.issue_api_token(person_id=add_person("Ada", lives_in=place, roles=roles))
    server = start_server(writes_per_minute="1000000")

    command = [
        str(Path(sys.executable).with_name("schemathesis")),
        "run",
        f"{server.url}/api/v1/openapi.json",
    ]
    command += [
        "--checks",
        CHECKS,
        "--max-examples",
        MORE_EXAMPLES if is_in_full else EXAMPLES,
        "--seed",
        "1",
        "--generation-database",
        "none",
    ]

    if who != "a stranger":
        command += ["-H", f"Authorization: Bearer {token}"]
    elif not is_in_full:
        command += ["--phases", PHASES]

    run = subprocess.run(command, capture_output=True, text=True, timeout=1800, cwd=tmp_path, check=False)

    assert run.returncode == 0, run.stdout[run.stdout.find("= FAILURES") :][:20_000]
