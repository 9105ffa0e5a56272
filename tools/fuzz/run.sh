#!/usr/bin/env bash
# Fuzzes each target for a time, from seeds that the project's tests use.
#
#   tools/fuzz/run.sh SECONDS [TARGET]...      all targets, if none is named
#
# Needs cargo-fuzz (`cargo install cargo-fuzz`) and a C++ compiler. With a stable compiler it finds
# panics, failed checks, hangs and too much memory; with SANITIZER=address and a nightly one also
# errors of unsafe code. Ends with 1 if a target found something; the input is in artifacts/TARGET.
set -euo pipefail
cd "$(dirname "$0")"
seconds=${1:?"usage: run.sh SECONDS [TARGET]..."}
shift
targets=("$@")
[ ${#targets[@]} -gt 0 ] || targets=(picture picture_size raw station_file journal aipp onnx kinds pipeline watch v4l2)
data=../../tests/data
model=../../model

seed() { # TARGET FILE...
    local target=$1 file
    shift
    mkdir -p "corpus/$target"
    for file in "$@"; do
        # Large seeds slow the target down.
        if [ "$(stat -c %s "$file")" -le 40000 ]; then cp -n "$file" "corpus/$target/"; fi
    done
}
pictures=("$data"/frame/*.png "$data"/pictures/*.bmp "$data"/pictures/*.jpg "$data"/pictures/*.pnm "$data"/pictures/*.tif)
seed picture "${pictures[@]}"
seed picture_size "${pictures[@]}"
seed station_file ../../board/stations/*.json "$data"/station/station.json
seed aipp "$model"/*.cfg "$data"/station/aipp.cfg
seed onnx "$data"/station/*.onnx
seed pipeline seeds/pipeline/*
mkdir -p corpus/kinds corpus/journal corpus/watch corpus/v4l2
printf 'part,kind\n1,good\n2,scratch\n' > corpus/kinds/two
for file in seeds/journal/*; do cp -n "$file" corpus/journal/; done

# The targets' own files.
SLUICE_FUZZ_FOLDER=$(mktemp -d "$([ -d /dev/shm ] && echo /dev/shm || echo /tmp)/sluice-fuzz-XXXXXX")
export SLUICE_FUZZ_FOLDER
trap 'rm -rf "$SLUICE_FUZZ_FOLDER"' EXIT

failed=0
for target in "${targets[@]}"; do
    echo "== $target"
    log=$(mktemp)
    if ! cargo fuzz run --fuzz-dir . --sanitizer "${SANITIZER:-none}" "$target" -- \
        -max_total_time="$seconds" -max_len=65536 -timeout=20 -rss_limit_mb=2048 -print_final_stats=1 > "$log" 2>&1
    then
        failed=1
        tail -n 40 "$log"
    fi
    grep -E "stat::number_of_executed_units|stat::peak_rss_mb" "$log" || true
    rm -f "$log"
done
exit "$failed"
