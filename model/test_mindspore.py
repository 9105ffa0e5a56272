"""Checks that need MindSpore; without it each is skipped by name. They take some minutes: each network is compiled."""

import importlib.util
import sys

import cv2
import numpy as np
import pytest

import onnx_graph
import reference
from test_networks import picture, random_weights

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


def write_parts(folder, count):
    """Noise with a dark dot on every second part."""
    random = np.random.default_rng(count)
    for number in range(count):
        (folder / str(number)).mkdir(parents=True)
        pixels, mask = random.integers(90, 160, (48, 48, 3), np.uint8), np.zeros((48, 48), np.uint8)
        if number % 2:
            centre = tuple(int(value) for value in random.integers(8, 40, 2))
            cv2.circle(pixels, centre, 5, (10, 20, 30), -1)
            cv2.circle(mask, centre, 5, 255, -1)
        cv2.imwrite(str(folder / str(number) / "image.png"), pixels)
        cv2.imwrite(str(folder / str(number) / "mask.png"), mask)
    return str(folder)


@pytest.fixture
def training(tmp_path, monkeypatch):
    """A function that runs train.py into the folder RUN of that name."""
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
    import export
    import train

    whole = export.load(training("whole") / "last.ckpt")
    batch_at = train.dataset.CropSampler.batch_at

    def pulled_plug(self, step):
        if step == 4:
            raise KeyboardInterrupt
        return batch_at(self, step)

    monkeypatch.setattr(train.dataset.CropSampler, "batch_at", pulled_plug)
    with pytest.raises(KeyboardInterrupt):
        training("parts")
    monkeypatch.setattr(train.dataset.CropSampler, "batch_at", batch_at)
    folder = training("parts", "--resume")
    resumed = export.load(folder / "last.ckpt")
    assert len(whole) == 86 and whole.keys() == resumed.keys()
    for name, array in whole.items():
        np.testing.assert_array_equal(array, resumed[name], err_msg=name)
    assert (folder / "log.csv").read_text() == (folder.parent / "whole" / "log.csv").read_text()
    with pytest.raises(SystemExit, match="--rate was 0.003, now 0.5"):
        training("parts", "--resume", "--rate", "0.5")
    with pytest.raises(SystemExit, match="nothing to resume"):
        training("elsewhere", "--resume")


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
