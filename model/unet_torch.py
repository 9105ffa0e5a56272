"""The networks of `unet.py` in PyTorch, with the same weight names.

A file of weights (`.npz`, `{name: float32 array}`) written from one framework loads in the other.
`onnx_graph.py` builds the ONNX file from it: change the three together.
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
        # momentum has the opposite meaning in MindSpore: 0.1 here is 0.9 there.
        norm = lambda: nn.BatchNorm2d(channels_out, eps=BATCH_NORM_EPSILON, momentum=0.1)
        self.bn1, self.bn2 = (norm(), norm()) if batch_norm else (nn.Identity(), nn.Identity())

    def forward(self, x):
        x = F.relu(self.bn1(self.conv1(x)))
        return F.relu(self.bn2(self.conv2(x)))


class Encoder(nn.Module):
    """The encoder and the head, which all networks share."""

    def __init__(self, base, classes, channels, batch_norm):
        super().__init__()
        self.width = [base << level for level in range(LEVELS)]
        before = [channels, *self.width]
        self.down = nn.ModuleList([Block(before[level], self.width[level], batch_norm) for level in range(LEVELS)])
        self.head = nn.Conv2d(base, classes, 1)

    def start(self):
        """Fresh weights, as in `unet.py`. Every constructor calls this last."""
        for name, module in self.named_modules():
            if isinstance(module, nn.Conv2d):
                head = name.startswith(("head", "sides"))
                nn.init.kaiming_normal_(module.weight, mode="fan_in" if head else "fan_out", nonlinearity="leaky_relu",
                                        a=math.sqrt(99) if head else 0)
            if isinstance(module, (nn.Conv2d, nn.ConvTranspose2d)):
                nn.init.zeros_(module.bias)

    def maps(self, x):
        """The map of each level, the finest first."""
        found = []
        for level, block in enumerate(self.down):
            x = block(F.max_pool2d(x, 2) if level else x)
            found.append(x)
        return found

    def supervised(self, x):
        """The logits of every supervised head, the exported one first."""
        return [self(x)]


class UNetSimple(Encoder):
    """As in `unet.py`."""

    BATCH_NORM, RELU_BEHIND_UP = True, False

    def __init__(self, base, classes, channels=3):
        super().__init__(base, classes, channels, self.BATCH_NORM)
        width, upward = self.width, list(reversed(range(LEVELS - 1)))
        self.up = nn.ModuleList([nn.ConvTranspose2d(width[level + 1], width[level], 2, stride=2) for level in upward])
        self.merge = nn.ModuleList([Block(2 * width[level], width[level], False) for level in upward])
        self.start()

    def forward(self, x):
        *skips, x = self.maps(x)
        for up, merge in zip(self.up, self.merge):
            x = F.relu(up(x)) if self.RELU_BEHIND_UP else up(x)
            x = merge(torch.cat((x, skips.pop()), 1))
        return self.head(x)


class UNetMedical(UNetSimple):
    """As in `unet.py`."""

    BATCH_NORM, RELU_BEHIND_UP = False, True


class UNetNested(Encoder):
    """As in `unet.py`."""

    def __init__(self, base, classes, channels=3):
        super().__init__(base, classes, channels, True)
        width = self.width
        self.up = nn.ModuleList(
            [nn.ModuleList([nn.ConvTranspose2d(width[level + 1], width[level], 2, stride=2)
                            for level in range(LEVELS - 1 - step)]) for step in range(LEVELS - 1)]
        )
        self.merge = nn.ModuleList(
            [nn.ModuleList([Block((step + 2) * width[level], width[level], False)
                            for level in range(LEVELS - 1 - step)]) for step in range(LEVELS - 1)]
        )
        self.sides = nn.ModuleList([nn.Conv2d(base, classes, 1) for _ in range(LEVELS - 2)])
        self.start()

    def finest(self, x):
        """The maps at full resolution, the one from the deepest level last."""
        rows = [[encoded] for encoded in self.maps(x)]
        for step in range(LEVELS - 1):
            for level in range(LEVELS - 1 - step):
                up = self.up[step][level](rows[level + 1][step])
                rows[level].append(self.merge[step][level](torch.cat((up, *rows[level]), 1)))
        return rows[0][1:]

    def forward(self, x):
        return self.head(self.finest(x)[-1])

    def supervised(self, x):
        *others, last = self.finest(x)
        return [self.head(last), *(side(other) for side, other in zip(self.sides, others))]


ARCHITECTURES = {"unet_simple": UNetSimple, "unet_medical": UNetMedical, "unet_nested": UNetNested}


def build(architecture, base, classes, channels=3):
    """The network with fresh weights (seed with `torch.manual_seed` first)."""
    return ARCHITECTURES[architecture](base, classes, channels)


# Names of batch norm's weights in MindSpore.
NAMES = {"weight": "gamma", "bias": "beta", "running_mean": "moving_mean", "running_var": "moving_variance"}


def arrays_of(state):
    """`{name in MindSpore: float32 array}` of a PyTorch state dictionary."""
    found = {}
    for name, tensor in state.items():
        module, _, kind = name.rpartition(".")
        if kind == "num_batches_tracked":
            continue
        if module.rpartition(".")[2].startswith("bn"):
            name = f"{module}.{NAMES.get(kind, kind)}"
        found[name] = tensor.detach().cpu().numpy().astype(np.float32)
    return found


def weights(network):
    """Every weight as `{name in MindSpore: float32 array}`."""
    return arrays_of(network.state_dict())


def shapes(network):
    """The shape of every weight, `{name in MindSpore: tuple}`."""
    return {name: array.shape for name, array in weights(network).items()}


def load(network, arrays):
    """Loads exactly these weights. `arrays` is the result of `np.load`, or a dictionary."""
    own, given = set(weights(network)), set(arrays.keys())
    if own != given:
        raise SystemExit(f"not this network's weights; missing: {sorted(own - given)}, not known: {sorted(given - own)}")
    state = network.state_dict()
    back = {new: old for old, new in NAMES.items()}
    for name in given:
        module, _, kind = name.rpartition(".")
        state[f"{module}.{back.get(kind, kind)}"].copy_(torch.from_numpy(np.asarray(arrays[name])))


def probabilities(network, x):
    """Softmax of the network's logits for `x` (float32 NCHW array), as a float32 NCHW array."""
    network.eval()
    with torch.no_grad():
        return torch.softmax(network(torch.from_numpy(x)), 1).numpy()
