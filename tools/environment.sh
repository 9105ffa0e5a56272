#!/usr/bin/env bash
# Creates or updates a Python environment in target/venv, and prints its interpreter.
#
#   tools/environment.sh NAME REQUIREMENTS [OPTION OF venv]...
#
# It uses Debian's own Python: no other finds the PyTorch that Debian installs.
set -euo pipefail
cd "$(dirname "$0")/.."
name=$1 requirements=$2
environment=target/venv/$name

# An environment is complete when it has the list that it was made from.
made_from=$(/usr/bin/python3 --version; cat "$requirements")
if [ "$(cat "$environment/made_from" 2>/dev/null)" != "$made_from" ]; then
    /usr/bin/python3 -m venv --clear "${@:3}" "$environment"
    "$environment/bin/pip" install --quiet --requirement "$requirements" >&2
    printf '%s\n' "$made_from" > "$environment/made_from"
fi
echo "$environment/bin/python"
