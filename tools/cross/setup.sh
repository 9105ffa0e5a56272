#!/usr/bin/env bash
# Puts what an aarch64 build needs on a Debian machine (amd64) with Rust into target/cross, or
# SLUICE_CROSS. Existing parts are kept; delete the directory to start anew.
#
#   rust      a compiler with aarch64's standard library, unless this machine's own has it
#   zig       a linker that can limit the symbols of the C library to those of an old version
#   aarch64   Debian's C library for aarch64, to run programs here and in the emulated board
#   user      qemu, which runs aarch64 programs here
#
# Needs python3 with venv, and pip and apt configured for a Python registry and a Debian archive.
# Root is not needed.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
prefix=${SLUICE_CROSS:-$root/target/cross}
mkdir -p "$prefix"

installed=$(rustc --print sysroot)/lib/rustlib/aarch64-unknown-linux-gnu/lib
if [ ! -d "$installed" ]; then
    # Without its dependencies: the package depends on a C compiler, and this machine has one.
    "$here/debian.sh" without "$prefix/rust" stable rustc-web
    "$here/debian.sh" with "$prefix/rust" stable libstd-rust-web-dev libstd-rust-web-dev:arm64
fi
"$here/debian.sh" with "$prefix/aarch64" stable libc6:arm64 libgcc-s1:arm64
"$here/debian.sh" without "$prefix/user" stable qemu-user-static

if [ ! -x "$prefix/zig/bin/zig" ]; then
    python3 -m venv "$prefix/zig"
    "$prefix/zig/bin/python" -m pip install --quiet ziglang
    # A relative link, so that the directory can be moved.
    ln -sfn "../$(cd "$prefix/zig" && ls -d lib/python3*/site-packages/ziglang)/zig" "$prefix/zig/bin/zig"
fi
