//! The driver's buffers, mapped into this process.

use super::abi;
use super::device::VideoDevice;
use crate::camera::CameraError;
use core::ffi::c_void;
use core::num::NonZeroUsize;
use core::ptr::NonNull;
use nix::libc::off_t;
use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};

/// One mapped buffer. The driver may write to it while it is queued; otherwise it is ours.
#[derive(Debug)]
pub struct Mapping {
    start: NonNull<c_void>,
    bytes: NonZeroUsize,
}

// SAFETY: a mapping belongs to the process, not to a thread, and `start` is its only pointer.
unsafe impl Send for Mapping {}

impl Mapping {
    /// Maps a buffer that the driver described.
    fn new(device: &VideoDevice, buffer: &abi::Buffer) -> Result<Self, CameraError> {
        let bytes = usize::try_from(buffer.length)
            .ok()
            .and_then(NonZeroUsize::new);
        let bytes =
            bytes.ok_or_else(|| device.error("mmap", "the driver's buffer has no bytes"))?;
        // SAFETY: the kernel chooses the address of this new mapping, so it replaces no other
        // memory. No reference to it exists before this function returns.
        let start = unsafe {
            mmap(
                None,
                bytes,
                ProtFlags::PROT_READ | ProtFlags::PROT_WRITE,
                MapFlags::MAP_SHARED,
                device,
                off_t::from(buffer.offset),
            )
        };
        start
            .map(|start| Self { start, bytes })
            .map_err(|errno| device.failed("mmap", errno))
    }

    /// Its first `count` bytes, or all if it has fewer.
    ///
    /// # Safety
    /// The driver must not own the buffer while the slice is in use.
    pub unsafe fn bytes(&self, count: u32) -> &[u8] {
        let count = usize::try_from(count)
            .unwrap_or(usize::MAX)
            .min(self.bytes.get());
        // SAFETY: `count` bytes are inside the mapping, which lives as long as `self`. By this
        // function's contract the driver does not write, and this process writes only through
        // `bytes_mut`.
        unsafe { core::slice::from_raw_parts(self.start.cast().as_ptr(), count) }
    }

    /// All bytes of the buffer.
    ///
    /// # Safety
    /// The driver must not own the buffer while the slice is in use.
    pub unsafe fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: the length is that of the mapping, which lives as long as `self`. By this
        // function's contract the driver neither reads nor writes, and `self` is borrowed mutably,
        // so no other slice exists.
        unsafe { core::slice::from_raw_parts_mut(self.start.cast().as_ptr(), self.bytes.get()) }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: `mmap` returned this range, and nothing else unmaps it. Every slice of it
        // borrowed `self`, so none exists now.
        let result = unsafe { munmap(self.start, self.bytes.get()) };
        debug_assert_eq!(result, Ok(()));
    }
}

/// Requests up to `count` buffers from the driver, at least two, and maps them. Returns each with
/// the driver's description.
pub fn make(device: &VideoDevice, count: u32) -> Result<Vec<(Mapping, abi::Buffer)>, CameraError> {
    let made = device.request_buffers(count)?;
    if made < 2 {
        let problem = format!("the driver made {made} buffers, two are the least to stream with");
        return Err(device.error("VIDIOC_REQBUFS", problem));
    }
    (0..made)
        .map(|index| {
            let buffer = device.query_buffer(index)?;
            Ok((Mapping::new(device, &buffer)?, buffer))
        })
        .collect()
}
