#!/bin/sh
# Every check that reads the code without running it. All are run, so that one report names all that is wrong.
set -u
cd "$(dirname "$0")/.."
PATH="$PWD/.venv/bin:$PATH"
failed=''
said=$(mktemp)
trap 'rm -f "$said"' EXIT

check() {
    echo "== $*"
    "$@" || failed="$failed
  $*"
}

check_types() {
    wait "$types"
    status=$?
    cat "$said"
    return "$status"
}

# Types take as long as all the rest when nothing is kept of the last time: they are read beside it.
mypy >"$said" 2>&1 &
types=$!
check ruff format --check --quiet
check ruff check --quiet
check lint-imports --no-logo
check djlint templates --check
check djlint templates --lint
check python .setup/messages.py --check
check check_types

if [ -n "$failed" ]; then
    echo "Failed:$failed" >&2
    exit 1
fi
