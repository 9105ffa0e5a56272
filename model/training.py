"""The code that `train.py` (MindSpore) and `train_torch.py` (PyTorch) share.

Options, pictures and learning rates. It needs neither framework.
"""

import csv
import math
from pathlib import Path

import numpy as np

import aipp
import classes as masks_of
import dataset
import metrics
import onnx_graph
import pairs
import resize

# A resumed training gives the same numbers only if these stay the same.
SETTINGS = ("data", "validation", "split", "split_seed", "missing_mask", "roi", "resize", "width", "height", "architecture", "base",
            "channels", "classes", "class_weights", "steps", "batch", "crop", "rate", "weight_decay", "settle", "seed")


def add_arguments(parser):
    """Adds the options of both commands."""
    pairs.add_arguments(parser, dataset.ROI)
    parser.add_argument("--validation", type=Path, help="data set of other parts to choose the weights by; without it --data is "
                        "split")
    parser.add_argument("--out", required=True, type=Path, help="folder for checkpoints and log")
    dataset.add_size(parser)
    parser.add_argument("--architecture", choices=tuple(onnx_graph.ARCHITECTURES), default="unet_simple")
    parser.add_argument("--base", type=int, default=8, help="channels at full resolution (default %(default)s)")
    parser.add_argument("--channels", type=int, choices=(1, 3), default=3, help="of the input: 3 (BGR), or 1 (grey, which "
                        "AIPP makes of the station's pixels)")
    parser.add_argument("--classes", type=int, default=2, help="good and the kinds of defects. With 2, a mask has 0 and 255; "
                        "with more, its grey value is the class (default %(default)s)")
    parser.add_argument("--class-weights", default="none", metavar="none|auto|W,W,...", help="weights of the classes in the "
                        "cross-entropy, good first; auto: by how rare a class is (default %(default)s)")
    parser.add_argument("--steps", type=int, default=1600)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--crop", type=int, default=192, help="side of a training crop, a multiple of 16")
    parser.add_argument("--rate", type=float, default=3e-3, help="highest learning rate")
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument("--settle", type=float, default=0.25, help="share of the steps, at the end, in which batch norm keeps "
                        "its averages (default %(default)s)")
    parser.add_argument("--validate-every", type=int, default=200, help="steps of an epoch, after which the validation parts "
                        "are measured and the last checkpoint is written (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start-from", type=Path, help="checkpoint to take the first weights from")
    parser.add_argument("--resume", action="store_true",
                        help="go on from the last checkpoint in OUT, with the same options as before")


def parse(parser):
    """Parses and checks the options."""
    arguments = parser.parse_args()
    if arguments.crop % 16 or arguments.width % 16 or arguments.height % 16:
        parser.error("--crop, --width and --height must be multiples of 16")
    if min(arguments.width, arguments.height, arguments.crop, arguments.base, arguments.steps, arguments.batch,
           arguments.validate_every) < 1 or not 2 <= arguments.classes <= 255:
        parser.error("sizes and counts must be 1 or more, --classes 2 to 255")
    try:
        masks_of.parse_weights(arguments.class_weights, arguments.classes)
    except ValueError as error:
        parser.error(str(error))
    return arguments


def settings_of(arguments, names=SETTINGS):
    """The options of these names, `{name: value}`, in the form of JSON."""
    plain = lambda value: str(value) if isinstance(value, Path) else list(value) if isinstance(value, tuple) else value
    return {name: plain(getattr(arguments, name)) for name in names}


def check_resumed(path, before, now):
    """Exits if a training is resumed with options that differ from those in `path`."""
    # Older trainings have no --resize. They resized by `linear`.
    before = {"resize": "linear", **before}
    changed = [f"--{name.replace('_', '-')} was {before.get(name)}, now {value}"
               for name, value in now.items() if before.get(name) != value]
    if changed:
        raise SystemExit(f"{path}: a resumed training needs the options that it began with: {'; '.join(changed)}")


def learning_rate(step, peak, steps):
    """A linear rise over 50 steps, or a quarter of them, then a half cosine down to 1 % of the
    peak.
    """
    rise = min(50, steps // 4 + 1)
    if step < rise:
        return peak * (step + 1) / rise
    fall = 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, steps - rise)))
    return peak * (0.01 + 0.99 * fall)


def load_all(name, found, arguments):
    """Pictures [H, W, channels] and masks [H, W] (class of each pixel), both uint8."""
    size = (arguments.width, arguments.height)
    pictures, masks = [], []
    for pair in found:
        picture, mask = pair.load(arguments.roi, arguments.classes)
        picture = resize.resize(picture, size, arguments.resize)
        pictures.append(aipp.grey(picture) if arguments.channels == 1 else picture)
        masks.append(masks_of.resize(mask, size, arguments.classes))
        masks_of.check_left(mask, masks[-1], pair.mask)
    defective = sum(bool(mask.any()) for mask in masks)
    print(f"{name}: {len(found)} pictures, {defective} with defects", flush=True)
    if not defective:
        raise SystemExit(f"no picture for {name} has a defect in its mask; training and the choice of the weights need one")
    return pictures, masks


def data_sets(arguments):
    """The pictures for training and those that choose the weights, as lists of `pairs.Pair`."""
    missing_is_good = arguments.missing_mask == "good"
    if arguments.validation:
        return pairs.find(arguments.data, missing_is_good), pairs.find(arguments.validation, missing_is_good)
    parts = pairs.deal(arguments)
    # A resumed training keeps its split file. It stays correct even if a different split is
    # refused later.
    if not arguments.resume:
        arguments.out.mkdir(parents=True, exist_ok=True)
        pairs.write_split(parts, arguments.out / "split.csv")
    print(f"{arguments.data}: {len(parts['test']) + len(parts['known'])} pictures kept for a test", flush=True)
    return parts["train"], parts["validation"]


def samples(arguments):
    """(crops for training, weights of the classes or None, validation pictures, their masks)."""
    resize.announce(arguments.resize)
    train, kept_back = data_sets(arguments)
    sampler = dataset.CropSampler(*load_all("training", train, arguments), arguments.crop, arguments.batch, arguments.seed)
    weights = masks_of.parse_weights(arguments.class_weights, arguments.classes)
    if weights == "auto":
        weights = masks_of.auto_weights(sampler, arguments.classes)
        print(f"class weights, good first: {', '.join(f'{weight:.2f}' for weight in weights)}", flush=True)
    return sampler, weights, *load_all("validation", kept_back, arguments)


def measure(predict, pictures, masks, classes):
    """Quality on whole pictures: [foreground Dice, IoU, mean Dice of a picture, Dice of each defect
    class].

    `predict` maps network input [1, channels, H, W] to the class of each pixel [H, W]. All except
    the mean are over all pixels of all pictures. Foreground is any defect class.
    """
    labels = range(1, classes)
    pooled, of_class, dices = np.zeros(3, np.int64), np.zeros((len(labels), 3), np.int64), []
    for picture, mask in zip(pictures, masks):
        predicted = predict(dataset.normalise(picture[None]))
        counts = metrics.counts(predicted, mask)
        pooled += counts
        of_class += [metrics.counts(predicted == label, mask == label) for label in labels]
        dices.append(metrics.hard_dice(counts)[0])
    return [*metrics.hard_dice(pooled), float(np.mean(dices)), *(metrics.hard_dice(counts)[0] for counts in of_class)]


def report(arguments, done, figures):
    """The line of an epoch, from the result of `measure`."""
    dice, iou, mean_dice, *of_class = figures
    epochs = math.ceil(arguments.steps / arguments.validate_every)
    each = ", ".join(f"class {label} {value:.4f}" for label, value in enumerate(of_class, 1))
    print(f"epoch {math.ceil(done / arguments.validate_every)} of {epochs} (step {done})  foreground Dice {dice:.4f}  "
          f"IoU {iou:.4f}  mean Dice of a part {mean_dice:.4f}"
          f"{f'  Dice of {each}' if len(of_class) > 1 else ''}", flush=True)


def open_log(arguments, columns):
    """`log.csv` in the output folder, which is created. A resumed training appends to it."""
    arguments.out.mkdir(parents=True, exist_ok=True)
    log = csv.writer(open(arguments.out / "log.csv", "a" if arguments.resume else "w", buffering=1))
    if not arguments.resume:
        log.writerow(["step", "loss", *columns])
    return log


def columns(arguments):
    """The columns of the log for the result of `measure`."""
    return ["dice", "iou", "mean_dice_of_a_part", *(f"dice_class_{label}" for label in range(1, arguments.classes))]
