"""The training of `train.py` in PyTorch, two to three times faster on a CPU.

    python train_torch.py --data TRAIN --validation VALIDATION --out RUN --roi all
    python train_torch.py --data KINDS --out RUN --roi all --width 256 --height 256

The networks, weight names, data sets, options, crops, loss and schedule are the same. Debian's
`python3-torch` (CPU only) is enough. RUN gets `best.npz` (highest Dice of the defects on the
validation parts), `last.npz`, `last.pt` (for --resume), `split.csv`, `log.csv` and the
pictures `labels.png`, `log.png` and `worst.png`. `export.py --checkpoint RUN/best.npz` makes the
ONNX file.
"""

import argparse
import math
import os
import time

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

import checkpoint
import dataset
import progress
import resize
import sheet
import training
import unet_torch


def loss_of(network, crops, truth, weights=None):
    """The loss of `train.py`: cross-entropy plus 1 - Dice of each defect class over the batch,
    averaged over the heads.
    """
    losses = []
    for logits in network.supervised(crops):
        loss = F.cross_entropy(logits, truth, weight=weights)
        probability = torch.softmax(logits, 1)
        for label in range(1, logits.shape[1]):
            p, y = probability[:, label], (truth == label).float()
            loss = loss + 1 - (2 * (p * y).sum() + 1) / (p.sum() + y.sum() + 1)
        losses.append(loss)
    return sum(losses) / len(losses)


def predictor(network):
    """A function from network input [1, channels, H, W] to the class of each pixel [H, W]."""
    def predict(x):
        with torch.no_grad():
            return network(torch.from_numpy(x))[0].numpy().argmax(axis=0)

    return predict


def mine(network, sampler, parts):
    """Stores every place where the network is wrong, in the last `parts` training parts."""
    network.eval()
    predict = predictor(network)
    for index in progress.Progress(len(sampler.masks), "pictures", max(0, len(sampler.masks) - parts)):
        predicted = predict(dataset.normalise(sampler.pictures[index][None]))
        sampler.mine(index, predicted != sampler.masks[index])
    progress.say(f"wrong in {len(sampler.errors)} places of {parts} training parts")


def continued(path, network, optimiser, sampler, settings):
    """Restores everything from `last.pt`. Returns (steps done, best Dice, mean loss)."""
    if not path.is_file():
        raise SystemExit(f"{path}: no such file, so there is nothing to resume; leave --resume out")
    state = torch.load(path)
    training.check_resumed(path, state["settings"], settings)
    network.load_state_dict(state["network"])
    optimiser.load_state_dict(state["optimiser"])
    sampler.errors = state["errors"]
    return state["step"], state["best"], state["loss"]


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    training.add_arguments(parser)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--mine", type=int, default=0, metavar="PARTS",
                        help="first look where the first weights are wrong on so many training parts (about a second each), "
                             "and show these places more often")
    arguments = training.parse(parser)
    torch.set_num_threads(arguments.threads)
    torch.manual_seed(arguments.seed)
    sampler, class_weights, validation = training.samples(arguments)
    class_weights = None if class_weights is None else torch.tensor(class_weights, dtype=torch.float32)
    network = unet_torch.build(arguments.architecture, arguments.base, arguments.classes, arguments.channels)
    optimiser = torch.optim.AdamW(
        [{"params": [p for p in network.parameters() if p.ndim > 1], "weight_decay": arguments.weight_decay},
         {"params": [p for p in network.parameters() if p.ndim == 1], "weight_decay": 0.0}], lr=arguments.rate,
    )
    settings = {**training.settings_of(arguments), "mine": arguments.mine}
    resized = resize.record(arguments.resize)
    first_step, best, mean_loss = 0, -1.0, None
    if arguments.resume:
        first_step, best, mean_loss = continued(arguments.out / "last.pt", network, optimiser, sampler, settings)
    else:
        if arguments.start_from:
            unet_torch.load(network, checkpoint.fitting(arguments.start_from, unet_torch.shapes(network)))
        if arguments.mine:
            mine(network, sampler, arguments.mine)
    log, predict = training.open_log(arguments, training.columns(arguments)), predictor(network)
    settle_at = round(arguments.steps * (1 - arguments.settle))
    start, cpu_start = time.monotonic(), time.process_time()
    steps = progress.Progress(arguments.steps, "steps", first_step)
    for step in steps:
        # Batch norm uses the batch's own statistics first, and finally its averages, as on the
        # station.
        network.train(step < settle_at)
        for group in optimiser.param_groups:
            group["lr"] = training.learning_rate(step, arguments.rate, arguments.steps)
        crops, truth = sampler.batch_at(step)
        loss = loss_of(network, torch.from_numpy(crops), torch.from_numpy(truth.astype(np.int64)), class_weights)
        optimiser.zero_grad(set_to_none=True)
        loss.backward()
        nn.utils.clip_grad_norm_(network.parameters(), 1.0)
        optimiser.step()
        loss = float(loss)
        if not math.isfinite(loss):
            raise SystemExit(f"step {step}: the loss is {loss}; lower --rate")
        mean_loss = loss if mean_loss is None else 0.95 * mean_loss + 0.05 * loss
        steps.note = f"loss {mean_loss:.4f}"
        done = step + 1
        if done % 50 == 0 and not progress.replaces_lines():
            pace = (time.monotonic() - start) / (done - first_step)
            progress.say(f"step {done}/{arguments.steps}  loss {mean_loss:.4f}  {pace:.2f} s a step  "
                         f"{pace * (arguments.steps - done) / 60:.1f} min left")
        if done % arguments.validate_every == 0 or done == arguments.steps:
            network.eval()
            figures, judged = training.measure(predict, validation, arguments.classes)
            training.report(arguments, log, done, mean_loss, figures)
            checkpoint.save(arguments.out / "last.npz", unet_torch.weights(network), resized)
            of_defects = float(np.mean(figures[3:]))
            if of_defects > best:
                best = of_defects
                checkpoint.save(arguments.out / "best.npz", unet_torch.weights(network), resized)
                sheet.worst(arguments.out / "worst.png", judged, done)
            state = {"network": network.state_dict(), "optimiser": optimiser.state_dict(), "errors": sampler.errors,
                     "settings": settings, "step": done, "best": best, "loss": mean_loss}
            torch.save(state, arguments.out / "last.tmp")
            os.replace(arguments.out / "last.tmp", arguments.out / "last.pt")
    print(f"best Dice of the defects on the validation parts: {best:.4f}; "
          f"{(time.monotonic() - start) / 60:.1f} min, {(time.process_time() - cpu_start) / 60:.1f} min of CPU")


if __name__ == "__main__":
    main()
