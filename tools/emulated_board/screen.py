"""Reads the station's 128 x 64 screen back (src/screen/mono.rs): the verdict, the part's number and
the counters."""

import re
from oled import read_grey_png
from places import ROOT

# The rows of the letters, eight or ten bytes each, from the fonts 5x8 and 6x10 of X11.
SMALL = {"0": "00040a0a0a0a0400", "1": "00040c0404040e00", "2": "000c12020c101e00", "3": "001e040c02120c00",
         "4": "00040c141e040400", "5": "001e101c02120c00", "6": "000c101c12120c00", "7": "001e020404080800",
         "8": "000c120c12120c00", "9": "000c12120e020c00", "P": "001c12121c101000", "R": "001c12121c121200",
         "F": "001e101c10101000", "M": "00121e1e12121200", " ": "0000000000000000"}
LARGE = {"0": "00081422222214080000", "1": "000818280808083e0000", "2": "001c22020c10203e0000",
         "3": "003e02040c02221c0000", "4": "00040c14243e04040000", "5": "003e202c3202221c0000",
         "6": "000c10202c32221c0000", "7": "003e0204040810100000", "8": "001c22221c22221c0000",
         "9": "001c22261a0204180000", "#": "0014143e143e14140000"}


def _read(rows, font, x, y, width):
    """The letters from (x, y) to the first one that the font does not have."""
    letters = {pattern: letter for letter, pattern in font.items()}
    height = len(next(iter(letters))) // 2
    text = ""
    while x + width <= len(rows[0]):
        cell = "".join(f"{int(''.join(map(str, row[x:x + width])), 2):02x}" for row in rows[y:y + height])
        if cell not in letters:
            break
        text += letters[cell]
        x += width
    return text


def _word(rows):
    return tuple(tuple(row[0:70]) for row in rows[12:32])


def read(rows):
    """The content of the screen: a dictionary with `verdict` (None before the first part), `part`,
    `pass`, `reject` and `fault`. A value that cannot be read is None."""
    verdicts = {_word(read_grey_png(ROOT / f"tests/data/screen/mono_{name}.png")): name.upper()
                for name in ("pass", "reject", "fault")}
    counters = re.match(r"P(\d+) R(\d+) F(\d+)", _read(rows, SMALL, 1, 55, 5))
    # The part's number ends at column 126: # and at least six digits.
    part = next((text for x in range(60, 120) if (text := _read(rows, LARGE, x, 19, 6)).startswith("#")), None)
    said = {"verdict": verdicts.get(_word(rows)), "part": int(part[1:]) if part and part[1:] else None}
    for index, name in enumerate(("pass", "reject", "fault")):
        said[name] = int(counters[index + 1]) if counters else None
    return said
