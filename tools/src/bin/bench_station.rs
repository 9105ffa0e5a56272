//! Measures the cycle times of each stage, and the memory, of the real program over a data set.
//!
//! `cargo run --release -p sluice-tools --bin bench_station -- DATASET` delivers each
//! DATASET/N/image.png to a watched directory, one by one. The times are those of the journal.
//! Memory is the peak of the process (VmHWM). The engine's share is the peak of `sluice check`,
//! which opens the same engine with the same slots and nothing else.
#![forbid(unsafe_code)]

use sluice::journal::{self, Record, StageTimes};
use sluice_tools::error::{Error, at};
use sluice_tools::station::{Station, build};
use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

fn main() -> ExitCode {
    let Some(dataset) = env::args_os().nth(1).map(PathBuf::from) else {
        eprintln!("bench_station: give the directory of a data set (see `parts --help`)");
        return ExitCode::FAILURE;
    };
    match run(&dataset) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("bench_station: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(dataset: &Path) -> Result<(), Error> {
    let directory = PathBuf::from("target/bench_station");
    if directory.exists() {
        fs::remove_dir_all(&directory).map_err(at(&directory))?;
    }
    let pictures: Vec<PathBuf> = (0..)
        .map(|number: u32| dataset.join(format!("{number}/image.png")))
        .take_while(|path| path.exists())
        .collect();
    let mut station = Station::prepare(&directory, build()?)?;
    let (engine_ms, engine_kib) = station.check()?;
    station.write_file(engine_ms)?;
    station.start(u64::try_from(pictures.len()).unwrap_or_default())?;
    for picture in &pictures {
        station.deliver(&fs::read(picture).map_err(at(picture))?)?;
        println!("          {}", station.next_line()?);
    }
    let station_kib = station.peak_kib()?;
    station.finish()?;

    let records = journal::read(&directory.join("journal").to_string_lossy())
        .map_err(|error| Error::Program(error.to_string()))?;
    let times: Vec<StageTimes> = records
        .filter_map(|entry| match entry.content {
            Ok(Record::Part(part)) => Some(part.times_us),
            _ => None,
        })
        .collect();
    println!(
        "\n{} parts, milliseconds     min  median     max",
        times.len()
    );
    row("wait for a worker", &times, |times| times.wait);
    row("decode, crop, resize", &times, |times| times.decode);
    row("engine", &times, |times| times.engine);
    row("mask to verdict", &times, |times| times.verdict);
    row("trigger to decision", &times, |times| times.total);
    println!(
        "\npeak memory: station {station_kib} KiB, engine alone {engine_kib} KiB, the rest {} KiB",
        station_kib.saturating_sub(engine_kib)
    );
    Ok(())
}

/// Prints the minimum, median and maximum of one stage.
fn row(name: &str, times: &[StageTimes], stage: impl Fn(&StageTimes) -> u32) {
    let mut values: Vec<f64> = times
        .iter()
        .map(|times| f64::from(stage(times)) / 1000.0)
        .collect();
    values.sort_by(f64::total_cmp);
    let at = |index: usize| values.get(index).copied().unwrap_or_default();
    let (middle, last) = (values.len() / 2, values.len().saturating_sub(1));
    println!(
        "{name:<22} {:>7.2} {:>7.2} {:>7.2}",
        at(0),
        at(middle),
        at(last)
    );
}
