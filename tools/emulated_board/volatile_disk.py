"""A disk with a volatile cache: what the board did not flush may be lost when the power fails.

It is a server of the network block device protocol (https://github.com/NetworkBlockDevice/nbd,
doc/proto.md), to which qemu connects. A cut keeps any of the sectors that were written since the
last flush, in any version, and loses the others. From then on every request fails, until the disk
is switched on again.
"""

import random
import socket
import struct
import threading
import time

SECTOR = 512
OPTION_MAGIC, REPLY_MAGIC = 0x49484156454F5054, 0x3E889045565A9
REQUEST, ANSWER = 0x25609513, 0x67446698
EXPORT_NAME, ABORT, INFO, GO = 1, 2, 6, 7
ACKNOWLEDGED, INFORMATION, UNSUPPORTED = 1, 3, 0x80000001
READ, WRITE, DISCONNECT, FLUSH = range(4)
FORCED = 1
# The disk flushes, and forces single writes.
FLAGS = 1 | 4 | 8
IO_ERROR, INVALID = 5, 22


class VolatileDisk:
    """A disk with the content of an image file; `path` is the socket of its server."""

    def __init__(self, image, path, seed):
        self.path = path
        # What the board reads.
        self._now = bytearray(image.read_bytes())
        # For each sector written since the last flush: its contents, the flushed one first.
        self._versions = {}
        self._random = random.Random(seed)
        self._lock = threading.Lock()
        self._is_on = True
        self._writes_left = None
        self.is_cut = threading.Event()
        # Sectors that were not flushed at a cut, and those of them that are lost or old.
        self.unflushed = self.lost = 0
        path.unlink(missing_ok=True)
        self._listener = socket.socket(socket.AF_UNIX)
        self._listener.bind(str(path))
        self._listener.listen(1)
        threading.Thread(target=self._serve, daemon=True).start()

    def words(self):
        """The arguments of qemu for this disk. An error is the board's affair; qemu goes on."""
        drive = f"file.driver=nbd,file.server.type=unix,file.server.path={self.path},format=raw,if=none,id=disk"
        return ["-drive", drive + ",werror=report,rerror=report", "-device", "virtio-blk-pci,drive=disk"]

    def cut_after(self, writes):
        """The power fails with this write from now on."""
        with self._lock:
            self._writes_left = writes
            self.is_cut.clear()

    def cut(self):
        """The power fails now."""
        with self._lock:
            self._cut()

    def _cut(self):
        self._is_on = False
        # All, none, or a share of the sectors survive.
        share = self._random.choice([0.0, self._random.random(), 1.0])
        for sector, versions in self._versions.items():
            survives = self._random.random() < share
            content = self._random.choice(versions[1:]) if survives else versions[0]
            self.lost += content is not versions[-1]
            self._now[sector * SECTOR:(sector + 1) * SECTOR] = content
        self.unflushed += len(self._versions)
        self._versions.clear()
        self.cut_at = time.monotonic()
        self.is_cut.set()

    def switch_on(self):
        """The power is back."""
        with self._lock:
            self._is_on = True

    def _serve(self):
        while True:
            connection, _ = self._listener.accept()
            with connection:
                try:
                    stream = connection.makefile("rwb")
                    if self._negotiate(stream):
                        while self._request(stream):
                            pass
                except (OSError, EOFError, struct.error):
                    # qemu has ended.
                    continue

    def _negotiate(self, stream):
        """Agrees on the protocol. Returns False if qemu wants no transmission."""
        stream.write(b"NBDMAGIC" + struct.pack(">QH", OPTION_MAGIC, 1 | 2))
        stream.flush()
        _exactly(stream, 4)
        while True:
            magic, option, length = struct.unpack(">QII", _exactly(stream, 16))
            if magic != OPTION_MAGIC:
                raise EOFError
            _exactly(stream, length)
            size = len(self._now)
            if option == EXPORT_NAME:
                stream.write(struct.pack(">QH", size, FLAGS))
                stream.flush()
                return True
            if option in (INFO, GO):
                content = struct.pack(">HQH", 0, size, FLAGS)
                stream.write(struct.pack(">QIII", REPLY_MAGIC, option, INFORMATION, len(content)) + content)
            answer = ACKNOWLEDGED if option in (INFO, GO, ABORT) else UNSUPPORTED
            stream.write(struct.pack(">QIII", REPLY_MAGIC, option, answer, 0))
            stream.flush()
            if option == GO:
                return True
            if option == ABORT:
                return False

    def _request(self, stream):
        """Answers one request. Returns False at the end."""
        magic, flags, kind, handle, offset, length = struct.unpack(">IHHQQI", _exactly(stream, 28))
        if magic != REQUEST or kind == DISCONNECT:
            return False
        data = _exactly(stream, length) if kind == WRITE else b""
        error, content = 0, b""
        with self._lock:
            if not self._is_on:
                error = IO_ERROR
            elif kind == READ:
                content = bytes(self._now[offset:offset + length])
            elif kind == WRITE:
                self._write(offset, data, flags & FORCED)
                if self._writes_left is not None:
                    self._writes_left -= 1
                    if self._writes_left == 0:
                        self._writes_left = None
                        self._cut()
                        error = IO_ERROR
            elif kind == FLUSH:
                self._versions.clear()
            else:
                error = INVALID
        stream.write(struct.pack(">IIQ", ANSWER, error, handle) + content)
        stream.flush()
        return True

    def _write(self, offset, data, forced):
        for at in range(0, len(data), SECTOR):
            sector = (offset + at) // SECTOR
            place = slice(sector * SECTOR, (sector + 1) * SECTOR)
            versions = self._versions.setdefault(sector, [bytes(self._now[place])])
            versions.append(data[at:at + SECTOR])
            self._now[place] = versions[-1]
            if forced:
                del self._versions[sector]


def _exactly(stream, count):
    data = stream.read(count)
    if len(data) != count:
        raise EOFError
    return data
