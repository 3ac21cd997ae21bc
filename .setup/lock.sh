#!/bin/sh
# One lock for every platform. No index address is written: where packages come from belongs to the machine.
set -eu
cd "$(dirname "$0")/.."

lock() {
    .venv/bin/uv pip compile --quiet --upgrade --universal --python-version 3.11 --generate-hashes \
        --no-emit-index-url --no-header "$1.in" --output-file "$1.txt"
}

lock requirements
lock requirements-dev
