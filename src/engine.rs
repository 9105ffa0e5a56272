//! The device and its models, opened and checked against the station file.
//!
//! Everything here belongs to one thread, because an AscendCL context belongs to its thread.
//! Opening allocates and takes as long as loading the models. Running a part allocates nothing.

mod device;
mod error;
mod memory;

pub use device::EngineDevice;
pub use error::EngineError;
pub use memory::{BandwidthMeter, ClockMeter, MemoryBandwidth, MemoryKind};

use crate::image::Size;
use crate::mask::{Content, DataType, ModelOutput};
use crate::station::file::{EngineSettings, Station};
use crate::verdict::Inspector;
use ascendcl::{Finished, InputBuffer, Library, Model, Slot, SlotError, Tensor, Unfinished};
use core::time::Duration;
use std::rc::Rc;
use std::time::Instant;

/// A model on a device, ready to run, with the outputs that one recipe names.
#[derive(Debug)]
pub struct Engine {
    device: Rc<EngineDevice>,
    model: Rc<Model>,
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
    /// Initialises AscendCL, opens the device, loads the model of the sections `engine` and
    /// `image`, and checks its input and outputs. Call it on the thread that will run the parts.
    ///
    /// # Errors
    /// A call failed, or the model does not fit the station file. The message says what to change.
    pub fn open(station: &Station, library: Library) -> Result<Self, EngineError> {
        let device = EngineDevice::open(station, library)?;
        let model = device.load(station)?;
        Self::with(station, &device, model)
    }

    /// Checks a loaded model against the sections `engine` and `image`.
    ///
    /// # Errors
    /// The model does not fit the station file.
    pub fn with(
        station: &Station,
        device: &Rc<EngineDevice>,
        model: Rc<Model>,
    ) -> Result<Self, EngineError> {
        check_input(&model, station.image.size)?;
        let outputs = find_outputs(model.outputs(), &station.engine)?;
        Ok(Self {
            device: Rc::clone(device),
            model,
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

    /// Creates the inspector that turns the judged output into the verdicts of the section
    /// `recipe`.
    ///
    /// # Errors
    /// The output, the recipe and the input's size do not fit together.
    pub fn inspector(&self, station: &Station) -> Result<Inspector, EngineError> {
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
        Inspector::new(&station.recipe, station.image.size, &output, content)
            .map_err(EngineError::Contract)
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
        Slot::make(&self.model, self.device.coherence(), count, fetch).map_err(EngineError::Slots)
    }

    /// Creates `count` slots, of whose outputs those in `fetch` can be read, and runs a black
    /// picture through each. So the first part does not pay for one-time work of the device. Also
    /// measures the slots' memory, by the first output in `fetch`, and has outputs copied that are
    /// slow to read. Each picture takes at most `timeout`.
    ///
    /// # Errors
    /// As [`Self::slots`], or an execution failed or was late.
    pub fn warm_up(
        &self,
        count: usize,
        fetch: &[usize],
        timeout: Duration,
        meter: &impl BandwidthMeter,
    ) -> Result<Warm, EngineError> {
        let mut warm = Warm {
            slots: Vec::with_capacity(count),
            memory: None,
        };
        for (mut input, slot) in self.slots(count, fetch)? {
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
            let output = fetch.first().and_then(|&output| finished.output(output));
            let output = output.unwrap_or_default();
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
        self.device.run(slot, input, deadline)
    }

    /// The device that the model is loaded on.
    pub fn device(&self) -> &Rc<EngineDevice> {
        &self.device
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
