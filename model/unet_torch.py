"""The networks of `unet.py` in PyTorch, with the same names of weights.

A file of weights (`.npz`, `{name: float32 array}`) written from one framework loads in the other, and `onnx_graph.py`
builds the ONNX file from it: change the three together.
"""

import math

import numpy as np
import torch
from torch import nn
from torch.nn import functional as F

from onnx_graph import BATCH_NORM_EPSILON, LEVELS


class Block(nn.Module):
    """As in `unet.py`."""

    def __init__(self, channels_in, channels_out, batch_norm):
        super().__init__()
        self.conv1 = nn.Conv2d(channels_in, channels_out, 3, padding=1)
        self.conv2 = nn.Conv2d(channels_out, channels_out, 3, padding=1)
        # momentum counts the other way round than in MindSpore: 0.1 there would be 0.9 here.
        norm = lambda: nn.BatchNorm2d(channels_out, eps=BATCH_NORM_EPSILON, momentum=0.1)
        self.bn1, self.bn2 = (norm(), norm()) if batch_norm else (nn.Identity(), nn.Identity())

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(x)))


class UNetSimple(nn.Module):
    """As in `unet.py`."""

    def __init__(self, base, classes, channels=3):
        super().__init__()
        width = [base << level for level in range(LEVELS)]
        self.down = nn.ModuleList(
            [Block(channels if level == 0 else width[level - 1], width[level], True) for level in range(LEVELS)]
        )
        upward = list(reversed(range(LEVELS - 1)))
        self.up = nn.ModuleList([nn.ConvTranspose2d(width[level + 1], width[level], 2, stride=2) for level in upward])
        self.merge = nn.ModuleList([Block(2 * width[level], width[level], False) for level in upward])
        self.head = nn.Conv2d(base, classes, 1)
        for module in self.modules():
            if isinstance(module, nn.Conv2d):
                nn.init.kaiming_normal_(module.weight, mode="fan_out", nonlinearity="relu")
            if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                nn.init.zeros_(module.bias)
        nn.init.kaiming_normal_(self.head.weight, a=math.sqrt(99))

    def forward(self, x):
        skips = []
        for level in range(LEVELS - 1):
            x = self.down[level](x)
            skips.append(x)
            x = F.max_pool2d(x, 2)
        x = self.down[LEVELS - 1](x)
        for step in range(LEVELS - 1):
            x = self.merge[step](torch.cat((self.up[step](x), skips[LEVELS - 2 - step]), 1))
        return self.head(x)


ARCHITECTURES = {"unet_simple": UNetSimple}


def build(architecture, base, classes, channels=3):
    """The network with fresh weights (seed with `torch.manual_seed` first)."""
    return ARCHITECTURES[architecture](base, classes, channels)


# What batch norm's weights are called in MindSpore.
NAMES = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}


def weights(network):
    """Every weight as `{name in MindSpore: float32 array}`."""
    found = {}
    for name, tensor in network.state_dict().items():
        module, _, kind = name.rpartition(".")
        if kind == "num_batches_tracked":
            continue
        if module.rpartition(".")[2].startswith("bn"):
            name = f"{module}.{NAMES[kind]}"
        found[name] = tensor.numpy().astype(np.float32)
    return found


def load(network, arrays):
    """Takes the weights over, all of them."""
    state = network.state_dict()
    back = {new: old for old, new in NAMES.items()}
    for name in arrays.files:
        module, _, kind = name.rpartition(".")
        own = f"{module}.{back.get(kind, kind)}"
        state[own].copy_(torch.from_numpy(arrays[name]))
    missing = set(weights(network)) - set(arrays.files)
    if missing:
        raise SystemExit(f"weights missing in the file: {sorted(missing)}")
