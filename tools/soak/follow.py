"""The journal of the station in a soak, read while it grows."""

import pathlib

import journal


class Journal:
    """Reads the journal's files as they grow, and checks that each line follows the one before."""

    def __init__(self, directory):
        self.directory, self.file, self.offset, self.last = directory, None, 0, None
        self.lines = 0

    def read_on(self):
        """The records since the last call."""
        found = []
        while True:
            if self.file is not None:
                # A last line that a kill or a full disk cut is repaired in its place.
                self.file.seek(self.offset)
                data = self.file.read()
                whole = data.rfind(b"\n") + 1
                self.offset += whole
                for line in data[:whole].splitlines():
                    found.append(self.check(journal.record(line)))
            after = [path for path in sorted(self.directory.glob("journal-*.jsonl"))
                     if self.file is None or path.name > pathlib.Path(self.file.name).name]
            if not after:
                return found
            if self.file is not None:
                self.file.close()
            self.file, self.offset = open(after[0], "rb"), 0

    def check(self, record):
        if self.last is not None and record["prev"] != self.last:
            raise journal.Damaged(f"it does not follow the record before: {record}")
        self.last = record["crc"]
        self.lines += 1
        return record
