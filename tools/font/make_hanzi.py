#!/usr/bin/env python3
"""Draws the Chinese letters of the operator's screen from the font Fusion Pixel.

    npm pack @fontsource/fusion-pixel-10px-monospaced-sc@5.3.0
    npm pack @fontsource/fusion-pixel-12px-monospaced-sc@5.3.0
    tools/font/make_hanzi.py 10.tgz 12.tgz src/screen/hanzi

writes `letters.txt`, `10.raw`, `12.raw` and the font's licence. The letters are the 3,755 of the
first level of GB 2312, those that are used most, and the marks for writing. Each has three bytes in
UTF-8, and they are in the order of their bytes, so that a search can halve the list. Sixteen
letters stand side by side in each row of the pictures; a pixel is one bit.
"""

import argparse
import io
import pathlib
import tarfile

from PIL import Image, ImageDraw, ImageFont

LETTERS_PER_ROW = 16


def gb2312():
    """Punctuation, full-width letters (row 3) and Chinese characters (rows 16 to 55)."""
    for row, columns in [(1, 31), *((row, 95) for row in [3, *range(16, 56)])]:
        for column in range(1, columns):
            try:
                letter = bytes([0xA0 + row, 0xA0 + column]).decode("gb2312")
            except UnicodeDecodeError:
                continue
            if len(letter.encode()) == 3:
                yield letter


def member(package, end):
    with tarfile.open(package) as archive:
        [name] = [name for name in archive.getnames() if name.endswith(end)]
        return archive.extractfile(name).read()


def draw(font, side, letters):
    """The picture of all letters, and those that the font lacks."""
    missing = bytes(font.getmask("\uffff", mode="1"))
    rows = -(-len(letters) // LETTERS_PER_ROW)
    picture = Image.new("1", (side * LETTERS_PER_ROW, side * rows))
    pen = ImageDraw.Draw(picture)
    lacking = []
    for place, letter in enumerate(letters):
        if letter != "\u3000" and bytes(font.getmask(letter, mode="1")) == missing:
            lacking.append(letter)
        corner = (place % LETTERS_PER_ROW * side, place // LETTERS_PER_ROW * side)
        cell = Image.new("1", (side, side))
        ImageDraw.Draw(cell).text((0, 0), letter, fill=1, font=font)
        picture.paste(cell, corner)
    return picture, lacking


def main():
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("packages", nargs=2, type=pathlib.Path)
    parser.add_argument("out", type=pathlib.Path)
    arguments = parser.parse_args()
    letters = sorted(set(gb2312()), key=lambda letter: letter.encode())
    arguments.out.mkdir(parents=True, exist_ok=True)
    (arguments.out / "letters.txt").write_text("".join(letters), encoding="utf-8")
    for side, package in zip((10, 12), arguments.packages):
        file = io.BytesIO(member(package, "latin-400-normal.woff2"))
        font = ImageFont.truetype(file, side)
        picture, lacking = draw(font, side, letters)
        if lacking:
            raise SystemExit(f"{package} lacks {''.join(lacking)}")
        (arguments.out / f"{side}.raw").write_bytes(picture.tobytes())
        (arguments.out / "LICENSE").write_bytes(member(package, "package/LICENSE"))
        print(f"{side} pixels: {len(letters)} letters, {len(picture.tobytes())} bytes")


main()
