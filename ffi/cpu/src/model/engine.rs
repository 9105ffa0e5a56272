//! The two engines: our executor for the U-Net family, and rten for every other graph.

mod bytes;
mod executor;
mod pools;
mod rten;

use std::ptr::NonNull;

use unet_executor::BufferLayout;

use self::executor::Executor;
pub(crate) use self::pools::Pools;
use self::rten::Rten;
use super::error::ModelError;
use super::family;
use super::onnx::Prepared;
use super::port::{Input, Tensor};
use crate::aipp;

/// Which engine computes models.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Choice {
    /// The executor for models of the family, rten for the others.
    ByModel,
    /// rten.
    Rten,
}

/// An engine with its model.
pub(crate) enum Engine {
    /// For models of the U-Net family.
    Executor(Executor),
    /// For all others.
    Rten(Rten),
}

/// A model in an engine that may still need memory.
pub(super) enum EngineDraft {
    Executor(Box<executor::NetworkDraft>),
    Rten(Box<Rten>),
}

/// What [`draft`] makes of a model.
pub(super) struct Drafted {
    pub(super) draft: EngineDraft,
    pub(super) outputs: Vec<Tensor>,
    /// The engine, and for rten why.
    pub(super) engine: String,
}

/// Chooses the engine for a checked model and prepares it.
pub(super) fn draft(
    model: Prepared,
    inputs: &[Input],
    choice: Choice,
    pools: &Pools,
) -> Result<Drafted, ModelError> {
    let reason = match choice {
        Choice::ByModel => match family::translate(&model, layout(inputs)) {
            Ok(family) => {
                let (draft, outputs) = executor::NetworkDraft::new(family, model, pools)?;
                return Ok(Drafted {
                    draft: EngineDraft::Executor(Box::new(draft)),
                    outputs,
                    engine: "unet-executor".to_owned(),
                });
            }
            Err(outside) => outside.to_string(),
        },
        Choice::Rten => "ASCENDCL_CPU_ENGINE is `rten`".to_owned(),
    };
    let (rten, outputs) = Rten::load(model, pools)?;
    Ok(Drafted {
        draft: EngineDraft::Rten(Box::new(rten)),
        outputs,
        engine: format!("rten: {reason}"),
    })
}

/// The layout of the graph's inputs, if AIPP determines it.
fn layout(inputs: &[Input]) -> Option<BufferLayout> {
    let (_, stage) = inputs.iter().find_map(|input| input.aipp.as_ref())?;
    Some(match stage.layout() {
        aipp::Layout::Nchw => BufferLayout::Planar,
        aipp::Layout::Nhwc => BufferLayout::Interleaved,
    })
}

impl EngineDraft {
    /// Bytes of the values and of the weights, if the engine works in memory of the caller.
    pub(super) fn memory(&self) -> Option<(usize, usize)> {
        match self {
            Self::Executor(draft) => Some(draft.bytes()),
            Self::Rten(_) => None,
        }
    }

    /// Places the model in memory of [`EngineDraft::memory`], at any alignment; rten does not use
    /// it.
    ///
    /// # Safety
    ///
    /// Both are valid, and nothing else accesses them, for as long as the result lives.
    pub(super) unsafe fn place(self, work: NonNull<u8>, weights: NonNull<u8>) -> Engine {
        match self {
            // SAFETY: the caller guarantees the memory.
            Self::Executor(draft) => Engine::Executor(unsafe { draft.place(work, weights) }),
            Self::Rten(rten) => Engine::Rten(*rten),
        }
    }
}

impl Engine {
    /// Computes the outputs from the bytes of the inputs into buffers of exactly their sizes.
    pub(super) fn run<'a, 'b>(
        &self,
        ports: (&[Input], &[Tensor]),
        data: &(dyn Fn(usize) -> &'a [u8] + Sync),
        buffers: impl Iterator<Item = &'b mut [u8]>,
    ) -> Result<(), ModelError> {
        match self {
            Self::Executor(executor) => executor.run(ports, data, buffers),
            Self::Rten(rten) => rten.run(ports, data, buffers),
        }
    }
}
