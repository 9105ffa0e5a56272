#!/bin/sh
# Converts a model to .om for the board, with AIPP before it. Needs Python 3 and CANN 6.0, with atc
# on the PATH.
#
#   ./convert.sh [MODEL] [option value]...
#
# MODEL       NAME.onnx (default: unet_simple_parts.onnx here), NAME.air or NAME.mindir
# --output    the .om file, with or without its ending (default: NAME)
# --soc       the chip (default: Ascend310); an .om runs on this chip only
# --aipp      AIPP's configuration (default: NAME.aipp.cfg beside the model, else aipp.cfg there,
#             else aipp.cfg beside this script)
# --order     channel order of the training, bgr or rgb, if the model has no card (NAME.md)
# --station   a station file: its image.order and image.size must fit too
# --width, --height, --batch_size   required of the model; an .air file has no batch size
#
# It refuses what does not fit together before it starts ATC. Its command lines are tested, but it
# has not run on real hardware yet.
set -eu

here=$(cd "$(dirname "$0")" && pwd)

fail() {
    echo "convert.sh: $1" >&2
    exit 1
}

model=$here/unet_simple_parts.onnx
case ${1:---} in
    --*) ;;
    *) model=$1; shift ;;
esac
output=${model%.*} soc=Ascend310 aipp=
# Moves the options for aipp.py behind those that are still to be read.
count=$#
while [ "$count" -gt 0 ]; do
    [ "$count" -ge 2 ] || fail "$1: give an option and its value (see the head of this script)"
    case $1 in
        --output) output=${2%.om} ;;
        --soc) soc=$2 ;;
        --aipp) aipp=$2 ;;
        --order | --station | --width | --height | --batch_size) set -- "$@" "$1" "$2" ;;
        *) fail "$1: no such option (see the head of this script)" ;;
    esac
    shift 2
    count=$((count - 2))
done

case $model in
    *.onnx) framework=5 ;;
    *.air) framework=1 ;;
    *.mindir)
        framework=1
        echo "convert.sh: the ATC guide names .air only for framework 1; if ATC refuses $model, export ONNX instead" >&2
        ;;
    *.ckpt | *.npz | *.pt | *.pth) fail "$model: a checkpoint; make an ONNX file of it first (export.py)" ;;
    *.om) fail "$model: already converted" ;;
    *) fail "$model: the file must end with .onnx, .air or .mindir" ;;
esac
[ -f "$model" ] || fail "$model: no such file; export it first (export.py) or name another"
if [ -z "$aipp" ]; then
    for aipp in "${model%.*}.aipp.cfg" "$(dirname "$model")/aipp.cfg" "$here/aipp.cfg"; do
        [ ! -f "$aipp" ] || break
    done
fi
[ -f "$aipp" ] || fail "$aipp: no such file; make it with aipp.py write"
case $soc in
    Ascend310 | Ascend310[A-Z]* | Ascend[3-9]10[A-Z0-9]*) ;;
    *) fail "--soc $soc: unknown chip; the Atlas 200 has Ascend310" ;;
esac
[ -d "$(dirname "$output")" ] || fail "$output.om: its folder does not exist"
command -v python3 > /dev/null || fail "python3 not found, which the checks need"
shape=$(python3 "$here/aipp.py" check --aipp "$aipp" --model "$model" "$@") || fail "nothing converted"
command -v atc > /dev/null || fail "atc not found; install CANN and source its set_env.sh, then run this again"

set -- --framework="$framework" --model="$model" --output="$output" --soc_version="$soc" \
    --input_format=NCHW --input_shape="$shape" --insert_op_conf="$aipp" --output_type=FP32
# After AIPP, the first convolution may take its few channels without padding.
[ "$framework" != 5 ] || set -- "$@" --enable_small_channel=1
atc "$@" || fail "ATC failed (status $?); its message is above, more is in the log folder of CANN"
[ -f "$output.om" ] || fail "ATC succeeded, but $output.om is missing"
echo "$output.om"
