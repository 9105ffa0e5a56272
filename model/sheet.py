"""Contact sheets of a training, in the look of `sluice eval --sheet`: its labels, and its worst
parts.

People see a mask that is shifted, or a reflection that counts as a scratch. They do not see it in a
Dice. Colours are BGR.
"""

from dataclasses import dataclass

import cv2
import numpy as np

import metrics
import progress

# Most parts of each section. So no sheet is larger than 1040 x 2376 pixels.
LABELLED_MAX, GOOD_MAX, WORST_MAX = 16, 10, 12

WIDTH_PX = 1040
# Longer side of each of a part's panels.
PANEL_PX = 160
GAP_PX, CAPTION_PX, HEADING_PX = 8, 22, 32
BACKGROUND, TEXT = (28, 22, 18), (218, 208, 200)
# Of the classes from 1 on: red, yellow, cyan, magenta, green, and again.
CLASSES = ((40, 40, 255), (40, 220, 255), (255, 220, 40), (255, 60, 220), (60, 220, 60))
# A close-up shows at least so many pixels a side, and this much more than the defect.
CLOSE_UP_MIN_PX, CLOSE_UP_MARGIN = 32, 2.0


@dataclass
class Labelled:
    """A part as a person labelled it. `picture` is [H, W] or [H, W, 1 or 3], `mask` [H, W] with 0
    on good pixels.
    """

    kind: str
    name: str
    picture: np.ndarray
    mask: np.ndarray


@dataclass
class Judged:
    """A part as the network sees it. `truth` and `found` are [H, W] with the class of each pixel.
    """

    name: str
    picture: np.ndarray
    truth: np.ndarray
    found: np.ndarray


def labels(path, parts, seed):
    """Draws a sample of `Labelled` parts with the outlines of their masks, defective ones first.

    The sample depends only on the seed and on the parts.
    """
    shuffled = [parts[index] for index in np.random.default_rng(seed).permutation(len(parts))]
    defective = [part for part in shuffled if part.mask.any()]
    good = [part for part in shuffled if not part.mask.any()]
    shown, shown_good = evenly(defective)[:LABELLED_MAX], evenly(good)[:GOOD_MAX]
    cells = [((part.name, f"{area(part.mask)} px, {part.mask.astype(bool).mean():.2%}"),
              [panel(part.picture), outlined(part.picture, part.mask), outlined(*close_up(part.picture, part.mask))])
             for part in shown]
    plain = [((part.name, ""), [panel(part.picture)]) for part in shown_good]
    _write(path, [_section(f"{len(shown)} of {len(defective)} pictures with a defect", cells, 3),
                  _section(f"{len(shown_good)} of {len(good)} pictures with an empty mask", plain, 1),
                  _legend("each defect: picture, outline of its mask, close-up of the largest area")])


def worst(path, parts, step):
    """Draws the defective `Judged` parts with the lowest Dice, and the good ones with most found
    pixels. `step` is the training's.
    """
    defective = [(dice_of(part), part) for part in parts if part.truth.any()]
    defective.sort(key=lambda entry: (entry[0], -area(entry[1].truth)))
    missed = sum(dice == 0 for dice, _ in defective)
    good = [part for part in parts if not part.truth.any()]
    false = sorted((part for part in good if part.found.any()), key=lambda part: -area(part.found))
    shown, shown_good = defective[:WORST_MAX], false[:WORST_MAX]
    cells = [((part.name, f"expected {area(part.truth)} px, found {area(part.found)} px, Dice {dice:.2f}"), _judged(part))
             for dice, part in shown]
    plain = [((part.name, f"found {area(part.found)} px"), _judged(part)) for part in shown_good]
    _write(path, [_section(f"step {step}: {missed} of {len(defective)} defective parts missed; the {len(shown)} with the lowest Dice", cells, 3),
                  _section(f"{len(false)} of {len(good)} good parts with found pixels; the {len(shown_good)} largest", plain, 3),
                  _legend("each: picture, expected mask, found mask")])


def evenly(parts):
    """The parts in their order, but one of each kind in turn."""
    seen, ranked = {}, []
    for part in parts:
        seen[part.kind] = seen.get(part.kind, 0) + 1
        ranked.append((seen[part.kind], part.kind, part))
    return [part for _, _, part in sorted(ranked, key=lambda entry: entry[:2])]


def area(mask):
    """The number of defect pixels."""
    return int(np.count_nonzero(mask))


def dice_of(part):
    return metrics.hard_dice(metrics.counts(part.found, part.truth))[0]


def _judged(part):
    height, width = part.truth.shape
    return [panel(part.picture, (width, height)), tinted(part.picture, part.truth), tinted(part.picture, part.found)]


def panel(picture, size=None):
    """The picture in BGR, with the longer side `PANEL_PX`. `size` (width, height) gives another
    ratio.
    """
    size = panel_size(size or picture.shape[1::-1])
    shrinks = picture.shape[1] > size[0]
    scaled = cv2.resize(picture, size, interpolation=cv2.INTER_AREA if shrinks else cv2.INTER_NEAREST)
    scaled = scaled[..., 0] if scaled.ndim == 3 and scaled.shape[2] == 1 else scaled
    return cv2.cvtColor(scaled, cv2.COLOR_GRAY2BGR) if scaled.ndim == 2 else scaled


def panel_size(size):
    """The size (width, height), scaled so that its longer side is `PANEL_PX`."""
    return tuple(max(1, round(side * PANEL_PX / max(size))) for side in size)


def shown(mask):
    """The class of each pixel of a panel. A defect of one pixel stays, and of two classes the
    larger number.
    """
    size = panel_size(mask.shape[1::-1])
    if mask.shape[1] <= size[0]:
        return cv2.resize(mask, size, interpolation=cv2.INTER_NEAREST)
    found = np.zeros(size[::-1], np.uint8)
    for label in np.unique(mask[mask > 0]):
        found[cv2.resize((mask == label).astype(np.float32), size, interpolation=cv2.INTER_AREA) > 0] = label
    return found


def tinted(picture, mask):
    """A panel in which each defect pixel has its class's colour."""
    pixels, classes = panel(picture, mask.shape[1::-1]), shown(mask)
    for label in np.unique(classes[classes > 0]):
        pixels[classes == label] = pixels[classes == label] // 2 + np.array(colour(label), np.uint8) // 2
    return pixels


def outlined(picture, mask):
    """A panel with a line around each defect. The defect itself stays as it is."""
    pixels, classes = panel(picture), shown(mask)
    for label in np.unique(classes[classes > 0]):
        inside = (classes == label).astype(np.uint8)
        pixels[(cv2.dilate(inside, np.ones((3, 3), np.uint8)) > 0) & (classes == 0)] = colour(label)
    return pixels


def colour(label):
    """The colour of a class. 255 is the defect of a mask that has no classes."""
    return CLASSES[0] if label == 255 else CLASSES[(int(label) - 1) % len(CLASSES)]


def close_up(picture, mask):
    """Picture and mask around the largest defect."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((mask > 0).astype(np.uint8), connectivity=8)
    x, y, width, height, _ = max(stats[1:], key=lambda row: row[cv2.CC_STAT_AREA])
    sides = [min(limit, max(CLOSE_UP_MIN_PX, round(CLOSE_UP_MARGIN * max(width, height)))) for limit in mask.shape]
    centre = (y + height // 2, x + width // 2)
    top, left = (min(max(0, at - side // 2), limit - side) for at, side, limit in zip(centre, sides, mask.shape))
    rows, columns = slice(top, top + sides[0]), slice(left, left + sides[1])
    return picture[rows, columns], mask[rows, columns]


def caption_of(name, figures, width_px):
    """`name: figures`, of which the beginning of a long name is left out."""
    text, left_out = f"{name}: {figures}" if figures else name, 0
    while left_out < len(name) and text_width(text) > width_px:
        left_out += 1
        text = ".." + name[left_out:] + (f": {figures}" if figures else "")
    return text


def text_width(text, scale=0.44):
    """In pixels. OpenCV's letters are those of ASCII."""
    return cv2.getTextSize(text.encode("ascii", "replace").decode(), cv2.FONT_HERSHEY_SIMPLEX, scale, 1)[0][0]


def put(canvas, text, at, scale=0.44, colour=TEXT):
    """Writes one line of text with its upper left corner at `at` (x, y)."""
    text = text.encode("ascii", "replace").decode()
    cv2.putText(canvas, text, (at[0], at[1] + 14), cv2.FONT_HERSHEY_SIMPLEX, scale, colour, 1, cv2.LINE_AA)


def _blank(height):
    return np.full((height, WIDTH_PX, 3), BACKGROUND, np.uint8)


def _section(heading, cells, panels):
    """A heading and the cells `((name, figures), panels)` below it, each of so many panels."""
    width, height = panels * (PANEL_PX + GAP_PX) + 2 * GAP_PX, CAPTION_PX + PANEL_PX + GAP_PX
    columns = WIDTH_PX // width
    canvas = _blank(HEADING_PX + -(-len(cells) // columns) * height)
    put(canvas, heading, (GAP_PX, GAP_PX), 0.55)
    for index, ((name, figures), pictures) in enumerate(cells):
        left, top = GAP_PX + index % columns * width, HEADING_PX + index // columns * height
        put(canvas, caption_of(name, figures, width - 2 * GAP_PX), (left, top))
        for place, pixels in enumerate(pictures):
            x, y = left + place * (PANEL_PX + GAP_PX), top + CAPTION_PX
            canvas[y:y + pixels.shape[0], x:x + pixels.shape[1]] = pixels
    return canvas


def _legend(text):
    canvas = _blank(HEADING_PX)
    put(canvas, text, (GAP_PX, GAP_PX))
    return canvas


def _write(path, sections):
    write(path, np.concatenate(sections))


def write(path, canvas):
    """Writes a PNG file. If that fails, it only says so: it must not end a training."""
    try:
        is_written = cv2.imwrite(str(path), canvas)
    except cv2.error:
        is_written = False
    if not is_written:
        progress.say(f"{path}: cannot be written; the training goes on without this picture")
