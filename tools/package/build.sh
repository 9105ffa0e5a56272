#!/usr/bin/env bash
# Builds the Debian packages and the archives for other systems, for one architecture or both:
#
#   tools/package/build.sh [--out FOLDER] [--fast] [ARCH[=PROGRAMS]]...
#
#   ARCH       amd64 or arm64; both if none is given
#   PROGRAMS   a folder with `sluice` and, perhaps, `sluice-link`; they are built if it is not given
#   --out      where the files go; target/package if not given
#   --fast     compresses little, for tests
#
# The same commit and the same programs give the same bytes. Needs Debian's debhelper.
set -euo pipefail
# Without it `set -e` is off inside $(…), and a failed build would pack the programs of an old one.
shopt -s inherit_errexit
root=$(cd "$(dirname "$0")/../.." && pwd)
here=$root/tools/package
cd "$root"

out=$root/target/package level=9 architectures=()
while [ $# -gt 0 ]; do
    case $1 in
    --out) mkdir -p "$2"; out=$(cd "$2" && pwd); shift ;;
    --fast) level=0 ;;
    amd64 | arm64 | amd64=* | arm64=*) architectures+=("$1") ;;
    *) sed -n '2,12s/^# \{0,1\}//p' "$0" >&2; exit 2 ;;
    esac
    shift
done
[ ${#architectures[@]} -gt 0 ] || architectures=(amd64 arm64)
command -v dh > /dev/null || { echo "build.sh: dh is missing; install Debian's debhelper" >&2; exit 1; }

# Every time in a package is that of the commit.
SOURCE_DATE_EPOCH=$(git log -1 --format=%ct)
export SOURCE_DATE_EPOCH XZ_LEVEL=$level TZ=UTC LC_ALL=C
umask 022
number=$(sed -n 's/^version = "\(.*\)"/\1/p' Cargo.toml | head -n 1)
commit=$(git rev-parse --short=8 HEAD)
if [ "$(git tag --points-at HEAD "v$number")" ]; then
    version=$number
else
    version=$number~git$(date -d "@$SOURCE_DATE_EPOCH" +%Y%m%d%H%M%S).$commit
fi
# What is not in the commit must not carry its name alone.
[ -z "$(git status --porcelain --untracked-files=no)" ] || version+=+dirty
version=${SLUICE_VERSION:-$version}

# Builds the programs of an architecture and prints their folder. The folders of this machine do not
# become part of them.
programs() {
    local cargo=cargo build=$root/target/package/programs folder
    export CARGO_INCREMENTAL=0
    export RUSTFLAGS="--remap-path-prefix=$root=/sluice --remap-path-prefix=${CARGO_HOME:-$HOME/.cargo}/registry/src=/registry"
    folder=$build/release
    if [ "$1" = arm64 ]; then
        "$root/tools/cross/setup.sh" >&2
        export SLUICE_AARCH64=$build
        cargo=tools/cross/cargo folder=$build/aarch64-unknown-linux-gnu/release
        set -- arm64
    else
        set -- amd64 --target-dir "$build"
    fi
    "$cargo" build --release --locked --package sluice --package sluice-link "${@:2}" >&2
    echo "$folder"
}

# Prints what a program needs of the C library, as dependencies of a Debian package. Older systems
# have the unwinder under another name.
needs() {
    local version library
    version=$(readelf --wide --version-info "$1" | sed -n 's/.*Name: GLIBC_\([0-9.]*\) .*/\1/p' | sort --version-sort | tail -n 1)
    printf 'libc6 (>= %s)' "$version"
    readelf --dynamic "$1" | sed -n 's/.*NEEDED.*\[\(.*\)\]/\1/p' | while read -r library; do
        case $library in
        libgcc_s.so.1) printf ', libgcc-s1 | libgcc1' ;;
        libc.so.6 | libm.so.6 | libdl.so.2 | libpthread.so.0 | librt.so.1 | ld-linux-*) ;;
        *) echo "build.sh: $1 needs $library; add its package to tools/package/build.sh" >&2; exit 1 ;;
        esac
    done
}

# Puts a program into the folder `programs` of the tree, without its symbols.
take() {
    install -D -m 755 "$1" "programs/$2"
    if [ "$(uname -m)" = x86_64 ] && [ "$architecture" = amd64 ]; then
        strip --strip-all "programs/$2"
    fi
}

# The files of all packages, as debhelper and the archive take them.
tree() {
    local from=$1 page package pages
    mkdir -p stations model manual completions pages third-party
    take "$from/sluice" sluice
    [ ! -e "$from/sluice-link" ] || take "$from/sluice-link" sluice-link
    cp -r "$here/debian" debian
    for page in "$root"/board/stations/*.json; do
        case $page in */emulated.json | */magnetic-tile.json) ;; *) cp "$page" stations/ ;; esac
    done
    cp "$root"/model/{unet_simple_parts.onnx,unet_simple_parts.md,aipp.cfg} model/
    cp "$root"/docs/manual/*.1 manual/
    cp "$root"/docs/manual/{sluice.fish,_sluice} completions/
    # The shell looks for the command's name.
    cp "$root/docs/manual/sluice.bash" completions/sluice
    cp "$root"/LICENSE-* .
    mapfile -t pages < <(git -C "$root" ls-files README.md README.zh.md SPECIFICATION.md CHANGELOG.md 'docs/*' \
        ':!docs/manual' 'board/stations/*.md' 'board/stations/*.svg' 'model/*.md' 'ffi/*.md' findings/README.md)
    (cd "$root"; cp --parents -t "$tree/pages" "${pages[@]}")
    for package in sluice sluice-link; do
        cp "$root/board/stations/$package.service" "debian/"
        cp "$root/board/stations/$package.sysusers.conf" "debian/$package.sysusers"
        cp "$texts/$package.txt" third-party/
        cp debian/copyright "debian/$package.copyright"
    done
    cp "$root/board/stations/sluice.tmpfiles.conf" debian/sluice.tmpfiles
    cp "$root/board/stations/99-sluice.rules" debian/sluice.udev
    cp "$root"/board/stations/sluice-{ascend,systemd-237}.conf .
    cat > debian/changelog <<CHANGES
sluice ($version) unstable; urgency=medium

  * Built from commit $commit. doc/sluice/CHANGELOG.md has the changes.

 -- The Sluice authors <sluice@sluice.invalid>  $(date -R -d "@$SOURCE_DATE_EPOCH")
CHANGES
}

# Both packages, or the station's alone if there is no program of the link.
debian() {
    local package options=()
    for package in sluice sluice-link; do
        if [ -e "programs/$package" ]; then
            needs "programs/$package" > "debian/$package.needs"
        else
            options+=("--no-package=$package")
        fi
    done
    if ! DH_OPTIONS="${options[*]}" dpkg-architecture -a"$architecture" -c debian/rules binary > "$tree.log" 2>&1; then
        cat "$tree.log" >&2
        exit 1
    fi
}

# The archive for systems without Debian's packages. It has the checksum of each of its files, which
# tools/deploy compares on the board.
archive() {
    local name=sluice-$version-$architecture
    rm -rf "$name"
    mkdir -p "$name"/{bin,system,share}
    cp programs/* "$name/bin/"
    (cd "$root/board/stations" && cp *.service *.sysusers.conf *.tmpfiles.conf 99-sluice.rules sluice-{ascend,systemd-237}.conf "$tree/$name/system/")
    cp -r stations model manual completions third-party "$name/share/"
    cp -r pages "$name/share/doc"
    cp LICENSE-* "$name/"
    cp "$here/INSTALL.md" "$name/"
    (cd "$name" && find . -type f ! -name SHA256SUMS | sort | xargs sha256sum > SHA256SUMS)
    find "$name" -exec touch --no-dereference --date="@$SOURCE_DATE_EPOCH" {} +
    tar --create --sort=name --format=gnu --owner=0 --group=0 --numeric-owner --mode=go=rX,u=rwX "$name" |
        xz -T1 -"$level" > "$out/$name.tar.xz"
}

mkdir -p "$out"
work=$(mktemp -d "$out/.work.XXXXXX")
# mktemp's folder is for its user alone, whatever the mask.
chmod 755 "$work"
trap 'rm -rf "$work"' EXIT
trap 'exit 1' HUP INT TERM
texts=$work/texts
mkdir -p "$texts"
for package in sluice sluice-link; do
    cargo xtask licences --texts "$package" > "$texts/$package.txt"
done
for architecture in "${architectures[@]}"; do
    from=
    case $architecture in *=*) from=$(cd "${architecture#*=}" && pwd) ;; esac
    architecture=${architecture%%=*}
    [ -n "$from" ] || from=$(programs "$architecture")
    tree=$work/$architecture/sluice
    mkdir -p "$tree"
    # Of this version alone: the folder may have others, and what else belongs to the user.
    rm -f "$out"/sluice{,-link}_"${version}_$architecture.deb" "$out/sluice-$version-$architecture.tar.xz"
    (cd "$tree"; tree "$from"; debian; archive)
    mv "$work/$architecture"/*.deb "$out/"
done
cd "$out"
# Of every version that is there.
sha256sum -- sluice*.deb sluice-*.tar.xz > SHA256SUMS
ls -l -- sluice*"$version"*.deb "sluice-$version"-*.tar.xz | awk '{ print $5, $9 }'
