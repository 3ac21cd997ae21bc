#!/bin/sh
# Make sure that the browser and the servers that the tests start are on the machine.
set -eu
cd "$(dirname "$0")/.."

has() {
    command -v "$1" >/dev/null
}

missing=''
has chromium || missing="$missing chromium"
has redis-server || missing="$missing redis-server"
has initdb || ls /usr/lib/postgresql/*/bin/initdb >/dev/null 2>&1 || missing="$missing postgresql"
has node || missing="$missing nodejs"
has npm || missing="$missing npm"
has java || missing="$missing default-jre-headless"
has belenios-tool || missing="$missing belenios-tool"

install_debian() {
    apt_get="env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300"
    if ! has apt-get; then
        return 1
    elif [ "$(id -u)" -eq 0 ]; then
        as_root=''
    elif has sudo && sudo -n true 2>/dev/null; then
        as_root='sudo -n'
    else
        return 1
    fi
    $as_root $apt_get update
    $as_root $apt_get install --yes --no-install-recommends "$@" >/dev/null
}

if [ -n "$missing" ]; then
    echo "Installing for the tests:$missing" >&2
    # shellcheck disable=SC2086  # one word a package
    if ! install_debian $missing; then
        echo "The tests need these Debian packages, which could not be installed:$missing" >&2
        echo "Ask an administrator for: apt-get install --no-install-recommends$missing" >&2
        exit 1
    fi
fi

cd tests/node
if [ ! node_modules/.package-lock.json -nt package-lock.json ]; then
    echo "Installing the packages of tests/node" >&2
    npm ci --silent --no-audit --no-fund --ignore-scripts
fi
