"""Turns pictures and masks into the network's input: the same bytes as on the station.

Layout: `FOLDER/N/image.png` (8-bit picture) and `FOLDER/N/mask.png` (8-bit, one channel; 0 is good,
255 is defect; `masks.py` reads it). N is any name; the station needs plain numbers. Needs only
numpy and OpenCV.
"""

import argparse
from pathlib import Path

import cv2
import numpy as np

import aipp
import resize

# The ROI of the rendered parts and of the reference job, in the form of `--roi`.
ROI = "2200,1000,1800,1800"
SIZE = (960, 960)


def parse_roi(text):
    """Parses `x,y,width,height` in pixels of the picture, or `all` (None) for the whole picture."""
    if text == "all":
        return None
    numbers = text.split(",")
    roi = tuple(int(number) for number in numbers if number.isdecimal())
    if len(roi) != len(numbers) or len(roi) != 4 or min(roi[2:]) == 0:
        raise argparse.ArgumentTypeError(f"'{text}': give x,y,width,height in pixels, or all")
    return roi


def add_roi(parser, default):
    """Adds the option `--roi`. `default` is text."""
    parser.add_argument("--roi", type=parse_roi, default=default,
                        help="x,y,width,height in pixels, or 'all' when the pictures already are the ROI (default %(default)s)")


def add_size(parser, size=SIZE):
    """Adds the options `--width` and `--height`."""
    parser.add_argument("--width", type=int, default=size[0], help="network input width (default %(default)s)")
    parser.add_argument("--height", type=int, default=size[1], help="network input height (default %(default)s)")


def parts(folder):
    """The parts of a data set, sorted by number. Names that are not numbers come last."""
    found = [path.parent for path in Path(folder).glob("*/image.png")]
    unlabelled = [part for part in found if not (part / "mask.png").is_file()]
    if unlabelled:
        raise SystemExit(f"{in_order(unlabelled)[0]}: no mask.png beside image.png; a good part has a black one")
    if not found:
        raise SystemExit(f"{folder}: no part found; expected N/image.png with N/mask.png")
    return in_order(found)


def in_order(folders):
    """The folders of the parts, sorted by number. Names that are not numbers come last."""
    return sorted(folders, key=lambda part: (not part.name.isdigit(), part.name.zfill(20)))


def read(path, flags):
    pixels = cv2.imread(str(path), flags)
    if pixels is None:
        raise SystemExit(f"{path}: not a picture that OpenCV can read")
    return pixels


def crop(pixels, roi, path):
    if roi is None:
        return pixels
    x, y, width, height = roi
    if y + height > pixels.shape[0] or x + width > pixels.shape[1]:
        raise SystemExit(
            f"{path}: {pixels.shape[1]}x{pixels.shape[0]} pixels do not hold the roi {x},{y},{width},{height}; "
            "give --roi (all, when the pictures already are the ROI)"
        )
    return pixels[y : y + height, x : x + width]


def load_picture(part, roi, size, rule="linear"):
    """BGR, cropped and resized by `rule` to `size` (width, height), 8 bit, HWC: the bytes that the
    station makes.
    """
    path = part / "image.png"
    return resize.resize(crop(read(path, cv2.IMREAD_COLOR), roi, path), size, rule)


def normalise(pixels):
    """8-bit HWC (or NHWC) to float32 CHW (or NCHW), `(x - 127.5) / 127.5`, as AIPP does on the
    device.
    """
    return np.ascontiguousarray(np.moveaxis((pixels.astype(np.float32) - 127.5) / 127.5, -1, -3))


def network_input(pixels, channels):
    """Float32 [1, channels, H, W] from BGR pixels [H, W, 3]: unchanged for three channels, grey for
    one.
    """
    return normalise((aipp.grey(pixels) if channels == 1 else pixels)[None])


class CropSampler:
    """Random training crops, `crop` pixels square, half of them on defects.

    A batch depends only on the seed and its step, so a resumed training continues with the same
    crops. A defect crop first chooses a random blob of a random part and then a random pixel of it.
    So small defects appear as often as large ones.
    """

    def __init__(self, pictures, masks, crop_px, batch, seed):
        self.pictures, self.masks, self.crop_px, self.batch, self.seed = pictures, masks, crop_px, batch, seed
        self.blobs, self.errors = [], []
        for index, mask in enumerate(masks):
            if min(mask.shape) < crop_px:
                raise SystemExit(f"crops of {crop_px} pixels do not fit pictures of {mask.shape[1]}x{mask.shape[0]}")
            count, labels = cv2.connectedComponents(mask)
            blobs = [np.argwhere(labels == label).astype(np.int16) for label in range(1, count)]
            if blobs:
                self.blobs.append((index, blobs))

    def mine(self, index, wrong):
        """Stores the blobs of `wrong` (HW, bool) of a picture. Then one crop in four shows such a
        blob.
        """
        count, labels = cv2.connectedComponents(wrong.astype(np.uint8))
        blobs = [np.argwhere(labels == label).astype(np.int16) for label in range(1, count)]
        # A thin seam along an outline is always wrong. Only a separate blob counts.
        self.errors += [(index, blob) for blob in blobs if len(blob) >= 6]

    def batch_at(self, step):
        """The crops (float32 NCHW) and their classes (int32 NHW) of one step."""
        random = np.random.default_rng([self.seed, step])
        crops = [self._crop(random, on_defect=item % 2 == 0, on_error=item % 4 == 3) for item in range(self.batch)]
        return normalise(np.stack([c[0] for c in crops])), np.stack([c[1] for c in crops]).astype(np.int32)

    def _crop(self, random, on_defect, on_error=False):
        if on_error and self.errors:
            index, blob = self.errors[random.integers(len(self.errors))]
            corner = blob[random.integers(len(blob))] - random.integers(self.crop_px, size=2)
        elif on_defect and self.blobs:
            index, blobs = self.blobs[random.integers(len(self.blobs))]
            blob = blobs[random.integers(len(blobs))]
            corner = blob[random.integers(len(blob))] - random.integers(self.crop_px, size=2)
        else:
            index = random.integers(len(self.masks))
            corner = random.integers(1 << 30, size=2) % (np.array(self.masks[index].shape) - self.crop_px + 1)
        y, x = np.clip(corner, 0, np.array(self.masks[index].shape) - self.crop_px)
        picture = self.pictures[index][y : y + self.crop_px, x : x + self.crop_px]
        mask = self.masks[index][y : y + self.crop_px, x : x + self.crop_px]
        turns, flip = random.integers(4), random.integers(2)
        picture, mask = np.rot90(picture, turns), np.rot90(mask, turns)
        if flip:
            picture, mask = picture[:, ::-1], mask[:, ::-1]
        contrast, brightness = random.uniform(0.85, 1.15), random.uniform(-20, 20)
        picture = np.clip((picture.astype(np.float32) - 127.5) * contrast + 127.5 + brightness, 0, 255)
        return picture, mask
