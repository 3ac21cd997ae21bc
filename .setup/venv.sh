#!/bin/sh
# Make .venv hold exactly the pinned requirements; with `dev`, those of the tests as well.
# Nothing but Python is supposed: Debian's python3 has neither pip nor ensurepip, so pip comes from the wheel beside this file.
set -eu
cd "$(dirname "$0")/.."

find_python() {
    for candidate in python3 python3.14 python3.13 python3.12 python3.11; do
        if "$candidate" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
            command -v "$candidate"
            return
        fi
    done
    echo "Python 3.11 or newer is needed, and $(python3 --version 2>/dev/null || echo 'no Python') was found." >&2
    return 1
}

create() {
    python=$(find_python)
    wheel=$(echo .setup/pip-*.whl)
    rm -rf .venv
    "$python" -m venv --without-pip .venv
    .venv/bin/python "$wheel/pip" install --quiet --no-index --no-deps "$wheel"
}

install() {
    echo "Installing the pinned requirements: a minute or two, once." >&2
    .venv/bin/python -m pip install --quiet --no-input --disable-pip-version-check --require-hashes "$@"
}

if [ "${1:-}" = dev ]; then
    stamp=.venv/.installed-dev
    set -- -r requirements.txt -r requirements-dev.txt
else
    stamp=.venv/.installed
    set -- -r requirements.txt
fi

# The folder is in the stamp because a virtual environment does not survive being moved.
wanted="$PWD $(cat requirements*.txt | sha256sum)"
made_in=$(cut -d ' ' -f 1 .venv/.installed .venv/.installed-dev 2>/dev/null | head -n 1)

if [ ! -x .venv/bin/python ] || [ ! -x .venv/bin/pip ] || [ "${made_in:-$PWD}" != "$PWD" ]; then
    create
fi
if [ "$(cat "$stamp" 2>/dev/null)" != "$wanted" ]; then
    install "$@"
    echo "$wanted" > "$stamp"
fi
