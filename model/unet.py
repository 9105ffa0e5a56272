"""The U-Net family in MindSpore: what is trained, and the name and shape of every weight.

`unet_simple` follows the model of that name in the MindSpore model zoo: five levels, each two 3x3
convolutions with batch norm; up by 2x2 transposed convolution; the upsampled map first and the skip
second in the concatenation; no batch norm on the way up; a 1x1 convolution as head. The network gives
logits, NCHW; softmax and argmax are added by `export.py`.

`onnx_graph.py` builds the same network from the weights' names: change both together.
"""

import math

import numpy as np
from mindspore import Tensor, nn, ops
from mindspore.common.initializer import HeNormal, initializer

from onnx_graph import BATCH_NORM_EPSILON, LEVELS


def conv(channels_in, channels_out, kernel):
    """A convolution with bias that keeps height and width (odd kernel, stride 1)."""
    return nn.Conv2d(
        channels_in, channels_out, kernel, pad_mode="pad", padding=kernel // 2, has_bias=True,
        weight_init=HeNormal(mode="fan_out", nonlinearity="relu"), bias_init="zeros",
    )


class Block(nn.Cell):
    """Two 3x3 convolutions, each followed by batch norm (if asked for) and ReLU."""

    def __init__(self, channels_in, channels_out, batch_norm):
        super().__init__()
        self.conv1 = conv(channels_in, channels_out, 3)
        self.conv2 = conv(channels_out, channels_out, 3)
        self.batch_norm = batch_norm
        if batch_norm:
            self.bn1 = nn.BatchNorm2d(channels_out, eps=BATCH_NORM_EPSILON, momentum=0.9)
            self.bn2 = nn.BatchNorm2d(channels_out, eps=BATCH_NORM_EPSILON, momentum=0.9)
        self.relu = nn.ReLU()

    def construct(self, x):
        x = self.conv1(x)
        if self.batch_norm:
            x = self.bn1(x)
        x = self.conv2(self.relu(x))
        if self.batch_norm:
            x = self.bn2(x)
        return self.relu(x)


class UNetSimple(nn.Cell):
    """`unet_simple`: [N, 3, H, W] float32 to logits [N, classes, H, W]; H and W are multiples of 16.

    `base` is the number of channels at full resolution; each level down doubles it (32 in the model zoo).
    """

    def __init__(self, base, classes):
        super().__init__()
        width = [base << level for level in range(LEVELS)]
        self.down = nn.CellList(
            [Block(3 if level == 0 else width[level - 1], width[level], True) for level in range(LEVELS)]
        )
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2)
        # Entry i of `up` and `merge` leads to level LEVELS - 2 - i.
        self.up = nn.CellList(
            [
                nn.Conv2dTranspose(
                    width[level + 1], width[level], 2, stride=2, pad_mode="valid", has_bias=True,
                    weight_init=HeNormal(mode="fan_in", nonlinearity="linear"), bias_init="zeros",
                )
                for level in reversed(range(LEVELS - 1))
            ]
        )
        self.merge = nn.CellList(
            [Block(2 * width[level], width[level], False) for level in reversed(range(LEVELS - 1))]
        )
        self.head = conv(base, classes, 1)
        # Small logits at the start: the first steps then see a loss near log(classes), not a wild guess.
        self.head.weight.set_data(initializer(HeNormal(negative_slope=math.sqrt(99)), self.head.weight.shape))

    def construct(self, x):
        skips = []
        for level in range(LEVELS - 1):
            x = self.down[level](x)
            skips.append(x)
            x = self.pool(x)
        x = self.down[LEVELS - 1](x)
        for step in range(LEVELS - 1):
            x = ops.concat((self.up[step](x), skips[LEVELS - 2 - step]), axis=1)
            x = self.merge[step](x)
        return self.head(x)


ARCHITECTURES = {"unet_simple": UNetSimple}


def build(architecture, base, classes):
    """The network with fresh weights (seed with `mindspore.set_seed` first)."""
    return ARCHITECTURES[architecture](base, classes)


def weights(network):
    """Every weight and batch norm statistic as `{name: float32 array}`."""
    return {p.name: np.asarray(p.asnumpy(), np.float32) for p in network.get_parameters()}


def probabilities(network, x):
    """Softmax of the network's logits for `x` (float32 NCHW array), as a float32 NCHW array."""
    return ops.softmax(network(Tensor(x)), axis=1).asnumpy()
