"""Formulas for the quality of a mask, in double precision, for training, evaluation and the card.

`sluice eval` computes the same values.
"""

import cv2
import numpy as np

EPSILON = 1e-6


def soft_dice(probability, classes):
    """The reference job's measure over all classes, background included.

    `probability` is [H, W, C], `classes` [H, W] with values below C. With P the probabilities and Y
    the one-hot classes, both flattened: Dice = 2 P.Y / (P.P + Y.Y + 1e-6), IoU = Dice / (2 - Dice).
    It is too optimistic: if defects are small, the background alone brings it near 1. Returns
    (Dice, IoU).
    """
    p = probability.astype(np.float64)
    overlap = np.take_along_axis(p, classes[..., None].astype(np.int64), axis=2).sum()
    dice = 2.0 * overlap / (np.square(p).sum() + float(classes.size) + EPSILON)
    return dice, dice / (2.0 - dice)


def counts(predicted, classes):
    """(true positive, false positive, false negative) pixels of any defect class. Both arguments
    are [H, W].
    """
    p, y = predicted > 0, classes > 0
    return np.array([(p & y).sum(), (p & ~y).sum(), (~p & y).sum()], np.int64)


def hard_dice(tp_fp_fn):
    """Foreground (Dice, IoU) from pixel counts: 2 tp / (2 tp + fp + fn) and tp / (tp + fp + fn).

    Both are 1 if neither mask nor prediction has a defect pixel.
    """
    tp, fp, fn = (int(n) for n in tp_fp_fn)
    if tp + fp + fn == 0:
        return 1.0, 1.0
    return 2.0 * tp / (2 * tp + fp + fn), tp / (tp + fp + fn)


def largest_false_blob_px(predicted, classes):
    """Area of the largest 8-connected blob of false defect pixels that does not touch a true one.
    """
    count, labels, stats, _ = cv2.connectedComponentsWithStats((predicted > 0).astype(np.uint8), connectivity=8)
    touched = set(np.unique(labels[classes > 0]))
    return max((int(stats[label, cv2.CC_STAT_AREA]) for label in range(1, count) if label not in touched), default=0)


def missed_blobs(predicted, classes):
    """(number of blobs in the true mask, number of them without any predicted pixel), 8-connected.
    """
    count, labels = cv2.connectedComponents((classes > 0).astype(np.uint8), connectivity=8)
    hit = set(np.unique(labels[predicted > 0])) - {0}
    return count - 1, count - 1 - len(hit)
