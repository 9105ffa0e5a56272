"""Prints the figures that verdict_dice.rs expects. NumPy computes them in float64.

    python3 tests/library/verdict_dice.py

The test and this script generate the same pictures, so no file is stored.
"""

import numpy as np

HEIGHT, WIDTH = 37, 53


def numbers(seed, count):
    """A linear congruential generator modulo 2^32; the upper 16 bits of each state."""
    out, state = np.empty(count, np.uint32), seed
    for i in range(count):
        state = (state * 1664525 + 1013904223) % 2**32
        out[i] = state >> 16
    return out


def picture(seed, defect_percent):
    """Softmax [H, W, 2] as float32 and the true mask [H, W] as uint8."""
    draws = numbers(seed, 2 * HEIGHT * WIDTH).reshape(HEIGHT, WIDTH, 2)
    truth = (draws[..., 0] % 100 < defect_percent).astype(np.uint8)
    # Right by 0.5 to 1 at most pixels, wrong at one in eight.
    right = np.float32(0.5) + draws[..., 1].astype(np.float32) / np.float32(131072)
    right = np.where(draws[..., 1] % 8 == 0, np.float32(1) - right, right)
    defect = np.where(truth == 1, right, np.float32(1) - right)
    return np.stack([np.float32(1) - defect, defect], axis=-1).astype(np.float32), truth


pooled = np.zeros(3)
for seed, defect_percent in [(1, 0), (2, 3), (3, 40), (4, 100)]:
    scores, truth = picture(seed, defect_percent)
    p = scores.astype(np.float64)
    y = np.stack([truth == 0, truth == 1], axis=-1).astype(np.float64)
    dice = 2 * np.sum(p * y) / (np.sum(p * p) + np.sum(y * y) + 1e-6)
    predicted, true = scores[..., 1] >= 0.5, truth == 1
    both, union = np.sum(predicted & true), np.sum(predicted | true)
    total = np.sum(predicted) + np.sum(true)
    hard = 2 * both / total if total else 1.0
    hard_iou = both / union if union else 1.0
    pooled += [both, total, union]
    print(f"({seed}, {defect_percent}, {dice:.12f}, {dice / (2 - dice):.12f}, {hard:.12f}, {hard_iou:.12f}),")
print(f"pooled {2 * pooled[0] / pooled[1]:.12f}, {pooled[0] / pooled[2]:.12f}")
