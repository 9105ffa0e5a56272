//! OLED panels of 128 x 64 pixels: SSD1306 and SH1106.
//!
//! Both use page addressing, the only mode that both have. The crate `ssd1306` serves only one of
//! them, discards bus errors, and cannot send only what changed. The crate `sh1106` needs an older
//! `embedded-hal`.
//!
//! A page is eight rows. Each of its bytes is eight pixels of one column, with the lowest bit at
//! the top. Sources of the commands: Solomon Systech SSD1306 data sheet 1.1, tables 9-1 and 10-1
//! and the charge pump's application note; Sino Wealth SH1106 data sheet 2.2, "Commands".

use super::{Area, Canvas, CommandBus, Fault, Panel};
use core::fmt;
use embedded_graphics::geometry::Size;
use embedded_graphics::pixelcolor::BinaryColor;

const WIDTH: usize = 128;
const PAGE_ROWS: usize = 8;
const DISPLAY_ON: u8 = 0xAF;

/// The chip of the panel.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Controller {
    /// A chip with 128 columns of memory.
    Ssd1306,
    /// A chip with 132 columns of memory. The panel shows the 128 in the middle.
    Sh1106,
}

impl Controller {
    /// The panel's first column in the chip's memory.
    const fn first_column(self) -> usize {
        match self {
            Self::Ssd1306 => 0,
            Self::Sh1106 => 2,
        }
    }

    /// Commands for this chip alone: they switch on its supply and select page addressing.
    const fn own_commands(self) -> &'static [u8] {
        match self {
            // Charge pump on; page addressing.
            Self::Ssd1306 => &[0x8D, 0x14, 0x20, 0x02],
            // DC-DC converter on.
            Self::Sh1106 => &[0xAD, 0x8B],
        }
    }
}

/// The set-up of both chips. Display off; clock and multiplex ratio for 64 rows, no offset, first
/// row 0, alternating rows, contrast 0x7F. Precharge and level are the chips' reset values with
/// their own supply. The display shows the memory, not inverted.
const SET_UP: [u8; 18] = [
    0xAE, 0xD5, 0x80, 0xA8, 0x3F, 0xD3, 0x00, 0x40, 0xDA, 0x12, 0x81, 0x7F, 0xD9, 0xF1, 0xDB, 0x20,
    0xA4, 0xA6,
];

/// A panel at the end of a bus.
pub struct Oled<B> {
    bus: B,
    controller: Controller,
    on: bool,
}

impl<B> fmt::Debug for Oled<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Oled")
            .field("controller", &self.controller)
            .finish()
    }
}

impl<B: CommandBus> Oled<B> {
    /// Sets the panel up. It stays dark until the first picture was sent. `upside_down` turns the
    /// picture by 180 degrees.
    ///
    /// # Errors
    /// A transfer failed.
    pub fn open(mut bus: B, controller: Controller, upside_down: bool) -> Result<Self, Fault> {
        bus.commands(&SET_UP)?;
        bus.commands(controller.own_commands())?;
        // Modules are mounted with their header at the top, which needs both axes reversed.
        bus.commands(if upside_down {
            &[0xA0, 0xC0]
        } else {
            &[0xA1, 0xC8]
        })?;
        Ok(Self {
            bus,
            controller,
            on: false,
        })
    }
}

/// The byte of column `x` in the page that begins at row `top`.
fn column(canvas: &Canvas<BinaryColor>, x: usize, top: usize) -> u8 {
    (0..PAGE_ROWS).fold(0, |byte, row| {
        let is_on = canvas.pixel(x, top + row) == Some(BinaryColor::On);
        byte | (u8::from(is_on) << row)
    })
}

impl<B: CommandBus> Panel for Oled<B> {
    type Color = BinaryColor;

    fn size(&self) -> Size {
        Size::new(128, 64)
    }

    fn send(&mut self, canvas: &Canvas<BinaryColor>) -> Result<(), Fault> {
        for Area { x, y } in canvas.changes(PAGE_ROWS) {
            let page = y.start / PAGE_ROWS;
            let top = page * PAGE_ROWS;
            let first = self.controller.first_column() + x.start;
            let [page, high, low] = [0xB0 | page, 0x10 | first >> 4, first & 0x0F]
                .map(|command| u8::try_from(command).unwrap_or_default());
            self.bus.commands(&[page, high, low])?;
            let mut bytes = [0; WIDTH];
            let count = x.len();
            for (byte, x) in bytes.iter_mut().zip(x) {
                *byte = column(canvas, x, top);
            }
            self.bus.data(bytes.get(..count).unwrap_or_default())?;
        }
        if !self.on {
            self.bus.commands(&[DISPLAY_ON])?;
            self.on = true;
        }
        Ok(())
    }
}
