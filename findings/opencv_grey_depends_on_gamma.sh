#!/bin/bash
# Expected: if OpenCV reads a coloured PNG as grey (imread, IMREAD_GRAYSCALE), the value depends on
# the pixels only. It equals cvtColor(imread(IMREAD_COLOR), COLOR_BGR2GRAY), or differs by rounding.
# Seen: if the file has a gAMA or sRGB chunk, colours are weighed in linear light (libpng's
# png_set_rgb_to_gray). The grey value of pure red grows from 76 to 147. The colours themselves
# (IMREAD_COLOR) are the same with and without the chunk.
# So two masks with the same pixels may be on two sides of a threshold, because of a chunk that only
# some paint programs write.
# Seen with opencv-python-headless 4.11.0.86 and 5.0.0.93 (libpng 1.6), 2026-11-28.
# Sluice: coloured masks with such a chunk are refused (src/labelled/eval/label.rs, model/masks.py).
set -u
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
command -v python3 > /dev/null || { echo "python3 is missing: apt install python3 python3-venv"; exit 2; }
python3 -m venv "$folder/venv" || { echo "no venv: apt install python3-venv"; exit 2; }
"$folder/venv/bin/pip" install --quiet opencv-python-headless==4.11.0.86 numpy==1.26.4 || { echo "pip failed: network?"; exit 2; }
"$folder/venv/bin/python" - << 'END'
import struct
import sys
import zlib

import cv2
import numpy as np


def chunk(name, content):
    return struct.pack(">I", len(content)) + name + content + struct.pack(">I", zlib.crc32(name + content))


def png(colours, *chunks):
    header = chunk(b"IHDR", struct.pack(">IIBBBBB", len(colours), 1, 8, 2, 0, 0, 0))
    data = chunk(b"IDAT", zlib.compress(b"\0" + bytes(sum(colours, ()))))
    return np.frombuffer(b"\x89PNG\r\n\x1a\n" + header + b"".join(chunks) + data + chunk(b"IEND", b""), np.uint8)


colours = [(255, 0, 0), (0, 255, 0), (0, 0, 255), (255, 255, 255), (90, 90, 90)]
files = {"no chunk": png(colours), "gAMA 0.45455": png(colours, chunk(b"gAMA", struct.pack(">I", 45455))),
         "sRGB": png(colours, chunk(b"sRGB", b"\0"))}
grey = {name: cv2.imdecode(data, cv2.IMREAD_GRAYSCALE)[0].tolist() for name, data in files.items()}
same = {name: cv2.imdecode(data, cv2.IMREAD_COLOR)[0].tolist() for name, data in files.items()}
print("OpenCV", cv2.__version__)
print(f"{'':14}", "red, green, blue, white, grey of 90")
for name, values in grey.items():
    print(f"{name:14}", values)
plain = grey["no chunk"]
as_said = (all(values == same["no chunk"] for values in same.values())
           and all(grey[name][:3] != plain[:3] and grey[name][3:] == plain[3:] for name in ("gAMA 0.45455", "sRGB"))
           and plain[0] < 128 and plain[3:] == [255, 90])
print("colours are the same, grey values of colours are not: as described" if as_said else "this has changed")
sys.exit(0 if as_said else 1)
END
