#!/bin/sh
set -eu
cd "$(dirname "$0")/.."

.venv/bin/ruff check --fix --quiet || true  # what cannot be corrected is for `make check` to report
.venv/bin/ruff format --quiet
.venv/bin/djlint templates --reformat --quiet || [ $? -eq 1 ]  # 1 means that something was reformatted
