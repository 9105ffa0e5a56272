"""Writes a data set with kinds in the station's layout: OUT/1/image.png, OUT/1/mask.png, OUT/2/...

    python station_set.py --data DATA --part test --out OUT
    sluice eval OUT --station board/stations/magnetic-tile.json

Pictures are cropped to `--roi` and stretched to the network's size by `--resize`. So are masks, by
the rule `linear`, and thresholded at 128 afterwards. With more than two classes their grey value is
the class. Both are stored without loss: the station's ROI is the whole picture, and its resize
changes nothing.

OUT/kinds.csv names each part's kind, which `sluice eval` and `sluice tune` report by. OUT/index.csv
names the picture of each number.
"""

import argparse
import csv
from pathlib import Path

import classes as masks_of
import dataset
import pairs
import progress
import resize


def write(entries, size, classes, out, rule="linear"):
    """Writes `(pair, picture, mask)` to `out`, from number 1 on. `out` must not contain a data set
    yet.
    """
    out.mkdir(parents=True, exist_ok=True)
    if any(out.iterdir()):
        raise SystemExit(f"{out}: not empty; give a new folder, so that no picture of another data set stays in it")
    with open(out / "index.csv", "w", newline="") as file, open(out / "kinds.csv", "w") as kinds:
        index = csv.writer(file)
        index.writerow(["part", "picture"])
        kinds.write("part,kind\n")
        for number, (pair, picture, mask) in enumerate(progress.through(entries, "pictures"), start=1):
            if set(pair.kind) & set(',;"'):
                raise SystemExit(f"{pair.picture.parent}: the station reads no kind with a comma, semicolon or quote; rename the folder")
            small = resize.resize(picture, size, rule)
            truth = masks_of.resize(mask, size, classes) * (255 if classes == 2 else 1)
            masks_of.check_left(mask, truth, pair.mask)
            folder = out / str(number)
            folder.mkdir()
            for name, pixels in (("image.png", small), ("mask.png", truth)):
                if not dataset.cv2.imwrite(str(folder / name), pixels):
                    raise SystemExit(f"{folder / name}: cannot be written")
            index.writerow([number, pair.picture.name])
            kinds.write(f"{number},{pair.kind}\n")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    pairs.add_arguments(parser)
    dataset.add_size(parser, (256, 256))
    parser.add_argument("--classes", type=int, default=2, help="as for train.py (default %(default)s)")
    parser.add_argument("--part", choices=(*pairs.PARTS, "all"), default="all", help="which part of the split")
    parser.add_argument("--out", required=True, type=Path, help="new folder")
    arguments = parser.parse_args()
    if min(arguments.width, arguments.height) < 1 or not 2 <= arguments.classes <= 255:
        parser.error("--width and --height must be 1 or more, --classes 2 to 255")
    kept, left_out, _ = pairs.labelled(pairs.chosen(arguments), arguments.roi, arguments.classes)
    for pair in left_out:
        print(f"left out: {pair.picture} is of a kind of defect and its mask is empty")
    write(kept, (arguments.width, arguments.height), arguments.classes, arguments.out, arguments.resize)
    print(f"{arguments.out}: {len(kept)} pictures of {arguments.width}x{arguments.height}")


if __name__ == "__main__":
    main()
