//! Promise: where the CPU reads device memory slowly, outputs are copied out once; elsewhere they
//! are read in place. The verdicts see the same bytes.
//!
//! Test machines have no slow memory, so the test supplies the rates.

use ascendcl::{Finished, Library};
use sluice::engine::{BandwidthMeter, Engine, MemoryKind};
use sluice::station::{self, Station};
use std::cell::Cell;
use std::path::Path;
use std::time::{Duration, Instant};

const TIMEOUT: Duration = Duration::from_secs(60);

/// Read rate of ordinary memory in MB/s.
const ORDINARY: u32 = 8000;

/// Returns the given rates and counts the measured buffers.
struct Given {
    read: u32,
    measured: Cell<u32>,
}

impl BandwidthMeter for Given {
    fn write(&self, _: MemoryKind, buffer: &mut [u8]) -> u32 {
        assert!(!buffer.is_empty());
        self.measured.set(self.measured.get() + 1);
        1000
    }

    fn read(&self, kind: MemoryKind, buffer: &[u8]) -> u32 {
        assert!(!buffer.is_empty());
        self.measured.set(self.measured.get() + 1);
        match kind {
            MemoryKind::Shared => self.read,
            MemoryKind::Ordinary => ORDINARY,
        }
    }
}

fn station() -> Station {
    let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/station");
    let mut station = station::read(&std::fs::read(data.join("station.json")).unwrap()).unwrap();
    let model = data.join("parts.onnx");
    station.engine.model = model.to_str().unwrap().parse().unwrap();
    station
}

/// The judged output and its address.
fn output(engine: &Engine, finished: &Finished) -> (Vec<u8>, usize) {
    let output = finished.output(engine.outputs().judged).unwrap();
    (output.to_vec(), output.as_ptr().addr())
}

/// One test, because a process can initialise AscendCL only once at a time.
#[test]
fn only_slow_memory_is_copied_and_the_bytes_are_the_same() {
    let station = station();
    let mut outputs = Vec::new();
    for (read, copied) in [(ORDINARY, false), (ORDINARY / 5, true)] {
        let library = Library::builtin(ascendcl_cpu::RESOLVER).unwrap();
        let engine = Engine::open(&station, library).unwrap();
        let meter = Given {
            read,
            measured: Cell::new(0),
        };
        let judged = [engine.outputs().judged];
        let warm = engine.warm_up(2, &judged, TIMEOUT, &meter).unwrap();
        let memory = warm.memory.unwrap();
        assert_eq!(meter.measured.get(), 4, "one slot, and ordinary memory");
        assert_eq!(
            (memory.read_mb_s, memory.ordinary_read_mb_s),
            (read, ORDINARY)
        );
        assert_eq!(memory.copied, copied);
        let text = memory.to_string();
        assert_eq!(text.contains("copied out once"), copied, "{text}");
        assert_eq!(text.contains("read in place"), !copied, "{text}");
        let places: Vec<_> = warm
            .slots
            .iter()
            .map(|(done, _)| output(&engine, done).1)
            .collect();
        for ((finished, _), place) in warm.slots.into_iter().zip(places) {
            let (mut input, slot) = finished.into_parts();
            for (index, byte) in input.iter_mut().enumerate() {
                *byte = index.to_le_bytes()[0];
            }
            let finished = engine.run(slot, input, Instant::now() + TIMEOUT).unwrap();
            // The output is read at the same place as before. A copy is not in the slot beside the
            // input.
            let (bytes, now) = output(&engine, &finished);
            assert_eq!(now, place);
            let distance = now.abs_diff(finished.input().as_ptr().addr());
            assert_eq!(distance < 2 * finished.input().len(), !copied, "{distance}");
            outputs.push(bytes);
        }
    }
    assert_eq!(outputs.len(), 4);
    assert!(outputs.iter().all(|bytes| *bytes == outputs[0]));
    assert!(outputs[0].iter().any(|byte| *byte != 0));
}
