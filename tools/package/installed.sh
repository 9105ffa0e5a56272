# Installs, upgrades, removes and purges the packages on a machine with systemd: see machine.sh.
# shellcheck shell=bash
#
#   machine.sh installed.sh FOLDER      the folder of the packages for amd64

folder=$1
fail() { echo "installed.sh: $*" >&2; exit 1; }
state() { inside systemctl show --property="$1" --value "${2:-sluice}"; }
install_packages() { inside dpkg --install --force-confdef --force-confold "$@" > "$work_of_test/dpkg" 2>&1 || { cat "$work_of_test/dpkg"; exit 1; }; }

# Every file with owner, rights and content, but for what any use of a machine changes.
files() {
    (cd "$MACHINE" && find . -xdev \( -path ./var/lib/dpkg -o -path ./var/log -o -path ./root -o -path ./var/cache \
        -o -path ./var/lib/systemd -o -path ./tmp -o -path ./run -o -path ./dev -o -path ./proc -o -path ./sys \
        -o -path ./var/tmp \) -prune -o -type d -printf '%p %u:%g %m\n' -o -type l -printf '%p -> %l\n' -o -type f -printf '%p %u:%g %m ' -exec md5sum {} \; |
        sed 's/ [^ ]*$//' | sort)
}

# The version before: another number, and another template of a station file.
older() {
    local unpacked=$work_of_test/older package=$1
    dpkg-deb --raw-extract "$package" "$unpacked"
    sed -i 's/^Version: .*/Version: 0.0.1/' "$unpacked/DEBIAN/control"
    [ ! -d "$unpacked/etc/sluice/stations" ] || echo >> "$unpacked/etc/sluice/stations/raspberry-pi-5.json"
    dpkg-deb --root-owner-group -Znone --build "$unpacked" "$MACHINE/root/older_$(basename "${package%%_*}").deb" > /dev/null
    rm -rf "$unpacked"
}

boot
for package in "$folder"/*_amd64.deb; do
    cp "$package" "$MACHINE/root/$(basename "${package%%_*}").deb"
    older "$package"
done
files > "$work_of_test/before"

install_packages /root/older_sluice.deb /root/older_sluice-link.deb
[ "$(inside dpkg-query --show --showformat='${Version}' sluice)" = 0.0.1 ] || fail "the older version is not installed"
for unit in sluice sluice-link; do
    [ "$(state UnitFileState $unit)" = disabled ] || fail "$unit is enabled"
    [ "$(state ActiveState $unit)" = inactive ] || fail "$unit is started"
done
# Started by hand without a station file, it fails once and does not try again.
! inside systemctl start sluice 2> /dev/null || fail "the station started without a station file"
[ "$(state ActiveState) $(state NRestarts)" = "inactive 0" ] || fail "without a station file it is $(state ActiveState)"
[ "$(inside stat --format='%U:%G %a' /var/lib/sluice/pictures)" = "sluice:sluice 2770" ] || fail "the pictures' folder"
[ "$(inside find /var/lib/sluice -name 'journal*')" = "" ] || fail "a station has run"
echo "installed: two packages, no service started"

# A station on this machine's processor, and its check: the commands of the page.
of_page() { sed -n "s#^    $1#$1#p" docs/packages.md | head -n 1; }
inside bash -ec "$(of_page 'sluice init ')" || fail "the page's sluice init"
# Each model that a template names is there, or is a device's own, which ATC makes.
for template in "$MACHINE"/etc/sluice/stations/*.json; do
    model=$(sed -n 's/.*"model": "\(.*\)",.*/\1/p' "$template")
    case $model in *.om | model/*) ;; *) [ -e "$MACHINE$model" ] || fail "${template##*/} names $model" ;; esac
done
echo '{ "journal": "/var/lib/sluice/journal", "http": { "address": "127.0.0.1:8410" } }' > "$MACHINE/etc/sluice/link.json"
as_user() { inside runuser --user "$1" -- env --chdir=/var/lib/sluice "${@:2}"; }
as_user sluice sluice version
inside bash -ec "$(of_page 'runuser -u sluice -- ')" > "$work_of_test/check" || { cat "$work_of_test/check"; fail "the check is red"; }
tail -n 1 "$work_of_test/check"
as_user sluice-link sluice-link --config /etc/sluice/link.json --check
inside systemctl enable --quiet --now sluice sluice-link || { inside journalctl --no-pager -u sluice -u sluice-link; fail "no READY"; }
[ "$(state ActiveState) $(state ActiveState sluice-link)" = "active active" ] || fail "not both services run"
# bash's own connections, so that no further program is needed.
page=$(nearby timeout 10 bash -c 'exec 3<> /dev/tcp/127.0.0.1/8410
    printf "GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n" >&3
    cat <&3') || fail "the link does not answer"
grep -q '^sluice_' <<< "$page" || fail "the link has no metrics"
echo "started by systemd: the station is READY, the link answers"

# A part that is a FAULT is found by its fields.
echo "no picture" > "$work_of_test/broken.png"
mv "$work_of_test/broken.png" "$MACHINE/var/lib/sluice/pictures/broken.png"
entries() { inside journalctl --quiet --no-pager --output=cat "$@"; }
for _ in {1..300}; do
    found=$(entries --unit=sluice SLUICE_VERDICT=FAULT SLUICE_PART=1)
    [ -z "$found" ] || break
    sleep 0.1
done
[[ "$found" =~ "#000001 FAULT" ]] || { entries --unit=sluice; fail "systemd's journal has no entry SLUICE_PART=1"; }
[ "$(entries --unit=sluice SLUICE_CODE=picture)" = "$found" ] || fail "SLUICE_CODE=picture does not find it"
[ "$(entries --unit=sluice SLUICE_PART=1 PRIORITY=4 SYSLOG_IDENTIFIER=sluice)" = "$found" ] || fail "its priority is wrong"
echo "found in systemd's journal by its fields: $found"

process=$(state MainPID)
echo '{ "mine": true }' > "$MACHINE/etc/sluice/stations/raspberry-pi-5.json"
station=$(md5sum < "$MACHINE/etc/sluice/station.json")
install_packages /root/sluice.deb /root/sluice-link.deb
[ "$(cat "$MACHINE/etc/sluice/stations/raspberry-pi-5.json")" = '{ "mine": true }' ] || fail "a changed template was overwritten"
[ -e "$MACHINE/etc/sluice/stations/raspberry-pi-5.json.dpkg-dist" ] || fail "the new template is not beside the changed one"
[ "$(md5sum < "$MACHINE/etc/sluice/station.json")" = "$station" ] || fail "the station file was changed"
[ "$(state MainPID)" = "$process" ] || fail "the upgrade restarted the station"
[ "$(state UnitFileState)" = enabled ] || fail "the upgrade disabled the service"
inside systemctl restart sluice
[ "$(state MainPID)" != "$process" ] || fail "the restart did not replace the program"
echo "upgraded: changed files kept, the running station not touched"

inside dpkg --remove sluice-link sluice > /dev/null
[ "$(state ActiveState)" = inactive ] || fail "the station runs after its removal"
[ -z "$(inside pgrep sluice || true)" ] || fail "a process is left"
[ -e "$MACHINE/etc/sluice/stations/atlas200dk-oled.json" ] || fail "the removal took the station files"
inside dpkg --purge sluice-link sluice > /dev/null
files > "$work_of_test/after"
{ diff "$work_of_test/before" "$work_of_test/after" || true; } | sed -n 's/^[<>] //p' | cut -d' ' -f1 | sort -u > "$work_of_test/left"
echo "purged; what differs from before:"
sed 's/^./  /' "$work_of_test/left"
# What belongs to the plant stays: its station file, its journal. Debian keeps users, so that no
# later one gets their files.
others=$(grep -vE '^\./etc$|^\./etc/(passwd|group|shadow|gshadow|subuid|subgid)-?$|^\./etc/\.pwd\.lock$|^\./etc/sluice(/(station|link)\.json)?$|^\./var/lib/sluice(/|$)|^\./var/lib/sluice-link(/|$)' "$work_of_test/left" || true)
[ -z "$others" ] || fail "these are left, too: $others"
grep -q '^\./var/lib/sluice/journal/' "$work_of_test/left" || fail "the purge took the journal"
echo "removed and purged: only the plant's own files and the users are left"
