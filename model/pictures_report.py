"""Measures a model on each kind of a data set, or helps to choose the limits for it.

    python pictures_report.py --data DATA --part validation --model M.onnx --choose
    python pictures_report.py --data DATA --part test --model M.onnx --station STATION.json

Dice and IoU are of the foreground (pixels that reach `score_min`), averaged over a kind's pictures.
A part is rejected as on the station: by a blob above `blob_area_max_px`, or by counted blobs above
`total_area_max_px` in total. Needs numpy, OpenCV and onnxruntime.
"""

import argparse
import json
from typing import NamedTuple

import cv2
import numpy as np
from pathlib import Path

import classes as masks_of
import dataset
import metrics
import pairs
import pictures
import progress

SCORES = (0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 0.95, 0.98, 0.99)
REJECTED_SHARE_MAX = 0.05


class Limits(NamedTuple):
    """The station's limits for the class 'defect'."""

    score_min: float
    blob_area_min_px: int
    blob_area_max_px: int
    total_area_max_px: int


def limits_of(station):
    """The limits in a station file."""
    classes = json.loads(Path(station).read_text())["recipe"]["classes"]
    if len(classes) != 1:
        raise SystemExit(f"{station}: recipe.classes has {len(classes)} entries; this report knows one, 'defect'")
    return Limits(*(classes[0][name] for name in Limits._fields))


class Judged(NamedTuple):
    """One picture: its kind, the defect score of each pixel and the true classes, at the network's
    size.
    """

    kind: str
    name: str
    score: np.ndarray
    truth: np.ndarray


def judge(session, entries, rule="linear"):
    """Runs the model on `(pair, picture, mask)`, resized by this rule."""
    _, channels, height, width = session.get_inputs()[0].shape
    for pair, picture, mask in progress.through(entries, "pictures"):
        small, truth = pictures.stretched(picture, mask, (width, height), rule)
        masks_of.check_left(mask, truth, pair.mask)
        softmax, = session.run(["softmax"], {"x": dataset.network_input(small, channels)})
        yield Judged(pair.kind, pair.picture.name, softmax[0, :, :, 1], truth)


def blob_areas(mask):
    """The areas of the 8-connected blobs, in pixels."""
    count, _, stats, _ = cv2.connectedComponentsWithStats(mask.astype(np.uint8), connectivity=8)
    return stats[1:count, cv2.CC_STAT_AREA]


def rejects(mask, limits):
    """Whether the station rejects the part."""
    areas = blob_areas(mask)
    areas = areas[areas >= limits.blob_area_min_px]
    return bool((areas > limits.blob_area_max_px).any() or areas.sum() > limits.total_area_max_px)


def figures(judged, limits):
    """`{kind: {"pictures", "dice", "iou", "dice_argmax", "iou_argmax", "rejected", "good"}}`.

    Dice and IoU are means: of the pixels that reach `score_min`, and of those whose class is
    defect. "rejected" is a count.
    """
    found = {}
    for kind in sorted({one.kind for one in judged}):
        of_kind = [one for one in judged if one.kind == kind]
        masks = [one.score >= limits.score_min for one in of_kind]
        measures = [metrics.hard_dice(metrics.counts(mask, one.truth)) for mask, one in zip(masks, of_kind)]
        dice, iou = np.mean(measures, axis=0)
        of_class = [metrics.hard_dice(metrics.counts(one.score > 0.5, one.truth)) for one in of_kind]
        dice_argmax, iou_argmax = np.mean(of_class, axis=0)
        found[kind] = {
            "pictures": len(of_kind), "dice": float(dice), "iou": float(iou),
            "dice_argmax": float(dice_argmax), "iou_argmax": float(iou_argmax),
            "rejected": sum(rejects(mask, limits) for mask in masks),
            "good": not any(one.truth.any() for one in of_kind),
        }
    return found


def summary(found):
    """Means and shares over all kinds. Dice and IoU by argmax are those of `sluice eval`."""
    bad = [row for row in found.values() if not row["good"]]
    good = [row for row in found.values() if row["good"]]
    total = lambda rows, name: sum(row[name] for row in rows)
    weighted = lambda name: total([{name: row[name] * row["pictures"]} for row in found.values()], name)
    pictures_ = total(found.values(), "pictures")
    return {
        "mean_dice_of_kinds": float(np.mean([row["dice"] for row in bad])) if bad else None,
        "mean_iou_of_kinds": float(np.mean([row["iou"] for row in bad])) if bad else None,
        "dice_argmax": weighted("dice_argmax") / pictures_, "iou_argmax": weighted("iou_argmax") / pictures_,
        "defective": total(bad, "pictures"), "caught": total(bad, "rejected"),
        "good": total(good, "pictures"), "rejected": total(good, "rejected"),
    }


def choose(judged):
    """For each score: `(Limits, summary)` with the smallest blob limit that rejects few enough good
    parts.
    """
    for score_min in SCORES:
        largest = sorted((max(blob_areas(one.score >= score_min), default=0) for one in judged if not one.truth.any()),
                         reverse=True)
        limit = int(largest[int(REJECTED_SHARE_MAX * len(largest))]) if largest else 0
        limits = Limits(score_min, limit + 1, limit, judged[0].truth.size)
        yield limits, summary(figures(judged, limits))


def table(found, limits):
    """The lines of the report."""
    yield (f"Limits: score from {limits.score_min}, blobs from {limits.blob_area_min_px} px; a blob above "
           f"{limits.blob_area_max_px} px rejects, or {limits.total_area_max_px} px in total.")
    yield "| kind | pictures | Dice | IoU | rejected |"
    yield "|---|---|---|---|---|"
    for kind, row in found.items():
        share = row["rejected"] / row["pictures"]
        yield f"| {kind} | {row['pictures']} | {row['dice']:.4f} | {row['iou']:.4f} | {row['rejected']} ({share:.1%}) |"
    whole = summary(found)
    if whole["defective"]:
        yield f"mean over the kinds of defect: Dice {whole['mean_dice_of_kinds']:.4f}, IoU {whole['mean_iou_of_kinds']:.4f}"
        yield f"defective parts caught: {whole['caught']} of {whole['defective']} ({whole['caught'] / whole['defective']:.1%})"
    if whole["good"]:
        yield f"good parts rejected: {whole['rejected']} of {whole['good']} ({whole['rejected'] / whole['good']:.1%})"
    yield ("all pictures by argmax (a good one counts 1 if nothing is found, else 0): "
           f"Dice {whole['dice_argmax']:.6f}, IoU {whole['iou_argmax']:.6f}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    pairs.add_arguments(parser)
    parser.add_argument("--part", choices=(*pairs.PARTS, "all"), required=True, help="which part of the split")
    parser.add_argument("--model", required=True, type=Path, help="ONNX file; its input size is used")
    parser.add_argument("--station", type=Path, help="station file with the limits")
    parser.add_argument("--choose", action="store_true",
                        help=f"for each score the blob limit at which at most {REJECTED_SHARE_MAX:.0%} of the good are rejected")
    arguments = parser.parse_args()
    if arguments.choose == bool(arguments.station):
        parser.error("give --station or --choose")
    if arguments.choose and arguments.part in ("test", "known"):
        parser.error(f"limits that are chosen on the {arguments.part} part make its figures worthless; take validation")

    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = 1
    session = onnxruntime.InferenceSession(str(arguments.model), options, providers=["CPUExecutionProvider"])
    if session.get_outputs()[0].shape[-1] != 2:
        raise SystemExit(f"{arguments.model}: more than two classes; this report knows good and defect, `sluice eval` knows more")
    kept, left_out, _ = pairs.labelled(pairs.chosen(arguments), arguments.roi)
    print(f"{arguments.part}: {len(kept)} pictures; left out, a kind of defect with an empty mask: {len(left_out)}")
    judged = list(judge(session, kept, arguments.resize))
    if arguments.station:
        limits = limits_of(arguments.station)
        print(*table(figures(judged, limits), limits), sep="\n")
        return
    print("| score_min | blob_area_max_px | mean Dice of kinds | caught | good rejected |")
    print("|---|---|---|---|---|")
    for limits, whole in choose(judged):
        print(f"| {limits.score_min} | {limits.blob_area_max_px} | {whole['mean_dice_of_kinds']:.4f} | "
              f"{whole['caught']} of {whole['defective']} | {whole['rejected']} of {whole['good']} |")


if __name__ == "__main__":
    main()
