"""Trains a network of the U-Net family: from a folder of pictures and masks to a checkpoint.

    python train.py --data TRAIN --validation VALIDATION --out RUN --roi all
    python train.py --data KINDS --out RUN --roi all --width 256 --height 256 --crop 256

A data set is a folder of N/image.png and N/mask.png, or one with a folder of pictures and masks for each kind (`pairs.py`).
Without --validation it is split by a fixed seed: 70 % trains, 15 % chooses the weights, 15 % stays unseen for a test.
RUN gets `best.ckpt` (highest Dice of the defects on the validation parts), `last.ckpt` (goes on with --resume) and
`log.csv`. The same seed, data and thread count give the same crops in the same order. The steps between two
validations are called an epoch.
"""

import argparse
import csv
import json
import math
import os
import sys
import time
from pathlib import Path

# oneDNN inside MindSpore falls back to its reference convolution (30 times slower) on hosts with AVX-512.
os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX2")
# MindSpore's own threads wait by spinning and slow the one that computes: keep all of them on as many processors as
# OMP_NUM_THREADS says, one if it says nothing. Both settings must stand before MindSpore is loaded.
if "Ascend" not in sys.argv:
    PROCESSORS = int(os.environ.setdefault("OMP_NUM_THREADS", "1"))
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-PROCESSORS:])

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops

import aipp
import classes as masks_of
import dataset
import metrics
import pairs
import unet

# On Ascend convolutions work in half precision, where small gradients of the loss itself would vanish.
ASCEND_LOSS_SCALE = 1024.0


def learning_rates(peak, steps, warm_up):
    """Linear rise over `warm_up` steps, then a half cosine down to 1 % of the peak."""
    rates = []
    for step in range(steps):
        if step < warm_up:
            rates.append(peak * (step + 1) / warm_up)
        else:
            fall = 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, steps - warm_up)))
            rates.append(peak * (0.01 + 0.99 * fall))
    return rates


def make_step(network, optimiser, weights=None, scale=1.0):
    """A compiled function (crops, classes) -> loss that also updates the weights.

    Loss: cross-entropy (each class with its weight, if given), plus 1 - Dice of each defect class over the whole batch,
    as the mean over the network's supervised heads. Dice keeps the few defect pixels from being outvoted;
    cross-entropy keeps the gradient useful where a batch has none. `scale` multiplies the loss for the gradient alone.
    """
    classes = network.head.out_channels
    weights = None if weights is None else Tensor(weights, ms.float32)

    def loss_of_head(logits, truth):
        loss = ops.cross_entropy(logits, truth, weight=weights)
        probability = ops.softmax(logits, axis=1)
        for label in range(1, classes):
            p, y = probability[:, label], (truth == label).astype(ms.float32)
            loss = loss + 1 - (2 * (p * y).sum() + 1) / (p.sum() + y.sum() + 1)
        return loss

    def loss_of(crops, truth):
        heads = network.supervised(crops)
        loss = 0.0
        for logits in heads:
            loss = loss + loss_of_head(logits, truth)
        return scale * loss / len(heads)

    gradient = ms.value_and_grad(loss_of, None, optimiser.parameters)

    @ms.jit
    def step(crops, truth):
        loss, gradients = gradient(crops, truth)
        if scale != 1.0:
            gradients = ops.HyperMap()(lambda g: g / scale, gradients)
        gradients = ops.clip_by_global_norm(gradients, 1.0)
        optimiser(gradients)
        return loss / scale

    return step


def validate(network, pictures, masks):
    """Quality on whole pictures: [foreground Dice, IoU, mean Dice of a picture, Dice of each defect class].

    All but the mean are over all pixels of all pictures; foreground is every defect class alike.
    """
    network.set_train(False)
    labels = range(1, network.head.out_channels)
    pooled, of_class, dices = np.zeros(3, np.int64), np.zeros((len(labels), 3), np.int64), []
    for picture, mask in zip(pictures, masks):
        predicted = network(Tensor(dataset.normalise(picture[None]))).asnumpy()[0].argmax(axis=0)
        counts = metrics.counts(predicted, mask)
        pooled += counts
        of_class += [metrics.counts(predicted == label, mask == label) for label in labels]
        dices.append(metrics.hard_dice(counts)[0])
    return [*metrics.hard_dice(pooled), float(np.mean(dices)), *(metrics.hard_dice(counts)[0] for counts in of_class)]


def save(path, network, optimiser, facts):
    parameters = {p.name: p for p in network.get_parameters()}
    if optimiser is not None:
        parameters.update({p.name: p for p in optimiser.get_parameters()})
    partial = path.with_name("partial.ckpt")
    ms.save_checkpoint([{"name": n, "data": p} for n, p in parameters.items()], str(partial), append_dict=facts)
    partial.replace(path)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True, type=Path, help="data set to train on")
    parser.add_argument("--validation", type=Path, help="data set of other parts to choose the weights by")
    parser.add_argument("--split-seed", type=int, default=1, help="without --validation: which pictures are kept back")
    parser.add_argument("--missing-mask", choices=("error", "good"), default="error",
                        help="a picture without a mask: an error, or a good part (default %(default)s)")
    parser.add_argument("--out", required=True, type=Path, help="folder for checkpoints and log")
    dataset.add_arguments(parser)
    parser.add_argument("--architecture", choices=unet.ARCHITECTURES, default="unet_simple")
    parser.add_argument("--base", type=int, default=8, help="channels at full resolution (default %(default)s)")
    parser.add_argument("--channels", type=int, choices=(1, 3), default=3, help="of the input: 3 (BGR), or 1 (grey, which "
                        "AIPP makes of the station's pixels)")
    parser.add_argument("--classes", type=int, default=2, help="good and the kinds of defects. With 2, a mask has 0 and 255; "
                        "with more, its grey value is the class (default %(default)s)")
    parser.add_argument("--class-weights", default="none", metavar="none|auto|W,W,...", help="weights of the classes in the "
                        "cross-entropy, good first; auto: by how rare a class is (default %(default)s)")
    parser.add_argument("--device", choices=("CPU", "Ascend"), default="CPU")
    parser.add_argument("--steps", type=int, default=1600)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--crop", type=int, default=192, help="side of a training crop, a multiple of 16")
    parser.add_argument("--rate", type=float, default=3e-3, help="highest learning rate")
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument(
        "--settle", type=float, default=0.25,
        help="share of the steps, at the end, in which batch norm keeps its averages (default %(default)s)",
    )
    parser.add_argument("--validate-every", type=int, default=200, help="steps of an epoch, after which the validation parts "
                        "are measured and last.ckpt is written (default %(default)s)")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start-from", type=Path, help="checkpoint to take the first weights from")
    parser.add_argument("--resume", action="store_true", help="go on from OUT/last.ckpt, with the same options as before")
    arguments = parser.parse_args()
    if arguments.crop % 16 or arguments.width % 16 or arguments.height % 16:
        parser.error("--crop, --width and --height must be multiples of 16")
    if arguments.base < 1 or not 2 <= arguments.classes <= 255:
        parser.error("--base must be 1 or more, --classes 2 to 255")
    try:
        masks_of.parse_weights(arguments.class_weights, arguments.classes)
    except ValueError as error:
        parser.error(str(error))
    return arguments


def load_all(name, found, roi, size, channels, classes):
    """Pictures [H, W, channels] and masks [H, W] (class of each pixel), both uint8."""
    pictures, masks = [], []
    for pair in found:
        picture = dataset.crop(dataset.read(pair.picture, dataset.cv2.IMREAD_COLOR), roi, pair.picture)
        picture = dataset.cv2.resize(picture, size, interpolation=dataset.cv2.INTER_LINEAR)
        pictures.append(aipp.grey(picture) if channels == 1 else picture)
        masks.append(np.zeros(size[::-1], np.uint8) if pair.mask is None else masks_of.load(pair.mask, roi, size, classes))
    defective = sum(bool(mask.any()) for mask in masks)
    print(f"{name}: {len(found)} pictures, {defective} with defects", flush=True)
    return pictures, masks


def data_sets(arguments):
    """The pictures to train on and those to choose the weights by, as lists of `pairs.Pair`."""
    missing_is_good = arguments.missing_mask == "good"
    found = pairs.find(arguments.data, missing_is_good)
    if arguments.validation:
        return found, pairs.find(arguments.validation, missing_is_good)
    parts = pairs.split(found, arguments.split_seed)
    print(f"{arguments.data}: {len(parts['test'])} pictures kept for a test", flush=True)
    return parts["train"], parts["validation"]


def continued(path, network, optimiser, settings):
    """Takes weights and optimiser over from `last.ckpt`; (steps done, best Dice, mean loss)."""
    if not path.is_file():
        raise SystemExit(f"{path}: no such file, so there is nothing to resume; leave --resume out")
    saved = ms.load_checkpoint(str(path))
    before = json.loads(str(saved["settings"]))
    changed = [f"--{name} was {before.get(name)}, now {value}" for name, value in settings.items()
               if before.get(name) != value]
    if changed:
        raise SystemExit(f"{path}: a resumed training needs the options that it began with: {'; '.join(changed)}")
    ms.load_param_into_net(network, saved, strict_load=True)
    ms.load_param_into_net(optimiser, saved, strict_load=True)
    return int(saved["step"].asnumpy()), *(float(saved[name].asnumpy()) for name in ("best", "loss"))


# What must stay the same for a resumed training to give the same numbers.
SETTINGS = ("architecture", "base", "channels", "classes", "class_weights", "steps", "batch", "crop", "rate", "weight_decay",
            "settle", "seed")


def main():
    arguments = parse_arguments()
    try:
        unet.use(arguments.device)
    except RuntimeError as error:
        raise SystemExit(f"--device {arguments.device}: {error}; install MindSpore for Ascend with CANN, or leave --device "
                         "out") from None
    ms.set_seed(arguments.seed)
    roi, size = dataset.parse_roi(arguments.roi), (arguments.width, arguments.height)
    shape, (train, kept_back) = (roi, size, arguments.channels, arguments.classes), data_sets(arguments)
    sampler = dataset.CropSampler(*load_all("training", train, *shape), arguments.crop, arguments.batch, arguments.seed)
    validation = load_all("validation", kept_back, *shape)
    class_weights = masks_of.parse_weights(arguments.class_weights, arguments.classes)
    if class_weights == "auto":
        class_weights = masks_of.auto_weights(sampler, arguments.classes)
        print(f"class weights, good first: {', '.join(f'{weight:.2f}' for weight in class_weights)}", flush=True)

    network = unet.build(arguments.architecture, arguments.base, arguments.classes, arguments.channels)
    plain = [p for p in network.trainable_params() if p.name.endswith((".bias", ".gamma", ".beta"))]
    names = {p.name for p in plain}
    decayed = [p for p in network.trainable_params() if p.name not in names]
    optimiser = nn.AdamWeightDecay(
        [{"params": decayed, "weight_decay": arguments.weight_decay}, {"params": plain, "weight_decay": 0.0}],
        learning_rate=learning_rates(arguments.rate, arguments.steps, min(50, arguments.steps // 4 + 1)),
    )
    settings = {name: getattr(arguments, name) for name in SETTINGS}
    facts = {"settings": json.dumps(settings)}

    first_step, best, mean_loss = 0, -1.0, None
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.resume:
        first_step, best, mean_loss = continued(arguments.out / "last.ckpt", network, optimiser, settings)
    elif arguments.start_from:
        ms.load_param_into_net(network, ms.load_checkpoint(str(arguments.start_from)), strict_load=True)
    log = csv.writer(open(arguments.out / "log.csv", "a" if arguments.resume else "w", buffering=1))
    if not arguments.resume:
        log.writerow(["step", "loss", "dice", "iou", "mean_dice_of_a_part",
                      *(f"dice_class_{label}" for label in range(1, arguments.classes))])

    settle_at = round(arguments.steps * (1 - arguments.settle))
    step_function, settled = None, False
    start, cpu_start = time.monotonic(), time.process_time()
    for step in range(first_step, arguments.steps):
        if step_function is None or (step >= settle_at and not settled):
            settled = step >= settle_at
            network.set_train(not settled)
            step_function = make_step(network, optimiser, class_weights,
                                      ASCEND_LOSS_SCALE if arguments.device == "Ascend" else 1.0)
        loss = float(step_function(*map(Tensor, sampler.batch_at(step))).asnumpy())
        if not math.isfinite(loss):
            raise SystemExit(f"step {step}: the loss is {loss}; lower --rate")
        mean_loss = loss if mean_loss is None else 0.95 * mean_loss + 0.05 * loss
        done = step + 1
        if done % 20 == 0:
            pace = (time.monotonic() - start) / (done - first_step)
            cpu = (time.process_time() - cpu_start) / (done - first_step)
            print(
                f"step {done}/{arguments.steps}  loss {mean_loss:.4f}  {pace:.2f} s a step ({cpu:.2f} of CPU)  "
                f"{pace * (arguments.steps - done) / 60:.1f} min left", flush=True,
            )
        if done % arguments.validate_every == 0 or done == arguments.steps:
            dice, iou, mean_dice, *of_class = validate(network, *validation)
            network.set_train(not settled)
            epochs = math.ceil(arguments.steps / arguments.validate_every)
            each = ", ".join(f"class {label} {value:.4f}" for label, value in enumerate(of_class, 1))
            print(f"epoch {math.ceil(done / arguments.validate_every)} of {epochs} (step {done})  foreground Dice {dice:.4f}  "
                  f"IoU {iou:.4f}  mean Dice of a part {mean_dice:.4f}"
                  f"{f'  Dice of {each}' if len(of_class) > 1 else ''}", flush=True)
            log.writerow([done, *(f"{value:.5f}" for value in (mean_loss, dice, iou, mean_dice, *of_class))])
            if float(np.mean(of_class)) > best:
                best = float(np.mean(of_class))
                save(arguments.out / "best.ckpt", network, None, {**facts, "step": done})
            state = {**facts, "step": done, "best": best, "loss": mean_loss}
            save(arguments.out / "last.ckpt", network, optimiser, state)
    print(f"best Dice of the defects on the validation parts: {best:.4f}; "
          f"{(time.monotonic() - start) / 60:.1f} min, {(time.process_time() - cpu_start) / 60:.1f} min of CPU")


if __name__ == "__main__":
    main()
