"""Small segmentation networks as exporters write them. They have the node patterns of PyTorch,
tf2onnx and the quantisation tools, which one-operator models do not cover. The weights are
random and have no meaning."""

import numpy as np
from onnx import TensorProto, helper, numpy_helper

from architectures import Graph

SIZE = 32
CHANNELS = 4


class Export(Graph):
    """Adds constants of any type, and ends with the outputs of a test case."""

    def tensor(self, values, dtype=np.int64):
        name = f"w{len(self.weights)}"
        self.weights.append(numpy_helper.from_array(np.array(values, dtype), name))
        return name

    def model(self, name, opset, outputs, shape=(1, 3, SIZE, SIZE)):
        inputs = [helper.make_tensor_value_info("x", TensorProto.FLOAT, shape)]
        outputs = [helper.make_tensor_value_info(*output) for output in outputs]
        graph = helper.make_graph(self.nodes, name, inputs, outputs, self.weights)
        return helper.make_model(graph, opset_imports=[helper.make_opsetid("", opset)], ir_version=8)


def two_levels(graph, up):
    """A U-Net with two levels on `x`; `up` doubles the size of the lower level."""
    top = graph.double("x", 3, CHANNELS)
    below = graph.double(graph.pool(top), CHANNELS, 2 * CHANNELS)
    x = graph.node("Concat", [up(below), top], axis=1)
    return graph.double(x, 3 * CHANNELS, CHANNELS)


def sigmoid_nearest():
    """PyTorch's first exporter, opset 11: nn.Upsample nearest, one sigmoid channel, a mask by
    comparison."""
    graph = Export(1)
    empty = graph.tensor([], np.float32)
    scales = graph.tensor([1, 1, 2, 2], np.float32)
    up = lambda x: graph.node("Resize", [x, empty, scales], mode="nearest", coordinate_transformation_mode="asymmetric",
                              cubic_coeff_a=-0.75, nearest_mode="floor")
    x = graph.node("Sigmoid", [graph.conv(two_levels(graph, up), CHANNELS, 1, kernel=1)])
    over = graph.node("Greater", [x, graph.tensor(0.5, np.float32)])
    mask = graph.node("Cast", [over], to=TensorProto.INT32)
    shape = [1, 1, SIZE, SIZE]
    return graph.model("sigmoid_nearest", 11, [(x, TensorProto.FLOAT, shape), (mask, TensorProto.INT32, shape)])


def sizes_linear():
    """F.interpolate(size=x.shape[2:], align_corners=True): sizes computed from shapes; softmax
    before opset 13."""
    graph = Export(2)

    def up(x):
        whole = graph.node("Shape", ["x"])
        sizes = []
        for axis in (2, 3):
            size = graph.node("Gather", [whole, graph.tensor(axis)], axis=0)
            sizes.append(graph.node("Unsqueeze", [size], axes=[0]))
        head = graph.node("Slice", [graph.node("Shape", [x]), graph.tensor([0]), graph.tensor([2]), graph.tensor([0])])
        to = graph.node("Concat", [head, *sizes], axis=0)
        return graph.node("Resize", [x, "", "", to], mode="linear", coordinate_transformation_mode="align_corners",
                          cubic_coeff_a=-0.75, nearest_mode="floor")

    x = graph.conv(two_levels(graph, up), CHANNELS, 3, kernel=1)
    x = graph.node("Softmax", [graph.node("Transpose", [x], perm=[0, 2, 3, 1])], axis=3)
    mask = graph.node("ArgMax", [x], axis=3, keepdims=0)
    # An empty name for an absent input is allowed since opset 13; opset 11 needs empty tensors.
    for node in graph.nodes:
        if node.op_type == "Resize":
            node.input[1] = node.input[2] = graph.tensor([], np.float32)
    return graph.model("sizes_linear", 12, [
        (x, TensorProto.FLOAT, [1, SIZE, SIZE, 3]), (mask, TensorProto.INT64, [1, SIZE, SIZE]),
    ])


def keras_same():
    """tf2onnx: NHWC with transposes, SAME padding as an attribute, a transposed convolution,
    batch norms as separate nodes."""
    graph = Export(3)
    x = graph.node("Transpose", ["x"], perm=[0, 3, 1, 2])

    def conv(x, channels_in, channels, stride=1):
        weight = graph.weight((channels, channels_in, 3, 3), np.sqrt(2 / channels_in / 9))
        x = graph.node("Conv", [x, weight], auto_pad="SAME_UPPER" if stride == 1 else "SAME_LOWER", strides=[stride, stride])
        norm = [graph.tensor(np.linspace(low, 1.5, channels), np.float32) for low in (0.5, -0.5, -0.2, 0.4)]
        return graph.relu(graph.node("BatchNormalization", [x, *norm], epsilon=1e-3))

    top = conv(x, 3, CHANNELS)
    below = conv(graph.node("MaxPool", [top], kernel_shape=[2, 2], strides=[2, 2], auto_pad="SAME_UPPER"), CHANNELS, 8)
    deep = conv(below, 8, 8, stride=2)
    for skip, width in ((below, 8), (top, CHANNELS)):
        deep = graph.node("Concat", [graph.up(deep, 8, 8), skip], axis=1)
        deep = conv(deep, 8 + width, 8)
    x = graph.node("Transpose", [graph.conv(deep, 8, 2, kernel=1)], perm=[0, 2, 3, 1])
    x = graph.node("Softmax", [x], axis=-1)
    return graph.model("keras_same", 13, [(x, TensorProto.FLOAT, [1, SIZE, SIZE, 2])], (1, SIZE, SIZE, 3))


def residual_pool():
    """A residual encoder with a 3x3 pool, squeeze and excitation with HardSwish, and pixel
    shuffle in the decoder."""
    graph = Export(4)
    x = graph.pool(graph.relu(graph.conv("x", 3, 8, kernel=7, stride=2)), kernel=3, stride=2, pad=1)
    y = graph.conv(graph.relu(graph.conv(x, 8, 8)), 8, 8)
    weights = graph.node("GlobalAveragePool", [y])
    weights = graph.relu(graph.conv(weights, 8, 2, kernel=1))
    weights = graph.node("HardSigmoid", [graph.conv(weights, 2, 8, kernel=1)], alpha=1 / 6)
    x = graph.node("HardSwish", [graph.node("Add", [x, graph.node("Mul", [y, weights])])])
    x = graph.node("DepthToSpace", [graph.conv(x, 8, 2 * 16, kernel=1)], blocksize=4, mode="CRD")
    mask = graph.node("ArgMax", [x], axis=1, keepdims=0)
    return graph.model("residual_pool", 14, [
        (x, TensorProto.FLOAT, [1, 2, SIZE, SIZE]), (mask, TensorProto.INT64, [1, SIZE, SIZE]),
    ])


def quantised():
    """ONNX Runtime's quantisation: QuantizeLinear and DequantizeLinear around every
    convolution, arbitrary scales, 8-bit weights per channel."""
    graph = Export(5)

    def step(x, scale, zero):
        scale, zero = graph.tensor(scale, np.float32), graph.tensor(zero, np.uint8)
        return graph.node("DequantizeLinear", [graph.node("QuantizeLinear", [x, scale, zero]), scale, zero])

    def conv(x, channels_in, channels):
        weights = graph.random.integers(-127, 128, (channels, channels_in, 3, 3))
        scales = graph.random.uniform(0.001, 0.004, channels)
        weight = graph.node("DequantizeLinear", [graph.tensor(weights, np.int8), graph.tensor(scales, np.float32),
                                                 graph.tensor(np.zeros(channels), np.int8)], axis=0)
        return graph.relu(graph.node("Conv", [x, weight], kernel_shape=[3, 3], pads=[1, 1, 1, 1]))

    x = step("x", 0.0078, 127)
    for channels_in, channels in ((3, 8), (8, 8)):
        x = step(conv(x, channels_in, channels), 0.0131, 3)
    x = conv(x, 8, 2)
    return graph.model("quantised", 13, [(x, TensorProto.FLOAT, [1, 2, SIZE, SIZE])])


def reflected():
    """PyTorch's first exporter: a reflecting pad before a convolution, whose sizes are computed
    from constants."""
    graph = Export(7)
    given = graph.tensor([2, 2, 2, 2])
    zeros = graph.node("ConstantOfShape", [graph.tensor([4])], value=numpy_helper.from_array(np.zeros(1, np.int64)))
    pairs = graph.node("Reshape", [graph.node("Concat", [given, zeros], axis=0), graph.tensor([-1, 2])])
    to = graph.tensor([-(2**63) + 1])
    turned = graph.node("Slice", [pairs, graph.tensor([-1]), to, graph.tensor([0]), graph.tensor([-1])])
    flat = graph.node("Reshape", [graph.node("Transpose", [turned], perm=[1, 0]), graph.tensor([-1])])
    x = graph.node("Pad", ["x", graph.node("Cast", [flat], to=TensorProto.INT64)], mode="reflect")
    weight = graph.weight((2, 3, 5, 5), 0.1)
    x = graph.node("Conv", [x, weight], kernel_shape=[5, 5])
    return graph.model("reflected", 13, [(x, TensorProto.FLOAT, [1, 2, SIZE, SIZE])])


def self_attention():
    """A MiT block: overlapping patches, layer norm as separate nodes, attention with scaled
    softmax, GELU by Erf."""
    graph = Export(6)
    width, tokens = 8, (SIZE // 4) ** 2

    def norm(x):
        centred = graph.node("Sub", [x, graph.node("ReduceMean", [x], axes=[-1])])
        square = graph.node("Pow", [centred, graph.tensor(2, np.float32)])
        spread = graph.node("Add", [graph.node("ReduceMean", [square], axes=[-1]), graph.tensor(1e-5, np.float32)])
        return graph.node("Div", [centred, graph.node("Sqrt", [spread])])

    linear = lambda x: graph.node("MatMul", [x, graph.weight((width, width), np.sqrt(1 / width))])
    x = graph.conv("x", 3, width, kernel=7, stride=4)
    x = graph.node("Transpose", [graph.node("Reshape", [x, graph.tensor([1, width, -1])])], perm=[0, 2, 1])
    y = norm(x)
    split = lambda y: graph.node("Reshape", [linear(y), graph.tensor([1, tokens, 2, width // 2])])
    heads = lambda y: graph.node("Transpose", [split(y)], perm=[0, 2, 1, 3])
    keys = graph.node("Transpose", [heads(y)], perm=[0, 1, 3, 2])
    scores = graph.node("Div", [graph.node("MatMul", [heads(y), keys]), graph.tensor(2, np.float32)])
    y = graph.node("MatMul", [graph.node("Softmax", [scores], axis=-1), heads(y)])
    y = graph.node("Reshape", [graph.node("Transpose", [y], perm=[0, 2, 1, 3]), graph.tensor([1, tokens, width])])
    x = graph.node("Add", [x, linear(y)])
    y = linear(norm(x))
    erf = graph.node("Erf", [graph.node("Div", [y, graph.tensor(np.sqrt(2), np.float32)])])
    twice = graph.node("Mul", [y, graph.node("Add", [erf, graph.tensor(1, np.float32)])])
    gelu = graph.node("Mul", [twice, graph.tensor(0.5, np.float32)])
    x = graph.node("Add", [x, linear(gelu)])
    side = SIZE // 4
    x = graph.node("Reshape", [graph.node("Transpose", [x], perm=[0, 2, 1]), graph.tensor([1, width, side, side])])
    scales = graph.tensor([1, 1, 4, 4], np.float32)
    x = graph.node("Resize", [graph.conv(x, width, 2, kernel=1), "", scales], mode="linear",
                   coordinate_transformation_mode="pytorch_half_pixel")
    return graph.model("self_attention", 13, [(x, TensorProto.FLOAT, [1, 2, SIZE, SIZE])])


ALL = [sigmoid_nearest, sizes_linear, keras_same, residual_pool, quantised, reflected, self_attention]
