"""The training of `train.py` in PyTorch, two to three times faster on a CPU.

    python train_torch.py --data TRAIN --validation VALIDATION --out RUN --roi all

The same network with the same names of weights, the same crops, loss and schedule; only the framework differs. Debian's
`python3-torch` (CPU only) is enough. RUN gets `best.npz` (highest foreground Dice on the validation parts),
`last.npz` (--start-from goes on from either, and from what `export.py --weights` wrote of a MindSpore checkpoint)
and `log.csv`. `export.py --checkpoint RUN/best.npz` makes the ONNX file.
"""

import argparse
import csv
import math
import time
from pathlib import Path

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import dataset
import metrics
import unet_torch


def loss_of(logits, truth):
    """Cross-entropy, plus 1 - Dice of each defect class over the batch, as in `train.py`."""
    loss = F.cross_entropy(logits, truth)
    probability = torch.softmax(logits, 1)
    for label in range(1, logits.shape[1]):
        p, y = probability[:, label], (truth == label).float()
        loss = loss + 1 - (2 * (p * y).sum() + 1) / (p.sum() + y.sum() + 1)
    return loss


def validate(network, pictures, masks):
    """Foreground Dice and IoU over all pixels of whole pictures, and the mean Dice of a picture."""
    network.eval()
    pooled, dices = np.zeros(3, np.int64), []
    with torch.no_grad():
        for picture, mask in zip(pictures, masks):
            logits = network(torch.from_numpy(dataset.normalise(picture[None])))
            counts = metrics.counts(logits[0].numpy().argmax(axis=0), mask)
            pooled += counts
            dices.append(metrics.hard_dice(counts)[0])
    return (*metrics.hard_dice(pooled), float(np.mean(dices)))


def mine(network, sampler, parts):
    """Notes every place where the network is wrong, of the last `parts` training parts."""
    network.eval()
    with torch.no_grad():
        for index in range(max(0, len(sampler.masks) - parts), len(sampler.masks)):
            logits = network(torch.from_numpy(dataset.normalise(sampler.pictures[index][None])))
            sampler.mine(index, logits[0].numpy().argmax(axis=0) != sampler.masks[index])
    print(f"wrong in {len(sampler.errors)} places of {parts} training parts", flush=True)


def load_all(folder, roi, size):
    parts = dataset.parts(folder)
    return [dataset.load_picture(part, roi, size) for part in parts], [dataset.load_mask(part, roi, size) for part in parts]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--data", required=True, help="folder with N/image.png and N/mask.png")
    parser.add_argument("--validation", required=True, help="folder of the same layout, with other parts")
    parser.add_argument("--out", required=True, type=Path, help="folder for weights and log")
    dataset.add_arguments(parser)
    parser.add_argument("--base", type=int, default=8, help="channels at full resolution (default %(default)s)")
    parser.add_argument("--steps", type=int, default=3600)
    parser.add_argument("--batch", type=int, default=4)
    parser.add_argument("--crop", type=int, default=192, help="side of a training crop, a multiple of 16")
    parser.add_argument("--rate", type=float, default=2e-3, help="highest learning rate")
    parser.add_argument("--weight-decay", type=float, default=1e-4)
    parser.add_argument("--settle", type=float, default=0.4,
                        help="share of the steps, at the end, in which batch norm keeps its averages")
    parser.add_argument("--validate-every", type=int, default=300)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--start-from", type=Path, help="npz file to take the first weights from")
    parser.add_argument("--mine", type=int, default=0, metavar="PARTS",
                        help="first look where those weights are wrong on so many training parts (about a second each), and "
                             "show these places more often")
    arguments = parser.parse_args()
    if arguments.crop % 16 or arguments.width % 16 or arguments.height % 16:
        parser.error("--crop, --width and --height must be multiples of 16")

    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    roi, size = dataset.parse_roi(arguments.roi), (arguments.width, arguments.height)
    sampler = dataset.CropSampler(*load_all(arguments.data, roi, size), arguments.crop, arguments.batch, arguments.seed)
    validation = load_all(arguments.validation, roi, size)
    network = unet_torch.build("unet_simple", arguments.base, 2)
    if arguments.start_from:
        unet_torch.load(network, np.load(arguments.start_from))
    if arguments.mine:
        mine(network, sampler, arguments.mine)
    plain = [p for name, p in network.named_parameters() if p.ndim == 1]
    optimiser = torch.optim.AdamW(
        [{"params": [p for p in network.parameters() if p.ndim > 1], "weight_decay": arguments.weight_decay},
         {"params": plain, "weight_decay": 0.0}], lr=arguments.rate,
    )
    warm_up = min(50, arguments.steps // 4 + 1)

    def factor(step):
        if step < warm_up:
            return (step + 1) / warm_up
        return 0.01 + 0.99 * 0.5 * (1 + math.cos(math.pi * (step - warm_up) / max(1, arguments.steps - warm_up)))

    schedule = torch.optim.lr_scheduler.LambdaLR(optimiser, factor)
    arguments.out.mkdir(parents=True, exist_ok=True)
    log = csv.writer(open(arguments.out / "log.csv", "w", buffering=1))
    settle_at, best, mean_loss = round(arguments.steps * (1 - arguments.settle)), -1.0, None
    start, cpu_start = time.monotonic(), time.process_time()
    for step in range(arguments.steps):
        # Batch norm uses the batch's own statistics first and its averages at the end, as it will on the station.
        network.train(step < settle_at)
        crops, truth = sampler.batch_at(step)
        loss = loss_of(network(torch.from_numpy(crops)), torch.from_numpy(truth.astype(np.int64)))
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        schedule.step()
        loss = float(loss)
        if not math.isfinite(loss):
            raise SystemExit(f"step {step}: the loss is {loss}; lower --rate")
        mean_loss = loss if mean_loss is None else 0.95 * mean_loss + 0.05 * loss
        done = step + 1
        if done % 50 == 0:
            pace = (time.monotonic() - start) / done
            print(f"step {done}/{arguments.steps}  loss {mean_loss:.4f}  {pace:.2f} s a step  "
                  f"{pace * (arguments.steps - done) / 60:.1f} min left", flush=True)
        if done % arguments.validate_every == 0 or done == arguments.steps:
            dice, iou, mean_dice = validate(network, *validation)
            print(f"step {done}  validation: foreground Dice {dice:.4f}  IoU {iou:.4f}  "
                  f"mean Dice of a part {mean_dice:.4f}", flush=True)
            log.writerow([done, f"{mean_loss:.5f}", f"{dice:.5f}", f"{iou:.5f}", f"{mean_dice:.5f}"])
            np.savez(arguments.out / "last.npz", **unet_torch.weights(network))
            if dice > best:
                best = dice
                np.savez(arguments.out / "best.npz", **unet_torch.weights(network))
    print(f"best foreground Dice on the validation parts: {best:.4f}; "
          f"{(time.monotonic() - start) / 60:.1f} min, {(time.process_time() - cpu_start) / 60:.1f} min of CPU")


if __name__ == "__main__":
    main()
