"""Checks of the training on real pictures. They need PyTorch."""

import sys

import numpy as np
import pytest

torch = pytest.importorskip("torch", reason="the training on real pictures needs PyTorch")

import pairs
import train_pictures
import unet_torch
from test_pictures import blank, data_set, marked, write_pair


def train(monkeypatch, data, out, stages, *more):
    words = ["train_pictures.py", "--data", str(data), "--out", str(out), "--base", "2", "--batch", "4",
             "--validate-every", "2", "--stages", *stages, *more]
    monkeypatch.setattr(sys, "argv", words)
    train_pictures.main()
    return np.load(out / "last.npz")


def test_a_resumed_training_ends_with_the_same_weights(tmp_path, monkeypatch):
    data = data_set(tmp_path / "data", 8)
    whole = train(monkeypatch, data, tmp_path / "whole", ["16:4", "32:4"])
    real, stopped = train_pictures.torch.save, []

    def save_and_stop(state, path):
        real(state, path)
        stopped.append(state["done"])
        if state["done"] == 6:
            path.replace(path.with_name("last.pt"))
            raise KeyboardInterrupt

    monkeypatch.setattr(train_pictures.torch, "save", save_and_stop)
    with pytest.raises(KeyboardInterrupt):
        train(monkeypatch, data, tmp_path / "parts", ["16:4", "32:4"])
    monkeypatch.setattr(train_pictures.torch, "save", real)
    resumed = train(monkeypatch, data, tmp_path / "parts", ["16:4", "32:4"], "--resume")
    assert stopped == [2, 4, 6] and set(whole) == set(resumed)
    for name in whole:
        np.testing.assert_array_equal(whole[name], resumed[name], err_msg=name)
    assert (tmp_path / "parts" / "best.npz").is_file()
    for name in ("labels.png", "log.png", "worst.png"):
        assert (tmp_path / "parts" / name).read_bytes() == (tmp_path / "whole" / name).read_bytes()
    assert (tmp_path / "parts" / "log.csv").read_text() == (tmp_path / "whole" / "log.csv").read_text()
    assert pairs.read_split(tmp_path / "parts" / "split.csv").keys() == {pair.key for pair in pairs.find(data)}
    with pytest.raises(SystemExit, match="--good-smooth was 0.015, now 0.5"):
        train(monkeypatch, data, tmp_path / "parts", ["16:4", "32:4"], "--resume", "--good-smooth", "0.5")
    with pytest.raises(SystemExit, match="nothing to resume"):
        train(monkeypatch, data, tmp_path / "elsewhere", ["16:4", "32:4"], "--resume")


def test_more_pictures_only_train(tmp_path, monkeypatch):
    for number in range(3):
        write_pair(tmp_path / "more" / "drawn", str(number), marked())
    shown, real = [], train_pictures.training.show_labels
    monkeypatch.setattr(train_pictures.training, "show_labels", lambda arguments, parts: (shown.extend(parts), real(arguments, parts)))
    train(monkeypatch, data_set(tmp_path / "data", 8), tmp_path / "run", ["16:2"], "--more", str(tmp_path / "more"))
    assert [part.name for part in shown if part.kind == "drawn"] == ["drawn/0.jpg", "drawn/1.jpg", "drawn/2.jpg"]
    assert "dice_drawn" not in (tmp_path / "run" / "log.csv").read_text()
    assert "drawn" not in (tmp_path / "run" / "split.csv").read_text()


def test_without_a_defect_nothing_is_trained(tmp_path, monkeypatch):
    for number in range(9):
        write_pair(tmp_path / "data" / "good", str(number), blank())
    with pytest.raises(SystemExit, match="none of the 7 pictures for training has a defect"):
        train(monkeypatch, tmp_path / "data", tmp_path / "run", ["16:1"])


def test_two_workers_give_the_gradient_of_the_whole_batch():
    torch.manual_seed(0)
    network = unet_torch.build("unet_medical", 2, 2)
    batch, truth = torch.randn(4, 3, 16, 16), torch.randint(0, 2, (4, 16, 16))

    def gradients(workers):
        shares = train_pictures.Shares(network, workers)
        mean = shares.step(lambda one, share: train_pictures.loss_of(
            one(batch[share::workers]), truth[share::workers], False, 0.5, 0.015))
        return mean, [parameter.grad.clone() for parameter in network.parameters()]

    (whole, expected), (mean, found) = gradients(1), gradients(2)
    assert mean == pytest.approx(whole, rel=1e-5)
    for one, other in zip(expected, found):
        torch.testing.assert_close(one, other, rtol=1e-4, atol=1e-6)


def test_workers_share_weights_and_the_mean_of_batch_norm():
    torch.manual_seed(0)
    network = unet_torch.build("unet_simple", 2, 2)
    shares = train_pictures.Shares(network, 2)
    batches = torch.randn(2, 3, 3, 16, 16)
    shares.train(True)
    shares.step(lambda one, share: one(batches[share]).square().mean())
    one, other = (net.down[0].bn1.running_mean for net in shares.networks)
    by_hand = network.down[0].conv1(batches.flatten(0, 1)).mean(dim=(0, 2, 3))
    torch.testing.assert_close(one, 0.1 * by_hand)
    assert one.equal(other) and one is not other
    assert all(a is b for a, b in zip(*(net.parameters() for net in shares.networks)))


def test_training_learns(tmp_path, monkeypatch):
    # The defect of this data set is always in the same place, so even a small network learns it.
    torch.manual_seed(0)
    network = unet_torch.build("unet_simple", 4, 2)
    optimiser = torch.optim.Adam(network.parameters(), 1e-2)
    picture, truth = torch.randn(2, 3, 32, 32), torch.zeros(2, 32, 32, dtype=torch.int64)
    truth[0, 8:16, 8:16] = 1
    picture[0, :, 8:16, 8:16] += 3
    losses = []
    for step in range(60):
        loss = train_pictures.loss_of(network(picture), truth, step < 30, 0.5, 0.015)
        optimiser.zero_grad()
        loss.backward()
        optimiser.step()
        losses.append(float(loss))
    assert losses[-1] < 0.1 < losses[0]


def test_loss_by_hand():
    # Four pixels, p = 1/2 everywhere; the first picture has one defect pixel, the second none.
    logits, truth = torch.zeros(2, 2, 2, 2), torch.zeros(2, 2, 2, dtype=torch.int64)
    truth[0, 0, 0] = 1
    entropy = np.log(2)
    bad = 1 - (2 * 0.5 + 20) / (2 + 1 + 20)
    good = 1 - 0.06 / (2 + 0.06)
    loss = lambda *settings: float(train_pictures.loss_of(logits, truth, *settings))
    assert loss(True, 0.5, 0.015) == pytest.approx(entropy * 1.5 + bad, rel=1e-5)
    assert loss(False, 0.5, 0.015) == pytest.approx(entropy + (bad + good) / 2, rel=1e-5)
    # Two false pixels of four: half of the smoothing's four, and a third of the whole term.
    assert loss(False, 0.5, 1.0) == pytest.approx(entropy + (bad + 1 / 3) / 2, rel=1e-5)


def test_given_weights_go_on_with_the_loss_of_the_later_stages(tmp_path, monkeypatch):
    real, first_stages = train_pictures.loss_of, []

    def noted(logits, truth, first_stage, *settings):
        first_stages.append(first_stage)
        return real(logits, truth, first_stage, *settings)

    monkeypatch.setattr(train_pictures, "loss_of", noted)
    data = data_set(tmp_path / "data", 8)
    train(monkeypatch, data, tmp_path / "first", ["16:2", "32:1"], "--workers", "1")
    assert first_stages == [True, True, False]
    first_stages.clear()
    train(monkeypatch, data, tmp_path / "next", ["16:2"], "--workers", "1", "--start-from", str(tmp_path / "first" / "last.npz"))
    assert first_stages == [False, False]


def test_a_nested_network_trains_all_its_heads(tmp_path, monkeypatch):
    data = data_set(tmp_path / "data", 8)
    found = train(monkeypatch, data, tmp_path / "run", ["16:4"], "--architecture", "unet_nested")
    torch.manual_seed(1)
    fresh = unet_torch.weights(unet_torch.build("unet_nested", 2, 2))
    assert {*fresh, "resize"} == set(found.files)
    assert all((fresh[f"sides.{side}.weight"] != found[f"sides.{side}.weight"]).any() for side in range(3))


def test_a_batch_that_does_not_divide_is_refused(tmp_path, monkeypatch):
    with pytest.raises(SystemExit, match="--batch 4 is not a multiple of --workers 3"):
        train(monkeypatch, data_set(tmp_path / "data", 8), tmp_path / "run", ["16:4"], "--workers", "3")


def test_stages():
    assert train_pictures.parse_stages(["128:5", "256:3"]) == ([(0, 5, (128, 128)), (5, 3, (256, 256))], 8)
    assert train_pictures.parse_stages(["64x32:1"]) == ([(0, 1, (64, 32))], 1)
    for wrong in ("100:5", "64x30:5", "0:5", "64:0", "64", "abc:3"):
        with pytest.raises(SystemExit, match=f"--stages {wrong}: give .* multiples of 16"):
            train_pictures.parse_stages([wrong])
