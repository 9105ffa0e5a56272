//! The device and its model, opened and checked against the station file.
//!
//! Everything here belongs to one thread, because an AscendCL context belongs to its thread.
//! Opening allocates and takes as long as loading the model. Running a part allocates nothing.

mod error;
mod memory;

pub use error::EngineError;
pub use memory::{BandwidthMeter, ClockMeter, MemoryBandwidth, MemoryKind};

use crate::image::Size;
use crate::mask::{Content, DataType, ModelOutput};
use crate::recipe::Recipe;
use crate::station::file::{EngineSettings, Station};
use crate::verdict::Inspector;
use ascendcl::{
    Coherence, Device, DeviceStatus, Finished, InputBuffer, Library, Model, RunMode, Runtime, Slot,
    SlotError, Stream, Tensor, Unfinished,
};
use core::time::Duration;
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

/// A model on a device, ready to run.
#[derive(Debug)]
pub struct Engine {
    model: Rc<Model>,
    coherence: Coherence,
    stream: Rc<Stream>,
    outputs: OutputIndices,
}

/// Indices of the model's outputs that the station file names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OutputIndices {
    /// The class mask, if named.
    pub mask: Option<usize>,
    /// The scores, if named.
    pub scores: Option<usize>,
    /// The output that decides the verdict: the scores if named, because only scores have a
    /// threshold.
    pub judged: usize,
}

impl Engine {
    /// Initialises AscendCL, opens the device, loads the model, and checks its input and outputs
    /// against the station file. Call it on the thread that will run the parts.
    ///
    /// # Errors
    /// A call failed, or the model does not fit the station file. The message says what to change.
    pub fn open(station: &Station, library: Library) -> Result<Self, EngineError> {
        let (model, coherence) = Self::load(station, library)?;
        Self::with(station, model, coherence)
    }

    /// First half of [`Engine::open`]: loads the model without checking it against the station
    /// file, and finds out whether the CPU's caches must be flushed for its device.
    ///
    /// # Errors
    /// A call failed.
    pub(crate) fn load(
        station: &Station,
        library: Library,
    ) -> Result<(Rc<Model>, Coherence), EngineError> {
        let settings = &station.engine;
        let acl = |error| EngineError::Acl {
            doing: "opening the device",
            error,
        };
        let runtime = Runtime::new(library, None).map_err(acl)?;
        let device = Device::open(&runtime, i32::from(settings.device)).map_err(acl)?;
        let coherence = Coherence::probe(&device).map_err(acl)?;
        match device.status().map_err(acl)? {
            None | Some(DeviceStatus::NORMAL) => {}
            Some(status) => return Err(EngineError::Status(status)),
        }
        let path = Path::new(settings.model.as_str());
        let model = match threads(settings.threads, device.is_cpu())? {
            None => Model::load(&device, path),
            Some(threads) => Model::load_with_threads(&device, path, threads),
        };
        let model = model.map_err(|error| EngineError::Model {
            path: settings.model.as_str().to_owned(),
            error,
        })?;
        Ok((model, coherence))
    }

    /// Second half of [`Engine::open`]: checks the model and creates the stream.
    ///
    /// # Errors
    /// The model does not fit the station file, or no stream can be created.
    pub(crate) fn with(
        station: &Station,
        model: Rc<Model>,
        coherence: Coherence,
    ) -> Result<Self, EngineError> {
        check_input(&model, station.image.size)?;
        let outputs = find_outputs(model.outputs(), &station.engine)?;
        let stream = Stream::new(model.device()).map_err(|error| EngineError::Acl {
            doing: "opening the device",
            error,
        })?;
        Ok(Self {
            model,
            coherence,
            stream,
            outputs,
        })
    }

    /// The loaded model.
    pub fn model(&self) -> &Rc<Model> {
        &self.model
    }

    /// The indices of the named outputs.
    pub const fn outputs(&self) -> OutputIndices {
        self.outputs
    }

    /// Creates the inspector that turns the judged output into verdicts.
    ///
    /// # Errors
    /// The output, the recipe and the input's size do not fit together.
    pub fn inspector(&self, station: &Station) -> Result<Inspector, EngineError> {
        self.inspector_for(&station.recipe, station)
    }

    /// As [`Self::inspector`], for this recipe of the station.
    ///
    /// # Errors
    /// As [`Self::inspector`].
    pub fn inspector_for(
        &self,
        recipe: &Recipe,
        station: &Station,
    ) -> Result<Inspector, EngineError> {
        let index = self.outputs.judged;
        let content = if self.outputs.scores == Some(index) {
            Content::Scores(station.engine.score_kind)
        } else {
            Content::Classes
        };
        let Some(tensor) = self.model.outputs().get(index) else {
            return Err(EngineError::Slots(SlotError::NoOutput {
                output: index,
                outputs: self.model.outputs().len(),
            }));
        };
        let output = ModelOutput {
            name: &tensor.name,
            dims: &tensor.dims.0,
            data_type: DataType::from_acl(tensor.data_type.0),
        };
        Inspector::new(recipe, station.image.size, &output, content).map_err(EngineError::Contract)
    }

    /// Creates `count` slots. Of their outputs, only those in `fetch` can be read.
    ///
    /// # Errors
    /// The memory ran out, or the model has an input or output without a size.
    pub fn slots(
        &self,
        count: usize,
        fetch: &[usize],
    ) -> Result<Vec<(InputBuffer, Slot)>, EngineError> {
        Slot::make(&self.model, &self.coherence, count, fetch).map_err(EngineError::Slots)
    }

    /// Creates `count` slots with a readable judged output and runs a black picture through each.
    /// So the first part does not pay for one-time work of the device. Also measures the slots'
    /// memory, and has outputs copied that are slow to read. Each picture takes at most `timeout`.
    ///
    /// # Errors
    /// As [`Self::slots`], or an execution failed or was late.
    pub fn warm_up(
        &self,
        count: usize,
        timeout: Duration,
        meter: &impl BandwidthMeter,
    ) -> Result<Warm, EngineError> {
        let judged = self.outputs.judged;
        let mut warm = Warm {
            slots: Vec::with_capacity(count),
            memory: None,
        };
        for (mut input, slot) in self.slots(count, &[judged])? {
            let input_len = input.len();
            let write_mb_s = match &warm.memory {
                None => meter.write(MemoryKind::Shared, &mut input),
                Some(_) => 0,
            };
            let start = Instant::now();
            let mut finished = self
                .run(slot, input, start + timeout)
                .map_err(EngineError::WarmUp)?;
            let took = start.elapsed();
            let output = finished.output(judged).unwrap_or_default();
            let memory = warm.memory.get_or_insert_with(|| {
                MemoryBandwidth::measure(meter, write_mb_s, output, input_len)
            });
            if memory.copied {
                finished.copy_outputs();
            }
            warm.slots.push((finished, took));
        }
        Ok(warm)
    }

    /// Runs the model on one input and waits for it until `deadline`.
    ///
    /// # Errors
    /// The device failed or did not finish in time. The slot can be recovered from the error.
    pub fn run(
        &self,
        slot: Slot,
        input: InputBuffer,
        deadline: Instant,
    ) -> Result<Finished, Unfinished> {
        slot.execute(input, &self.stream)?.wait(deadline)
    }

    /// Where the model runs, in a few words: `Ascend310, memory shared with the CPU`.
    pub fn place(&self) -> String {
        let mut place = self.place_by_mode();
        if self.coherence.needs_flush() {
            place += ", caches flushed for each part";
        }
        place
    }

    fn place_by_mode(&self) -> String {
        let device = self.model.device();
        let name = device.soc_name().unwrap_or("unknown chip");
        match device.run_mode() {
            RunMode::Device => format!("{name}, memory shared with the CPU"),
            RunMode::Host => format!("{name}, memory of its own"),
        }
    }
}

/// Slots that have run once.
#[derive(Debug)]
pub struct Warm {
    /// Each slot with its result for a black picture and the time that the run took.
    pub slots: Vec<(Finished, Duration)>,
    /// Bandwidth of their memory; `None` without slots.
    pub memory: Option<MemoryBandwidth>,
}

/// The number of threads that the station file gives, which only the CPU engine takes.
fn threads(threads: u8, is_cpu: bool) -> Result<Option<usize>, EngineError> {
    match threads {
        0 => Ok(None),
        threads if is_cpu => Ok(Some(usize::from(threads))),
        threads => Err(EngineError::Threads(threads)),
    }
}

/// Checks that the only input is what static AIPP presents: bytes, height x width x 3.
fn check_input(model: &Model, size: Size) -> Result<(), EngineError> {
    let [input] = model.inputs() else {
        return Err(EngineError::Slots(SlotError::Inputs(model.inputs().len())));
    };
    let expected = [1, i64::from(size.height), i64::from(size.width), 3];
    let is_bytes = DataType::from_acl(input.data_type.0) == DataType::U8;
    if is_bytes && *input.dims.0 == expected {
        Ok(())
    } else {
        Err(EngineError::Input {
            found: input.to_string(),
            size,
            is_cpu: model.device().is_cpu(),
        })
    }
}

/// Index of the output that the station file calls `name`. ATC renames outputs (to names like
/// `Softmax_12:0`), so `name` may also be the index.
pub(crate) fn find_output(tensors: &[Tensor], name: &str) -> Option<usize> {
    let by_name = tensors.iter().position(|tensor| tensor.name == name);
    by_name.or_else(|| name.parse().ok().filter(|index| *index < tensors.len()))
}

fn find_outputs(
    tensors: &[Tensor],
    settings: &EngineSettings,
) -> Result<OutputIndices, EngineError> {
    let find = |key: &'static str, name: &str| {
        if name.is_empty() {
            return Ok(None);
        }
        let index = find_output(tensors, name).ok_or_else(|| EngineError::NoOutput {
            key,
            name: name.to_owned(),
            found: tensors.iter().map(|tensor| tensor.name.clone()).collect(),
        })?;
        Ok(Some(index))
    };
    let mask = find("engine.mask", &settings.mask)?;
    let scores = find("engine.scores", &settings.scores)?;
    match scores.or(mask) {
        Some(judged) => Ok(OutputIndices {
            mask,
            scores,
            judged,
        }),
        None => Err(EngineError::NoOutput {
            key: "engine.mask",
            name: String::new(),
            found: tensors.iter().map(|tensor| tensor.name.clone()).collect(),
        }),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_the_cpu_engine_takes_a_number_of_threads() {
        assert_eq!(threads(0, false).unwrap(), None);
        assert_eq!(threads(0, true).unwrap(), None);
        assert_eq!(threads(3, true).unwrap(), Some(3));
        let text = threads(3, false).unwrap_err().to_string();
        assert!(
            text.contains("engine.threads is 3") && text.contains("leave"),
            "{text}"
        );
    }
}
