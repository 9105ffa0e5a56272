"""Compares the station's crop and resize with OpenCV's, byte by byte.

usage: python compare_resize.py BENCH_FRAME [ROUNDS]

BENCH_FRAME is the built program (cargo build --release -p sluice-tools --bin bench_frame). It
compares fixed and random pairs of sizes on random pixels by every rule of `image.resize`, then
regions of PNG files of every kind. It prints the largest difference of a byte and the number of
bytes that differ. The exit status is 1 if any byte differs.

On aarch64 (make_resize_vectors.py says how to emulate it) OpenCV's INTER_LINEAR is compared with
`linear_kleidicv`, and the rules that are the same there: `linear_exact` and `nearest`. BENCH_FRAME
is then a program that such a machine runs.
"""

import pathlib
import platform
import subprocess
import sys
import tempfile

import cv2
import numpy as np

import frames
from make_resize_vectors import RULES

FIXED = [
    (1, 1, 1, 1), (1, 1, 9, 7), (2, 2, 1, 1), (5, 3, 1, 1), (8, 8, 4, 8), (8, 8, 8, 4), (97, 61, 97, 61), (1800, 1800, 960, 960),
    (1920, 1080, 960, 540), (4096, 3072, 960, 960), (4096, 100, 300, 100), (960, 960, 1800, 1800), (3000, 5, 11, 5), (31, 17, 2000, 3),
]


class Tally:
    def __init__(self):
        self.cases = self.bytes = self.differing = self.largest = 0

    def add(self, name, expected, found):
        if len(found) != expected.size:
            sys.exit(f"{name}: {len(found)} bytes came instead of {expected.size}")
        difference = np.abs(np.frombuffer(found, np.uint8).astype(int) - expected.reshape(-1))
        self.cases += 1
        self.bytes += expected.size
        self.differing += int((difference != 0).sum())
        self.largest = max(self.largest, int(difference.max()))
        if difference.any():
            print(f"{name}: {(difference != 0).sum()} bytes differ, by {difference.max()} at most")


def run(arguments, pixels=b""):
    return subprocess.run([str(word) for word in arguments], input=pixels, stdout=subprocess.PIPE, check=True).stdout


def resize(pixels, width, height, rule=cv2.INTER_LINEAR):
    return cv2.resize(pixels, (width, height), interpolation=rule)


def rules():
    """{name in a station file: OpenCV's number} for this machine."""
    if platform.machine() == "x86_64":
        return RULES
    return {"linear_kleidicv": cv2.INTER_LINEAR, "linear_exact": cv2.INTER_LINEAR_EXACT, "nearest": cv2.INTER_NEAREST}


def main(bench, rounds):
    cv2.setNumThreads(1)
    random = np.random.default_rng(20)
    tally = Tally()
    sizes = FIXED + [tuple(int(side) for side in random.integers(1, 700, 4)) for _ in range(rounds)]
    for w, h, tw, th in sizes:
        source = random.integers(0, 256, (h, w, 3), dtype=np.uint8)
        for name, rule in rules().items():
            found = run([bench, "resize", w, h, tw, th, "bgr", "bgr", "--interpolation", name], source.tobytes())
            tally.add(f"{name} {w}x{h} to {tw}x{th}", resize(source, tw, th, rule), found)
    linear, *_ = rules()
    with tempfile.TemporaryDirectory() as directory:
        file = pathlib.Path(directory) / "frame.png"
        for kind in frames.KINDS:
            for interlaced in (False, True):
                width, height = (int(side) for side in random.integers(1, 200, 2))
                file.write_bytes(frames.png(kind, width, height, interlaced))
                frame = cv2.imread(str(file), cv2.IMREAD_COLOR)
                for order in ("bgr", "rgb"):
                    x, y = int(random.integers(0, width)), int(random.integers(0, height))
                    w, h = int(random.integers(1, width - x + 1)), int(random.integers(1, height - y + 1))
                    tw, th = (int(side) for side in random.integers(1, 200, 2))
                    expected = resize(frame[y : y + h, x : x + w], tw, th)
                    expected = expected[:, :, ::-1] if order == "rgb" else expected
                    found = run([bench, "picture", file, x, y, w, h, tw, th, order, "--interpolation", linear])
                    tally.add(f"{kind} interlaced={interlaced} {w}x{h} to {tw}x{th} {order}", np.ascontiguousarray(expected), found)
    print(f"OpenCV {cv2.__version__}: {tally.cases} cases, {tally.bytes} bytes, {tally.differing} differ, by {tally.largest} at most")
    return 1 if tally.differing else 0


sys.exit(main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 100))
