"""What more than two classes, and rare ones, need: masks of class numbers, and the weights of the classes in the loss.

Two classes: a mask has 0 for good and 255 for defect. More: its grey value is the number of the class, 0 for good, so that
it looks all black; a value that is no class is an error. `masks.py` reads the files.
"""

import cv2
import numpy as np

import dataset
import masks

# `auto` gives no class more than this many times the weight of good pixels: else outlines grow fat.
WEIGHT_MAX = 10.0


def read(path, roi, classes):
    """What each pixel of a mask's file says (`masks.py`), HW, uint8, cropped to `roi`: 0 and 255 for two classes, else the class."""
    return dataset.crop(masks.read(path, classes), roi, path)


def resize(mask, size, classes):
    """Class of each pixel, HW, uint8, of what `read` gave, resized to `size` (width, height).

    Each class is resized linearly in 8 bit, and the largest wins, a defect before good: for two classes that is 128 and
    above, as in the reference job.
    """
    if classes == 2:
        return (cv2.resize(mask, size, interpolation=cv2.INTER_LINEAR) >= 128).astype(np.uint8)
    # The last class first: argmax takes the first of equals.
    shares = [cv2.resize(np.where(mask == label, 255, 0).astype(np.uint8), size, interpolation=cv2.INTER_LINEAR)
              for label in reversed(range(classes))]
    return (classes - 1 - np.argmax(shares, axis=0)).astype(np.uint8)


def check_left(mask, resized, path):
    """A defect of which nothing is left after the resize would count as good."""
    if mask.any() and not resized.any():
        raise SystemExit(f"{path}: its defect is too thin and nothing of it is left after the resize to {resized.shape[1]}x"
                         f"{resized.shape[0]}; draw it wider or take the part out")


def load(path, roi, size, classes):
    """Class of each pixel of a mask's file, cropped to `roi` and resized to `size` (width, height)."""
    mask = read(path, roi, classes)
    resized = resize(mask, size, classes)
    check_left(mask, resized, path)
    return resized


def parse_weights(text, classes):
    """`none` (None), `auto` ("auto"), or one weight a class, good first, as a list of floats."""
    if text in ("none", "auto"):
        return None if text == "none" else text
    weights = [float(word) for word in text.split(",")]
    if len(weights) != classes or min(weights) <= 0:
        raise ValueError(f"class weights '{text}': give none, auto, or {classes} numbers above 0, good first")
    return weights


def auto_weights(sampler, classes, steps=32):
    """Weights from how many pixels of each class the first crops show: sqrt(good / class), 1 to `WEIGHT_MAX`."""
    shown = sum(np.bincount(sampler.batch_at(step)[1].ravel(), minlength=classes) for step in range(steps))
    return [1.0, *np.clip(np.sqrt(shown[0] / np.maximum(shown[1:], 1)), 1, WEIGHT_MAX).tolist()]
