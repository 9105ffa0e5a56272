#!/bin/bash
# Expected: cv2.resize of 8-bit pictures with three channels gives the same bytes on x86-64 and on
# aarch64.
# Seen: with INTER_LINEAR, which is the default, a quarter of the bytes differ. With INTER_AREA and
# factors that are not whole, a rare byte differs by one. INTER_LINEAR_EXACT and INTER_NEAREST give
# the same.
# Seen with opencv-python-headless 5.0.0.93, 2026-11-30; the aarch64 wheel ran in qemu-user.
# Sluice: `image.resize` names the rule, docs/resize.md.
set -u
root=$(cd "$(dirname "$0")/.." && pwd)
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
command -v python3 > /dev/null || { echo "python3 is missing: apt install python3 python3-venv"; exit 2; }
export SLUICE_CROSS=$folder
"$root/tools/cross/debian.sh" without "$folder/user" stable qemu-user-static &&
    "$root/tools/cross/debian.sh" with "$folder/arm" stable python3-minimal:arm64 libpython3-stdlib:arm64 libstdc++6:arm64 ||
    { echo "Debian's packages cannot be read: network, or no Debian?"; exit 2; }
python3 -m venv "$folder/venv" || { echo "no venv: apt install python3-venv"; exit 2; }
packages=(opencv-python-headless==5.0.0.93 numpy==2.4.6)
"$folder/venv/bin/pip" install --quiet "${packages[@]}" || { echo "pip failed: network?"; exit 2; }
version=$(basename "$folder"/arm/usr/lib/python3.*)
version=${version#python}
"$folder/venv/bin/pip" install --quiet --target "$folder/site" --only-binary=:all: --platform manylinux2014_aarch64 \
    --platform manylinux_2_28_aarch64 --python-version "$version" "${packages[@]}" || { echo "pip failed: network?"; exit 2; }
cat > "$folder/resize.py" << 'END'
import sys

import cv2
import numpy as np

pixels = np.random.default_rng(1).integers(0, 256, (900, 1800, 3), np.uint8)
rules = {"LINEAR": cv2.INTER_LINEAR, "LINEAR_EXACT": cv2.INTER_LINEAR_EXACT, "AREA": cv2.INTER_AREA, "NEAREST": cv2.INTER_NEAREST}
np.savez(sys.argv[1], **{name: cv2.resize(pixels, (961, 481), interpolation=rule) for name, rule in rules.items()})
END
"$folder/venv/bin/python" "$folder/resize.py" "$folder/x86.npz" || exit 2
PYTHONPATH=$folder/site "$folder/user/usr/bin/qemu-aarch64-static" -L "$folder/arm" "$folder/arm/usr/bin/python3" \
    "$folder/resize.py" "$folder/arm.npz" || exit 2
"$folder/venv/bin/python" - "$folder/x86.npz" "$folder/arm.npz" << 'END'
import sys

import numpy as np

one, other = (np.load(name) for name in sys.argv[1:])
differing = {}
for name in one.files:
    difference = np.abs(one[name].astype(int) - other[name])
    differing[name] = int((difference > 0).sum())
    print(f"INTER_{name}: {differing[name]} of {difference.size} bytes differ, by {difference.max()} at most")
as_said = differing["LINEAR"] > 0.1 * one["LINEAR"].size and 0 < differing["AREA"] < 0.001 * one["AREA"].size
as_said = as_said and differing["LINEAR_EXACT"] == differing["NEAREST"] == 0
print("as described" if as_said else "this has changed")
sys.exit(0 if as_said else 1)
END
