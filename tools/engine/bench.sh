#!/usr/bin/env bash
# Compares the CPU engine with others, in an environment of its own: see bench.py --help.
#
#   tools/engine/bench.sh [OPTION]...
set -euo pipefail
cd "$(dirname "$0")/../.."
# Without Debian's PyTorch, pip would fetch one of some gigabytes.
if ! /usr/bin/python3 -c 'import torch, torchvision' 2>/dev/null; then
    echo "bench: install Debian's PyTorch: apt-get install python3-venv python3-torch python3-torchvision" >&2
    exit 1
fi
python=$(tools/environment.sh engine tools/engine/requirements.txt --system-site-packages)
exec "$python" tools/engine/bench.py "$@"
