"""The shipped U-Net at another input size.

It is fully convolutional, so only the sizes of its inputs and outputs change, not the weights. An
emulated processor is about fifty times slower than a real one. A small window of a part is enough
to find a pit.
"""

from places import ROOT

MODEL = ROOT / "model/unet_simple_parts.onnx"
SIDE_BEFORE = 960
# Field numbers of ONNX (onnx.proto): ModelProto.graph, GraphProto.input and .output,
# ValueInfoProto.type, TypeProto.tensor_type, its shape, TensorShapeProto.dim, Dimension.dim_value.
PATH = ((7,), (11, 12), (2,), (1,), (2,), (1,))
DIM_VALUE = 1


def _varint(content, at):
    value = shift = 0
    while True:
        byte = content[at]
        at += 1
        value |= (byte & 0x7F) << shift
        shift += 7
        if byte < 0x80:
            return value, at


def _as_varint(value):
    encoded = b""
    while value >= 0x80:
        encoded += bytes([value & 0x7F | 0x80])
        value >>= 7
    return encoded + bytes([value])


def _resized(message, path, side):
    """The message with each SIDE_BEFORE at the end of `path` replaced by `side`."""
    out, at = [], 0
    while at < len(message):
        tag, at = _varint(message, at)
        field, kind = tag >> 3, tag & 7
        out.append(_as_varint(tag))
        if kind == 0:
            value, at = _varint(message, at)
            is_side = not path and field == DIM_VALUE and value == SIDE_BEFORE
            out.append(_as_varint(side if is_side else value))
        elif kind == 2:
            length, at = _varint(message, at)
            body = message[at:at + length]
            at += length
            if path and field in path[0]:
                body = _resized(body, path[1:], side)
            out += [_as_varint(len(body)), body]
        else:
            length = {1: 8, 5: 4}[kind]
            out.append(message[at:at + length])
            at += length
    return b"".join(out)


def resized(side):
    """The model, as bytes, for an input of `side` x `side` pixels. `side` is a multiple of 16."""
    if side % 16:
        raise ValueError(f"{side}: the network halves its input four times")
    return _resized(MODEL.read_bytes(), PATH, side)


def normalisation(side):
    """The content of aipp.cfg for an input of `side` x `side` pixels."""
    return (ROOT / "model/aipp.cfg").read_text().replace(f": {SIDE_BEFORE}\n", f": {side}\n").encode()
