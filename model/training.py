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
import plot
import progress
import resize
import sheet

# A resumed training gives the same numbers only if these stay the same.
SETTINGS = ("data", "more", "validation", "split", "split_seed", "missing_mask", "roi", "resize", "width", "height", "architecture", "base",
            "channels", "classes", "class_weights", "steps", "batch", "crop", "rate", "weight_decay", "settle", "seed")


def add_arguments(parser):
    """Adds the options of both commands."""
    pairs.add_arguments(parser, dataset.ROI)
    parser.add_argument("--validation", type=Path, help="data set of other parts to choose the weights by; without it --data is "
                        "split")
    pairs.add_more(parser)
    parser.add_argument("--out", required=True, type=Path, help="folder for checkpoints, log and pictures")
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
    """The pictures [H, W, channels] and masks [H, W] (class of each pixel), both uint8, as
    `sheet.Labelled`.
    """
    size, loaded = (arguments.width, arguments.height), []
    for pair in progress.through(found, f"{name} pictures"):
        picture, mask = pair.load(arguments.roi, arguments.classes)
        picture = resize.resize(picture, size, arguments.resize)
        picture = aipp.grey(picture) if arguments.channels == 1 else picture
        small = masks_of.resize(mask, size, arguments.classes)
        masks_of.check_left(mask, small, pair.mask)
        loaded.append(sheet.Labelled(pair.kind, pair.name, picture, small))
    defective = sum(bool(part.mask.any()) for part in loaded)
    progress.say(f"{name}: {len(found)} pictures, {defective} with defects")
    if not defective:
        raise SystemExit(f"no picture for {name} has a defect in its mask; training and the choice of the weights need one")
    return loaded


def data_sets(arguments):
    """The pictures for training and those that choose the weights, as lists of `pairs.Pair`."""
    missing_is_good = arguments.missing_mask == "good"
    if arguments.validation:
        validation = pairs.find(arguments.validation, missing_is_good)
        return pairs.find(arguments.data, missing_is_good) + pairs.more(arguments, validation), validation
    parts = pairs.deal(arguments)
    # A resumed training keeps its split file. It stays correct even if a different split is
    # refused later.
    if not arguments.resume:
        arguments.out.mkdir(parents=True, exist_ok=True)
        pairs.write_split(parts, arguments.out / "split.csv")
    progress.say(f"{arguments.data}: {len(parts['test']) + len(parts['known'])} pictures kept for a test")
    held_back = parts["validation"] + parts["test"] + parts["known"]
    return parts["train"] + pairs.more(arguments, held_back), parts["validation"]


def samples(arguments):
    """(crops for training, weights of the classes or None, `sheet.Labelled` for validation).

    Draws `labels.png` first.
    """
    resize.announce(arguments.resize)
    train, kept_back = (load_all(name, found, arguments)
                        for name, found in zip(("training", "validation"), data_sets(arguments)))
    show_labels(arguments, train + kept_back)
    sampler = dataset.CropSampler([part.picture for part in train], [part.mask for part in train], arguments.crop,
                                  arguments.batch, arguments.seed)
    weights = masks_of.parse_weights(arguments.class_weights, arguments.classes)
    if weights == "auto":
        weights = masks_of.auto_weights(sampler, arguments.classes)
        progress.say(f"class weights, good first: {', '.join(f'{weight:.2f}' for weight in weights)}")
    return sampler, weights, kept_back


def show_labels(arguments, parts):
    """Draws `labels.png` in the output folder, which is created. A resumed training has it."""
    if not arguments.resume:
        arguments.out.mkdir(parents=True, exist_ok=True)
        sheet.labels(arguments.out / "labels.png", parts, arguments.seed)
        progress.say(f"{arguments.out / 'labels.png'}: look at it now; a wrong mask makes the whole training wrong")


def measure(predict, parts, classes):
    """Quality on whole pictures: [foreground Dice, IoU, mean Dice of a picture, Dice of each defect
    class], and the `sheet.Judged`.

    `parts` are `sheet.Labelled`. `predict` maps network input [1, channels, H, W] to the class of
    each pixel [H, W]. All except the mean are over all pixels of all pictures. Foreground is any
    defect class.
    """
    labels = range(1, classes)
    pooled, of_class, dices, judged = np.zeros(3, np.int64), np.zeros((len(labels), 3), np.int64), [], []
    for part in progress.through(parts, "validation pictures"):
        predicted = predict(dataset.normalise(part.picture[None]))
        counts = metrics.counts(predicted, part.mask)
        pooled += counts
        of_class += [metrics.counts(predicted == label, part.mask == label) for label in labels]
        dices.append(metrics.hard_dice(counts)[0])
        judged.append(sheet.Judged(part.name, part.picture, part.mask, predicted.astype(np.uint8)))
    figures = [*metrics.hard_dice(pooled), float(np.mean(dices)), *(metrics.hard_dice(counts)[0] for counts in of_class)]
    return figures, judged


def report(arguments, log, done, mean_loss, figures):
    """Prints the line of an epoch, writes it into the log and draws `log.png`. `figures` are those
    of `measure`.
    """
    dice, iou, mean_dice, *of_class = figures
    epochs = math.ceil(arguments.steps / arguments.validate_every)
    each = ", ".join(f"class {label} {value:.4f}" for label, value in enumerate(of_class, 1))
    progress.say(f"epoch {math.ceil(done / arguments.validate_every)} of {epochs} (step {done})  foreground Dice {dice:.4f}  "
                 f"IoU {iou:.4f}  mean Dice of a part {mean_dice:.4f}"
                 f"{f'  Dice of {each}' if len(of_class) > 1 else ''}")
    log.writerow([done, *(f"{value:.5f}" for value in (mean_loss, *figures))])
    plot.training(arguments.out / "log.csv", arguments.out / "log.png")


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
