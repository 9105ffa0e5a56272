//! The device, opened: models are loaded on it, and all of them run on its one stream.

use super::EngineError;
use crate::station::file::Station;
use ascendcl::{
    AclError, Coherence, Device, DeviceStatus, Finished, InputBuffer, Library, Model, RunMode,
    Runtime, Slot, Stream, Unfinished,
};
use std::path::Path;
use std::rc::Rc;
use std::time::Instant;

/// A device on which models can be loaded and run.
#[derive(Debug)]
pub struct EngineDevice {
    device: Rc<Device>,
    coherence: Coherence,
    stream: Rc<Stream>,
}

impl EngineDevice {
    /// Initialises AscendCL, opens the device of the section `engine`, and finds out whether the
    /// CPU's caches must be flushed for it. Call it on the thread that will run the parts.
    ///
    /// # Errors
    /// A call failed, or the driver reports a problem of the device.
    pub fn open(station: &Station, library: Library) -> Result<Rc<Self>, EngineError> {
        let acl = |error| EngineError::Acl {
            doing: "opening the device",
            error,
        };
        let runtime = Runtime::new(library, None).map_err(acl)?;
        let device = Device::open(&runtime, i32::from(station.engine.device)).map_err(acl)?;
        let coherence = Coherence::probe(&device).map_err(acl)?;
        match device.status().map_err(acl)? {
            None | Some(DeviceStatus::NORMAL) => {}
            Some(status) => return Err(EngineError::Status(status)),
        }
        let stream = Stream::new(&device).map_err(acl)?;
        Ok(Rc::new(Self {
            device,
            coherence,
            stream,
        }))
    }

    /// Loads the model of the section `engine`, without checking it against the station file. Takes
    /// seconds for a large model.
    ///
    /// # Errors
    /// A call failed, or the station file gives a number of threads and a device computes the
    /// model.
    pub fn load(&self, station: &Station) -> Result<Rc<Model>, EngineError> {
        let settings = &station.engine;
        let path = Path::new(settings.model.as_str());
        let model = match threads(settings.threads, self.device.is_cpu())? {
            None => Model::load(&self.device, path),
            Some(threads) => Model::load_with_threads(&self.device, path, threads),
        };
        model.map_err(|error| EngineError::Model {
            path: settings.model.as_str().to_owned(),
            error,
        })
    }

    /// Runs a slot's model on one input and waits for it until `deadline`. Allocates nothing.
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

    /// The version of AscendCL's header that the library reports: major, minor, patch.
    ///
    /// # Errors
    /// The call failed.
    pub fn version(&self) -> Result<(i32, i32, i32), AclError> {
        self.device.version()
    }

    /// The name of the chip, such as `Ascend310`; `None` if the models run on the CPU or the
    /// library does not know it.
    pub fn chip(&self) -> Option<&str> {
        self.device.soc_name().filter(|_| !self.device.is_cpu())
    }

    /// Where the models run, in a few words: `Ascend310, memory shared with the CPU`.
    pub fn place(&self) -> String {
        let name = self.device.soc_name().unwrap_or("unknown chip");
        let mut place = match self.device.run_mode() {
            RunMode::Device => format!("{name}, memory shared with the CPU"),
            RunMode::Host => format!("{name}, memory of its own"),
        };
        if self.coherence.needs_flush() {
            place += ", caches flushed for each part";
        }
        place
    }

    /// Whether the CPU's caches must be flushed.
    pub(super) fn coherence(&self) -> &Coherence {
        &self.coherence
    }
}

/// The number of threads that the station file gives, which only the CPU engine takes.
fn threads(threads: u8, is_cpu: bool) -> Result<Option<usize>, EngineError> {
    match threads {
        0 => Ok(None),
        threads if is_cpu => Ok(Some(usize::from(threads))),
        threads => Err(EngineError::Threads(threads)),
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
