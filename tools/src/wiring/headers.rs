//! The headers of 40 pins, with the lines and buses that end at them.
//!
//! `docs/boards.md` names the source of each board's table, and what was not found.

/// A pin of a header.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Pin {
    /// Its number, from 1.
    pub number: u8,
    /// Its name.
    pub name: &'static str,
    /// Whether it needs a resistor to 3.3 V as an output and may drive no more than a transistor's
    /// gate.
    pub is_weak: bool,
}

/// A header of 40 pins. On each, pins 1 and 17 have 3.3 V, pins 9 and 39 are ground.
#[derive(Debug)]
pub struct Header {
    /// The board's name.
    pub board: &'static str,
    /// Names of the pins, 1 to 40.
    pub names: [&'static str; 40],
    /// GPIO lines: chip, line number on the chip, pin.
    lines: &'static [(&'static str, u32, u8)],
    /// Bus signals: device, signal, pin.
    buses: &'static [(&'static str, &'static str, u8)],
    /// The chip whose lines have the names of the pins.
    named_chip: Option<&'static str>,
    /// Pins that need a resistor of 1 to 10 kOhm to 3.3 V when used as outputs. Their maximum
    /// current is not published.
    weak: &'static [u8],
    /// Whether a USB camera can be connected.
    pub has_usb_host: bool,
    /// Whose pin numbers these are.
    pub numbers_are: &'static str,
    /// What is known of the currents.
    pub currents: &'static str,
    /// What only the board can show.
    pub unverified: &'static str,
}

impl Header {
    /// The pin of a line by its number.
    pub fn line(&self, chip: &str, offset: u32) -> Option<u8> {
        let mut lines = self.lines.iter();
        let found = lines.find(|(of, number, _)| *of == chip && *number == offset);
        found.map(|(_, _, pin)| *pin)
    }

    /// The pin of a line by its name, on a chip whose lines are named as the pins are.
    pub fn named_line(&self, chip: &str, name: &str) -> Option<u8> {
        if self.named_chip != Some(chip) || !name.starts_with("GPIO") {
            return None;
        }
        let index = self.names.iter().position(|pin| *pin == name)?;
        u8::try_from(index + 1).ok()
    }

    /// The pin of a bus signal.
    pub fn bus(&self, device: &str, signal: &str) -> Option<u8> {
        let mut buses = self.buses.iter();
        let found = buses.find(|(bus, name, _)| *bus == device && *name == signal);
        found.map(|(_, _, pin)| *pin)
    }

    /// A pin by its number, from 1.
    pub fn pin(&self, number: u8) -> Pin {
        let name = self.names.get(usize::from(number).wrapping_sub(1));
        Pin {
            number,
            name: name.copied().unwrap_or("?"),
            is_weak: self.weak.contains(&number),
        }
    }
}

/// Atlas 200 DK, model 3000. Pins: Huawei's product description (`pdes_19_0014`). Lines: Ascend's
/// sample `5_200dk_peripheral`; 428 to 432, which only the kernel of the newer board (IT21VDMB)
/// has: the guide for fbtft on the DK.
pub const ATLAS_200_DK: Header = Header {
    board: "Atlas 200 DK",
    names: [
        "+3.3V", "+5.0V", "I2C2-SDA", "+5.0V", "I2C2-SCL", "GND", "GPIO0", "TXD0", "GND", "RXD0",
        "GPIO1", "NC", "NC", "GND", "GPIO2", "TXD1", "+3.3V", "RXD1", "SPI-MOSI", "GND",
        "SPI-MISO", "NC", "SPI-CLK", "SPI-CS0", "GND", "GPIO10", "GPIO8", "GPIO9", "GPIO3", "GND",
        "GPIO4", "NC", "GPIO5", "GND", "GPIO6", "+1.8V", "GPIO7", "TXD-3559", "GND", "RXD-3559",
    ],
    lines: &[
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
    ],
    buses: &[
        ("/dev/i2c-2", "SDA", 3),
        ("/dev/i2c-2", "SCL", 5),
        ("/dev/spidev0.0", "MOSI", 19),
        ("/dev/spidev0.0", "CLK", 23),
        ("/dev/spidev0.0", "CS", 24),
    ],
    named_chip: None,
    weak: &[7, 11, 15],
    has_usb_host: false,
    numbers_are: "Huawei's",
    currents: "GPIO3 to GPIO7 sink up to 25 mA each and give 10 mA (Huawei), 3V3 gives 500 mA at most; an opto-coupler \
               here takes 8 mA. How much GPIO0 to GPIO2 may sink is not published.",
    unverified: "Whether the lines are high from reset to the first write (floating is equally safe here); the numbers 504 and 444 on your kernel; the resistors of I2C2; whether /dev/spidev0.0 exists.",
};

/// The lines of an Ascend 310B: each GPIO group is a chip. Pins: the Orange Pi AIpro's manual.
/// Huawei's page on the Atlas 200I DK A2 has the same pins, as far as it was read.
const ASCEND_310B_LINES: &[(&str, u32, u8)] = &[
    ("/dev/gpiochip0", 2, 22),
    ("/dev/gpiochip0", 3, 37),
    ("/dev/gpiochip0", 25, 18),
    ("/dev/gpiochip1", 1, 32),
    ("/dev/gpiochip1", 6, 13),
    ("/dev/gpiochip2", 15, 15),
    ("/dev/gpiochip2", 16, 16),
    ("/dev/gpiochip2", 17, 36),
    ("/dev/gpiochip2", 18, 11),
    ("/dev/gpiochip2", 19, 26),
    ("/dev/gpiochip2", 20, 31),
    ("/dev/gpiochip4", 0, 33),
    ("/dev/gpiochip7", 2, 7),
    ("/dev/gpiochip7", 3, 12),
    ("/dev/gpiochip7", 4, 35),
    ("/dev/gpiochip7", 5, 40),
    ("/dev/gpiochip7", 6, 38),
    ("/dev/gpiochip7", 7, 29),
];

const ASCEND_310B_BUSES: &[(&str, &str, u8)] = &[
    ("/dev/i2c-7", "SDA", 3),
    ("/dev/i2c-7", "SCL", 5),
    ("/dev/spidev0.0", "MOSI", 19),
    ("/dev/spidev0.0", "CLK", 23),
    ("/dev/spidev0.0", "CS", 24),
];

/// Atlas 200I DK A2. Pins: Huawei's page `hiug_0024`.
pub const ATLAS_200I_DK_A2: Header = Header {
    board: "Atlas 200I DK A2",
    names: [
        "3V3",
        "5V",
        "I2C7-SDA",
        "5V",
        "I2C7-SCL",
        "GND",
        "GPCLK0",
        "UART0-TX",
        "GND",
        "UART0-RX",
        "GPIO17",
        "PCM-CLK",
        "GPIO27",
        "GND",
        "GPIO22",
        "GPIO23",
        "3V3",
        "GPIO24",
        "SPI0-MOSI",
        "GND",
        "SPI0-MISO",
        "GPIO25",
        "SPI0-SCLK",
        "SPI0-CS0",
        "GND",
        "GPIO7",
        "I2C6-SDA",
        "I2C6-SCL",
        "GPCLK1",
        "GND",
        "GPIO6",
        "PWM0",
        "GPIO13",
        "GND",
        "PCM-FS",
        "GPIO16",
        "GPIO26",
        "PCM-DIN",
        "GND",
        "PCM-DOUT",
    ],
    lines: ASCEND_310B_LINES,
    buses: ASCEND_310B_BUSES,
    named_chip: None,
    weak: &[],
    has_usb_host: true,
    numbers_are: "Huawei's",
    currents: "An opto-coupler here takes 8 mA. How much a line may sink was not found: look it up or measure it, and add a transistor if it is less.",
    unverified: "Whether each GPIO group is the chip of its number; the lines' levels from reset to the first write; the currents; whether /dev/i2c-7 exists.",
};

/// Orange Pi AIpro. Pins: the maker's manual (20T), section 3.11.
pub const ORANGE_PI_AIPRO: Header = Header {
    board: "Orange Pi AIpro",
    names: [
        "3.3V", "5V", "SDA7", "5V", "SCL7", "GND", "GPIO7_02", "UTXD0", "GND", "URXD0", "GPIO2_18",
        "GPIO7_03", "GPIO1_06", "GND", "GPIO2_15", "GPIO2_16", "3.3V", "GPIO0_25", "SPI0_SDO",
        "GND", "SPI0_SDI", "GPIO0_02", "SPI0_CLK", "SPI0_CS", "GND", "GPIO2_19", "SDA6", "SCL6",
        "GPIO7_07", "GND", "GPIO2_20", "GPIO1_01", "GPIO4_00", "GND", "GPIO7_04", "GPIO2_17",
        "GPIO0_03", "GPIO7_06", "GND", "GPIO7_05",
    ],
    lines: ASCEND_310B_LINES,
    buses: ASCEND_310B_BUSES,
    named_chip: None,
    weak: &[],
    has_usb_host: true,
    numbers_are: "the maker's",
    currents: "An opto-coupler here takes 8 mA. How much a line may sink was not found: look it up or measure it, and add a transistor if it is less.",
    unverified: "The lines' levels from reset to the first write; the currents; the lines of the boards other than the 20T.",
};

/// Raspberry Pi 5. Its kernel names the lines of the RP1 as the pins are named.
pub const RASPBERRY_PI_5: Header = Header {
    board: "Raspberry Pi 5",
    names: [
        "3V3", "5V", "GPIO2", "5V", "GPIO3", "GND", "GPIO4", "GPIO14", "GND", "GPIO15", "GPIO17",
        "GPIO18", "GPIO27", "GND", "GPIO22", "GPIO23", "3V3", "GPIO24", "GPIO10", "GND", "GPIO9",
        "GPIO25", "GPIO11", "GPIO8", "GND", "GPIO7", "ID_SDA", "ID_SCL", "GPIO5", "GND", "GPIO6",
        "GPIO12", "GPIO13", "GND", "GPIO19", "GPIO16", "GPIO26", "GPIO20", "GND", "GPIO21",
    ],
    lines: &[],
    buses: &[
        ("/dev/i2c-1", "SDA", 3),
        ("/dev/i2c-1", "SCL", 5),
        ("/dev/spidev0.0", "MOSI", 19),
        ("/dev/spidev0.0", "CLK", 23),
        ("/dev/spidev0.0", "CS", 24),
    ],
    named_chip: Some("/dev/gpiochip0"),
    weak: &[],
    has_usb_host: true,
    numbers_are: "the maker's",
    currents: "An opto-coupler here takes 8 mA. A pin drives 2, 4, 8 or 12 mA (the kernel's driver); which it is at the start was not found, so measure the level of a line that is low.",
    unverified: "The lines' levels from reset to the first write; the currents; the time of the CPU engine.",
};
