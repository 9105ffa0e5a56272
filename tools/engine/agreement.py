"""Whether an engine's outputs are those of ONNX Runtime, which reads the same ONNX file."""

from typing import NamedTuple

import numpy as np


class Agreement(NamedTuple):
    relative: float  # the largest difference of a number, as a share of its output's range
    pixels: int  # pixels whose class differs
    of_pixels: int


def split(data, like):
    """The outputs as arrays, from their bytes and ONNX Runtime's arrays."""
    expected = sum(array.nbytes for array in like)
    if len(data) != expected:
        raise ValueError(f"{len(data)} bytes of outputs instead of {expected}")
    arrays, at = [], 0
    for array in like:
        arrays.append(np.frombuffer(data, array.dtype, array.size, at).reshape(array.shape))
        at += array.nbytes
    return arrays


def classes(array):
    """The class of each pixel: a mask as it is, logits [N, classes, H, W] by their maximum."""
    return array if array.dtype.kind == "i" else array.argmax(axis=1)


def compare(outputs, expected):
    """`Agreement` of the outputs, with the last one as mask or logits."""
    relative = 0.0
    for mine, true in zip(outputs, expected):
        if true.dtype.kind == "f":
            difference = float(np.abs(mine - true).max())
            # NaN must not pass as equal.
            relative = max(relative, difference / float(np.ptp(true)) if difference == difference else float("inf"))
    mine, true = classes(outputs[-1]), classes(expected[-1])
    return Agreement(relative, int((mine != true).sum()), true.size)
