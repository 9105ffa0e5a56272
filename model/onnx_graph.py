"""Builds the ONNX graph of a trained network from its weights, operator by operator.

Frameworks' own exporters give unstable names, leave batch norm unfolded or pads implicit; here every
convolution states kernel, strides, pads and dilations, batch norm is folded into the convolution before it,
and the outputs are called `softmax` and `argmax`. Needs onnx and numpy only.
"""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

LEVELS = 5
OPSET = 13
IR_VERSION = 8
BATCH_NORM_EPSILON = 1e-5
BATCH_NORM_PARTS = ("gamma", "beta", "moving_mean", "moving_variance")


class Graph:
    """Nodes and weights in order of creation; each method adds one operator and returns its output's name."""

    def __init__(self, weights):
        self.weights, self.nodes, self.initializers = weights, [], []

    def node(self, operator, inputs, output, **attributes):
        self.nodes.append(helper.make_node(operator, inputs, [output], name=output, **attributes))
        return output

    def constant(self, name, array):
        self.initializers.append(numpy_helper.from_array(np.ascontiguousarray(array, np.float32), name))
        return name

    def conv(self, x, name, norm=None):
        """A convolution that keeps height and width, with the batch norm `norm` folded in."""
        weight, bias = self.weights[f"{name}.weight"], self.weights[f"{name}.bias"]
        if norm is not None:
            weight, bias = fold(weight, bias, *(self.weights[f"{norm}.{part}"] for part in BATCH_NORM_PARTS))
        kernel = list(weight.shape[2:])
        inputs = [x, self.constant(f"{name}.weight", weight), self.constant(f"{name}.bias", bias)]
        return self.node(
            "Conv", inputs, f"{name}.out", kernel_shape=kernel, strides=[1, 1], dilations=[1, 1], group=1,
            pads=[k // 2 for k in kernel] * 2,
        )

    def up(self, x, name):
        """A 2x2 transposed convolution of stride 2: twice the height and width."""
        inputs = [x, self.constant(f"{name}.weight", self.weights[f"{name}.weight"]),
                  self.constant(f"{name}.bias", self.weights[f"{name}.bias"])]
        return self.node(
            "ConvTranspose", inputs, f"{name}.out", kernel_shape=[2, 2], strides=[2, 2], dilations=[1, 1], group=1,
            pads=[0, 0, 0, 0],
        )

    def relu(self, x):
        return self.node("Relu", [x], f"{x}.relu")

    def pool(self, x):
        return self.node("MaxPool", [x], f"{x}.pool", kernel_shape=[2, 2], strides=[2, 2], pads=[0, 0, 0, 0])

    def concat(self, first, second, name):
        return self.node("Concat", [first, second], f"{name}.concat", axis=1)

    def block(self, x, name, batch_norm):
        for number in (1, 2):
            x = self.relu(self.conv(x, f"{name}.conv{number}", f"{name}.bn{number}" if batch_norm else None))
        return x

    def heads(self, logits):
        """`softmax` [1, H, W, classes] float32 and `argmax` [1, H, W] int32 from NCHW logits."""
        logits = self.node("Transpose", [logits], "logits", perm=[0, 2, 3, 1])
        self.node("Softmax", [logits], "softmax", axis=3)
        self.node("ArgMax", [logits], "argmax64", axis=3, keepdims=0, select_last_index=0)
        self.node("Cast", ["argmax64"], "argmax", to=TensorProto.INT32)


def fold(weight, bias, gamma, beta, mean, variance):
    """Weight and bias of the convolution that equals this one followed by batch norm in inference."""
    scale = gamma.astype(np.float64) / np.sqrt(variance.astype(np.float64) + BATCH_NORM_EPSILON)
    return weight * scale[:, None, None, None], (bias - mean.astype(np.float64)) * scale + beta


def unet_simple(graph, x):
    """The logits of `unet.UNetSimple`."""
    skips = []
    for level in range(LEVELS - 1):
        x = graph.block(x, f"down.{level}", True)
        skips.append(x)
        x = graph.pool(x)
    x = graph.block(x, f"down.{LEVELS - 1}", True)
    for step in range(LEVELS - 1):
        x = graph.concat(graph.up(x, f"up.{step}"), skips[LEVELS - 2 - step], f"merge.{step}")
        x = graph.block(x, f"merge.{step}", False)
    return graph.conv(x, "head")


ARCHITECTURES = {"unet_simple": unet_simple}


def build(architecture, weights, classes, width, height, facts):
    """The checked ONNX model for one input size; `facts` ({str: str}) go into its metadata."""
    if width % 16 or height % 16 or min(width, height) < 16:
        raise SystemExit(f"{width}x{height}: width and height must be multiples of 16")
    graph = Graph(weights)
    graph.heads(ARCHITECTURES[architecture](graph, "x"))
    info = helper.make_tensor_value_info
    model = helper.make_model(
        helper.make_graph(
            graph.nodes, architecture, [info("x", TensorProto.FLOAT, [1, 3, height, width])],
            [info("softmax", TensorProto.FLOAT, [1, height, width, classes]),
             info("argmax", TensorProto.INT32, [1, height, width])],
            graph.initializers,
        ),
        opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION, producer_name="sluice",
    )
    helper.set_model_props(model, facts)
    onnx.checker.check_model(model, full_check=True)
    return model
