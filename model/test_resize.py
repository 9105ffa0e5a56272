"""Checks the resize rules: definitions, the choice of OpenCV or NumPy, and what is recorded."""

import hashlib
import json
import platform
import sys
from pathlib import Path

import cv2
import numpy as np
import pytest

import aipp
import checkpoint
import export
import resize
from random_weights import random_weights

VECTORS = Path(__file__).parent.parent / "tests/data/resize"


def vectors(file):
    """(index, sizes, {rule: checksum}) of OpenCV's results on the processor of this name."""
    head, *lines = (VECTORS / file).read_text().splitlines()
    rules = head.rpartition(": ")[2].split()
    for index, line in enumerate(lines):
        *sizes, = line.split()
        yield index, [int(side) for side in sizes[:4]], dict(zip(rules, sizes[4:], strict=True))


@pytest.mark.parametrize("file", ["x86_64.txt", "aarch64.txt"])
def test_the_definitions_give_the_bytes_of_opencv(file):
    compared = set()
    for index, (width, height, to_width, to_height), expected in vectors(file):
        pixels = resize.probe(width, height)
        if index % 3 == 2:
            pixels = np.where(pixels < 128, 0, 255).astype(np.uint8)
        for rule, checksum in expected.items():
            found = np.ascontiguousarray(resize.definition(pixels, (to_width, to_height), rule))
            assert hashlib.sha256(found.tobytes()).hexdigest()[:16] == checksum, (rule, width, height, to_width, to_height)
            compared.add((rule, index))
    assert len(compared) == (4 if file == "x86_64.txt" else 1) * 206


@pytest.mark.skipif(platform.machine() != "x86_64", reason="OpenCV's results on another processor are others")
def test_this_machines_opencv_is_recognised():
    assert [rule for rule in resize.FLAGS if resize.does(rule)] == ["linear", "linear_exact", "area", "nearest"]
    found = json.loads(resize.record("linear_kleidicv"))
    assert (found["by"], found["opencv_gives"]) == ("NumPy", "linear")
    assert found["fingerprint"] == json.loads(resize.record("linear"))["fingerprint"]


@pytest.fixture
def other_opencv(monkeypatch):
    """An OpenCV whose results are one too high."""
    real = cv2.resize
    monkeypatch.setattr(cv2, "resize", lambda *args, **named: np.minimum(real(*args, **named), 254) + np.uint8(1))
    for cached in (resize.does, resize.fingerprint):
        cached.cache_clear()
    yield
    monkeypatch.undo()
    for cached in (resize.does, resize.fingerprint):
        cached.cache_clear()


def test_an_opencv_with_other_results_is_not_used(other_opencv, capsys):
    pixels = resize.probe(50, 40)
    for rule in resize.FLAGS:
        assert (resize.resize(pixels, (30, 20), rule) == resize.definition(pixels, (30, 20), rule)).all(), rule
    assert json.loads(resize.record("linear"))["opencv_gives"] == "another result"
    resize.announce("linear")
    assert "NumPy" in capsys.readouterr().out


def test_grey_pixels_are_resized_as_three_channels():
    grey = resize.probe(70, 40)[..., 0].copy()
    three = np.repeat(grey[..., None], 3, axis=2)
    for rule in resize.FLAGS:
        found = resize.resize(grey, (59, 31), rule)
        expected = resize.resize(three, (59, 31), rule)
        # At this width the channels of one column differ with linear_kleidicv.
        assert found.ndim == (3 if rule == "linear_kleidicv" else 2)
        assert (found == (expected if found.ndim == 3 else expected[..., 0])).all()


def exported(monkeypatch, folder, resized, *options):
    """Runs export.py on a checkpoint with this record of the resize."""
    weights = random_weights(2, 2)
    monkeypatch.setattr(export.importlib.util, "find_spec", lambda name: None)
    if resized is None:
        np.savez(folder / "best.npz", **weights)
    else:
        checkpoint.save(folder / "best.npz", weights, resized)
    out = folder / "bolt.onnx"
    words = ["export.py", "--checkpoint", str(folder / "best.npz"), "--out", str(out), "--width", "32", "--height", "16"]
    monkeypatch.setattr(sys, "argv", [*words, *options])
    export.main()
    return out.with_suffix(".md")


def test_the_rule_goes_from_the_checkpoint_to_card_and_aipp_file(monkeypatch, tmp_path):
    card = exported(monkeypatch, tmp_path, resize.record("area"))
    assert set(checkpoint.load(tmp_path / "best.npz")) == set(random_weights(2, 2))
    assert "| resize | area |" in card.read_text()
    assert aipp.resize_of_card(card) == "area"
    fingerprint = resize.fingerprint("area")
    assert fingerprint in card.read_text()
    settings = tmp_path / "bolt.aipp.cfg"
    assert fingerprint in settings.read_text()
    assert aipp.problems(aipp.read(settings), 32, 16, 3, "bgr") == []
    with pytest.raises(SystemExit, match="leave --resize out"):
        exported(monkeypatch, tmp_path, resize.record("area"), "--resize", "linear")
    card.write_text("| channel order | BGR |\n| Resize | `linear` |\n")
    with pytest.raises(SystemExit, match="states the resize linear"):
        exported(monkeypatch, tmp_path, resize.record("area"))


def test_a_checkpoint_without_a_record_needs_the_option(monkeypatch, tmp_path, capsys):
    card = exported(monkeypatch, tmp_path, None)
    assert aipp.resize_of_card(card) is None
    assert "--resize RULE" in capsys.readouterr().out
    card.unlink()
    card = exported(monkeypatch, tmp_path, None, "--resize", "linear_exact")
    assert aipp.resize_of_card(card) == "linear_exact"
