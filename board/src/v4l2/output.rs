//! Frames to a video output, for tools.

use super::abi::Direction;
use super::buffers::{self, Mapping};
use super::device::VideoDevice;
use crate::camera::{CameraError, FrameLayout};
use core::time::Duration;
use nix::errno::Errno;
use nix::poll::{PollFd, PollFlags, PollTimeout, poll};
use std::os::fd::AsFd;
use std::path::Path;

/// A video output that shows frames in order, and the last one until another arrives.
#[derive(Debug)]
pub struct VideoOutput {
    buffers: Vec<Slot>,
    layout: FrameLayout,
    stride_bytes: usize,
    started: bool,
    device: VideoDevice,
}

#[derive(Debug)]
struct Slot {
    mapping: Mapping,
    /// The number of its frame while the driver owns it.
    number: Option<usize>,
}

impl VideoOutput {
    /// Opens the output for frames of this layout.
    ///
    /// # Errors
    /// The device does not exist, is in use, is not an output, or refuses such frames.
    pub fn open(path: &Path, layout: FrameLayout) -> Result<Self, CameraError> {
        let device = VideoDevice::open(path, Direction::Output)?;
        device.capability()?;
        let stride_bytes = device.set_format(layout)?;
        let made = buffers::make(&device, 3)?;
        let buffers = made.into_iter().map(|(mapping, _)| Slot {
            mapping,
            number: None,
        });
        Ok(Self {
            buffers: buffers.collect(),
            layout,
            stride_bytes,
            started: false,
            device,
        })
    }

    /// Queues a frame without row padding as soon as a buffer is free. Returns the number of the
    /// frame that was in this buffer: the next one is on show now.
    ///
    /// # Errors
    /// The output refuses frames, or no buffer became free within `patience`.
    pub fn put(
        &mut self,
        frame: &[u8],
        number: usize,
        patience: Duration,
    ) -> Result<Option<usize>, CameraError> {
        let (index, shown) = self.free_buffer(patience)?;
        let Some(buffer) = self.buffers.get_mut(index) else {
            return Err(self.device.error(
                "VIDIOC_DQBUF",
                "the driver gave a buffer that it did not make",
            ));
        };
        // SAFETY: the buffer was never queued or has just been dequeued. It is queued below, after
        // the last use of the slice.
        let bytes = unsafe { buffer.mapping.bytes_mut() };
        let rows = frame.chunks(self.layout.row_bytes());
        for (row, line) in rows.zip(bytes.chunks_mut(self.stride_bytes)) {
            if let Some(start) = line.get_mut(..row.len()) {
                start.copy_from_slice(row);
            }
        }
        buffer.number = Some(number);
        let used = u32::try_from(bytes.len()).unwrap_or(u32::MAX);
        self.device
            .queue(u32::try_from(index).unwrap_or(u32::MAX), used)?;
        if !self.started && self.buffers.iter().all(|buffer| buffer.number.is_some()) {
            self.device.start()?;
            self.started = true;
        }
        Ok(shown)
    }

    /// A buffer that the driver does not own, and the number of the frame that was shown from it.
    fn free_buffer(&mut self, patience: Duration) -> Result<(usize, Option<usize>), CameraError> {
        if let Some(index) = self
            .buffers
            .iter()
            .position(|buffer| buffer.number.is_none())
        {
            return Ok((index, None));
        }
        if let Some(taken) = self.device.dequeue()? {
            return Ok(self.taken(taken.index));
        }
        let mut source = [PollFd::new(self.device.as_fd(), PollFlags::POLLOUT)];
        let timeout = PollTimeout::try_from(patience).unwrap_or(PollTimeout::MAX);
        match poll(&mut source, timeout) {
            Ok(_) | Err(Errno::EINTR) => {}
            Err(errno) => return Err(self.device.failed("poll", errno)),
        }
        match self.device.dequeue()? {
            Some(taken) => Ok(self.taken(taken.index)),
            None => Err(self.device.error("poll", "the output takes no more frames")),
        }
    }

    fn taken(&mut self, index: u32) -> (usize, Option<usize>) {
        let index = usize::try_from(index).unwrap_or(usize::MAX);
        (
            index,
            self.buffers
                .get_mut(index)
                .and_then(|buffer| buffer.number.take()),
        )
    }
}

impl Drop for VideoOutput {
    fn drop(&mut self) {
        // Stopping fails if the output no longer exists. Closing the file frees everything anyway.
        let _ = self.device.stop();
    }
}
