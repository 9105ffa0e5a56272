//! TFT panels of 240 x 320 pixels with an ST7789 on SPI, through the crate `mipidsi`.

use super::{Area, Canvas, Fault, Panel, SpiBus, Turn};
use core::fmt;
use embedded_graphics::geometry::Size;
use embedded_graphics::pixelcolor::{Rgb565, Rgb888};
use embedded_hal::delay::DelayNs;
use embedded_hal::digital::OutputPin;
use embedded_hal::spi::SpiDevice;
use mipidsi::models::ST7789;
use mipidsi::options::{ColorInversion, Orientation, Rotation};
use mipidsi::{Builder, InitError, NoResetPin};

const WIDTH: u16 = 240;
const HEIGHT: u16 = 320;
/// Rows that are compared and sent as one rectangle.
const BAND_ROWS: usize = 16;

/// A panel on SPI. Pixels are sent with 16 bits.
pub struct Tft<S: SpiDevice, D: OutputPin> {
    driver: mipidsi::Display<SpiBus<S, D>, ST7789, NoResetPin>,
    turn: Turn,
}

impl<S: SpiDevice, D: OutputPin> fmt::Debug for Tft<S, D> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Tft").field("turn", &self.turn).finish()
    }
}

impl<S: SpiDevice, D: OutputPin> Tft<S, D> {
    /// Sets the panel up, which takes a third of a second. Its reset line, if any, must be high
    /// already.
    ///
    /// The chip inverts colours, as nearly all panels with this chip need (IPS).
    ///
    /// # Errors
    /// A transfer failed, or the line for data and commands could not be driven.
    pub fn open(bus: SpiBus<S, D>, turn: Turn, delay: &mut impl DelayNs) -> Result<Self, Fault> {
        let rotation = match turn {
            Turn::None => Rotation::Deg0,
            Turn::Quarter => Rotation::Deg90,
            Turn::Half => Rotation::Deg180,
            Turn::ThreeQuarters => Rotation::Deg270,
        };
        let driver = Builder::new(ST7789, bus)
            .display_size(WIDTH, HEIGHT)
            .orientation(Orientation::new().rotate(rotation))
            .invert_colors(ColorInversion::Inverted)
            .init(delay)
            .map_err(|error| match error {
                InitError::Interface(fault) => fault,
                InitError::ResetPin(never) => match never {},
                InitError::InvalidConfiguration(_) => Fault::Small {
                    width: WIDTH.into(),
                    height: HEIGHT.into(),
                },
            })?;
        Ok(Self { driver, turn })
    }
}

impl<S: SpiDevice + Send, D: OutputPin + Send> Panel for Tft<S, D> {
    type Color = Rgb888;

    fn size(&self) -> Size {
        self.turn.size(Size::new(WIDTH.into(), HEIGHT.into()))
    }

    fn send(&mut self, canvas: &Canvas<Rgb888>) -> Result<(), Fault> {
        for Area { x, y } in canvas.changes(BAND_ROWS) {
            // The panel's size bounds all four.
            let [left, right, top, bottom] = [x.start, x.end - 1, y.start, y.end - 1]
                .map(|place| u16::try_from(place).unwrap_or_default());
            let colours = y
                .flat_map(|y| canvas.span(x.clone(), y))
                .map(|colour| Rgb565::from(*colour));
            self.driver.set_pixels(left, top, right, bottom, colours)?;
        }
        Ok(())
    }
}
