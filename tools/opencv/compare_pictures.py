"""Compares the station's pixels of JPEG, BMP, PNM and TIFF files with OpenCV's, byte by byte.

usage: python compare_pictures.py BENCH_FRAME [ROUNDS]

BENCH_FRAME is the built program (cargo build --release -p sluice-tools --bin bench_frame). It reads
a region of ROUNDS files of every form, of random sizes, and refuses files of all other forms. The
exit status is 1 if any byte differs, or if a file is read that must be refused.
"""

import pathlib
import subprocess
import sys
import tempfile
import zlib

import cv2
import numpy as np

import pictures


def station(bench, file, arguments):
    words = [str(word) for word in (bench, "picture", file, *arguments)]
    return subprocess.run(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, check=False)


def compare(bench, directory, name, form, seed):
    """Whether the bytes of one file's region are those of OpenCV."""
    random = np.random.default_rng([zlib.crc32(name.encode()), seed])
    file = directory / name
    file.write_bytes(form(*(int(side) for side in random.integers(1, 120, 2)), random))
    frame = cv2.imread(str(file), cv2.IMREAD_COLOR)
    if frame is None:
        sys.exit(f"{name}: OpenCV does not read it")
    height, width = frame.shape[:2]
    x, y = int(random.integers(0, width)), int(random.integers(0, height))
    w, h = int(random.integers(1, width - x + 1)), int(random.integers(1, height - y + 1))
    if seed % 3 == 0:
        x, y, w, h = 0, 0, width, height
    tw, th = (w, h) if seed % 2 == 0 else (int(side) for side in random.integers(1, 100, 2))
    expected = cv2.resize(frame[y : y + h, x : x + w], (tw, th), interpolation=cv2.INTER_LINEAR)
    found = station(bench, file, (x, y, w, h, tw, th, "bgr"))
    if found.returncode == 0 and found.stdout == expected.tobytes():
        return True
    error = found.stderr.decode().strip() or "bytes differ"
    print(f"{name} {width}x{height}, round {seed}, {w}x{h} at ({x}, {y}) to {tw}x{th}: {error}")
    return False


def main(bench, rounds):
    cv2.setNumThreads(1)
    cases = failed = 0
    with tempfile.TemporaryDirectory() as directory:
        for name, form in pictures.READ.items():
            for seed in range(rounds):
                cases += 1
                failed += not compare(bench, pathlib.Path(directory), name, form, seed)
        for name, form in pictures.REFUSED.items():
            cases += 1
            file = pathlib.Path(directory) / name
            file.write_bytes(form(37, 29, np.random.default_rng(3)))
            found = station(bench, file, (0, 0, 1, 1, 1, 1, "bgr"))
            if found.returncode != 1 or not found.stderr or b"panicked" in found.stderr:
                print(f"{name}: it was not refused: exit {found.returncode}: {found.stderr.decode()}")
                failed += 1
    print(f"OpenCV {cv2.__version__}: {cases} files of {len(pictures.READ) + len(pictures.REFUSED)} forms, {failed} wrong")
    return 1 if failed else 0


sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 20))
