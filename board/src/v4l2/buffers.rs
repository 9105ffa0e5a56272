//! The driver's buffers, mapped into this process.

use super::abi;
use super::device::Device;
use crate::camera::CameraError;
use core::ffi::c_void;
use core::num::NonZeroUsize;
use core::ptr::NonNull;
use nix::libc::off_t;
use nix::sys::mman::{MapFlags, ProtFlags, mmap, munmap};

/// One buffer. Who holds it in turn, the driver or we, is what queueing and dequeueing says.
#[derive(Debug)]
pub struct Mapping {
    start: NonNull<c_void>,
    bytes: NonZeroUsize,
}

// SAFETY: the mapping belongs to the process, not to a thread, and nothing else here points to it.
unsafe impl Send for Mapping {}

impl Mapping {
    /// Maps a buffer that the driver has described.
    fn new(device: &Device, buffer: &abi::Buffer) -> Result<Self, CameraError> {
        let bytes = usize::try_from(buffer.length)
            .ok()
            .and_then(NonZeroUsize::new);
        let bytes =
            bytes.ok_or_else(|| device.error("mmap", "the driver's buffer has no bytes"))?;
        // SAFETY: a new mapping at an address that the kernel chooses; it replaces none. Nothing refers to it before this
        // function returns.
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

    /// Its first `count` bytes; all of them where it has fewer.
    ///
    /// # Safety
    /// The driver has given the buffer back and does not get it while the slice is in use.
    pub unsafe fn bytes(&self, count: u32) -> &[u8] {
        let count = usize::try_from(count)
            .unwrap_or(usize::MAX)
            .min(self.bytes.get());
        // SAFETY: `count` bytes are inside the mapping, which lives as long as `self`. The driver does not write, by this
        // function's contract, and this process writes only through `bytes_mut`.
        unsafe { core::slice::from_raw_parts(self.start.cast().as_ptr(), count) }
    }

    /// All of its bytes.
    ///
    /// # Safety
    /// The driver has given the buffer back and does not get it while the slice is in use.
    pub unsafe fn bytes_mut(&mut self) -> &mut [u8] {
        // SAFETY: as for `bytes`; `self` is borrowed for change, so there is no other slice.
        unsafe { core::slice::from_raw_parts_mut(self.start.cast().as_ptr(), self.bytes.get()) }
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the range is the one that `mmap` gave; every slice of it borrowed `self`, so there is none any more. The
        // driver's memory stays its own.
        let result = unsafe { munmap(self.start, self.bytes.get()) };
        debug_assert_eq!(result, Ok(()));
    }
}

/// Has the driver make up to `count` buffers, two at least, and maps them. Each comes with what the driver says of it.
pub fn make(device: &Device, count: u32) -> Result<Vec<(Mapping, abi::Buffer)>, CameraError> {
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
