"""CPU time of the station's camera path compared with OpenCV's, on one thread.

usage: python bench_raw.py BENCH_FRAME [ROUNDS]

Like bench_frame.py, but for camera frames of every format: 1800x1800 at (2200, 1000) of 4096x3072
becomes 960x960, in blue-green-red. OpenCV crops, converts and resizes in this order, so it also
converts only the needed pixels. The bytes are compared before the times.
"""

import statistics
import subprocess
import sys
import time

import cv2
import numpy as np

import make_raw_vectors as vectors

# The samples, and the code of OpenCV that turns this part of the mosaic into colours: it begins one
# row and one column later than the frame's.
MOSAICS = {
    "srggb8": ("8", cv2.COLOR_BayerRG2BGR),
    "srggb10": ("10", cv2.COLOR_BayerRG2BGR),
}
WIDTH, HEIGHT, X, Y, SIDE, TARGET = 4096, 3072, 2200, 1000, 1800, 960


def opencv(kind, pixels):
    """The frame path in OpenCV, as a function without arguments."""
    target = np.empty((TARGET, TARGET, 3), np.uint8)
    converted = np.empty((SIDE, SIDE, 3), np.uint8)
    cut = np.s_[Y : Y + SIDE, X : X + SIDE]
    if kind == "nv12":
        colours = pixels[HEIGHT:].reshape(HEIGHT // 2, WIDTH // 2, 2)[Y // 2 : (Y + SIDE) // 2, X // 2 : (X + SIDE) // 2]
        convert = lambda: cv2.cvtColorTwoPlane(pixels[cut], colours, cv2.COLOR_YUV2BGR_NV12, dst=converted)
    elif kind == "bgr24":
        convert = lambda: pixels[cut]
    elif kind in MOSAICS:
        # With a pixel around, which the colours of the border need.
        wide = np.s_[Y - 1 : Y + SIDE + 1, X - 1 : X + SIDE + 1]
        around = np.empty((SIDE + 2, SIDE + 2, 3), np.uint8)
        samples, code = MOSAICS[kind]
        to_bytes = (lambda part: part) if samples == "8" else (lambda part: (part >> 2).astype(np.uint8))
        convert = lambda: cv2.cvtColor(to_bytes(pixels[wide]), code, dst=around)[1:-1, 1:-1]
    else:
        convert = lambda: cv2.cvtColor(pixels[cut], vectors.CODES[kind], dst=converted)
    return lambda: cv2.resize(convert(), (TARGET, TARGET), dst=target, interpolation=cv2.INTER_LINEAR)


def opencv_ns(frame, repeat):
    frame()
    times = []
    for _ in range(repeat):
        start = time.thread_time_ns()
        frame()
        times.append(time.thread_time_ns() - start)
    return statistics.median(times)


def compare(bench, kind, word, rounds):
    if kind in MOSAICS:
        samples, _ = MOSAICS[kind]
        pixels = vectors.sampled_bytes(samples, WIDTH, HEIGHT)
        pixels = (pixels if samples == "8" else pixels.view("<u2")).reshape(HEIGHT, WIDTH)
    else:
        pixels = vectors.frame(kind, WIDTH, HEIGHT)
    frame = opencv(kind, pixels)
    arguments = [bench, word, kind, *map(str, (WIDTH, HEIGHT, X, Y, SIDE, SIDE, TARGET, TARGET)), "bgr"]
    run = lambda *more: subprocess.run([*arguments, *more], input=pixels.tobytes(), stdout=subprocess.PIPE, check=True).stdout
    if run() != frame().tobytes():
        sys.exit(f"{kind}: the bytes differ")
    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(opencv_ns(frame, 30) / 1e6)
        ours.append(int(run("--repeat", "30").split()[0]) / 1e6)
    ratios = sorted(our / their for our, their in zip(ours, theirs))
    print(
        f"{kind + ' hashed' * (word != 'raw'):<14} OpenCV {statistics.median(theirs):7.2f} ms   station {statistics.median(ours):7.2f} ms   "
        f"ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})",
        flush=True,
    )


def main(bench, rounds):
    cv2.setNumThreads(1)
    for kind in [*vectors.CODES, "bgr24", *MOSAICS]:
        compare(bench, kind, "raw", rounds)
    compare(bench, "yuyv", "raw-hash", rounds)


main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7)
