#!/usr/bin/env python3
"""Makes text_format.tsv: AIPP files written in many ways, and what protobuf reads from them.

    pip install protobuf==6.33.2 grpcio-tools==1.76.0 && python text_format.py > text_format.tsv

The reader is protoc's (`--encode`), the C++ implementation that ATC uses as well. Python's differs:
it accepts `+2` and `1_0`, and no octal number for an enumeration. The message has the fields of
ATC's message that the vectors use. It is defined here, because CANN ships no .proto file.

Each line is a file as a JSON string, a tab, and what protobuf reads: the values, `refused`, or
`range` if a value is outside AIPP's limits. Floats are the bits of a float32, in hexadecimal.
"""
import json
import pathlib
import random
import struct
import subprocess
import sys
import tempfile

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory

UINT32, INT32, FLOAT, BOOL, ENUM, MESSAGE = 13, 5, 2, 8, 14, 11
FIELDS = [("related_input_rank", UINT32), ("src_image_size_w", INT32), ("src_image_size_h", INT32),
          ("rbuv_swap_switch", BOOL), ("crop", BOOL), ("csc_switch", BOOL),
          *((f"mean_chn_{i}", INT32) for i in range(3)), *((f"min_chn_{i}", FLOAT) for i in range(3)),
          *((f"var_reci_chn_{i}", FLOAT) for i in range(3))]


def message():
    file = descriptor_pb2.FileDescriptorProto(name="aipp.proto", package="t", syntax="proto2")
    op = file.message_type.add(name="Op")
    for name, values in (("Mode", ["undefined", "static", "dynamic"]),
                         ("Format", ["UNDEFINED", "YUV420SP_U8", "XRGB8888_U8", "RGB888_U8", "YUV400_U8"])):
        enum = op.enum_type.add(name=name)
        for number, value in enumerate(values):
            enum.value.add(name=value, number=number)
    op.field.add(name="aipp_mode", number=1, label=1, type=ENUM, type_name=".t.Op.Mode")
    op.field.add(name="input_format", number=2, label=1, type=ENUM, type_name=".t.Op.Format")
    for number, (name, kind) in enumerate(FIELDS, 3):
        op.field.add(name=name, number=number, label=3 if name.startswith("var") else 1, type=kind)
    all_ = file.message_type.add(name="All")
    all_.field.add(name="aipp_op", number=1, label=3, type=MESSAGE, type_name=".t.Op")
    pool = descriptor_pool.DescriptorPool()
    pool.Add(file)
    set_ = FOLDER / "set"
    set_.write_bytes(descriptor_pb2.FileDescriptorSet(file=[file]).SerializeToString())
    return message_factory.GetMessageClass(pool.FindMessageTypeByName("t.All"))


FOLDER = pathlib.Path(tempfile.mkdtemp())
ALL = message()
PROTOC = [sys.executable, "-m", "grpc_tools.protoc", f"--descriptor_set_in={FOLDER}/set", "--encode=t.All", "aipp.proto"]


def bits(value):
    return f"{struct.unpack('<I', struct.pack('<f', value))[0]:08x}"


def read(text):
    encoded = subprocess.run(PROTOC, input=text.encode(), capture_output=True)
    if encoded.returncode:
        return "refused"
    found = ALL.FromString(encoded.stdout)
    if len(found.aipp_op) != 1:
        return "range"
    op = found.aipp_op[0]
    sides = [op.src_image_size_w, op.src_image_size_h]
    means = [getattr(op, f"mean_chn_{i}") for i in range(3)]
    mins = [getattr(op, f"min_chn_{i}") for i in range(3)]
    factors = [list(getattr(op, f"var_reci_chn_{i}")) or [1.0] for i in range(3)]
    right = (op.aipp_mode == 1 and op.input_format in (1, 3, 4) and 0 <= sides[0] <= 4096 and sides[0] != 1
             and 0 <= sides[1] <= 4096 and all(0 <= m <= 255 for m in means) and all(0 <= m <= 255 for m in mins)
             and all(len(f) == 1 and abs(f[0]) <= 65504 for f in factors) and not op.csc_switch
             and op.related_input_rank <= 127)
    if not right:
        return "range"
    return " ".join(map(str, [op.related_input_rank, op.input_format, *sides, int(op.rbuv_swap_switch), int(op.crop),
                              *means, *map(bits, mins), *(bits(f[0]) for f in factors)]))


def number(rng, kind):
    """A value of a field, in forms that protobuf may or may not accept."""
    if kind in (UINT32, INT32):
        n = rng.choice([0, 1, 2, 7, 8, 10, 64, 100, 255, 256, 4095, 5000])
        return rng.choice([str(n)] * 4 + [hex(n), f"0{n:o}", f"0{n}", f"00{n}", f"{n}.0", f"-{n}", f"+{n}", f"- {n}", f"'{n}'",
                                          f"{n}u", f"0X{n:X}", f"{n}e0"])
    if kind == FLOAT:
        f = rng.choice(["127.5", "0.00784313725", "1", "255", ".5", "5.", "1e-3", "1.5E+2", "0.1", "3.4028236e38", "1e39", "007",
                        "0.017124753831663668", "16777217", "0", "0e1", "123.68000030517578125"])
        return rng.choice([f] * 4 + [f + "f", f + "F", "-" + f, "- " + f, "+" + f, f'"{f}"', "0x10", "inf", "nan", f + "x", f + "_0"])
    if kind == BOOL:
        return rng.choice(["true", "false", "True", "False", "t", "f", "0", "1", "00", "01", "0x1", "2", "TRUE", "yes", "-0", '"true"'])
    raise ValueError(kind)


def pair(rng, name, value):
    if name.startswith("var_reci") and rng.random() < 0.2:
        value = rng.choice([f"[{value}]", f"[ {value} ]", f"[{value},]", f"[{value}, {value}]"])
    colon = rng.choice([": "] * 6 + [":", " : ", " :\n", ":# why\n "] + [" "])
    return f"{name}{colon}{value}{rng.choice([' '] * 4 + [', ', '; ', chr(10), chr(13) + chr(10), chr(9), ',,', ' ;  # note: x' + chr(10)])}"


def block(rng, body):
    opening, closing = rng.choice([("{", "}")] * 5 + [("<", ">"), ("< ", "\n>"), ("{", ">"), ("<", "}"), ("[{", "}]"), ("(", ")")])
    colon = rng.choice([" ", "", ": ", ":", " : "])
    before = rng.choice([""] * 4 + ["# made by hand\n", "\n\n", ";", "\ufeff"])
    after = rng.choice([""] * 4 + ["\n", ";", ",", " # end", "}", ";;", "\naipp_op {}"])
    return f"{before}aipp_op{colon}{opening} {body}{closing}{after}"


def main():
    rng = random.Random(20)
    seen, wanted = set(), {"refused": 120, "range": 50, "read": 230}
    while any(wanted.values()):
        head = [("aipp_mode", rng.choice(["static"] * 6 + ["1", "0x1", "2", "Static", "7", '"static"'])),
                ("input_format", rng.choice(["RGB888_U8"] * 5 + ["3", "03", "YUV400_U8", "4", "1", "rgb888_u8", "99"]))]
        rest = [(name, number(rng, kind)) for name, kind in rng.sample(FIELDS, rng.randint(0, 4)) if name != "csc_switch"]
        if rng.random() < 0.05:
            rest.append(rng.choice(rest or head))
        text = block(rng, "".join(pair(rng, *entry) for entry in head + rest))
        result = read(text)
        kind = result if result in wanted else "read"
        if text in seen or not wanted[kind]:
            continue
        wanted[kind] -= 1
        seen.add(text)
        print(f"{json.dumps(text)}\t{result}")


if __name__ == "__main__":
    main()
