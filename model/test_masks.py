"""Checks that masks are read by the station's rule: its tests use the same `tests/data/masks/`."""

import re
from pathlib import Path

import cv2
import numpy as np
import pytest

import classes as masks_of
import dataset
import masks
import pairs

FOLDER = Path(__file__).parent.parent / "tests" / "data" / "masks"
VECTORS = [line.split() for line in (FOLDER / "vectors.txt").read_text().splitlines()]
# A part of the message for each reason.
WORDS = {"picture": "upright", "faint": "brightest grey value", "dark": "the mark at", "colours": "several colours",
         "transparency": "transparency", "gamma": "gamma", "class": "is no class", "form": "8-bit grey PNG with the values"}


@pytest.mark.parametrize(("name", "two", "three", "grey"), VECTORS, ids=[vector[0] for vector in VECTORS])
def test_a_mask_is_read_as_the_station_reads_it(name, two, three, grey):
    path = FOLDER / f"{name}.png"
    expected = np.frombuffer(bytes.fromhex(grey), np.uint8)
    if two != "picture":
        assert (masks.samples(path)[1].ravel() == expected).all()
    for classes, outcome, values in ((2, two, np.where(expected >= 128, 255, 0)), (3, three, expected)):
        if outcome == "read":
            assert (masks.read(path, classes).ravel() == values).all()
        else:
            with pytest.raises(SystemExit, match=f"{name}.png: .*{WORDS[outcome]}"):
                masks.read(path, classes)


def test_a_doubtful_mask_never_counts_as_good():
    for name, two, _, _ in VECTORS:
        if two == "read" and not masks.read(FOLDER / f"{name}.png", 2).any():
            assert "black" in name and not masks.samples(FOLDER / f"{name}.png")[2].any()


def write(path, mask):
    path.parent.mkdir(parents=True, exist_ok=True)
    cv2.imwrite(str(path), mask)
    return path


def test_an_incomplete_png_is_an_error(tmp_path):
    whole = write(tmp_path / "a.png", np.full((9, 9), 255, np.uint8)).read_bytes()
    _, jpeg = cv2.imencode(".jpg", np.full((9, 9), 255, np.uint8))
    for content in (b"", b"text", whole[:-12], jpeg.tobytes()):
        (tmp_path / "a.png").write_bytes(content)
        with pytest.raises(SystemExit, match="a.png: not a complete PNG"):
            masks.read(tmp_path / "a.png", 2)
    with pytest.raises(SystemExit, match="b.png: no such file"):
        masks.read(tmp_path / "b.png", 2)


def test_a_defect_that_the_resize_loses_is_an_error(tmp_path):
    mask = np.zeros((24, 24), np.uint8)
    mask[3, 3] = 255
    path = write(tmp_path / "1" / "mask.png", mask)
    assert masks_of.load(path, None, (24, 24), 2).sum() == 1
    with pytest.raises(SystemExit, match="1/mask.png: its defect is too thin.* 12x12"):
        masks_of.load(path, None, (12, 12), 2)


def test_a_part_without_a_mask_does_not_count_as_good(tmp_path):
    write(tmp_path / "1" / "image.png", np.zeros((9, 9), np.uint8))
    write(tmp_path / "1" / "mask.png", np.zeros((9, 9), np.uint8))
    assert [part.name for part in dataset.parts(tmp_path)] == ["1"]
    write(tmp_path / "2" / "image.png", np.zeros((9, 9), np.uint8))
    with pytest.raises(SystemExit, match="2: no mask.png"):
        dataset.parts(tmp_path)


def test_a_numbered_part_is_defective_if_its_mask_is_not_black(tmp_path):
    for number, name in enumerate(("black", "grey16_one", "green")):
        write(tmp_path / str(number) / "image.png", np.zeros((9, 12), np.uint8))
        (tmp_path / str(number) / "mask.png").write_bytes((FOLDER / f"{name}.png").read_bytes())
    found = pairs.find(tmp_path)
    assert [pair.kind for pair in found] == ["good", "defective", "defective"]
    with pytest.raises(SystemExit, match=re.escape("1/mask.png: its brightest grey value is 0")):
        found[1].load()
