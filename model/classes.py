"""Masks of class numbers, and weights of rare classes in the loss.

With two classes a mask is 0 for good and 255 for defect. With more its grey value is the class, 0
for good. Such a mask looks black, and a value that is not a class is an error. `masks.py` reads the
files.
"""

import numpy as np

import dataset
import masks
import resize as resize_by

# The most that `auto` weights a class relative to good pixels. More would make outlines too thick.
WEIGHT_MAX = 10.0


def read(path, roi, classes):
    """The value of each mask pixel (`masks.py`), HW, uint8, cropped to `roi`: 0 and 255 for two
    classes, else the class.
    """
    return dataset.crop(masks.read(path, classes), roi, path)


def resize(mask, size, classes):
    """The class of each pixel of a mask from `read`, HW, uint8, resized to `size` (width, height).

    Each class is resized in 8 bit by the rule `linear`, whatever the picture's is, as
    `sluice eval` does, and the largest wins, a defect before good. For two
    classes that means 128 and above, as in the reference job.
    """
    if classes == 2:
        return (resize_by.resize(mask, size, "linear") >= 128).astype(np.uint8)
    # The last class first, because argmax takes the first of equal values.
    shares = [resize_by.resize(np.where(mask == label, 255, 0).astype(np.uint8), size, "linear")
              for label in reversed(range(classes))]
    return (classes - 1 - np.argmax(shares, axis=0)).astype(np.uint8)


def check_left(mask, resized, path):
    """A defect that the resize removes would count as good."""
    if mask.any() and not resized.any():
        raise SystemExit(f"{path}: its defect is too thin: the resize removes it, to {resized.shape[1]}x"
                         f"{resized.shape[0]}; draw it wider or take the part out")


def load(path, roi, size, classes):
    """The class of each pixel of a mask file, cropped to `roi` and resized to `size` (width,
    height).
    """
    mask = read(path, roi, classes)
    resized = resize(mask, size, classes)
    check_left(mask, resized, path)
    return resized


def parse_weights(text, classes):
    """Parses `none` (None), `auto` ("auto"), or one weight a class, good first (list of floats)."""
    if text in ("none", "auto"):
        return None if text == "none" else text
    weights = [float(word) for word in text.split(",")]
    if len(weights) != classes or min(weights) <= 0:
        raise ValueError(f"class weights '{text}': give none, auto, or {classes} numbers above 0, good first")
    return weights


def auto_weights(sampler, classes, steps=32):
    """Weights from the pixel counts of each class in the first crops: sqrt(good / class), 1 to
    `WEIGHT_MAX`.
    """
    shown = sum(np.bincount(sampler.batch_at(step)[1].ravel(), minlength=classes) for step in range(steps))
    return [1.0, *np.clip(np.sqrt(shown[0] / np.maximum(shown[1:], 1)), 1, WEIGHT_MAX).tolist()]
