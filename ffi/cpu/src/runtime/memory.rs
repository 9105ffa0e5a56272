//! Device and host memory. Every block is registered, and every range of a call is looked up in it.

mod span;

pub(crate) use span::{Rows, Span};

use std::collections::BTreeMap;
use std::num::NonZeroUsize;
use std::ptr::NonNull;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use ascendcl::bindings::{
    ACL_ERROR_INVALID_PARAM, ACL_ERROR_RT_MEMORY_ALLOCATION, ACL_ERROR_RT_PARAM_INVALID,
};

use super::process::RunMode;
use super::{context, fault, process};
use crate::failure::Failure;
use crate::handles::lock;
use crate::mapping::Mapping;
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
    /// Whether the implementation itself uses it.
    is_reserved: bool,
}

impl Drop for Block {
    fn drop(&mut self) {
        if self.is_reserved {
            RESERVED.fetch_sub(self.len, Ordering::Relaxed);
        }
    }
}

/// Blocks by the caller's address.
static BLOCKS: Mutex<BTreeMap<usize, Arc<Block>>> = Mutex::new(BTreeMap::new());

/// Bytes of all reserved blocks.
static RESERVED: AtomicUsize = AtomicUsize::new(0);

/// A longer block is a model's memory rather than a picture or a mask. It is filled only in
/// validation mode: filling it would bring all its pages.
const FILLED_MAX: usize = 16 << 20;

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
    let guarded = kind == Kind::Device && run_mode == RunMode::Host;
    let mapping = map(len, guarded)?;
    if len <= FILLED_MAX || validate::active() {
        // SAFETY: `len` is less than the mapping, and no other code has its address yet.
        unsafe { mapping.data().write_bytes(FILL, len) };
    }
    let address = mapping.caller();
    let block = Block {
        kind,
        len,
        run_mode,
        mapping,
        is_reserved: false,
    };
    validate::created(address.addr().get(), || match kind {
        Kind::Device => format!("device memory of {len} bytes"),
        Kind::Host => format!("host memory of {len} bytes"),
    });
    lock(&BLOCKS).insert(address.addr().get(), Arc::new(block));
    Ok(address)
}

/// Allocates device memory for the implementation itself. It counts like a program's memory, but no
/// pointer leads to it.
pub(crate) fn reserve(len: usize) -> Result<Span, Failure> {
    let run_mode = process::settings()?.run_mode;
    check_limit(len)?;
    let mapping = map(len, false)?;
    RESERVED.fetch_add(len, Ordering::Relaxed);
    Ok(Span {
        data: mapping.data().as_ptr(),
        len,
        block: Some(Arc::new(Block {
            kind: Kind::Device,
            len,
            run_mode,
            mapping,
            is_reserved: true,
        })),
    })
}

/// Maps pages for `len` bytes.
fn map(len: usize, guarded: bool) -> Result<Mapping, Failure> {
    // The device's rule: round up to a multiple of 32, then add 32.
    let padded = len
        .checked_next_multiple_of(32)
        .and_then(|padded| padded.checked_add(32));
    let mapping = match padded.and_then(NonZeroUsize::new) {
        None => Err(nix::errno::Errno::ENOMEM),
        Some(padded) if guarded => Mapping::guarded(padded),
        Some(padded) => Mapping::open(padded),
    };
    mapping.map_err(|error| {
        Failure::new(
            ACL_ERROR_RT_MEMORY_ALLOCATION,
            format!(
                "no memory for {len} bytes: {error}; take a smaller model or end other programs"
            ),
        )
    })
}

/// Refuses an allocation that exceeds the limit of a fault rule.
fn check_limit(len: usize) -> Result<(), Failure> {
    let limit = fault::memory_limit();
    if limit == usize::MAX {
        return Ok(());
    }
    let program: usize = lock(&BLOCKS).values().map(|block| block.len).sum();
    let live = program.saturating_add(RESERVED.load(Ordering::Relaxed));
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
                    || format!("{address:#x} is in use by a model or by a task that is not finished"),
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
