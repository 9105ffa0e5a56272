"""Checks of the training on crops: the shared code, and the code for PyTorch if it is installed."""

import argparse
import json
import sys

import cv2
import numpy as np
import pytest

import dataset
import pairs
import sheet
import training


def write_parts(folder, count, white=255):
    """Noise with a dark dot on every second part, which the mask shows with the grey value `white`.
    """
    random = np.random.default_rng(count)
    for number in range(count):
        (folder / str(number)).mkdir(parents=True)
        pixels, mask = random.integers(90, 160, (48, 48, 3), np.uint8), np.zeros((48, 48), np.uint8)
        if number % 2:
            centre = tuple(int(value) for value in random.integers(8, 40, 2))
            cv2.circle(pixels, centre, 5, (10, 20, 30), -1)
            cv2.circle(mask, centre, 5, white, -1)
        cv2.imwrite(str(folder / str(number) / "image.png"), pixels)
        cv2.imwrite(str(folder / str(number) / "mask.png"), mask)
    return str(folder)


def test_learning_rate_by_hand():
    rates = [training.learning_rate(step, 2.0, 450) for step in range(450)]
    assert rates[0] == pytest.approx(2 / 50) and rates[49] == rates[50] == pytest.approx(2.0)
    # Halfway down the cosine, and the last but one of 400 steps.
    assert rates[250] == pytest.approx(2 * (0.01 + 0.99 / 2)) and 0.02 < rates[449] < 0.0201
    assert training.learning_rate(0, 1.0, 1) == pytest.approx(1.0)


def test_measure_by_hand():
    masks = [np.array([[0, 1, 1, 2]], np.uint8), np.zeros((1, 4), np.uint8)]
    parts = [sheet.Labelled("kind", str(number), np.zeros((1, 4, 3), np.uint8), mask) for number, mask in enumerate(masks)]
    (dice, iou, mean, one, two), judged = training.measure(lambda x: np.array([[1, 1, 0, 0]]), parts, 3)
    # Pixels: one right, three false, two missed; class 2 is never found.
    assert (dice, iou, mean) == (pytest.approx(2 / 7), pytest.approx(1 / 6), pytest.approx((0.4 + 0) / 2))
    assert (one, two) == (pytest.approx(2 / 6), 0.0)
    assert [(part.name, part.truth.tolist(), part.found.tolist()) for part in judged] == [
        ("0", [[0, 1, 1, 2]], [[1, 1, 0, 0]]), ("1", [[0, 0, 0, 0]], [[1, 1, 0, 0]])]


def test_without_a_defect_nothing_is_trained(tmp_path):
    settings = dict(data=write_parts(tmp_path / "data", 1), missing_mask="error", split=None, split_seed=1, roi=None, width=48,
                    height=48, channels=3, classes=2, class_weights="none", crop=32, batch=4, seed=1, resize="linear", more=None)
    arguments = argparse.Namespace(**settings, validation=write_parts(tmp_path / "validation", 2))
    with pytest.raises(SystemExit, match="no picture for training has a defect"):
        training.samples(arguments)
    arguments.data, arguments.validation = arguments.validation, arguments.data
    with pytest.raises(SystemExit, match="no picture for validation has a defect"):
        training.samples(arguments)
    # Grey 1 is a class only where there are more than two.
    arguments.data = write_parts(tmp_path / "grey", 2, 1)
    with pytest.raises(SystemExit, match="brightest grey value is 1"):
        training.samples(arguments)


def test_a_resumed_training_leaves_its_split_alone(tmp_path):
    settings = dict(data=write_parts(tmp_path / "data", 40), validation=None, missing_mask="error", split=None,
                    more=None, out=tmp_path / "run")
    first = training.data_sets(argparse.Namespace(**settings, split_seed=1, resume=False))
    written = (tmp_path / "run" / "split.csv").read_text()
    # The reason for the refusal is known only later.
    other = training.data_sets(argparse.Namespace(**settings, split_seed=2, resume=True))
    assert (tmp_path / "run" / "split.csv").read_text() == written
    keys = lambda found: [[pair.key for pair in part] for part in found]
    assert keys(first) != keys(other)


def resumes(run, monkeypatch, weights_of):
    """Runs a training whole, and again with an interruption at its fifth step. Returns the number
    of arrays compared.
    """
    whole = weights_of(run("whole"))
    batch_at = dataset.CropSampler.batch_at

    def pulled_plug(self, step):
        if step == 4:
            raise KeyboardInterrupt
        return batch_at(self, step)

    monkeypatch.setattr(dataset.CropSampler, "batch_at", pulled_plug)
    with pytest.raises(KeyboardInterrupt):
        run("parts")
    monkeypatch.setattr(dataset.CropSampler, "batch_at", batch_at)
    folder = run("parts", "--resume")
    resumed = weights_of(folder)
    assert whole.keys() == resumed.keys()
    for name, array in whole.items():
        np.testing.assert_array_equal(array, resumed[name], err_msg=name)
    for name in ("log.csv", "labels.png", "log.png", "worst.png"):
        assert (folder / name).read_bytes() == (folder.parent / "whole" / name).read_bytes(), name
    with pytest.raises(SystemExit, match="--rate was 0.003, now 0.5"):
        run("parts", "--resume", "--rate", "0.5")
    with pytest.raises(SystemExit, match="nothing to resume"):
        run("elsewhere", "--resume")
    return len(whole)


@pytest.fixture
def torch_training(tmp_path, monkeypatch):
    """Returns a function that runs train_torch.py. Its output folder gets the given name."""
    pytest.importorskip("torch", reason="this training needs PyTorch")
    import train_torch

    data, validation = write_parts(tmp_path / "data", 6, 1), write_parts(tmp_path / "validation", 2, 1)

    def run(name, *options):
        monkeypatch.setattr(sys, "argv", [
            "train_torch.py", "--data", data, "--validation", validation, "--out", str(tmp_path / name), "--roi", "all",
            "--width", "48", "--height", "48", "--crop", "32", "--base", "2", "--steps", "6", "--validate-every", "3",
            "--architecture", "unet_nested", "--classes", "3", "--channels", "1", "--class-weights", "1,5,5", "--mine", "6", *options,
        ])
        train_torch.main()
        return tmp_path / name

    return run


def test_the_loss_by_hand():
    torch = pytest.importorskip("torch", reason="this training needs PyTorch")
    import train_torch

    class Heads:
        def __init__(self, *probabilities):
            self.probabilities = probabilities

        def supervised(self, _):
            return [torch.log(torch.tensor([[[[1 - p for p in defect]], [defect]]])) for defect in self.probabilities]

    truth = torch.tensor([[[0, 1]]])

    def by_hand(p, weight):
        entropy = -(np.log(1 - p[0]) + weight * np.log(p[1])) / (1 + weight)
        return entropy + 1 - (2 * p[1] + 1) / (p[0] + p[1] + 1 + 1)

    first, second = [0.2, 0.6], [0.5, 0.9]
    loss = lambda heads, weights: float(train_torch.loss_of(heads, None, truth, weights))
    assert loss(Heads(first), None) == pytest.approx(by_hand(first, 1), rel=1e-5)
    weighted = loss(Heads(first, second), torch.tensor([1.0, 3.0]))
    assert weighted == pytest.approx((by_hand(first, 3) + by_hand(second, 3)) / 2, rel=1e-5)


def test_a_resumed_torch_training_goes_on_with_the_same_numbers(torch_training, monkeypatch):
    resumes(torch_training, monkeypatch, lambda folder: dict(np.load(folder / "last.npz")))


def test_torch_finds_the_dots(torch_training, tmp_path):
    data, validation = write_parts(tmp_path / "white", 6), write_parts(tmp_path / "white-validation", 4)
    folder = torch_training("learns", "--data", data, "--validation", validation, "--architecture", "unet_simple", "--classes",
                            "2", "--channels", "3", "--class-weights", "auto", "--base", "4", "--steps", "80",
                            "--validate-every", "40", "--batch", "8", "--rate", "1e-2")
    rows = [line.split(",") for line in (folder / "log.csv").read_text().splitlines()]
    assert rows[0][2] == "dice" and float(rows[-1][2]) > 0.9
    heights = [cv2.imread(str(folder / f"{name}.png")).shape[0] for name in ("labels", "log", "worst")]
    # Three rows of defective parts and one of good ones; the chart; the two defective parts.
    assert heights == [96 + 4 * 190, 360, 96 + 190]


def test_more_pictures_only_train(tmp_path):
    settings = dict(data=write_parts(tmp_path / "data", 40), more=write_parts(tmp_path / "more", 3), missing_mask="error",
                    split=None, split_seed=1, out=tmp_path / "run", resume=False)
    of = lambda validation: [{str(pair.picture.parents[1]) for pair in part}
                             for part in training.data_sets(argparse.Namespace(**settings, validation=validation))]
    assert of(None) == [{settings["data"], settings["more"]}, {settings["data"]}]
    assert "more" not in (tmp_path / "run" / "split.csv").read_text()
    validation = write_parts(tmp_path / "validation", 2)
    assert of(validation) == [{settings["data"], settings["more"]}, {validation}]
    # Parts 0 and 2 were drawn onto pictures that are held back, part 1 onto one for training.
    split = pairs.read_split(tmp_path / "run" / "split.csv")
    picture = {part: next(key for key in split if split[key] == part) for part in ("validation", "train", "test")}
    drawn = {str(number): {"picture": f"far/{key}"} for number, key in enumerate(picture.values())}
    (tmp_path / "more" / "parts.json").write_text(json.dumps(drawn))
    train, _ = training.data_sets(argparse.Namespace(**settings, validation=None))
    assert [pair.key for pair in train if str(tmp_path / "more") in str(pair.picture)] == ["1/image.png"]
