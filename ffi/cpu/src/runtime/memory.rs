//! Device and host memory. Every block is registered, and every range of a call is looked up in it.

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

/// New memory has this value. A program must not rely on zeros, because the device does not clear
/// memory either.
pub(crate) const FILL: u8 = 0xA5;

/// The kind of memory of a block.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    Device,
    Host,
}

impl Kind {
    /// The name of a pointer to this kind in `acl.h`.
    fn parameter(self) -> &'static str {
        match self {
            Self::Device => "devPtr",
            Self::Host => "hostPtr",
        }
    }
}

struct Block {
    kind: Kind,
    /// The requested size in bytes; the mapping is longer.
    len: usize,
    /// The run mode at the allocation.
    run_mode: RunMode,
    mapping: Mapping,
}

/// Blocks by the caller's address.
static BLOCKS: Mutex<BTreeMap<usize, Arc<Block>>> = Mutex::new(BTreeMap::new());

/// A range of memory that the implementation may access. It keeps its block alive.
pub(crate) struct Span {
    data: *mut u8,
    len: usize,
    block: Option<Arc<Block>>,
}

/// The geometry of a copy of rows. [`Rows::len`] is the length of each span.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Rows {
    /// Target bytes from one row to the next, at least `width`.
    pub(crate) target_pitch: usize,
    /// Source bytes from one row to the next, at least `width`.
    pub(crate) source_pitch: usize,
    /// Bytes of a row.
    pub(crate) width: usize,
    /// The number of rows.
    pub(crate) height: usize,
}

impl Rows {
    /// Bytes from the start of the first row to the end of the last one; `None` if this overflows.
    pub(crate) fn len(&self, pitch: usize) -> Option<usize> {
        let before = pitch.checked_mul(self.height.checked_sub(1)?)?;
        before.checked_add(self.width)
    }
}

// SAFETY: a span is an address range that a task uses later. The ABI's contract forbids the caller
// to use the range until then.
unsafe impl Send for Span {}

impl Span {
    /// The kind of its block; `None` for memory of the caller.
    pub(crate) fn kind(&self) -> Option<Kind> {
        self.block.as_ref().map(|block| block.kind)
    }

    /// Whether the device can access it: device memory, and in device mode host memory, too, which
    /// is the same there.
    pub(crate) fn on_device(&self) -> bool {
        self.block
            .as_ref()
            .is_some_and(|block| block.kind == Kind::Device || block.run_mode == RunMode::Device)
    }

    /// Whether the two ranges have bytes in common.
    pub(super) fn overlaps(&self, other: &Self) -> bool {
        let (start, end) = (self.data.addr(), self.data.addr() + self.len);
        let (other_start, other_end) = (other.data.addr(), other.data.addr() + other.len);
        start < other_end && other_start < end
    }

    /// Copies the first `len` bytes to another span; the two may overlap.
    pub(crate) fn copy_to(&self, target: &Self, len: usize) {
        let len = len.min(self.len).min(target.len);
        // SAFETY: both ranges are mapped: `locate` found them in their blocks, or the caller of the
        // ABI guarantees it.
        unsafe { self.data.copy_to(target.data, len) };
    }

    /// Copies rows to another span; the two may overlap.
    pub(crate) fn copy_rows_to(&self, target: &Self, rows: Rows) {
        for row in 0..rows.height {
            let (from, to) = (row * rows.source_pitch, row * rows.target_pitch);
            if from + rows.width > self.len || to + rows.width > target.len {
                return;
            }
            // SAFETY: both rows are inside their spans, as checked above; the spans are mapped as
            // in `copy_to`.
            unsafe { self.data.add(from).copy_to(target.data.add(to), rows.width) };
        }
    }

    /// Sets the first `len` bytes to `value`.
    pub(crate) fn fill(&self, value: u8, len: usize) {
        // SAFETY: the range is mapped as in `copy_to`.
        unsafe { self.data.write_bytes(value, len.min(self.len)) };
    }

    /// The first bytes, at most `max`.
    ///
    /// # Safety
    ///
    /// Nothing may write to this memory while the slice lives.
    pub(crate) unsafe fn bytes(&self, max: usize) -> &[u8] {
        // SAFETY: the range is mapped as in `copy_to`; the caller of this function guarantees the
        // rest.
        unsafe { std::slice::from_raw_parts(self.data, self.len.min(max)) }
    }

    /// The first bytes, at most `max`.
    ///
    /// # Safety
    ///
    /// Nothing else may access this memory while the slice lives.
    pub(crate) unsafe fn bytes_mut(&mut self, max: usize) -> &mut [u8] {
        // SAFETY: the range is mapped as in `copy_to`; the caller of this function guarantees the
        // rest.
        unsafe { std::slice::from_raw_parts_mut(self.data, self.len.min(max)) }
    }
}

/// Allocates memory of this kind, aligned to at least 64 bytes and filled with [`FILL`]. Returns
/// the caller's address.
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
    // The device's rule: round up to a multiple of 32, then add 32.
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
    // SAFETY: `len` is less than the mapping, and no other code has its address yet.
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

/// Refuses an allocation that exceeds the limit of a fault rule.
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

/// Frees a block. Tasks that use it keep its pages.
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
                "{address:#x} is of the other kind: aclrtFree frees memory of aclrtMalloc, aclrtFreeHost that of aclrtMallocHost"
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

/// Looks up a range. If it begins in a block, it must end there; otherwise it is the caller's own
/// memory.
///
/// # Safety
///
/// Memory of the caller's own must be `len` valid bytes for as long as the span is used.
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
                "{len} bytes at {address:#x} exceed their block of {} bytes",
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
