//! Many simulations of the whole station, each with its own seed.

use crate::error::{Error, at};
use core::sync::atomic::{AtomicU64, Ordering};
use sluice::run::simulation::{Failure, Step, Tally, run, shrink, steps};
use std::fs;
use std::path::{Path, PathBuf};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

/// Parts of one simulation.
const RUN_PARTS: u64 = 5_000;
/// Runs that shrinking a failure may take.
const SHRINK_RUNS: u32 = 600;
/// A simulation copies the station's queues on its stack, without optimisation.
const STACK_BYTES: usize = 64 << 20;

/// What to simulate.
#[derive(Debug, Clone, Copy)]
pub struct Order {
    /// Parts of all simulations.
    pub parts: u64,
    /// The seed of the first.
    pub seed: u64,
    /// How many run at once.
    pub jobs: usize,
}

impl Default for Order {
    fn default() -> Self {
        Self {
            parts: 1_000_000,
            seed: 1,
            jobs: thread::available_parallelism().map_or(1, usize::from),
        }
    }
}

/// Simulates all parts, and prints what happened.
///
/// # Errors
/// A check failed. The failure is shrunk, printed, and written to a file.
pub fn all(order: &Order) -> Result<(), Error> {
    let begun = Instant::now();
    let tally = simulate(order).map_err(|(seed, failure)| report(seed, &failure))?;
    println!("{tally:#?}");
    let parts = tally.parts;
    println!(
        "{parts} parts, seeds {} to {}: no failure; {} s",
        order.seed,
        order.seed + order.parts.div_ceil(RUN_PARTS).max(1) - 1,
        begun.elapsed().as_secs()
    );
    Ok(())
}

/// Simulates all parts. Returns what happened, or the first failure and its seed.
///
/// # Errors
/// A check failed.
pub fn simulate(order: &Order) -> Result<Tally, (u64, Failure)> {
    let runs = order.parts.div_ceil(RUN_PARTS).max(1);
    let next = AtomicU64::new(0);
    let total = Mutex::new(Tally::default());
    let failed: Mutex<Option<(u64, Failure)>> = Mutex::new(None);
    let work = || {
        let directory = directory();
        loop {
            let number = next.fetch_add(1, Ordering::Relaxed);
            let has_failed = failed
                .lock()
                .unwrap_or_else(PoisonError::into_inner)
                .is_some();
            if number >= runs || has_failed {
                break;
            }
            let seed = order.seed.wrapping_add(number);
            let parts = RUN_PARTS.min(order.parts - number * RUN_PARTS);
            match run(seed, &steps(seed, parts), &directory) {
                Ok(tally) => total
                    .lock()
                    .unwrap_or_else(PoisonError::into_inner)
                    .add(&tally),
                Err(failure) => {
                    let mut failed = failed.lock().unwrap_or_else(PoisonError::into_inner);
                    failed.get_or_insert((seed, failure));
                }
            }
        }
        let _ = fs::remove_dir_all(directory);
    };
    thread::scope(|scope| {
        for _ in 0..order.jobs.max(1) {
            let started = thread::Builder::new()
                .stack_size(STACK_BYTES)
                .spawn_scoped(scope, work);
            if let Err(error) = started {
                eprintln!("simulate: one thread less: {error}");
            }
        }
    });
    match failed.into_inner().unwrap_or_else(PoisonError::into_inner) {
        Some(failure) => Err(failure),
        None => Ok(total.into_inner().unwrap_or_else(PoisonError::into_inner)),
    }
}

/// Lets the steps of a file happen once more.
///
/// # Errors
/// The file cannot be read, or a check failed.
pub fn replay(seed: u64, path: &Path) -> Result<(), Error> {
    let text = fs::read_to_string(path).map_err(at(path))?;
    let lines = text
        .lines()
        .filter(|line| !line.is_empty() && !line.starts_with('#'));
    let steps: Result<Vec<Step>, _> = lines.map(str::parse).collect();
    let steps = steps.map_err(|error| Error::Program(error.to_string()))?;
    let result = on_large_stack(|| {
        let directory = directory();
        let result = run(seed, &steps, &directory);
        let _ = fs::remove_dir_all(directory);
        result
    });
    let tally = result.map_err(|failure| Error::Program(format!("seed {seed}: {failure}")))?;
    println!("{tally:#?}\nno failure");
    Ok(())
}

/// Shrinks a failure, prints it and writes its steps.
fn report(seed: u64, failure: &Failure) -> Error {
    eprintln!("seed {seed}: {failure}");
    eprintln!("shrinking it");
    let (kept, last) = on_large_stack(|| {
        let directory = directory();
        let all = steps(seed, RUN_PARTS);
        let shrunk = shrink(seed, &all, failure.clone(), &directory, SHRINK_RUNS);
        let _ = fs::remove_dir_all(directory);
        shrunk
    });
    let path = PathBuf::from(format!("simulate-{seed}.steps"));
    let mut text = format!("# {last}\n");
    for step in &kept {
        text += &format!("{step}\n");
    }
    print!("{text}");
    match fs::write(&path, text).map_err(at(&path)) {
        Err(error) => error,
        Ok(()) => Error::Program(format!(
            "seed {seed}: {failure}; {} steps still fail: simulate --seed {seed} --steps {}",
            kept.len(),
            path.display()
        )),
    }
}

fn on_large_stack<T: Send>(work: impl FnOnce() -> T + Send) -> T {
    thread::scope(|scope| {
        let thread = thread::Builder::new().stack_size(STACK_BYTES);
        let started = thread.spawn_scoped(scope, work).expect("a thread");
        started.join().expect("the simulation does not panic")
    })
}

/// A directory for the journal, in memory if possible.
fn directory() -> PathBuf {
    static NUMBER: AtomicU64 = AtomicU64::new(0);
    let memory = PathBuf::from("/dev/shm");
    let base = if memory.is_dir() {
        memory
    } else {
        std::env::temp_dir()
    };
    let number = NUMBER.fetch_add(1, Ordering::Relaxed);
    base.join(format!("sluice-simulate-{}-{number}", std::process::id()))
}
