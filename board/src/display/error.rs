//! What can be wrong with a display.

use crate::line::cut;
use core::fmt;
use heapless::String;
use nix::errno::Errno;
use std::io;
use std::sync::Arc;

/// Longest text of a bus or a line, in bytes; what is longer is cut. It is held, so that making it allocates nothing.
const TEXT_MAX: usize = 80;

/// A display does not show the drawing.
#[derive(Debug)]
pub struct DisplayError {
    /// Which display.
    pub device: Arc<str>,
    /// What happened to it.
    pub fault: Fault,
}

impl fmt::Display for DisplayError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "display {}: {}", self.device, self.fault)
    }
}

impl core::error::Error for DisplayError {}

/// What happened to a display.
#[derive(Debug)]
pub enum Fault {
    /// The device cannot be opened or set up by the system.
    Open(io::Error),
    /// A transfer on the bus failed.
    Bus {
        /// Which kind.
        bus: Bus,
        /// What the bus said.
        error: String<TEXT_MAX, u8>,
    },
    /// A line of the display cannot be opened or driven.
    Line {
        /// Which one.
        line: Wire,
        /// What its chip said.
        error: String<TEXT_MAX, u8>,
    },
    /// The framebuffer does not say how it is laid out.
    Ioctl {
        /// The request.
        request: &'static str,
        /// What the kernel said.
        errno: Errno,
    },
    /// The framebuffer's pixels lie in a way that is not served.
    Layout {
        /// Bits of a pixel.
        bits_per_pixel: u32,
        /// `FB_TYPE_*` of the kernel.
        kind: u32,
        /// `FB_VISUAL_*` of the kernel.
        visual: u32,
    },
    /// The panel has fewer pixels than the layout.
    Small {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// The file or the framebuffer was not written.
    Write(io::Error),
    /// The picture could not be encoded.
    Encode(png::EncodingError),
}

/// The buses of displays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Bus {
    /// Two wires and an address.
    I2c,
    /// Four wires.
    Spi,
}

/// The lines that a display has beside its bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Wire {
    /// Tells data from commands.
    DataCommand,
    /// Resets the panel.
    Reset,
    /// Switches the light on.
    Light,
}

impl Wire {
    /// Its key in the section `display` of the station file.
    pub const fn key(self) -> &'static str {
        match self {
            Self::DataCommand => "data_command",
            Self::Reset => "reset",
            Self::Light => "light",
        }
    }
}

impl Fault {
    /// The line says `error`.
    pub fn line(line: Wire, error: fmt::Arguments<'_>) -> Self {
        Self::Line {
            line,
            error: cut(error),
        }
    }
}

impl fmt::Display for Fault {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Open(error) => write!(
                f,
                "cannot be opened: {error}; check display.device, the device tree and the permissions"
            ),
            Self::Bus { bus, error } => write!(
                f,
                "{bus:?} transfer failed: {error}; check power, wiring and display.address or display.clock_hz"
            ),
            Self::Line { line, error } => write!(f, "display.{}: {error}", line.key()),
            Self::Ioctl { request, errno } => write!(
                f,
                "{request}: {}; check that display.device is a framebuffer",
                errno.desc()
            ),
            Self::Layout {
                bits_per_pixel,
                kind,
                visual,
            } => write!(
                f,
                "{bits_per_pixel} bits per pixel, type {kind}, visual {visual} are not served; set 16 or 32 bits per pixel, packed, true colour"
            ),
            Self::Small { width, height } => write!(
                f,
                "{width} x {height} pixels are too few; at least 320 x 240 or 240 x 320"
            ),
            Self::Write(error) => write!(
                f,
                "writing failed: {error}; check that its directory or device exists and can be written"
            ),
            Self::Encode(error) => write!(f, "encoding the picture failed: {error}"),
        }
    }
}

impl core::error::Error for Fault {}
