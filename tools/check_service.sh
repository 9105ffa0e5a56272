#!/usr/bin/env bash
# Fails if systemd finds a fault in board/stations/sluice.service with its drop-ins, or in
# sluice-link.service, or if the exposure of one without drop-ins is above 2.0 of 10.
set -euo pipefail
cd "$(dirname "$0")/../board/stations"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# The program is not installed here, and systemd looks for it.
sed 's#/usr/bin/sluice #/bin/true #' sluice.service > "$work/sluice.service"
mkdir "$work/sluice.service.d"
cp sluice-ascend.conf sluice-systemd-237.conf "$work/sluice.service.d/"
sed 's#/usr/bin/sluice-link #/bin/true #' sluice-link.service > "$work/sluice-link.service"
for unit in sluice.service sluice-link.service; do
  said=$(systemd-analyze verify "$work/$unit" 2>&1 || echo "systemd-analyze failed")
  # An unknown key is only a warning, so any output is a fault.
  test -z "$said" || { printf '%s\n' "$said"; exit 1; }
  # The threshold counts in tenths.
  systemd-analyze security --offline=true --threshold=20 --no-pager "$unit" > "$work/exposure" ||
    { cat "$work/exposure"; exit 1; }
  tail -n 1 "$work/exposure"
done
