//! The pins of a board at which the lines and buses of a station file are connected.
//!
//! Sources for the Atlas 200 DK:
//!
//! - header: Huawei's product description of the model 3000 (document `pdes_19_0014`);
//! - numbers of GPIO0 and GPIO1, bits of the PCA6416: Ascend's sample `5_200dk_peripheral`;
//! - global numbers 428 to 432, which only the kernel of the newer board (IT21VDMB) has: the guide
//!   for fbtft on the DK.

use super::Error;
use sluice::station::Station;
use sluice::station::file::{NameText, PathText};

/// A board whose pins are known, or a carrier whose pins are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Board {
    /// Atlas 200 DK, model 3000: a header of 40 pins.
    Atlas200Dk,
    /// A carrier for the Atlas 200 module. Its maker documents the pins.
    Carrier,
}

/// The end of a wire at the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// A pin of the header, by its number.
    Pin(u8),
    /// A line or bus by its name in the station file.
    Named(String),
}

/// Names of the header's pins, 1 to 40.
pub const HEADER: [&str; 40] = [
    "+3.3V", "+5.0V", "I2C2-SDA", "+5.0V", "I2C2-SCL", "GND", "GPIO0", "TXD0", "GND", "RXD0",
    "GPIO1", "NC", "NC", "GND", "GPIO2", "TXD1", "+3.3V", "RXD1", "SPI-MOSI", "GND", "SPI-MISO",
    "NC", "SPI-CLK", "SPI-CS0", "GND", "GPIO10", "GPIO8", "GPIO9", "GPIO3", "GND", "GPIO4", "NC",
    "GPIO5", "GND", "GPIO6", "+1.8V", "GPIO7", "TXD-3559", "GND", "RXD-3559",
];

/// The header's GPIO lines: chip, line number on the chip, pin.
const LINES: [(&str, u32, u8); 12] = [
    ("sysfs", 504, 7),
    ("sysfs", 444, 11),
    ("expander", 12, 29),
    ("expander", 13, 31),
    ("expander", 14, 33),
    ("expander", 15, 35),
    ("expander", 11, 37),
    ("sysfs", 429, 29),
    ("sysfs", 430, 31),
    ("sysfs", 431, 33),
    ("sysfs", 432, 35),
    ("sysfs", 428, 37),
];

/// The pins of an I2C bus, as SDA and SCL, and of an SPI device, as MOSI, CLK and CS.
const BUSES: [(&str, &str, u8); 5] = [
    ("/dev/i2c-2", "SDA", 3),
    ("/dev/i2c-2", "SCL", 5),
    ("/dev/spidev0.0", "MOSI", 19),
    ("/dev/spidev0.0", "CLK", 23),
    ("/dev/spidev0.0", "CS", 24),
];

/// Pins that need a resistor of 1 to 10 kOhm to 3.3 V when used as outputs. Their maximum current
/// is not published.
const WEAK: [u8; 3] = [7, 11, 15];

/// The DK's I/O expander.
const EXPANDER: (&str, u8) = ("/dev/i2c-1", 0x20);

impl Board {
    /// The pin of a line. An empty `chip` means `lines.chip`.
    ///
    /// # Errors
    ///
    /// The line is not on the board's header, or the expander is not the board's.
    pub fn line(
        self,
        key: &str,
        station: &Station,
        (chip, offset, name): (&PathText, Option<u32>, &NameText),
    ) -> Result<End, Error> {
        let chip = if chip.is_empty() {
            station.lines.chip.as_str()
        } else {
            chip.as_str()
        };
        let place = match offset {
            Some(offset) => format!("{chip} line {offset}"),
            None => format!("{chip} \"{name}\""),
        };
        if self == Self::Carrier {
            return Ok(End::Named(place));
        }
        let is_ours = station
            .expander
            .as_ref()
            .is_none_or(|expander| (expander.bus.as_str(), expander.address) == EXPANDER);
        LINES
            .iter()
            .find(|(of, number, _)| *of == chip && Some(*number) == offset)
            .filter(|_| chip != "expander" || is_ours)
            .map(|(_, _, pin)| End::Pin(*pin))
            .ok_or_else(|| Error::NotOnTheBoard {
                key: key.to_owned(),
                place,
            })
    }

    /// The pin of a bus signal (`SDA`, `SCL`, `MOSI`, `CLK`, `CS`).
    ///
    /// # Errors
    ///
    /// The bus is not on the board's header.
    pub fn bus(self, device: &str, signal: &str) -> Result<End, Error> {
        let place = format!("{device} {signal}");
        if self == Self::Carrier {
            return Ok(End::Named(place));
        }
        BUSES
            .iter()
            .find(|(bus, name, _)| *bus == device && *name == signal)
            .map(|(_, _, pin)| End::Pin(*pin))
            .ok_or_else(|| Error::NotOnTheBoard {
                key: "display.device".to_owned(),
                place,
            })
    }

    /// The port of a camera.
    ///
    /// # Errors
    ///
    /// The board has no port for a camera: the DK's USB port is a device, not a host.
    pub fn camera(self, device: &str) -> Result<End, Error> {
        match self {
            Self::Carrier => Ok(End::Named(device.to_owned())),
            Self::Atlas200Dk => Err(Error::NotOnTheBoard {
                key: "source.camera.device".to_owned(),
                place: device.to_owned(),
            }),
        }
    }
}

impl End {
    /// Whether the pin needs a resistor to 3.3 V as an output and may drive no more than a
    /// transistor's gate.
    pub fn is_weak(&self) -> bool {
        matches!(self, Self::Pin(pin) if WEAK.contains(pin))
    }

    /// Its name for people, such as `GPIO3, pin 29`.
    pub fn words(&self) -> String {
        match self {
            Self::Pin(pin) => format!("{}, pin {pin}", name_of(*pin)),
            Self::Named(name) => name.clone(),
        }
    }
}

/// The name of a header pin.
pub fn name_of(pin: u8) -> &'static str {
    HEADER
        .get(usize::from(pin).wrapping_sub(1))
        .copied()
        .unwrap_or("?")
}
