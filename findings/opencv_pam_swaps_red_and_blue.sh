#!/bin/bash
# Expected: imread gives a PAM file of kind RGB in blue, green, red, as it gives the same pixels in
# a PPM file.
# Seen: red and blue are exchanged. No error tells.
# Seen with opencv-python-headless 4.11.0.86 and 5.0.0.93, 2026-11-29.
# Sluice: PAM files are refused (src/frame/pnm.rs).
set -u
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
command -v python3 > /dev/null || { echo "python3 is missing: apt install python3 python3-venv"; exit 2; }
python3 -m venv "$folder/venv" || { echo "no venv: apt install python3-venv"; exit 2; }
"$folder/venv/bin/pip" install --quiet opencv-python-headless==5.0.0.93 numpy==2.4.6 || { echo "pip failed: network?"; exit 2; }
"$folder/venv/bin/python" - "$folder" << 'END'
import pathlib
import sys

import cv2

folder = pathlib.Path(sys.argv[1])
pixels = bytes([200, 100, 50])
(folder / "a.ppm").write_bytes(b"P6\n1 1\n255\n" + pixels)
(folder / "a.pam").write_bytes(b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\n" + pixels)
ppm, pam = (cv2.imread(str(folder / name), cv2.IMREAD_COLOR)[0, 0].tolist() for name in ("a.ppm", "a.pam"))
print("OpenCV", cv2.__version__, "PPM:", ppm, "PAM:", pam)
as_said = ppm == [50, 100, 200] and pam == [200, 100, 50]
print("red and blue are exchanged: as described" if as_said else "this has changed")
sys.exit(0 if as_said else 1)
END
