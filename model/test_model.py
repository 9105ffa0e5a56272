"""Checks of data, measures and shipped models: `python -m pytest model`."""

import argparse
import hashlib
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
import pytest

import aipp
import classes as masks_of
import dataset
import evaluate
import metrics
import onnx_graph
import pairs
import pictures_report
from random_weights import random_weights
from test_networks import implicit_convolutions

HERE = Path(__file__).parent
MODELS = sorted(HERE.glob("*.onnx"))


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_shipped_model_keeps_its_contract(path):
    model = onnx.load(path)
    assert not list(implicit_convolutions(model))
    assert not [node for node in model.graph.node if node.op_type == "BatchNormalization"]
    shapes = {
        value.name: [d.dim_value for d in value.type.tensor_type.shape.dim]
        for value in [*model.graph.input, *model.graph.output]
    }
    height, width = shapes["x"][2:]
    assert shapes == {"x": [1, 3, height, width], "softmax": [1, height, width, 2], "argmax": [1, height, width]}
    assert f"[1, 3, {height}, {width}]" in path.with_suffix(".md").read_text()


@pytest.mark.parametrize("path", MODELS, ids=lambda path: path.name)
def test_card_names_the_shipped_file(path):
    card = path.with_suffix(".md").read_text()
    assert hashlib.sha256(path.read_bytes()).hexdigest() in card


def test_aipp_equals_normalise():
    values = aipp.read(HERE / "aipp.cfg")
    assert aipp.problems(values, 960, 960, 3, "bgr") == []
    codes = np.arange(256, dtype=np.uint8).reshape(1, 256, 1).repeat(3, axis=2)
    for channel in range(3):
        offset = float(values[f"mean_chn_{channel}"]) + float(values[f"min_chn_{channel}"])
        result = (np.arange(256) - offset) * float(values[f"var_reci_chn_{channel}"])
        np.testing.assert_allclose(dataset.normalise(codes)[channel, 0], result, atol=1e-6)


def write_part(folder, picture, mask):
    folder.mkdir(parents=True)
    cv2.imwrite(str(folder / "image.png"), picture)
    cv2.imwrite(str(folder / "mask.png"), mask)
    return folder


def test_picture_is_cropped_and_stays_bgr(tmp_path):
    picture = np.zeros((30, 40, 3), np.uint8)
    picture[10:20, 5:25] = (10, 20, 30)
    part = write_part(tmp_path / "1", picture, picture[..., 0])
    pixels = dataset.load_picture(part, (5, 10, 20, 10), (8, 4))
    assert pixels.shape == (4, 8, 3) and (pixels == (10, 20, 30)).all()
    assert dataset.normalise(pixels).shape == (3, 4, 8)
    np.testing.assert_allclose(dataset.normalise(pixels)[:, 0, 0], [(v - 127.5) / 127.5 for v in (10, 20, 30)])
    with pytest.raises(SystemExit, match="do not hold the roi"):
        dataset.load_picture(part, (30, 10, 20, 10), (8, 4))


def test_mask_is_resized_linearly_and_thresholded_at_one_half(tmp_path):
    # Each result pixel is the mean of a 2x2 block: 0, 64, 128, 191, 255.
    blocks = [(0, 0, 0, 0), (255, 0, 0, 0), (255, 255, 0, 0), (255, 255, 255, 0), (255, 255, 255, 255)]
    mask = np.hstack([np.array(b, np.uint8).reshape(2, 2) for b in blocks])
    part = write_part(tmp_path / "1", mask, mask)
    assert masks_of.load(part / "mask.png", None, (5, 1), 2).tolist() == [[0, 0, 1, 1, 1]]


def test_a_mask_too_dark_for_a_defect_is_an_error(tmp_path):
    mask = np.zeros((4, 4), np.uint8)
    mask[0, 0] = 1
    part = write_part(tmp_path / "1", mask, mask)
    with pytest.raises(SystemExit, match="brightest grey value is 1.*--classes"):
        masks_of.load(part / "mask.png", None, (4, 4), 2)
    assert masks_of.load(part / "mask.png", None, (4, 4), 3)[0, 0] == 1


def test_a_roi_is_four_numbers_or_all():
    parser = argparse.ArgumentParser()
    dataset.add_roi(parser, dataset.ROI)
    read = lambda *words: parser.parse_args(words).roi
    assert read() == (2200, 1000, 1800, 1800) and read("--roi", "all") is None and read("--roi", "0,1,2,3") == (0, 1, 2, 3)
    for wrong in ("1,2,3", "1,2,x,y", "1,2,-3,4", "1,2,0,4", ""):
        with pytest.raises(SystemExit):
            read("--roi", wrong)


def test_a_network_of_one_channel_sees_grey():
    pixels = np.array([[[10, 20, 30]]], np.uint8)
    grey = (76 * 30 + 150 * 20 + 30 * 10 + 128) // 256
    assert dataset.network_input(pixels, 3).ravel() == pytest.approx([(v - 127.5) / 127.5 for v in (10, 20, 30)])
    assert dataset.network_input(pixels, 1).ravel() == pytest.approx([(grey - 127.5) / 127.5])


def test_parts_come_in_the_order_of_their_numbers(tmp_path):
    grey = np.zeros((4, 4), np.uint8)
    for name in ("10", "9", "x"):
        write_part(tmp_path / name, grey, grey)
    (tmp_path / "11").mkdir()
    assert [part.name for part in dataset.parts(tmp_path)] == ["9", "10", "x"]


def test_crops_repeat_and_half_of_them_hold_a_defect():
    mask = np.zeros((64, 64), np.uint8)
    mask[3, 60] = 1
    picture = np.repeat(mask[..., None] * 255, 3, axis=2)
    make = lambda seed: dataset.CropSampler([picture], [mask], 16, 8, seed)
    crops, classes = make(1).batch_at(5)
    assert crops.shape == (8, 3, 16, 16) and classes.shape == (8, 16, 16)
    assert classes[::2].any(axis=(1, 2)).all()
    # Picture and mask are rotated and mirrored together: the brightest pixel is the defect.
    for crop, truth in zip(crops[::2], classes[::2]):
        assert crop[0].argmax() == truth.argmax()
    again, other = make(1).batch_at(5)[0], make(2).batch_at(5)[0]
    assert (crops == again).all() and (crops != other).any()


def test_measures_by_hand():
    truth = np.array([[1, 1, 0, 0]], np.uint8)
    predicted = np.array([[1, 0, 1, 0]])
    assert metrics.counts(predicted, truth).tolist() == [1, 1, 1]
    assert metrics.hard_dice([1, 1, 1]) == (0.5, 1 / 3)
    assert metrics.hard_dice([0, 0, 0]) == (1.0, 1.0)
    assert metrics.hard_dice([0, 5, 0]) == (0.0, 0.0)
    p = np.array([[[0.2, 0.8], [0.6, 0.4], [0.7, 0.3], [1.0, 0.0]]])
    overlap, squares = 0.8 + 0.4 + 0.7 + 1.0, 0.04 + 0.64 + 0.36 + 0.16 + 0.49 + 0.09 + 1.0
    dice = 2 * overlap / (squares + 4 + 1e-6)
    assert metrics.soft_dice(p, truth) == pytest.approx((dice, dice / (2 - dice)), abs=1e-12)


def test_false_and_missed_blobs():
    truth, predicted = np.zeros((8, 8), np.uint8), np.zeros((8, 8), np.int32)
    truth[0, 0:3] = truth[7, 7] = truth[7, 0] = 1
    predicted[0, 2:5] = 1
    predicted[4, 4] = predicted[5, 5] = 1
    assert metrics.largest_false_blob_px(predicted, truth) == 2
    assert metrics.missed_blobs(predicted, truth) == (3, 2)
    assert metrics.largest_false_blob_px(truth * 0, truth) == 0


def test_a_model_of_one_channel_is_measured(tmp_path):
    onnx.save(onnx_graph.build("unet_simple", random_weights(2, 2, 1), 2, 32, 16, {}, 1), tmp_path / "a.onnx")
    session = onnxruntime.InferenceSession(str(tmp_path / "a.onnx"), providers=["CPUExecutionProvider"])
    (tmp_path / "1").mkdir()
    pixels = np.random.default_rng(0).integers(0, 256, (16, 32, 3), np.uint8)
    dataset.cv2.imwrite(str(tmp_path / "1" / "image.png"), pixels)
    dataset.cv2.imwrite(str(tmp_path / "1" / "mask.png"), np.zeros((16, 32), np.uint8))
    expected = session.run(["argmax"], {"x": dataset.normalise(aipp.grey(pixels)[None])})[0][0]
    assert evaluate.evaluate_part(session, tmp_path / "1", None, (32, 16))["fp"] == int((expected > 0).sum())
    one, = pictures_report.judge(session, pairs.labelled(pairs.find(tmp_path))[0])
    assert ((one.score > 0.5) == (expected > 0)).all()
