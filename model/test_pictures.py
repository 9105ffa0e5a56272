"""Checks of data sets with kinds and of their report, on generated pictures."""

import json
import os
from pathlib import Path

import cv2
import numpy as np
import pytest

import metrics
import pairs
import pictures
import pictures_report
import station_set

HERE = Path(__file__).parent


def write_pair(folder, name, mask=None, ending="jpg", picture=None):
    folder.mkdir(parents=True, exist_ok=True)
    grey = np.full((24, 40), 90, np.uint8) if picture is None else picture
    cv2.imwrite(str(folder / f"{name}.{ending}"), grey)
    if mask is not None:
        cv2.imwrite(str(folder / f"{name}.png"), mask)


def blank():
    return np.zeros((24, 40), np.uint8)


def marked():
    mask = blank()
    mask[4:12, 8:20] = 255
    return mask


def data_set(folder, tiles=20):
    """A kind of defect and a kind of good parts, with three exposures of each tile."""
    for tile in range(tiles):
        for exposure in (1, 2, 3):
            name = f"exp{exposure}_num_{1000 * tile + 20 * exposure}"
            write_pair(folder / "MT_Crack", name, marked())
            write_pair(folder / "MT_Free", name, blank())
    return folder


def test_pairs_take_their_kind_from_the_folder(tmp_path):
    write_pair(tmp_path / "MT_Crack", "a", marked())
    write_pair(tmp_path / "MT_Free", "b", blank(), ending="bmp")
    write_pair(tmp_path / "MT_Break", "c")
    (tmp_path / "MT_Break_masks").mkdir()
    cv2.imwrite(str(tmp_path / "MT_Break_masks" / "c.png"), marked())
    found = pairs.find(tmp_path)
    assert [(p.kind, p.picture.name, p.mask.parent.name) for p in found] == [
        ("MT_Break", "c.jpg", "MT_Break_masks"), ("MT_Crack", "a.jpg", "MT_Crack"), ("MT_Free", "b.bmp", "MT_Free")]
    assert found[0].load()[1].any() and not found[2].load()[1].any()


def test_a_png_picture_needs_its_mask_elsewhere(tmp_path):
    write_pair(tmp_path / "MT_Crack", "a", ending="png")
    (tmp_path / "masks").mkdir()
    cv2.imwrite(str(tmp_path / "masks" / "a.png"), marked())
    found, = pairs.find(tmp_path)
    assert found.mask == tmp_path / "masks" / "a.png"


def test_a_missing_mask_is_an_error_unless_it_counts_as_good(tmp_path):
    write_pair(tmp_path / "MT_Crack", "a")
    with pytest.raises(SystemExit, match="a.jpg: no mask a.png"):
        pairs.find(tmp_path)
    found, = pairs.find(tmp_path, missing_is_good=True)
    assert found.mask is None and not found.load()[1].any()


def test_a_mask_of_another_size_is_an_error(tmp_path):
    write_pair(tmp_path / "MT_Crack", "a", np.zeros((24, 39), np.uint8))
    with pytest.raises(SystemExit, match="39x24 pixels, its picture 40x24"):
        pairs.find(tmp_path)[0].load()


def test_masks_are_thresholded_at_128(tmp_path):
    mask = blank()
    mask[0, :3] = (127, 128, 200)
    write_pair(tmp_path / "MT_Crack", "a", mask)
    assert pairs.find(tmp_path)[0].load()[1][0, :4].tolist() == [0, 255, 255, 0]


def write_numbered(folder, number, mask):
    folder = folder / str(number)
    folder.mkdir(parents=True)
    cv2.imwrite(str(folder / "image.png"), np.full((24, 40), 90, np.uint8))
    if mask is not None:
        cv2.imwrite(str(folder / "mask.png"), mask)


def test_the_numbered_layout_is_read_too(tmp_path, monkeypatch):
    for number in range(20):
        write_numbered(tmp_path / "set", number, marked() if number < 12 else blank())
    found = pairs.find(tmp_path / "set")
    assert [(p.kind, p.picture.parent.name) for p in found[10:14]] == [
        ("defective", "10"), ("defective", "11"), ("good", "12"), ("good", "13")]
    # Good parts are always kept, and the folder may have any name.
    kept, left_out, good = pairs.labelled(found)
    assert len(kept) == 20 and not left_out and good == {"good"}
    parts = pairs.split(found, 1)
    count = lambda held: (sum(p.kind == "defective" for p in held), sum(p.kind == "good" for p in held))
    assert {part: count(held) for part, held in parts.items()} == {
        "train": (8, 6), "validation": (2, 1), "test": (2, 1), "known": (0, 0)}
    monkeypatch.chdir(tmp_path / "set")
    here = pairs.split(pairs.find("."), 1)
    assert {part: [pair.key for pair in held] for part, held in here.items()} == {
        part: [pair.key for pair in held] for part, held in parts.items()}


def test_a_numbered_part_without_a_mask_is_an_error_unless_it_counts_as_good(tmp_path):
    write_numbered(tmp_path, 1, marked())
    write_numbered(tmp_path, 2, None)
    with pytest.raises(SystemExit, match="2: no mask.png"):
        pairs.find(tmp_path)
    assert [pair.kind for pair in pairs.find(tmp_path, missing_is_good=True)] == ["defective", "good"]


def test_only_the_roi_is_kept(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (24, 40), np.uint8)
    write_pair(tmp_path / "MT_Crack", "a", marked(), ending="bmp", picture=picture)
    found, = pairs.find(tmp_path)
    pixels, mask = found.load((10, 5, 20, 12))
    assert (pixels[..., 0] == picture[5:17, 10:30]).all() and (mask == marked()[5:17, 10:30]).all() and pixels.base is None
    with pytest.raises(SystemExit, match="do not hold the roi"):
        found.load((30, 5, 20, 12))


def test_an_empty_data_set_is_an_error(tmp_path):
    with pytest.raises(SystemExit, match="no pictures"):
        pairs.find(tmp_path)
    with pytest.raises(SystemExit, match="no such folder"):
        pairs.find(tmp_path / "typo")


def test_exposures_of_a_tile_are_one_series():
    named = lambda name: pairs.Pair("k", Path(f"{name}.jpg"), None)
    numbers = [(1, 1810), (2, 1836), (3, 1855), (1, 1870), (5, 1990), (6, 2000)]
    groups = pairs.series([named(f"exp{e}_num_{n}") for e, n in numbers] + [named("other")])
    assert [[pair.picture.stem for pair in group] for group in groups] == [
        ["other"], ["exp1_num_1810", "exp2_num_1836", "exp3_num_1855"], ["exp1_num_1870"],
        ["exp5_num_1990", "exp6_num_2000"]]


def test_split_is_stratified_repeats_and_keeps_tiles_together(tmp_path):
    found = pairs.find(data_set(tmp_path))
    names = lambda parts: {part: [(p.kind, p.picture.name) for p in held] for part, held in parts.items()}
    first, again, other = (names(pairs.split(found, seed)) for seed in (1, 1, 2))
    assert first == again and first != other
    assert sorted(sum(first.values(), [])) == sorted((p.kind, p.picture.name) for p in found)
    for kind in ("MT_Crack", "MT_Free"):
        count = {part: sum(k == kind for k, _ in held) for part, held in first.items()}
        assert count == {"train": 36, "validation": 9, "test": 9, "known": 6}
    tile = lambda name: int(name.split("_")[2].split(".")[0]) // 1000
    tiles = {part: {(kind, tile(name)) for kind, name in held} for part, held in first.items()}
    assert not (tiles["train"] & tiles["validation"] or tiles["train"] & tiles["test"] or tiles["validation"] & tiles["test"])
    # Single pictures of tiles that training shows at other exposures.
    assert len(tiles["known"]) == 12 and tiles["known"] <= tiles["train"]


def test_pictures_without_a_series_are_all_for_training(tmp_path):
    for index in range(40):
        write_pair(tmp_path / "MT_Crack", f"{index}", marked())
    parts = pairs.split(pairs.find(tmp_path), 1)
    assert [len(parts[part]) for part in pairs.PARTS] == [28, 6, 6, 0]


def test_a_growing_data_set_keeps_its_split(tmp_path):
    data = data_set(tmp_path / "data")
    before = pairs.split(pairs.find(data), 1)
    pairs.write_split(before, tmp_path / "split.csv")
    # A fourth picture of each tile, and new tiles.
    for tile in range(30):
        write_pair(data / "MT_Crack", f"exp4_num_{1000 * tile + 80}", marked())
        write_pair(data / "MT_Free", f"exp4_num_{1000 * tile + 80}", blank())
    after = pairs.split(pairs.find(data), 1, pairs.read_split(tmp_path / "split.csv"))
    place = {pair.key: part for part, held in after.items() for pair in held}
    for part, held in before.items():
        assert all(place[pair.key] == part for pair in held)
    assert {pair.key for pair in after["known"]} == {pair.key for pair in before["known"]}
    series = pairs.series([pair for held in after.values() for pair in held if pair.kind == "MT_Crack"])
    for group in series:
        assert len({place[pair.key] for pair in group} - {"known"}) == 1
    assert sum(len(held) for held in after.values()) == len(pairs.find(data)) == len(place)
    assert {part for group in series if len(group) == 1 for part in [place[group[0].key]]} == {"train", "validation", "test"}
    # Without the earlier split they would be assigned again.
    anew = {pair.key for pair in pairs.split(pairs.find(data), 1)["test"]}
    assert anew & {pair.key for pair in before["train"]}


def test_a_split_of_another_file_is_an_error(tmp_path):
    for text in ("part,name\ntrain,a\n", "part,picture\nmine,a\n"):
        (tmp_path / "split.csv").write_text(text)
        with pytest.raises(SystemExit, match="split.csv"):
            pairs.read_split(tmp_path / "split.csv")


def test_a_kind_of_two_pictures_is_only_for_training(tmp_path):
    for kind, count in (("MT_Crack", 2), ("MT_Fray", 3)):
        for index in range(count):
            write_pair(tmp_path / kind, str(index), marked())
    parts = pairs.split(pairs.find(tmp_path), 1)
    assert {part: sorted(pair.kind for pair in held) for part, held in parts.items()} == {
        "train": ["MT_Crack", "MT_Crack", "MT_Fray"], "validation": ["MT_Fray"], "test": ["MT_Fray"], "known": []}


def test_an_empty_mask_of_a_kind_of_defect_is_left_out(tmp_path):
    write_pair(tmp_path / "MT_Crack", "a", marked())
    write_pair(tmp_path / "MT_Crack", "b", blank())
    write_pair(tmp_path / "MT_Free", "c", blank())
    kept, left_out, good = pairs.labelled(pairs.find(tmp_path))
    assert [pair.picture.stem for pair, _, _ in kept] == ["a", "c"]
    assert [pair.picture.stem for pair in left_out] == ["b"] and good == {"MT_Free"}


def test_station_layout_is_what_the_network_sees(tmp_path):
    picture = np.random.default_rng(0).integers(0, 256, (24, 40), np.uint8)
    write_pair(tmp_path / "data" / "MT_Crack", "a", marked(), ending="bmp", picture=picture)
    kept, _, _ = pairs.labelled(pairs.find(tmp_path / "data"))
    station_set.write(kept, (32, 16), 2, tmp_path / "out")
    expected, truth = pictures.stretched(kept[0][1], kept[0][2], (32, 16))
    written = [cv2.imread(str(tmp_path / "out" / "1" / name), cv2.IMREAD_COLOR) for name in ("image.png", "mask.png")]
    assert (written[0] == expected).all() and written[0].shape == (16, 32, 3)
    assert (written[1][..., 0] == truth * 255).all() and truth.any() and not truth.all()
    assert (tmp_path / "out" / "index.csv").read_text().split() == ["part,picture", "1,a.bmp"]
    assert (tmp_path / "out" / "kinds.csv").read_text() == "part,kind\n1,MT_Crack\n"
    with pytest.raises(SystemExit, match="not empty"):
        station_set.write(kept, (32, 16), 2, tmp_path / "out")


def test_station_layout_keeps_classes(tmp_path):
    mask = blank()
    mask[4:12, 8:20], mask[4:12, 20:30] = 1, 2
    write_pair(tmp_path / "data" / "worn", "a", mask)
    kept, _, _ = pairs.labelled(pairs.find(tmp_path / "data"), (8, 4, 24, 12), 3)
    station_set.write(kept, (24, 12), 3, tmp_path / "out")
    assert (cv2.imread(str(tmp_path / "out" / "1" / "mask.png"), cv2.IMREAD_GRAYSCALE) == mask[4:16, 8:32]).all()


def test_the_unvaried_transform_is_the_stations_stretch():
    class Middle:
        """Draws the value that changes nothing."""
        def random(self):
            return 0.99
        def uniform(self, low, high, count=None):
            return 0.0 if count is None else np.zeros(count)
    picture = cv2.GaussianBlur(np.random.default_rng(1).integers(0, 256, (60, 100), np.uint8), (0, 0), 3)
    varied, mask = pictures.vary(Middle(), picture, np.where(picture > 127, 255, 0).astype(np.uint8), (48, 32), False)
    expected, truth = pictures.stretched(picture, np.where(picture > 127, 255, 0).astype(np.uint8), (48, 32))
    inner = np.s_[1:-1, 1:-1]
    assert np.abs(varied - expected)[inner].max() <= 2
    assert (mask != truth)[inner].mean() < 0.02


def test_a_closer_look_shows_the_defect_larger_and_no_border():
    mask = np.zeros((60, 100), np.uint8)
    mask[50:54, 90:96] = 255
    random = np.random.default_rng(0)
    times = []
    for _ in range(200):
        zoom, centre = pictures.closer_look(random, mask, (48, 32))
        half = np.array((48, 32)) / 2 / zoom
        assert (centre + 0.5 - half >= -1e-9).all() and (centre + 0.5 + half <= np.array((48, 32)) + 1e-9).all()
        # The centre of the defect, in the stretched picture.
        assert (np.abs(np.array((93 * 0.48, 52 * 32 / 60)) - centre - 0.5) <= half + 2).all()
        times.append(zoom)
    assert np.mean(np.array(times) > 1) == pytest.approx(0.5, abs=0.1) and max(times) <= np.exp(0.9)
    large = np.full((60, 100), 255, np.uint8)
    assert {pictures.closer_look(random, large, (48, 32))[0] for _ in range(50)} == {1.0}


def entries(folder):
    return pairs.labelled(pairs.find(data_set(folder, 3)))


def test_batches_repeat_and_hold_each_kind(tmp_path):
    kept, _, good = entries(tmp_path)
    make = lambda seed: pictures.Sampler(kept, good, 8, seed, 0.25)
    batch, truth = make(1).batch_at(3, (32, 16), 0, 1, True)
    assert batch.shape == (8, 3, 16, 32) and batch.dtype == np.float32 and truth.shape == (8, 16, 32)
    assert np.abs(batch).max() <= 1
    shares = [make(1).batch_at(step, (32, 16), 0, 1, False)[1].any(axis=(1, 2)).mean() for step in range(20)]
    assert np.mean(shares) == pytest.approx(0.75, abs=0.05)
    again, other = (make(seed).batch_at(3, (32, 16), 0, 1, True)[0] for seed in (1, 2))
    assert (again == batch).all() and (other != batch).any()


def test_shares_make_up_the_batch(tmp_path):
    kept, _, good = entries(tmp_path)
    sampler = pictures.Sampler(kept, good, 8, 1, 0.25)
    shares = [sampler.batch_at(3, (32, 16), share, 2, False) for share in range(2)]
    assert [len(batch) for batch, _ in shares] == [4, 4] and (shares[0][0] != shares[1][0]).any()
    # Two of the eight are good, in any share.
    assert sum(truth.any(axis=(1, 2)).sum() for _, truth in shares) == 6


def test_a_blend_keeps_the_defects_and_changes_the_surface(tmp_path):
    bright = np.full((24, 40), 90, np.uint8)
    bright[4:12, 8:20] = 10
    write_pair(tmp_path / "MT_Crack", "a", marked(), picture=bright)
    write_pair(tmp_path / "MT_Free", "b", blank(), picture=np.full((30, 20), 200, np.uint8), ending="bmp")
    cv2.imwrite(str(tmp_path / "MT_Free" / "b.png"), np.zeros((30, 20), np.uint8))
    kept, _, good = pairs.labelled(pairs.find(tmp_path))
    sampler = pictures.Sampler(kept, good, 4, 1, 0.5)
    blended = np.stack([sampler._blend(np.random.default_rng(seed), kept[0][1][..., 0]) for seed in range(40)]).astype(int)
    assert blended.shape == (40, 24, 40)
    surface, defect = blended[:, 0, 0], blended[:, 8, 12]
    assert surface.min() >= 90 and 120 < surface.max() <= 90 + 0.35 * 110 + 1
    assert (surface - defect >= 0.65 * 80 - 12).all()


def test_hard_pictures_come_more_often(tmp_path):
    for index, value in enumerate((40, 200)):
        write_pair(tmp_path / "MT_Free", f"{index}", blank(), picture=np.full((24, 40), value, np.uint8))
    kept, _, good = pairs.labelled(pairs.find(tmp_path))
    sampler = pictures.Sampler(kept, good, 1, 1, 0.5)
    bright = lambda: np.mean([sampler.batch_at(step, (16, 16), 0, 1, False)[0].mean() > -0.1 for step in range(200)])
    assert bright() == pytest.approx(0.5, abs=0.1)
    sampler.note_hard([np.array([0, 1000])])
    assert bright() == pytest.approx(0.75, abs=0.1)


def judged(kind, score, truth):
    return pictures_report.Judged(kind, "n", np.array(score, np.float32), np.array(truth, np.uint8))


def test_report_by_hand():
    limits = pictures_report.Limits(0.5, 2, 2, 4)
    found = pictures_report.figures([
        judged("MT_Crack", [[0.9, 0.9, 0.5, 0.1]], [[1, 1, 0, 0]]),   # 3 px: rejected; Dice 4/5
        judged("MT_Crack", [[0.9, 0.49, 0.1, 0.1]], [[1, 1, 0, 0]]),  # 1 px: passed; Dice 2/3
        judged("MT_Free", [[0.9, 0.5, 0.1, 0.9]], [[0, 0, 0, 0]]),    # 2 px and 1 px: passed
    ], limits)
    assert found["MT_Crack"] == {"pictures": 2, "dice": pytest.approx((0.8 + 2 / 3) / 2),
                                 "iou": pytest.approx((2 / 3 + 0.5) / 2),
                                 "dice_argmax": pytest.approx((1 + 2 / 3) / 2), "iou_argmax": pytest.approx(0.75),
                                 "rejected": 1, "good": False}
    assert found["MT_Free"] == {"pictures": 1, "dice": 0.0, "iou": 0.0, "dice_argmax": 0.0, "iou_argmax": 0.0,
                                "rejected": 0, "good": True}
    whole = pictures_report.summary(found)
    assert whole["dice_argmax"] == pytest.approx((1 + 2 / 3) / 3) and whole["mean_dice_of_kinds"] == found["MT_Crack"]["dice"]
    assert (whole["caught"], whole["defective"], whole["rejected"], whole["good"]) == (1, 2, 0, 1)


def test_blobs_together_reject():
    mask = np.zeros((1, 12), bool)
    mask[0, [0, 1, 3, 4, 6, 7]] = True
    assert not pictures_report.rejects(mask, pictures_report.Limits(0.5, 2, 2, 6))
    assert pictures_report.rejects(mask, pictures_report.Limits(0.5, 2, 2, 5))
    assert not pictures_report.rejects(mask, pictures_report.Limits(0.5, 3, 2, 5))


def test_chosen_limits_keep_the_good_parts():
    random = np.random.default_rng(0)
    good = [judged("MT_Free", np.pad(np.full((1, n), 1.0), ((0, 0), (0, 30 - n))), np.zeros((1, 30)))
            for n in random.permutation(20)]
    bad = [judged("MT_Crack", np.full((1, 30), 1.0), np.ones((1, 30)))]
    for limits, whole in pictures_report.choose(good + bad):
        assert limits.blob_area_max_px == 18 and limits.blob_area_min_px == 19
        assert (whole["rejected"], whole["caught"]) == (1, 1)


def test_limits_come_from_the_station_file(tmp_path):
    file = tmp_path / "s.json"
    entry = {"class": 1, "name": "defect", "score_min": 0.4, "blob_area_min_px": 5, "blob_area_max_px": 6, "total_area_max_px": 7}
    file.write_text(json.dumps({"recipe": {"classes": [entry]}}))
    assert pictures_report.limits_of(file) == (0.4, 5, 6, 7)
    file.write_text(json.dumps({"recipe": {"classes": [entry, entry]}}))
    with pytest.raises(SystemExit, match="2 entries"):
        pictures_report.limits_of(file)


@pytest.mark.skipif("SLUICE_MAGNETIC_TILE" not in os.environ,
                    reason="SLUICE_MAGNETIC_TILE does not name the folder of the Magnetic-Tile pictures")
def test_card_of_the_magnetic_tiles_contains_the_report():
    onnxruntime = pytest.importorskip("onnxruntime")
    session = onnxruntime.InferenceSession(str(HERE / "magnetic_tile.onnx"), providers=["CPUExecutionProvider"])
    parts = pairs.split(pairs.find(os.environ["SLUICE_MAGNETIC_TILE"]), 1)
    limits = pictures_report.limits_of(HERE.parent / "board" / "stations" / "magnetic-tile.json")
    card = (HERE / "magnetic_tile.md").read_text()
    for part in ("test", "known"):
        judged = list(pictures_report.judge(session, pairs.labelled(parts[part])[0]))
        for line in pictures_report.table(pictures_report.figures(judged, limits), limits):
            assert line in card
