#!/usr/bin/env bash
# Tests deploy.sh against a real sshd and a real systemd, on a machine of its own (machine.sh of
# tools/package). Needs root, the packages of tools/package/check.sh, rustc and an ssh client.
#
#   tools/deploy/test.sh
set -euo pipefail
if [ -z "${SLUICE_MACHINE_FOLDER:-}" ]; then
    exec "$(dirname "$0")/../package/machine.sh" "$0" "$(cd "$(dirname "$0")/../.." && pwd)"
fi
root=$1
built=$root/target/package/checked/first
deploy=$root/tools/deploy/deploy.sh
work=$work_of_test/deploy
mkdir -p "$work"

fail() { echo "test.sh: $*" >&2; [ ! -s "$work/said" ] || cat "$work/said" >&2; exit 1; }
passed() { echo "ok: $* ($SECONDS s)"; }
state() { inside systemctl show --property="$1" --value "${2:-sluice}"; }
program() {
    local path
    path=$(inside readlink "/proc/$(state MainPID)/exe")
    echo "${path#"$MACHINE"}"
}
# Runs deploy.sh and compares its exit code. What it printed is in $work/said.
deploys() {
    local expected=$1 status=0
    shift
    nearby env "SLUICE_SSH=$ssh" "$deploy" "$@" > "$work/said" 2>&1 || status=$?
    [ $status = "$expected" ] || fail "deploy.sh $* ended with $status, not $expected"
}
said() { grep -qF -- "$1" "$work/said" || fail "it did not say: $1"; }
until_true() {
    local end=$((SECONDS + 30))
    until "$@" > /dev/null 2>&1; do
        [ $SECONDS -lt $end ] || fail "not within 30 s: $*"
        sleep 0.1
    done
}
# The station runs, with the program of this folder, and nothing of a trial is left.
runs() {
    [ "$(state ActiveState) $(program)" = "active $1/bin/sluice" ] || fail "$(state ActiveState) $(program), not $1"
    ! inside test -e /run/systemd/system/sluice.service.d/90-trial.conf || fail "a trial is left"
}

# Versions whose programs behave as their names say.
real=$(basename "$built"/sluice-*-amd64.tar.xz .tar.xz)
rustc --edition 2021 -o "$work/false" "$root/tools/deploy/false_version.rs"
"$root/tools/deploy/versions.sh" "$built/$real.tar.xz" "$work/false" "$work/versions" \
    1.0 2.0~{red,check-hangs,ends,hangs,ends-after-ready} 3.0
archive() { echo "$work/versions/sluice-$1-amd64.tar.xz"; }

# The machine: the package, a station that runs, root's key.
ssh-keygen -q -t ed25519 -N "" -f "$work/key"
printf '#!/bin/sh\nexec ssh -F none -q -i %s -o UserKnownHostsFile=%s -o StrictHostKeyChecking=accept-new "$@"\n' \
    "$work/key" "$work/hosts" > "$work/ssh"
chmod +x "$work/ssh"
ssh=$work/ssh
cp "$built"/sluice_*_amd64.deb "$MACHINE/root/sluice.deb"
boot
inside dpkg --install /root/sluice.deb > /dev/null
install -D -m 600 "$work/key.pub" "$MACHINE/root/.ssh/authorized_keys"
mkdir -p "$MACHINE/etc/sysusers.d"
echo 'u visitor - "" /home/visitor /bin/sh' > "$MACHINE/etc/sysusers.d/visitor.conf"
inside systemd-sysusers
install -D -m 644 "$work/key.pub" "$MACHINE/home/visitor/.ssh/authorized_keys"
host=root@127.0.0.1

deploys 1 $host "$(archive 1.0)"
said "/etc/sluice/station.json is missing"
sed 's#"model/unet_simple_parts.onnx"#"/usr/share/sluice/model/unet_simple_parts.onnx"#; s#"parts"#"pictures"#' \
    "$MACHINE/etc/sluice/stations/host.json" > "$MACHINE/etc/sluice/station.json"
inside systemctl enable --quiet --now sluice
runs /usr
process=$(state MainPID)

# What is refused before anything is copied.
until_true nearby ssh-keyscan -T 1 127.0.0.1
SLUICE_PORT=9
ssh="$work/ssh -p $SLUICE_PORT"
deploys 1 $host "$(archive 1.0)"
said "no connection to $host"
ssh=$work/ssh
deploys 1 visitor@127.0.0.1 "$(archive 1.0)"
said "the login is not root"
deploys 1 $host "$built"/sluice-*-arm64.tar.xz
said "is for aarch64, and $host is x86_64"
mkdir "$work/spoilt"
cp "$built/SHA256SUMS" "$work/spoilt/"
head -c 1000000 "$built/$real.tar.xz" > "$work/spoilt/$real.tar.xz"
deploys 1 $host "$work/spoilt/$real.tar.xz"
said "not the file that"
rm "$work/spoilt/SHA256SUMS"
deploys 1 $host "$work/spoilt/$real.tar.xz"
said "SHA256SUMS is missing"
printf '#!/bin/sh\n[ "$1" != --version ] || exec echo "systemd 237"\nexec /usr/bin/systemctl "$@"\n' > "$MACHINE/usr/local/bin/systemctl"
chmod +x "$MACHINE/usr/local/bin/systemctl"
deploys 1 $host "$(archive 1.0)"
said "needs sluice-systemd-237.conf"
dropins=/etc/systemd/system/sluice.service.d
inside install -D -m 644 /usr/share/sluice/sluice-systemd-237.conf $dropins/systemd-237.conf
inside systemctl daemon-reload
deploys 0 --dry-run $host "$(archive 1.0)"
inside rm -r $dropins
inside systemctl daemon-reload
rm "$MACHINE/usr/local/bin/systemctl"
deploys 2 --ready-within 08 $host "$(archive 1.0)"
deploys 1 --dry-run --ready-within 121 $host "$(archive 1.0)"
said "is longer than TimeoutStartSec of its sluice.service, 120 s"
for limit in 150 infinity '1month 1min'; do
    printf '[Service]\nTimeoutStartSec=%s\n' "$limit" | inside sh -c "mkdir -p $dropins && cat > $dropins/limit.conf"
    inside systemctl daemon-reload
    deploys 0 --dry-run --ready-within 121 $host "$(archive 1.0)"
done
# A shorter limit than the usual 120 s: without the option, the version has as long as the service.
printf '[Service]\nTimeoutStartSec=60\n' | inside sh -c "cat > $dropins/limit.conf"
inside systemctl daemon-reload
deploys 0 --dry-run $host "$(archive 1.0)"
deploys 1 --dry-run --ready-within 61 $host "$(archive 1.0)"
said "give 60 at most"
inside rm -r $dropins
inside systemctl daemon-reload
inside mkdir -p /opt
inside mount -t tmpfs -o size=8m tmpfs /opt
deploys 1 $host "$(archive 1.0)"
said "the disk of /opt has"
inside mount -o remount,size=100m,nr_inodes=8 /opt
deploys 1 $host "$(archive 1.0)"
said "unpacking failed"
said "nothing was switched"
inside umount /opt
deploys 0 --dry-run $host "$(archive 1.0)"
said "would stop the station"
deploys 1 --rollback $host
said "no version before this one is kept"
[ ! -e "$MACHINE/opt/sluice" ] || fail "/opt/sluice was written"
[ "$(state MainPID)" = "$process" ] || fail "the station was restarted"
passed "refused: no station file, no connection, not root, other processor, spoilt archive, no checksums, old systemd, full disk, a longer start than systemd allows; a dry run writes nothing"

in_time="--ready-within 30 --hold 1"
# shellcheck disable=SC2086
deploys 0 $in_time $host "$(archive 1.0)"
said "result: done: sluice-1.0-amd64 is current, /usr is kept for a rollback"
one=/opt/sluice/sluice-1.0-amd64
runs $one
[ "$(inside readlink -f /usr/local/bin/sluice)" = $one/bin/sluice ] || fail "people get another program"
passed "deployed"

process=$(state MainPID)
deploys 1 $host "$(archive 1.0)"
said "has sluice-1.0-amd64 already"
# shellcheck disable=SC2086
deploys 1 $in_time $host "$(archive 2.0~red)"
said "the check is red, nothing was switched"
[ "$(state MainPID)" = "$process" ] || fail "the station was restarted"
# shellcheck disable=SC2086
deploys 1 $in_time --check-stopped $host "$(archive 2.0~red)"
said "result: unchanged: sluice-1.0-amd64 runs"
runs $one
deploys 1 --ready-within 3 --hold 1 --check-stopped $host "$(archive 2.0~check-hangs)"
said "sluice check: not finished within 3 s"
said "result: unchanged: sluice-1.0-amd64 runs"
runs $one
passed "a check that is red or hangs switches nothing, with the station running or stopped"

# What ends the change itself while the station is stopped.
is_stopped() { [ "$(state ActiveState)" = inactive ]; }
deploys 3 --ready-within 60 --hold 1 --check-stopped $host "$(archive 2.0~check-hangs)" &
deploying=$!
until_true is_stopped
inside systemctl stop sluice-deploy
wait $deploying || exit 1
said "result: rolled back: sluice-1.0-amd64 runs"
runs $one
dropins=/run/systemd/system/sluice.service.d
inside mkdir -p $dropins
inside mount -t tmpfs -o ro tmpfs $dropins
# shellcheck disable=SC2086
deploys 3 $in_time $host "$(archive 2.0~ends)"
inside umount $dropins
said "a command failed"
said "result: rolled back: sluice-1.0-amd64 runs"
runs $one
passed "a signal, or a failed command, while the station is stopped: the version before runs again"

process=$(state MainPID)
printf '[Service]\nExecStart=\nExecStart=/usr/bin/sluice run --station /etc/sluice/station.json\n' \
    > "$MACHINE/etc/systemd/system/sluice.service.d/override.conf"
# shellcheck disable=SC2086
deploys 1 $in_time $host "$(archive 2.0~ends)"
said "another drop-in sets ExecStart"
[ "$(state MainPID)" = "$process" ] || fail "the station was restarted"
rm "$MACHINE/etc/systemd/system/sluice.service.d/override.conf"
# The next change writes it again.
rm "$MACHINE/etc/systemd/system/sluice.service.d/50-deployed.conf"
inside systemctl daemon-reload
passed "a drop-in of the plant that names another program: refused, and nothing stopped"

for behaviour in ends ends-after-ready; do
    # shellcheck disable=SC2086
    deploys 3 $in_time $host "$(archive 2.0~$behaviour)"
    said "result: rolled back: sluice-1.0-amd64 runs"
    runs $one
done
deploys 3 --ready-within 3 --hold 1 $host "$(archive 2.0~hangs)"
said "not READY within 3 s"
runs $one
passed "rolled back: a version that ends at once, after READY, or hangs"

# Cuts every connection, as a pulled cable does for the programs at its ends.
cut() { for session in $(inside pgrep -f '^sshd: root' || true); do inside kill -KILL "$session" || true; done; }
has_begun_copying() { [ -d "$MACHINE/opt/sluice/.sluice-3.0-amd64.new/sluice-3.0-amd64/bin" ]; }
printf '#!/bin/bash\n%s "$@" < <(head -c 3000000; exec 0<&-; sleep 20)\n' "$work/ssh" > "$work/slow"
chmod +x "$work/slow"
# Only the copy has that many bytes.
process=$(state MainPID)
ssh=$work/slow
deploys 1 $host "$(archive 3.0)" &
deploying=$!
until_true has_begun_copying
cut
wait $deploying || exit 1
said "connection lost while copying"
ssh=$work/ssh
until_true eval '! has_begun_copying'
[ ! -e "$MACHINE/opt/sluice/sluice-3.0-amd64" ] || fail "half a version has its name"
[ "$(state MainPID)" = "$process" ] || fail "the station was restarted"
passed "connection cut while copying: nothing changed"

is_on_trial() { inside test -e /run/systemd/system/sluice.service.d/90-trial.conf; }
deploys 3 --ready-within 6 --hold 1 $host "$(archive 2.0~hangs)" &
deploying=$!
until_true is_on_trial
inside systemctl stop ssh
cut
until_true eval '[ "$(state ActiveState sluice-deploy)" != active ]'
runs $one
inside systemctl start ssh
wait $deploying || exit 1
said "connection lost; the board goes on by itself"
said "result: rolled back: sluice-1.0-amd64 runs"
passed "connection cut during the change: the board rolled back by itself, and the answer came later"

(exec nsenter --target "$init" --net env "SLUICE_SSH=$ssh" \
    "$deploy" --ready-within 60 --hold 1 $host "$(archive 2.0~hangs)" > "$work/cut" 2>&1) &
deploying=$!
until_true is_on_trial
deploys 1 $host "$(archive 3.0)"
said "another change is under way"
[ ! -e "$MACHINE/opt/sluice/sluice-3.0-amd64" ] || fail "a version was copied during a change"
deploys 1 --rollback $host
said "another change is under way"
deploys 0 --status $host
said "last sluice-2.0~hangs-amd64: under way"
cut_power
kill $deploying
wait $deploying 2>/dev/null || true
boot
until_true eval '[ "$(state ActiveState)" = active ]'
runs $one
deploys 0 --status $host
said "last sluice-2.0~hangs-amd64: interrupted"
passed "power cut during the change: the board starts the version before"

# The connection is cut when the change has begun, and before deploy.sh knows it.
printf '#!/bin/sh\n%s "$@" || exit\ncase "$*" in *" begin "*) exit 255 ;; esac\n' "$work/ssh" > "$work/begins"
chmod +x "$work/begins"
ssh=$work/begins
# shellcheck disable=SC2086
deploys 0 $in_time $host "$(archive 3.0)"
ssh=$work/ssh
said "unknown whether the change began"
said "result: done: sluice-3.0-amd64 is current"
runs /opt/sluice/sluice-3.0-amd64
[ "$(inside find /opt/sluice -maxdepth 1 -name 'sluice-*' | wc -l)" = 2 ] || fail "old versions are left: $(inside ls /opt/sluice)"
# shellcheck disable=SC2086
deploys 0 $in_time --rollback $host
runs $one
deploys 0 --status $host
said "current sluice-1.0-amd64"
said "previous sluice-3.0-amd64"
passed "a second version, and back by hand"

# From the start of the trial on, the station file is one that no version can use.
deploys 4 --ready-within 4 --hold 1 $host "$(archive 2.0~hangs)" &
deploying=$!
until_true is_on_trial
sed -i 's#"device": 0#"device": 7#' "$MACHINE/etc/sluice/station.json"
wait $deploying || exit 1
said "result: failed: neither"
sed -i 's#"device": 7#"device": 0#' "$MACHINE/etc/sluice/station.json"
passed "neither version works: said so"

inside systemctl stop sluice
deploys 1 --check-stopped $host "$(archive 2.0~red)"
said "result: unchanged: the check is red, and the station was not running"
[ "$(inside readlink /opt/sluice/current)" = "${one##*/}" ] || fail "a red check switched"
deploys 0 --check-stopped $host "$(archive 3.0)"
said "was not started, so READY was not seen"
[ "$(state MainPID)" = 0 ] || fail "a stopped station was started"
passed "a station that was stopped is not started; its next version is checked all the same"
