#!/usr/bin/env bash
# Unpacks packages of this machine's Debian archive into a directory. It installs nothing, changes
# no setting of the machine and does not need root. apt uses separate lists and a separate cache, in
# which amd64 and arm64 exist and nothing is installed, so that it finds all dependencies.
#
#   debian.sh with    DIRECTORY RELEASE PACKAGE...    unpacks the packages and their dependencies
#   debian.sh without DIRECTORY RELEASE PACKAGE...    unpacks the packages alone
#   debian.sh depends RELEASE PACKAGE                 prints the direct dependencies of a package
#
# RELEASE is `stable` for this machine's own release with its security updates, `backports` for
# newer packages for it, or the name of another release in the same archive, such as `bullseye`.
# Packages that DIRECTORY already has are skipped.
set -euo pipefail
root=$(cd "$(dirname "$0")/../.." && pwd)
state=${SLUICE_CROSS:-$root/target/cross}/apt

usage() { sed -n '2,14s/^# \{0,1\}//p' "$0" >&2; exit 2; }

# Prints the addresses and releases that apt is configured for. Only those of Debian, which begin
# with the code name.
configured() {
    # shellcheck disable=SC1091,SC2016
    . /etc/os-release
    APT_CONFIG="" apt-get indextargets --format '$(REPO_URI) $(RELEASE)' 'Created-By: Packages' |
        sort -u | awk -v name="$VERSION_CODENAME" 'index($2, name) == 1 && $2 !~ /backports/'
}

# Creates apt's private lists of RELEASE, at most once a day, and makes apt use them.
view() {
    local directory=$state/$1 release=$1 keyring=/usr/share/keyrings/debian-archive-keyring.gpg signed=""
    export APT_CONFIG=$directory/apt.conf
    [ -n "$(find "$directory/fresh" -mmin -1440 2>/dev/null)" ] && return
    rm -rf "$directory"
    mkdir -p "$directory"/{none,lists/partial,cache/archives/partial}
    : > "$directory/status"
    [ -e "$keyring" ] && signed="[signed-by=$keyring] "
    # shellcheck disable=SC1091
    . /etc/os-release
    [ "$release" = backports ] && release=$VERSION_CODENAME-backports
    configured | while read -r address name; do
        echo "deb $signed$address $name main"
        # The main archive also has the other releases.
        if [ "$release" != stable ] && [ "$name" = "$VERSION_CODENAME" ]; then
            echo "deb $signed$address $release main"
        fi
    done > "$directory/sources.list"
    if ! grep -q . "$directory/sources.list"; then
        echo "debian.sh: apt is not configured for a Debian archive; add one to its sources" >&2
        exit 1
    fi
    cat > "$APT_CONFIG" <<CONF
Dir::Etc::SourceList "$directory/sources.list";
Dir::Etc::SourceParts "$directory/none";
Dir::Etc::Preferences "$directory/none";
Dir::Etc::PreferencesParts "$directory/none";
Dir::State "$directory";
Dir::State::Lists "$directory/lists";
Dir::State::Status "$directory/status";
Dir::Cache "$directory/cache";
Dir::Cache::Archives "$directory/cache/archives";
APT::Architectures { "amd64"; "arm64"; };
APT::Sandbox::User "root";
APT::Install-Recommends "false";
APT::Install-Suggests "false";
Acquire::Languages "none";
Acquire::Retries "3";
CONF
    [ "$release" = stable ] || echo "APT::Default-Release \"$release\";" >> "$APT_CONFIG"
    apt-get -qq update
    touch "$directory/fresh"
}

# Unpacks packages into DIRECTORY. Skips the C library of amd64: programs of this machine use the
# machine's own.
unpack() {
    local directory=$1 package
    shift
    mkdir -p "$directory"
    for package in "$@"; do
        case $package in */libc6_*_amd64.deb) continue ;; esac
        dpkg-deb -x "$package" "$directory"
    done
}

missing() {
    local directory=$1 release=$2 package
    shift 2
    for package in "$@"; do
        grep -qsx "$release $package" "$directory/.packages" || echo "$package"
    done
}

command=${1:-}
case $command in
with | without)
    [ $# -ge 4 ] || usage
    mkdir -p "$2"
    directory=$(cd "$2" && pwd) release=$3
    shift 3
    mapfile -t wanted < <(missing "$directory" "$release" "$@")
    [ ${#wanted[@]} -gt 0 ] || exit 0
    view "$release"
    work=$(mktemp -d "$state/XXXXXX")
    trap 'rm -rf "$work"' EXIT
    if [ "$command" = with ]; then
        mkdir -p "$work/partial"
        apt-get -qq -o Dir::Cache::Archives="$work" -o Debug::NoLocking=1 install --yes --download-only "${wanted[@]}" > /dev/null
    else
        (cd "$work" && apt-get -qq download "${wanted[@]}" > /dev/null)
    fi
    unpack "$directory" "$work"/*.deb
    for package in "${wanted[@]}"; do echo "$release $package"; done >> "$directory/.packages"
    ;;
depends)
    [ $# -eq 3 ] || usage
    view "$2"
    apt-cache depends "$3" | sed -n 's/^ *Depends: \([^<:]*\).*/\1/p'
    ;;
*) usage ;;
esac
