"""Versions of the program for a board, and tools/deploy/deploy.sh, which puts them there."""

import os
import subprocess
from places import CROSS, ROOT
from production import require

DEPLOY = ROOT / "tools/deploy"
HOST = "root@127.0.0.1"
# A board's watchdog can be open once only, so the check waits until the station is stopped.
OPTIONS = ["--check-stopped", "--ready-within", "90", "--hold", "3"]


class Versions:
    """Archives in the directory of a board: 1.0 and 3.0 work, and 2.0 does what its name says."""

    # Where the board has the first one.
    ONE = "/opt/sluice/sluice-1.0-arm64"

    def __init__(self, board, archive):
        """Makes them from the archive of a release."""
        self._folder = board.directory / "versions"
        false = board.directory / "false"
        rustc = ROOT / "tools/cross/rustc" if (CROSS / "rust/usr/bin/rustc").exists() else "rustc"
        subprocess.run([rustc, "--edition", "2021", "--target", "aarch64-unknown-linux-gnu", "-C",
                        f"linker={ROOT}/tools/cross/linker", "-o", false, DEPLOY / "false_version.rs"], check=True)
        versions = ("1.0", "2.0~hangs", "2.0~ends-after-ready", "3.0")
        subprocess.run([DEPLOY / "versions.sh", archive, false, self._folder, *versions], check=True)
        self._environment = {**os.environ, "SLUICE_SSH": board.ssh}

    def deploy(self, version):
        return self._begin(*OPTIONS, HOST, self._folder / f"sluice-{version}-arm64.tar.xz")

    def roll_back(self):
        return self._begin(*OPTIONS, "--rollback", HOST)

    def status(self):
        return self._begin("--status", HOST)

    def _begin(self, *words):
        return Deploying([DEPLOY / "deploy.sh", *words], self._environment)


class Deploying:
    """deploy.sh at work."""

    def __init__(self, words, environment):
        self._process = subprocess.Popen(words, env=environment, stdin=subprocess.DEVNULL, stdout=subprocess.PIPE,
                                         stderr=subprocess.STDOUT, text=True)

    def result(self):
        """Waits for its end. Returns its exit code and what it said."""
        text = self._process.communicate(timeout=900)[0]
        return self._process.returncode, text

    def ends(self, expected, *said):
        """Like `result`. The exit code must be this one, and these words said."""
        code, text = self.result()
        require(code == expected, f"deploy.sh ended with {code}, not {expected}: {text}")
        for words in said:
            require(words in text, f"deploy.sh did not say `{words}`: {text}")
