#!/usr/bin/env bash
# Builds the packages from programs that are there, and checks them: the same bytes twice, lintian,
# what they do to a machine (installed.sh), and tools/deploy. Needs root, debhelper, lintian and
# mmdebstrap.
#
#   tools/package/check.sh
#
# The programs are target/debug for amd64, and the station for boards for arm64.
set -euo pipefail
cd "$(dirname "$0")/../.."
here=tools/package out=target/package/checked
arm64=${SLUICE_AARCH64:-target/aarch64}/aarch64-unknown-linux-gnu/release
for program in target/debug/sluice target/debug/sluice-link "$arm64/sluice"; do
    [ -x "$program" ] || { echo "check.sh: $program is missing; cargo xtask package builds it" >&2; exit 1; }
done
rm -rf "$out"

"$here/build.sh" --out "$out/first" --fast amd64=target/debug "arm64=$arm64"
# The second time in another time zone, language, order of files and mask of rights.
(umask 077; TZ=Asia/Shanghai LC_ALL=C.UTF-8 "$here/build.sh" --out "$out/second" --fast "arm64=$arm64" amd64=target/debug) > /dev/null
diff "$out/first/SHA256SUMS" "$out/second/SHA256SUMS" || { echo "check.sh: two builds differ" >&2; exit 1; }
echo "built twice: the same bytes"

lintian --allow-root --no-cfg --fail-on error,warning --display-info --tag-display-limit 0 "$out"/first/*.deb
echo "lintian: no error, no warning"

# Both tests mostly wait, so they run at once.
"$here/machine.sh" true
set -m # In a process group of its own, which can be ended as a whole.
tools/deploy/test.sh > "$out/deployed" 2>&1 &
deploying=$!
set +m
trap 'kill -- "-$deploying" 2> /dev/null || true' EXIT
trap 'exit 1' HUP INT TERM
status=0
"$here/machine.sh" "$here/installed.sh" "$out/first" || status=1
wait $deploying || status=1
cat "$out/deployed"
exit $status
