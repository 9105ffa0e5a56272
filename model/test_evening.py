"""The steps of "One evening" in README.md, from numbered parts with an ROI to a station file.

Needs SLUICE=PROGRAM with the program `parts` beside it, and PyTorch.
"""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

import sheet

pytest.importorskip("torch", reason="the evening trains in PyTorch")
pytestmark = pytest.mark.skipif("SLUICE" not in os.environ, reason="SLUICE does not name the station's program")

HERE = Path(__file__).parent
ROI, WIDTH, HEIGHT = "20,20,80,64", 80, 64


def write_parts(folder, count):
    """Noise with a dark dot on every second part, inside the ROI. Outside it every part has a dot,
    which no mask shows.
    """
    random = np.random.default_rng(0)
    for number in range(1, count + 1):
        (folder / str(number)).mkdir(parents=True)
        pixels, mask = random.integers(90, 160, (100, 120, 3), np.uint8), np.zeros((100, 120), np.uint8)
        cv2.circle(pixels, (8, 8), 6, (10, 20, 30), -1)
        if number % 2:
            centre = tuple(int(value) for value in random.integers(35, 75, 2))
            cv2.circle(pixels, centre, 6, (10, 20, 30), -1)
            cv2.circle(mask, centre, 6, 255, -1)
        cv2.imwrite(str(folder / str(number) / "image.png"), pixels)
        cv2.imwrite(str(folder / str(number) / "mask.png"), mask)


def test_one_evening(tmp_path):
    def run(*words):
        done = subprocess.run(list(map(str, words)), cwd=tmp_path, capture_output=True, text=True)
        assert done.returncode == 0, done.stdout + done.stderr
        return done.stdout

    script = lambda name, *words: run(sys.executable, HERE / name, *words)
    sluice = Path(os.environ["SLUICE"]).resolve()
    write_parts(tmp_path / "parts", 30)
    # Defects that are drawn onto the good parts, to train on as well.
    (tmp_path / "good").mkdir()
    for number in (2, 4, 6):
        (tmp_path / "good" / f"{number}.png").write_bytes((tmp_path / "parts" / str(number) / "image.png").read_bytes())
    run(sluice.with_name("parts"), "--on", "good", "--roi", ROI, "--kinds", "pit", "--out", "made", "--count", 6, "--good-share", 0)

    data, size = ("--data", "parts", "--roi", ROI), ("--width", WIDTH, "--height", HEIGHT)
    script("train_torch.py", *data, *size, "--crop", 32, "--base", 4, "--steps", 120, "--validate-every", 60, "--batch", 8,
           "--rate", 1e-2, "--more", "made", "--out", "run")
    # What a person looks at: the parts that have labels, the figures, and the worst of them.
    pictures = {name: cv2.imread(str(tmp_path / "run" / f"{name}.png")) for name in ("labels", "log", "worst")}
    drawn = lambda name, colour: int((pictures[name] == colour).all(axis=2).sum())
    assert drawn("labels", sheet.CLASSES[0]) > 500 and pictures["labels"].shape[1] == 1040
    assert pictures["log"].shape == (360, 1040, 3)
    assert pictures["worst"].shape == (32 * 3 + 190, 1040, 3)
    script("export.py", "--checkpoint", "run/best.npz", *size, "--out", "mine.onnx")
    for part in ("validation", "test"):
        script("station_set.py", *data, *size, "--split", "run/split.csv", "--part", part, "--out", part)

    station = json.loads((HERE.parent / "board" / "stations" / "magnetic-tile.json").read_text())
    station["engine"]["model"] = "mine.onnx"
    station["image"]["size"] = {"width": WIDTH, "height": HEIGHT}
    station["image"]["roi"] = {"x": 0, "y": 0, **station["image"]["size"]}
    (tmp_path / "mine.json").write_text(json.dumps(station))
    run(sluice, "tune", "validation", "--station", "mine.json", "--miss", "0.01", "--plot", "mine.png", "--write", "tuned.json")
    told = run(sluice, "eval", "test", "--station", "tuned.json")
    assert "defective 2, caught 2; good 2, rejected 0" in told
    assert float(re.search(r"all pictures as one: Dice ([0-9.]+)", told)[1]) > 0.9

    # In production: the same limits, the ROI of the training, whole frames.
    station = json.loads((tmp_path / "tuned.json").read_text())
    x, y, width, height = map(int, ROI.split(","))
    station["image"]["roi"] = {"x": x, "y": y, "width": width, "height": height}
    (tmp_path / "tuned.json").write_text(json.dumps(station))
    (tmp_path / station["source"]["directory"]["path"]).mkdir()
    run(sluice, "check", "--station", "tuned.json")
    assert "defective 15, caught 15; good 15, rejected 0" in run(sluice, "eval", "parts", "--station", "tuned.json")
