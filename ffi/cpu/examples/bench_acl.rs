//! The cost of AscendCL compared with plain rten: the same model, input and threads, in turns.
//!
//! ```sh
//! cargo run --release --package ascendcl-cpu --example bench_acl -- MODEL.onnx [RUNS] [THREADS]
//! ```
//!
//! Compares plain rten, `aclmdlExecute`, and `aclmdlExecuteAsync` with `aclrtSynchronizeStream`.
//! Prints for each, per run: the median and the least time and the median processor time in
//! microseconds, the page faults, and the ratio of the least time to plain rten's. The last figure
//! is the time in which `aclmdlExecuteAsync` returns.
//!
//! rten computes the model in either case. Plain rten gets its input as a view, and its output is
//! dropped. With AscendCL the output is also written to the caller's buffer. Both use the system's
//! allocator.

use std::error::Error;
use std::ffi::{CString, c_void};
use std::hint::black_box;
use std::ptr;
use std::sync::Arc;
use std::time::Instant;

use ascendcl::bindings::{AscendCl, aclmdlDataset, aclmdlDesc};
use ascendcl::symbols::{Resolver, SymbolSource};
use nix::sys::resource::{UsageWho, getrusage};
use nix::sys::time::TimeValLike;
use rten::{Dimension, RunOptions, ThreadPool, ValueView};
use rten_tensor::TensorView;

/// Warm-up runs before the measured ones: they build plans and fill caches.
const WARM_UP: usize = 3;

type Failure = Box<dyn Error>;

/// Calls a function; if it fails, returns an error with its name and code.
macro_rules! acl {
    ($acl:expr, $function:ident($($argument:expr),* $(,)?)) => {{
        // SAFETY: pointers to variables of this program, handles of these calls.
        let code = unsafe { $acl.$function($($argument),*) };
        if code != 0 {
            return Err(format!("{} gave {code}", stringify!($function)).into());
        }
    }};
}

/// The process's resource usage at one instant.
struct Mark {
    time: Instant,
    processor_us: f64,
    faults: f64,
}

/// The cost of one run.
struct Cost {
    time_us: f64,
    processor_us: f64,
    faults: f64,
}

impl Mark {
    fn now() -> Result<Self, Failure> {
        let usage = getrusage(UsageWho::RUSAGE_SELF)?;
        let processor = usage.user_time() + usage.system_time();
        Ok(Self {
            processor_us: processor.num_microseconds() as f64,
            faults: usage.minor_page_faults() as f64,
            time: Instant::now(),
        })
    }

    fn cost(&self) -> Result<Cost, Failure> {
        let time_us = self.time.elapsed().as_secs_f64() * 1e6;
        let now = Self::now()?;
        Ok(Cost {
            time_us,
            processor_us: now.processor_us - self.processor_us,
            faults: now.faults - self.faults,
        })
    }
}

/// A model in plain rten, with inputs of zeros in single precision.
struct Plain {
    graph: rten::Model,
    pool: Arc<ThreadPool>,
    inputs: Vec<(rten::NodeId, Vec<f32>, Vec<usize>)>,
}

impl Plain {
    fn load(path: &str, threads: usize) -> Result<Self, Failure> {
        let graph = rten::Model::load(std::fs::read(path)?)?;
        let mut inputs = Vec::new();
        for node in graph.input_ids() {
            let info = graph.node_info(*node);
            let shape = info
                .and_then(|info| info.shape())
                .ok_or("an input has no shape")?;
            let dims = shape.into_iter().map(|dim| match dim {
                Dimension::Fixed(size) => Ok(size),
                Dimension::Symbolic(name) => Err(format!("`{name}` is no number")),
            });
            let dims = dims.collect::<Result<Vec<_>, _>>()?;
            inputs.push((*node, vec![0.0; dims.iter().product()], dims));
        }
        Ok(Self {
            graph,
            pool: Arc::new(ThreadPool::with_num_threads(threads)),
            inputs,
        })
    }

    fn run(&self) -> Result<Cost, Failure> {
        let start = Mark::now()?;
        let values = self.inputs.iter().map(|(node, data, dims)| {
            let view = TensorView::from_data(dims.as_slice(), data.as_slice());
            (*node, ValueView::from(view).into())
        });
        let options = RunOptions::default().with_thread_pool(Some(Arc::clone(&self.pool)));
        let outputs = self.graph.output_ids();
        black_box(self.graph.run(values.collect(), outputs, Some(options))?);
        start.cost()
    }
}

/// Zeroed device memory of each size.
fn dataset(acl: &AscendCl, sizes: &[usize]) -> Result<*mut aclmdlDataset, Failure> {
    // SAFETY: the function takes no arguments.
    let dataset = unsafe { acl.aclmdlCreateDataset() };
    for size in sizes {
        let mut memory: *mut c_void = ptr::null_mut();
        acl!(acl, aclrtMalloc(&raw mut memory, *size, 0));
        acl!(acl, aclrtMemset(memory, *size, 0, *size));
        // SAFETY: the memory has this size.
        let buffer = unsafe { acl.aclCreateDataBuffer(memory, *size) };
        acl!(acl, aclmdlAddDatasetBuffer(dataset, buffer));
    }
    Ok(dataset)
}

/// The sizes of all inputs or outputs, bytes.
fn sizes(
    acl: &AscendCl,
    description: *mut aclmdlDesc,
    count: unsafe fn(&AscendCl, *mut aclmdlDesc) -> usize,
    size: unsafe fn(&AscendCl, *mut aclmdlDesc, usize) -> usize,
) -> Vec<usize> {
    // SAFETY: functions of the table with a live description.
    let count = unsafe { count(acl, description) };
    // SAFETY: functions of the table with a live description.
    let size = |index| unsafe { size(acl, description, index) };
    (0..count).map(size).collect()
}

fn median(numbers: impl Iterator<Item = f64>) -> f64 {
    let mut numbers: Vec<f64> = numbers.collect();
    numbers.sort_by(f64::total_cmp);
    numbers.get(numbers.len() / 2).copied().unwrap_or(f64::NAN)
}

fn print(costs: &[Vec<Cost>; 3], launches: Vec<f64>) {
    println!(
        "{:26} {:>11} {:>11} {:>11} {:>8} {:>6}",
        "", "median", "least", "processor", "faults", "ratio"
    );
    let names = ["plain rten", "aclmdlExecute", "aclmdlExecuteAsync, wait"];
    let mut plain = f64::NAN;
    for (name, costs) in names.iter().zip(costs) {
        let times = || costs.iter().map(|cost| cost.time_us);
        let least = times().fold(f64::INFINITY, f64::min);
        if plain.is_nan() {
            plain = least;
        }
        println!(
            "{name:26} {:11.1} {least:11.1} {:11.1} {:8.0} {:6.3}",
            median(times()),
            median(costs.iter().map(|cost| cost.processor_us)),
            median(costs.iter().map(|cost| cost.faults)),
            least / plain
        );
    }
    let launch = median(launches.into_iter());
    println!("aclmdlExecuteAsync returns in {launch:.1}");
}

fn main() -> Result<(), Failure> {
    let mut arguments = std::env::args().skip(1);
    let path = arguments
        .next()
        .ok_or("usage: bench_acl MODEL.onnx [RUNS] [THREADS]")?;
    let runs: usize = arguments.next().map_or(Ok(100), |text| text.parse())?;
    let threads: usize = arguments.next().map_or(Ok(1), |text| text.parse())?;
    let plain = Plain::load(&path, threads)?;

    // SAFETY: no other thread runs yet.
    unsafe {
        std::env::set_var("ASCENDCL_CPU_THREADS", threads.to_string());
        std::env::set_var("ASCENDCL_CPU_ENGINE", "rten");
    }
    // SAFETY: the addresses have the prototypes of acl.h.
    let library = SymbolSource::Linked(unsafe { Resolver::new(ascendcl_cpu::symbol) });
    // SAFETY: the functions of ascendcl-cpu have the prototypes of acl.h.
    let acl = &unsafe { AscendCl::from_library(library) }?;
    let (mut stream, mut model) = (ptr::null_mut(), 0);
    let path = CString::new(path)?;
    acl!(acl, aclInit(ptr::null()));
    acl!(acl, aclrtSetDevice(0));
    acl!(acl, aclrtCreateStream(&raw mut stream));
    acl!(acl, aclmdlLoadFromFile(path.as_ptr(), &raw mut model));
    // SAFETY: the function takes no arguments.
    let description = unsafe { acl.aclmdlCreateDesc() };
    acl!(acl, aclmdlGetDesc(description, model));
    let inputs = sizes(
        acl,
        description,
        AscendCl::aclmdlGetNumInputs,
        AscendCl::aclmdlGetInputSizeByIndex,
    );
    let outputs = sizes(
        acl,
        description,
        AscendCl::aclmdlGetNumOutputs,
        AscendCl::aclmdlGetOutputSizeByIndex,
    );
    let (input, output) = (dataset(acl, &inputs)?, dataset(acl, &outputs)?);

    let mut costs: [Vec<Cost>; 3] = Default::default();
    let mut launches = Vec::new();
    for run in 0..runs + WARM_UP {
        let alone = plain.run()?;
        let start = Mark::now()?;
        acl!(acl, aclmdlExecute(model, input, output));
        let now = start.cost()?;
        let start = Mark::now()?;
        acl!(acl, aclmdlExecuteAsync(model, input, output, stream));
        let launched = start.time.elapsed();
        acl!(acl, aclrtSynchronizeStream(stream));
        let later = start.cost()?;
        if run >= WARM_UP {
            launches.push(launched.as_secs_f64() * 1e6);
            for (costs, cost) in costs.iter_mut().zip([alone, now, later]) {
                costs.push(cost);
            }
        }
    }
    println!("{runs} runs, {threads} threads; microseconds a run");
    print(&costs, launches);
    Ok(())
}
