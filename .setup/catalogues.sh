#!/bin/sh
# Compile the message catalogues that changed since they were last compiled.
set -eu
cd "$(dirname "$0")/.."

for catalogue in civic/translations/*/LC_MESSAGES/messages.po; do
    compiled="${catalogue%.po}.mo"
    if [ -e "$catalogue" ] && { [ ! -e "$compiled" ] || [ "$compiled" -ot "$catalogue" ]; }; then
        .venv/bin/pybabel --quiet compile --input-file "$catalogue" --output-file "$compiled"
    fi
done
