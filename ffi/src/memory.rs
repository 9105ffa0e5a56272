//! Device memory and page-locked host memory, and how one block is divided into buffers.

use std::ffi::c_void;
use std::ptr::{self, NonNull};
use std::rc::Rc;

use crate::bindings::{ACL_ERROR_BAD_ALLOC, ACL_MEM_MALLOC_HUGE_FIRST};
use crate::device::Device;
use crate::error::AclError;
use crate::library::call;

/// Every buffer starts at a multiple of this. It is the alignment that `aclrtMalloc` gives and
/// asynchronous copies require.
const ALIGNMENT: usize = 64;

/// The kind of memory that a block consists of.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum MemoryKind {
    /// Device memory.
    Device,
    /// Page-locked host memory, which the device can copy from and to.
    Host,
}

/// One block of memory, zeroed when it is allocated and freed when it is dropped.
#[derive(Debug)]
pub(crate) struct Block {
    device: Rc<Device>,
    kind: MemoryKind,
    allocated: NonNull<c_void>,
    /// The first multiple of `ALIGNMENT` in the allocation.
    start: NonNull<u8>,
    /// Whether it is not to be freed.
    is_kept: bool,
}

impl Block {
    /// Allocates `len_bytes`, aligned to 64 bytes, and zeroes them. The library does not zero
    /// memory, and bytes that were never written must not be lent as `[u8]`. The library may refuse
    /// a length of 0.
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
        let out_of_memory = |text| AclError::new(call, ACL_ERROR_BAD_ALLOC, text);
        // On a board, host memory need not be aligned at all.
        let allocated_len = len_bytes
            .checked_add(ALIGNMENT)
            .ok_or_else(|| out_of_memory("the length overflows"))?;
        let mut raw = ptr::null_mut();
        // SAFETY: contract of `call!`; `raw` points to the pointer to write.
        unsafe {
            match kind {
                MemoryKind::Device => call!(
                    library,
                    aclrtMalloc(&raw mut raw, allocated_len, ACL_MEM_MALLOC_HUGE_FIRST)
                ),
                MemoryKind::Host => {
                    call!(library, aclrtMallocHost(&raw mut raw, allocated_len))
                }
            }
        }?;
        let allocated = NonNull::new(raw).ok_or_else(|| out_of_memory("the pointer is null"))?;
        let skip = allocated.cast::<u8>().align_offset(ALIGNMENT);
        let block = Self {
            device: Rc::clone(device),
            kind,
            allocated,
            // SAFETY: `skip` is less than `ALIGNMENT`, by which the allocation is longer than
            // `len_bytes`.
            start: unsafe { allocated.cast::<u8>().add(skip) },
            is_kept: false,
        };
        // SAFETY: contract of `call!`; the allocation is `allocated_len` bytes long, and no other
        // code has its address yet.
        unsafe {
            match kind {
                MemoryKind::Device => {
                    call!(library, aclrtMemset(raw, allocated_len, 0, allocated_len))?;
                }
                MemoryKind::Host => ptr::write_bytes(raw.cast::<u8>(), 0, allocated_len),
            }
        }
        Ok(block)
    }

    /// Never frees the block, because the library may go on using it.
    pub(crate) fn keep(&mut self) {
        self.is_kept = true;
    }

    /// The first byte.
    pub(crate) fn start(&self) -> NonNull<u8> {
        self.start
    }
}

impl Drop for Block {
    fn drop(&mut self) {
        if self.is_kept {
            return;
        }
        let library = self.device.library();
        // SAFETY: contract of `call!`; the matching function allocated the block, and only this
        // line frees it.
        let _ = unsafe {
            match self.kind {
                MemoryKind::Device => call!(library, aclrtFree(self.allocated.as_ptr())),
                MemoryKind::Host => call!(library, aclrtFreeHost(self.allocated.as_ptr())),
            }
        };
    }
}

/// Places buffers in a block, one after another.
#[derive(Debug, Default)]
pub(crate) struct Layout {
    len_bytes: usize,
}

impl Layout {
    /// Places a buffer of `len` bytes and returns its offset, or `None` if the sum overflows.
    ///
    /// The offset is a multiple of 64. The buffer takes `len` rounded up to 32, plus 32 bytes:
    /// AscendCL's description of `aclrtMalloc` asks for that if one allocation serves many buffers.
    pub(crate) fn push(&mut self, len: usize) -> Option<usize> {
        let offset = self.len_bytes.checked_next_multiple_of(ALIGNMENT)?;
        let padded_len = len.checked_next_multiple_of(32)?.checked_add(32)?;
        self.len_bytes = offset.checked_add(padded_len)?;
        Some(offset)
    }

    /// The length that the block must have.
    pub(crate) fn len_bytes(&self) -> usize {
        self.len_bytes
    }
}

#[cfg(test)]
mod tests {
    use super::Layout;

    #[test]
    fn buffers_are_aligned_and_padded_as_the_library_requires() {
        let mut layout = Layout::default();
        assert_eq!(layout.push(1), Some(0)); // 0..64
        assert_eq!(layout.push(33), Some(64)); // 64..160
        assert_eq!(layout.push(2_764_800), Some(192));
        assert_eq!(layout.len_bytes(), 192 + 2_764_800 + 32);
        assert_eq!(layout.push(usize::MAX - 40), None);
    }
}
