//! What can be wrong with a display.

use crate::line::cut;
use core::fmt;
use heapless::String;
use nix::errno::Errno;
use std::io;
use std::sync::Arc;
use thiserror::Error;

/// Longest text of a bus or a line, in bytes; what is longer is cut. The text is stored inline, so
/// creating it allocates nothing.
const TEXT_MAX: usize = 80;

/// Why a display does not show the drawing.
#[derive(Debug, Error)]
#[error("display {device}: {fault}")]
pub struct DisplayError {
    /// The display's name.
    pub device: Arc<str>,
    /// The cause.
    #[source]
    pub fault: Fault,
}

/// A failure of a display.
#[derive(Debug, Error)]
pub enum Fault {
    /// The device could not be opened or set up.
    #[error("cannot be opened: {0}; check display.device, the device tree and the permissions")]
    Open(#[source] io::Error),
    /// A transfer on the bus failed.
    #[error(
        "{bus:?} transfer failed: {error}; \
         check power, wiring and display.address or display.clock_hz"
    )]
    Bus {
        /// The kind of the bus.
        bus: BusKind,
        /// The bus's error.
        error: String<TEXT_MAX, u8>,
    },
    /// A line of the display cannot be opened or driven.
    #[error("display.{}: {error}", .line.key())]
    Line {
        /// The line.
        line: LineRole,
        /// The line's error.
        error: String<TEXT_MAX, u8>,
    },
    /// The framebuffer does not describe its layout.
    #[error("{request}: {}; check that display.device is a framebuffer", .errno.desc())]
    Ioctl {
        /// The request.
        request: &'static str,
        /// The kernel's error.
        #[source]
        errno: Errno,
    },
    /// The framebuffer has an unsupported pixel layout.
    #[error(
        "unsupported pixel layout: {bits_per_pixel} bits per pixel, type {kind}, visual {visual}; \
         set 16 or 32 bits per pixel, packed, true colour"
    )]
    Layout {
        /// Bits of a pixel.
        bits_per_pixel: u32,
        /// `FB_TYPE_*` of the kernel.
        kind: u32,
        /// `FB_VISUAL_*` of the kernel.
        visual: u32,
    },
    /// The panel has too few pixels for the station's screen.
    #[error("{width} x {height} pixels are too few; at least 320 x 240 or 240 x 320")]
    Small {
        /// Columns.
        width: u32,
        /// Rows.
        height: u32,
    },
    /// The file or the framebuffer could not be written.
    #[error("writing failed: {0}; check that its directory or device exists and can be written")]
    Write(#[source] io::Error),
    /// The picture could not be encoded as PNG.
    #[error("encoding the picture failed: {0}")]
    Encode(#[source] png::EncodingError),
}

/// The buses of displays.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum BusKind {
    /// Two wires and an address.
    I2c,
    /// Four wires.
    Spi,
}

/// The lines that a display has beside its bus.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LineRole {
    /// Tells data from commands.
    DataCommand,
    /// Resets the panel.
    Reset,
    /// Switches the light on.
    Light,
}

impl LineRole {
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
    pub fn line(line: LineRole, error: fmt::Arguments<'_>) -> Self {
        Self::Line {
            line,
            error: cut(error),
        }
    }
}
