"""TIFF files of every form that the station reads, and of some that it refuses.

A form is a function of the width, the height and a random generator, and gives a file's bytes.
"""

import io
import itertools

import cv2
import numpy as np
import tifffile
from PIL import Image


def written(channels=1, bits=8, planar=False, tile=None, rows=None, order="<", compression=None, pages=1, big=False, **options):
    """A file as tifffile writes it. A strip has `rows` rows, or a random number of them."""

    def form(width, height, random):
        out = io.BytesIO()
        shape = (height, width) if channels == 1 else (channels, height, width) if planar else (height, width, channels)
        settings = {"photometric": "rgb" if channels >= 3 else "minisblack", "metadata": None, **options}
        if channels > 1:
            settings["planarconfig"] = "separate" if planar else "contig"
        if tile:
            settings["tile"] = tile
        else:
            settings["rowsperstrip"] = rows or int(random.integers(1, height + 1))
        with tifffile.TiffWriter(out, byteorder=order, bigtiff=big) as file:
            for _ in range(pages):
                file.write(samples(shape, bits, random), compression=compression, **settings)
        return out.getvalue()

    return form


def samples(shape, bits, random):
    """Noise and runs of equal values, which compress."""
    highest = 1 << bits
    values = random.integers(0, highest, shape)
    values[random.integers(0, 2, shape) > 0] = int(random.integers(0, highest))
    if random.integers(0, 3) == 0:
        values[...] = np.cumsum(values % 3, axis=-1) % highest
    return values.astype({8: np.uint8, 16: np.uint16}[bits])


def entry(tag, value, kind=3, order="little"):
    """The form with another value of a tag, which must be in the file's first directory."""

    def edit(data):
        data = bytearray(data)
        start = int.from_bytes(data[4:8], order)
        for index in range(int.from_bytes(data[start : start + 2], order)):
            at = start + 2 + 12 * index
            if int.from_bytes(data[at : at + 2], order) == tag:
                size = {3: 2, 4: 4}[kind]
                data[at + 2 : at + 12] = kind.to_bytes(2, order) + (1).to_bytes(4, order) + value.to_bytes(size, order) + bytes(4 - size)
                return bytes(data)
        raise ValueError(f"no tag {tag}")

    return edit


def edited(form, edit):
    return lambda width, height, random: edit(form(width, height, random))


READ = {}
for channels, bits, order, compression in itertools.product((1, 3), (8, 16), "<>", (None, "lzw", "zlib", "packbits")):
    name = f"tiff{channels}x{bits}_{'little' if order == '<' else 'big'}_{compression or 'plain'}"
    READ[name] = written(channels, bits, order=order, compression=compression)
    if compression in ("lzw", "zlib"):
        READ[f"{name}_differences"] = written(channels, bits, order=order, compression=compression, predictor=True)
for bits, compression in itertools.product((8, 16), (None, "lzw", "zlib", "packbits")):
    predictor = compression in ("lzw", "zlib")
    READ[f"tiff3x{bits}_planar_{compression or 'plain'}"] = written(3, bits, planar=True, compression=compression, predictor=predictor)
    READ[f"tiff3x{bits}_tiles_{compression or 'plain'}"] = written(3, bits, tile=(16, 32), compression=compression, predictor=predictor)
READ |= {
    "tiff1x8_tiles": written(tile=(32, 16)),
    "tiff1x8_tiles_lzw": written(tile=(16, 16), compression="lzw", predictor=True, order=">"),
    "tiff3x8_planar_tiles_zlib": written(3, planar=True, tile=(16, 16), compression="zlib"),
    "tiff3x16_planar_tiles_big": written(3, 16, planar=True, tile=(16, 48), order=">"),
    "tiff1x8_white_is_0": written(photometric="miniswhite"),
    "tiff1x16_white_is_0": written(bits=16, photometric="miniswhite", compression="lzw", predictor=True),
    "tiff3x8_pages": written(3, pages=3, compression="zlib"),
    "tiff1x16_one_strip": written(bits=16, rows=1000),
    "tiff3x8_adobe_deflate_old_number": edited(written(3, compression="zlib"), entry(259, 32946)),
    "tiff3x8_profile": written(3, iccprofile=bytes(range(256))),
    "tiff3x8_large_tiles": written(3, tile=(128, 128), compression="packbits"),
}


def by_pillow(compression):
    def form(width, height, random):
        out = io.BytesIO()
        Image.fromarray(samples((height, width, 3), 8, random)).save(out, "TIFF", compression=compression)
        return out.getvalue()

    return form


def by_opencv(bits):
    return lambda width, height, random: cv2.imencode(".tiff", samples((height, width, 3), bits, random))[1].tobytes()


def full_tiles(width, height, random):
    """Grey tiles of 16 bits that end with the right border."""
    return written(bits=16, tile=(16, 16), compression="lzw")((width + 15) // 16 * 16, height, random)


REFUSED = {
    "tiff_bigtiff": written(3, big=True),
    "tiff_float": lambda width, height, random: tiff_of(random.random((height, width)).astype(np.float32)),
    "tiff_signed": lambda width, height, random: tiff_of(random.integers(-9, 9, (height, width)).astype(np.int16)),
    "tiff_32_bit": lambda width, height, random: tiff_of(random.integers(0, 9, (height, width)).astype(np.uint32)),
    "tiff_alpha": written(4, extrasamples=["unassalpha"]),
    "tiff_alpha_premultiplied": written(4, extrasamples=["assocalpha"]),
    "tiff_five_channels": written(5, extrasamples=["unspecified", "unspecified"]),
    "tiff_grey_16_cut_tiles": written(bits=16, tile=(16, 16)),
    "tiff_palette": written(photometric="palette", colormap=np.arange(768, dtype=np.uint16).reshape(3, 256)),
    "tiff_jpeg": written(3, compression="jpeg"),
    "tiff_zstd": written(3, compression="zstd"),
    "tiff_lzma": written(3, compression="lzma"),
    "tiff_float_predictor": edited(written(3, compression="zlib", predictor=True), entry(317, 3)),
    "tiff_cmyk": written(4, photometric="separated"),
    "tiff_1_bit": lambda width, height, random: tiff_of(random.integers(0, 2, (height, width)) > 0, photometric="minisblack"),
    **{f"tiff_turned_{turn}": written(extratags=[(274, 3, 1, turn, True)]) for turn in range(2, 9)},
}
READ["tiff1x16_full_tiles"] = full_tiles
READ |= {f"tiff_by_pillow_{way}": by_pillow(way) for way in ("raw", "tiff_lzw", "tiff_adobe_deflate", "packbits")}
READ |= {f"tiff{bits}_by_opencv": by_opencv(bits) for bits in (8, 16)}


def tiff_of(array, **options):
    out = io.BytesIO()
    tifffile.imwrite(out, array, metadata=None, **options)
    return out.getvalue()
