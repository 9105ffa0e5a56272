//! Pages from the kernel, mapped once or twice into the address space.

use std::fs::File;
use std::num::NonZeroUsize;
use std::os::fd::AsFd;
use std::ptr::NonNull;

use nix::errno::Errno;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{MapFlags, MmapAdvise, ProtFlags, madvise, mmap, mmap_anonymous, munmap};

/// A multiple of every page size of Linux on x86-64 and aarch64.
const PAGE: usize = 64 * 1024;

/// A range of memory. The implementation accesses it at `data`; the caller's pointer is `caller`:
/// the same address, or one without any access permission.
pub(crate) struct Mapping {
    data: NonNull<u8>,
    caller: NonNull<u8>,
    len: NonZeroUsize,
}

// SAFETY: a mapping is an address range. The ABI's rules say when its contents are shared, and the
// callers of the ABI keep them.
unsafe impl Send for Mapping {}
// SAFETY: as for `Send`.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Memory that the caller uses directly.
    pub(crate) fn open(len: NonZeroUsize) -> Result<Self, Errno> {
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: new private pages, at an address that the kernel chooses, overlap no other
        // memory.
        let data = unsafe { mmap_anonymous(None, len, access, MapFlags::MAP_PRIVATE) }?.cast();
        Ok(Self {
            data,
            caller: data,
            len,
        })
    }

    /// Memory that the caller cannot access: its pointer leads to pages without permissions. The
    /// implementation uses a second mapping of the same pages.
    pub(crate) fn guarded(len: NonZeroUsize) -> Result<Self, Errno> {
        let file = File::from(memfd_create(c"ascendcl-cpu", MFdFlags::MFD_CLOEXEC)?);
        let size = u64::try_from(len.get()).map_err(|_| Errno::ENOMEM)?;
        file.set_len(size).map_err(|_| Errno::ENOMEM)?;
        let map = |access| {
            // SAFETY: new pages, at an address that the kernel chooses, overlap no other memory; no
            // other code has the file.
            unsafe { mmap(None, len, access, MapFlags::MAP_SHARED, file.as_fd(), 0) }
        };
        let data = map(ProtFlags::PROT_READ | ProtFlags::PROT_WRITE)?.cast();
        match map(ProtFlags::PROT_NONE) {
            Ok(caller) => Ok(Self {
                data,
                caller: caller.cast(),
                len,
            }),
            Err(error) => {
                // SAFETY: mapped above with this length; no other code has the address.
                let _ = unsafe { munmap(data.cast(), len.get()) };
                Err(error)
            }
        }
    }

    /// Sets the whole pages of a range to zero by giving them back to the system. Returns the
    /// offset and the number of these bytes; `None` for memory with two addresses, which keeps its
    /// pages.
    ///
    /// # Safety
    ///
    /// The range is in the mapping, and nothing else accesses it during this call.
    pub(crate) unsafe fn give_back(&self, offset: usize, len: usize) -> Option<(usize, usize)> {
        if self.caller != self.data {
            return None;
        }
        let first = offset.next_multiple_of(PAGE);
        let len = offset.checked_add(len)?.checked_sub(first)? / PAGE * PAGE;
        // SAFETY: the mapping begins at a page, and the caller guarantees the range.
        let start = unsafe { self.data.add(first) };
        // SAFETY: private pages of this mapping; the next access gives zeros.
        unsafe { madvise(start.cast(), len, MmapAdvise::MADV_DONTNEED) }.ok()?;
        Some((first, len))
    }

    /// Has the system bring the whole pages of a range, which is faster than page by page when they
    /// are first written. Systems before Linux 5.14 do nothing.
    pub(crate) fn populate(&self, offset: usize, len: usize) {
        let first = offset.next_multiple_of(PAGE);
        let end = offset.saturating_add(len).min(self.len.get());
        let Some(len) = end.checked_sub(first) else {
            return;
        };
        // SAFETY: the offset is in the mapping, which begins at a page.
        let start = unsafe { self.data.add(first) };
        let len = len / PAGE * PAGE;
        // SAFETY: pages of this mapping; their contents do not change.
        let _ = unsafe { madvise(start.cast(), len, MmapAdvise::MADV_POPULATE_WRITE) };
    }

    /// The address that the implementation uses.
    pub(crate) fn data(&self) -> NonNull<u8> {
        self.data
    }

    /// The address that the caller has.
    pub(crate) fn caller(&self) -> NonNull<u8> {
        self.caller
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: the constructors mapped it with this length. This is the last owner, so no task
        // uses it, and the caller has freed the address.
        let _ = unsafe { munmap(self.data.cast(), self.len.get()) };
        if self.caller != self.data {
            // SAFETY: the second mapping, under the same conditions.
            let _ = unsafe { munmap(self.caller.cast(), self.len.get()) };
        }
    }
}
