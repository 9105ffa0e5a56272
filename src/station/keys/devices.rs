//! Keys of the sections `lines`, `expander`, `display`, `watchdog` and `journal`.

use super::KeyKind::{self, Boolean, Choice, Integer, List, Section, Text};
use super::{Key, LEVEL, NAME, OFFSET, PATH, PATH_OR_EMPTY, key, optional};
use crate::station::file::SHIFTS_MAX;

const I2C_ADDRESS: KeyKind = Integer(3, 119);

pub(super) const KEYS: &[Key] = &[
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
    key("lines.reject", Section, "rejects a part"),
    optional("lines.pass", Section, "shows that a part passed"),
    optional("lines.ready", Section, "the station takes triggers"),
    optional("lines.busy", Section, "parts are under way"),
    optional(
        "lines.fault",
        Section,
        "the last part was a fault, or the station cannot inspect",
    ),
    optional("lines.alive", Section, "changes with every completed cycle"),
    optional("lines.*.chip", PATH, "chip of the line"),
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
    optional("display.address", I2C_ADDRESS, "address on I2C, 7 bits"),
    optional(
        "display.clock_hz",
        Integer(100_000, 100_000_000),
        "SPI clock",
    ),
    optional(
        "display.data_command",
        Section,
        "SPI: the line that distinguishes data from commands",
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
    optional("display.*.chip", PATH, "chip of the line"),
    optional("display.*.offset", OFFSET, "number of the line on its chip"),
    optional(
        "display.*.name",
        NAME,
        "name of the line on its chip, instead of the number",
    ),
    optional(
        "display.rotation_degrees",
        Integer(0, 270),
        "clockwise rotation of the picture: 0, 90, 180 or 270",
    ),
    optional(
        "watchdog",
        Section,
        "the board's watchdog; systemd's is fed with or without this section",
    ),
    key("watchdog.device", PATH, "device such as /dev/watchdog"),
    key(
        "watchdog.timeout_s",
        Integer(2, 3600),
        "time from the last finished inspection or self-check to the reset of the board",
    ),
    key("journal", Section, "the journal"),
    key("journal.directory", PATH, "directory of its files"),
    key(
        "journal.file_size_max_kib",
        Integer(64, 1_048_576),
        "a file that has reached this size is closed and the next one started",
    ),
    key("journal.files_max", Integer(2, 9999), "files that are kept"),
    key(
        "journal.sync",
        Boolean,
        "whether records are flushed to the disk, those that wait together at once",
    ),
    optional(
        "journal.stall_ms",
        Integer(50, 60_000),
        "how long writing a record may take before nothing passes",
    ),
    optional(
        "journal.shifts",
        List(1, SHIFTS_MAX),
        "shifts whose parts are counted separately; each ends when the next one begins",
    ),
    key("journal.shifts[].name", NAME, "name of the shift"),
    key(
        "journal.shifts[].start",
        Text(5, 5),
        "when it begins every day: HH:MM, UTC as all times in the journal, from 00:00 to 23:59",
    ),
];
