"""The configuration of AIPP, which turns 8-bit pixels into the network's input on the device.

    python3 aipp.py write --width 960 --height 960 [--channels 1] [--order bgr] --out NAME.aipp.cfg
    python3 aipp.py check --aipp NAME.aipp.cfg --model NAME.onnx [--order bgr] [--station FILE]

`write` makes a file that computes (x - 127.5) / 127.5. `check` refuses a file that does not fit the
model, its card or the station file, and prints the model's input for ATC (`x:1,3,960,960`).
`export.py` and `convert.sh` call them. Needs only Python, so it runs where ATC does.

The channel order is the one of the training. The model's card ("channel order") and the station
file (`image.order`) state it. Nothing in between swaps channels.

A network of one channel sees grey: (76 R + 150 G + 30 B) / 256, rounded. AIPP's colour conversion
computes it from the station's three bytes a pixel. For a grey camera (R = G = B) it equals the
pixel.
"""

import argparse
import json
import re
import sys
from pathlib import Path

# AIPP's factors for the luma of R, G and B (BT.601, in 256ths); they add up to 256.
LUMA = {"r": 76, "g": 150, "b": 30}
ORDERS = ("bgr", "rgb")
MIN, VAR_RECI = 127.5, 0.00784313725
# In half precision on the device, the formula is less exact than this.
TOLERANCE = 1e-6


def luma(order):
    """The factors in the byte order of a pixel."""
    return [LUMA[channel] for channel in order]


def grey(pixels):
    """The input of a one-channel network for BGR pixels ([H, W, 3], uint8), as [H, W, 1] uint8."""
    sums = pixels.astype("int32") @ luma("bgr")
    return ((sums + 128) >> 8).astype("uint8")[..., None]


def text(width, height, channels, order, resized=None):
    """A configuration for a model with that input and a station with that channel order. `resized`
    says how the pictures of the training were resized.
    """
    comments = [
        "# Static AIPP: the device takes interleaved 8-bit pixels and computes (x - 127.5) / 127.5.",
        f"# No R/B swap: the station writes {order.upper()}, and the network was trained on {order.upper()}"
        f"{' (cv2.imread)' if order == 'bgr' else ''}.",
    ]
    if resized is not None:
        comments.append(f"# The pictures of the training were resized by {resized}.")
    lines = ["aipp_mode: static", "related_input_rank: 0", "input_format: RGB888_U8", f"src_image_size_w: {width}",
             f"src_image_size_h: {height}", "crop: false"]
    if channels == 1:
        comments.append("# The network sees one channel: the first row of the conversion turns the three into grey.")
        factors = [luma(order), [0] * 3, [0] * 3]
        lines += ["csc_switch: true"] + [f"matrix_r{r}c{c}: {factors[r][c]}" for r in range(3) for c in range(3)]
        lines += [f"input_bias_{c}: 0" for c in range(3)] + [f"output_bias_{c}: 0" for c in range(3)]
    else:
        lines.append("csc_switch: false")
    lines.append("rbuv_swap_switch: false")
    for key, value in (("mean_chn", 0), ("min_chn", MIN), ("var_reci_chn", VAR_RECI)):
        lines += [f"{key}_{channel}: {value}" for channel in range(channels)]
    return "\n".join([*comments, "aipp_op {", *(f"    {line}" for line in lines), "}", ""])


def read(path):
    """`{key: value}` of a configuration file, both as text."""
    content = "\n".join(line.split("#")[0] for line in Path(path).read_text(errors="replace").splitlines())
    block = re.fullmatch(r"\s*aipp_op\s*\{(.*)\}\s*", content, re.DOTALL)
    if block is None:
        raise SystemExit(f"{path}: expected one block, aipp_op {{ ... }}")
    return {key: word.strip('"') for key, word in re.findall(r"(\w+)\s*:\s*([^\s,;]+)", block[1])}


def problems(values, width, height, channels, order):
    """The reasons, as lines of text, why a configuration does not fit a model's input and order."""
    found = []

    def need(key, wanted, why, default="false"):
        if values.get(key, default) != wanted:
            found.append(f"{key} is {values.get(key, default)}, needed is {wanted}: {why}")

    need("aipp_mode", "static", "the station gives no parameters of its own", "missing")
    need("related_input_rank", "0", "the model has one input", "0")
    for key, size in (("src_image_size_w", width), ("src_image_size_h", height)):
        need(key, str(size), f"the model's input is {width}x{height}", "missing")
    for key in ("crop", "padding", "resize"):
        need(key, "false", "the station crops and resizes, as training did")
    need("rbuv_swap_switch", "false", f"the network was trained on {order.upper()}, which is what the station file must say "
         "(image.order); a swap would reverse the order")
    if channels == 3:
        need("input_format", "RGB888_U8", "the station writes three bytes a pixel and the model has three channels", "missing")
        need("csc_switch", "false", "the model sees the pixels' own channels")
    elif values.get("input_format") == "YUV400_U8":
        found.append("input_format is YUV400_U8, one byte a pixel, which the station does not write; needed is RGB888_U8 with "
                     "csc_switch: true, which makes grey of three")
    else:
        need("input_format", "RGB888_U8", "the station writes three bytes a pixel", "missing")
        need("csc_switch", "true", "the model has one channel, so three must become grey")
        for column, factor in enumerate(luma(order)):
            need(f"matrix_r0c{column}", str(factor), f"grey of {order.upper()} pixels, as in training", "missing")
        for key in (f"{side}_bias_{column}" for side in ("input", "output") for column in range(3)):
            need(key, "0", "grey of the pixels, as in training", "0")
    for channel in range(channels):
        try:
            offset = float(values.get(f"mean_chn_{channel}", 0)) + float(values.get(f"min_chn_{channel}", 0))
            factor = float(values.get(f"var_reci_chn_{channel}", 1))
        except ValueError:
            found.append(f"mean_chn_{channel}, min_chn_{channel} and var_reci_chn_{channel} must be numbers")
            continue
        if abs(offset - MIN) * VAR_RECI > TOLERANCE or abs(factor - VAR_RECI) * MIN > TOLERANCE:
            found.append(f"channel {channel} becomes (x - {offset:g}) * {factor:g}, needed is (x - {MIN}) * {VAR_RECI}: "
                         "what training computed")
    return found


def order_of_card(path):
    """The channel order that a model's card states, "bgr" or "rgb"."""
    rows = re.findall(r"^\|[ *]*channel order[ *]*\|(.*)", Path(path).read_text(errors="replace"), re.MULTILINE | re.IGNORECASE)
    stated = [order for order in ORDERS if rows and order in rows[0].lower()]
    if len(stated) != 1:
        raise SystemExit(f"{path}: the card must say `| channel order | BGR |` or RGB, one of them")
    return stated[0]


def resize_of_card(path):
    """The rule of the resize that a model's card states, or None."""
    rows = re.findall(r"^\|[ *]*resize[ *]*\|[ *`]*(\w*)", Path(path).read_text(errors="replace"), re.MULTILINE | re.IGNORECASE)
    return rows[0].lower() if rows else None


def image_of(path):
    """(`image.order`, (width, height)) of a station file."""
    try:
        image = json.loads(Path(path).read_text())["image"]
        return image["order"], (image["size"]["width"], image["size"]["height"])
    except OSError as error:
        raise SystemExit(f"{path}: {error.strerror}; name the station file") from None
    except (ValueError, KeyError, TypeError):
        raise SystemExit(f"{path}: not a station file with image.order and image.size; `sluice check` names the "
                         "errors") from None


def fields(message):
    """The number and value (int or bytes) of each field of a protobuf message."""
    place = 0

    def varint():
        nonlocal place
        value, shift = 0, 0
        while True:
            byte = message[place]
            place += 1
            value |= (byte & 127) << shift
            if byte < 128:
                return value
            shift += 7

    while place < len(message):
        key = varint()
        if key & 7 == 0:
            yield key >> 3, varint()
        elif key & 7 in (1, 5):
            place += 8 if key & 7 == 1 else 4
        elif key & 7 == 2:
            size = varint()
            if place + size > len(message):
                raise IndexError
            yield key >> 3, message[place : place + size]
            place += size
        else:
            raise IndexError


def model_input(path):
    """(name, [N, C, H, W]) of the only input of an ONNX file.

    Field numbers from onnx.proto: ModelProto.graph 7, GraphProto.input 11, ValueInfoProto.name 1
    and type 2, TypeProto.tensor_type 1, its shape 2, TensorShapeProto.dim 1, its dim_value 1.
    """
    try:
        values = lambda message, *numbers: (
            [message] if not numbers else
            [inner for number, value in fields(message) if number == numbers[0] for inner in values(value, *numbers[1:])]
        )
        [single] = values(memoryview(Path(path).read_bytes()), 7, 11)
        [name] = values(single, 1)
        # A symbolic dimension has no field 1.
        dims = [int((values(dim, 1) or [0])[0]) for dim in values(single, 2, 1, 2, 1)]
    except (IndexError, ValueError, TypeError):
        raise SystemExit(f"{path}: not an ONNX model with one input") from None
    if len(dims) != 4 or min(dims) < 1 or dims[1] not in (1, 3):
        raise SystemExit(f"{path}: its input {bytes(name).decode()} has dims {dims} (0: not fixed); it must be a fixed "
                         "N x C x H x W with 1 or 3 channels")
    return bytes(name).decode(), dims


def check(arguments):
    """Prints the model's input for ATC, or exits with all problems."""
    values, model = read(arguments.aipp), arguments.model
    if model.suffix == ".onnx":
        name, (batch, channels, height, width) = model_input(model)
    else:
        # AIR and MINDIR files are not read. `export.py` wrote this AIPP file for the model.
        name, batch, channels = "x", arguments.batch_size or 1, 1 if values.get("csc_switch") == "true" else 3
        width, height = (int(values.get(f"src_image_size_{axis}", 0)) for axis in "wh")
    found = []
    given = (("--width", arguments.width, width), ("--height", arguments.height, height),
             ("--batch_size", arguments.batch_size, batch))
    for option, said, has in given:
        if said is not None and said != has:
            found.append(f"{option} {said}, but the model has {has}")
    card = model.with_suffix(".md")
    order = order_of_card(card) if card.is_file() else arguments.order
    if order is None:
        raise SystemExit(f"{card}: no card that states the channel order; write one (export.py does) or give --order")
    if arguments.order and arguments.order != order:
        found.append(f"--order {arguments.order}, but {card} says {order.upper()}")
    found += [f"{arguments.aipp}: {problem}" for problem in problems(values, width, height, channels, order)]
    if arguments.station:
        stated, (wide, high) = image_of(arguments.station)
        if stated != order:
            found.append(f"{arguments.station}: image.order is {stated}, but the network was trained on {order}")
        if (wide, high) != (width, height):
            found.append(f"{arguments.station}: image.size is {wide}x{high}, but the model's input is {width}x{height}")
    if found:
        raise SystemExit("\n".join(found))
    print(f"{name}:{batch},{channels},{height},{width}")


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    commands = parser.add_subparsers(dest="command", required=True)
    write, checks = commands.add_parser("write"), commands.add_parser("check")
    write.add_argument("--width", type=int, required=True)
    write.add_argument("--height", type=int, required=True)
    write.add_argument("--channels", type=int, choices=(1, 3), default=3)
    write.add_argument("--order", choices=ORDERS, default="bgr")
    write.add_argument("--out", type=Path, required=True)
    checks.add_argument("--aipp", type=Path, required=True)
    checks.add_argument("--model", type=Path, required=True)
    checks.add_argument("--order", choices=ORDERS, help="of the network, where the model has no card beside it")
    checks.add_argument("--station", type=Path, help="station file, whose image.order and image.size must fit too")
    checks.add_argument("--width", type=int)
    checks.add_argument("--height", type=int)
    checks.add_argument("--batch_size", type=int)
    arguments = parser.parse_args()
    if arguments.command == "write":
        arguments.out.write_text(text(arguments.width, arguments.height, arguments.channels, arguments.order))
    else:
        check(arguments)


if __name__ == "__main__":
    sys.exit(main())
