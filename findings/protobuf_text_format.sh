#!/bin/sh
# Two parsers of protobuf's text format do not accept the same files.
#
# Python's parser reads `+2` as an integer and `1_0` as 10.0. It refuses `03` for the number of an
# enumeration, which the C++ parser reads as octal 3. The format's specification allows neither a
# plus sign nor underscores in numbers. So a tool in C++ may refuse a configuration that Python's
# parser accepted, or accept one that it refused.
# Seen with protobuf 6.33.2 (Python) and protoc 31 of grpcio-tools 1.76.0 (C++, as in tools like
# ATC), 2026-11-28.
# Sluice: AIPP files are read as the C++ parser reads them (ffi/cpu/src/aipp/tokens.rs).
set -eu
folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT
python3 -m venv "$folder/venv" || { echo "needs python3 with venv: apt install python3 python3-venv" >&2; exit 2; }
"$folder/venv/bin/pip" -q install protobuf==6.33.2 grpcio-tools==1.76.0 || { echo "pip failed: network?" >&2; exit 2; }
cd "$folder"
cat > m.proto <<'END'
syntax = "proto2";
package t;
enum Kind { NONE = 0; A = 1; B = 2; C = 3; }
message All { optional int32 whole = 1; optional float number = 2; optional Kind kind = 3; }
END
cat > both.py <<'END'
import subprocess
import sys

from google.protobuf import descriptor_pb2, descriptor_pool, message_factory, text_format

PROTOC = [sys.executable, "-m", "grpc_tools.protoc", "-I.", "m.proto"]
subprocess.run([*PROTOC, "--descriptor_set_out=set"], check=True)
pool = descriptor_pool.DescriptorPool()
for file in descriptor_pb2.FileDescriptorSet.FromString(open("set", "rb").read()).file:
    pool.Add(file)
All = message_factory.GetMessageClass(pool.FindMessageTypeByName("t.All"))


def by_python(text):
    try:
        return str(text_format.Parse(text, All())).strip()
    except text_format.ParseError:
        return "refused"


def by_cpp(text):
    done = subprocess.run([*PROTOC, "--encode=t.All"], input=text.encode(), capture_output=True)
    return "refused" if done.returncode else str(All.FromString(done.stdout)).strip()


expected = [("whole: 2", "whole: 2", "whole: 2"), ("whole: +2", "whole: 2", "refused"),
            ("number: 1_0", "number: 10", "refused"), ("kind: 03", "refused", "kind: C")]
changed = False
for text, python, cpp in expected:
    seen = by_python(text), by_cpp(text)
    print(f"{text:12}  Python: {seen[0]:12}  C++: {seen[1]}")
    # 10 and 10.0 are the same number.
    changed |= (seen[0].removesuffix(".0"), seen[1]) != (python, cpp)
sys.exit("the behaviour has changed" if changed else 0)
END
"$folder/venv/bin/python" both.py
