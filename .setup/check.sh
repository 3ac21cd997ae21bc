#!/bin/sh
# Every check that reads the code without running it. All are run, so that one report names all that is wrong.
set -u
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
failed=''

check() {
    echo "== $*"
    "$@" || failed="$failed
  $*"
}

check ruff format --check --quiet
check ruff check --quiet
check mypy
check lint-imports --no-logo
check djlint templates --check
check djlint templates --lint
check python .setup/messages.py --check

if [ -n "$failed" ]; then
    echo "Failed:$failed" >&2
    exit 1
fi
