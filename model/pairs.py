"""Picture and mask pairs of a data set with kinds, split into training, validation and test.

A data set is a folder with one folder for each kind (`MT_Crack/`, `MT_Free/`). A kind has pictures
(.jpg, .png, .bmp) and masks (.png) with the same stem. The masks are beside the pictures or in a
sibling folder whose name ends in `masks` (`MT_Crack_masks/`). The layout `N/image.png, N/mask.png`
works as well; its kinds are `defective` and `good`, by the masks. A mask has the size of its
picture. `masks.py` describes its content.
"""

import csv
import json
import re
from pathlib import Path

import numpy as np

import classes as masks_of
import dataset
import masks
import progress
import resize

PICTURES = (".jpg", ".jpeg", ".png", ".bmp")
MASKS = "masks"
PARTS = ("train", "validation", "test", "known")
# Share of each kind in validation and in test. The rest is for training.
HELD_BACK_SHARE = 0.15
# Share of each kind's training pictures in the part "known", from series of at least this many
# pictures.
KNOWN_SHARE, KNOWN_SERIES_MIN = 0.15, 3
# A kind with fewer series is used only for training.
DEALT_SERIES_MIN = 3
# The numbers of a tile's pictures are at most this far apart (measured on Magnetic-Tile).
SERIES_GAP_MAX = 80


class Pair:
    """One picture: its kind (the folder's name), its path and its mask's path (None if it counts as
    good).
    """

    def __init__(self, kind, picture, mask):
        self.kind, self.picture, self.mask = kind, picture, mask

    @property
    def key(self):
        """Folder and name, unique within the data set."""
        return f"{self.picture.parent.name}/{self.picture.name}"

    @property
    def name(self):
        """The key, or only the folder of a numbered part."""
        return self.key.removesuffix("/image.png")

    def load(self, roi=None, classes=2):
        """(BGR picture, mask), 8 bit, cropped to `roi`. The mask has 0 and 255, or class numbers
        for more than two classes.
        """
        picture = dataset.read(self.picture, dataset.cv2.IMREAD_COLOR)
        mask = np.zeros(picture.shape[:2], np.uint8) if self.mask is None else masks_of.read(self.mask, None, classes)
        if mask.shape != picture.shape[:2]:
            raise SystemExit(
                f"{self.mask}: {mask.shape[1]}x{mask.shape[0]} pixels, its picture {picture.shape[1]}x{picture.shape[0]}; "
                "a mask must have its picture's size"
            )
        # Copies, so that the rest of a large picture can be freed.
        picture, mask = (dataset.crop(pixels, roi, self.picture).copy() for pixels in (picture, mask))
        return picture, mask


def mask_of(picture):
    """The path of a picture's mask: beside it, else in a sibling folder of masks, else None."""
    folder, name = picture.parent, f"{picture.stem}.png"
    places = [folder / name, folder.parent / f"{folder.name}_{MASKS}" / name, folder.parent / MASKS / name]
    return next((place for place in places if place != picture and place.is_file()), None)


def pictures_in(folder):
    """The pictures in one kind's folder, by name. A .png beside a picture of another ending is its
    mask.
    """
    files = [path for path in sorted(folder.iterdir()) if path.suffix.lower() in PICTURES]
    others = {path.stem for path in files if path.suffix.lower() != ".png"}
    return [path for path in files if path.suffix.lower() != ".png" or path.stem not in others]


def find_numbered(folder, missing_is_good):
    """The pairs of the layout N/image.png, N/mask.png, sorted by number."""
    found = []
    for part in dataset.in_order(path.parent for path in folder.glob("*/image.png")):
        mask = part / "mask.png"
        if not mask.is_file():
            if not missing_is_good:
                raise SystemExit(f"{part}: no mask.png beside image.png; give --missing-mask good if such pictures show good parts")
            mask = None
        # The number of classes is unknown here. A pixel that is not black is a defect in both
        # readings.
        defective = mask is not None and masks.samples(mask)[2].any()
        found.append(Pair("defective" if defective else "good", part / "image.png", mask))
    return found


def find(folder, missing_is_good=False):
    """All pairs of a data set, by kind and name. A missing mask is an error unless it may mean
    good.
    """
    folder = Path(folder)
    if not folder.is_dir():
        raise SystemExit(f"{folder}: no such folder")
    if any(folder.glob("*/image.png")):
        return find_numbered(folder, missing_is_good)
    found = []
    for kind in sorted(path for path in folder.iterdir() if path.is_dir() and not path.name.endswith(MASKS)):
        for picture in pictures_in(kind):
            mask = mask_of(picture)
            if mask is None and not missing_is_good:
                raise SystemExit(f"{picture}: no mask {picture.stem}.png beside it or in {kind.name}_{MASKS}/; "
                                 "give --missing-mask good if such pictures show good parts")
            found.append(Pair(kind.name, picture, mask))
    if not found:
        raise SystemExit(f"{folder}: no pictures; expected KIND/name.jpg with KIND/name.png, or N/image.png with N/mask.png")
    return found


def series(pairs):
    """The pairs of one kind in lists that show the same part and must stay together.

    Magnetic-Tile names a picture `exp<exposure>_num<number>`. One tile was photographed at rising
    exposures, with nearby numbers. A picture with another name is its own series.
    """
    groups, numbered, last = [], [], None
    for pair in pairs:
        match = re.fullmatch(r"exp(\d+)_num_(\d+)", pair.picture.stem)
        if match:
            numbered.append((int(match[2]), int(match[1]), pair))
        else:
            groups.append([pair])
    for number, exposure, pair in sorted(numbered, key=lambda entry: entry[:2]):
        if last is None or exposure <= last[1] or number - last[0] > SERIES_GAP_MAX:
            groups.append([])
        groups[-1].append(pair)
        last = number, exposure
    return groups


def deal_as_before(group, before, parts):
    """Assigns a series if earlier pictures of it were assigned before, and returns whether that was
    so.

    Its new pictures join the others. If those are in "known", the new ones are for training.
    """
    dealt = [before[pair.key] for pair in group if pair.key in before]
    rest = "train" if "known" in dealt else dealt[0] if dealt else None
    for pair in group if dealt else ():
        parts[before.get(pair.key, rest)].append(pair)
    return bool(dealt)


def split(pairs, seed, before=None):
    """`{"train": pairs, "validation": pairs, "test": pairs, "known": pairs}`, kind by kind.

    The split depends only on the seed and the names. Validation and test get whole series, which
    training never shows. "known" gets single pictures of series in the training, at most one of
    each. They show the quality on a new picture of a known part. Pictures in `before` (`{key:
    part}`) keep their part, so a data set may grow.
    """
    parts = {part: [] for part in PARTS}
    for kind in sorted({pair.kind for pair in pairs}):
        groups = series([pair for pair in pairs if pair.kind == kind])
        groups.sort(key=lambda group: group[0].key)
        groups = [group for group in groups if not deal_as_before(group, before or {}, parts)]
        if len(groups) < DEALT_SERIES_MIN:
            parts["train"] += sum(groups, [])
            continue
        wanted = max(1, round(HELD_BACK_SHARE * sum(map(len, groups))))
        count, shown = {"test": 0, "validation": 0}, []
        random = np.random.default_rng([seed, *kind.encode()])
        for index in random.permutation(len(groups)):
            group = groups[index]
            fits = [part for part in count if count[part] < wanted and count[part] + len(group) <= wanted + 1]
            if fits:
                parts[fits[0]] += group
                count[fits[0]] += len(group)
            else:
                shown.append(group)
        known = [group for group in shown if len(group) >= KNOWN_SERIES_MIN]
        for group in known[:round(KNOWN_SHARE * sum(map(len, shown)))]:
            parts["known"].append(group.pop(random.integers(len(group))))
        parts["train"] += sum(shown, [])
    return parts


def read_split(path):
    """Reads `{key: part}` from a file of `write_split`."""
    try:
        rows = list(csv.DictReader(path.read_text().splitlines()))
        before = {row["picture"]: row["part"] for row in rows}
    except (OSError, UnicodeDecodeError, KeyError) as error:
        raise SystemExit(f"--split {path}: not the split.csv of a training ({error!r})") from None
    if not set(before.values()) <= set(PARTS):
        raise SystemExit(f"--split {path}: a part of another name than {', '.join(PARTS)}")
    return before


def write_split(parts, path):
    """Writes the part of each picture, for `--split`."""
    with open(path, "w", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(["part", "picture"])
        rows.writerows([part, pair.key] for part, of_part in parts.items() for pair in of_part)


def deal(arguments):
    """The split of the data set that the options name."""
    before = read_split(arguments.split) if arguments.split else None
    return split(find(arguments.data, arguments.missing_mask == "good"), arguments.split_seed, before)


def chosen(arguments):
    """The pairs of the part `--part`, or of all parts for "all"."""
    parts = deal(arguments)
    return sum(parts.values(), []) if arguments.part == "all" else parts[arguments.part]


def labelled(pairs, roi=None, classes=2):
    """(loaded pairs `(pair, picture, mask)`, pairs left out, kinds of good parts).

    A kind without any defect pixel is a kind of good parts. In another kind, a picture with an
    empty mask is defective by its folder and good by its mask. It is left out of training and
    measurement.
    """
    loaded = [(pair, *pair.load(roi, classes)) for pair in progress.through(pairs, "pictures")]
    defective = {pair.kind for pair, _, mask in loaded if mask.any()}
    kept = [entry for entry in loaded if entry[2].any() or entry[0].kind not in defective]
    left_out = [pair for pair, _, mask in loaded if not mask.any() and pair.kind in defective]
    return kept, left_out, {pair.kind for pair in pairs} - defective


def more(arguments, held_back):
    """The pairs of `--more`, but none that was drawn onto a picture of `held_back`.

    The program `parts` names the picture of each part in `parts.json`. With it in the training, a
    held back picture would no longer be one that the network never saw.
    """
    if not arguments.more:
        return []
    found, folder = find(arguments.more, arguments.missing_mask == "good"), Path(arguments.more)
    drawn = json.loads((folder / "parts.json").read_text()) if (folder / "parts.json").is_file() else {}
    onto = {folder / number / "image.png": Path(part["picture"]).resolve().parts[-2:]
            for number, part in drawn.items() if "picture" in part}
    keys = {pair.picture.resolve().parts[-2:] for pair in held_back}
    kept = [pair for pair in found if onto.get(pair.picture) not in keys]
    progress.say(f"{folder}: {len(kept)} more pictures for training; {len(found) - len(kept)} left out, because they were drawn "
                 "onto pictures that are not for training")
    return kept


def add_more(parser):
    """Adds the option of the training scripts for pictures that are only trained on."""
    parser.add_argument("--more", type=Path, metavar="FOLDER", help="data set of further pictures that are only for training, such "
                        "as those with drawn defects; with the same --roi")


def add_arguments(parser, roi="all"):
    """Adds the options that choose and prepare pictures. All commands share them."""
    parser.add_argument("--data", required=True, type=Path,
                        help="folder of KIND/name.jpg with KIND/name.png, or of N/image.png with N/mask.png")
    parser.add_argument("--split-seed", type=int, default=1, help="which pictures train and which test (default %(default)s)")
    parser.add_argument("--split", type=Path, metavar="FILE", help="split.csv of an earlier training: its pictures keep their part, "
                        "and only new ones are split by the seed")
    parser.add_argument("--missing-mask", choices=("error", "good"), default="error",
                        help="a picture without a mask: an error, or a good part (default %(default)s)")
    dataset.add_roi(parser, roi)
    resize.add_argument(parser)
