"""Checks that the station's evaluation and this one agree on a model of three classes.

Run with `SLUICE=PROGRAM python -m pytest model`.
"""

import json
import os
import sys
from pathlib import Path

import cv2
import numpy as np
import onnx
import pytest

import agree
import aipp
import evaluate
import onnx_graph
import reference
from random_weights import random_weights

STATION = Path(__file__).parent.parent / "board" / "stations" / "magnetic-tile.json"
ROI, SIZE = (5, 3, 60, 50), (48, 32)


@pytest.fixture
def job(tmp_path):
    """(model, data set, station file) of three classes. The ROI is a part of the picture and is
    resized.
    """
    random = np.random.default_rng(5)
    weights = random_weights(2, 3, seed=6)
    # No class scores higher than the others everywhere, so that all three are found.
    noise = random.normal(size=(1, 3, *SIZE[::-1])).astype(np.float32)
    weights["head.bias"] -= reference.logits("unet_simple", weights, noise).mean(axis=(0, 2, 3))
    model = tmp_path / "three.onnx"
    onnx.save(onnx_graph.build("unet_simple", weights, 3, *SIZE, {}), model)
    model.with_suffix(".aipp.cfg").write_text(aipp.text(*SIZE, 3, "bgr"))
    for number in range(3):
        folder = tmp_path / "data" / str(number)
        folder.mkdir(parents=True)
        mask = np.zeros((60, 70), np.uint8)
        cv2.circle(mask, (20 + 4 * number, 22), 9, 1, -1)
        cv2.rectangle(mask, (30, 25), (50, 31 + number), 2, -1)
        cv2.imwrite(str(folder / "image.png"), random.integers(0, 256, (60, 70, 3), np.uint8))
        cv2.imwrite(str(folder / "mask.png"), mask)
    station = json.loads(STATION.read_text())
    station["engine"]["model"] = str(model)
    names = ("x", "y", "width", "height")
    station["image"].update(roi=dict(zip(names, ROI)), size=dict(zip(names[2:], SIZE)))
    one, = station["recipe"]["classes"]
    station["recipe"]["classes"] = [{**one, "class": 1, "name": "pit", "total_area_max_px": 1000},
                                    {**one, "class": 2, "name": "scratch", "total_area_max_px": 1000}]
    (tmp_path / "station.json").write_text(json.dumps(station))
    return model, tmp_path / "data", tmp_path / "station.json"


def run(monkeypatch, module, *words):
    monkeypatch.setattr(sys, "argv", [module.__name__, *map(str, words)])
    module.main()


def test_every_class_has_its_figures(job, tmp_path, monkeypatch, capsys):
    model, data, _ = job
    roi = ",".join(map(str, ROI))
    run(monkeypatch, evaluate, "--model", model, "--data", data, "--roi", roi, "--json", tmp_path / "figures.json")
    figures = json.loads((tmp_path / "figures.json").read_text())
    for label in (1, 2):
        tp, fp, fn = np.sum([part["of_class"][label - 1] for part in figures["parts"]], axis=0)
        assert min(tp, fp, fn) > 0
        assert figures["summary"][f"class_{label}_dice"] == pytest.approx(2 * tp / (2 * tp + fp + fn))
    assert "class_2_iou" in capsys.readouterr().out


@pytest.mark.skipif("SLUICE" not in os.environ, reason="SLUICE names no program")
def test_the_station_agrees_on_three_classes(job, monkeypatch, capsys):
    model, data, station = job
    words = ("--sluice", Path(os.environ["SLUICE"]).resolve(), "--model", model, "--data", data, "--station", station,
             "--roi", ",".join(map(str, ROI)), "--width", SIZE[0], "--height", SIZE[1])
    run(monkeypatch, agree, *words)
    assert "3 parts: figures differ by" in capsys.readouterr().out
    # The model has no class for a white mask, and the station reports that.
    mask = data / "1" / "mask.png"
    cv2.imwrite(str(mask), np.full((60, 70), 255, np.uint8))
    with pytest.raises(SystemExit, match="grey value 255 is not a class; with 3 classes"):
        run(monkeypatch, agree, *words)
    with pytest.raises(SystemExit, match="grey value 255 is no class"):
        run(monkeypatch, evaluate, "--model", model, "--data", data, "--roi", ",".join(map(str, ROI)))
