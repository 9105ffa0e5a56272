"""Random weights for the networks of the family, where only shapes and ranges count."""

import numpy as np

import onnx_graph


def random_weights(base, classes, channels=3, architecture="unet_simple", seed=0):
    """Weights with the names and shapes that training saves."""
    random, weights = np.random.default_rng(seed), {}

    def conv(name, channels_in, channels_out, kernel, transposed=False):
        shape = (channels_in, channels_out) if transposed else (channels_out, channels_in)
        # He's scale, so that the picture reaches the logits through every layer.
        scale = (2 / (channels_in * (1 if transposed else kernel * kernel))) ** 0.5
        weights[f"{name}.weight"] = random.normal(0, scale, (*shape, kernel, kernel)).astype(np.float32)
        weights[f"{name}.bias"] = random.normal(0, 0.05, channels_out).astype(np.float32)

    def block(name, channels_in, channels_out, batch_norm):
        conv(f"{name}.conv1", channels_in, channels_out, 3)
        conv(f"{name}.conv2", channels_out, channels_out, 3)
        for number in (1, 2) if batch_norm else ():
            for part in ("gamma", "beta", "moving_mean", "moving_variance"):
                weights[f"{name}.bn{number}.{part}"] = random.uniform(0.5, 2, channels_out).astype(np.float32)

    width = [base << level for level in range(onnx_graph.LEVELS)]
    for level in range(onnx_graph.LEVELS):
        block(f"down.{level}", width[level - 1] if level else channels, width[level], architecture != "unet_medical")
    for step in range(onnx_graph.LEVELS - 1):
        if architecture == "unet_nested":
            for level in range(onnx_graph.LEVELS - 1 - step):
                conv(f"up.{step}.{level}", width[level + 1], width[level], 2, transposed=True)
                block(f"merge.{step}.{level}", (step + 2) * width[level], width[level], False)
        else:
            level = onnx_graph.LEVELS - 2 - step
            conv(f"up.{step}", width[level + 1], width[level], 2, transposed=True)
            block(f"merge.{step}", 2 * width[level], width[level], False)
    for side in range(3) if architecture == "unet_nested" else ():
        conv(f"sides.{side}", base, classes, 1)
    conv("head", base, classes, 1)
    return weights
