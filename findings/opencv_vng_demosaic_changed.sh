#!/bin/bash
# Expected: the demosaicing COLOR_BayerBG2BGR_VNG gives the same bytes in OpenCV 4.11 and 5.0, as
# COLOR_BayerBG2BGR and COLOR_BayerBG2BGR_EA do.
# Seen: nearly all pixels differ. A model trained with the one sees other pictures from the other.
# Seen with opencv-python-headless 4.11.0.86 and 5.0.0.93, 2026-11-29.
# Sluice: VNG is not offered (docs/cameras.md).
set -u
folder=$(mktemp -d) || exit 2
trap 'rm -rf "$folder"' EXIT
command -v python3 > /dev/null || { echo "python3 is missing: apt install python3 python3-venv"; exit 2; }
cat > "$folder/demosaic.py" << 'END'
import sys

import cv2
import numpy as np

mosaic = np.random.default_rng(1).integers(0, 256, (96, 128), np.uint8)
codes = {"bilinear": cv2.COLOR_BayerBG2BGR, "EA": cv2.COLOR_BayerBG2BGR_EA, "VNG": cv2.COLOR_BayerBG2BGR_VNG}
np.savez(sys.argv[1], version=cv2.__version__, **{name: cv2.cvtColor(mosaic, code) for name, code in codes.items()})
END
for version in 4.11.0.86 5.0.0.93; do
    python3 -m venv "$folder/$version" || { echo "no venv: apt install python3-venv"; exit 2; }
    numpy=2.4.6
    [ "$version" = 4.11.0.86 ] && numpy=2.2.6
    "$folder/$version/bin/pip" install --quiet "opencv-python-headless==$version" "numpy==$numpy" || { echo "pip failed: network?"; exit 2; }
    "$folder/$version/bin/python" "$folder/demosaic.py" "$folder/$version.npz" || exit 2
done
"$folder/5.0.0.93/bin/python" - "$folder/4.11.0.86.npz" "$folder/5.0.0.93.npz" << 'END'
import sys

import numpy as np

old, new = (np.load(name) for name in sys.argv[1:])
shares = {}
for name in ("bilinear", "EA", "VNG"):
    # Without the border, where the ways differ anyway.
    one, other = (data[name][4:-4, 4:-4].astype(int) for data in (old, new))
    shares[name] = float((one != other).mean())
    print(f"{name}: {100 * shares[name]:.1f} % of the bytes differ, by {abs(one - other).max()} at most")
as_said = shares["bilinear"] == shares["EA"] == 0 and shares["VNG"] > 0.5
print(f"VNG differs between {old['version']} and {new['version']}: as described" if as_said else "this has changed")
sys.exit(0 if as_said else 1)
END
