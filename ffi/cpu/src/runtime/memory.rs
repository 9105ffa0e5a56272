//! Device and host memory: every block is known, every range that a call names is looked up in it.

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ptr::NonNull;
use std::sync::{Arc, Mutex};

use ascendcl::bindings::{
    ACL_ERROR_INVALID_PARAM, ACL_ERROR_RT_MEMORY_ALLOCATION, ACL_ERROR_RT_PARAM_INVALID,
};

use super::mapping::Mapping;
use super::process::RunMode;
use super::{context, fault, process};
use crate::failure::Failure;
use crate::handles::lock;
use crate::validate;

/// New memory is full of this, so that nobody comes to rely on zeros: the device does not clear either.
pub(crate) const FILL: u8 = 0xA5;

/// Which of the two kinds of memory a block is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Device,
    Host,
}

impl Kind {
    /// What `acl.h` calls a pointer to it.
    fn parameter(self) -> &'static str {
        match self {
            Self::Device => "devPtr",
            Self::Host => "hostPtr",
        }
    }
}

struct Block {
    kind: Kind,
    /// As asked for; the mapping is longer.
    len: usize,
    /// The run mode it was made in.
    run_mode: RunMode,
    mapping: Mapping,
}

/// Blocks by the address that the caller has.
static BLOCKS: Mutex<BTreeMap<usize, Arc<Block>>> = Mutex::new(BTreeMap::new());

/// A range of memory as the implementation may touch it. A block stays as long as a span of it.
pub(crate) struct Span {
    data: *mut u8,
    len: usize,
    block: Option<Arc<Block>>,
}

/// What a copy of rows takes from each side. `Rows::len` says how long a span must be.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows {
    /// Bytes from one row to the next, at least the width.
    pub(crate) target_pitch: usize,
    /// As `target_pitch`.
    pub(crate) source_pitch: usize,
    /// Bytes of a row.
    pub(crate) width: usize,
    /// How many rows.
    pub(crate) height: usize,
}

impl Rows {
    /// Bytes from the start of the first row to the end of the last one; `None` beyond all memory.
    pub(crate) fn len(&self, pitch: usize) -> Option<usize> {
        let before = pitch.checked_mul(self.height.checked_sub(1)?)?;
        before.checked_add(self.width)
    }
}

// SAFETY: a span is an address range that a task works on later; that nobody else does meanwhile is the ABI's
// contract with the caller.
unsafe impl Send for Span {}

impl Span {
    /// The kind of block it lies in; `None` for memory that is not this implementation's.
    pub(crate) fn kind(&self) -> Option<Kind> {
        self.block.as_ref().map(|block| block.kind)
    }

    /// Whether the device can reach it: device memory, and on the device itself host memory too, which is
    /// the same there.
    pub(crate) fn on_device(&self) -> bool {
        self.block
            .as_ref()
            .is_some_and(|block| block.kind == Kind::Device || block.run_mode == RunMode::Device)
    }

    /// Whether the two have bytes in common.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let (start, end) = (self.data.addr(), self.data.addr() + self.len);
        let (other_start, other_end) = (other.data.addr(), other.data.addr() + other.len);
        start < other_end && other_start < end
    }

    /// Copies the first `len` bytes to another span; they may overlap.
    pub(crate) fn copy_to(&self, target: &Self, len: usize) {
        let len = len.min(self.len).min(target.len);
        // SAFETY: both ranges are mapped (looked up in their block, or vouched for by the caller of the ABI).
        unsafe { self.data.copy_to(target.data, len) };
    }

    /// Copies rows to another span; they may overlap.
    pub(crate) fn copy_rows_to(&self, target: &Self, rows: Rows) {
        for row in 0..rows.height {
            let (from, to) = (row * rows.source_pitch, row * rows.target_pitch);
            if from + rows.width > self.len || to + rows.width > target.len {
                return;
            }
            // SAFETY: both rows lie in their spans, as checked above; for these see `copy_to`.
            unsafe { self.data.add(from).copy_to(target.data.add(to), rows.width) };
        }
    }

    /// Sets the first `len` bytes.
    pub(crate) fn fill(&self, value: u8, len: usize) {
        // SAFETY: as in `copy_to`.
        unsafe { self.data.write_bytes(value, len.min(self.len)) };
    }

    /// The first bytes, at most `max`.
    ///
    /// # Safety
    ///
    /// Nobody may write there while the slice lives.
    pub(crate) unsafe fn bytes(&self, max: usize) -> &[u8] {
        // SAFETY: the range is mapped as in `copy_to`; the rest is the caller's.
        unsafe { std::slice::from_raw_parts(self.data, self.len.min(max)) }
    }

    /// The first bytes, at most `max`.
    ///
    /// # Safety
    ///
    /// Nobody else may read or write there while the slice lives.
    pub(crate) unsafe fn bytes_mut(&mut self, max: usize) -> &mut [u8] {
        // SAFETY: the range is mapped as in `copy_to`; the rest is the caller's.
        unsafe { std::slice::from_raw_parts_mut(self.data, self.len.min(max)) }
    }
}

/// New memory of this kind, at least 64-byte aligned, full of [`FILL`]. The address is the caller's.
pub(crate) fn allocate(kind: Kind, len: usize) -> Result<NonNull<u8>, Failure> {
    context::current()?;
    let run_mode = process::settings()?.run_mode;
    if len == 0 {
        return Err(Failure::new(
            ACL_ERROR_INVALID_PARAM,
            "size is 0: ask for at least one byte",
        ));
    }
    check_limit(len)?;
    // The device's rule: up to a multiple of 32, and 32 more.
    let padded = len
        .checked_next_multiple_of(32)
        .and_then(|padded| padded.checked_add(32));
    let guarded = kind == Kind::Device && run_mode == RunMode::Host;
    let mapping = match padded.and_then(NonZeroUsize::new) {
        None => Err(nix::errno::Errno::ENOMEM),
        Some(padded) if guarded => Mapping::guarded(padded),
        Some(padded) => Mapping::open(padded),
    };
    let mapping = mapping.map_err(|error| {
        Failure::new(
            ACL_ERROR_RT_MEMORY_ALLOCATION,
            format!(
                "no memory for {len} bytes: {error}; take a smaller model or end other programs"
            ),
        )
    })?;
    // SAFETY: `len` is less than the mapping, which nobody else knows yet.
    unsafe { mapping.data().write_bytes(FILL, len) };
    let address = mapping.caller();
    let block = Block {
        kind,
        len,
        run_mode,
        mapping,
    };
    validate::created(address.addr().get(), || match kind {
        Kind::Device => format!("device memory of {len} bytes"),
        Kind::Host => format!("host memory of {len} bytes"),
    });
    lock(&BLOCKS).insert(address.addr().get(), Arc::new(block));
    Ok(address)
}

/// Refuses memory beyond what a fault leaves.
fn check_limit(len: usize) -> Result<(), Failure> {
    let limit = fault::memory_limit();
    if limit == usize::MAX {
        return Ok(());
    }
    let live: usize = lock(&BLOCKS).values().map(|block| block.len).sum();
    if live.saturating_add(len) <= limit {
        return Ok(());
    }
    Err(Failure::new(
        ACL_ERROR_RT_MEMORY_ALLOCATION,
        format!("no memory for {len} bytes: {live} are in use, ASCENDCL_CPU_FAULT allows {limit}"),
    ))
}

/// Gives a block back. Tasks that still work on it keep its pages.
pub(crate) fn free(kind: Kind, address: usize) -> Result<(), Failure> {
    context::current()?;
    let mut blocks = lock(&BLOCKS);
    match blocks.get(&address) {
        Some(block) if block.kind == kind => {
            if Arc::strong_count(block) > 1 {
                let argument = kind.parameter();
                validate::forbidden(
                    argument,
                    || format!("{address:#x} is in use by a task that is not finished"),
                    validate::WAIT_FIRST,
                );
            }
            validate::ended(address);
            blocks.remove(&address);
            Ok(())
        }
        Some(_) => Err(Failure::new(
            ACL_ERROR_RT_PARAM_INVALID,
            format!(
                "{address:#x} is of the other kind: aclrtMalloc goes with aclrtFree, aclrtMallocHost with aclrtFreeHost"
            ),
        )
        .argument(kind.parameter())),
        None => Err(Failure::new(
            ACL_ERROR_RT_PARAM_INVALID,
            format!(
                "{address:#x} is not the start of a live block: freed before, or never allocated here"
            ),
        )
        .argument(kind.parameter())),
    }
}

/// Looks a range up. One that begins in a block must end in it; any other is the caller's own memory.
///
/// # Safety
///
/// Memory that is not this implementation's must be `len` valid bytes for as long as the span is used.
pub(crate) unsafe fn locate(pointer: *mut u8, len: usize) -> Result<Span, Failure> {
    if pointer.is_null() {
        return Err(Failure::new(ACL_ERROR_INVALID_PARAM, "the pointer is null"));
    }
    let address = pointer.addr();
    let blocks = lock(&BLOCKS);
    let below = blocks.range(..=address).next_back();
    let Some((start, block)) = below.filter(|(start, block)| address - **start < block.len) else {
        return Ok(Span {
            data: pointer,
            len,
            block: None,
        });
    };
    let offset = address - start;
    if len > block.len - offset {
        return Err(Failure::new(
            ACL_ERROR_RT_PARAM_INVALID,
            format!(
                "{len} bytes at {address:#x} reach beyond their block of {} bytes",
                block.len
            ),
        ));
    }
    Ok(Span {
        // SAFETY: the offset is within the block, as checked above.
        data: unsafe { block.mapping.data().add(offset) }.as_ptr(),
        len,
        block: Some(Arc::clone(block)),
    })
}
