"""Resizes pictures by the rules of the station's key `image.resize`.

| rule | OpenCV |
|---|---|
| `linear` | INTER_LINEAR of the x86-64 wheels, and of the aarch64 wheels before 4.14 |
| `linear_exact` | INTER_LINEAR_EXACT, the same everywhere |
| `area` | INTER_AREA of the x86-64 wheels |
| `nearest` | INTER_NEAREST, the same everywhere |
| `linear_kleidicv` | INTER_LINEAR of the aarch64 wheels since 4.14, which have Arm's KleidiCV |

So one call of `cv2.resize` gives other bytes on another machine. Here each rule is also defined in
NumPy. A fixed picture shows whether this machine's OpenCV gives the same; if not, the definition is
used, which is slower. `tools/opencv/make_resize_vectors.py` says how the rules were compared.
"""

import functools
import hashlib
import json
import math
import platform

import cv2
import numpy as np

FLAGS = {
    "linear": cv2.INTER_LINEAR,
    "linear_exact": cv2.INTER_LINEAR_EXACT,
    "area": cv2.INTER_AREA,
    "nearest": cv2.INTER_NEAREST,
    "linear_kleidicv": cv2.INTER_LINEAR,
}
# The sizes of the fixed picture, and those that it gets: every rule differs from every other, and
# from what other builds of OpenCV are known to do. The last one shows fused multiply-adds.
PROBES = [(70, 40, 59, 31), (64, 48, 33, 25), (40, 30, 20, 15), (33, 25, 64, 48), (99, 60, 33, 30), (1800, 40, 960, 21)]


def resize(pixels, size, rule):
    """8-bit pixels [H, W, 3] or [H, W], resized to `size` (width, height).

    The station resizes three channels, so grey pixels are resized as three equal ones. With
    `linear_kleidicv` these may become unequal; then the result is [H, W, 3].
    """
    is_grey = pixels.ndim == 2
    if is_grey:
        pixels = cv2.merge([pixels] * 3)
    result = cv2.resize(pixels, size, interpolation=FLAGS[rule]) if does(rule) else definition(pixels, size, rule)
    if is_grey and (result == result[..., :1]).all():
        return result[..., 0].copy()
    return result


def add_argument(parser):
    """Adds the option `--resize`."""
    parser.add_argument("--resize", choices=tuple(FLAGS), default="linear",
                        help="rule of the resize, which the station file must have as image.resize (default %(default)s)")


def record(rule):
    """How pictures are resized here, for checkpoint and card, as JSON."""
    gives = ", ".join(found for found in FLAGS if FLAGS[found] == FLAGS[rule] and does(found)) or "another result"
    return json.dumps({
        "rule": rule, "by": "OpenCV" if does(rule) else "NumPy", "opencv": cv2.__version__, "machine": platform.machine(),
        "opencv_gives": gives, "fingerprint": fingerprint(rule),
    })


def described(text):
    """A `record` as one line."""
    found = json.loads(text)
    if "fingerprint" not in found:
        return f"{found['rule']}, by {found['by']}"
    return (f"{found['rule']}, by {found['by']}; OpenCV {found['opencv']} on {found['machine']} gives {found['opencv_gives']} "
            f"(fingerprint {found['fingerprint']})")


def announce(rule):
    """Says that the definition is used, if it is."""
    if not does(rule):
        print(f"--resize {rule}: {described(record(rule))}; so the definition in NumPy is used, which is slower", flush=True)


def probe(width, height):
    """The fixed picture of a size: noise."""
    x = np.arange(1, width * height * 3 + 1, dtype=np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    x = (x ^ (x >> np.uint64(29))) * np.uint64(0xBF58476D1CE4E5B9)
    return (x >> np.uint64(56)).astype(np.uint8).reshape(height, width, 3)


def digest(resized):
    results = (np.ascontiguousarray(resized(probe(w, h), (tw, th))) for w, h, tw, th in PROBES)
    return hashlib.sha256(b"".join(result.tobytes() for result in results)).hexdigest()[:16]


@functools.cache
def fingerprint(rule):
    """What this machine's OpenCV makes of the fixed picture with the flag of this rule."""
    return digest(lambda pixels, size: cv2.resize(pixels, size, interpolation=FLAGS[rule]))


@functools.cache
def does(rule):
    """Whether this machine's OpenCV follows the rule on the fixed picture."""
    return fingerprint(rule) == digest(lambda pixels, size: definition(pixels, size, rule))


def definition(pixels, size, rule):
    """The rule, in NumPy, for 8-bit pixels [H, W, 3]."""
    (height, width), (to_width, to_height) = pixels.shape[:2], size
    if (width, height) == (to_width, to_height):
        return pixels.copy()
    if rule == "nearest":
        rows, columns = nearest(height, to_height), nearest(width, to_width)
        return np.ascontiguousarray(pixels[rows][:, columns])
    if rule == "linear_exact":
        return mixed(pixels, exact_taps(width, to_width), exact_taps(height, to_height), 256, rounded_once)
    if rule == "linear_kleidicv" and kleidicv_does(width, height, to_width, to_height):
        return kleidicv(pixels, to_width, to_height)
    if rule == "area" and width >= to_width and height >= to_height:
        whole = whole_factor(width, to_width), whole_factor(height, to_height)
        if whole != (2, 2):
            return means(pixels, to_width, to_height, whole)
    taps = area_taps if rule == "area" and (width < to_width or height < to_height) else linear_taps
    return mixed(pixels, taps(width, to_width), taps(height, to_height), 2048, truncated)


def scale(source, target):
    """Source pixels for each target pixel. OpenCV computes the inverse first."""
    return 1.0 / (target / source)


def nearest(source, target):
    return np.minimum(np.floor(np.arange(target) * scale(source, target)).astype(int), source - 1)


def linear_taps(source, target):
    """(index, weight of it, weight of the next) for each target position, weights in 2048ths."""
    coordinate = ((np.arange(target) + 0.5) * scale(source, target) - 0.5).astype(np.float32)
    return weighed(np.floor(coordinate), coordinate - np.floor(coordinate), source)


def area_taps(source, target):
    """The same where INTER_AREA enlarges."""
    position = np.arange(target)
    index = np.floor(position * scale(source, target))
    past = ((position + 1) - (index + 1) * (target / source)).astype(np.float32)
    return weighed(index, np.where(past <= 0, np.float32(0), past - np.floor(past)), source)


def weighed(index, fraction, source):
    weight = lambda part: np.rint(part.astype(np.float32) * np.float32(2048)).astype(np.int64)
    return index.astype(int), weight(np.float32(1) - fraction), weight(fraction), source


def exact_taps(source, target):
    """The same for INTER_LINEAR_EXACT, weights in 256ths."""
    coordinate = scale(source, target) * (np.arange(target) + 0.5) - 0.5
    index = np.floor(coordinate)
    far = np.rint((coordinate - index) * 256).astype(np.int64)
    return index.astype(int), 256 - far, far, source


def mixed(pixels, columns, rows, one, rounding):
    """Two neighbours on each axis, columns first. Weights add up to `one`. Outside the first and
    last centre, the border pixel of a row counts alone.
    """
    index, near, far, source = columns
    outside = (index < 0) | (index >= source - 1)
    near, far = np.where(outside, one, near), np.where(outside, 0, far)
    index = np.clip(index, 0, source - 1)
    values = pixels.astype(np.int64)
    lines = values[:, index] * near[:, None] + values[:, np.minimum(index + 1, source - 1)] * far[:, None]
    index, near, far, source = rows
    upper, lower = lines[np.clip(index, 0, source - 1)], lines[np.clip(index + 1, 0, source - 1)]
    return rounding(near[:, None, None], upper, far[:, None, None], lower).astype(np.uint8)


def truncated(near, upper, far, lower):
    return (((near * (upper >> 4)) >> 16) + ((far * (lower >> 4)) >> 16) + 2) >> 2


def rounded_once(near, upper, far, lower):
    return (near * upper + far * lower + (1 << 15)) >> 16


def whole_factor(source, target):
    """The factor if it is a whole number by OpenCV's measure, else None."""
    exact = scale(source, target)
    return round(exact) if abs(exact - round(exact)) < np.finfo(np.float64).eps else None


def shares(source, target):
    """(target position, source position, share) of INTER_AREA, in OpenCV's order."""
    step = scale(source, target)
    for position in range(target):
        start, end = position * step, position * step + step
        length = min(step, source - start)
        last = min(math.floor(end), source - 1)
        first = min(math.ceil(start), last)
        if first - start > 1e-3:
            yield position, first - 1, np.float32((first - start) / length)
        for whole in range(first, last):
            yield position, whole, np.float32(1 / length)
        if end - last > 1e-3:
            yield position, last, np.float32(min(end - last, 1.0, length) / length)


def means(pixels, to_width, to_height, whole):
    height, width, channels = pixels.shape
    if None not in whole:
        across, down = whole
        sums = pixels.astype(np.int64).reshape(to_height, down, to_width, across, channels).sum(axis=(1, 3))
        found = sums.astype(np.float32) * np.float32(1 / (across * down))
    else:
        values = pixels.astype(np.float32)
        lines = np.zeros((height, to_width, channels), np.float32)
        for to, of, share in shares(width, to_width):
            lines[:, to] += values[:, of] * share
        found = np.zeros((to_height, to_width, channels), np.float32)
        for to, of, share in shares(height, to_height):
            found[to] += lines[of] * share
    return np.clip(np.rint(found), 0, 255).astype(np.uint8)


def kleidicv_does(width, height, to_width, to_height):
    """Whether OpenCV leaves this resize to KleidiCV. Otherwise its own rule applies."""
    return to_width < width <= 3 * to_width and to_height < height and width >= 11 and to_width >= 3


def divided(number, by):
    return (number + by // 2) // by


def centre(position, source, target):
    """A target position's centre in source pixels, in 65536ths, plus half of a weight's step."""
    return divided(((position << 16) + (1 << 15)) * source, target) - (1 << 15) + (1 << 7)


def kleidicv(pixels, to_width, to_height):
    """The vertical pass first. Weights in 256ths; each pass rounds to 8 bits."""
    height, width = pixels.shape[:2]
    mix = lambda near, far, weight: (near * (256 - weight) + far * weight + 128) >> 8
    rows = np.array([centre(position, height, to_height) for position in range(to_height)])
    index, weight = rows >> 16, (rows >> 8 & 255)[:, None, None]
    values = pixels.astype(np.int64)
    lines = mix(values[index], values[np.minimum(index + 1, height - 1)], weight).reshape(to_height, -1)
    lanes = kleidicv_lanes(width, to_width)
    index, weight, channel = lanes >> 16, lanes >> 8 & 255, np.arange(lanes.size) % 3
    found = mix(lines[:, index * 3 + channel], lines[:, np.minimum(index + 1, width - 1) * 3 + channel], weight)
    return found.astype(np.uint8).reshape(to_height, to_width, 3)


def kleidicv_lanes(width, to_width):
    """The coordinate of each channel of a target row.

    KleidiCV computes groups of 16 channels, and groups of 8 at the end. It computes a group's first
    coordinate and adds rounded steps. So channels of one pixel may differ by a step's rounding.
    """
    lanes = to_width * 3
    found = np.zeros(lanes, np.int64)
    step = lambda pixels: divided(pixels * width << 16, to_width)
    loaded = 2 if width / to_width < 1.8 else 3
    whole = lanes // 32 * 2 if width * 3 >= 16 * loaded else 0

    def group(at, length):
        start = centre(at // 3, width, to_width)
        for lane in range(length):
            found[at + lane] = start + (at % 3 + lane) // 3 * step(1)

    at = 0
    if whole > 3:
        past_end = lambda at: (centre(at // 3, width, to_width) >> 16) * 3 + at % 3 + 16 * loaded > width * 3
        last = next((vector for vector in range(whole - 1, 0, -1) if not past_end(vector * 16)), 0)
        start, since = centre(0, width, to_width), 0
        for _ in range((last + 1) // 3):
            if since == 170:
                start, since = centre(at // 3, width, to_width), 0
            else:
                since += 1
            for channel, pixels in enumerate((5, 5, 6)):
                for lane in range(16):
                    found[at + lane] = start + step((channel + lane) // 3)
                at, start = at + 16, start + step(pixels)
    while at < whole * 16:
        group(at, 16)
        at += 16
    for _ in range(-(-(lanes - whole * 16) // 8)):
        at = min(at, lanes - 8)
        group(at, 8)
        at += 8
    return found
