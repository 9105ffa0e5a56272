#!/usr/bin/env bash
# Everything that an aarch64 build needs on a Debian machine of type amd64 with Rust: into target/cross (or SLUICE_CROSS),
# which is kept from run to run. What is there already is left alone; delete the directory to begin anew.
#
#   rust      a compiler with the standard library of aarch64, unless the one on this machine has it
#   zig       linker and C library, whose symbols it can limit to those of an old version
#   aarch64   the C library of Debian for aarch64, with which programs run here and in the emulated board
#   user      qemu, which runs programs of aarch64 here
#
# Needs python3 with venv, and a Python registry and a Debian archive that pip and apt are configured for. Not root.
set -euo pipefail
here=$(cd "$(dirname "$0")" && pwd)
root=$(cd "$here/../.." && pwd)
prefix=${SLUICE_CROSS:-$root/target/cross}
mkdir -p "$prefix"

installed=$(rustc --print sysroot)/lib/rustlib/aarch64-unknown-linux-gnu/lib
if [ ! -d "$installed" ]; then
    # The compiler alone: its package wants a C compiler too, which this machine has, as any Rust build needs one.
    "$here/debian.sh" without "$prefix/rust" stable rustc-web
    "$here/debian.sh" with "$prefix/rust" stable libstd-rust-web-dev libstd-rust-web-dev:arm64
fi
"$here/debian.sh" with "$prefix/aarch64" stable libc6:arm64 libgcc-s1:arm64
"$here/debian.sh" without "$prefix/user" stable qemu-user-static

if [ ! -x "$prefix/zig/bin/zig" ]; then
    python3 -m venv "$prefix/zig"
    "$prefix/zig/bin/python" -m pip install --quiet ziglang
    # A directory that is moved keeps its link.
    ln -sfn "../$(cd "$prefix/zig" && ls -d lib/python3*/site-packages/ziglang)/zig" "$prefix/zig/bin/zig"
fi
