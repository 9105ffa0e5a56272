"""The networks of the bench, as ONNX files without AIPP, made once and kept in a directory.

The two shipped models are copied. The family's networks get random weights and go through
`model/onnx_graph.py`. The U-Nets of segmentation_models.pytorch come from that package and
PyTorch's exporter, with an untrained encoder, because trained weights would be a download.
"""

import shutil
import sys
import warnings
from pathlib import Path
from typing import NamedTuple

import numpy as np
import onnx
import onnxruntime
from onnx import numpy_helper

REPOSITORY = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(REPOSITORY / "model"))

import onnx_graph
from random_weights import random_weights

CLASSES = 2
# The network of the station's reference job.
REFERENCE = "unet_simple_parts"
# The encoders from segmentation_models.pytorch.
SMP = ("resnet18", "mobilenet_v2")
SMP_OPSET = 13
# Logits of a trained network have about this deviation. Larger ones would leave only zeros and ones
# in the softmax, and hide differences.
LOGITS_DEVIATION = 2.0


class Network(NamedTuple):
    """A network of the bench. `target` is the issue's limit for our time, as a share of the faster
    peer's, or None."""

    name: str
    kind: str
    base: int
    size: int
    target: float | None


def family(kind, base, target, sizes=(960, 256)):
    return [Network(f"{kind}_{base}_{size}", kind, base, size, target) for size in sizes]


NETWORKS = [
    Network(REFERENCE, "shipped", 8, 960, 0.70),
    Network("magnetic_tile", "shipped", 8, 256, 0.70),
    *family("unet_simple", 8, 0.70),
    *family("unet_simple", 16, 0.80),
    *family("unet_simple", 32, 0.85),
    *family("unet_nested", 8, 0.90),
    *family("unet_nested", 16, 0.90),
    *family("unet_medical", 8, 0.90),
    *family("unet_medical", 16, 0.90),
    *(Network(f"smp_resnet18_{size}", "resnet18", 0, size, 0.90) for size in (960, 256)),
    *(Network(f"smp_mobilenet_v2_{size}", "mobilenet_v2", 0, size, None) for size in (960, 256)),
]


def picture(size):
    """The input of the bench, [size, size, 3] uint8: smooth, with noise, never flat."""
    y, x = np.mgrid[0:size, 0:size].astype(np.float32) * (960 / size)
    base = np.stack([120 + 60 * np.sin(x / 91), 110 + 50 * np.sin(y / 80 + x / 190), 100 + 40 * np.cos(x / 70)], -1)
    noise = np.random.default_rng(7).normal(0, 12, base.shape)
    return np.clip(base + noise, 0, 255).astype(np.uint8)


def tensor(pixels):
    """The network's input for these pixels, [1, 3, H, W] float32, as in training."""
    return np.ascontiguousarray(((pixels.astype(np.float32) - 127.5) / 127.5).transpose(2, 0, 1)[None])


def make(network, directory):
    """The path of the network's file, which is made if it does not exist."""
    path = directory / f"{network.name}.onnx"
    if not path.exists():
        unfinished = path.with_suffix(".part")
        if network.kind == "shipped":
            shutil.copy(REPOSITORY / "model" / path.name, unfinished)
        elif network.kind in SMP:
            _segmentation_models(network, unfinished)
        else:
            onnx.save(_random(network), str(unfinished))
        unfinished.rename(path)
    return path


def _random(network):
    """A network of the family. He's scale keeps the maps in range; the head is scaled for the
    picture of the bench, so that the softmax is neither flat nor saturated."""
    weights = random_weights(network.base, CLASSES, 3, network.kind, seed=12)
    build = lambda: onnx_graph.build(network.kind, weights, CLASSES, network.size, network.size, {})
    model = build()
    model.graph.output.append(onnx.helper.make_empty_tensor_value_info("logits"))
    session = onnxruntime.InferenceSession(model.SerializeToString(), providers=["CPUExecutionProvider"])
    logits = session.run(["logits"], {"x": tensor(picture(network.size))})[0]
    scale = LOGITS_DEVIATION / logits.std(axis=(0, 1, 2))
    weights["head.bias"] = ((weights["head.bias"] - logits.mean(axis=(0, 1, 2))) * scale).astype(np.float32)
    weights["head.weight"] = (weights["head.weight"] * scale[:, None, None, None]).astype(np.float32)
    return build()


def _segmentation_models(network, path):
    """A U-Net of segmentation_models.pytorch. One pass in training mode sets the statistics of
    batch norm. Without it, the maps would grow from layer to layer."""
    import segmentation_models_pytorch
    import torch

    torch.manual_seed(12)
    module = segmentation_models_pytorch.Unet(network.kind, encoder_weights=None, classes=CLASSES)
    for layer in module.modules():
        if isinstance(layer, torch.nn.BatchNorm2d):
            layer.momentum = None
    pixels = picture(256)
    batch = np.concatenate([tensor(pixels), tensor(pixels[::-1, ::-1])])
    with torch.no_grad(), warnings.catch_warnings():
        warnings.simplefilter("ignore")
        module.train()(torch.from_numpy(batch))
        torch.onnx.export(module.eval(), torch.zeros(1, 3, network.size, network.size), str(path), opset_version=SMP_OPSET,
                          input_names=["x"], output_names=["logits"])


def flops(path):
    """The floating-point operations of all convolutions: two for each multiply-add."""
    model = onnx.shape_inference.infer_shapes(onnx.load(path))
    shapes = {value.name: [d.dim_value for d in value.type.tensor_type.shape.dim]
              for value in [*model.graph.value_info, *model.graph.input, *model.graph.output]}
    weights = {array.name: numpy_helper.to_array(array).shape for array in model.graph.initializer}
    total = 0
    for node in model.graph.node:
        if node.op_type in ("Conv", "ConvTranspose"):
            pixels = shapes[node.output[0] if node.op_type == "Conv" else node.input[0]][2:]
            total += 2 * int(np.prod(weights[node.input[1]])) * int(np.prod(pixels))
    return total
