//! The records of what judges the parts: the program, the station file and the models.

use super::{RecipeName, Word};
use crate::bounded::text::Detail;
use crate::engine::MemoryBandwidth;
use crate::journal::{Sha256, WallTime};
use crate::part::PartId;
use crate::recipe;
use crate::station::file;
use heapless::Vec;
use serde::{Deserialize, Serialize};

/// Kind `start`: what judges the parts that follow. It is the first record of each file and of each
/// start of the station. When the engine is ready, another one adds what was measured. If the
/// recipes have several models, it describes that of the first recipe, and a `model` record for
/// each follows.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "start")]
pub struct Start {
    /// When it was written.
    pub time: WallTime,
    /// `station.name`.
    pub station: file::NameText,
    /// Version of the binary.
    pub version: Word,
    /// Hash of the binary.
    pub binary_sha256: Sha256,
    /// Hash of the station file.
    pub station_sha256: Sha256,
    /// Hash of the model of the first recipe and of the weight files beside it:
    /// [`Sha256::of_model`].
    pub model_sha256: Sha256,
    /// Number of the next part.
    #[serde(with = "super::part_number")]
    pub next_part: PartId,
    /// Bandwidth of the slots' memory, in 10^6 bytes a second; `null` until the engine is ready.
    pub memory: Option<MemoryBandwidth>,
    /// The part of the CPU engine that computes the model, and for rten the operator that decided
    /// it; `null` until the engine is ready, and for a device.
    pub engine: Option<Detail>,
    /// What the gate has from the system to be on time: `SCHED_FIFO 40, memory locked`, or what is
    /// missing. Absent in older journals.
    pub realtime: Option<Detail>,
    /// The models of the recipes, in the order of their numbers; empty if there is only one. They
    /// have records of their own.
    #[serde(skip)]
    pub models: Vec<Model, { recipe::RECIPES_MAX }>,
}

/// Kind `model`: one of the models that judge the parts that follow. If the recipes have several,
/// one for each follows each `start`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "kind", rename = "model")]
pub struct Model {
    /// When it was written.
    pub time: WallTime,
    /// `station.name`.
    pub station: file::NameText,
    /// Its file, as the station file names it.
    pub model: file::PathText,
    /// Hash of the model and of the weight files beside it: [`Sha256::of_model`].
    pub sha256: Sha256,
    /// The recipes whose parts it judges.
    pub recipes: Vec<RecipeName, { recipe::RECIPES_MAX }>,
    /// What computes it, as `engine` of the record `start`.
    pub engine: Option<Detail>,
}
