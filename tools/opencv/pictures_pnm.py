"""PGM and PPM files of every form that the station reads, and of some that it refuses.

A form is a function of the width, the height and a random generator, and gives a file's bytes.
"""

import cv2
import numpy as np


def binary(kind, highest, above=False, head=b"%s\n%d %d\n%d\n", after=b""):
    """Values are at most `highest`, or with `above` as high as a sample can be."""

    def form(width, height, random):
        wide = highest > 255
        most = (65535 if wide else 255) if above else highest
        samples = {b"P5": 1, b"P6": 3}.get(kind, 1)
        values = random.integers(0, most + 1, (height, width * samples)).astype(">u2" if wide else "u1")
        return head % (kind, width, height, highest) + values.tobytes() + after

    return form


def by_opencv(ending, shape, dtype):
    def form(width, height, random):
        pixels = random.integers(0, np.iinfo(dtype).max + 1, (height, width, *shape), dtype=dtype)
        return cv2.imencode(ending, pixels)[1].tobytes()

    return form


COMMENTS = b"%s # one\n# another\r\n %d\t%d # more 7\n\n\x0b%d "

READ = {
    "pgm8": binary(b"P5", 255),
    "ppm8": binary(b"P6", 255),
    "pgm16": binary(b"P5", 65535),
    "ppm16": binary(b"P6", 65535),
    "pgm_highest_1": binary(b"P5", 1),
    "pgm_highest_100_above": binary(b"P5", 100, True),
    "ppm_highest_100": binary(b"P6", 100),
    "pgm_highest_256": binary(b"P5", 256),
    "pgm_highest_4095": binary(b"P5", 4095),
    "ppm_highest_1023_above": binary(b"P6", 1023, True),
    "pgm8_by_opencv": by_opencv(".pgm", (), np.uint8),
    "ppm16_by_opencv": by_opencv(".ppm", (3,), np.uint16),
    "pgm8_comments": binary(b"P5", 255, head=COMMENTS),
    "ppm16_comments": binary(b"P6", 65535, head=COMMENTS),
}

REFUSED = {
    "pbm_text": lambda width, height, random: b"P1\n2 2\n0 1 1 0\n",
    "pgm_text": lambda width, height, random: b"P2\n2 2\n255\n0 1 1 0\n",
    "ppm_text": lambda width, height, random: b"P3\n1 1\n255\n0 1 1\n",
    "pbm": lambda width, height, random: b"P4\n8 1\n\x55",
    "pam": lambda width, height, random: b"P7\nWIDTH 1\nHEIGHT 1\nDEPTH 3\nMAXVAL 255\nTUPLTYPE RGB\nENDHDR\nabc",
    "pgm_comment_last": binary(b"P5", 255, head=b"%s\n%d %d\n%d\n# comment\n"),
    "pgm_two": binary(b"P5", 255, after=b"P5\n1 1\n255\na"),
    "pgm_highest_0": binary(b"P5", 0),
    "pgm_comment_without_space": binary(b"P5", 255, head=b"%s\n%d#\n%d\n%d\n"),
}
