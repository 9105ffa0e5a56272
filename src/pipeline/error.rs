//! Why a pipeline file gives no station file.

use crate::station::Problem;
use thiserror::Error;

/// Why a pipeline file gives no station file.
#[derive(Debug, Clone, PartialEq, Error)]
pub enum PipelineError {
    /// It is not a pipeline file.
    #[error("{} in the pipeline file", count(.0.len(), "problem"))]
    Problems(Vec<Problem>),
    /// It has several streams, or not the one that was asked for.
    #[error(
        "{}; choose one with --stream: {}",
        .asked.as_ref().map_or_else(
            || format!("the file has {}", count(.names.len(), "stream")),
            |asked| format!("--stream {asked}: the file has no such stream")
        ),
        .names.join(", ")
    )]
    Stream {
        /// The name that was asked for.
        asked: Option<String>,
        /// The names that there are.
        names: Vec<String>,
    },
    /// An option is missing, or not needed.
    #[error("{option}: {why}")]
    Option {
        /// The option.
        option: &'static str,
        /// Why.
        why: String,
    },
    /// The station cannot do what the pipeline does.
    #[error("the station cannot do what stream \"{stream}\" does")]
    Refused {
        /// The stream.
        stream: String,
        /// Each reason, with what to do.
        reasons: Vec<String>,
    },
    /// The station file would be wrong.
    #[error("{} in the station file that it would become", count(.0.len(), "problem"))]
    Station(Vec<Problem>),
}

impl PipelineError {
    pub(super) fn option(option: &'static str, why: impl Into<String>) -> Self {
        Self::Option {
            option,
            why: why.into(),
        }
    }

    /// The single reasons, one a line.
    pub fn reasons(&self) -> Vec<String> {
        match self {
            Self::Problems(problems) | Self::Station(problems) => {
                problems.iter().map(ToString::to_string).collect()
            }
            Self::Refused { reasons, .. } => reasons.clone(),
            Self::Stream { .. } | Self::Option { .. } => Vec::new(),
        }
    }
}

fn count(number: usize, noun: &str) -> String {
    let plural = if number == 1 { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
