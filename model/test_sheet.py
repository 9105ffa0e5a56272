"""Checks of the pictures that a training leaves: the sheets of labels and of the worst parts, and
the log.
"""

import cv2
import numpy as np
import pytest

import plot
import sheet

GREY = 100
RED = list(sheet.CLASSES[0])
TINTED = [GREY // 2 + value // 2 for value in RED]
# The upper left corner of the first part's first panel.
TOP, LEFT = sheet.HEADING_PX + sheet.CAPTION_PX, sheet.GAP_PX
NEXT = sheet.PANEL_PX + sheet.GAP_PX


def part(kind, number, box=None, label=1, size=(80, 40)):
    """A grey picture with a mask of one box (x, y, width, height)."""
    mask = np.zeros(size[::-1], np.uint8)
    if box:
        x, y, width, height = box
        mask[y:y + height, x:x + width] = label
    return sheet.Labelled(kind, f"{kind}/{number}", np.full((*mask.shape, 3), GREY, np.uint8), mask)


def judged(name, expected_px, found_px, size=(80, 40)):
    """A part whose masks are its first pixels."""
    first = lambda count: (np.arange(size[0] * size[1]) < count).astype(np.uint8).reshape(size[::-1])
    return sheet.Judged(name, np.full((*size[::-1], 3), GREY, np.uint8), first(expected_px), first(found_px))


@pytest.fixture
def captions(monkeypatch):
    """The texts on a sheet, in their order."""
    written, put = [], sheet.put
    monkeypatch.setattr(sheet, "put", lambda canvas, text, *more: (written.append(text), put(canvas, text, *more)))
    return written


def test_labels_show_defective_parts_first_and_each_kind(tmp_path, captions):
    parts = [part("good", number) for number in range(40)]
    parts += [part("pit", number, (10, 10, 8, 4)) for number in range(40)] + [part("rare", 0, (5, 5, 3, 2))]
    sheet.labels(tmp_path / "labels.png", parts, 1)
    assert captions[0] == "16 of 41 pictures with a defect"
    assert captions[1:17].count("rare/0: 6 px, 0.19%") == 1 and sum(text.startswith("pit/") for text in captions) == 15
    assert captions[17] == "10 of 40 pictures with an empty mask" and all(text.startswith("good/") for text in captions[18:28])
    pixels = cv2.imread(str(tmp_path / "labels.png"))
    assert pixels.shape == (32 * 3 + 10 * 190, sheet.WIDTH_PX, 3)
    first = list(captions)
    captions.clear()
    sheet.labels(tmp_path / "again.png", parts, 1)
    assert captions == first and (tmp_path / "again.png").read_bytes() == (tmp_path / "labels.png").read_bytes()
    for seed in range(2, 8):
        captions.clear()
        sheet.labels(tmp_path / "other.png", parts, seed)
        assert captions != first and captions[1:17].count("rare/0: 6 px, 0.19%") == 1


@pytest.mark.parametrize("label", (1, 255))
def test_the_outline_is_around_the_defect_and_leaves_it_visible(tmp_path, label):
    sheet.labels(tmp_path / "labels.png", [part("pit", 0, (10, 10, 8, 4), label)], 1)
    pixels = cv2.imread(str(tmp_path / "labels.png"))
    whole = pixels[TOP:TOP + 80, LEFT:LEFT + 160]
    assert (whole == GREY).all()
    # Twice as large as the picture.
    outlined = pixels[TOP:TOP + 80, LEFT + NEXT:LEFT + NEXT + 160]
    red = (outlined == RED).all(axis=2)
    expected = np.zeros((80, 160), bool)
    expected[19:29, 19:37] = True
    expected[20:28, 20:36] = False
    np.testing.assert_array_equal(red, expected)
    assert (outlined[~red] == GREY).all()
    # The close-up has 32 x 32 pixels, five times as large, with the defect in its middle.
    close = pixels[TOP:TOP + 160, LEFT + 2 * NEXT:LEFT + 2 * NEXT + 160]
    rows, columns = np.nonzero((close == RED).all(axis=2))
    assert (rows.min(), rows.max(), columns.min(), columns.max()) == (49, 70, 49, 90)


def test_a_defect_of_one_pixel_and_each_class_are_seen():
    mask = np.zeros((1600, 1600), np.uint8)
    mask[801, 805], mask[100, 300] = 1, 2
    picture = np.full((1600, 1600), GREY, np.uint8)
    for show in (sheet.outlined, sheet.tinted):
        pixels = show(picture, mask)
        assert pixels.shape == (160, 160, 3)
        near = {label: pixels[row - 1:row + 2, column - 1:column + 2].reshape(-1, 3) for label, row, column in
                ((1, 80, 80), (2, 10, 30))}
        for label, found in near.items():
            colour = np.array(sheet.CLASSES[label - 1])
            colour = colour if show is sheet.outlined else GREY // 2 + colour // 2
            assert (found == colour).all(axis=1).any(), (show, label)
        assert (pixels.reshape(-1, 3) != GREY).any(axis=1).sum() <= 16


def test_the_worst_parts_come_first(tmp_path, captions):
    parts = [judged("hit", 40, 40), judged("half", 40, 20), judged("lost", 40, 0), judged("lost, larger", 90, 0),
             judged("clean", 0, 0), judged("false", 0, 30), judged("false, larger", 0, 3200)]
    sheet.worst(tmp_path / "worst.png", parts, 7)
    assert captions == [
        "step 7: 2 of 4 defective parts missed; the 4 with the lowest Dice",
        "lost, larger: expected 90 px, found 0 px, Dice 0.00", "lost: expected 40 px, found 0 px, Dice 0.00",
        "half: expected 40 px, found 20 px, Dice 0.67", "hit: expected 40 px, found 40 px, Dice 1.00",
        "2 of 3 good parts with found pixels; the 2 largest",
        "false, larger: found 3200 px", "false: found 30 px", "each: picture, expected mask, found mask"]
    pixels = cv2.imread(str(tmp_path / "worst.png"))
    second = TOP + sheet.HEADING_PX + 2 * (sheet.CAPTION_PX + sheet.PANEL_PX + sheet.GAP_PX)
    panels = lambda top: [pixels[top, LEFT + place * NEXT].tolist() for place in range(3)]
    assert panels(TOP) == [[GREY] * 3, TINTED, [GREY] * 3]
    assert panels(second) == [[GREY] * 3, [GREY] * 3, TINTED]


def test_the_size_of_the_sheets_is_bounded(tmp_path):
    many = [judged("a" * 500, 40, 0) for _ in range(100)] + [judged("\u5212" * 50, 0, 40) for _ in range(100)]
    sheet.worst(tmp_path / "worst.png", many, 7)
    assert cv2.imread(str(tmp_path / "worst.png")).shape == (2376, 1040, 3)
    sheet.worst(tmp_path / "worst.png", [], 7)
    assert cv2.imread(str(tmp_path / "worst.png")).shape == (96, 1040, 3)


def test_a_long_name_leaves_space_for_the_figures():
    caption = sheet.caption_of("kind/" + "very_long_name_of_a_picture" * 3 + "_7.jpg", "expected 123 px, found 0 px, Dice 0.00", 504)
    assert caption.startswith("..") and caption.endswith("_7.jpg: expected 123 px, found 0 px, Dice 0.00")
    assert 480 < sheet.text_width(caption) <= 504
    assert sheet.caption_of("kind/7.jpg", "", 504) == "kind/7.jpg"


def test_a_picture_that_cannot_be_written_ends_nothing(tmp_path, capsys):
    sheet.worst(tmp_path / "missing" / "worst.png", [judged("a", 40, 0)], 7)
    assert "worst.png: cannot be written; the training goes on" in capsys.readouterr().out


def write_log(path, header, rows):
    path.write_text("\n".join([header, *(",".join(map(str, row)) for row in rows)]) + "\n")
    return path


def test_the_log_shows_loss_and_dice(tmp_path):
    log = write_log(tmp_path / "log.csv", "step,loss,dice,iou,mean_dice_of_a_part,dice_class_1",
                    [(200, 2.0, 0.0, 0, 0, 0.0), (400, 1.0, 1.0, 1, 1, 1.0)])
    plot.training(log, tmp_path / "log.png")
    pixels = cv2.imread(str(tmp_path / "log.png"))
    assert pixels.shape == (360, 1040, 3)
    # Both axes end at 400 steps; those of the values at 2 and at 1.
    x_of = lambda step: plot.LEFT_PX + step / 400 * (plot.CHART_PX - plot.LEFT_PX - plot.RIGHT_PX)
    y_of = lambda share: 360 - plot.BOTTOM_PX - share * (360 - plot.TOP_PX - plot.BOTTOM_PX)
    for chart, points in enumerate([[(200, 1), (300, 0.75), (400, 0.5)], [(200, 0), (300, 0.5), (400, 1)]]):
        for step, share in points:
            found = pixels[round(y_of(share)), plot.CHART_PX * chart + round(x_of(step))]
            assert np.abs(found.astype(int) - plot.CURVES[0]).max() < 60, (chart, step, found)


def test_the_log_shows_each_kind_and_may_be_empty(tmp_path, captions):
    log = write_log(tmp_path / "log.csv", "step,loss,dice_a,dice_b,pooled_iou,good_with_a_false_blob", [(5, 0.5, 0.25, 0.5, 0.3, 1)])
    plot.training(log, tmp_path / "log.png")
    assert {"0.25 dice a", "0.50 dice b", "1.00 good with a false blob"} <= set(captions) and "pooled" not in " ".join(captions)
    plot.training(write_log(tmp_path / "log.csv", "step,loss,dice", []), tmp_path / "none.png")
    assert not (tmp_path / "none.png").exists()


def test_ticks_are_round_and_reach_the_highest_value():
    assert plot.ticks(1.0) == [0, 0.2, 0.4, 0.6000000000000001, 0.8, 1.0]
    for highest in (1e-6, 0.07, 0.93, 3, 41, 1600, 10100):
        ticks = plot.ticks(highest)
        assert 4 <= len(ticks) <= 8 and ticks[-1] >= highest > ticks[-2]
