"""From a checkpoint to an ONNX file, checked against MindSpore's own forward pass.

    python export.py --checkpoint RUN/best.ckpt --out unet_simple_parts.onnx

Takes MindSpore checkpoints of `train.py` and `.npz` files with the same names of weights; `--weights` writes such a file.
"""

import argparse
import hashlib
import os
from pathlib import Path

os.environ.setdefault("ONEDNN_MAX_CPU_ISA", "AVX2")

import mindspore as ms
import numpy as np
import onnx
import onnxruntime

import dataset
import onnx_graph
import unet

# Folding batch norm and another order of sums change float32 results by about 1e-6.
SOFTMAX_TOLERANCE = 1e-4


def load(path):
    """(architecture, base, classes, weights as parameters) of a checkpoint."""
    if path.suffix == ".npz":
        saved = {name: ms.Parameter(array, name=name) for name, array in np.load(path).items()}
        classes, base = saved["head.weight"].shape[:2]
        return "unet_simple", base, classes, saved
    saved = ms.load_checkpoint(str(path))
    architecture = str(saved.pop("architecture"))
    base, classes, _ = (int(saved.pop(name).asnumpy()) for name in ("base", "classes", "step"))
    return architecture, base, classes, saved


def compare(network, model, pixels):
    """(largest softmax difference, pixels whose class differs) between MindSpore and onnxruntime."""
    x = dataset.normalise(pixels[None])
    expected = np.moveaxis(unet.probabilities(network, x), 1, 3)
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    softmax, argmax = session.run(["softmax", "argmax"], {"x": x})
    return float(np.abs(softmax - expected).max()), int((argmax != expected.argmax(axis=3)).sum())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("--checkpoint", required=True, type=Path)
    parser.add_argument("--out", required=True, type=Path)
    parser.add_argument("--width", type=int, default=dataset.SIZE[0], help="input width (default %(default)s)")
    parser.add_argument("--height", type=int, default=dataset.SIZE[1], help="input height (default %(default)s)")
    parser.add_argument("--picture", type=Path, help="a picture to compare on; without it, random pixels")
    parser.add_argument("--weights", type=Path, help="also write the weights to this .npz file")
    arguments = parser.parse_args()

    architecture, base, classes, saved = load(arguments.checkpoint)
    network = unet.build(architecture, base, classes)
    ms.load_param_into_net(network, saved, strict_load=True)
    network.set_train(False)
    if arguments.weights:
        np.savez(arguments.weights, **unet.weights(network))

    facts = {"architecture": architecture, "base": str(base), "input": "x = (BGR - 127.5) / 127.5, NCHW"}
    model = onnx_graph.build(
        architecture, unet.weights(network), classes, arguments.width, arguments.height, facts
    )
    size = (arguments.width, arguments.height)
    if arguments.picture:
        pixels = dataset.cv2.resize(dataset.read(arguments.picture, dataset.cv2.IMREAD_COLOR), size)
    else:
        pixels = np.random.default_rng(0).integers(0, 256, (size[1], size[0], 3), np.uint8)
    difference, differing = compare(network, model, pixels)
    print(f"{architecture} base {base}: against MindSpore the softmax differs by {difference:.2g} at most, the class "
          f"in {differing} of {pixels.shape[0] * pixels.shape[1]} pixels")
    if not difference <= SOFTMAX_TOLERANCE:
        raise SystemExit(f"more than {SOFTMAX_TOLERANCE}: nothing written")
    onnx.save(model, str(arguments.out))
    print(f"{arguments.out}: {arguments.out.stat().st_size} bytes, "
          f"sha256 {hashlib.sha256(arguments.out.read_bytes()).hexdigest()}")


if __name__ == "__main__":
    main()
