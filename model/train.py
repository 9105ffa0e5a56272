"""Trains a network of the U-Net family: from a folder of pictures and masks to a checkpoint.

    python train.py --data TRAIN --validation VALIDATION --out RUN --roi all

RUN gets `best.ckpt` (highest foreground Dice on the validation parts), `last.ckpt` (goes on with --resume)
and `log.csv`. The same seed, data and thread count give the same crops in the same order.
"""

import argparse
import csv
import math
import os
import time
from pathlib import Path

# oneDNN inside MindSpore falls back to its reference convolution (30 times slower) on hosts with AVX-512.
os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX2")
# MindSpore's own threads wait by spinning and slow the one that computes: keep all of them on as many processors as
# OMP_NUM_THREADS says, one if it says nothing. Both settings must stand before MindSpore is loaded.
PROCESSORS = int(os.environ.setdefault("OMP_NUM_THREADS", "1"))
os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-PROCESSORS:])

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops

import dataset
import metrics
import unet


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


def make_step(network, optimiser):
    """A compiled function (crops, classes) -> loss that also updates the weights.

    Loss: cross-entropy, plus 1 - Dice of each defect class over the whole batch. Dice keeps the few defect
    pixels from being outvoted; cross-entropy keeps the gradient useful where a batch has none.
    """
    classes = network.head.out_channels

    def loss_of(crops, truth):
        logits = network(crops)
        loss = ops.cross_entropy(logits, truth)
        probability = ops.softmax(logits, axis=1)
        for label in range(1, classes):
            p, y = probability[:, label], (truth == label).astype(ms.float32)
            loss = loss + 1 - (2 * (p * y).sum() + 1) / (p.sum() + y.sum() + 1)
        return loss

    gradient = ms.value_and_grad(loss_of, None, optimiser.parameters)

    @ms.jit
    def step(crops, truth):
        loss, gradients = gradient(crops, truth)
        gradients = ops.clip_by_global_norm(gradients, 1.0)
        optimiser(gradients)
        return loss

    return step


def validate(network, pictures, masks):
    """Quality on whole pictures: foreground Dice and IoU over all pixels, and the mean Dice of a picture."""
    network.set_train(False)
    pooled, dices = np.zeros(3, np.int64), []
    for picture, mask in zip(pictures, masks):
        logits = network(Tensor(dataset.normalise(picture[None]))).asnumpy()
        counts = metrics.counts(logits[0].argmax(axis=0), mask)
        pooled += counts
        dices.append(metrics.hard_dice(counts)[0])
    return (*metrics.hard_dice(pooled), float(np.mean(dices)))


def save(path, network, optimiser, facts):
    parameters = {p.name: p for p in network.get_parameters()}
    if optimiser is not None:
        parameters.update({p.name: p for p in optimiser.get_parameters()})
    partial = path.with_name("partial.ckpt")
    ms.save_checkpoint([{"name": n, "data": p} for n, p in parameters.items()], str(partial), append_dict=facts)
    partial.replace(path)


def parse_arguments():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True, help="folder with N/image.png and N/mask.png")
    parser.add_argument("--validation", required=True, help="folder of the same layout, with other parts")
    parser.add_argument("--out", required=True, type=Path, help="folder for checkpoints and log")
    dataset.add_arguments(parser)
    parser.add_argument("--architecture", choices=unet.ARCHITECTURES, default="unet_simple")
    parser.add_argument("--base", type=int, default=8, help="channels at full resolution (default %(default)s)")
    parser.add_argument("--steps", type=int, default=1600)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--crop", type=int, default=192, help="side of a training crop, a multiple of 16")
    parser.add_argument("--rate", type=float, default=3e-3, help="highest learning rate")
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument(
        "--settle", type=float, default=0.25,
        help="share of the steps, at the end, in which batch norm keeps its averages (default %(default)s)",
    )
    parser.add_argument("--validate-every", type=int, default=200, help="steps between validations")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--start-from", type=Path, help="checkpoint to take the first weights from")
    parser.add_argument("--resume", action="store_true", help="go on from OUT/last.ckpt")
    arguments = parser.parse_args()
    if arguments.crop % 16 or arguments.width % 16 or arguments.height % 16:
        parser.error("--crop, --width and --height must be multiples of 16")
    return arguments


def load_all(folder, roi, size):
    parts = dataset.parts(folder)
    pictures = [dataset.load_picture(part, roi, size) for part in parts]
    masks = [dataset.load_mask(part, roi, size) for part in parts]
    defective = sum(bool(mask.any()) for mask in masks)
    print(f"{folder}: {len(parts)} parts, {defective} with defects", flush=True)
    return pictures, masks


def main():
    arguments = parse_arguments()
    ms.set_context(mode=ms.GRAPH_MODE)
    ms.set_device("CPU")
    ms.set_seed(arguments.seed)
    roi, size = dataset.parse_roi(arguments.roi), (arguments.width, arguments.height)
    sampler = dataset.CropSampler(
        *load_all(arguments.data, roi, size), arguments.crop, arguments.batch, arguments.seed
    )
    validation = load_all(arguments.validation, roi, size)

    network = unet.build(arguments.architecture, arguments.base, 2)
    plain = [p for p in network.trainable_params() if p.name.endswith((".bias", ".gamma", ".beta"))]
    names = {p.name for p in plain}
    decayed = [p for p in network.trainable_params() if p.name not in names]
    optimiser = nn.AdamWeightDecay(
        [{"params": decayed, "weight_decay": arguments.weight_decay}, {"params": plain, "weight_decay": 0.0}],
        learning_rate=learning_rates(arguments.rate, arguments.steps, min(50, arguments.steps // 4 + 1)),
    )
    facts = {"architecture": arguments.architecture, "base": arguments.base, "classes": 2}

    first_step, best, mean_loss = 0, -1.0, None
    arguments.out.mkdir(parents=True, exist_ok=True)
    if arguments.resume:
        saved = ms.load_checkpoint(str(arguments.out / "last.ckpt"))
        ms.load_param_into_net(network, saved, strict_load=True)
        ms.load_param_into_net(optimiser, saved, strict_load=True)
        first_step = int(saved["step"].asnumpy())
        best, mean_loss = (float(saved[name].asnumpy()) for name in ("best", "loss"))
    elif arguments.start_from:
        ms.load_param_into_net(network, ms.load_checkpoint(str(arguments.start_from)), strict_load=True)
    log = csv.writer(open(arguments.out / "log.csv", "a" if arguments.resume else "w", buffering=1))

    settle_at = round(arguments.steps * (1 - arguments.settle))
    step_function, settled = None, False
    start, cpu_start = time.monotonic(), time.process_time()
    for step in range(first_step, arguments.steps):
        if step_function is None or (step >= settle_at and not settled):
            settled = step >= settle_at
            network.set_train(not settled)
            step_function = make_step(network, optimiser)
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
            dice, iou, mean_dice = validate(network, *validation)
            network.set_train(not settled)
            print(f"step {done}  validation: foreground Dice {dice:.4f}  IoU {iou:.4f}  "
                  f"mean Dice of a part {mean_dice:.4f}", flush=True)
            log.writerow([done, f"{mean_loss:.5f}", f"{dice:.5f}", f"{iou:.5f}", f"{mean_dice:.5f}"])
            if dice > best:
                best = dice
                save(arguments.out / "best.ckpt", network, None, {**facts, "step": done})
            state = {**facts, "step": done, "best": best, "loss": mean_loss}
            save(arguments.out / "last.ckpt", network, optimiser, state)
    print(f"best foreground Dice on the validation parts: {best:.4f}; "
          f"{(time.monotonic() - start) / 60:.1f} min, {(time.process_time() - cpu_start) / 60:.1f} min of CPU")


if __name__ == "__main__":
    main()
