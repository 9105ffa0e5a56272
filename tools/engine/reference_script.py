"""The usual script for the station's job, to compare the station with.

usage: python reference_script.py DIRECTORY NETWORK.onnx THREADS COUNT

Watches the directory for COUNT finished PNG files. Each is read with OpenCV, cropped to the region
of interest, resized and given to ONNX Runtime; the class of each pixel decides. Prints `ready`, and
then one line for each file, in the order of the names.
"""

import os
import sys
import time
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

X, Y, SIDE = 2200, 1000, 1800
POLL_S = 0.002


def inspect(session, path):
    """The number of pixels with a defect."""
    (given,) = session.get_inputs()
    frame = cv2.imread(str(path), cv2.IMREAD_COLOR)
    pixels = cv2.resize(frame[Y : Y + SIDE, X : X + SIDE], given.shape[:1:-1], interpolation=cv2.INTER_LINEAR)
    x = ((pixels.astype(np.float32) - 127.5) / 127.5).transpose(2, 0, 1)[None]
    last = session.run([session.get_outputs()[-1].name], {given.name: np.ascontiguousarray(x)})[0]
    mask = last if last.dtype == np.int32 else last.argmax(axis=1)
    return int(np.count_nonzero(mask))


def main(directory, network, threads, count):
    cv2.setNumThreads(threads)
    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = threads
    session = onnxruntime.InferenceSession(network, options, providers=["CPUExecutionProvider"])
    (given,) = session.get_inputs()
    session.run(None, {given.name: np.zeros(given.shape, np.float32)})
    print("ready", flush=True)
    done = set()
    while len(done) < count:
        new = sorted(name for name in os.listdir(directory) if name.endswith(".png") and name not in done)
        for name in new:
            defect_px = inspect(session, directory / name)
            print(name, "REJECT" if defect_px else "PASS", defect_px, flush=True)
            done.add(name)
        if not new:
            time.sleep(POLL_S)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2], int(sys.argv[3]), int(sys.argv[4]))
