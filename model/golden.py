"""Writes the golden vectors: results of OpenCV and ONNX Runtime that the station must reproduce.

    cargo build -p sluice-tools --bin parts
    python golden.py --parts target/debug/parts

Reads `board/stations/host.json` (size, resize, channel order, output, recipe) and the model that it
names. Writes `golden/vectors.txt` and a mask for each picture, `golden/NAME.png`.
`tools/tests/golden_vectors.rs` compares the station with them. No code of the station takes part:
OpenCV makes the tensor and counts the blobs, ONNX Runtime makes the scores, and this script decides
the verdict. Run it again when the model, `aipp.cfg`, the recipe or the part generator changes.

A line of `vectors.txt` is

    SOURCE NAME WHERE ROI PICTURE TENSOR CODE TEXT

- SOURCE and WHERE: `part` and the generator's data set seed and part number (`1/2`; a whole frame),
  `flat` and the value of all bytes (a picture as large as the ROI), or `file` and its path.
- ROI: x,y,width,height.
- PICTURE: the SHA-256 of the ROI's pixels in 8-bit RGB; for `file`, of the file.
- TENSOR: the SHA-256 of the model's input, 8-bit HWC.
- CODE: the verdict's code in the journal, `pass` for a pass.
- TEXT: the verdict as the station prints it.

Needs numpy, OpenCV and onnxruntime.
"""

import argparse
import hashlib
import json
import subprocess
import tempfile
from pathlib import Path

import cv2
import numpy as np
import onnxruntime

import dataset
import resize

ROOT = Path(__file__).parent.parent
FOLDER = Path(__file__).parent / "golden"
STATION = "board/stations/host.json"
# The most blobs that the station counts. A part with more is rejected.
BLOBS_MAX = 256
JOB = dataset.ROI
SMALL = "tests/data/frame"

# (source, name, where, roi). The ROI of `cut` ends inside a chip.
PICTURES = [
    ("part", "good", "3002/1", JOB),
    ("part", "scratch", "3002/14", JOB),
    ("part", "pit", "3002/29", JOB),
    ("part", "chip", "3002/2", JOB),
    ("part", "stain", "3003/12", JOB),
    ("part", "mixed", "3002/27", JOB),
    ("part", "cut", "3002/2", "1865,1000,1800,1800"),
    ("part", "stretched", "3002/19", "2333,1001,1501,1373"),
    ("flat", "black", "0", "0,0,1800,1800"),
    ("flat", "white", "255", "0,0,1800,1800"),
    ("file", "scene", f"{SMALL}/scene.png", "0,0,200,150"),
    ("file", "grey", f"{SMALL}/grey8.png", "0,0,37,29"),
    ("file", "rgb16", f"{SMALL}/rgb16.png", "3,1,31,27"),
    ("file", "rgba", f"{SMALL}/rgba8.png", "0,0,37,29"),
    ("file", "palette", f"{SMALL}/palette8_interlaced.png", "0,0,36,29"),
]


def sha256(data):
    return hashlib.sha256(data).hexdigest()


def read(source, where, size, parts, folder):
    """The picture as OpenCV reads it, BGR. For `file` also the hash of the file."""
    if source == "flat":
        return np.full((size[1], size[0], 3), int(where), np.uint8), None
    if source == "file":
        path = ROOT / where
        return dataset.read(path, cv2.IMREAD_COLOR), sha256(path.read_bytes())
    seed, number = where.split("/")
    command = [parts, "--out", folder, "--seed", seed, "--first", number, "--count", "1", "--threads", "1"]
    subprocess.run(command, check=True, capture_output=True)
    return dataset.read(Path(folder) / number / "image.png", cv2.IMREAD_COLOR), None


def classes_of(scores, recipe):
    """The class of each pixel: the listed class with the highest score that reaches its limit, else
    0.
    """
    mask = np.zeros(scores.shape[:2], np.uint8)
    best = np.full(scores.shape[:2], -np.inf, np.float32)
    for limits in recipe["classes"]:
        score = scores[..., limits["class"]]
        better = (score >= np.float32(limits["score_min"])) & (score > best)
        mask[better], best[better] = limits["class"], score[better]
    return mask


def blobs_of(mask, limits):
    """(area, centre x, centre y) of the class's blobs above the noise limit, the largest first."""
    _, _, stats, _ = cv2.connectedComponentsWithStats((mask == limits["class"]).astype(np.uint8), connectivity=8)
    blobs = [
        (int(area), int(x + (width - 1) // 2), int(y + (height - 1) // 2))
        for x, y, width, height, area in stats[1:]
        if area >= limits["blob_area_min_px"]
    ]
    return sorted(blobs, reverse=True)


def seen_percent(check, tensor):
    rows = slice(check["y"], check["y"] + check["height"])
    columns = slice(check["x"], check["x"] + check["width"])
    sums = tensor[rows, columns].astype(np.int64).sum(axis=2)
    seen = (sums >= 3 * check["brightness_min"]) & (sums <= 3 * check["brightness_max"])
    return int(seen.sum()) * 100 // seen.size


def verdict(mask, tensor, recipe):
    """(code, text) of the verdict in the station's words."""
    if recipe.get("zones"):
        raise SystemExit(f"{STATION}: this script does not support zones")
    check = recipe.get("part_present")
    if check and (seen := seen_percent(check, tensor)) < check["share_min_percent"]:
        return "part_absent", f"REJECT no part: {seen} % seen, {check['share_min_percent']} % needed"
    found = [(limits, blobs_of(mask, limits)) for limits in recipe["classes"]]
    if sum(len(blobs) for _, blobs in found) > BLOBS_MAX:
        return "too_many_blobs", "REJECT more blobs than can be counted"
    large = [
        (*blob, limits["blob_area_max_px"])
        for limits, blobs in found for blob in blobs if blob[0] > limits["blob_area_max_px"]
    ]
    if large:
        area, x, y, limit = max(large)
        return "blob_area", f"REJECT blob of {area} px at ({x}, {y}), limit {limit}"
    for limits, blobs in found:
        total = sum(area for area, _, _ in blobs)
        if total > limits["total_area_max_px"]:
            return "total_area", f"REJECT defects cover {total} px, limit {limits['total_area_max_px']}"
    return "pass", "PASS"


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--parts", required=True, type=Path, help="the part generator")
    arguments = parser.parse_args()
    station = json.loads((ROOT / STATION).read_text())
    recipe, image = station["recipe"], station["image"]
    size = (image["size"]["width"], image["size"]["height"])
    model = ROOT / station["engine"]["model"]
    aipp = model.with_name("aipp.cfg")
    session = onnxruntime.InferenceSession(str(model), providers=["CPUExecutionProvider"])

    FOLDER.mkdir(exist_ok=True)
    lines = [
        "# Written by model/golden.py, which describes the columns.",
        f"model {station['engine']['model']} {sha256(model.read_bytes())}",
        f"aipp {aipp.relative_to(ROOT)} {sha256(aipp.read_bytes())}",
    ]
    with tempfile.TemporaryDirectory() as folder:
        for source, name, where, roi in PICTURES:
            x, y, width, height = dataset.parse_roi(roi)
            pixels, picture = read(source, where, (width, height), arguments.parts, folder)
            pixels = dataset.crop(pixels, (x, y, width, height), where)
            picture = picture or sha256(np.ascontiguousarray(pixels[..., ::-1]).tobytes())
            tensor = resize.resize(pixels, size, image.get("resize", "linear"))
            if image["order"] == "rgb":
                tensor = tensor[..., ::-1]
            tensor = np.ascontiguousarray(tensor)
            (scores,) = session.run([station["engine"]["scores"]], {"x": dataset.normalise(tensor[None])})
            mask = classes_of(scores[0], recipe)
            code, text = verdict(mask, tensor, recipe)
            cv2.imwrite(
                str(FOLDER / f"{name}.png"), np.where(mask == 0, 0, 255).astype(np.uint8),
                [cv2.IMWRITE_PNG_BILEVEL, 1, cv2.IMWRITE_PNG_COMPRESSION, 9],
            )
            lines.append(f"{source} {name} {where} {roi} {picture} {sha256(tensor.tobytes())} {code} {text}")
            print(f"{name}: {int((mask != 0).sum())} px, {text}", flush=True)
    (FOLDER / "vectors.txt").write_text("\n".join(lines) + "\n")


if __name__ == "__main__":
    main()
