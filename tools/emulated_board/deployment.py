#!/usr/bin/env python3
"""Installs the package for arm64 on an emulated board with Debian and its systemd, runs the station
there as the service, and changes its version over ssh, with power cuts and reboots.

    tools/package/build.sh                        makes the package and the archive
    tools/emulated_board/deployment.py            those in target/package
    tools/emulated_board/deployment.py FOLDER     those in another folder

Needs root, mmdebstrap and an ssh client. Not part of CI: it takes minutes, and the first time a
quarter of an hour, for the disk with Debian. The model is the shipped one with an input of 32 x 32
pixels. All times are those of an emulated processor.
"""

import argparse
import random
import re
import sys
import time
from pathlib import Path
import service
from board import READY, REJECT
from camera import Pictures
from debian_board import DebianBoard
from guest import BoardError
from places import ROOT
from production import require
from versions import Versions

TRIAL = "/run/systemd/system/sluice.service.d/90-trial.conf"
GOOD, BAD = 0, 1
SEED = 1
# About as long as a deployment takes there.
DEPLOYMENT_S = 40
# The unit may have at most this exposure, as in tools/check_service.sh.
EXPOSURE_MAX = 2.0


def install(board, packages):
    """The packages start nothing, and move no line."""
    for package in packages:
        board.do(f"cat > /root/{package.name}", package.read_bytes())
    began = time.monotonic()
    board.do("dpkg --install /root/sluice*.deb")
    for unit in ("sluice", "sluice-link"):
        states = service.state(board, "UnitFileState", "ActiveState", unit=unit)
        require(states == ["disabled", "inactive"], f"{unit} is {states}")
    require(not board.lines.changes(READY) and not board.lines.changes(REJECT), "a line has moved")
    took_s = time.monotonic() - began
    return f"both packages installed in {took_s:.0f} s: no service is enabled or started, no line moved"


def start(board):
    """The check is green, and the enabled service gets READY."""
    service.configure(board)
    checked = board.do(f"{service.RUN} check --station /etc/sluice/station.json")
    sandbox = re.search(r"sandbox: ([^:\n]*)", checked)
    require(sandbox, f"the check does not name the sandbox: {checked}")
    began = time.monotonic()
    board.do("systemctl enable --quiet --now sluice")
    _wait_ready(board, 60)
    return f"enabled and READY on its line within {time.monotonic() - began:.1f} s; sandbox: {sandbox[1]}"


def judge(board, pictures):
    """A good picture opens the gate, one with a defect does not."""
    for number, (picture, verdict) in enumerate([(GOOD, "PASS"), (BAD, "REJECT")], 1):
        require(pictures.is_bad[picture] == (verdict == "REJECT"), "the pictures are not those that the test expects")
        began = time.monotonic()
        service.show(board, f"part{number}", pictures.directory / str(picture) / "image.png")
        record = service.part(board, number)
        require(record["verdict"]["kind"] == verdict, f"part {number}: {record['verdict']}")
        # The line is active low: it rises when the gate opens.
        opened = any(level for _, level in board.lines.changes(REJECT, began))
        require(opened == (verdict == "PASS"), f"part {number}: {record['gate']}, and the gate opened: {opened}")
    return "a good picture: PASS, the gate opened; one with a pit: REJECT, it stayed closed"


def link(board):
    """The link's service publishes what the station did."""
    board.do("cat > /etc/sluice/link.json",
             f'{{ "journal": "{service.HOME}/journal", "http": {{ "address": "127.0.0.1:8410" }} }}'.encode())
    board.do("systemctl enable --quiet --now sluice-link")
    # bash's own connection, so that no further program is needed.
    get = r"exec 3<> /dev/tcp/127.0.0.1/8410; printf 'GET /metrics HTTP/1.0\r\nHost: localhost\r\n\r\n' >&3; cat <&3"
    board.wait_until(f"timeout 20 bash -c \"{get}\" | grep -q '^sluice_parts_total.*pass.* 1$'", 60,
                     "the metric of one part that passed")
    return "the link's metrics have the part that passed"


def confined(board):
    """The service's limits hold in this kernel, and it has what it needs all the same."""
    process = service.state(board, "MainPID")[0]
    exposure = float(re.search(r"exposure level for sluice.service: ([\d.]+)",
                               board.do("systemd-analyze security --no-pager sluice"))[1])
    require(exposure <= EXPOSURE_MAX, f"the exposure is {exposure}")
    status = dict(line.split(":\t") for line in board.do(f"cat /proc/{process}/status").splitlines() if ":\t" in line)
    require(int(status["CapEff"], 16) == 0 and status["NoNewPrivs"] == "1" and status["Seccomp"] == "2",
            f"capabilities {status['CapEff']}, no new rights {status['NoNewPrivs']}, seccomp {status['Seccomp']}")
    require(int(status["VmLck"].split()[0]) > 0, "no memory is locked")
    threads = board.do(f"ps -L -o comm=,cls=,rtprio= -p {process}").splitlines()
    gate = next((line.split()[1:] for line in threads if line.split()[0] == "gate"), None)
    require(gate == ["FF", "40"], f"the gate's thread is {gate}; {threads}")
    held = board.do("cat /sys/kernel/debug/gpio")
    require(all(re.search(rf"{name} +\|sluice", held) for name in ("REJECT", "READY", "FAULT")), f"the lines: {held}")
    require("/dev/watchdog0" in board.do(f"readlink /proc/{process}/fd/*"), "the watchdog is not open")
    # Root may open every device, so here only the service's control group can refuse.
    join = "echo $$ > /sys/fs/cgroup/system.slice/sluice.service/cgroup.procs"
    for device, is_allowed in [("/dev/gpiochip0", True), ("/dev/vda", False)]:
        board.do(f": < {device}")
        status, text = board.ask(f"{join} && : < {device}")
        require((status == 0) == is_allowed and (is_allowed or "not permitted" in text), f"{device}: {status} {text}")
    require(board.do(f"readlink /proc/{process}/ns/net") != board.do("readlink /proc/1/ns/net"), "it has the network")
    return (f"exposure {exposure}; no capability; the gate has SCHED_FIFO 40; memory locked; real lines and "
            "watchdog open; its control group refuses /dev/vda to root; no network")


def ready_again(board, began, folder):
    """READY was low since `began` and is high again, by the program of a folder. Returns when."""
    require(any(level == 0 for _, level in board.lines.changes(READY, began)), "READY did not drop")
    at = _wait_ready(board, 120)
    runs(board, folder)
    return at


def runs(board, folder):
    """The service runs the program of a folder, and nothing of a trial is left."""
    require(service.state(board, "ActiveState") == ["active"], "the service does not run")
    require(service.program(board) == f"{folder}/bin/sluice", f"{service.program(board)} runs, not that of {folder}")
    require(board.ask(f"test -e {TRIAL}")[0] == 1, "a trial is left")


def deploy(board, versions):
    """A good version runs afterwards. One that ends after its READY is rolled back."""
    began = time.monotonic()
    versions.deploy("1.0").ends(0, "result: done: sluice-1.0-arm64 is current")
    ready_again(board, began, versions.ONE)
    changed_s, began = time.monotonic() - began, time.monotonic()
    # systemd saw its READY, and then its end.
    versions.deploy("2.0~ends-after-ready").ends(3, "Started sluice.service", "exited, code=exited, status=5",
                                                 "result: rolled back: sluice-1.0-arm64 runs")
    ready_again(board, began, versions.ONE)
    ups = [at for at, level in board.lines.changes(READY, began) if level]
    require(len(ups) == 1, f"READY rose {len(ups)} times, so the false version had it, too")
    return (f"deployed in {changed_s:.0f} s; a version that ends after READY: rolled back in "
            f"{time.monotonic() - began:.0f} s, and the line READY was low meanwhile")


def cut_power_in_trial(board, versions):
    """After a power cut during a trial the version before starts by itself."""
    deploying = versions.deploy("2.0~hangs")
    on_trial = f"test -e {TRIAL} && systemctl show --property=ActiveState sluice | grep -q =activating"
    board.wait_until(on_trial, 180, "the trial")
    require(board.lines.level(READY) == 0, "READY is high during the trial")
    unflushed, lost = board.disk.unflushed, board.disk.lost
    board.cut_power()
    unflushed, lost = board.disk.unflushed - unflushed, board.disk.lost - lost
    board.power_on()
    ready_s = _wait_ready(board, 180) - board.started
    runs(board, versions.ONE)
    # deploy.sh connects again, to a board that does not know the change any more.
    deploying.ends(4, "connection lost", "result: unknown", "see --status")
    versions.status().ends(0, "current sluice-1.0-arm64", "last sluice-2.0~hangs-arm64: interrupted")
    return (f"power cut during a trial, {lost} of {unflushed} unflushed sectors lost: the version before is READY "
            f"{ready_s:.1f} s after power-on, the answer is unknown (4)")


def cut_power_anywhere(board, versions, count):
    """Wherever in a deployment the power is cut, a whole version starts by itself: the one before,
    or the new one after its trial."""
    moments, ends = random.Random(SEED), []
    for _ in range(count):
        before = board.do("readlink /opt/sluice/current")
        new = "3.0" if before == "sluice-1.0-arm64" else "1.0"
        deploying = versions.deploy(new)
        wait_s = moments.uniform(0, DEPLOYMENT_S)
        time.sleep(wait_s)
        board.cut_power()
        board.power_on()
        _wait_ready(board, 180)
        now = board.do("readlink /opt/sluice/current")
        require(now in (before, f"sluice-{new}-arm64"), f"{now} is current")
        board.do(f"cd /opt/sluice/{now} && sha256sum --check --quiet SHA256SUMS", timeout_s=300)
        runs(board, f"/opt/sluice/{now}")
        code, text = deploying.result()
        # An answer must be true.
        require({0: now != before, 1: now == before, 3: now == before, 4: True}[code], f"{now}, {code}: {text}")
        ends.append(f"{wait_s:.0f} s: {'the one before' if now == before else 'the new one'} ({code})")
    return f"power cut {count} times: a whole version was READY each time; after {', after '.join(ends)}"


def roll_back(board, versions):
    """By hand back to the package's version."""
    began = time.monotonic()
    now, before = (board.do(f"readlink /opt/sluice/{name}") for name in ("current", "previous"))
    folder = before if before[0] == "/" else f"/opt/sluice/{before}"
    versions.roll_back().ends(0, f"result: done: {before} is current")
    ready_again(board, began, folder)
    versions.status().ends(0, f"current {before}", f"previous {now}")
    return f"--rollback: the version before runs, after {time.monotonic() - began:.0f} s"


def reboot(board):
    """The enabled station starts by itself. Its number of parts goes on."""
    boot = board.do("cat /proc/sys/kernel/random/boot_id")
    began = time.monotonic()
    board.ask("systemctl reboot")
    board.wait_until(f"! grep -q {boot} /proc/sys/kernel/random/boot_id", 180, "the next boot")
    at = _wait_ready(board, 120)
    require(at > began, "READY did not drop")
    uptime_s = int(service.state(board, "ActiveEnterTimestampMonotonic")[0]) / 1e6
    return f"reboot: READY {at - began:.1f} s after the command, {uptime_s:.1f} s after the kernel's start"


def _wait_ready(board, timeout_s):
    """Waits for the line READY. Returns the time of its change."""
    at = board.lines.wait(READY, 1, timeout_s)
    if at is None:
        said = board.ask("journalctl --no-pager --lines=30 --unit=sluice")[1]
        raise BoardError(f"no READY within {timeout_s} s: {said}")
    return at


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", nargs="?", type=Path, default=ROOT / "target/package")
    parser.add_argument("--cuts", type=int, default=3, help="power cuts at any moment of a deployment (3)")
    arguments = parser.parse_args()
    folder = arguments.folder
    # The newest one, if the folder has several.
    archive = max(folder.glob("sluice-*-arm64.tar.xz"), key=lambda path: path.stat().st_mtime, default=None)
    if archive is None:
        sys.exit(f"deployment.py: {folder} has no sluice-*-arm64.tar.xz; tools/package/build.sh makes it")
    version = archive.name.split("-", 1)[1].removesuffix("-arm64.tar.xz")
    packages = [folder / f"{name}_{version}_arm64.deb" for name in ("sluice", "sluice-link")]
    pictures = Pictures(service.description()["image"]["roi"])
    board = DebianBoard("deployment", SEED)
    versions = Versions(board, archive)
    began = time.monotonic()
    with board:
        up_s = board.wait_up()
        print(f"{version}; kernel {board.kernel.version}; a login {up_s:.1f} s after power-on", flush=True)
        steps = [lambda: install(board, packages), lambda: start(board), lambda: judge(board, pictures),
                 lambda: link(board), lambda: confined(board), lambda: deploy(board, versions),
                 lambda: cut_power_in_trial(board, versions),
                 lambda: cut_power_anywhere(board, versions, arguments.cuts), lambda: roll_back(board, versions),
                 lambda: reboot(board)]
        for step in steps:
            try:
                print(f"ok: {step()} ({time.monotonic() - began:.0f} s)", flush=True)
            except BoardError as error:
                sys.exit(f"deployment.py: FAILED: {error}; logs: {board.directory}")


if __name__ == "__main__":
    main()
