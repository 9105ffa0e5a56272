"""CPU time of the station's frame path compared with OpenCV's, on one thread, and its peak memory.

usage: python bench_frame.py BENCH_FRAME [ROUNDS]

BENCH_FRAME is the built program (cargo build --release -p sluice-tools --bin bench_frame). Both
sides measure the CPU time of their own thread. They run in turn, ROUNDS times. A round's figure is
the median of several frames; the ratio is the median of the rounds' ratios. The job is the
reference job: 1800x1800 at (2200, 1000) of 4096x3072 becomes 960x960, in blue-green-red.
"""

import pathlib
import statistics
import subprocess
import sys
import tempfile
import time

import cv2
import numpy as np
import tifffile

X, Y, SIDE, TARGET = 2200, 1000, 1800, 960


def scene(sigma):
    """A smooth scene, with Gaussian camera noise of `sigma` grey levels."""
    y, x = np.mgrid[0:3072, 0:4096].astype(np.float32)
    base = np.stack([120 + 60 * np.sin(x / 311) + 20 * np.cos(y / 197), 110 + 50 * np.sin(y / 400 + x / 900), 100 + 40 * np.cos(x / 500)], -1)
    if sigma:
        base += np.random.default_rng(7).normal(0, sigma, base.shape).astype(np.float32)
    return np.clip(base, 0, 255).astype(np.uint8)


def opencv_ns(frame, repeat):
    frame()
    times = []
    for _ in range(repeat):
        start = time.thread_time_ns()
        frame()
        times.append(time.thread_time_ns() - start)
    return statistics.median(times)


def compare(name, rounds, repeat, frame, arguments, pixels=b""):
    ours, theirs = [], []
    for _ in range(rounds):
        theirs.append(opencv_ns(frame, repeat) / 1e6)
        words = [str(word) for word in arguments] + ["--repeat", str(repeat)]
        out = subprocess.run(words, input=pixels, stdout=subprocess.PIPE, check=True).stdout
        time_ns, peak_kib = map(int, out.split())
        ours.append(time_ns / 1e6)
    ratios = sorted(our / their for our, their in zip(ours, theirs))
    print(
        f"{name:<32} OpenCV {statistics.median(theirs):7.2f} ms   station {statistics.median(ours):7.2f} ms   "
        f"ratio {statistics.median(ratios):.2f} ({ratios[0]:.2f} to {ratios[-1]:.2f})   "
        f"station's peak {peak_kib / 1024:.0f} MB",
        flush=True,
    )


def jpeg(sampling, progressive=0):
    return lambda file, pixels: cv2.imwrite(
        str(file),
        pixels,
        [cv2.IMWRITE_JPEG_SAMPLING_FACTOR, sampling, cv2.IMWRITE_JPEG_QUALITY, 90, cv2.IMWRITE_JPEG_PROGRESSIVE, progressive],
    )


def tiff(compression, predictor):
    return lambda file, pixels: tifffile.imwrite(
        file, pixels[:, :, ::-1], photometric="rgb", compression=compression, predictor=predictor, rowsperstrip=16
    )


def plain(file, pixels):
    cv2.imwrite(str(file), pixels)


FORMATS = [
    ("BMP", "bmp", plain),
    ("PPM", "ppm", plain),
    ("JPEG 4:2:0", "jpg", jpeg(cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420)),
    ("JPEG 4:4:4", "jpg", jpeg(cv2.IMWRITE_JPEG_SAMPLING_FACTOR_444)),
    ("JPEG 4:2:0 progressive", "jpg", jpeg(cv2.IMWRITE_JPEG_SAMPLING_FACTOR_420, 1)),
    ("TIFF", "tif", tiff(None, None)),
    ("TIFF LZW", "tif", tiff("lzw", True)),
    ("TIFF Deflate", "tif", tiff("zlib", True)),
]


def main(bench, rounds):
    cv2.setNumThreads(1)
    source = np.ascontiguousarray(scene(8)[Y : Y + SIDE, X : X + SIDE])
    target = np.empty((TARGET, TARGET, 3), np.uint8)
    frame = lambda: cv2.resize(source, (TARGET, TARGET), dst=target, interpolation=cv2.INTER_LINEAR)
    compare("resize", rounds, 30, frame, [bench, "resize", SIDE, SIDE, TARGET, TARGET, "bgr", "bgr"], source.tobytes())
    with tempfile.TemporaryDirectory() as directory:
        files = [("noisy PNG", "png", plain, 8), ("clean PNG", "png", plain, 0)]
        files += [(name, ending, write, 8) for name, ending, write in FORMATS]
        for number, (name, ending, write, sigma) in enumerate(files):
            file = pathlib.Path(directory) / f"{number}.{ending}"
            write(file, scene(sigma))

            def frame():
                whole = cv2.imread(str(file), cv2.IMREAD_COLOR)
                cv2.resize(whole[Y : Y + SIDE, X : X + SIDE], (TARGET, TARGET), dst=target, interpolation=cv2.INTER_LINEAR)

            label = f"{name}, {file.stat().st_size / 1e6:.1f} MB"
            compare(label, rounds, 3, frame, [bench, "picture", file, X, Y, SIDE, SIDE, TARGET, TARGET, "bgr"])


main(sys.argv[1], int(sys.argv[2]) if len(sys.argv) > 2 else 7)
