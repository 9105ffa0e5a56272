//! Renders a data set of parts: `parts --out DIR --count N --seed S`.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::Mutex;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::thread;
use std::time::Instant;

use sluice_tools::parts::{self, FRAME, ROI, Window, write};

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

Writes DIR/N/image.png (RGB), DIR/N/mask.png (grey, 255 on a defect and 0 elsewhere) for each N, and DIR/parts.json
with the seed, the kind and the defects (kind, bounding box in frame pixels, area in pixels) of the parts of this run.
";

/// What the command line asks for.
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
    let result = parse(&arguments).and_then(|options| run(&options));
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

/// Renders and writes all parts, several at a time, and stops all at the first error.
fn run(options: &Options) -> Result<(), String> {
    let started = Instant::now();
    let next = AtomicUsize::new(0);
    let done = Mutex::new(Done {
        lines: vec![String::new(); options.count],
        count: 0,
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
                    let result = one(options, options.first + i);
                    let Ok(mut done) = done.lock() else { return };
                    if done.failure.is_some() {
                        return;
                    }
                    match result {
                        Ok(line) => {
                            done.count += 1;
                            eprintln!("[{}/{}] {}", done.count, options.count, line);
                            done.lines[i] = line;
                        }
                        Err(error) => done.failure = Some(error),
                    }
                }
            });
        }
    });
    let done = done
        .into_inner()
        .map_err(|_| "a thread that rendered a part panicked".to_owned())?;
    if let Some(error) = done.failure {
        return Err(error.to_string());
    }
    write::write_list(&options.out, &done.lines).map_err(|error| error.to_string())?;
    eprintln!(
        "{} parts in {:.1} s: {}",
        options.count,
        started.elapsed().as_secs_f64(),
        options.out.display()
    );
    Ok(())
}

/// What the threads have finished.
struct Done {
    lines: Vec<String>,
    count: usize,
    failure: Option<write::Error>,
}

/// Renders and writes part `number` and gives its line of `parts.json`.
fn one(options: &Options, number: usize) -> Result<String, write::Error> {
    let seed = parts::seed_of(options.seed, number);
    let kind = parts::kind_of(number, options.good_share);
    let part = parts::render(seed, kind);
    write::write_part(
        &Path::new(&options.out).join(number.to_string()),
        &part,
        options.window,
    )?;
    Ok(write::describe(number, seed, kind, &part))
}
