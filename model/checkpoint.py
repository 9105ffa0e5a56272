"""Reads the weights of a checkpoint of any framework: `{name: float32 array}`, names of `unet.py`.
"""

import pickle
import zipfile

import numpy as np

from onnx_graph import BATCH_NORM_PARTS

# Values that train.py saves with the weights and the optimiser's state.
ENDINGS = (".weight", ".bias", *(f".{part}" for part in BATCH_NORM_PARTS))
# Keys of the state dictionary in a PyTorch file that contains more than that.
STATES = ("state_dict", "network", "model", "model_state_dict")
# The key of the record of the resize (`resize.record`), in a .ckpt and a .npz.
RESIZE = "resize"


def missing(path, package):
    return SystemExit(f"{path}: needs {package}, which is not installed here; install it, or give a .npz file, which export.py "
                      "--weights writes where it is")


def load_mindspore(path):
    try:
        import mindspore as ms
    except ImportError:
        raise missing(path, "MindSpore") from None
    try:
        saved = ms.load_checkpoint(str(path))
    except ValueError as error:
        raise SystemExit(f"{path}: not a MindSpore checkpoint ({error})") from None
    # The optimiser's moments have the same endings, but begin with their own names.
    return {name: parameter.asnumpy().astype(np.float32) for name, parameter in saved.items()
            if name.endswith(ENDINGS) and name.split(".")[0] in ("down", "up", "merge", "head", "sides")}


def load_torch(path):
    try:
        import torch
    except ImportError:
        raise missing(path, "PyTorch") from None
    import unet_torch

    try:
        state = torch.load(path, map_location="cpu", weights_only=True)
    except (RuntimeError, pickle.UnpicklingError, EOFError, ValueError) as error:
        raise SystemExit(f"{path}: not a file of weights alone ({str(error).splitlines()[0]}); save it with "
                         "torch.save(network.state_dict(), path)") from None
    for name in STATES:
        if isinstance(state, dict) and isinstance(state.get(name), dict):
            state = state[name]
            break
    if not isinstance(state, dict) or not all(isinstance(tensor, torch.Tensor) for tensor in state.values()):
        raise SystemExit(f"{path}: no state dictionary in it, nor under {', '.join(STATES)}; save it with "
                         "torch.save(network.state_dict(), path)")
    return unet_torch.arrays_of(state)


def load(path):
    """The weights of a .ckpt of `train.py`, a .npz of the other two scripts, or a .pt or .pth with
    a PyTorch state dictionary.
    """
    if not path.is_file():
        raise SystemExit(f"{path}: no such file")
    if path.suffix == ".npz":
        try:
            return {name: array.astype(np.float32) for name, array in np.load(path).items() if name != RESIZE}
        except (ValueError, OSError, zipfile.BadZipFile, AttributeError) as error:
            raise SystemExit(f"{path}: not a .npz file of weights ({error})") from None
    if path.suffix == ".ckpt":
        return load_mindspore(path)
    if path.suffix in (".pt", ".pth"):
        return load_torch(path)
    raise SystemExit(f"{path}: not a checkpoint; its name must end with .ckpt, .npz, .pt or .pth")


def save(path, weights, resized):
    """Writes a .npz of weights and the record of the resize."""
    np.savez(path, **weights, **{RESIZE: np.array(resized)})


def resized(path):
    """The record of the resize that the pictures of the training got (`resize.record`). None if the
    checkpoint has none, as those of other programs.
    """
    if path.suffix == ".npz":
        found = np.load(path)
        return str(found[RESIZE]) if RESIZE in found else None
    if path.suffix == ".ckpt":
        import mindspore as ms

        found = ms.load_checkpoint(str(path)).get(RESIZE)
        return None if found is None else str(found)
    return None


def fitting(path, shapes):
    """The weights of a checkpoint for a network of these `{name: shape}`. Exits if they do not fit.
    """
    weights = load(path)
    names, found = set(shapes), set(weights)
    wrong = [f"{name}: {weights[name].shape}, needed {tuple(shapes[name])}"
             for name in sorted(names & found) if weights[name].shape != tuple(shapes[name])]
    if names != found or wrong:
        raise SystemExit(f"{path}: weights of another network; give the same --architecture, --base, --channels and --classes. "
                         f"Missing: {sorted(names - found)[:3]}, not known: {sorted(found - names)[:3]}, of another shape: "
                         f"{wrong[:3]}")
    return weights
