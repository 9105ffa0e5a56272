//! A model of the OLED chips after their data sheets. Commands that the driver does not need fail
//! the test.

use super::super::Controller;
use super::fakes::Chip;

#[derive(Debug)]
pub struct OledChip {
    controller: Controller,
    memory: [[u8; 132]; 8],
    /// Whether a byte was written. Before that, its content is arbitrary.
    written: [[bool; 132]; 8],
    page: usize,
    column: usize,
    /// The command that waits for its argument.
    begun: Option<u8>,
    /// Whether columns and rows are reversed.
    turned: (bool, bool),
    supply: bool,
    rows: u8,
    pages_only: bool,
    on: bool,
}

impl OledChip {
    /// A chip after power-on. Its memory and write position are arbitrary.
    pub fn new(controller: Controller) -> Self {
        Self {
            controller,
            memory: [[0xA5; 132]; 8],
            written: [[false; 132]; 8],
            page: 5,
            column: 77,
            begun: None,
            turned: (false, false),
            supply: false,
            rows: 0,
            pages_only: false,
            on: false,
        }
    }

    /// Whether the panel is lit at `x`, `y`, with its header at the top.
    pub fn is_lit(&self, x: usize, y: usize) -> bool {
        let x = if self.turned.0 { x } else { 127 - x };
        let y = if self.turned.1 { y } else { 63 - y };
        self.on && self.supply && self.memory[y / 8][self.first_column() + x] >> (y % 8) & 1 == 1
    }

    fn first_column(&self) -> usize {
        match self.controller {
            Controller::Ssd1306 => 0,
            Controller::Sh1106 => 2,
        }
    }

    fn columns(&self) -> usize {
        match self.controller {
            Controller::Ssd1306 => 128,
            Controller::Sh1106 => 132,
        }
    }
}

impl Chip for OledChip {
    fn command(&mut self, byte: u8) {
        if let Some(command) = self.begun.take() {
            match (command, byte) {
                (0x8D, 0x14) | (0xAD, 0x8B) => self.supply = true,
                (0xA8, rows) => self.rows = rows,
                (0x20, 0x02) => self.pages_only = true,
                (0xD3, 0x00) | (0xDA, 0x12) | (0xD5 | 0x81 | 0xD9 | 0xDB, _) => {}
                other => panic!("command {other:02x?}"),
            }
            return;
        }
        match (byte, self.controller) {
            (0x8D | 0x20, Controller::Ssd1306) | (0xAD, Controller::Sh1106) => {
                self.begun = Some(byte);
            }
            (0xA8 | 0xD3 | 0xD5 | 0xDA | 0x81 | 0xD9 | 0xDB, _) => self.begun = Some(byte),
            (0x00..=0x0F, _) => self.column = self.column & 0xF0 | usize::from(byte),
            (0x10..=0x18, _) => {
                self.column = self.column & 0x0F | usize::from(byte & 0x0F) << 4;
            }
            (0xB0..=0xB7, _) => self.page = usize::from(byte & 7),
            (0xA0 | 0xA1, _) => self.turned.0 = byte == 0xA1,
            (0xC0 | 0xC8, _) => self.turned.1 = byte == 0xC8,
            (0xAE, _) => self.on = false,
            (0xAF, _) => {
                let first = self.first_column();
                let seen = self
                    .written
                    .iter()
                    .flat_map(|page| &page[first..first + 128]);
                assert!(
                    seen.into_iter().all(|written| *written),
                    "on before it was drawn on"
                );
                self.on = true;
            }
            (0x40 | 0xA4 | 0xA6, _) => {}
            (other, _) => panic!("command {other:02x}"),
        }
    }

    fn data(&mut self, byte: u8) {
        assert_eq!(self.rows, 0x3F, "set up before data");
        assert!(self.pages_only || self.controller == Controller::Sh1106);
        assert!(self.column < self.columns(), "column {}", self.column);
        self.memory[self.page][self.column] = byte;
        self.written[self.page][self.column] = true;
        self.column += 1;
    }

    fn lose_power(&mut self) {
        *self = Self::new(self.controller);
    }
}
