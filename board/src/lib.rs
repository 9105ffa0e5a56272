//! The Linux devices of the station and their simulated twins, each behind a small trait.
//!
//! | device | trait | real | simulated |
//! |---|---|---|---|
//! | output line | [`OutputPin`] | [`GpioOutput`], [`ExpanderOutput`] | [`SimulatedLine`] |
//! | trigger line | [`Edges`] | [`GpioInput`] | [`SimulatedInput`], [`FifoInput`] |
//! | camera | [`Camera`] | [`Capture`] | [`SimulatedCamera`] |
//! | display | [`Panel`] | [`Oled`], [`Tft`], [`Framebuffer`] | [`PngFile`] |
//! | watchdog | [`Watchdog`] | [`WatchdogDevice`] | in tests |
//! | I2C bus | [`I2c`] | [`I2cDev`] | in tests |
//! | SPI bus | [`SpiDevice`] | [`SpiDev`] | in tests |
//!
//! [`OutputPin`]: embedded_hal::digital::OutputPin
//! [`GpioOutput`]: gpio::GpioOutput
//! [`ExpanderOutput`]: expander::ExpanderOutput
//! [`SimulatedLine`]: simulated::SimulatedLine
//! [`Edges`]: edge::Edges
//! [`GpioInput`]: gpio::GpioInput
//! [`SimulatedInput`]: simulated::SimulatedInput
//! [`FifoInput`]: simulated::FifoInput
//! [`Camera`]: camera::Camera
//! [`Capture`]: v4l2::Capture
//! [`SimulatedCamera`]: simulated_camera::SimulatedCamera
//! [`Panel`]: display::Panel
//! [`Oled`]: display::Oled
//! [`Tft`]: display::Tft
//! [`Framebuffer`]: display::Framebuffer
//! [`PngFile`]: display::PngFile
//! [`Watchdog`]: watchdog::Watchdog
//! [`WatchdogDevice`]: watchdog::WatchdogDevice
//! [`I2c`]: embedded_hal::i2c::I2c
//! [`I2cDev`]: i2c::I2cDev
//! [`SpiDevice`]: embedded_hal::spi::SpiDevice
//! [`SpiDev`]: spi::SpiDev
//!
//! The other modules wrap kernel services: [`clock`] and [`wake`] for time, [`realtime`] for
//! priority and locked memory, [`notify`] for the service manager, [`rename`] for files,
//! [`gpio_number`] for global line numbers. [`heap`] counts allocations in tests.
//!
//! Logic that drives a line works on every chip:
//!
//! ```
//! use board::simulated::Chip;
//! use embedded_hal::digital::{OutputPin, PinState};
//!
//! fn pulse<P: OutputPin>(pin: &mut P) -> Result<(), P::Error> {
//!     pin.set_high()?;
//!     pin.set_low()
//! }
//!
//! let (mut chip, timeline) = Chip::new(8);
//! let mut line = chip.line(3, PinState::Low)?;
//! pulse(&mut line)?;
//! assert_eq!(timeline.changes().count(), 3, "the undriven level, then two changes");
//! # Ok::<(), board::simulated::ChipError>(())
//! ```

pub mod camera;
pub mod clock;
pub mod display;
pub mod edge;
pub mod expander;
pub mod gpio;
pub mod gpio_number;
pub mod heap;
pub mod i2c;
pub mod line;
mod lock;
pub mod notify;
pub mod realtime;
pub mod rename;
pub mod sandbox;
pub mod simulated;
pub mod simulated_camera;
pub mod spi;
pub mod terminal;
pub mod v4l2;
pub mod wake;
pub mod watchdog;

pub use clock::Timestamp;
