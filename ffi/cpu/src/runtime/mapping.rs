//! Pages from the kernel, once or twice in the address space.

use std::fs::File;
use std::num::NonZeroUsize;
use std::os::fd::AsFd;
use std::ptr::NonNull;

use nix::errno::Errno;
use nix::sys::memfd::{MFdFlags, memfd_create};
use nix::sys::mman::{MapFlags, ProtFlags, mmap, mmap_anonymous, munmap};

/// Memory that the implementation reads and writes at `data` and the caller knows as `caller`: the same
/// address, or one whose pages nobody may touch.
pub(super) struct Mapping {
    data: NonNull<u8>,
    caller: NonNull<u8>,
    len: NonZeroUsize,
}

// SAFETY: a mapping is an address range; what is stored there is shared as the ABI's rules say.
unsafe impl Send for Mapping {}
// SAFETY: as above.
unsafe impl Sync for Mapping {}

impl Mapping {
    /// Memory that the caller uses directly.
    pub(super) fn open(len: NonZeroUsize) -> Result<Self, Errno> {
        let access = ProtFlags::PROT_READ | ProtFlags::PROT_WRITE;
        // SAFETY: new private pages at an address of the kernel's choice touch nothing that exists.
        let data = unsafe { mmap_anonymous(None, len, access, MapFlags::MAP_PRIVATE) }?.cast();
        Ok(Self {
            data,
            caller: data,
            len,
        })
    }

    /// Memory out of the caller's reach: its pointer is to pages without any permission, the implementation
    /// works through a second mapping of the same pages.
    pub(super) fn guarded(len: NonZeroUsize) -> Result<Self, Errno> {
        let file = File::from(memfd_create(c"ascendcl-cpu", MFdFlags::MFD_CLOEXEC)?);
        let size = u64::try_from(len.get()).map_err(|_| Errno::ENOMEM)?;
        file.set_len(size).map_err(|_| Errno::ENOMEM)?;
        let map = |access| {
            // SAFETY: new pages at an address of the kernel's choice touch nothing that exists; the file is
            // nobody else's.
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
                // SAFETY: mapped above with this length, known to nobody.
                let _ = unsafe { munmap(data.cast(), len.get()) };
                Err(error)
            }
        }
    }

    /// Where the implementation reads and writes.
    pub(super) fn data(&self) -> NonNull<u8> {
        self.data
    }

    /// What the caller calls this memory.
    pub(super) fn caller(&self) -> NonNull<u8> {
        self.caller
    }
}

impl Drop for Mapping {
    fn drop(&mut self) {
        // SAFETY: mapped by the constructors with this length. The last owner goes, so no task works on it; a
        // caller that still holds the address has freed it.
        let _ = unsafe { munmap(self.data.cast(), self.len.get()) };
        if self.caller != self.data {
            // SAFETY: as above.
            let _ = unsafe { munmap(self.caller.cast(), self.len.get()) };
        }
    }
}
