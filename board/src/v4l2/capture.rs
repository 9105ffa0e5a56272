//! A camera whose driver fills buffers that are read in place.

use super::abi::{self, Direction};
use super::buffers::{self, Mapping};
use super::device::{VideoDevice, text};
use super::exposure::Exposure;
use crate::camera::{Camera, CameraError, Frame, Settings};
use crate::clock::Timestamp;
use nix::sys::epoll::{Epoll, EpollCreateFlags, EpollEvent, EpollFlags};
use std::os::fd::{AsFd, BorrowedFd};
use std::path::Path;

/// A streaming camera.
///
/// Call [`Camera::next_frame`] about as often as frames arrive. While all buffers hold frames that
/// were not taken, the driver drops new ones.
#[derive(Debug)]
pub struct Capture {
    /// Readable when the device has a frame, an event or an error.
    epoll: Epoll,
    buffers: Vec<Mapping>,
    stride_bytes: usize,
    exposure: Exposure,
    /// Whether the driver reports changes of the signal.
    events: bool,
    description: String,
    device: VideoDevice,
}

impl Capture {
    /// Opens the device, sets it up as `settings` ask, and starts it.
    ///
    /// # Errors
    /// The device does not exist, is in use, is not a camera, has no signal, or delivers another
    /// size or format. Or its time stamps are not on the monotonic clock, so no frame could be
    /// assigned to a part. The time of dequeueing is not a substitute: a frame may have waited in
    /// its buffer.
    pub fn open(path: &Path, settings: &Settings) -> Result<Self, CameraError> {
        let device = VideoDevice::open(path, Direction::Capture)?;
        let capability = device.capability()?;
        device.check_signal()?;
        let stride_bytes = device.set_format(settings.layout)?;
        let asked = settings.interval();
        let nominal = device
            .set_interval(settings.frames_per_second)?
            .unwrap_or(asked);
        let made = buffers::make(&device, settings.buffers.into())?;
        let needed = settings.layout.bytes(stride_bytes);
        let mut claims_start = false;
        for (_, buffer) in &made {
            let bytes = usize::try_from(buffer.length).unwrap_or(usize::MAX);
            if needed.is_none_or(|needed| bytes < needed) {
                let problem = format!(
                    "a buffer of {bytes} bytes is too small for {}",
                    settings.layout
                );
                return Err(device.error("VIDIOC_QUERYBUF", problem));
            }
            check_clock(&device, "VIDIOC_QUERYBUF", buffer)?;
            claims_start = claims(buffer);
        }
        let driver = text(&capability.driver);
        let exposure = Exposure::new(settings.mode, nominal.max(asked), &driver);
        let description = format!(
            "{driver}, {} at {}, {} in rows of {} bytes, {} buffers, {:.1} frames/s; time stamps of {}",
            text(&capability.card),
            text(&capability.bus_info),
            settings.layout,
            stride_bytes,
            made.len(),
            1.0 / nominal.as_secs_f64(),
            if exposure.is_exact(claims_start) {
                "the exposure's start"
            } else {
                "a frame's arrival"
            },
        );
        let events = [abi::EVENT_SOURCE_CHANGE, abi::EVENT_EOS]
            .map(|kind| device.subscribe(kind))
            .contains(&true);
        let epoll = Epoll::new(EpollCreateFlags::EPOLL_CLOEXEC)
            .and_then(|epoll| {
                let flags = EpollFlags::EPOLLIN | EpollFlags::EPOLLPRI;
                epoll
                    .add(&device, EpollEvent::new(flags, 0))
                    .map(|()| epoll)
            })
            .map_err(|errno| device.failed("epoll", errno))?;
        for (_, buffer) in &made {
            device.queue(buffer.index, 0)?;
        }
        device.start()?;
        Ok(Self {
            epoll,
            buffers: made.into_iter().map(|(mapping, _)| mapping).collect(),
            stride_bytes,
            exposure,
            events,
            description,
            device,
        })
    }

    fn check_events(&self) -> Result<(), CameraError> {
        while let Some(kind) = self.device.event()? {
            let problem = match kind {
                abi::EVENT_SOURCE_CHANGE => "the signal changed; check camera and cable",
                abi::EVENT_EOS => "the stream has ended",
                _ => continue,
            };
            return Err(self.device.error("VIDIOC_DQEVENT", problem));
        }
        Ok(())
    }
}

fn claims(buffer: &abi::Buffer) -> bool {
    buffer.flags & abi::BUF_FLAG_TSTAMP_SRC_MASK == abi::BUF_FLAG_TSTAMP_SRC_SOE
}

fn check_clock(
    device: &VideoDevice,
    call: &'static str,
    buffer: &abi::Buffer,
) -> Result<(), CameraError> {
    if buffer.flags & abi::BUF_FLAG_TIMESTAMP_MASK == abi::BUF_FLAG_TIMESTAMP_MONOTONIC {
        return Ok(());
    }
    Err(device.error(
        call,
        "the driver's time stamps are not of the monotonic clock, so nothing tells a frame with the part from one before it; \
         use another driver or camera",
    ))
}

/// A dequeued buffer, which is queued again in every case.
struct Taken<'c> {
    device: &'c VideoDevice,
    index: u32,
}

impl Taken<'_> {
    fn give_back(self) -> Result<(), CameraError> {
        let result = self.device.queue(self.index, 0);
        core::mem::forget(self);
        result
    }
}

/// Only reached when the consumer of this frame panicked.
impl Drop for Taken<'_> {
    fn drop(&mut self) {
        // If this fails, the stream continues with one buffer less.
        let _ = self.device.queue(self.index, 0);
    }
}

impl AsFd for Capture {
    fn as_fd(&self) -> BorrowedFd<'_> {
        self.epoll.0.as_fd()
    }
}

impl Camera for Capture {
    fn next_frame(&mut self, look: &mut dyn FnMut(Frame<'_>)) -> Result<bool, CameraError> {
        const CALL: &str = "VIDIOC_DQBUF";
        if self.events {
            self.check_events()?;
        }
        let Some(buffer) = self.device.dequeue()? else {
            return Ok(false);
        };
        let Some(mapping) = usize::try_from(buffer.index)
            .ok()
            .and_then(|index| self.buffers.get(index))
        else {
            return Err(self
                .device
                .error(CALL, "the driver gave a buffer that it did not make"));
        };
        let taken = Taken {
            device: &self.device,
            index: buffer.index,
        };
        check_clock(&self.device, CALL, &buffer)?;
        let stamp = timestamp(&buffer);
        // SAFETY: the driver has just returned the buffer. It owns the buffer again after
        // `give_back` or the drop of `taken`, both after the last use of the slice.
        let bytes = unsafe { mapping.bytes(buffer.bytesused) };
        look(Frame {
            bytes,
            stride_bytes: self.stride_bytes,
            exposed_after: self
                .exposure
                .earliest_start(buffer.sequence, stamp, claims(&buffer)),
            exposed_before: stamp,
            sequence: buffer.sequence,
            damaged: buffer.flags & abi::BUF_FLAG_ERROR != 0,
        });
        taken.give_back().map(|()| true)
    }

    fn describe(&self) -> String {
        self.description.clone()
    }
}

/// The frame's time stamp. The kernel reports whole microseconds, rounded down.
fn timestamp(buffer: &abi::Buffer) -> Timestamp {
    let part = |value: i64, unit_ns: u64| u64::try_from(value).unwrap_or(0).saturating_mul(unit_ns);
    Timestamp::from_ns(
        part(buffer.timestamp_s, 1_000_000_000).saturating_add(part(buffer.timestamp_us, 1_000)),
    )
}

impl Drop for Capture {
    fn drop(&mut self) {
        // Stopping fails if the camera was unplugged. Closing the file frees everything anyway.
        let _ = self.device.stop();
    }
}
