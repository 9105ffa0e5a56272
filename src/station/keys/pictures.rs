//! Keys of the sections `station`, `engine`, `source` and `image`.

use super::KeyKind::{self, Choice, Integer, Section, Text};
use super::{Key, NAME, PATH, PATH_OR_EMPTY, PIXEL, PIXELS, key, optional};
use crate::station::LAYOUT;
use crate::station::file::FORMATS;
use crate::station::file::NAME_MAX;

pub(super) const NAME_OR_EMPTY: KeyKind = Text(0, NAME_MAX);
pub(super) const SCORE_KIND: KeyKind = Choice(&["softmax", "sigmoid", "logits"]);
pub(super) const INPUT_SIDE: KeyKind = Integer(1, 4096);
pub(super) const ORDER: KeyKind = Choice(&["bgr", "rgb"]);
pub(super) const RESIZE: KeyKind = Choice(&[
    "linear",
    "linear_exact",
    "area",
    "nearest",
    "linear_kleidicv",
]);

pub(super) const KEYS: &[Key] = &[
    optional(
        "$schema",
        PATH_OR_EMPTY,
        "where an editor finds the schema of this file; the station does not read it",
    ),
    optional(
        "version",
        Integer(LAYOUT, LAYOUT),
        "layout of this file; `sluice migrate` writes an older file in this one",
    ),
    key("station", Section, "what this station is called"),
    key(
        "station.name",
        NAME,
        "name, on the screen and in every journal record",
    ),
    optional(
        "station.language",
        Choice(&["english", "chinese"]),
        "language of the operator's screen and of `sluice check`",
    ),
    key("engine", Section, "the device and the model"),
    key(
        "engine.library",
        PATH,
        "\"builtin\" for the CPU engine, or the path of a libascendcl.so",
    ),
    key("engine.device", Integer(0, 63), "number of the device"),
    key(
        "engine.model",
        PATH,
        "model file: .om for the device, .onnx for the CPU engine; a recipe may have its own",
    ),
    optional(
        "engine.threads",
        Integer(1, 64),
        "threads of the CPU engine; not for a device",
    ),
    key(
        "engine.timeout_ms",
        Integer(1, 600_000),
        "longest execution; after it the device counts as hung and the program ends",
    ),
    key(
        "engine.slots",
        Integer(1, 8),
        "parts that may be between decoder and verdict at once; each model has as many",
    ),
    key(
        "engine.mask",
        NAME_OR_EMPTY,
        "name of the class-mask (argmax) output; empty for none",
    ),
    key(
        "engine.scores",
        NAME_OR_EMPTY,
        "name of the per-class score output; empty for none",
    ),
    optional(
        "engine.score_kind",
        SCORE_KIND,
        "what the scores are: softmax (2 channels or more), sigmoid (1 channel, the probability of class 1), or logits (before either)",
    ),
    optional(
        "engine.self_check_ms",
        Integer(0, 600_000),
        "without a finished inspection for this long, the station inspects a black picture, for the alive line and the watchdogs; 0, or left out, for never",
    ),
    key("source", Section, "where pictures come from"),
    optional(
        "source.directory",
        Section,
        "pictures arrive as files; this or source.camera",
    ),
    key(
        "source.directory.path",
        PATH,
        "directory in which pictures arrive",
    ),
    key(
        "source.directory.after",
        Choice(&["keep", "move", "delete"]),
        "what happens to a picture once its part is in the journal",
    ),
    optional(
        "source.directory.move_to",
        PATH_OR_EMPTY,
        "directory for \"after\": \"move\"",
    ),
    key(
        "source.directory.workers",
        Integer(1, 4),
        "threads that decode pictures",
    ),
    optional(
        "source.directory.pair_min_ms",
        Integer(0, 600_000),
        "with a trigger: shortest time from the edge to the last write of its picture",
    ),
    optional(
        "source.directory.pair_max_ms",
        Integer(0, 600_000),
        "with a trigger: longest time from the edge to the last write of its picture; without a picture by then the part is a fault",
    ),
    optional(
        "source.directory.poll_ms",
        Integer(0, 60_000),
        "interval of scans, for file systems without events (NFS, SMB, FUSE); 0, or left out, for events",
    ),
    optional(
        "source.directory.endings",
        Choice(&["all", "png", "jpeg", "bmp", "pnm", "tiff"]),
        "which files are pictures, by the ending of their names: png, jpeg (.jpg, .jpeg), bmp, pnm (.pgm, .ppm, .pnm), tiff (.tif, .tiff), or all of these",
    ),
    optional(
        "source.camera",
        Section,
        "pictures come from a camera; needs trigger",
    ),
    key(
        "source.camera.device",
        PATH,
        "\"simulated\", or a V4L2 device such as /dev/video0",
    ),
    optional(
        "source.camera.frames",
        PATH_OR_EMPTY,
        "directory of PNG files that the simulated camera shows in turn",
    ),
    key("source.camera.width", PIXELS, "frame width"),
    key("source.camera.height", PIXELS, "frame height"),
    key(
        "source.camera.format",
        Choice(&FORMATS),
        "pixel format, by its V4L2 name: with colours, grey (8 to 16 bits), a Bayer mosaic, or mjpeg; p is packed",
    ),
    optional(
        "source.camera.dropped_bits",
        Integer(0, 8),
        "low bits dropped from samples of 10, 12 or 16 bits, before a mosaic becomes colours; what is then above 255 \
         becomes 255",
    ),
    optional(
        "source.camera.demosaic",
        Choice(&["bilinear", "edge_aware"]),
        "how a Bayer mosaic becomes colours, as cv2.cvtColor does it: COLOR_Bayer...2BGR or ..._EA",
    ),
    key(
        "source.camera.mode",
        Choice(&["free_running", "triggered"]),
        "free_running: exposes at its own pace; triggered: the trigger signal also goes to the camera",
    ),
    key(
        "source.camera.frames_per_second",
        Integer(1, 1000),
        "frames a second; checked by watching the camera",
    ),
    key(
        "source.camera.buffers",
        Integer(3, 32),
        "frames that the driver may fill in advance",
    ),
    key(
        "source.camera.exposure_max_ms",
        Integer(1, 60_000),
        "longest time from the edge to the start of its frame's exposure; without a frame by then the part is a fault",
    ),
    key(
        "image",
        Section,
        "from frame to model input; a recipe may have its own roi, size, order and resize",
    ),
    optional(
        "image.frame",
        Section,
        "size of every picture or frame; one of another size is a fault; left out, the size is not checked",
    ),
    key("image.frame.width", PIXELS, "width"),
    key("image.frame.height", PIXELS, "height"),
    key("image.roi", Section, "part of the frame that is inspected"),
    key("image.roi.x", PIXEL, "left edge"),
    key("image.roi.y", PIXEL, "upper edge"),
    key("image.roi.width", PIXELS, "width"),
    key("image.roi.height", PIXELS, "height"),
    key("image.size", Section, "size of the model's input"),
    key("image.size.width", INPUT_SIDE, "width"),
    key("image.size.height", INPUT_SIDE, "height"),
    key(
        "image.order",
        ORDER,
        "order of the channels in the model's input; as the model was trained",
    ),
    optional(
        "image.resize",
        RESIZE,
        "rule of the resize, as the model was trained (see docs/resize.md)",
    ),
];
