//! What can be wrong with a network or a run.

use crate::isa::Isa;

/// Why a graph cannot become a network.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum NetworkError {
    /// Nothing would be computed.
    #[error("the graph has no output")]
    NoOutput,
    /// Threads that were asked for.
    #[error("{0} threads for a network; 1 to 1024 are possible")]
    Threads(usize),
    /// An instruction set that was asked for.
    #[error("the processor does not have the instruction set {0:?}; take one that it has")]
    Isa(Isa),
    /// Bytes of the values and scratch, or of the weights.
    #[error("the network needs {0} bytes in one piece, which the system does not give")]
    Memory(usize),
}

/// Why a run failed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum RunError {
    /// Outputs of the network, buffers given.
    #[error("the network has {0} outputs, {1} buffers were given")]
    Outputs(usize, usize),
    /// Index, bytes of the output, bytes of the buffer.
    #[error("output {0} has {1} bytes, its buffer {2}")]
    Buffer(usize, usize, usize),
    /// NaN reached an operator that hides it.
    #[error("NaN went into ArgMax")]
    Nan,
    /// The index of an output that holds NaN or an infinite number.
    #[error("output {0} is not finite")]
    NotFinite(usize),
}
