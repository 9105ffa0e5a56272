"""Numbers that reveal differences between two implementations: halves, equal numbers, both
zeros, negative, large and small ones."""

import numpy as np

from cases import NUMPY

RANGES = {"i32": (-9, 10), "i64": (-9, 10), "u8": (0, 256), "i8": (-128, 128), "bool": (0, 2)}


def numbers(random, kind, shape):
    """Arbitrary numbers of a type; floats are a mixture."""
    if kind in RANGES:
        return np.asarray(random.integers(*RANGES[kind], shape)).astype(NUMPY[kind])
    values = np.asarray(random.normal(0, 2, shape))
    values = np.where(random.random(shape) < 0.3, np.round(values) + 0.5, values)
    values = np.where(random.random(shape) < 0.1, np.round(values), values)
    values = np.where(random.random(shape) < 0.05, -0.0, values)
    return np.asarray(values).astype(NUMPY[kind])


def wide(random, kind, shape):
    """Like `numbers`, with some far from zero and some close to it."""
    values = numbers(random, kind, shape)
    if kind.startswith("f"):
        factor = random.choice([1, 1, 1, 30, 1e-4], shape)
        values = np.asarray(values * factor).astype(NUMPY[kind])
    return values


def positive(random, kind, shape):
    values = numbers(random, kind, shape)
    return np.asarray(np.abs(values) + (0.1 if kind.startswith("f") else 1)).astype(NUMPY[kind])


def few(random, kind, shape):
    """Few different numbers, so that many are equal."""
    return np.asarray(random.integers(0, 3, shape)).astype(NUMPY[kind])
