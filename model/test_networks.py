"""Checks of the networks: each ONNX graph against plain NumPy, and each framework against it."""

import importlib.util
import sys

import numpy as np
import onnxruntime
import pytest

import aipp
import classes as masks_of
import dataset
import export
import onnx_graph
import reference
from random_weights import random_weights

ARCHITECTURES = tuple(onnx_graph.ARCHITECTURES)


def run(model, x):
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    return session.run(["softmax", "argmax"], {"x": x})


def implicit_convolutions(model):
    """Nodes that leave to the runtime what the CPU engine needs to be explicit."""
    needed = {"kernel_shape", "strides", "pads", "dilations"}
    for node in model.graph.node:
        if node.op_type in ("Conv", "ConvTranspose"):
            names = {attribute.name for attribute in node.attribute}
            if needed - names or "auto_pad" in names:
                yield node.name


def picture(shape, seed=2):
    return np.random.default_rng(seed).normal(size=shape).astype(np.float32)


@pytest.mark.parametrize("architecture", ARCHITECTURES)
@pytest.mark.parametrize("classes,channels,batch,width,height", [(2, 3, 1, 48, 32), (4, 1, 2, 16, 16)])
def test_graph_equals_plain_numpy(architecture, classes, channels, batch, width, height):
    weights, x = random_weights(2, classes, channels, architecture, seed=3), picture((batch, channels, height, width))
    # No class scores higher than the others everywhere, so that the picture decides.
    weights["head.bias"] -= reference.logits(architecture, weights, x).mean(axis=(0, 2, 3))
    model = onnx_graph.build(architecture, weights, classes, width, height, {}, batch)
    softmax, argmax = run(model, x)
    expected = np.moveaxis(reference.softmax(reference.logits(architecture, weights, x)), 1, 3)
    assert (softmax.shape, softmax.dtype) == ((batch, height, width, classes), np.float32)
    assert (argmax.shape, argmax.dtype) == ((batch, height, width), np.int32)
    np.testing.assert_allclose(softmax, expected, atol=2e-5)
    assert (argmax == softmax.argmax(axis=3)).all() and len(np.unique(argmax)) > 1


@pytest.mark.parametrize("architecture,convolutions", [("unet_simple", 19), ("unet_medical", 19), ("unet_nested", 31)])
def test_graph_is_explicit_and_has_no_batch_norm(architecture, convolutions):
    model = onnx_graph.build(architecture, random_weights(2, 2, 3, architecture), 2, 16, 16, {})
    assert sum(node.op_type == "Conv" for node in model.graph.node) == convolutions
    assert not list(implicit_convolutions(model))
    assert not [node for node in model.graph.node if node.op_type == "BatchNormalization"]
    # The other heads of deep supervision are not exported.
    assert not [value.name for value in model.graph.initializer if value.name.startswith("sides")]


@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_weights_identify_their_network(architecture):
    weights = random_weights(3, 5, 1, architecture)
    assert onnx_graph.describe(weights) == (architecture, 3, 5, 1)
    with pytest.raises(SystemExit, match="no network of this family"):
        onnx_graph.describe({"conv.weight": weights["head.weight"]})


def test_missing_and_strange_weights_are_named():
    weights = random_weights(2, 2)
    short = {name: array for name, array in weights.items() if name != "up.2.bias"}
    with pytest.raises(SystemExit, match="missing in the file: up.2.bias"):
        onnx_graph.build("unet_simple", short, 2, 16, 16, {})
    with pytest.raises(SystemExit, match="does not have: down.5.conv1.weight"):
        onnx_graph.build("unet_simple", {**weights, "down.5.conv1.weight": short["head.bias"]}, 2, 16, 16, {})


@pytest.mark.parametrize("width,height", [(40, 32), (32, 8), (0, 16)])
def test_size_must_be_a_multiple_of_16(width, height):
    with pytest.raises(SystemExit, match="multiples of 16"):
        onnx_graph.build("unet_simple", random_weights(2, 2), 2, width, height, {})


def test_fold_equals_convolution_then_batch_norm():
    random = np.random.default_rng(1)
    weight, x = random.normal(size=(4, 3, 1, 1)), random.normal(size=3)
    bias, gamma, beta, mean = random.normal(size=(4, 4))
    variance = random.uniform(0.5, 2, 4)
    norm = gamma * (weight[:, :, 0, 0] @ x + bias - mean) / np.sqrt(variance + 1e-5) + beta
    folded, folded_bias = onnx_graph.fold(weight, bias, gamma, beta, mean, variance)
    np.testing.assert_allclose(folded[:, :, 0, 0] @ x + folded_bias, norm, rtol=1e-12)


def exported(monkeypatch, tmp_path, weights, name, *options):
    """Runs export.py on the weights as if no framework were installed."""
    monkeypatch.setattr(export.importlib.util, "find_spec", lambda name: None)
    np.savez(tmp_path / "best.npz", **weights)
    out = tmp_path / name
    monkeypatch.setattr(sys, "argv", ["export.py", "--checkpoint", str(tmp_path / "best.npz"), "--out", str(out), *options])
    export.main()
    return out


def test_export_writes_model_aipp_and_card(monkeypatch, tmp_path, capsys):
    weights = random_weights(2, 3, 1, "unet_nested")
    out = exported(monkeypatch, tmp_path, weights, "bolt.onnx", "--width", "32", "--height", "16", "--batch_size", "2")
    assert "the class in 0 of 1024 pixels" in capsys.readouterr().out
    assert aipp.model_input(out) == ("x", [2, 1, 16, 32])
    assert aipp.problems(aipp.read(tmp_path / "bolt.aipp.cfg"), 32, 16, 1, "bgr") == []
    assert aipp.order_of_card(tmp_path / "bolt.md") == "bgr"
    card = tmp_path / "bolt.md"
    card.write_text("| channel order | RGB |\n")
    with pytest.raises(SystemExit, match="another channel order"):
        exported(monkeypatch, tmp_path, weights, "bolt.onnx", "--width", "32", "--height", "16")


def test_export_refuses_a_graph_that_differs(monkeypatch, tmp_path):
    monkeypatch.setattr(onnx_graph, "BATCH_NORM_EPSILON", 0.1)
    with pytest.raises(SystemExit, match="nothing written"):
        exported(monkeypatch, tmp_path, random_weights(2, 2), "bolt.onnx", "--width", "32", "--height", "32")
    assert not (tmp_path / "bolt.onnx").exists()


def test_export_says_what_mindir_needs(monkeypatch, tmp_path):
    with pytest.raises(SystemExit, match="needs MindSpore"):
        exported(monkeypatch, tmp_path, random_weights(2, 2), "bolt.mindir")


def test_grey_is_what_aipp_makes_of_three_channels():
    same = np.arange(256, dtype=np.uint8).reshape(1, 256, 1)
    assert (aipp.grey(same.repeat(3, axis=2)) == same).all()
    # (76 * 30 + 150 * 20 + 30 * 10) / 256 = 21.8
    assert aipp.grey(np.array([[[10, 20, 30]]], np.uint8)).tolist() == [[[22]]]


def test_masks_of_three_classes(tmp_path):
    mask = np.array([[0, 0, 1, 1, 2, 2, 0, 2, 3, 3]] * 2, np.uint8)
    path = tmp_path / "mask.png"
    dataset.cv2.imwrite(str(path), mask)
    # Two pixels become one. Of good and defect, the defect wins.
    assert masks_of.load(path, None, (5, 1), 4).tolist() == [[0, 1, 2, 2, 3]]
    with pytest.raises(SystemExit, match="grey value 3 is no class"):
        masks_of.load(path, None, (5, 1), 3)
    # Two classes, as everywhere else.
    dataset.cv2.imwrite(str(path), (mask > 1).astype(np.uint8) * 255)
    assert masks_of.load(path, None, (5, 1), 2).tolist() == [[0, 0, 1, 1, 1]]


def test_weights_of_classes():
    class Sampler:
        def batch_at(self, step):
            return None, np.array([[0] * 980 + [1] * 19 + [2]])

    assert masks_of.parse_weights("none", 3) is None and masks_of.parse_weights("1,5,2.5", 3) == [1, 5, 2.5]
    assert masks_of.auto_weights(Sampler(), 3) == [1, pytest.approx((980 / 19) ** 0.5), masks_of.WEIGHT_MAX]
    for wrong in ("1,2", "1,0,1", "fast"):
        with pytest.raises(ValueError):
            masks_of.parse_weights(wrong, 3)


needs_torch = pytest.mark.skipif(
    importlib.util.find_spec("torch") is None, reason="PyTorch is not installed: its networks go unchecked here"
)


@needs_torch
@pytest.mark.parametrize("architecture", ARCHITECTURES)
def test_pytorch_network_equals_plain_numpy(architecture):
    import torch

    import unet_torch

    weights, x = random_weights(2, 3, 1, architecture), picture((2, 1, 32, 48))
    network = unet_torch.build(architecture, 2, 3, 1)
    unet_torch.load(network, weights)
    assert {name: array.tolist() for name, array in unet_torch.weights(network).items()} == {
        name: array.tolist() for name, array in weights.items()
    }
    expected = reference.softmax(reference.logits(architecture, weights, x))
    np.testing.assert_allclose(unet_torch.probabilities(network, x), expected, atol=2e-5)
    with torch.no_grad():
        heads = network.supervised(torch.from_numpy(x))
        assert len(heads) == (4 if architecture == "unet_nested" else 1)
        np.testing.assert_array_equal(heads[0].numpy(), network(torch.from_numpy(x)).numpy())
    with pytest.raises(SystemExit, match="up.0"):
        unet_torch.load(network, {name: array for name, array in weights.items() if not name.startswith("up.0")})


@needs_torch
def test_a_pytorch_state_dictionary_is_a_checkpoint(monkeypatch, tmp_path, capsys):
    import torch

    import unet_torch

    torch.manual_seed(1)
    torch.save(unet_torch.build("unet_nested", 2, 2).state_dict(), tmp_path / "best.pth")
    monkeypatch.setattr(sys, "argv", ["export.py", "--checkpoint", str(tmp_path / "best.pth"), "--out", str(tmp_path / "a.onnx"),
                                      "--width", "32", "--height", "16"])
    export.main()
    assert "against PyTorch" in capsys.readouterr().out
    assert aipp.model_input(tmp_path / "a.onnx") == ("x", [1, 3, 16, 32])
