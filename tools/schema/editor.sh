#!/usr/bin/env bash
# Edits a station file in the JSON language service of VS Code, with the station's schema: it must
# show the errors, complete keys and words, and explain a key. Needs Node.js and npm.
#
#   tools/schema/editor.sh target/debug/sluice
set -euo pipefail
sluice=$(realpath "${1:?usage: editor.sh PROGRAM}")
cd "$(dirname "$0")/../.."
place=target/schema
mkdir -p "$place"
npm install --silent --no-fund --no-audit --prefix "$place" vscode-json-languageservice@5.6.1
"$sluice" check --schema > "$place/schema.json"
cp tools/schema/editor.mjs "$place/"
node "$place/editor.mjs" "$place/schema.json" board/stations/host.json
