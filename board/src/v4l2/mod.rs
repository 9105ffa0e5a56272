//! Cameras through the kernel's own interface, Video4Linux2, with buffers shared with the driver.
//!
//! The calls are made directly on the device file, without a library. The station uses [`Capture`].
//! [`VideoOutput`] and [`controls`] are for tools that feed a loopback driver such as `vivid`.
//!
//! Supported are devices with one plane per frame (`V4L2_CAP_VIDEO_CAPTURE`) and the formats of
//! [`PixelFormat`](crate::camera::PixelFormat). USB cameras and most frame grabbers are such
//! devices.
//!
//! ```no_run
//! use board::camera::{Camera as _, FrameLayout, Mode, PixelFormat, Settings};
//! use board::v4l2::Capture;
//! use std::path::Path;
//!
//! let settings = Settings {
//!     layout: FrameLayout::new(PixelFormat::Yuyv, 1920, 1080).ok_or("an odd width")?,
//!     mode: Mode::FreeRunning,
//!     frames_per_second: 30,
//!     buffers: 4,
//! };
//! let mut camera = Capture::open(Path::new("/dev/video0"), &settings)?;
//! println!("{}", camera.describe());
//! camera.next_frame(&mut |frame| println!("frame {}", frame.sequence))?;
//! # Ok::<(), Box<dyn std::error::Error>>(())
//! ```

mod abi;
#[cfg(fuzzing)]
pub mod answers;
mod buffers;
mod capture;
pub mod controls;
mod device;
mod exposure;
mod output;
mod stream;

pub use capture::Capture;
pub use output::VideoOutput;
