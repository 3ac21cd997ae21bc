#!/bin/sh
# Compare our counts with those of programs that we did not write: bench/peers/run.sh [--profiles N] [--instances N] [--seed N]
# Also needs belenios-tool (Debian: apt-get install --no-install-recommends belenios-tool).
set -eu
cd "$(dirname "$0")/../.."
venv=bench/peers/.venv

command -v belenios-tool >/dev/null || {
    echo "belenios-tool is missing: apt-get install --no-install-recommends belenios-tool" >&2
    exit 1
}
if [ ! -x "$venv/bin/python" ]; then
    wheel=$(echo .setup/pip-*.whl)
    python3 -m venv --without-pip "$venv"
    "$venv/bin/python" "$wheel/pip" install --quiet --no-index --no-deps "$wheel"
fi
"$venv/bin/pip" install --quiet --disable-pip-version-check --requirement bench/peers/requirements.txt
exec "$venv/bin/python" -m bench.peers "$@"
