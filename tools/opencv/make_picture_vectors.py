"""Writes tests/data/pictures: small files, and the SHA-256 of OpenCV's result for each.

usage: python make_picture_vectors.py DIRECTORY

Needs requirements.txt. The lines of vectors.txt:

    picture FILE FRAME_W FRAME_H X Y W H TARGET_W TARGET_H ORDER SHA256
    refused FILE

Files are JPEG, BMP, PNM and TIFF. `picture` is a region of a file; ORDER is bgr or rgb. `refused`
is a file that the station does not read.
"""

import hashlib
import pathlib
import sys
import zlib

import cv2
import numpy as np

import pictures

WIDTH, HEIGHT = 37, 29
REGIONS = [(5, 3, 23, 19, 11, 13), (0, 0, 37, 29, 37, 29), (16, 7, 21, 22, 40, 31), (36, 28, 1, 1, 3, 2)]


def main(directory):
    cv2.setNumThreads(1)
    lines = [f"# Made by tools/opencv/make_picture_vectors.py with OpenCV {cv2.__version__}."]
    for forms, word in ((pictures.READ, "picture"), (pictures.REFUSED, "refused")):
        for name, form in forms.items():
            file = directory / name
            file.write_bytes(form(WIDTH, HEIGHT, np.random.default_rng(zlib.crc32(name.encode()))))
            if word == "refused":
                lines.append(f"refused {name}")
                continue
            frame = cv2.imread(str(file), cv2.IMREAD_COLOR)
            height, width = frame.shape[:2]
            for number, (x, y, w, h, tw, th) in enumerate(REGIONS):
                found = cv2.resize(frame[y : y + h, x : x + w], (tw, th), interpolation=cv2.INTER_LINEAR)
                order = ("bgr", "rgb")[number % 2]
                found = np.ascontiguousarray(found[:, :, ::-1] if order == "rgb" else found)
                digest = hashlib.sha256(found.tobytes()).hexdigest()
                lines.append(f"picture {name} {width} {height} {x} {y} {w} {h} {tw} {th} {order} {digest}")
    (directory / "vectors.txt").write_text("\n".join(lines) + "\n")


main(pathlib.Path(sys.argv[1]))
