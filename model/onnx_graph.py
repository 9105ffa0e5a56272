"""Builds the ONNX graph of a trained network from its weights, operator by operator.

The frameworks' own exporters give unstable names, unfolded batch norm or implicit pads. Here every
convolution states kernel, strides, pads and dilations. Batch norm is folded into the convolution
before it, and the outputs are called `softmax` and `argmax`. The names of the weights identify the
network, with any framework. Needs only onnx and numpy.
"""

from typing import NamedTuple

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LEVELS = 5
OPSET = 13
IR_VERSION = 8
BATCH_NORM_EPSILON = 1e-5
BATCH_NORM_PARTS = ("gamma", "beta", "moving_mean", "moving_variance")
# Heads that are only used in training.
SIDES = "sides."


class Network(NamedTuple):
    """The properties of a file of weights."""

    architecture: str
    base: int  # channels at full resolution
    classes: int
    channels: int  # of the input: 3, or 1 for grey


def describe(weights):
    """The `Network` to which the weights `{name: array}` belong."""
    if "head.weight" not in weights or "down.0.conv1.weight" not in weights:
        raise SystemExit("no network of this family: it has no head.weight and down.0.conv1.weight")
    classes, base = weights["head.weight"].shape[:2]
    if f"{SIDES}0.weight" in weights:
        architecture = "unet_nested"
    elif "down.0.bn1.gamma" in weights:
        architecture = "unet_simple"
    else:
        architecture = "unet_medical"
    return Network(architecture, int(base), int(classes), int(weights["down.0.conv1.weight"].shape[1]))


class Graph:
    """Nodes and weights in order of creation. Each method adds one operator and returns its
    output's name.
    """

    def __init__(self, weights):
        self.weights, self.used, self.nodes, self.initializers = weights, set(), [], []

    def weight(self, name):
        """Adds a weight of the file, by name."""
        if name not in self.weights:
            raise SystemExit(f"weights missing in the file: {name}")
        self.used.add(name)
        return self.weights[name]

    def node(self, operator, inputs, output, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name, array):
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array, np.float32), name))
        return name

    def conv(self, x, name, norm=None):
        """A convolution that keeps height and width, with the batch norm `norm` folded in."""
        weight, bias = self.weight(f"{name}.weight"), self.weight(f"{name}.bias")
        if norm is not None:
            weight, bias = fold(weight, bias, *(self.weight(f"{norm}.{part}") for part in BATCH_NORM_PARTS))
        kernel = list(weight.shape[2:])
        inputs = [x, self.constant(f"{name}.weight", weight), self.constant(f"{name}.bias", bias)]
        return self.node(
            "Conv", inputs, f"{name}.out", kernel_shape=kernel, strides=[1, 1], dilations=[1, 1], group=1,
            pads=[k // 2 for k in kernel] * 2,
        )

    def up(self, x, name):
        """A 2x2 transposed convolution of stride 2: twice the height and width."""
        inputs = [x, *(self.constant(part, self.weight(part)) for part in (f"{name}.weight", f"{name}.bias"))]
        return self.node(
            "ConvTranspose", inputs, f"{name}.out", kernel_shape=[2, 2], strides=[2, 2], dilations=[1, 1], group=1,
            pads=[0, 0, 0, 0],
        )

    def relu(self, x):
        return self.node("Relu", [x], f"{x}.relu")

    def pool(self, x):
        return self.node("MaxPool", [x], f"{x}.pool", kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 0, 0])

    def concat(self, inputs, name):
        return self.node("Concat", inputs, f"{name}.concat", axis=1)

    def block(self, x, name, batch_norm):
        for number in (1, 2):
            x = self.relu(self.conv(x, f"{name}.conv{number}", f"{name}.bn{number}" if batch_norm else None))
        return x

    def heads(self, logits):
        """`softmax` [N, H, W, classes] float32 and `argmax` [N, H, W] int32 from NCHW logits."""
        logits = self.node("Transpose", [logits], "logits", perm=[0, 2, 3, 1])
        self.node("Softmax", [logits], "softmax", axis=3)
        self.node("ArgMax", [logits], "argmax64", axis=3, keepdims=0, select_last_index=0)
        self.node("Cast", ["argmax64"], "argmax", to=TensorProto.INT32)


def fold(weight, bias, gamma, beta, mean, variance):
    """Weight and bias of the convolution that equals this one with inference batch norm after it.
    """
    scale = gamma.astype(np.float64) / np.sqrt(variance.astype(np.float64) + BATCH_NORM_EPSILON)
    return weight * scale[:, None, None, None], (bias - mean.astype(np.float64)) * scale + beta


def down(graph, x, batch_norm):
    """The encoder: the map of each level, the finest first."""
    maps = []
    for level in range(LEVELS):
        maps.append(graph.block(graph.pool(maps[-1]) if maps else x, f"down.{level}", batch_norm))
    return maps


def unet_simple(graph, x):
    """The logits of `unet.UNetSimple`."""
    *skips, x = down(graph, x, True)
    for step in range(LEVELS - 1):
        x = graph.concat([graph.up(x, f"up.{step}"), skips.pop()], f"merge.{step}")
        x = graph.block(x, f"merge.{step}", False)
    return graph.conv(x, "head")


def unet_medical(graph, x):
    """The logits of `unet.UNetMedical`."""
    *skips, x = down(graph, x, False)
    for step in range(LEVELS - 1):
        x = graph.concat([graph.relu(graph.up(x, f"up.{step}")), skips.pop()], f"merge.{step}")
        x = graph.block(x, f"merge.{step}", False)
    return graph.conv(x, "head")


def unet_nested(graph, x):
    """The logits of the last head of `unet.UNetNested`."""
    rows = [[encoded] for encoded in down(graph, x, True)]
    for step in range(LEVELS - 1):
        for level in range(LEVELS - 1 - step):
            up = graph.up(rows[level + 1][step], f"up.{step}.{level}")
            joined = graph.concat([up, *rows[level]], f"merge.{step}.{level}")
            rows[level].append(graph.block(joined, f"merge.{step}.{level}", False))
    return graph.conv(rows[0][-1], "head")


ARCHITECTURES = {"unet_simple": unet_simple, "unet_medical": unet_medical, "unet_nested": unet_nested}


def build(architecture, weights, classes, width, height, facts, batch=1):
    """The checked ONNX model for one input size; `facts` ({str: str}) go into its metadata."""
    if width % 16 or height % 16 or min(width, height) < 16:
        raise SystemExit(f"{width}x{height}: width and height must be multiples of 16")
    if batch < 1:
        raise SystemExit(f"a batch of {batch} pictures: it must hold at least one")
    graph = Graph(weights)
    graph.heads(ARCHITECTURES[architecture](graph, "x"))
    strange = sorted(name for name in set(weights) - graph.used if not name.startswith(SIDES))
    if strange:
        raise SystemExit(f"weights that {architecture} does not have: {', '.join(strange)}")
    info, channels = helper.make_tensor_value_info, weights["down.0.conv1.weight"].shape[1]
    model = helper.make_model(
        helper.make_graph(
            graph.nodes, architecture, [info("x", TensorProto.FLOAT, [batch, channels, height, width])],
            [info("softmax", TensorProto.FLOAT, [batch, height, width, classes]),
             info("argmax", TensorProto.INT32, [batch, height, width])],
            graph.initializers,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="sluice",
    )
    helper.set_model_props(model, facts)
    onnx.checker.check_model(model, full_check=True)
    return model
