//! The pins of a board at which the lines and buses of a station file are connected.

use super::Error;
use super::headers::{
    ATLAS_200_DK, ATLAS_200I_DK_A2, Header, ORANGE_PI_AIPRO, Pin, RASPBERRY_PI_5,
};
use sluice::station::Station;
use sluice::station::file::{NameText, PathText};

/// A board whose pins are known, or a carrier whose pins are not.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Board {
    /// Atlas 200 DK, model 3000.
    Atlas200Dk,
    /// Atlas 200I DK A2, with an Ascend 310B.
    Atlas200IDkA2,
    /// Orange Pi AIpro, with an Ascend 310B.
    OrangePiAiPro,
    /// Raspberry Pi 5, which has no Ascend.
    RaspberryPi5,
    /// A carrier for the Atlas 200 module. Its maker documents the pins.
    Carrier,
}

/// The end of a wire at the board.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum End {
    /// A pin of the header.
    Pin(Pin),
    /// A line, bus or port by its name in the station file.
    Named(String),
}

/// The DK's I/O expander.
const EXPANDER: (&str, u8) = ("/dev/i2c-1", 0x20);

impl Board {
    /// All boards, by the names that the command line takes.
    pub const NAMED: [(&str, Self); 5] = [
        ("atlas200dk", Self::Atlas200Dk),
        ("atlas200i-dk-a2", Self::Atlas200IDkA2),
        ("orangepi-aipro", Self::OrangePiAiPro),
        ("raspberry-pi-5", Self::RaspberryPi5),
        ("carrier", Self::Carrier),
    ];

    /// The header of 40 pins; a carrier has none that is known.
    pub const fn header(self) -> Option<&'static Header> {
        match self {
            Self::Atlas200Dk => Some(&ATLAS_200_DK),
            Self::Atlas200IDkA2 => Some(&ATLAS_200I_DK_A2),
            Self::OrangePiAiPro => Some(&ORANGE_PI_AIPRO),
            Self::RaspberryPi5 => Some(&RASPBERRY_PI_5),
            Self::Carrier => None,
        }
    }

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
        let Some(header) = self.header() else {
            return Ok(End::Named(place));
        };
        let is_ours = station
            .expander
            .as_ref()
            .is_none_or(|expander| (expander.bus.as_str(), expander.address) == EXPANDER);
        let number = match offset {
            Some(offset) => header.line(chip, offset),
            None => header.named_line(chip, name.as_str()),
        };
        number
            .filter(|_| chip != "expander" || is_ours)
            .map(|number| End::Pin(header.pin(number)))
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
        let Some(header) = self.header() else {
            return Ok(End::Named(place));
        };
        header
            .bus(device, signal)
            .map(|number| End::Pin(header.pin(number)))
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
        match self.header() {
            Some(header) if !header.has_usb_host => Err(Error::NotOnTheBoard {
                key: "source.camera.device".to_owned(),
                place: device.to_owned(),
            }),
            _ => Ok(End::Named(device.to_owned())),
        }
    }
}

impl End {
    /// See [`Pin::is_weak`].
    pub const fn is_weak(&self) -> bool {
        matches!(self, Self::Pin(pin) if pin.is_weak)
    }

    /// Its name for people, such as `GPIO3, pin 29`.
    pub fn words(&self) -> String {
        match self {
            Self::Pin(pin) => format!("{}, pin {}", pin.name, pin.number),
            Self::Named(name) => name.clone(),
        }
    }
}
