//! Renders a data set of parts, `parts --out DIR --count N --seed S`, or draws defects onto the
//! user's own pictures, `parts --on GOOD --out DIR --count N --seed S`.
#![forbid(unsafe_code)]

use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Mutex, PoisonError};
use std::thread;
use std::time::Instant;

use sluice_tools::parts::onto::{self, Look};
use sluice_tools::parts::{self, Defect, DefectKind, FRAME, Kind, ROI, Window, write};

const HELP: &str = "\
Renders pictures of machined parts, good and defective, and the masks of their defects. Or draws such defects onto
your own pictures of good parts.

Usage: parts --out DIR [options]
       parts --on GOOD --out DIR [options]

  --out DIR         folder of the data set; made if it is missing
  --count N         number of parts (default 60)
  --first N         number of the first part (default 0), to add to a data set
  --seed S          seed of the data set (default 1); the same seed gives the same bytes
  --good-share F    share of parts without a defect, 0 to 1 (default 0.4)
  --window W        full: the whole frame, 4096x3072 (default)
                    roi: only the inspected square, 1800x1800 at (2200, 1000), with the same pixels
  --threads N       parts rendered at the same time (default: one for each processor)
  --help            this text

  --on GOOD         draw onto the pictures in this folder, in turn; every picture of it must show a good part
  --roi X,Y,W,H     the defects are inside this region of the picture (default: the whole picture); choose it so that
                    the part fills it
  --kinds K,K,...   of scratch, pit, stain (default: all three)
  --size F          factor on the sizes, 0.25 to 4 (default 1). At 1 a scratch is 8 % to 39 % of the region's shorter
                    side long, a pit 1.4 % to 5 % across, a stain 5 % to 15 %
  --contrast F      factor on the difference to the surroundings, 0.2 to 2 (default 1)

Writes DIR/N/image.png (RGB) and DIR/N/mask.png (grey, 255 on a defect and 0 elsewhere) for each part number N, and
enters the seed, the kind and the defects (kind, bounding box in frame pixels, area in pixels) into DIR/parts.json.
A whole frame takes about 18 MB, an inspected square 6 MB. With --on, image.png has the size of the picture and is grey
if the picture is. Outside of the mask no pixel is changed, inside every one is. How well a model finds drawn defects
says nothing about real ones.
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
    on: Option<On>,
}

/// Pictures to draw onto.
struct On {
    pictures: Vec<PathBuf>,
    look: Look,
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
    let (mut folder, mut is_rendered, mut is_drawn) = (None, None, None);
    let mut look = Look {
        roi: None,
        kinds: onto::KINDS.to_vec(),
        size: 1.0,
        contrast: 1.0,
    };
    let mut options = Options {
        out: PathBuf::new(),
        count: 60,
        first: 0,
        seed: 1,
        good_share: 0.4,
        window: FRAME,
        threads: processors,
        on: None,
    };
    let mut rest = arguments.iter();
    while let Some(name) = rest.next() {
        let mut value = || {
            rest.next()
                .map(String::as_str)
                .ok_or_else(|| format!("{name} needs a value; see --help"))
        };
        match name.as_str() {
            "--roi" | "--kinds" | "--size" | "--contrast" => is_drawn = Some(name),
            "--window" => is_rendered = Some(name),
            _ => {}
        }
        match name.as_str() {
            "--on" => folder = Some(PathBuf::from(value()?)),
            "--roi" => look.roi = Some(region(value()?)?),
            "--kinds" => look.kinds = kinds(value()?)?,
            "--size" => look.size = factor(name, value()?, 0.25, 4.0)?,
            "--contrast" => look.contrast = factor(name, value()?, 0.2, 2.0)?,
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
    match (&folder, is_rendered, is_drawn) {
        (Some(_), Some(name), _) => {
            return Err(format!(
                "{name} is for rendered parts: leave it or --on out"
            ));
        }
        (None, _, Some(name)) => {
            return Err(format!("{name} is for pictures: give --on GOOD too"));
        }
        _ => {}
    }
    if let Some(folder) = folder {
        let pictures = onto::find(&folder).map_err(|error| error.to_string())?;
        options.on = Some(On { pictures, look });
    }
    Ok(options)
}

/// `X,Y,W,H`.
fn region(text: &str) -> Result<Window, String> {
    let wrong = || format!("--roi {text}: give X,Y,W,H in pixels of the picture");
    let numbers: Result<Vec<usize>, _> = text.split(',').map(str::parse).collect();
    match numbers.map_err(|_| wrong())?.as_slice() {
        &[x, y, width, height] => Ok(Window {
            x,
            y,
            width,
            height,
        }),
        _ => Err(wrong()),
    }
}

fn kinds(text: &str) -> Result<Vec<DefectKind>, String> {
    let one = |word: &str| {
        let kind = onto::KINDS.into_iter().find(|kind| kind.name() == word);
        kind.ok_or_else(|| {
            format!("--kinds {text}: give scratch, pit or stain, separated by commas")
        })
    };
    text.split(',').map(one).collect()
}

fn factor(name: &str, text: &str, low: f32, high: f32) -> Result<f32, String> {
    let factor: Option<f32> = text.parse().ok();
    let factor = factor.filter(|factor| (low..=high).contains(factor));
    factor.ok_or_else(|| format!("{name} {text}: give a number from {low} to {high}"))
}

fn number<T: std::str::FromStr>(name: &str, value: &str) -> Result<T, String> {
    value.parse().map_err(|_| {
        format!("{name} {value}: not a number in the range that this option takes; see --help")
    })
}

/// Renders and writes all parts, several at a time. The first error ends all of them.
fn run(options: &Options) -> Result<(), String> {
    let started = Instant::now();
    let next = AtomicUsize::new(0);
    let progress = Mutex::new(Progress {
        list: write::read_list(&options.out).map_err(|error| error.to_string())?,
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
    write::write_list(&options.out, &progress.list).map_err(|error| error.to_string())?;
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
    kind: Kind,
    defects: Vec<Defect>,
    /// Its entry in the list.
    entry: String,
}

/// The parts that the threads have finished.
struct Progress {
    list: BTreeMap<usize, String>,
    done: usize,
    failure: Option<String>,
}

impl Progress {
    /// Adds a part to the list and reports it.
    fn add(&mut self, options: &Options, number: usize, written: Written) {
        let Written {
            kind,
            defects,
            entry,
        } = written;
        self.list.insert(number, entry);
        self.done += 1;
        let folder = options.out.join(number.to_string());
        let defects: Vec<&str> = defects.iter().map(|defect| defect.kind.name()).collect();
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

/// Makes and writes part `number` of the data set.
fn one(options: &Options, number: usize) -> Result<Written, String> {
    let kind = parts::kind_of(number, options.good_share);
    let folder = options.out.join(number.to_string());
    match &options.on {
        None => rendered(options, number, kind, &folder).map_err(|error| error.to_string()),
        Some(on) => drawn(options, on, number, kind, &folder),
    }
}

fn rendered(
    options: &Options,
    number: usize,
    kind: Kind,
    folder: &Path,
) -> Result<Written, write::Error> {
    let seed = parts::seed_of(options.seed, number);
    let part = parts::render(seed, kind);
    write::write_part(folder, &part, options.window)?;
    Ok(Written {
        kind,
        defects: part.defects().to_vec(),
        entry: write::describe(seed, kind, None, part.defects()),
    })
}

fn drawn(
    options: &Options,
    on: &On,
    number: usize,
    kind: Kind,
    folder: &Path,
) -> Result<Written, String> {
    let path = &on.pictures[number % on.pictures.len()];
    let picture = onto::read(path).map_err(|error| error.to_string())?;
    let damaged = onto::draw(&picture, options.seed, number, kind, &on.look)
        .map_err(|error| error.to_string())?;
    damaged
        .write(folder, &picture)
        .map_err(|error| error.to_string())?;
    let seed = parts::seed_of(options.seed, number);
    Ok(Written {
        kind,
        entry: write::describe(seed, kind, Some(path), &damaged.defects),
        defects: damaged.defects,
    })
}
