"""Checks that need MindSpore and are skipped by name without it.

They take some minutes, because each network is compiled.
"""

import importlib.util
import sys

import numpy as np
import pytest

import onnx_graph
import reference
from random_weights import random_weights
from test_networks import picture
from test_training import resumes, write_parts

pytestmark = pytest.mark.skipif(
    importlib.util.find_spec("mindspore") is None, reason="MindSpore is not installed (model/requirements.txt)"
)


@pytest.mark.parametrize("architecture", tuple(onnx_graph.ARCHITECTURES))
def test_mindspore_network_equals_plain_numpy(architecture):
    import mindspore as ms

    import unet

    weights, x = random_weights(2, 3, 1, architecture), picture((2, 1, 32, 48))
    network = unet.build(architecture, 2, 3, 1)
    assert {name: array.shape for name, array in unet.weights(network).items()} == {
        name: array.shape for name, array in weights.items()
    }
    ms.load_param_into_net(network, {name: ms.Parameter(array, name=name) for name, array in weights.items()}, strict_load=True)
    expected = reference.softmax(reference.logits(architecture, weights, x))
    np.testing.assert_allclose(unet.probabilities(network, x), expected, atol=2e-5)


@pytest.fixture
def training(tmp_path, monkeypatch):
    """A function that runs train.py with the output folder RUN of this name."""
    import train

    data, validation = write_parts(tmp_path / "data", 6), write_parts(tmp_path / "validation", 2)

    def run(name, *options):
        monkeypatch.setattr(sys, "argv", [
            "train.py", "--data", data, "--validation", validation, "--out", str(tmp_path / name), "--roi", "all", "--width", "48",
            "--height", "48", "--crop", "32", "--base", "2", "--steps", "6", "--validate-every", "3", "--settle", "0", *options,
        ])
        train.main()
        return tmp_path / name

    return run


def test_a_resumed_training_goes_on_with_the_same_numbers(training, monkeypatch):
    import checkpoint

    assert resumes(training, monkeypatch, lambda folder: checkpoint.load(folder / "last.ckpt")) == 86


def test_the_loss_scale_of_ascend_changes_no_number():
    import mindspore as ms
    from mindspore import nn

    import train
    import unet

    crops, truth = picture((2, 1, 16, 16)), (picture((2, 16, 16)) > 1).astype(np.int32)
    found = []
    for scale in (1.0, train.ASCEND_LOSS_SCALE):
        ms.set_seed(1)
        network = unet.build("unet_medical", 2, 3, 1)
        step = train.make_step(network, nn.AdamWeightDecay(network.trainable_params(), 1e-2), [1.0, 5.0, 2.0], scale)
        losses = [float(step(ms.Tensor(crops), ms.Tensor(truth)).asnumpy()) for _ in range(3)]
        found.append((losses, unet.weights(network)))
    np.testing.assert_allclose(found[0][0], found[1][0], rtol=1e-5)
    assert found[0][0][2] < found[0][0][0]
    for name, array in found[0][1].items():
        np.testing.assert_allclose(array, found[1][1][name], atol=1e-4, err_msg=name)


def test_mindir_gives_what_the_network_gives(training, tmp_path, monkeypatch, capsys):
    import export

    folder = training("run", "--steps", "3", "--architecture", "unet_medical", "--channels", "1")
    for ending, said in ((".onnx", "against MindSpore"), (".mindir", "read back")):
        monkeypatch.setattr(sys, "argv", ["export.py", "--checkpoint", str(folder / "best.ckpt"), "--width", "48", "--height", "32",
                                          "--out", str(tmp_path / f"dot{ending}")])
        export.main()
        printed = capsys.readouterr().out
        assert said in printed and "in 0 of 1536 pixels" in printed
    monkeypatch.setattr(sys, "argv", [*sys.argv[:-1], str(tmp_path / "dot.air")])
    with pytest.raises(SystemExit, match="AIR can only be written on a machine with an Ascend device"):
        export.main()
    with pytest.raises(SystemExit, match="weights of another network"):
        training("other", "--start-from", str(folder / "best.ckpt"))
