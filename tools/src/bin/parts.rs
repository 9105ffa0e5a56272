//! Renders a data set of parts: `parts --out DIR --count N --seed S`.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use sluice_tools::parts::{self, FRAME, Kind, Part, ROI, Window, write};

const HELP: &str = "\
Renders pictures of machined parts, good and defective, and the masks of their defects.

Usage: parts --out DIR [options]

  --out DIR         folder of the data set; made if it is missing
  --count N         number of parts (default 60)
  --first N         number of the first part (default 0), to add to a data set
  --seed S          seed of the data set (default 1); the same seed gives the same bytes
  --good-share F    share of parts without a defect, 0 to 1 (default 0.4)
  --window W        full: the whole frame, 4096x3072 (default)
                    roi: only the inspected square, 1800x1800 at (2200, 1000), with the same pixels
  --threads N       parts rendered at the same time (default: one for each processor)
  --help            this text

Writes DIR/N/image.png (RGB) and DIR/N/mask.png (grey, 255 on a defect and 0 elsewhere) for each part number N, and
enters the seed, the kind and the defects (kind, bounding box in frame pixels, area in pixels) into DIR/parts.json.
A whole frame takes about 18 MB, an inspected square 6 MB.
";

/// The options of the command line.
struct Options {
    out: PathBuf,
    count: usize,
    first: usize,
    seed: u64,
    good_share: f64,
    window: Window,
    threads: usize,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    if arguments
        .iter()
        .any(|argument| argument == "--help" || argument == "-h")
    {
        print!("{HELP}");
        return ExitCode::SUCCESS;
    }
    let result =
        parse(&arguments).and_then(|options| run(&options).map_err(|error| error.to_string()));
    if let Err(message) = result {
        eprintln!("parts: {message}");
        return ExitCode::FAILURE;
    }
    ExitCode::SUCCESS
}

fn parse(arguments: &[String]) -> Result<Options, String> {
    let processors = thread::available_parallelism().map_or(1, usize::from);
    let mut options = Options {
        out: PathBuf::new(),
        count: 60,
        first: 0,
        seed: 1,
        good_share: 0.4,
        window: FRAME,
        threads: processors,
    };
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        let mut value = || {
            rest.next()
                .map(String::as_str)
                .ok_or_else(|| format!("{name} needs a value; see --help"))
        };
        match name.as_str() {
            "--out" => options.out = PathBuf::from(value()?),
            "--count" => options.count = number(name, value()?)?,
            "--first" => options.first = number(name, value()?)?,
            "--seed" => options.seed = number(name, value()?)?,
            "--threads" => options.threads = number(name, value()?)?,
            "--good-share" => options.good_share = number(name, value()?)?,
            "--window" => {
                options.window = match value()? {
                    "full" => FRAME,
                    "roi" => ROI,
                    other => return Err(format!("--window {other}: give full or roi")),
                }
            }
            other => return Err(format!("unknown option {other}; see --help")),
        }
    }
    if options.out.as_os_str().is_empty() {
        return Err(
            "--out DIR is missing: the folder to write the data set to; see --help".to_owned(),
        );
    }
    if !(0.0..=1.0).contains(&options.good_share) {
        return Err(format!(
            "--good-share {}: give a number from 0 to 1",
            options.good_share
        ));
    }
    if options.count == 0 || options.threads == 0 {
        return Err("--count and --threads must be at least 1".to_owned());
    }
    if options.first.checked_add(options.count).is_none() {
        return Err(format!(
            "--first {} and --count {}: the numbers grow too large",
            options.first, options.count
        ));
    }
    Ok(options)
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| {
        format!("{name} {value}: not a number in the range that this option takes; see --help")
    })
}

/// Renders and writes all parts, several at a time. The first error ends all of them.
fn run(options: &Options) -> Result<(), write::Error> {
    let started = Instant::now();
    let next = AtomicUsize::new(0);
    let progress = Mutex::new(Progress {
        list: write::read_list(&options.out)?,
        done: 0,
        failure: None,
    });
    thread::scope(|scope| {
        for _ in 0..options.threads.min(options.count) {
            scope.spawn(|| {
                loop {
                    let i = next.fetch_add(1, Ordering::Relaxed);
                    if i >= options.count {
                        return;
                    }
                    let number = options.first + i;
                    let result = one(options, number);
                    let mut progress = progress.lock().unwrap_or_else(PoisonError::into_inner);
                    match result {
                        Ok(part) => progress.add(options, number, part),
                        Err(error) => {
                            next.store(options.count, Ordering::Relaxed);
                            progress.failure = Some(error);
                        }
                    }
                }
            });
        }
    });
    let progress = progress
        .into_inner()
        .unwrap_or_else(PoisonError::into_inner);
    if let Some(error) = progress.failure {
        return Err(error);
    }
    write::write_list(&options.out, &progress.list)?;
    let seconds = started.elapsed().as_secs_f64();
    eprintln!(
        "{} parts in {seconds:.1} s: {}",
        options.count,
        options.out.display()
    );
    Ok(())
}

/// A part that has been written.
struct Written {
    seed: u64,
    kind: Kind,
    part: Part,
}

/// The parts that the threads have finished.
struct Progress {
    list: BTreeMap<usize, String>,
    done: usize,
    failure: Option<write::Error>,
}

impl Progress {
    /// Adds a part to the list and reports it.
    fn add(&mut self, options: &Options, number: usize, written: Written) {
        let Written { seed, kind, part } = written;
        self.list.insert(number, write::describe(seed, kind, &part));
        self.done += 1;
        let folder = options.out.join(number.to_string());
        let defects: Vec<&str> = part
            .defects()
            .iter()
            .map(|defect| defect.kind.name())
            .collect();
        eprintln!(
            "[{}/{}] {}: {} {}",
            self.done,
            options.count,
            folder.display(),
            kind.name(),
            defects.join(", ")
        );
    }
}

/// Renders and writes part `number` of the data set.
fn one(options: &Options, number: usize) -> Result<Written, write::Error> {
    let seed = parts::seed_of(options.seed, number);
    let kind = parts::kind_of(number, options.good_share);
    let part = parts::render(seed, kind);
    write::write_part(&options.out.join(number.to_string()), &part, options.window)?;
    Ok(Written { seed, kind, part })
}
