#!/bin/sh
# ONNX to .om for the board, with AIPP in front. Run on a machine with CANN 6.0 (its atc on the PATH).
#
#   ./convert.sh [MODEL.onnx] [OUTPUT] [SOC_VERSION] [WIDTH] [HEIGHT]
#
# Defaults: unet_simple_parts.onnx beside this script, the same name without .onnx, Ascend310, 960, 960.
# WIDTH and HEIGHT must be those of the ONNX file and of aipp.cfg. Not yet run on real hardware.
set -eu

here=$(cd "$(dirname "$0")" && pwd)
model=${1:-$here/unet_simple_parts.onnx}
output=${2:-${model%.onnx}}
soc=${3:-Ascend310}
width=${4:-960}
height=${5:-960}
aipp=$here/aipp.cfg

fail() {
    echo "convert.sh: $1" >&2
    exit 1
}

[ -f "$model" ] || fail "$model: no such file; export it first (export.py) or name an ONNX file"
[ -f "$aipp" ] || fail "$aipp: no such file"
for line in "src_image_size_w: $width" "src_image_size_h: $height"; do
    grep -Eq "^[[:space:]]*$line[[:space:]]*$" "$aipp" || fail "$aipp does not say '$line'; make both sizes agree"
done
command -v atc > /dev/null || fail "atc not found; install CANN and source its set_env.sh, then run this again"

atc --framework=5 --model="$model" --output="$output" --soc_version="$soc" \
    --input_format=NCHW --input_shape="x:1,3,$height,$width" \
    --insert_op_conf="$aipp" --enable_small_channel=1 --output_type=FP32
echo "$output.om"
