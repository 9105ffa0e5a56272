"""The networks in plain NumPy, each step by its definition: the reference without a framework.

It is slow (a second for each 10 GMAC). It reads the same weights as `onnx_graph.py` and shares none
of its code.
"""

import numpy as np

EPSILON = 1e-5


class Forward:
    """One forward pass through a network with the weights `{name: array}`."""

    def __init__(self, weights):
        self.weights = {name: array.astype(np.float32) for name, array in weights.items()}

    def conv(self, x, name):
        """A convolution of stride 1 with zero padding, [N, C, H, W] to [N, C', H, W]."""
        weight, (n, _, h, w) = self.weights[f"{name}.weight"], x.shape
        reach = weight.shape[2] // 2
        padded = np.pad(x, ((0, 0), (0, 0), (reach, reach), (reach, reach)))
        total = np.zeros((n, weight.shape[0], h, w), np.float32)
        for i in range(weight.shape[2]):
            for j in range(weight.shape[3]):
                total += np.einsum("oc,nchw->nohw", weight[:, :, i, j], padded[:, :, i : i + h, j : j + w], optimize=True)
        return total + self.weights[f"{name}.bias"][:, None, None]

    def up(self, x, name):
        """A transposed convolution, 2x2 with stride 2: every pixel becomes a block of four."""
        weight, (n, _, h, w) = self.weights[f"{name}.weight"], x.shape
        blocks = np.einsum("coij,nchw->nohiwj", weight, x, optimize=True)
        return blocks.reshape(n, weight.shape[1], 2 * h, 2 * w) + self.weights[f"{name}.bias"][:, None, None]

    def norm(self, x, name):
        """Batch norm with the averages of the training, if the network has it at this place."""
        if f"{name}.gamma" not in self.weights:
            return x
        gamma, beta, mean, variance = (
            self.weights[f"{name}.{part}"][:, None, None] for part in ("gamma", "beta", "moving_mean", "moving_variance")
        )
        return (x - mean) / np.sqrt(variance + EPSILON) * gamma + beta

    def block(self, x, name):
        for number in (1, 2):
            x = np.maximum(self.norm(self.conv(x, f"{name}.conv{number}"), f"{name}.bn{number}"), 0)
        return x

    def encode(self, x):
        """The maps of the encoder, the finest first."""
        found = [self.block(x, "down.0")]
        while f"down.{len(found)}.conv1.weight" in self.weights:
            n, c, h, w = found[-1].shape
            pooled = found[-1].reshape(n, c, h // 2, 2, w // 2, 2).max(axis=(3, 5))
            found.append(self.block(pooled, f"down.{len(found)}"))
        return found

    def straight(self, x, relu_behind_up):
        """Logits of unet_simple and unet_medical."""
        maps = self.encode(x)
        x = maps[-1]
        for step, skip in enumerate(reversed(maps[:-1])):
            x = self.up(x, f"up.{step}")
            if relu_behind_up:
                x = np.maximum(x, 0)
            x = self.block(np.concatenate([x, skip], axis=1), f"merge.{step}")
        return self.conv(x, "head")

    def nested(self, x):
        """Logits of unet_nested. Map (level, step) comes from the map below and all earlier maps of
        its level.
        """
        at = {(level, 0): found for level, found in enumerate(self.encode(x))}
        levels = len(at)
        for step in range(1, levels):
            for level in range(levels - step):
                name = f"{step - 1}.{level}"
                joined = [self.up(at[level + 1, step - 1], f"up.{name}"), *(at[level, s] for s in range(step))]
                at[level, step] = self.block(np.concatenate(joined, axis=1), f"merge.{name}")
        return self.conv(at[0, levels - 1], "head")


def logits(architecture, weights, x):
    """Logits [N, classes, H, W] of `x` ([N, C, H, W] float32)."""
    forward = Forward(weights)
    return forward.nested(x) if architecture == "unet_nested" else forward.straight(x, architecture == "unet_medical")


def softmax(scores):
    """Probabilities of logits, over axis 1."""
    scores = np.exp(scores - scores.max(axis=1, keepdims=True))
    return scores / scores.sum(axis=1, keepdims=True)
