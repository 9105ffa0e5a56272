//! The Linux devices of the station and their simulated twins, each behind a small trait.
//!
//! | device | trait | real | simulated |
//! |---|---|---|---|
//! | output line | [`embedded_hal::digital::OutputPin`] | [`gpio::GpioOutput`], [`expander::ExpanderOutput`] | [`simulated::SimulatedLine`] |
//! | trigger line | [`edge::Edges`] | [`gpio::GpioInput`] | [`simulated::SimulatedInput`], [`simulated::FifoInput`] |
//! | camera | [`camera::Camera`] | [`v4l2::Capture`] | [`simulated_camera::SimulatedCamera`] |
//! | display | [`display::Panel`] | [`display::Oled`], [`display::Tft`], [`display::Framebuffer`] | [`display::PngFile`] |
//! | watchdog | [`watchdog::Watchdog`] | [`watchdog::WatchdogDevice`] | in tests |
//! | I2C bus | [`embedded_hal::i2c::I2c`] | [`i2c::I2cDev`] | in tests |
//! | SPI bus | [`embedded_hal::spi::SpiDevice`] | [`spi::SpiDev`] | in tests |
//!
//! The other modules wrap kernel services: [`clock`] and [`wake`] for time, [`realtime`] for priority
//! and locked memory, [`notify`] for the service manager, [`rename`] for files, [`gpio_number`] for
//! global line numbers. [`heap`] counts allocations in tests.
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
pub mod simulated;
pub mod simulated_camera;
pub mod spi;
pub mod v4l2;
pub mod wake;
pub mod watchdog;

pub use clock::Timestamp;
