"""Compares `sluice eval` with NumPy, OpenCV and ONNX Runtime on the same data set.

    python agree.py --sluice target/debug/sluice --data TEST [--station FILE] [--roi all]

It checks two things for every part. The Dice and IoU that the station prints must equal those of
`metrics.py` on the arrays that the station writes, to 1e-6. And these arrays must equal those of
ONNX Runtime on OpenCV's pixels: softmax within 1e-4, the class in 99.99 % of the pixels.

For a model of more than two classes, a mask's grey value is the class, and each class's Dice and
IoU over all parts are compared as well. Exits with 1 on a difference. Needs numpy, OpenCV and
onnxruntime.
"""

import argparse
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np
import onnxruntime

import classes as masks_of
import dataset
import metrics
import progress
import resize

FIGURES_TOLERANCE = 1e-6
SOFTMAX_TOLERANCE = 1e-4
CLASSES_DIFFERING_MAX = 1e-4


def printed(output):
    """The station's table: `{part: [soft Dice, soft IoU, Dice, IoU]}`."""
    rows = {}
    for line in output.splitlines():
        words = line.split()
        if words and words[0].isdigit():
            rows[words[0]] = [float(word) for word in words[1:5]]
    return rows


def printed_of_classes(output):
    """`[Dice, IoU]` of each defect class, if the station prints them separately."""
    lines = re.findall(r"^class \d+ alone: Dice ([0-9.]+), IoU ([0-9.]+)$", output, re.MULTILINE)
    return [[float(word) for word in line] for line in lines]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--sluice", required=True, type=Path, help="the program")
    parser.add_argument("--station", type=Path, help="station file (default: the one in the program)")
    parser.add_argument("--model", type=Path, default=Path(__file__).parent / "unet_simple_parts.onnx")
    parser.add_argument("--data", required=True, help="folder with N/image.png and N/mask.png")
    dataset.add_roi(parser, dataset.ROI)
    dataset.add_size(parser)
    resize.add_argument(parser)
    arguments = parser.parse_args()
    roi, size = arguments.roi, (arguments.width, arguments.height)
    session = onnxruntime.InferenceSession(str(arguments.model), providers=["CPUExecutionProvider"])

    with tempfile.TemporaryDirectory() as arrays:
        station = ["--station", str(arguments.station)] if arguments.station else []
        command = [str(arguments.sluice), "eval", arguments.data, "--npy", arrays, *station]
        station = subprocess.run(command, capture_output=True, text=True)
        if station.returncode:
            sys.exit(f"sluice eval ended with {station.returncode}: {station.stderr.strip()}")
        output = station.stdout
        rows, count = printed(output), session.get_outputs()[0].shape[-1]
        figures = softmaxes = classes = 0.0
        pooled = np.zeros((count - 1, 3), np.int64)
        for part in progress.through(dataset.parts(arguments.data), "parts"):
            mask = masks_of.load(part / "mask.png", roi, size, count)
            softmax = np.load(Path(arrays) / f"{part.name}_softmax.npy")
            argmax = np.load(Path(arrays) / f"{part.name}_argmax.npy")
            expected = [*metrics.soft_dice(softmax[0], mask), *metrics.hard_dice(metrics.counts(argmax[0], mask))]
            figures = max(figures, *(abs(a - b) for a, b in zip(rows[part.name], expected, strict=True)))
            pooled += [metrics.counts(argmax[0] == label, mask == label) for label in range(1, count)]
            pixels = dataset.load_picture(part, roi, size, arguments.resize)
            theirs = session.run(["softmax", "argmax"], {"x": dataset.network_input(pixels, session.get_inputs()[0].shape[1])})
            softmaxes = max(softmaxes, float(np.abs(softmax - theirs[0]).max()))
            classes = max(classes, float((argmax != theirs[1]).mean()))
    if count > 2:
        expected = np.array([metrics.hard_dice(counts) for counts in pooled])
        found = np.array(printed_of_classes(output))
        if found.shape != expected.shape:
            sys.exit(f"the station printed {len(found)} classes of {count - 1}")
        figures = max(figures, float(np.abs(found - expected).max()))
    print(f"{len(rows)} parts: figures differ by {figures:.1e} at most, softmax by {softmaxes:.1e}, "
          f"the class in {classes:.4%} of a part's pixels")
    if figures > FIGURES_TOLERANCE or softmaxes > SOFTMAX_TOLERANCE or classes > CLASSES_DIFFERING_MAX:
        sys.exit("the station and the script disagree")


if __name__ == "__main__":
    main()
