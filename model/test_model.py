"""Checks that run without MindSpore: `python -m pytest model`."""

import hashlib
import re
from pathlib import Path

import cv2
import numpy as np
import onnx
import onnxruntime
import pytest

import dataset
import metrics
import onnx_graph

HERE = Path(__file__).parent
MODELS = sorted(HERE.glob("*.onnx"))


def random_weights(base, classes, seed=0):
    """Weights of `unet_simple` in the names and shapes that training saves."""
    random, weights = np.random.default_rng(seed), {}

    def conv(name, channels_in, channels_out, kernel, transposed=False):
        shape = (channels_in, channels_out) if transposed else (channels_out, channels_in)
        weights[f"{name}.weight"] = random.normal(0, 0.2, (*shape, kernel, kernel)).astype(np.float32)
        weights[f"{name}.bias"] = random.normal(0, 0.2, channels_out).astype(np.float32)

    def block(name, channels_in, channels_out, batch_norm):
        conv(f"{name}.conv1", channels_in, channels_out, 3)
        conv(f"{name}.conv2", channels_out, channels_out, 3)
        for number in (1, 2) if batch_norm else ():
            for part in onnx_graph.BATCH_NORM_PARTS:
                weights[f"{name}.bn{number}.{part}"] = random.uniform(0.5, 2, channels_out).astype(np.float32)

    width = [base << level for level in range(onnx_graph.LEVELS)]
    for level, channels in enumerate(width):
        block(f"down.{level}", width[level - 1] if level else 3, channels, True)
    for step, level in enumerate(reversed(range(onnx_graph.LEVELS - 1))):
        conv(f"up.{step}", width[level + 1], width[level], 2, transposed=True)
        block(f"merge.{step}", 2 * width[level], width[level], False)
    conv("head", base, classes, 1)
    return weights


def session(model):
    return onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])


def test_fold_equals_convolution_then_batch_norm():
    random = np.random.default_rng(1)
    weight, x = random.normal(size=(4, 3, 1, 1)), random.normal(size=3)
    bias, gamma, beta, mean = random.normal(size=(4, 4))
    variance = random.uniform(0.5, 2, 4)
    norm = gamma * (weight[:, :, 0, 0] @ x + bias - mean) / np.sqrt(variance + 1e-5) + beta
    folded, folded_bias = onnx_graph.fold(weight, bias, gamma, beta, mean, variance)
    np.testing.assert_allclose(folded[:, :, 0, 0] @ x + folded_bias, norm, rtol=1e-12)


@pytest.mark.parametrize("classes,width,height", [(2, 48, 32), (4, 16, 16)])
def test_graph_gives_both_outputs(classes, width, height):
    model = onnx_graph.build("unet_simple", random_weights(2, classes), classes, width, height, {})
    x = np.random.default_rng(2).normal(size=(1, 3, height, width)).astype(np.float32)
    softmax, argmax = session(model).run(["softmax", "argmax"], {"x": x})
    assert (softmax.shape, softmax.dtype) == ((1, height, width, classes), np.float32)
    assert (argmax.shape, argmax.dtype) == ((1, height, width), np.int32)
    np.testing.assert_allclose(softmax.sum(axis=3), 1, atol=1e-6)
    assert (argmax == softmax.argmax(axis=3)).all() and len(np.unique(argmax)) > 1


def test_size_must_be_a_multiple_of_16():
    with pytest.raises(SystemExit, match="multiples of 16"):
        onnx_graph.build("unet_simple", random_weights(2, 2), 2, 40, 32, {})


def implicit_convolutions(model):
    """Nodes that leave to the runtime what the CPU engine needs spelt out."""
    needed = {"kernel_shape", "strides", "pads", "dilations"}
    for node in model.graph.node:
        if node.op_type in ("Conv", "ConvTranspose"):
            names = {attribute.name for attribute in node.attribute}
            if needed - names or "auto_pad" in names:
                yield node.name


def test_convolutions_are_explicit():
    model = onnx_graph.build("unet_simple", random_weights(2, 2), 2, 16, 16, {})
    assert sum(node.op_type == "Conv" for node in model.graph.node) == 19
    assert not list(implicit_convolutions(model))


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
def test_card_names_this_very_file(path):
    card = path.with_suffix(".md").read_text()
    assert hashlib.sha256(path.read_bytes()).hexdigest() in card


def test_aipp_equals_normalise():
    text = "\n".join(line.split("#")[0] for line in (HERE / "aipp.cfg").read_text().splitlines())
    value = dict(re.findall(r"(\w+):\s*(\S+)", text))
    assert value["rbuv_swap_switch"] == value["csc_switch"] == value["crop"] == "false"
    assert (value["input_format"], value["aipp_mode"]) == ("RGB888_U8", "static")
    codes = np.arange(256, dtype=np.uint8).reshape(1, 256, 1).repeat(3, axis=2)
    for channel in range(3):
        offset = float(value[f"mean_chn_{channel}"]) + float(value[f"min_chn_{channel}"])
        aipp = (np.arange(256) - offset) * float(value[f"var_reci_chn_{channel}"])
        np.testing.assert_allclose(dataset.normalise(codes)[channel, 0], aipp, atol=1e-6)


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
    assert dataset.load_mask(part, None, (5, 1)).tolist() == [[0, 0, 1, 1, 1]]


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
    # Picture and mask are turned and flipped together: the brightest pixel is the defect.
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
