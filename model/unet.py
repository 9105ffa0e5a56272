"""The U-Net family in MindSpore: the trained networks, with the name and shape of every weight.

All have five levels; each level down halves width and height and doubles the channels. They consist
of blocks of two 3x3 convolutions with ReLU, 2x2 transposed convolutions in the decoder, and a 1x1
convolution as head. A concatenation has the upsampled map first and the skips after it. Input is
[N, channels, H, W] float32, output are logits [N, classes, H, W] of the same height and width. H
and W are multiples of 16. `export.py` adds softmax and argmax.

* `unet_simple`: batch norm in the encoder, none in the decoder. As in the MindSpore model zoo,
  where base is 32.
* `unet_medical`: no batch norm, ReLU after the transposed convolution; base 64 in the zoo. The
  zoo's convolutions have no padding, and it crops the skips to fit. There, 572x572 pixels give a
  mask of 388x388, and a defect in the outer 92 pixels is never seen. Here the convolutions are
  padded: the same weights, a mask for every pixel, and any size. (Mirroring 92 pixels around the
  picture instead would cost 43 % more work at 960x960.)
* `unet_nested` (UNet++): between encoder and head, every level has as many steps as there are
  levels below it. Each step takes all earlier maps of its level as skips. Batch norm as in
  `unet_simple`. Training supervises a head on each of the four maps at full resolution. Only the
  last, called `head`, is exported.

`onnx_graph.py` and `unet_torch.py` build the same networks with the same weight names: change the
three together.
"""

import math

import mindspore as ms
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


def up_conv(channels_in, channels_out):
    """A 2x2 transposed convolution with bias that doubles height and width."""
    return nn.Conv2dTranspose(
        channels_in, channels_out, 2, stride=2, pad_mode="valid", has_bias=True,
        weight_init=HeNormal(mode="fan_in", nonlinearity="linear"), bias_init="zeros",
    )


def head(base, classes):
    """The 1x1 convolution to logits. Small initial weights give an initial loss near log(classes).
    """
    layer = conv(base, classes, 1)
    layer.weight.set_data(initializer(HeNormal(negative_slope=math.sqrt(99)), layer.weight.shape))
    return layer


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


class Encoder(nn.Cell):
    """The encoder and the head, which all networks share."""

    def __init__(self, base, classes, channels, batch_norm):
        super().__init__()
        self.width = [base << level for level in range(LEVELS)]
        before = [channels, *self.width]
        self.down = nn.CellList([Block(before[level], self.width[level], batch_norm) for level in range(LEVELS)])
        self.pool = nn.MaxPool2d(kernel_size=2, stride=2)
        self.head = head(base, classes)

    def maps(self, x):
        """The map of each level, the finest first."""
        # Tuples, here and below: MindSpore's graph mode has no gradient through an item of a list.
        found = ()
        for level in range(LEVELS):
            x = self.down[level](self.pool(x) if level else x)
            found += (x,)
        return found

    def supervised(self, x):
        """The logits of every supervised head, the exported one first."""
        return (self.construct(x),)


class UNetSimple(Encoder):
    """`unet_simple`. `base` is the number of channels at full resolution."""

    BATCH_NORM, RELU_BEHIND_UP = True, False

    def __init__(self, base, classes, channels=3):
        super().__init__(base, classes, channels, self.BATCH_NORM)
        width, upward = self.width, list(reversed(range(LEVELS - 1)))
        # Entry i of `up` and `merge` leads to level LEVELS - 2 - i.
        self.up = nn.CellList([up_conv(width[level + 1], width[level]) for level in upward])
        self.merge = nn.CellList([Block(2 * width[level], width[level], False) for level in upward])
        self.behind_up = nn.ReLU() if self.RELU_BEHIND_UP else nn.Identity()

    def construct(self, x):
        maps = self.maps(x)
        x = maps[LEVELS - 1]
        for step in range(LEVELS - 1):
            x = ops.concat((self.behind_up(self.up[step](x)), maps[LEVELS - 2 - step]), axis=1)
            x = self.merge[step](x)
        return self.head(x)


class UNetMedical(UNetSimple):
    """`unet_medical`, with padded convolutions."""

    BATCH_NORM, RELU_BEHIND_UP = False, True


class UNetNested(Encoder):
    """`unet_nested`, UNet++."""

    def __init__(self, base, classes, channels=3):
        super().__init__(base, classes, channels, True)
        width = self.width
        # Entry [step][level] of `up` and `merge` leads to map `step` + 1 of that level.
        places = [[(step, level) for level in range(LEVELS - 1 - step)] for step in range(LEVELS - 1)]
        self.up = nn.CellList(
            [nn.CellList([up_conv(width[level + 1], width[level]) for _, level in row]) for row in places]
        )
        self.merge = nn.CellList(
            [nn.CellList([Block((step + 2) * width[level], width[level], False) for step, level in row])
             for row in places]
        )
        self.sides = nn.CellList([head(base, classes) for _ in range(LEVELS - 2)])

    def finest(self, x):
        """The maps at full resolution: the encoder's first, the one from the deepest level last."""
        # `column` holds the newest map of every level that has another one, `skips` all maps of
        # each level.
        column = self.maps(x)
        skips = ()
        for encoded in column:
            skips += ((encoded,),)
        for step in range(LEVELS - 1):
            newest, joined = (), ()
            for level in range(LEVELS - 1 - step):
                up = self.up[step][level](column[level + 1])
                merged = self.merge[step][level](ops.concat((up,) + skips[level], axis=1))
                newest += (merged,)
                joined += (skips[level] + (merged,),)
            column, skips = newest, joined
        return skips[0]

    def construct(self, x):
        return self.head(self.finest(x)[LEVELS - 1])

    def supervised(self, x):
        """The logits of every supervised head, the exported one first."""
        finest = self.finest(x)
        logits = (self.head(finest[LEVELS - 1]),)
        for step in range(LEVELS - 2):
            logits += (self.sides[step](finest[step + 1]),)
        return logits


ARCHITECTURES = {"unet_simple": UNetSimple, "unet_medical": UNetMedical, "unet_nested": UNetNested}


def build(architecture, base, classes, channels=3):
    """The network with fresh weights (seed with `mindspore.set_seed` first)."""
    return ARCHITECTURES[architecture](base, classes, channels)


def use(device):
    """Selects "CPU" or "Ascend" for all later calls, in graph mode. RuntimeError if it is missing.
    """
    ms.set_context(mode=ms.GRAPH_MODE)
    if ms.get_context("device_target") != device:
        try:
            ms.set_device(device)
        except (RuntimeError, ValueError) as error:
            raise RuntimeError(f"this MindSpore does not have the device ({str(error).split('.')[0]})") from error


def weights(network):
    """Every weight and batch norm statistic as `{name: float32 array}`."""
    return {p.name: np.asarray(p.asnumpy(), np.float32) for p in network.get_parameters()}


def probabilities(network, x):
    """Softmax of the network's logits for `x` (float32 NCHW array), as a float32 NCHW array."""
    network.set_train(False)
    return ops.softmax(network(Tensor(x)), axis=1).asnumpy()
