#!/bin/sh
# Measure every page in a real browser, and write docs/audit/. `PART=axe` (or `PART="axe focus"`) measures that alone; WORKERS browsers work at once.
set -eu
cd "$(dirname "$0")/.."

missing=''
command -v hunspell >/dev/null || missing="$missing hunspell"
ls /usr/share/hunspell/fr.dic /usr/share/hunspell/fr_FR.dic >/dev/null 2>&1 || missing="$missing hunspell-fr-comprehensive"
if [ -n "$missing" ]; then
    echo "Installing for the audit:$missing" >&2
    as_root=''
    [ "$(id -u)" -eq 0 ] || as_root='sudo -n'
    # shellcheck disable=SC2086  # one word a package
    if ! { $as_root apt-get -qq -o DPkg::Lock::Timeout=300 update &&
        $as_root env DEBIAN_FRONTEND=noninteractive apt-get -qq -o DPkg::Lock::Timeout=300 install --yes --no-install-recommends $missing >/dev/null; }; then
        echo "The audit needs these Debian packages, which could not be installed:$missing" >&2
        exit 1
    fi
fi

if [ ! tests/audit_site/node_modules/.package-lock.json -nt tests/audit_site/package-lock.json ]; then
    echo "Installing Lighthouse" >&2
    (cd tests/audit_site && PUPPETEER_SKIP_DOWNLOAD=1 npm ci --silent --no-audit --no-fund --ignore-scripts)
fi

set -- --workers "${WORKERS:-2}"
for part in ${PART:-}; do
    set -- "$@" --part "$part"
done
PYTHONPATH=. exec .venv/bin/python -m tests.audit_site "$@"
