"""Trains on real pictures with kinds: whole pictures, stretched, drawn evenly from each kind.

    python train_pictures.py --data DATA --out RUN

`pairs.py` describes DATA; its test parts are not loaded. Uses PyTorch (Debian's `python3-torch`),
with one thread for each worker. The same seed and number of workers give the same weights. All
pictures stay in memory at their own size, cropped to `--roi`.

RUN gets `best.npz` (the best validation measure, below), `last.npz`, `last.pt` (for --resume),
`split.csv`, `log.csv` and the pictures `labels.png`, `log.png` and `worst.png`.
`export.py --checkpoint RUN/best.npz --width 256 --height 256` makes the ONNX file.

A moving average of the weights is saved and validated. The measure is the mean, over the kinds of
defect, of the mean foreground Dice of their pictures. The share of good pictures with a false blob
of 20 pixels or more is subtracted.
"""

import argparse
import copy
import math
import os
import re
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import checkpoint
import metrics
import pairs
import pictures
import plot
import progress
import resize
import sheet
import training
import unet_torch

FALSE_BLOB_PX = 20
# A resumed training gives the same numbers only if these stay the same.
SETTINGS = ("data", "more", "split", "split_seed", "missing_mask", "roi", "resize", "architecture", "base", "stages", "workers", "batch",
            "good_share", "rate", "defect_weight", "good_smooth", "weight_decay", "average", "settle", "validate_every", "seed",
            "start_from", "with_validation")
WARM_UP_STEPS = 100
# Smoothing of the Dice term of a picture with a defect, in pixels.
SMOOTH_PX = 20.0


def loss_of(logits, truth, first_stage, defect_weight, good_smooth):
    """Cross-entropy plus 1 - Dice of each picture.

    In the first stage, the cross-entropy of a picture is the mean over its good pixels plus
    `defect_weight` times the mean over its defect pixels. The Dice of good pictures does not count.
    Later, it is the mean over all pixels, and every Dice counts.

    Every run that began with the second form ended with empty masks. Defects have one pixel in a
    thousand, and the least doubt about a good part cost as much as a missed defect. `good_smooth`
    smooths the Dice of good pictures, as a share of their pixels. If half of that share is false,
    it costs a third of an overlooked defect.
    """
    defect = (truth > 0).float().flatten(1)
    entropy = F.cross_entropy(logits, truth, reduction="none").flatten(1)
    probability = 1 - torch.softmax(logits, 1)[:, 0].flatten(1)
    area = defect.sum(1)
    bad = (area > 0).float()
    smooth = torch.where(area > 0, SMOOTH_PX, good_smooth * defect.shape[1])
    dice = (2 * (probability * defect).sum(1) + smooth) / (probability.sum(1) + area + smooth)
    if not first_stage:
        return entropy.mean() + (1 - dice).mean()
    good_pixels = (entropy * (1 - defect)).sum(1) / (1 - defect).sum(1).clamp(min=1)
    bad_pixels = (entropy * defect).sum(1) / area.clamp(min=1)
    return good_pixels.mean() + ((defect_weight * bad_pixels + 1 - dice) * bad).sum() / bad.sum().clamp(min=1)


def predicted(network, picture, size, rule):
    """The class of each pixel [H, W] of a picture, resized as on the station."""
    small = resize.resize(picture, size, rule)
    with torch.no_grad():
        return network(torch.from_numpy(pictures.as_input(small)[None]))[0].numpy().argmax(axis=0)


def validate(network, entries, good_kinds, size, rule, workers):
    """(measure, mean Dice of each kind of defect, pooled IoU, share of good pictures with a false
    blob, the `sheet.Judged`).
    """
    network.eval()
    dices, pooled, false_blobs, judged = {}, np.zeros(3, np.int64), [], []
    found = workers.map(lambda entry: predicted(network, entry[1], size, rule), entries)
    for (pair, picture, mask), classes in zip(progress.through(entries, "validation pictures"), found):
        truth = (resize.resize(mask, size, "linear") >= 128).astype(np.uint8)
        counts = metrics.counts(classes, truth)
        pooled += counts
        judged.append(sheet.Judged(pair.name, picture, truth, classes.astype(np.uint8)))
        if pair.kind in good_kinds:
            false_blobs.append(metrics.largest_false_blob_px(classes, truth) >= FALSE_BLOB_PX)
        else:
            dices.setdefault(pair.kind, []).append(metrics.hard_dice(counts)[0])
    means = {kind: float(np.mean(of_kind)) for kind, of_kind in sorted(dices.items())}
    alarms = float(np.mean(false_blobs)) if false_blobs else 0.0
    return float(np.mean(list(means.values()))) - alarms, means, metrics.hard_dice(pooled)[1], alarms, judged


def false_areas(network, sampler, size, rule, workers):
    """For each kind of good parts, the area of the largest false blob of every training picture, in
    pixels.
    """
    network.eval()
    for of_kind, is_good in zip(sampler.of_kind, sampler.is_good):
        if is_good:
            masks = workers.map(lambda entry: predicted(network, entry[0], size, rule), of_kind)
            yield np.array([metrics.largest_false_blob_px(mask, np.zeros_like(mask)) for mask in masks])


class Shares:
    """A network that several workers train, each with its share of every batch.

    The workers' networks have the same parameters, but separate averages of batch norm. After each
    step all averages are set to their mean. So the result does not depend on the workers' speed.
    """

    def __init__(self, network, workers):
        self.parameters = list(network.parameters())
        same = {id(parameter): parameter for parameter in self.parameters}
        self.networks = [network] + [copy.deepcopy(network, dict(same)) for _ in range(workers - 1)]
        # One thread in each worker: in such a small network, PyTorch's own threads gain little.
        self.workers = ThreadPoolExecutor(workers, initializer=torch.set_num_threads, initargs=(1,))

    def train(self, mode):
        for network in self.networks:
            network.train(mode)

    def step(self, loss_of_share):
        """Sets the gradients to those of the mean of `loss_of_share(network, share)`, and returns
        that mean.
        """
        def one(share):
            loss = loss_of_share(self.networks[share], share)
            return float(loss.detach()), torch.autograd.grad(loss, self.parameters)

        losses, gradients = zip(*self.workers.map(one, range(len(self.networks))))
        for parameter, of_parameter in zip(self.parameters, zip(*gradients)):
            parameter.grad = sum(of_parameter) / len(self.networks)
        with torch.no_grad():
            for buffers in zip(*(network.buffers() for network in self.networks)):
                if buffers[0].dtype.is_floating_point:
                    mean = sum(buffers) / len(buffers)
                    for buffer in buffers:
                        buffer.copy_(mean)
        return sum(losses) / len(losses)


def average(mean, network, keep):
    """Moves the averaged network towards the trained one."""
    with torch.no_grad():
        for kept, new in zip(mean.state_dict().values(), network.state_dict().values()):
            if kept.dtype.is_floating_point:
                kept.mul_(keep).add_(new, alpha=1 - keep)
            else:
                kept.copy_(new)


def parse_stages(texts):
    """Parses `SIDE:STEPS` or `WIDTHxHEIGHT:STEPS` into [(first step, steps, (width, height))] and
    the sum of the steps.
    """
    stages, first = [], 0
    for text in texts:
        found = re.fullmatch(r"(\d+)(?:x(\d+))?:(\d+)", text)
        width, height, steps = (int(number) for number in (found[1], found[2] or found[1], found[3])) if found else (0, 0, 0)
        if width % 16 or height % 16 or min(width, height, steps) < 1:
            raise SystemExit(f"--stages {text}: give SIDE:STEPS or WIDTHxHEIGHT:STEPS, the sides multiples of 16")
        stages.append((first, steps, (width, height)))
        first += steps
    return stages, first


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    pairs.add_arguments(parser)
    pairs.add_more(parser)
    parser.add_argument("--out", required=True, type=Path, help="folder for weights, log and pictures")
    parser.add_argument("--architecture", choices=tuple(unet_torch.ARCHITECTURES), default="unet_simple")
    parser.add_argument("--base", type=int, default=8, help="channels at full resolution (default %(default)s)")
    parser.add_argument("--stages", nargs="+", default=["128:5500", "192:2400", "256:2200"], metavar="SIZE:STEPS",
                        help="side of the pictures in pixels, or WIDTHxHEIGHT, and steps, each with its own cosine "
                             "(default %(default)s)")
    parser.add_argument("--workers", type=int, default=2, help="threads, each with its share of the batch (default %(default)s)")
    parser.add_argument("--batch", type=int, default=12, help="pictures of a step (default %(default)s)")
    parser.add_argument("--good-share", type=float, default=0.45, help="of the pictures in a batch (default %(default)s)")
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate (default %(default)s)")
    parser.add_argument("--defect-weight", type=float, default=0.2,
                        help="of the defect's cross-entropy in the first stage (default %(default)s)")
    parser.add_argument("--good-smooth", type=float, default=0.015,
                        help="share of a good picture's pixels that softens its Dice term: the less, the more a false blob costs "
                             "(default %(default)s)")
    parser.add_argument("--weight-decay", type=float, default=1e-2)
    parser.add_argument("--average", type=float, default=0.99, help="share of the averaged weights that a step keeps")
    parser.add_argument("--settle", type=float, default=0.35,
                        help="share of the last stage, at its end, in which batch norm keeps its averages")
    parser.add_argument("--validate-every", type=int, default=400)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start-from", type=Path, help="checkpoint with first weights that already find defects: the loss of "
                        "the later stages then applies from the first step on")
    parser.add_argument("--with-validation", action="store_true",
                        help="also train on the defective pictures of the validation part: for few defects, more training data "
                             "is worth more than a measurement. The good pictures still measure false alarms; the printed "
                             "Dice means little, and last.npz is the result")
    parser.add_argument("--resume", action="store_true", help="go on from OUT/last.pt, with the same other arguments")
    return parser.parse_args()


def main():
    arguments = parse_arguments()
    stages, steps = parse_stages(arguments.stages)
    if min(arguments.workers, arguments.batch, arguments.base, arguments.validate_every) < 1:
        raise SystemExit("--workers, --batch, --base and --validate-every must be 1 or more")
    if arguments.batch % arguments.workers:
        raise SystemExit(f"--batch {arguments.batch} is not a multiple of --workers {arguments.workers}")
    torch.set_num_threads(1)
    torch.manual_seed(arguments.seed)
    resize.announce(arguments.resize)
    resized = resize.record(arguments.resize)
    parts = pairs.deal(arguments)
    more = pairs.more(arguments, parts["validation"] + parts["test"] + parts["known"])
    train, left_out, good_kinds = pairs.labelled(parts["train"] + more, arguments.roi)
    validation, left_out_too, _ = pairs.labelled(parts["validation"], arguments.roi)
    for name, entries in (("training", train), ("validation", validation)):
        if all(pair.kind in good_kinds for pair, _, _ in entries):
            raise SystemExit(f"none of the {len(entries)} pictures for {name} has a defect in its mask; without one there is "
                             "nothing to learn or to choose the weights by")
    if arguments.with_validation:
        train = train + [entry for entry in validation if entry[0].kind not in good_kinds]
    progress.say(f"{len(train)} pictures to train on, {len(validation)} for validation; empty masks of a kind of defect, "
                 f"left out: {len(left_out + left_out_too)}")
    training.show_labels(arguments, [sheet.Labelled(pair.kind, pair.name, picture, mask)
                                     for pair, picture, mask in train + validation])
    sampler = pictures.Sampler(train, good_kinds, arguments.batch, arguments.seed, arguments.good_share)
    network = unet_torch.build(arguments.architecture, arguments.base, 2)
    if arguments.start_from:
        unet_torch.load(network, checkpoint.fitting(arguments.start_from, unet_torch.shapes(network)))
    mean = copy.deepcopy(network)
    many = [p for p in network.parameters() if p.ndim > 1]
    plain = [p for p in network.parameters() if p.ndim == 1]
    optimiser = torch.optim.AdamW([{"params": many, "weight_decay": arguments.weight_decay},
                                   {"params": plain, "weight_decay": 0.0}], lr=arguments.rate)
    settings, last = training.settings_of(arguments, SETTINGS), arguments.out / "last.pt"
    done, best, mean_loss = 0, -math.inf, None
    if arguments.resume:
        if not last.is_file():
            raise SystemExit(f"{last}: no such file, so there is nothing to resume; leave --resume out")
        state = torch.load(last)
        training.check_resumed(last, state["settings"], settings)
        network.load_state_dict(state["network"])
        mean.load_state_dict(state["mean"])
        optimiser.load_state_dict(state["optimiser"])
        done, best, mean_loss, sampler.hard = (state[name] for name in ("done", "best", "loss", "hard"))
    shares = Shares(network, arguments.workers)
    kinds = sorted({pair.kind for pair, _, _ in validation} - good_kinds)
    log = training.open_log(arguments, [*(f"dice_{kind}" for kind in kinds), "pooled_iou", "good_with_a_false_blob"])
    if not arguments.resume:
        pairs.write_split(parts, arguments.out / "split.csv")
    start, cpu_start, begun = time.monotonic(), time.process_time(), done
    counted = progress.Progress(steps, "steps", done)
    for index in counted:
        first, of_stage, size = next(stage for stage in reversed(stages) if index >= stage[0])
        step, last_stage = index - first, first == stages[-1][0]
        first_stage = first == 0 and not arguments.start_from
        rise = WARM_UP_STEPS if of_stage > 2 * WARM_UP_STEPS else max(1, of_stage // 4)
        cosine = 0.5 * (1 + math.cos(math.pi * (step - rise) / max(1, of_stage - rise)))
        for group in optimiser.param_groups:
            group["lr"] = arguments.rate * ((step + 1) / rise if step < rise else 0.01 + 0.99 * cosine)
        # Batch norm uses the batch's own statistics first, and finally its averages, as on the
        # station.
        shares.train(not (last_stage and step >= of_stage * (1 - arguments.settle)))

        def loss_of_share(of_share, share):
            batch, truth = sampler.batch_at(index, size, share, arguments.workers, closer=first_stage)
            heads = of_share.supervised(torch.from_numpy(batch))
            truth = torch.from_numpy(truth)
            return sum(loss_of(logits, truth, first_stage, arguments.defect_weight, arguments.good_smooth)
                       for logits in heads) / len(heads)

        loss = shares.step(loss_of_share)
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        average(mean, network, min(arguments.average, (index + 1) / (index + 10)))
        if not math.isfinite(loss):
            raise SystemExit(f"step {index}: the loss is {loss}; lower --rate")
        mean_loss = loss if mean_loss is None else 0.98 * mean_loss + 0.02 * loss
        done = index + 1
        counted.note = f"{size[0]}x{size[1]}, loss {mean_loss:.4f}"
        if done % 50 == 0 and not progress.replaces_lines():
            pace = (time.monotonic() - start) / (done - begun)
            progress.say(f"step {done}/{steps}  {size[0]}x{size[1]}  loss {mean_loss:.4f}  {pace:.2f} s a step  "
                         f"{pace * (steps - done) / 60:.1f} min left")
        if done % arguments.validate_every and done != steps:
            continue
        measure, dices, iou, alarms, judged = validate(mean, validation, good_kinds, size, arguments.resize, shares.workers)
        text = "  ".join(f"{kind} {dice:.3f}" for kind, dice in dices.items())
        progress.say(f"step {done}  validation: Dice {text}  mean {np.mean(list(dices.values())):.4f}  pooled IoU {iou:.4f}  "
                     f"good with a false blob {alarms:.3f}")
        log.writerow([done, f"{mean_loss:.5f}", *(f"{dice:.5f}" for dice in dices.values()), f"{iou:.5f}", f"{alarms:.5f}"])
        plot.training(arguments.out / "log.csv", arguments.out / "log.png")
        if done % (2 * arguments.validate_every) == 0:
            sampler.note_hard(false_areas(mean, sampler, size, arguments.resize, shares.workers))
        checkpoint.save(arguments.out / "last.npz", unet_torch.weights(mean), resized)
        # An earlier stage has a different size. So its measure does not describe the exported
        # network.
        if last_stage and measure > best:
            best = measure
            checkpoint.save(arguments.out / "best.npz", unet_torch.weights(mean), resized)
            sheet.worst(arguments.out / "worst.png", judged, done)
        state = {"network": network.state_dict(), "mean": mean.state_dict(), "optimiser": optimiser.state_dict(),
                 "settings": settings, "done": done, "best": best, "loss": mean_loss, "hard": sampler.hard}
        torch.save(state, arguments.out / "last.tmp")
        os.replace(arguments.out / "last.tmp", last)
    print(f"best measure on the validation pictures: {best:.4f}; {(time.monotonic() - start) / 60:.1f} min, "
          f"{(time.process_time() - cpu_start) / 60:.1f} min of CPU")


if __name__ == "__main__":
    main()
