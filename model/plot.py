"""Draws the loss and the Dice over the steps of a training, from its `log.csv`. Colours are BGR."""

import csv
import math

import cv2
import numpy as np

import sheet

WIDTH_PX, HEIGHT_PX = 1040, 360
# The chart of the loss, and that of the Dice. The names of its curves are to the right.
CHART_PX = 410
# Of each chart, around its axes.
LEFT_PX, RIGHT_PX, TOP_PX, BOTTOM_PX = 52, 24, 40, 48
GRID = (70, 60, 54)
CURVES = ((255, 190, 90), (90, 200, 255), (110, 220, 110), (230, 120, 230), (90, 110, 255), (220, 220, 110), (190, 190, 190))


def training(log, path):
    """Writes the picture of the log file `log` to `path`. A log without a row gives none."""
    steps, columns = read(log)
    if not steps:
        return
    canvas = np.full((HEIGHT_PX, WIDTH_PX, 3), sheet.BACKGROUND, np.uint8)
    _chart(canvas[:, :CHART_PX], f"loss {columns['loss'][-1]:.3f}", steps, {"loss": columns["loss"]})
    qualities = {name: values for name, values in columns.items() if name.startswith(("dice", "good_with"))}
    # With one class of defects, its Dice is the Dice.
    if "dice_class_2" not in qualities:
        qualities.pop("dice_class_1", None)
    _chart(canvas[:, CHART_PX:2 * CHART_PX], f"validation at step {steps[-1]}", steps, qualities, 1.0)
    for index, (name, values) in enumerate(qualities.items()):
        text = f"{values[-1]:.2f} {name.replace('_', ' ')}"
        sheet.put(canvas, text, (2 * CHART_PX, TOP_PX - 8 + 20 * index), 0.44, CURVES[index % len(CURVES)])
    sheet.write(path, canvas)


def read(log):
    """(steps, values of each other column) of the log file."""
    with open(log, newline="") as file:
        rows = list(csv.DictReader(file))
    names = [name for name in (rows[0] if rows else ()) if name != "step"]
    return [int(row["step"]) for row in rows], {name: [float(row[name]) for row in rows] for name in names}


def _chart(canvas, title, steps, curves, highest=None):
    """Draws one chart over the whole canvas. The axis begins at 0 and ends at `highest`, or above
    all values.
    """
    height, width = canvas.shape[:2]
    x_ticks = [step for step in ticks(steps[-1]) if step <= steps[-1]]
    y_ticks = ticks(highest or max(max(values) for values in curves.values()) or 1.0)
    x_of = lambda step: LEFT_PX + step / steps[-1] * (width - LEFT_PX - RIGHT_PX)
    y_of = lambda value: height - BOTTOM_PX - value / y_ticks[-1] * (height - TOP_PX - BOTTOM_PX)
    sheet.put(canvas, title, (LEFT_PX, 12), 0.55)
    for value in y_ticks:
        y = round(y_of(value))
        cv2.line(canvas, (LEFT_PX, y), (width - RIGHT_PX, y), GRID, 1)
        sheet.put(canvas, f"{value:.4g}", (8, y - 10), 0.4)
    for step in x_ticks:
        text = f"{step:.4g}" if step < 10000 else f"{step / 1000:.4g}k"
        sheet.put(canvas, text, (round(x_of(step)) - sheet.text_width(text, 0.4) // 2, height - BOTTOM_PX + 6), 0.4)
    sheet.put(canvas, "steps", (LEFT_PX - 4, height - 24), 0.4)
    for index, values in enumerate(curves.values()):
        colour = CURVES[index % len(CURVES)]
        points = np.array([[x_of(step), y_of(value)] for step, value in zip(steps, values)])
        # Sixteenths of a pixel, which OpenCV draws without steps.
        cv2.polylines(canvas, [np.round(points * 16).astype(np.int32)], False, colour, 2, cv2.LINE_AA, 4)
        cv2.circle(canvas, tuple(int(round(at)) for at in points[-1]), 3, colour, -1, cv2.LINE_AA)


def ticks(highest):
    """Round values from 0 to at least `highest`: four to eight of them."""
    unit = 10.0 ** math.floor(math.log10(highest))
    step = next(unit * part for part in (0.1, 0.2, 0.25, 0.5, 1, 2) if highest / (unit * part) <= 6)
    return [step * index for index in range(math.ceil(highest / step - 1e-9) + 1)]
