//! Measures how late the gate's reject edge is, beside `cyclictest`, idle and busy.
#![forbid(unsafe_code)]

use core::time::Duration;
use sluice::scheduling::{GATE_PRIORITY, Granted};
use sluice_tools::error::{Error, at};
use sluice_tools::jitter::{Plan, load, measure, plot, report};
use std::fs;
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
Measures how late the reject edge of the station's gate is, beside cyclictest (Debian: rt-tests).

Usage: jitter [OPTION]...

  --movements N    movements of the gate, and wake-ups of cyclictest, idle and busy each [20000]
  --interval-us N  time between two of them, 2000 or more [2000]
  --priority N     real-time priority of both [the gate's: 40]
  --limit-ms N     an edge later than this is past the limit [10]
  --turns N        the two are measured in turns, so many of each [5]
  --out FOLDER     writes jitter.md and jitter.png there [.]

Exit code 1 if an edge is past the limit, or if the gate's p99.9 is more than 1.2 times that of cyclictest.
It needs real-time priority and locked memory. Nothing else should run on the machine.
";

/// The gate's p99.9 may be this many tenths of that of cyclictest.
const TENTHS_MAX: u64 = 12;

struct Options {
    plan: Plan,
    turns: u32,
    out: PathBuf,
}

fn main() -> ExitCode {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let Some(options) = options(&arguments) else {
        let is_help = matches!(arguments.first().map(String::as_str), Some("--help" | "-h"));
        print!("{HELP}");
        return if is_help {
            ExitCode::SUCCESS
        } else {
            ExitCode::FAILURE
        };
    };
    match run(&options) {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("jitter: {error}");
            ExitCode::FAILURE
        }
    }
}

/// The options; nothing for the help.
fn options(arguments: &[String]) -> Option<Options> {
    let mut options = Options {
        plan: Plan {
            movements: 20_000,
            interval: Duration::from_millis(2),
            priority: GATE_PRIORITY,
            limit: Duration::from_millis(10),
        },
        turns: 5,
        out: PathBuf::from("."),
    };
    for pair in arguments.chunks(2) {
        let [name, value] = pair else { return None };
        let plan = &mut options.plan;
        match name.as_str() {
            "--movements" => plan.movements = value.parse().ok().filter(|number| *number > 0)?,
            "--interval-us" => {
                let us = value.parse().ok().filter(|us| *us >= 2_000)?;
                plan.interval = Duration::from_micros(us);
            }
            "--priority" => plan.priority = value.parse().ok()?,
            "--limit-ms" => plan.limit = Duration::from_millis(value.parse().ok()?),
            "--turns" => options.turns = value.parse().ok()?,
            "--out" => options.out = value.into(),
            _ => return None,
        }
    }
    Some(options)
}

/// Returns whether both targets are met.
fn run(options: &Options) -> Result<bool, Error> {
    let Options { plan, turns, out } = options;
    let granted = Granted::obtain();
    for error in granted.errors() {
        eprintln!("jitter: {error}");
    }
    let failed = |why| Error::Program(format!("{why} ({granted})"));
    let idle = measure("idle", *plan, *turns).map_err(failed)?;
    let busy = load::with_busy_processors(|| measure("busy", *plan, *turns)).map_err(failed)?;
    let pairs = [idle, busy];
    let machine = report::machine();
    let table = report::table(&pairs, *plan);
    let text = format!(
        "Each {} movements of the gate and wake-ups of cyclictest, every {} us, SCHED_FIFO {}, in {turns} turns.\n\
         {machine}.\n\n{table}",
        plan.movements,
        plan.interval.as_micros(),
        plan.priority
    );
    print!("{text}");
    fs::create_dir_all(out).map_err(at(out))?;
    let file = out.join("jitter.md");
    fs::write(&file, &text).map_err(at(&file))?;
    plot::draw(&pairs, *plan, &machine).write(&out.join("jitter.png"))?;
    Ok(pairs.iter().all(|pair| {
        let (gate, other) = (pair.gate.quantile_us(999), pair.cyclictest.quantile_us(999));
        pair.edges.longer_than(plan.limit) == 0 && 10 * gate <= TENTHS_MAX * other
    }))
}
