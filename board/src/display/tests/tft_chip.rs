//! A model of the ST7789 after its data sheet (1.3, sections 8.12 and 9.1), as far as the driver
//! needs it.

use super::fakes::Chip;

pub const WIDTH: usize = 240;
pub const HEIGHT: usize = 320;

#[derive(Debug)]
pub struct TftChip {
    memory: Vec<u16>,
    command: u8,
    arguments: Vec<u8>,
    columns: (usize, usize),
    pages: (usize, usize),
    next: (usize, usize),
    high: Option<u8>,
    address_mode: u8,
    awake: bool,
    pub inverted: bool,
    pub on: bool,
    pixel_format: u8,
}

impl TftChip {
    pub fn new() -> Self {
        let mut chip = Self {
            memory: Vec::new(),
            command: 0,
            arguments: Vec::new(),
            columns: (0, 0),
            pages: (0, 0),
            next: (0, 0),
            high: None,
            address_mode: 0,
            awake: false,
            inverted: false,
            on: false,
            pixel_format: 0,
        };
        chip.lose_power();
        chip
    }

    /// The pixel at `x`, `y` with 5, 6 and 5 bits of red, green and blue.
    pub fn pixel(&self, x: usize, y: usize) -> u16 {
        assert!(self.on && self.awake, "the panel is dark");
        self.memory[y * WIDTH + x]
    }

    fn write(&mut self, pixel: u16) {
        let (column, page) = self.next;
        let bit = |number: u8| self.address_mode >> number & 1 == 1;
        let (x, y) = if bit(5) {
            (page, column)
        } else {
            (column, page)
        };
        let x = if bit(6) { WIDTH - 1 - x } else { x };
        let y = if bit(7) { HEIGHT - 1 - y } else { y };
        self.memory[y * WIDTH + x] = pixel;
        self.next = if column < self.columns.1 {
            (column + 1, page)
        } else if page < self.pages.1 {
            (self.columns.0, page + 1)
        } else {
            (self.columns.0, self.pages.0)
        };
    }
}

impl Chip for TftChip {
    fn command(&mut self, byte: u8) {
        self.command = byte;
        self.arguments.clear();
        self.high = None;
        match byte {
            0x01 => self.lose_power(),
            0x11 => self.awake = true,
            0x13 | 0x36 | 0x3A | 0x2A | 0x2B => {}
            0x20 | 0x21 => self.inverted = byte == 0x21,
            0x28 | 0x29 => self.on = byte == 0x29,
            0x2C => self.next = (self.columns.0, self.pages.0),
            other => panic!("command {other:02x}"),
        }
    }

    fn data(&mut self, byte: u8) {
        self.arguments.push(byte);
        let range = |bytes: &[u8]| {
            let word = |at: usize| usize::from(u16::from_be_bytes([bytes[at], bytes[at + 1]]));
            (word(0), word(2))
        };
        match (self.command, self.arguments.len()) {
            (0x36, 1) => self.address_mode = byte,
            (0x3A, 1) => self.pixel_format = byte,
            (0x2A, 4) => self.columns = range(&self.arguments),
            (0x2B, 4) => self.pages = range(&self.arguments),
            (0x2A | 0x2B, 1..4) => {}
            (0x2C, _) => {
                assert_eq!(self.pixel_format & 7, 5, "16 bits a pixel");
                self.arguments.clear();
                match self.high.take() {
                    None => self.high = Some(byte),
                    Some(high) => self.write(u16::from_be_bytes([high, byte])),
                }
            }
            (command, number) => panic!("argument {number} of {command:02x}"),
        }
    }

    fn lose_power(&mut self) {
        self.memory = vec![0xDEAD; WIDTH * HEIGHT];
        self.columns = (0, WIDTH - 1);
        self.pages = (0, HEIGHT - 1);
        self.address_mode = 0;
        self.awake = false;
        self.inverted = false;
        self.on = false;
        self.pixel_format = 6;
    }
}
