#!/usr/bin/env bash
# Makes archives for the tests of deploy.sh, with their SHA256SUMS.
#
#   versions.sh ARCHIVE PROGRAM FOLDER VERSION...
#
# A version has the programs of ARCHIVE. If its name has a `~`, its `sluice` is PROGRAM, which
# behaves as what follows says (false_version.rs).
set -euo pipefail
archive=$1 program=$2 folder=$3
shift 3
real=$(basename "$archive" .tar.xz)
mkdir -p "$folder"
work=$(mktemp -d "$folder/.work.XXXXXX")
trap 'rm -rf "$work"' EXIT
tar -xf "$archive" -C "$work"
rm -r "$work/$real/share"
for version in "$@"; do
    name=sluice-$version-${real##*-} tree=$work/sluice-$version-${real##*-}
    cp -r "$work/$real" "$tree"
    case $version in *~*)
        cp "$program" "$tree/bin/sluice"
        echo "${version#*\~}" > "$tree/bin/behaviour"
        ;;
    esac
    (cd "$tree"; find . -type f ! -name SHA256SUMS -print0 | xargs -0 sha256sum > SHA256SUMS)
    tar -C "$work" -c "$name" | xz -0 > "$folder/$name.tar.xz"
    rm -r "$tree"
done
cd "$folder"
sha256sum -- *.tar.xz > SHA256SUMS
