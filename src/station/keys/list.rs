//! The list of keys, section by section.

use super::{Key, KeyKind, key, optional};
use crate::recipe;
use crate::station::file::{NAME_MAX, PATH_MAX};

use KeyKind::{Boolean, Choice, Integer, List, Real, Section, Text};

const PATH: KeyKind = Text(1, PATH_MAX);
const PATH_OR_EMPTY: KeyKind = Text(0, PATH_MAX);
const NAME: KeyKind = Text(1, NAME_MAX);
const NAME_OR_EMPTY: KeyKind = Text(0, NAME_MAX);
const RECIPE_NAME: KeyKind = Text(1, recipe::NAME_MAX);
const LEVEL: KeyKind = Choice(&["low", "high"]);
const PIXEL: KeyKind = Integer(0, 16_384);
const PIXELS: KeyKind = Integer(1, 16_384);
const OFFSET: KeyKind = Integer(0, 1023);
const I2C_ADDRESS: KeyKind = Integer(3, 119);
const AREA: KeyKind = Integer(0, 100_000_000);

/// The list, section by section.
pub const KEYS: &[Key] = &[
    key("station", Section, "who this station is"),
    key(
        "station.name",
        NAME,
        "name, on the screen and in every journal record",
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
        "model file: .om for the device, .onnx for the CPU engine",
    ),
    key(
        "engine.timeout_ms",
        Integer(1, 600_000),
        "longest execution; past it the device counts as hung and the program ends",
    ),
    key(
        "engine.slots",
        Integer(1, 8),
        "parts that may be between decoder and verdict at once",
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
        Choice(&["softmax", "sigmoid", "logits"]),
        "what the scores are: softmax (2 channels or more), sigmoid (1 channel, the probability of class 1), or logits (before either); softmax unless given",
    ),
    optional(
        "engine.self_check_ms",
        Integer(0, 600_000),
        "after so long without a finished inspection a black picture is inspected, for the alive line and the watchdogs; 0, or left out, for never",
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
        "what becomes of a picture once its part is in the journal",
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
        "with a trigger: from the edge to the last write of its picture, at least",
    ),
    optional(
        "source.directory.pair_max_ms",
        Integer(0, 600_000),
        "with a trigger: from the edge to the last write of its picture, at most; without a picture by then the part is a fault",
    ),
    optional(
        "source.directory.poll_ms",
        Integer(0, 60_000),
        "interval of scans, for file systems without events (NFS, SMB, FUSE); 0, or left out, for events",
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
        Choice(&["yuyv", "uyvy", "nv12", "grey", "rgb24", "bgr24"]),
        "how the pixels lie, as V4L2 names it",
    ),
    key(
        "source.camera.mode",
        Choice(&["free_running", "triggered"]),
        "free_running: exposes at its own pace; triggered: the trigger is wired to it too",
    ),
    key(
        "source.camera.frames_per_second",
        Integer(1, 1000),
        "frames a second; checked by watching the camera",
    ),
    key(
        "source.camera.buffers",
        Integer(3, 32),
        "frames that the driver may fill ahead",
    ),
    key(
        "source.camera.exposure_max_ms",
        Integer(1, 60_000),
        "from the edge to the start of its frame's exposure, at most; without a frame by then the part is a fault",
    ),
    key("image", Section, "from frame to model input"),
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
    key("image.size.width", Integer(1, 4096), "width"),
    key("image.size.height", Integer(1, 4096), "height"),
    key(
        "image.order",
        Choice(&["bgr", "rgb"]),
        "order of the channels in the model's input; as the model was trained",
    ),
    optional(
        "trigger",
        Section,
        "the line that starts a cycle; without it, each picture does",
    ),
    optional(
        "trigger.chip",
        PATH,
        "chip of the line; lines.chip unless given",
    ),
    optional("trigger.offset", OFFSET, "number of the line on its chip"),
    optional(
        "trigger.name",
        NAME,
        "name of the line, instead of the number",
    ),
    key(
        "trigger.active",
        LEVEL,
        "level while a part is there; the edge to it is the trigger",
    ),
    key(
        "trigger.bias",
        Choice(&["as_is", "disabled", "pull_up", "pull_down"]),
        "the chip's resistor on the line",
    ),
    key(
        "trigger.debounce_us",
        Integer(0, 1_000_000),
        "a level counts once it has lasted this long, by the time stamps of the edges; 0 for every edge; shorter than gate.deadline_ms",
    ),
    key(
        "trigger.undecided_max",
        Integer(1, 64),
        "parts that may be undecided at once: 1 makes ready drop while busy; an edge while not ready is a missed trigger",
    ),
    key(
        "recipe",
        Section,
        "limits of the product, in pixels of the model's input",
    ),
    key("recipe.name", RECIPE_NAME, "name of the product"),
    key(
        "recipe.classes",
        List(1, recipe::CLASSES_MAX),
        "the defect classes; others are background",
    ),
    key(
        "recipe.classes[].class",
        Integer(1, 254),
        "index of the class in the model's output; 255 is what memory holds that the device did not write",
    ),
    key("recipe.classes[].name", RECIPE_NAME, "name of the class"),
    key(
        "recipe.classes[].score_min",
        Real(0.0, 1.0),
        "a pixel belongs to the class from this score on: score >= score_min, scores being probabilities after softmax or sigmoid",
    ),
    key(
        "recipe.classes[].blob_area_min_px",
        AREA,
        "smaller blobs are noise and do not count",
    ),
    key(
        "recipe.classes[].blob_area_max_px",
        AREA,
        "a larger blob rejects the part",
    ),
    key(
        "recipe.classes[].total_area_max_px",
        AREA,
        "blobs that are larger together reject the part",
    ),
    optional(
        "recipe.zones",
        List(0, recipe::ZONES_MAX),
        "places with a rule of their own",
    ),
    key("recipe.zones[].name", RECIPE_NAME, "name of the zone"),
    key("recipe.zones[].x", PIXEL, "left edge"),
    key("recipe.zones[].y", PIXEL, "upper edge"),
    key("recipe.zones[].width", PIXELS, "width"),
    key("recipe.zones[].height", PIXELS, "height"),
    key(
        "recipe.zones[].rule",
        Choice(&["ignore", "no_defect"]),
        "ignore: pixels in it do not count; no_defect: any blob that touches it rejects",
    ),
    optional(
        "recipe.part_present",
        Section,
        "how to tell that there is a part at all",
    ),
    key("recipe.part_present.x", PIXEL, "left edge"),
    key("recipe.part_present.y", PIXEL, "upper edge"),
    key("recipe.part_present.width", PIXELS, "width"),
    key("recipe.part_present.height", PIXELS, "height"),
    key(
        "recipe.part_present.brightness_min",
        Integer(0, 255),
        "darkest brightness (mean of the channels) of a part",
    ),
    key(
        "recipe.part_present.brightness_max",
        Integer(0, 255),
        "brightest brightness of a part",
    ),
    key(
        "recipe.part_present.share_min_percent",
        Integer(1, 100),
        "share of the rectangle that must be within",
    ),
    key("gate", Section, "when and how a verdict becomes a movement"),
    key(
        "gate.style",
        Choice(&["pulse", "divert"]),
        "pulse: the line throws a part out; divert: the line's rest position does, and a pass opens the way",
    ),
    key(
        "gate.delay_ms",
        Integer(1, 600_000),
        "from the trigger to the part at the gate",
    ),
    key("gate.pulse_ms", Integer(1, 60_000), "width of the movement"),
    key(
        "gate.deadline_ms",
        Integer(1, 600_000),
        "from the trigger to the latest decision; not after the delay",
    ),
    key(
        "gate.part_interval_ms",
        Integer(1, 600_000),
        "shortest time between two parts",
    ),
    optional(
        "gate.late_max_ms",
        Integer(1, 60_000),
        "how late a movement may begin or end; a later one is recorded, counted and a FAULT; counts up to gate.pulse_ms; 10 unless given, or half of gate.pulse_ms if that is less",
    ),
    key("lines", Section, "the output lines"),
    key(
        "lines.chip",
        PATH,
        "\"simulated\", \"expander\", \"sysfs\" (offset is the number in /sys/class/gpio), or a GPIO chip such as /dev/gpiochip0",
    ),
    optional(
        "lines.stimulus",
        PATH_OR_EMPTY,
        "FIFO with the levels of simulated input lines",
    ),
    optional(
        "lines.timeline",
        PATH_OR_EMPTY,
        "CSV file for the movements of simulated lines",
    ),
    key("lines.reject", Section, "throws a part out"),
    optional("lines.pass", Section, "says that a part passed"),
    optional("lines.ready", Section, "the station takes triggers"),
    optional("lines.busy", Section, "parts are under way"),
    optional(
        "lines.fault",
        Section,
        "the last part was a fault, or the station cannot inspect",
    ),
    optional("lines.alive", Section, "changes with every completed cycle"),
    optional(
        "lines.*.chip",
        PATH,
        "chip of the line; lines.chip unless given",
    ),
    optional("lines.*.offset", OFFSET, "number of the line on its chip"),
    optional(
        "lines.*.name",
        NAME,
        "name of the line on its chip, instead of the number",
    ),
    key("lines.*.active", LEVEL, "level at which it is active"),
    key(
        "lines.*.safe",
        LEVEL,
        "level that the wiring gives it when nothing drives it",
    ),
    optional(
        "expander",
        Section,
        "a PCA6416 or PCA9555 on I2C: the chip \"expander\"",
    ),
    key("expander.bus", PATH, "I2C bus such as /dev/i2c-1"),
    key("expander.address", I2C_ADDRESS, "address, 7 bits"),
    key("display", Section, "the operator's screen"),
    key(
        "display.kind",
        Choice(&[
            "none",
            "png_mono",
            "png_colour",
            "ssd1306",
            "ssd1306_spi",
            "sh1106",
            "st7789",
            "framebuffer",
        ]),
        "png_mono, ssd1306 (I2C), ssd1306_spi, sh1106 (I2C): 128 x 64, black and white; png_colour, st7789 (SPI), framebuffer: colour",
    ),
    optional(
        "display.file",
        PATH_OR_EMPTY,
        "file of a screen that is a PNG file",
    ),
    optional(
        "display.device",
        PATH_OR_EMPTY,
        "bus or framebuffer: /dev/i2c-2, /dev/spidev0.0, /dev/fb0",
    ),
    optional(
        "display.address",
        I2C_ADDRESS,
        "address on I2C, 7 bits; 60 unless given",
    ),
    optional(
        "display.clock_hz",
        Integer(100_000, 100_000_000),
        "SPI clock; 8000000 unless given",
    ),
    optional(
        "display.data_command",
        Section,
        "SPI: the line that tells data from commands",
    ),
    optional(
        "display.reset",
        Section,
        "SPI: the line that resets the display",
    ),
    optional(
        "display.light",
        Section,
        "the line that switches the light on, high for on",
    ),
    optional(
        "display.*.chip",
        PATH,
        "chip of the line; lines.chip unless given",
    ),
    optional("display.*.offset", OFFSET, "number of the line on its chip"),
    optional(
        "display.*.name",
        NAME,
        "name of the line on its chip, instead of the number",
    ),
    optional(
        "display.rotation_degrees",
        Integer(0, 270),
        "clockwise turn of the picture: 0, 90, 180 or 270",
    ),
    optional(
        "watchdog",
        Section,
        "the board's watchdog; systemd's is fed without it",
    ),
    key("watchdog.device", PATH, "device such as /dev/watchdog"),
    key(
        "watchdog.timeout_s",
        Integer(2, 3600),
        "from the last finished inspection or self-check to the reset of the board",
    ),
    key("journal", Section, "the journal"),
    key("journal.directory", PATH, "directory of its files"),
    key(
        "journal.file_size_max_kib",
        Integer(64, 1_048_576),
        "a file that has reached this size is closed and the next one begun",
    ),
    key("journal.files_max", Integer(2, 9999), "files that are kept"),
    key(
        "journal.sync",
        Boolean,
        "whether every record is forced to the disk",
    ),
    optional(
        "journal.stall_ms",
        Integer(50, 60_000),
        "how long writing a record may take before nothing passes; 1000 unless given",
    ),
];
