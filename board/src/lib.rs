//! The Linux devices of the station and their simulated twins, each behind a small trait.

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
