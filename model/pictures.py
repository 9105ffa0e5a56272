"""Training pictures of a data set with kinds: whole, stretched, augmented, balanced over the kinds.

A defect such as "uneven" or "break" concerns the whole part. So pictures with large defects are
never cropped. Half of the time, the others are shown closer.
"""

import math

import cv2
import numpy as np

import dataset
import resize

# Ranges of the augmentation. The factors are e to the power of a uniform number in the range.
TURN_DEGREES = 8
ZOOM = (-0.2, 0.3)
STRETCH = 0.15
SHIFT_SHARE = 0.05
GAMMA = CONTRAST = 0.25
BRIGHTNESS_FACTOR = 0.15
BRIGHTNESS = 10
# How often a defective picture is blended over a good one, and with which opacity at least.
BLEND_OFTEN, BLEND_MIN = 0.3, 0.65
# Closer views: the factor (e to the power of a uniform number), how often, and up to which share of
# defect pixels.
CLOSER, CLOSER_OFTEN, CLOSER_AREA_MAX = (0.2, 0.9), 0.5, 0.05


def grey_if_equal(picture):
    """One channel [H, W] if the three are equal (a third of the work), else the unchanged picture.
    """
    equal = (picture[..., 0] == picture[..., 1]).all() and (picture[..., 0] == picture[..., 2]).all()
    return picture[..., 0].copy() if equal else picture


def as_input(picture):
    """Float32 [3, H, W], `(x - 127.5) / 127.5`, of a picture [H, W] or [H, W, 3] in 0 to 255."""
    return dataset.normalise(np.repeat(picture[..., None], 3, axis=2) if picture.ndim == 2 else picture)


def stretched(picture, mask, size, rule="linear"):
    """Picture and mask (0 or 1) as on the station: stretched to `size` (width, height) in 8 bit.

    The picture is resized by this rule, the mask linearly.
    """
    small = resize.resize(mask, size, "linear")
    return resize.resize(picture, size, rule), (small >= 128).astype(np.uint8)


def closer_look(random, mask, size):
    """(factor, centre) of a closer view: how much closer, and around which point of the stretched
    picture.

    The window is inside the picture. It contains a random defect pixel; on a good part it is
    anywhere.
    """
    times, centre = 1.0, (np.array(size) - 1) / 2
    if random.random() < CLOSER_OFTEN and (mask > 127).mean() < CLOSER_AREA_MAX:
        times = math.exp(random.uniform(*CLOSER))
        places = np.argwhere(mask > 127)[:, ::-1]
        share = random.uniform(0, 1, 2)
        if len(places):
            share = (places[random.integers(len(places))] + 0.5) / mask.shape[::-1]
        half = np.array(size) / 2 / times
        centre = np.clip(share * size + random.uniform(-0.8, 0.8, 2) * half, half, size - half) - 0.5
    return times, centre


def random_transform(random, mask, size, closer):
    """The 2x3 matrix from a picture's pixels to those of `size`: the station's stretch, augmented.
    """
    across, down = size[0] / mask.shape[1], size[1] / mask.shape[0]
    # Pixel centres are at half coordinates, the convention of cv2.resize.
    stretch = np.array([[across, 0, 0.5 * across - 0.5], [0, down, 0.5 * down - 0.5], [0, 0, 1]])
    flip = np.diag([-1.0 if random.random() < 0.5 else 1.0, -1.0 if random.random() < 0.5 else 1.0, 1])
    angle = math.radians(random.uniform(-TURN_DEGREES, TURN_DEGREES)) if random.random() < 0.6 else 0.0
    zoom, ratio = math.exp(random.uniform(*ZOOM)), math.exp(random.uniform(-STRETCH, STRETCH))
    if random.random() < 0.25:
        zoom = ratio = 1.0
    turn = np.array([[math.cos(angle), -math.sin(angle), 0], [math.sin(angle), math.cos(angle), 0], [0, 0, 1]])
    shift = (np.array(size) - 1) / 2 + random.uniform(-SHIFT_SHARE, SHIFT_SHARE, 2) * size
    times, centre = closer_look(random, mask, size) if closer else (1.0, (np.array(size) - 1) / 2)
    to_centre = np.array([[1, 0, -centre[0]], [0, 1, -centre[1]], [0, 0, 1]])
    back = np.array([[1, 0, shift[0]], [0, 1, shift[1]], [0, 0, 1]])
    return (back @ turn @ np.diag([times * zoom * ratio, times * zoom / ratio, 1]) @ flip @ to_centre @ stretch)[:2]


def vary(random, picture, mask, size, closer):
    """One training picture (float32, 0 to 255) and its mask (bool), both of `size`, with varied
    exposure, focus and noise.
    """
    matrix = random_transform(random, mask, size, closer)
    moved = [cv2.warpAffine(pixels, matrix, size, flags=cv2.INTER_LINEAR, borderMode=cv2.BORDER_REPLICATE)
             for pixels in (picture, mask)]
    pixels = moved[0].astype(np.float32)
    if random.random() < 0.3:
        pixels = cv2.GaussianBlur(pixels, (0, 0), random.uniform(0.3, 1.0))
    pixels = 255 * (pixels / 255) ** math.exp(random.uniform(-GAMMA, GAMMA))
    mean = pixels.mean()
    pixels = (pixels - mean) * math.exp(random.uniform(-CONTRAST, CONTRAST))
    pixels += mean * math.exp(random.uniform(-BRIGHTNESS_FACTOR, BRIGHTNESS_FACTOR))
    pixels += random.uniform(-BRIGHTNESS, BRIGHTNESS)
    if random.random() < 0.3:
        pixels += random.normal(0, random.uniform(1, 6), pixels.shape).astype(np.float32)
    return np.clip(pixels, 0, 255), moved[1] >= 128


class Sampler:
    """Draws batches: a share of `good_share` good parts, the rest evenly from the kinds of defect.

    `entries` are `(pair, picture, mask)` of `pairs.labelled`. A batch depends only on seed, step
    and the stored false alarms. So a resumed training continues with the same batches.
    """

    def __init__(self, entries, good_kinds, batch, seed, good_share):
        kinds = sorted({pair.kind for pair, _, _ in entries}, key=lambda kind: (kind in good_kinds, kind))
        self.batch, self.seed, self.good_kinds = batch, seed, good_kinds
        self.of_kind = [[(grey_if_equal(p), m) for pair, p, m in entries if pair.kind == kind] for kind in kinds]
        self.is_good = [kind in good_kinds for kind in kinds]
        good = sum(self.is_good)
        bad = len(kinds) - good
        share = good_share if good and bad else float(bool(good))
        weights = [share / good if is_good else (1 - share) / bad for is_good in self.is_good]
        self.until = np.cumsum(weights)
        self.hard = [None] * len(kinds)

    def note_hard(self, false_area_px):
        """From now on, half of the good parts are drawn by the area of their false alarm. One list
        for each good kind.
        """
        areas = iter(false_area_px)
        for index in (index for index, is_good in enumerate(self.is_good) if is_good):
            weight = np.minimum(next(areas), 200) + 0.5
            self.hard[index] = weight / weight.sum()

    def batch_at(self, step, size, share, shares, closer):
        """Network input (float32 [N, 3, H, W]) and classes (int64 [N, H, W]) of one step.

        `closer` allows closer views. `share` is 0 to `shares` - 1 and selects every `shares`-th
        picture of the batch. Any thread may call this.
        """
        random = np.random.default_rng([self.seed, step, share])
        offset = np.random.default_rng([self.seed, step]).random()
        places = (offset + np.arange(share, self.batch, shares)) / self.batch
        drawn = [self._draw(random, place, size, closer) for place in places]
        return np.stack([as_input(p) for p, _ in drawn]), np.stack([m for _, m in drawn]).astype(np.int64)

    def _draw(self, random, place, size, closer):
        kind = min(int(np.searchsorted(self.until, place)), len(self.of_kind) - 1)
        pictures, hard = self.of_kind[kind], self.hard[kind]
        weights = hard if hard is not None and random.random() < 0.5 else None
        picture, mask = pictures[random.choice(len(pictures), p=weights)]
        if not self.is_good[kind] and any(self.is_good) and random.random() < BLEND_OFTEN:
            picture = self._blend(random, picture)
        return vary(random, picture, mask, size, closer)

    def _blend(self, random, picture):
        """A defective picture blended over a good one, so that few defects appear on many surfaces.
        """
        good = self.of_kind[len(self.is_good) - 1 - random.integers(sum(self.is_good))]
        other = cv2.resize(good[random.integers(len(good))][0], picture.shape[1::-1], interpolation=cv2.INTER_LINEAR)
        if other.ndim != picture.ndim:
            return picture
        shown = random.uniform(BLEND_MIN, 1)
        return cv2.addWeighted(picture, shown, other, 1 - shown, 0)
