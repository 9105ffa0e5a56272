#!/bin/bash
# Expected: imread(IMREAD_COLOR) gives a grey TIFF of 16 bits in tiles the same pixels as the same
# picture in strips, whatever its width is.
# Seen: if the width is no multiple of the tile, pixels of the tiles at the right border are wrong.
# No error tells. IMREAD_UNCHANGED gives the right ones, and so does RGB of 16 bits.
# Seen with opencv-python-headless 4.11.0.86 and 5.0.0.93, 2026-11-29.
# Sluice: such files are refused (src/frame/tiff/form.rs).
set -u
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
command -v python3 > /dev/null || { echo "python3 is missing: apt install python3 python3-venv"; exit 2; }
python3 -m venv "$folder/venv" || { echo "no venv: apt install python3-venv"; exit 2; }
"$folder/venv/bin/pip" install --quiet opencv-python-headless==5.0.0.93 numpy==2.4.6 tifffile==2026.3.3 || { echo "pip failed: network?"; exit 2; }
"$folder/venv/bin/python" - "$folder" << 'END'
import pathlib
import sys

import cv2
import numpy as np
import tifffile

folder = pathlib.Path(sys.argv[1])


def read(width, **options):
    grey = np.random.default_rng(1).integers(0, 65536, (32, width), dtype=np.uint16)
    file = str(folder / "a.tif")
    tifffile.imwrite(file, grey, metadata=None, photometric="minisblack", **options)
    return cv2.imread(file, cv2.IMREAD_COLOR)


wrong = {width: int((read(width, tile=(16, 16)) != read(width)).any(axis=2).sum()) for width in (32, 37)}
print("OpenCV", cv2.__version__, "wrong pixels by width:", wrong)
as_said = wrong[32] == 0 and wrong[37] > 0
print("tiles at the right border are wrong: as described" if as_said else "this has changed")
sys.exit(0 if as_said else 1)
END
