"""Writes a model file from a checkpoint, checked against the framework that trained it.

    python export.py --checkpoint RUN/best.ckpt --out NAME.onnx

The ending of --out chooses the format: .onnx (for the CPU engine and, through `convert.sh`, the
board), .mindir, or .air (on a machine with an Ascend device). It also writes NAME.aipp.cfg, which
the CPU engine and `convert.sh` find by that name. It writes the model's card NAME.md if there was
no card.

A checkpoint is a .ckpt of `train.py`, a .npz of `train_torch.py`, or a .pt or .pth with a PyTorch
state dictionary. The names of the weights identify the network. MindSpore is needed only for .ckpt,
.mindir and .air, PyTorch only for .pt and .pth.
"""

import argparse
import hashlib
import importlib.util
import json
import os
from pathlib import Path

os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX2")

import numpy as np
import onnx
import onnxruntime

import aipp
import checkpoint
import dataset
import onnx_graph
import reference
import resize

# Folded batch norm and a different order of sums change float32 results by about 1e-6.
SOFTMAX_TOLERANCE = 1e-4


def mindspore_network(network, weights):
    """The network in MindSpore with these weights."""
    import mindspore as ms

    import unet

    cell = unet.build(*network)
    ms.load_param_into_net(cell, {name: ms.Parameter(array, name=name) for name, array in weights.items()}, strict_load=True)
    return cell.set_train(False)


def yardstick(network, weights, suffix):
    """(name, function x -> softmax, NCHW) of the checkpoint's framework, else of an installed one,
    else of NumPy.
    """
    order = ("mindspore",) if suffix == ".ckpt" else ("torch", "mindspore")
    installed = [name for name in order if importlib.util.find_spec(name)]
    if not installed:
        return "NumPy", lambda x: reference.softmax(reference.logits(network.architecture, weights, x))
    if installed[0] == "torch":
        import unet_torch

        module = unet_torch.build(*network)
        unet_torch.load(module, weights)
        return "PyTorch", lambda x: unet_torch.probabilities(module, x)
    import unet

    unet.use("CPU")
    cell = mindspore_network(network, weights)
    return "MindSpore", lambda x: unet.probabilities(cell, x)


def pixels_for(network, picture, size, batch):
    """Input for the comparison, [N, H, W, channels] uint8: a picture, or random bytes."""
    if picture is None:
        return np.random.default_rng(0).integers(0, 256, (batch, size[1], size[0], network.channels), np.uint8)
    pixels = resize.resize(dataset.read(picture, dataset.cv2.IMREAD_COLOR), size, "linear")
    return np.stack([aipp.grey(pixels) if network.channels == 1 else pixels] * batch)


def write_onnx(arguments, network, weights):
    """Builds, compares and writes the ONNX file."""
    rule = {} if arguments.resized is None else {"resize": arguments.resized}
    facts = {**rule, "architecture": network.architecture, "base": str(network.base), "classes": str(network.classes),
             "order": "bgr", "input": f"x = ({'BGR' if network.channels == 3 else 'grey'} - 127.5) / 127.5, NCHW"}
    model = onnx_graph.build(network.architecture, weights, network.classes, arguments.width, arguments.height, facts,
                             arguments.batch_size)
    x = dataset.normalise(pixels_for(network, arguments.picture, (arguments.width, arguments.height), arguments.batch_size))
    name, probabilities = yardstick(network, weights, arguments.checkpoint.suffix)
    expected = np.moveaxis(probabilities(x), 1, 3)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    softmax, argmax = session.run(["softmax", "argmax"], {"x": x})
    difference, differing = float(np.abs(softmax - expected).max()), int((argmax != expected.argmax(axis=3)).sum())
    print(f"against {name} the softmax differs by {difference:.2g} at most, the class in {differing} of {argmax.size} pixels")
    if not difference <= SOFTMAX_TOLERANCE:
        raise SystemExit(f"more than {SOFTMAX_TOLERANCE}: nothing written")
    onnx.save(model, str(arguments.out))


def write_mindspore(arguments, network, weights):
    """Writes MINDIR or AIR with the outputs of the ONNX file, in the same order."""
    if importlib.util.find_spec("mindspore") is None:
        raise SystemExit(f"{arguments.out}: needs MindSpore, which is not installed here; write .onnx instead")
    import mindspore as ms
    from mindspore import nn, ops

    import unet

    kind = arguments.out.suffix[1:].upper()
    try:
        unet.use("Ascend" if kind == "AIR" else "CPU")
    except RuntimeError:
        raise SystemExit(f"{arguments.out}: AIR can only be written on a machine with an Ascend device and MindSpore for it; "
                         "here write .onnx, which convert.sh turns into the same .om") from None

    class Inference(nn.Cell):
        """Turns logits into `softmax` [N, H, W, classes] float32 and `argmax` [N, H, W] int32."""

        def __init__(self, logits):
            super().__init__()
            self.logits = logits

        def construct(self, x):
            logits = ops.transpose(self.logits(x), (0, 2, 3, 1))
            return ops.softmax(logits, axis=3), ops.argmax(logits, dim=3).astype(ms.int32)

    cell = Inference(mindspore_network(network, weights)).set_train(False)
    x = ms.Tensor(dataset.normalise(
        pixels_for(network, arguments.picture, (arguments.width, arguments.height), arguments.batch_size)
    ))
    ms.export(cell, x, file_name=str(arguments.out.with_suffix("")), file_format=kind)
    if kind == "MINDIR":
        softmax, argmax = (output.asnumpy() for output in nn.GraphCell(ms.load(str(arguments.out)))(x))
        expected = cell(x)[0].asnumpy()
        difference = float(np.abs(softmax - expected).max())
        print(f"read back, the softmax differs from MindSpore's by {difference:.2g} at most, the class in "
              f"{int((argmax != expected.argmax(axis=3)).sum())} of {argmax.size} pixels")
        if not difference <= SOFTMAX_TOLERANCE:
            arguments.out.unlink()
            raise SystemExit(f"more than {SOFTMAX_TOLERANCE}: {arguments.out} removed again")


def card(arguments, network, digest):
    """The text of a model's card, without the measurements."""
    width, height, batch = arguments.width, arguments.height, arguments.batch_size
    kinds = ", ".join(["0 good", *(f"{label} defect" for label in range(1, network.classes))])
    return f"""# {arguments.out.name}

| | |
|---|---|
| sha256 | `{digest}` |
| size | {arguments.out.stat().st_size} bytes |
| network | `{network.architecture}`, base {network.base}, {network.classes} classes |
| input | `x`, float32 [{batch}, {network.channels}, {height}, {width}], `(pixel - 127.5) / 127.5`; with \
`{arguments.out.stem}.aipp.cfg`: 8-bit HWC, {width}x{height}, three channels |
| channel order | **BGR** |
{resize_rows(arguments)}| outputs | `softmax`, float32 [{batch}, {height}, {width}, {network.classes}]; \
`argmax`, int32 [{batch}, {height}, {width}] ({kinds}) |
| made from | `{arguments.checkpoint.name}` |

## Quality

To be measured on parts that the training never saw (`evaluate.py`, `sluice eval`) and written here.
"""


def described(arguments):
    """How the pictures of the training were resized, or None if that is not known."""
    return arguments.resized and resize.described(arguments.resized)


def resize_rows(arguments):
    """The rows of the card about the resize. `sluice check` compares the first with
    `image.resize`.
    """
    if arguments.resized is None:
        return ""
    rule = json.loads(arguments.resized)["rule"]
    return f"| resize | {rule} |\n| resized by | {described(arguments)} |\n"


def write_beside(arguments, network):
    """Writes the AIPP configuration, and the card if it does not exist."""
    settings = arguments.out.with_suffix(".aipp.cfg")
    settings.write_text(aipp.text(arguments.width, arguments.height, network.channels, "bgr", described(arguments)))
    digest = hashlib.sha256(arguments.out.read_bytes()).hexdigest()
    print(f"{arguments.out}: {arguments.out.stat().st_size} bytes, sha256 {digest}\n{settings}")
    beside = arguments.out.with_suffix(".md")
    if not beside.is_file():
        beside.write_text(card(arguments, network, digest))
        print(beside)
    elif aipp.order_of_card(beside) != "bgr":
        raise SystemExit(f"{beside}: states another channel order than BGR, which training reads (cv2.imread)")
    elif arguments.resized and aipp.resize_of_card(beside) not in (None, json.loads(arguments.resized)["rule"]):
        raise SystemExit(f"{beside}: states the resize {aipp.resize_of_card(beside)}, but the training's was "
                         f"{described(arguments)}; correct the card")
    elif digest not in beside.read_text():
        print(f"{beside}: an older card, left as it is; bring its sha256 and its figures up to date")


def resized(arguments):
    """The record of the resize: the checkpoint's, or what --resize states. None if neither has one.
    """
    found = checkpoint.resized(arguments.checkpoint)
    if found is None and arguments.resize is None:
        print(f"{arguments.checkpoint}: does not say how its pictures were resized; with --resize RULE the card will")
        return None
    if found is None:
        return json.dumps({"rule": arguments.resize, "by": "what --resize states"})
    if arguments.resize not in (None, json.loads(found)["rule"]):
        raise SystemExit(f"{arguments.checkpoint}: trained with {resize.described(found)}; leave --resize out")
    return found


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--checkpoint", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path, help="NAME.onnx, NAME.mindir or NAME.air")
    parser.add_argument("--width", type=int, default=dataset.SIZE[0], help="input width (default %(default)s)")
    parser.add_argument("--height", type=int, default=dataset.SIZE[1], help="input height (default %(default)s)")
    parser.add_argument("--batch_size", "--batch-size", type=int, default=1, help="pictures at a time; the station takes 1")
    parser.add_argument("--picture", type=Path, help="a picture to compare on; without it, random pixels")
    parser.add_argument("--resize", choices=tuple(resize.FLAGS), help="the rule by which the pictures of the training were "
                        "resized, for a checkpoint that does not say it")
    parser.add_argument("--weights", type=Path, help="also write the weights to this .npz file")
    arguments = parser.parse_args()
    if arguments.out.suffix not in (".onnx", ".mindir", ".air"):
        parser.error(f"--out {arguments.out}: its name must end with .onnx, .mindir or .air")
    if arguments.width % 16 or arguments.height % 16 or min(arguments.width, arguments.height, arguments.batch_size) < 1:
        parser.error("--width and --height must be multiples of 16, --batch_size 1 or more")

    weights = checkpoint.load(arguments.checkpoint)
    arguments.resized = resized(arguments)
    network = onnx_graph.describe(weights)
    print(f"{arguments.checkpoint}: {network.architecture}, base {network.base}, {network.classes} classes, "
          f"{network.channels} channels")
    if arguments.weights:
        np.savez(arguments.weights, **weights)
    if arguments.out.suffix == ".onnx":
        write_onnx(arguments, network, weights)
    else:
        write_mindspore(arguments, network, weights)
    write_beside(arguments, network)


if __name__ == "__main__":
    main()
