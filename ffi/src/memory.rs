//! Device memory and pinned host memory, and how one block of it is cut into buffers.

use std::ffi::c_void;
use std::ptr::{self, NonNull};
use std::rc::Rc;

use crate::bindings::{ACL_ERROR_BAD_ALLOC, ACL_MEM_MALLOC_HUGE_FIRST};
use crate::device::Device;
use crate::error::AclError;
use crate::library::call;

/// Every buffer starts at a multiple of this: what `aclrtMalloc` gives and asynchronous copies ask for.
const ALIGNMENT: usize = 64;

/// Which memory a block is made of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemoryKind {
    /// The device's.
    Device,
    /// Page-locked memory of the host, which the device can copy from and to.
    Host,
}

/// One block of memory, freed when it is dropped. All its bytes were zero at the start.
#[derive(Debug)]
pub(crate) struct Block {
    device: Rc<Device>,
    kind: MemoryKind,
    allocated: NonNull<c_void>,
    /// The first multiple of `ALIGNMENT` in it.
    start: NonNull<u8>,
}

impl Block {
    /// Allocates `len_bytes`, aligned to 64 bytes, and sets them to zero: the library does not, and bytes that
    /// were never written must not be lent as `[u8]`. The library may refuse a length of 0.
    pub(crate) fn new(
        device: &Rc<Device>,
        kind: MemoryKind,
        len_bytes: usize,
    ) -> Result<Self, AclError> {
        let library = device.library();
        let call = match kind {
            MemoryKind::Device => "aclrtMalloc",
            MemoryKind::Host => "aclrtMallocHost",
        };
        // Room to align: on a board host memory need not be aligned at all.
        let Some(room) = len_bytes.checked_add(ALIGNMENT) else {
            return Err(AclError::new(
                call,
                ACL_ERROR_BAD_ALLOC,
                "the length overflows",
            ));
        };
        let mut raw = ptr::null_mut();
        // SAFETY: contract of `call!`; `raw` is a place for the pointer.
        unsafe {
            match kind {
                MemoryKind::Device => call!(
                    library,
                    aclrtMalloc(&raw mut raw, room, ACL_MEM_MALLOC_HUGE_FIRST)
                ),
                MemoryKind::Host => call!(library, aclrtMallocHost(&raw mut raw, room)),
            }
        }?;
        let Some(allocated) = NonNull::new(raw) else {
            return Err(AclError::new(
                call,
                ACL_ERROR_BAD_ALLOC,
                "the pointer is null",
            ));
        };
        let skip = allocated.cast::<u8>().align_offset(ALIGNMENT);
        let block = Self {
            device: Rc::clone(device),
            kind,
            allocated,
            // SAFETY: `skip` is less than `ALIGNMENT`, and the allocation is `ALIGNMENT` longer than `len_bytes`.
            start: unsafe { allocated.cast::<u8>().add(skip) },
        };
        // SAFETY: contract of `call!`; the allocation is `room` bytes long, and nothing else knows it yet.
        unsafe {
            match kind {
                MemoryKind::Device => call!(library, aclrtMemset(raw, room, 0, room))?,
                MemoryKind::Host => ptr::write_bytes(raw.cast::<u8>(), 0, room),
            }
        }
        Ok(block)
    }

    /// The first byte.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.start
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        let library = self.device.library();
        // SAFETY: contract of `call!`; the matching function allocated the block, and only this line frees it.
        let _ = unsafe {
            match self.kind {
                MemoryKind::Device => call!(library, aclrtFree(self.allocated.as_ptr())),
                MemoryKind::Host => call!(library, aclrtFreeHost(self.allocated.as_ptr())),
            }
        };
    }
}

/// Cuts one block into buffers, one after the other.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    len_bytes: usize,
}

impl Layout {
    /// The offset of the next buffer of `len` bytes. It starts at a multiple of 64 and has `len` rounded up to 32,
    /// plus 32 more, as AscendCL's description of `aclrtMalloc` asks when one allocation serves many buffers.
    /// `None` when the sum overflows.
    pub(crate) fn push(&mut self, len: usize) -> Option<usize> {
        let offset = self.len_bytes.checked_next_multiple_of(ALIGNMENT)?;
        let room = len.checked_next_multiple_of(32)?.checked_add(32)?;
        self.len_bytes = offset.checked_add(room)?;
        Some(offset)
    }

    /// How long the block must be.
    pub(crate) fn len_bytes(&self) -> usize {
        self.len_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::Layout;

    #[test]
    fn buffers_are_aligned_and_have_the_slack_that_the_library_asks_for() {
        let mut layout = Layout::default();
        assert_eq!(layout.push(1), Some(0)); // 0..64
        assert_eq!(layout.push(33), Some(64)); // 64..160
        assert_eq!(layout.push(2_764_800), Some(192));
        assert_eq!(layout.len_bytes(), 192 + 2_764_800 + 32);
        assert_eq!(layout.push(usize::MAX - 40), None);
    }
}
