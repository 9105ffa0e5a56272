//! The sections about lines, the display and the watchdog.

use super::{NameText, PathText};
use serde::Deserialize;

/// `trigger`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct TriggerSettings {
    /// Chip of the line; `lines.chip` unless given.
    #[serde(default)]
    pub chip: PathText,
    /// The line's number on the chip.
    #[serde(default)]
    pub offset: Option<u32>,
    /// The line's name on the chip, instead of the number.
    #[serde(default)]
    pub name: NameText,
    /// The level while a part is present. The edge to this level is the trigger.
    pub active: Level,
    /// What sets the level when nothing drives the line.
    pub bias: LineBias,
    /// A level counts once it has lasted this long, by the timestamps of the edges.
    pub debounce_us: u32,
    /// Parts that may be undecided at once. At this number the ready line drops, and an edge is a
    /// missed trigger.
    pub undecided_max: u8,
}

/// What sets the level of an input that nothing drives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum LineBias {
    /// The wiring; the chip's setting stays as it is.
    AsIs,
    /// The chip's resistor is off.
    Disabled,
    /// The chip's resistor to the supply.
    PullUp,
    /// The chip's resistor to ground.
    PullDown,
}

/// `lines`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinesSettings {
    /// `simulated`, `expander`, `sysfs` (offsets are global numbers), or the path of a GPIO chip.
    pub chip: PathText,
    /// FIFO from which simulated input lines read their levels, or empty.
    #[serde(default)]
    pub stimulus: PathText,
    /// File to which simulated lines write their timeline, or empty.
    #[serde(default)]
    pub timeline: PathText,
    /// Rejects a part.
    pub reject: LineSettings,
    /// Shows that a part passed.
    #[serde(default)]
    pub pass: Option<LineSettings>,
    /// The station takes triggers.
    #[serde(default)]
    pub ready: Option<LineSettings>,
    /// Parts are under way.
    #[serde(default)]
    pub busy: Option<LineSettings>,
    /// The last part was a fault, or the station cannot inspect.
    #[serde(default)]
    pub fault: Option<LineSettings>,
    /// Changes with every completed cycle.
    #[serde(default)]
    pub alive: Option<LineSettings>,
}

/// `expander`: a PCA6416 or PCA9555 on I2C.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct ExpanderSettings {
    /// The I2C bus.
    pub bus: PathText,
    /// I2C address, 7 bits.
    pub address: u8,
}

/// One output line.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineSettings {
    /// Chip of the line; `lines.chip` unless given.
    #[serde(default)]
    pub chip: PathText,
    /// The line's number on the chip.
    #[serde(default)]
    pub offset: Option<u32>,
    /// The line's name on the chip, instead of the number.
    #[serde(default)]
    pub name: NameText,
    /// The level at which it is active.
    pub active: Level,
    /// The level that the wiring sets when nothing drives the line.
    pub safe: Level,
}

impl LineSettings {
    /// The line with this offset on `lines.chip`.
    pub const fn numbered(offset: u32, active: Level, safe: Level) -> Self {
        Self {
            chip: PathText::new(),
            offset: Some(offset),
            name: NameText::new(),
            active,
            safe,
        }
    }
}

/// A level of a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Level {
    /// 0 V.
    Low,
    /// The supply voltage.
    High,
}

/// `display`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisplaySettings {
    /// Kind of display.
    pub kind: DisplayKind,
    /// File of a screen that is a PNG file.
    #[serde(default)]
    pub file: PathText,
    /// The bus or the framebuffer of the screen.
    #[serde(default)]
    pub device: PathText,
    /// I2C address, 7 bits.
    #[serde(default)]
    pub address: Option<u8>,
    /// SPI clock.
    #[serde(default)]
    pub clock_hz: Option<u32>,
    /// SPI: the line that distinguishes data from commands.
    #[serde(default)]
    pub data_command: Option<DisplayLine>,
    /// SPI: the line that resets the display, low to reset.
    #[serde(default)]
    pub reset: Option<DisplayLine>,
    /// The line that switches the backlight on, high for on.
    #[serde(default)]
    pub light: Option<DisplayLine>,
    /// Clockwise rotation of the picture.
    #[serde(default)]
    pub rotation_degrees: u16,
}

impl DisplaySettings {
    /// The address on I2C: that of most OLEDs, 60 (0x3c), unless given; the others have 61 (0x3d).
    pub fn address(&self) -> u8 {
        self.address.unwrap_or(60)
    }

    /// The clock of SPI: 8 MHz unless given.
    pub fn clock_hz(&self) -> u32 {
        self.clock_hz.unwrap_or(8_000_000)
    }
}

/// A line of a display.
#[derive(Debug, Clone, PartialEq, Eq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct DisplayLine {
    /// `lines.chip` unless given.
    #[serde(default)]
    pub chip: PathText,
    /// The line's number on the chip.
    #[serde(default)]
    pub offset: Option<u32>,
    /// The line's name on the chip, instead of the number.
    #[serde(default)]
    pub name: NameText,
}

/// Kinds of display.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DisplayKind {
    /// No screen.
    None,
    /// 128 x 64, black and white, to a PNG file.
    PngMono,
    /// 240 x 320, colour, to a PNG file.
    PngColour,
    /// SSD1306 OLED, 128 x 64, on I2C.
    Ssd1306,
    /// SSD1306 OLED, 128 x 64, on SPI.
    Ssd1306Spi,
    /// SH1106 OLED, 128 x 64, on I2C.
    Sh1106,
    /// ST7789 TFT, 240 x 320, on SPI.
    St7789,
    /// A Linux framebuffer, colour.
    Framebuffer,
}

/// `watchdog`.
#[derive(Debug, Clone, PartialEq, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WatchdogSettings {
    /// The device that resets the board.
    pub device: PathText,
    /// Time from the last finished inspection or self-check to the reset.
    pub timeout_s: u32,
}
