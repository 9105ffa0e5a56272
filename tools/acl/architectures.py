"""Public architectures as ONNX graphs with seeded random weights. Shapes and operators are the
published ones; the weights have no meaning. They are scaled so that activations keep their size
from layer to layer."""

import numpy as np
import onnx
from onnx import TensorProto, helper, numpy_helper

OPSET = 13
IR_VERSION = 8


class Graph:
    """Nodes and weights in order of creation. Each method adds one operator and returns the
    name of its output."""

    def __init__(self, seed):
        self.random = np.random.default_rng(seed)
        self.nodes, self.weights = [], []

    def node(self, operator, inputs, **attributes):
        name = f"{operator.lower()}{len(self.nodes)}"
        self.nodes.append(helper.make_node(operator, inputs, [name], name=name, **attributes))
        return name

    def weight(self, shape, scale):
        name = f"w{len(self.weights)}"
        array = (self.random.standard_normal(shape) * scale).astype(np.float32)
        self.weights.append(numpy_helper.from_array(array, name))
        return name

    def constant(self, value):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.array(value, np.float32), name))
        return name

    def conv(self, x, channels_in, channels, kernel=3, stride=1, groups=1):
        """A convolution with its batch norm folded in."""
        fan_in = channels_in // groups * kernel * kernel
        weight = self.weight((channels, channels_in // groups, kernel, kernel), np.sqrt(2 / fan_in))
        return self.node(
            "Conv", [x, weight, self.weight((channels,), 0.05)], kernel_shape=[kernel, kernel],
            strides=[stride, stride], pads=[kernel // 2] * 4, dilations=[1, 1], group=groups,
        )

    def up(self, x, channels_in, channels):
        """A 2x2 transposed convolution with stride 2."""
        weight = self.weight((channels_in, channels, 2, 2), np.sqrt(1 / channels_in))
        return self.node(
            "ConvTranspose", [x, weight, self.weight((channels,), 0.05)], kernel_shape=[2, 2], strides=[2, 2],
            pads=[0, 0, 0, 0], dilations=[1, 1], group=1,
        )

    def relu(self, x):
        return self.node("Relu", [x])

    def pool(self, x, kernel=2, stride=2, pad=0):
        return self.node("MaxPool", [x], kernel_shape=[kernel, kernel], strides=[stride, stride], pads=[pad] * 4)

    def double(self, x, channels_in, channels):
        """Two convolutions with activations, the building block of a U-Net."""
        x = self.relu(self.conv(x, channels_in, channels))
        return self.relu(self.conv(x, channels, channels))

    def finish(self, name, size, outputs):
        inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, [1, 3, size, size])]
        outputs = [helper.make_tensor_value_info(*output) for output in outputs]
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.weights)
        model = helper.make_model(graph, opset_imports=[helper.make_opsetid("", OPSET)], ir_version=IR_VERSION)
        onnx.checker.check_model(model)
        return model

    def classify(self, name, size, x, channels, classes):
        """Global average and a linear layer. The scores have no softmax, which would hide
        differences."""
        x = self.node("Flatten", [self.node("GlobalAveragePool", [x])], axis=1)
        x = self.node("Gemm", [x, self.weight((classes, channels), 2 / np.sqrt(channels)), self.weight((classes,), 0.1)],
                      transB=1)
        return self.finish(name, size, [(x, TensorProto.FLOAT, [1, classes])])

    def segment(self, name, size, x, channels, classes):
        """A score for each class and pixel, NHWC, and the class with the highest score."""
        x = self.node("Transpose", [self.conv(x, channels, classes, kernel=1)], perm=[0, 2, 3, 1])
        mask = self.node("Cast", [self.node("ArgMax", [x], axis=3, keepdims=0)], to=TensorProto.INT32)
        return self.finish(name, size, [
            (x, TensorProto.FLOAT, [1, size, size, classes]), (mask, TensorProto.INT32, [1, size, size]),
        ])


def resnet18(size=224, classes=1000):
    """He et al. 2016: a stem, four stages of two residual blocks, a linear layer."""
    graph = Graph(18)
    x = graph.pool(graph.relu(graph.conv("x", 3, 64, kernel=7, stride=2)), kernel=3, stride=2, pad=1)
    channels = 64
    for wider, stride in [(64, 1), (128, 2), (256, 2), (512, 2)]:
        for stride in (stride, 1):
            short = x if stride == 1 and channels == wider else graph.conv(x, channels, wider, kernel=1, stride=stride)
            x = graph.conv(graph.relu(graph.conv(x, channels, wider, stride=stride)), wider, wider)
            x = graph.relu(graph.node("Add", [x, short]))
            channels = wider
    return graph.classify("resnet18", size, x, channels, classes)


def mobilenet_v2(size=224, classes=1000):
    """Sandler et al. 2018: inverted residual blocks with depthwise convolutions."""
    graph = Graph(2)

    limits = [graph.constant(0), graph.constant(6)]

    def relu6(x):
        return graph.node("Clip", [x, *limits])

    x, channels = relu6(graph.conv("x", 3, 32, stride=2)), 32
    for expand, wider, repeats, stride in [
        (1, 16, 1, 1), (6, 24, 2, 2), (6, 32, 3, 2), (6, 64, 4, 2), (6, 96, 3, 1), (6, 160, 3, 2), (6, 320, 1, 1),
    ]:
        for stride in [stride] + [1] * (repeats - 1):
            inner = channels * expand
            y = x if expand == 1 else relu6(graph.conv(x, channels, inner, kernel=1))
            y = relu6(graph.conv(y, inner, inner, stride=stride, groups=inner))
            y = graph.conv(y, inner, wider, kernel=1)
            x = graph.node("Add", [x, y]) if stride == 1 and channels == wider else y
            channels = wider
    x = relu6(graph.conv(x, channels, 1280, kernel=1))
    return graph.classify("mobilenet_v2", size, x, 1280, classes)


def unet(size=128, base=16, classes=3):
    """Ronneberger et al. 2015: five levels, transposed convolutions in the decoder."""
    graph = Graph(5)
    widths = [base << level for level in range(5)]
    x, channels, down = "x", 3, []
    for width in widths:
        x = graph.double(graph.pool(x) if down else x, channels, width)
        channels = width
        down.append(x)
    for width, skip in zip(widths[-2::-1], down[-2::-1]):
        x = graph.node("Concat", [skip, graph.up(x, channels, width)], axis=1)
        x, channels = graph.double(x, 2 * width, width), width
    return graph.segment("unet", size, x, channels, classes)


def unet_nested(size=96, base=16, classes=3):
    """Zhou et al. 2018, UNet++: every level has a row of nodes. Each gets the outputs of all
    nodes before it in the row and of one node of the level below."""
    graph = Graph(6)
    widths = [base << level for level in range(5)]
    rows = []
    for level, width in enumerate(widths):
        x, channels = ("x", 3) if level == 0 else (graph.pool(rows[-1][0]), widths[level - 1])
        rows.append([graph.double(x, channels, width)])
    for step in range(1, 5):
        for level in range(5 - step):
            below, width = rows[level + 1][step - 1], widths[level]
            x = graph.node("Concat", [*rows[level], graph.up(below, widths[level + 1], width)], axis=1)
            rows[level].append(graph.double(x, width * (step + 1), width))
    return graph.segment("unet_nested", size, rows[0][-1], base, classes)


ALL = [resnet18, mobilenet_v2, unet, unet_nested]
