"""Checks of which files are accepted as checkpoints, and of the messages for others."""

import numpy as np
import pytest

import checkpoint
from random_weights import random_weights


def test_weights_are_found_in_a_larger_pytorch_file(tmp_path):
    torch = pytest.importorskip("torch", reason="PyTorch is not installed")
    import unet_torch

    network = unet_torch.build("unet_simple", 2, 2)
    expected = unet_torch.weights(network)
    for name in checkpoint.STATES:
        torch.save({"epoch": 3, name: network.state_dict()}, tmp_path / "a.pt")
        found = checkpoint.load(tmp_path / "a.pt")
        assert found.keys() == expected.keys() and all((found[key] == expected[key]).all() for key in found)
    for wrong in ({"epoch": 3}, [1, 2], network):
        torch.save(wrong, tmp_path / "a.pt")
        with pytest.raises(SystemExit, match="torch.save\\(network.state_dict"):
            checkpoint.load(tmp_path / "a.pt")


def test_other_files_are_refused_with_a_reason(tmp_path):
    for name in ("a.npz", "a.txt"):
        (tmp_path / name).write_text("nothing")
        with pytest.raises(SystemExit, match=f"{name}: not a"):
            checkpoint.load(tmp_path / name)
    with pytest.raises(SystemExit, match="no such file"):
        checkpoint.load(tmp_path / "b.npz")


def test_weights_of_another_network_are_refused(tmp_path):
    given = random_weights(2, 2, 3, "unet_simple")
    np.savez(tmp_path / "a.npz", **given)
    shapes = lambda *network: {name: array.shape for name, array in random_weights(*network).items()}
    assert checkpoint.fitting(tmp_path / "a.npz", shapes(2, 2, 3, "unet_simple")).keys() == given.keys()
    for other in ((2, 2, 3, "unet_medical"), (2, 2, 3, "unet_nested"), (4, 2, 3, "unet_simple"), (2, 3, 3, "unet_simple"),
                  (2, 2, 1, "unet_simple")):
        with pytest.raises(SystemExit, match="weights of another network"):
            checkpoint.fitting(tmp_path / "a.npz", shapes(*other))
