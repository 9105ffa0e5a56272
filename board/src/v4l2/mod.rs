//! Cameras by the kernel's own interface, Video4Linux2: frames in buffers that are shared with the driver.
//!
//! The calls are made straight on the device file; no library stands between. [`Capture`] is the camera of the station.
//! [`Output`] and [`controls`] are for tools that feed a driver which hands its output back as a capture, such as `vivid`.
//!
//! Served are devices with one plane a frame (`V4L2_CAP_VIDEO_CAPTURE`), which is what USB cameras and most frame grabbers
//! are, and the formats of [`PixelFormat`](crate::camera::PixelFormat).

mod abi;
mod buffers;
mod capture;
pub mod controls;
mod device;
mod exposure;
mod output;
mod stream;

pub use capture::Capture;
pub use output::Output;
