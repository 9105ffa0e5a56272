//! Runs one model through AscendCL on request, for `tools/engine/bench.py`.
//!
//! ```sh
//! ASCENDCL_CPU_THREADS=2 cargo run --release --package ascendcl-cpu --example bench_model -- \
//!     MODEL.onnx INPUT
//! ```
//!
//! INPUT is a file with the bytes of the model's only input. The program reads commands from
//! standard input, one a line, and answers each with one line. `tools/engine/process.py` has the
//! other end.
//!
//! | command | answer |
//! |---|---|
//! | (the start) | `started` |
//! | `load` | `done WALL_US CPU_US`: reads the model and makes its memory |
//! | `run` | `done WALL_US CPU_US`: one execution, from the call to the outputs |
//! | `write FILE` | `done WALL_US CPU_US`: the bytes of all outputs, in the model's order |
//!
//! The second figure is the processor time of all threads. The end of the input ends the program.

use std::error::Error;
use std::fs;
use std::io::{BufWriter, Write, stdin, stdout};
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use ascendcl::{Coherence, Device, InputBuffer, Library, Model, Runtime, Slot, Stream};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;

/// Longer than any model of the bench needs.
const WAIT_MAX: Duration = Duration::from_secs(600);

type Failure = Box<dyn Error>;

/// The model with its memory. `pair` is absent only if an execution failed.
struct Loaded {
    model: Rc<Model>,
    pair: Option<(InputBuffer, Slot)>,
}

impl Loaded {
    fn new(device: &Rc<Device>, path: &Path, picture: &[u8]) -> Result<Self, Failure> {
        let model = Model::load(device, path)?;
        let coherence = Coherence::probe(device)?;
        let read: Vec<usize> = (0..model.outputs().len()).collect();
        let (mut input, slot) = Slot::make(&model, &coherence, 1, &read)?.remove(0);
        if input.len() != picture.len() {
            let (needed, given) = (input.len(), picture.len());
            return Err(format!("the model's input has {needed} bytes, the file {given}").into());
        }
        input.copy_from_slice(picture);
        Ok(Self {
            model,
            pair: Some((input, slot)),
        })
    }

    /// Executes the model and writes the outputs to `file`, if there is one.
    fn run(&mut self, stream: &Rc<Stream>, file: Option<&str>) -> Result<(), Failure> {
        let (input, slot) = self.pair.take().ok_or("an earlier execution failed")?;
        let running = slot.execute(input, stream)?;
        let finished = running.wait(Instant::now() + WAIT_MAX)?;
        if let Some(file) = file {
            let mut out = BufWriter::new(fs::File::create(file)?);
            for index in 0..self.model.outputs().len() {
                out.write_all(finished.output(index).ok_or("an output cannot be read")?)?;
            }
            out.flush()?;
        }
        self.pair = Some(finished.into_parts());
        Ok(())
    }
}

/// The processor time of all threads of this process, in microseconds.
fn processor_us() -> Result<i64, Failure> {
    let usage = getrusage(UsageWho::RUSAGE_SELF)?;
    Ok((usage.user_time() + usage.system_time()).num_microseconds())
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args_os().skip(1);
    let (Some(path), Some(input)) = (arguments.next(), arguments.next()) else {
        return Err("usage: bench_model MODEL.onnx INPUT".into());
    };
    let picture = fs::read(input)?;
    let runtime = Runtime::new(Library::builtin(ascendcl_cpu::RESOLVER)?, None)?;
    let device = Device::open(&runtime, 0)?;
    let stream = Stream::new(&device)?;
    let mut loaded = None;
    println!("started");
    for line in stdin().lines() {
        let line = line?;
        let (start, processor) = (Instant::now(), processor_us()?);
        match (line.split_once(' '), loaded.as_mut()) {
            (None, None) if line == "load" => {
                loaded = Some(Loaded::new(&device, path.as_ref(), &picture)?);
            }
            (None, Some(model)) if line == "run" => model.run(&stream, None)?,
            (Some(("write", file)), Some(model)) => model.run(&stream, Some(file))?,
            _ => return Err(format!("`{line}` is no command, or is not its turn").into()),
        }
        let wall_us = start.elapsed().as_micros();
        println!("done {wall_us} {}", processor_us()? - processor);
        stdout().flush()?;
    }
    Ok(())
}
