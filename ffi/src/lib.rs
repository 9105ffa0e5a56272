//! AscendCL for Rust: our declarations of the ABI, the table of its functions filled at run time,
//! and safe types over them.
//!
//! [`bindings`] is generated from `acl.h` by `cargo bindings`. One generated table serves both
//! implementations of the ABI: the vendor's `libascendcl.so`, opened when the program starts, and the
//! one on the CPU, linked into the program. [`symbols`] is where the two meet.
//!
//! The safe types, in the order in which a program makes them: [`Library`], [`Runtime`], [`Device`],
//! [`Stream`], [`Model`], [`Slot`]. Each holds what it was made from, so the order of destruction that
//! AscendCL asks for is the only one there is. All of them stay on one thread; only [`InputBuffer`], the bytes
//! of a slot's input, may be lent to others. After the slots are made, nothing here allocates
//! but [`Finished::copy_outputs`], and an error that comes while an older one is still held.
//!
//! ```no_run
//! use ascendcl::{Coherence, Device, Library, Model, Runtime, Slot, Stream};
//! use std::time::{Duration, Instant};
//!
//! # fn main() -> Result<(), Box<dyn std::error::Error>> {
//! let library = Library::open("libascendcl.so".as_ref())?;
//! let device = Device::open(&Runtime::new(library, None)?, 0)?;
//! let coherence = Coherence::probe(&device)?;
//! let stream = Stream::new(&device)?;
//! let model = Model::load(&device, "unet.om".as_ref())?;
//! for (mut input, slot) in Slot::make(&model, &coherence, 2, &[0])? {
//!     input.fill(128); // here, or on another thread
//!     let running = slot.execute(input, &stream)?;
//!     let finished = running.wait(Instant::now() + Duration::from_millis(500))?;
//!     println!("{:?}", finished.output(0));
//!     let (_input, _slot) = finished.into_parts(); // for the next execution
//! }
//! # Ok(())
//! # }
//! ```

#[allow(
    missing_docs,
    missing_debug_implementations,
    non_camel_case_types,
    non_snake_case,
    non_upper_case_globals,
    unsafe_op_in_unsafe_fn,
    unused_qualifications,
    clippy::all,
    clippy::undocumented_unsafe_blocks,
    rustdoc::all
)]
#[rustfmt::skip]
pub mod bindings;

mod busy;
pub mod codes;
mod coherence;
mod dataset;
mod device;
mod error;
mod exception;
mod execution;
mod library;
mod memory;
mod model;
mod named;
pub mod reported;
mod runtime;
mod slot;
mod spoil;
mod stream;
pub mod symbols;
mod tensor;
#[cfg(test)]
mod tests;
mod wait_error;

pub use coherence::Coherence;
pub use device::{Device, DeviceStatus, RunMode};
pub use error::{AclError, MESSAGE_CAPACITY};
pub use exception::Exception;
pub use execution::{Finished, InFlight, Unfinished};
pub use library::{CPU_NAME, Library};
pub use model::Model;
pub use runtime::Runtime;
pub use slot::{InputBuffer, Slot, SlotError};
pub use stream::{Event, Stream};
pub use symbols::{LoadError, Resolver};
pub use tensor::{Aipp, DataType, Dims, Format, Tensor};
pub use wait_error::WaitError;
