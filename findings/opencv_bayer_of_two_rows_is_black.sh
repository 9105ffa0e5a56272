#!/bin/bash
# Expected: cvtColor of a Bayer mosaic with two rows (or two columns) gives colours, or an error.
# Seen: it gives a picture of zeros, without an error. Four rows of the same pixels give colours.
# Seen with opencv-python-headless 5.0.0.93, 2026-11-29.
# Sluice: a mosaic of fewer than 3 rows or columns is refused (board/src/camera/layout.rs).
set -u
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
command -v python3 > /dev/null || { echo "python3 is missing: apt install python3 python3-venv"; exit 2; }
python3 -m venv "$folder/venv" || { echo "no venv: apt install python3-venv"; exit 2; }
"$folder/venv/bin/pip" install --quiet opencv-python-headless==5.0.0.93 numpy==2.4.6 || { echo "pip failed: network?"; exit 2; }
"$folder/venv/bin/python" - << 'END'
import sys

import cv2
import numpy as np

seen = {}
for name, shape in (("2 rows", (2, 8)), ("2 columns", (8, 2)), ("4 rows", (4, 8))):
    colours = cv2.cvtColor(np.full(shape, 200, np.uint8), cv2.COLOR_BayerBG2BGR)
    seen[name] = sorted(set(colours.ravel().tolist()))
print("OpenCV", cv2.__version__, "an even grey of 200:", seen)
as_said = seen == {"2 rows": [0], "2 columns": [0], "4 rows": [200]}
print("a mosaic of two rows becomes black: as described" if as_said else "this has changed")
sys.exit(0 if as_said else 1)
END
