"""The station's journal: lines of JSON, each with a checksum of the text before it."""

import json
import zlib


class Damaged(Exception):
    """A line that is not a record."""


def record(line):
    """The record of one line, given without its newline."""
    body, mark, tail = line.rpartition(b',"crc":"')
    if not mark or not tail.endswith(b'"}'):
        raise Damaged(f"no checksum: {line[:120]!r}")
    if zlib.crc32(body) != int(tail[:-2], 16):
        raise Damaged(f"wrong checksum: {line[:120]!r}")
    return json.loads(line)


def records(text):
    """Every record of a file that is not being written. An unfinished last line is damage too,
    because the station repairs it at its start."""
    if text and not text.endswith(b"\n"):
        raise Damaged(f"the last line does not end: {text[-120:]!r}")
    return [record(line) for line in text.splitlines()]


def chain(all_records):
    """Fails unless each record carries the checksum of the one before."""
    for before, after in zip(all_records, all_records[1:]):
        if after["prev"] != before["crc"]:
            raise Damaged(f"it does not follow the record before: {after}")


def parts(all_records):
    """The records of parts: {number: record}."""
    found = {}
    for one in all_records:
        if one["kind"] == "part":
            if one["part"] in found:
                raise Damaged(f"part {one['part']} occurs twice")
            found[one["part"]] = one
    return found


def verdict(part):
    """The kind of a part's verdict: PASS, REJECT or FAULT."""
    return part["verdict"]["kind"]
