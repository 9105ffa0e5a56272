"""Measures an ONNX model on a data set: soft Dice of the reference job, foreground Dice and IoU.

    python evaluate.py --model unet_simple_parts.onnx --data TEST

`metrics.py` has the formulas. For a model of more than two classes a mask's grey value is the
class. Needs numpy, OpenCV and onnxruntime.
"""

import argparse
import hashlib
import json
from pathlib import Path

import numpy as np
import onnxruntime

import classes as masks_of
import dataset
import metrics
import progress
import resize


def evaluate_part(session, part, roi, size, rule="linear"):
    """All figures of one part, as a dictionary."""
    x = dataset.network_input(dataset.load_picture(part, roi, size, rule), session.get_inputs()[0].shape[1])
    softmax, argmax = session.run(["softmax", "argmax"], {"x": x})
    classes = softmax.shape[-1]
    mask, predicted = masks_of.load(part / "mask.png", roi, size, classes), argmax[0]
    tp, fp, fn = (int(n) for n in metrics.counts(predicted, mask))
    soft_dice, soft_iou = metrics.soft_dice(softmax[0], mask)
    dice, iou = metrics.hard_dice((tp, fp, fn))
    blobs, missed = metrics.missed_blobs(predicted, mask)
    return {
        "part": part.name, "tp": tp, "fp": fp, "fn": fn, "dice": dice, "iou": iou, "soft_dice": soft_dice,
        "soft_iou": soft_iou, "blobs": blobs, "missed_blobs": missed,
        "false_blob_px": metrics.largest_false_blob_px(predicted, mask),
        # The figures of each defect class. With only one class they equal those above.
        "of_class": [metrics.counts(predicted == label, mask == label).tolist() for label in range(1, classes)],
    }


def mean(values):
    return float(np.mean(values)) if values else None


def summarise(rows, blob_px):
    """Means and pooled figures. A part is defective if its mask has a defect pixel, else good."""
    pooled = metrics.hard_dice(sum(np.array([r["tp"], r["fp"], r["fn"]]) for r in rows))
    defective = [r for r in rows if r["tp"] + r["fn"]]
    good = [r for r in rows if not r["tp"] + r["fn"]]
    empty = [r for r in good if not r["fp"]]
    of_class = [metrics.hard_dice(counts) for counts in np.sum([r["of_class"] for r in rows], axis=0)]
    return {
        "parts": len(rows), "defective_parts": len(defective), "good_parts": len(good),
        "good_parts_without_a_false_pixel": len(empty),
        "good_parts_with_a_false_blob": sum(r["false_blob_px"] > blob_px for r in good),
        "false_blobs_over_px": blob_px,
        "largest_false_blob_on_a_good_part_px": max((r["false_blob_px"] for r in good), default=0),
        "pooled_dice": pooled[0], "pooled_iou": pooled[1],
        **{f"class_{label}_dice": dice for label, (dice, _) in enumerate(of_class, 1) if len(of_class) > 1},
        **{f"class_{label}_iou": iou for label, (_, iou) in enumerate(of_class, 1) if len(of_class) > 1},
        "mean_dice": mean([r["dice"] for r in rows]), "mean_iou": mean([r["iou"] for r in rows]),
        "mean_dice_defective": mean([r["dice"] for r in defective]),
        "mean_iou_defective": mean([r["iou"] for r in defective]),
        "worst_dice": min(r["dice"] for r in rows),
        "soft_dice": mean([r["soft_dice"] for r in rows]), "soft_iou": mean([r["soft_iou"] for r in rows]),
        "blobs": sum(r["blobs"] for r in rows), "missed_blobs": sum(r["missed_blobs"] for r in rows),
    }


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--model", required=True, type=Path, help="ONNX file; its input size is used")
    parser.add_argument("--data", required=True, help="folder with N/image.png and N/mask.png")
    dataset.add_roi(parser, dataset.ROI)
    resize.add_argument(parser)
    parser.add_argument("--blob-px", type=int, default=20, help="false blobs above this area count (default 20)")
    parser.add_argument("--json", type=Path, help="write every figure to this file")
    parser.add_argument("--threads", type=int, default=1)
    arguments = parser.parse_args()

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads = arguments.threads
    session = onnxruntime.InferenceSession(str(arguments.model), options, providers=["CPUExecutionProvider"])
    _, _, height, width = session.get_inputs()[0].shape

    print("part   Dice    IoU     soft Dice  soft IoU   true/false/missed px    blobs missed  false blob px")
    rows = []
    for part in progress.through(dataset.parts(arguments.data), "parts"):
        row = evaluate_part(session, part, arguments.roi, (width, height), arguments.resize)
        rows.append(row)
        progress.say(
            f"{row['part']:5}  {row['dice']:.4f}  {row['iou']:.4f}  {row['soft_dice']:.6f}   {row['soft_iou']:.6f}"
            f"   {row['tp']:7}{row['fp']:7}{row['fn']:7}    {row['missed_blobs']:2} of {row['blobs']:2}"
            f"  {row['false_blob_px']:6}")
    summary = summarise(rows, arguments.blob_px)
    summary["model_sha256"] = hashlib.sha256(arguments.model.read_bytes()).hexdigest()
    print()
    for name, value in summary.items():
        print(f"{name:38} {value:.6f}" if isinstance(value, float) else f"{name:38} {value}")
    if arguments.json:
        arguments.json.write_text(json.dumps({"summary": summary, "parts": rows}, indent=1) + "\n")


if __name__ == "__main__":
    main()
