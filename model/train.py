"""Trains a network of the U-Net family: from a folder of pictures and masks to a checkpoint.

    python train.py --data TRAIN --validation VALIDATION --out RUN --roi all
    python train.py --data KINDS --out RUN --roi all --width 256 --height 256

A data set is a folder of N/image.png and N/mask.png, or a folder with a folder of pictures and
masks for each kind (`pairs.py`). Without --validation it is split by a fixed seed: 70 % for
training, 15 % to choose the weights, 15 % unseen for a test.

RUN gets `best.ckpt` (highest Dice of the defects on the validation parts), `last.ckpt` (for
--resume), `log.csv`, and pictures to look at: `labels.png` before the first step, `log.png` after
each validation, and `worst.png`, the validation parts that `best.ckpt` judges worst. The same seed,
data and thread count give the same crops in the same order. An epoch is the steps between two
validations.
"""

import argparse
import json
import math
import os
import sys
import time

# On hosts with AVX-512, oneDNN inside MindSpore falls back to a convolution 30 times slower.
os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX2")
# MindSpore's threads wait by spinning, which slows down the one that computes. OMP_NUM_THREADS
# gives their number of processors, one by default. Both settings must be made before MindSpore is
# loaded.
if not any("Ascend" in word for word in sys.argv):
    PROCESSORS = int(os.environ.setdefault("OMP_NUM_THREADS", "1"))
    os.sched_setaffinity(0, sorted(os.sched_getaffinity(0))[-PROCESSORS:])

import mindspore as ms
import numpy as np
from mindspore import Tensor, nn, ops

import checkpoint
import progress
import resize
import sheet
import training
import unet

# On Ascend, convolutions use half precision, in which small gradients of the loss would vanish.
ASCEND_LOSS_SCALE = 1024.0


def make_step(network, optimiser, weights=None, scale=1.0):
    """A compiled function (crops, classes) -> loss that also updates the weights.

    Loss: cross-entropy (each class with its weight, if given), plus 1 - Dice of each defect class
    over the whole batch, averaged over the network's supervised heads. Dice gives the few defect
    pixels enough weight. Cross-entropy gives a useful gradient for a batch without defects. `scale`
    multiplies the loss only for the gradient.
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
        unscaled = ()
        for scaled in gradients:
            unscaled += (scaled / scale,)
        optimiser(ops.clip_by_global_norm(unscaled, 1.0))
        return loss / scale

    return step


def save(path, network, optimiser, facts):
    parameters = {p.name: p for p in network.get_parameters()}
    if optimiser is not None:
        parameters.update({p.name: p for p in optimiser.get_parameters()})
    partial = path.with_name("partial.ckpt")
    ms.save_checkpoint([{"name": n, "data": p} for n, p in parameters.items()], str(partial), append_dict=facts)
    partial.replace(path)


def continued(path, network, optimiser, settings):
    """Restores weights and optimiser from `last.ckpt`. Returns (steps done, best Dice, mean loss).
    """
    if not path.is_file():
        raise SystemExit(f"{path}: no such file, so there is nothing to resume; leave --resume out")
    saved = ms.load_checkpoint(str(path))
    training.check_resumed(path, json.loads(str(saved["settings"])), settings)
    ms.load_param_into_net(network, saved, strict_load=True)
    ms.load_param_into_net(optimiser, saved, strict_load=True)
    return int(saved["step"].asnumpy()), *(float(saved[name].asnumpy()) for name in ("best", "loss"))


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    training.add_arguments(parser)
    parser.add_argument("--device", choices=("CPU", "Ascend"), default="CPU")
    arguments = training.parse(parser)
    try:
        unet.use(arguments.device)
    except RuntimeError as error:
        raise SystemExit(f"--device {arguments.device}: {error}; install MindSpore for Ascend with CANN, or leave --device "
                         "out") from None
    ms.set_seed(arguments.seed)
    sampler, class_weights, validation = training.samples(arguments)
    network = unet.build(arguments.architecture, arguments.base, arguments.classes, arguments.channels)
    plain = [p for p in network.trainable_params() if p.name.endswith((".bias", ".gamma", ".beta"))]
    names = {p.name for p in plain}
    decayed = [p for p in network.trainable_params() if p.name not in names]
    optimiser = nn.AdamWeightDecay(
        [{"params": decayed, "weight_decay": arguments.weight_decay}, {"params": plain, "weight_decay": 0.0}],
        learning_rate=[training.learning_rate(step, arguments.rate, arguments.steps) for step in range(arguments.steps)],
    )
    settings = training.settings_of(arguments)
    facts = {"settings": json.dumps(settings), checkpoint.RESIZE: resize.record(arguments.resize)}

    first_step, best, mean_loss = 0, -1.0, None
    if arguments.resume:
        first_step, best, mean_loss = continued(arguments.out / "last.ckpt", network, optimiser, settings)
    elif arguments.start_from:
        shapes = {name: array.shape for name, array in unet.weights(network).items()}
        first = checkpoint.fitting(arguments.start_from, shapes)
        ms.load_param_into_net(network, {name: ms.Parameter(array, name=name) for name, array in first.items()}, strict_load=True)
    log = training.open_log(arguments, training.columns(arguments))

    def predict(x):
        return network(Tensor(x)).asnumpy()[0].argmax(axis=0)

    settle_at = round(arguments.steps * (1 - arguments.settle))
    step_function, settled = None, False
    start, cpu_start = time.monotonic(), time.process_time()
    steps = progress.Progress(arguments.steps, "steps", first_step)
    for step in steps:
        if step_function is None or (step >= settle_at and not settled):
            settled = step >= settle_at
            network.set_train(not settled)
            step_function = make_step(network, optimiser, class_weights,
                                      ASCEND_LOSS_SCALE if arguments.device == "Ascend" else 1.0)
        loss = float(step_function(*map(Tensor, sampler.batch_at(step))).asnumpy())
        if not math.isfinite(loss):
            raise SystemExit(f"step {step}: the loss is {loss}; lower --rate")
        mean_loss = loss if mean_loss is None else 0.95 * mean_loss + 0.05 * loss
        steps.note = f"loss {mean_loss:.4f}"
        done = step + 1
        if done % 20 == 0 and not progress.replaces_lines():
            pace = (time.monotonic() - start) / (done - first_step)
            cpu = (time.process_time() - cpu_start) / (done - first_step)
            progress.say(
                f"step {done}/{arguments.steps}  loss {mean_loss:.4f}  {pace:.2f} s a step ({cpu:.2f} of CPU)  "
                f"{pace * (arguments.steps - done) / 60:.1f} min left"
            )
        if done % arguments.validate_every == 0 or done == arguments.steps:
            network.set_train(False)
            figures, judged = training.measure(predict, validation, arguments.classes)
            network.set_train(not settled)
            training.report(arguments, log, done, mean_loss, figures)
            of_defects = float(np.mean(figures[3:]))
            if of_defects > best:
                best = of_defects
                save(arguments.out / "best.ckpt", network, None, {**facts, "step": done})
                sheet.worst(arguments.out / "worst.png", judged, done)
            state = {**facts, "step": done, "best": best, "loss": mean_loss}
            save(arguments.out / "last.ckpt", network, optimiser, state)
    print(f"best Dice of the defects on the validation parts: {best:.4f}; "
          f"{(time.monotonic() - start) / 60:.1f} min, {(time.process_time() - cpu_start) / 60:.1f} min of CPU")


if __name__ == "__main__":
    main()
