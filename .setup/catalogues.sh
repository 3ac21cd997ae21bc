#!/bin/sh
# Compile the message catalogues that changed since they were last compiled, of the languages that are complete enough.
set -eu
cd "$(dirname "$0")/.."
exec .venv/bin/python .setup/messages.py --compile
