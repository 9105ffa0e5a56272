//! Simulates the whole station. `docs/simulation.md` says what that proves.
#![forbid(unsafe_code)]

use sluice_tools::error::Error;
use sluice_tools::simulate::{Order, all, replay};
use std::path::PathBuf;
use std::process::ExitCode;

const HELP: &str = "\
Simulates the whole station, with random parts and faults, and checks what it promises.

Usage: simulate [--parts N] [--seed S] [--jobs J]    N parts (1000000), in runs of 5000 parts, each
                                                     with its own seed, from S (1) on; J at once
       simulate --seed S --steps FILE                the steps of a failure once more

A failure is shrunk, and its steps are written to simulate-SEED.steps.
";

fn main() -> ExitCode {
    let mut order = Order::default();
    let mut steps = None;
    let mut arguments = std::env::args().skip(1);
    while let Some(name) = arguments.next() {
        let value = arguments.next().unwrap_or_default();
        let number = value.parse::<u64>();
        match (name.as_str(), number) {
            ("--parts", Ok(number)) => order.parts = number,
            ("--seed", Ok(number)) => order.seed = number,
            ("--jobs", Ok(number)) => order.jobs = usize::try_from(number).unwrap_or(1),
            ("--steps", _) if !value.is_empty() => steps = Some(PathBuf::from(value)),
            _ => {
                print!("{HELP}");
                return ExitCode::FAILURE;
            }
        }
    }
    let done: Result<(), Error> = match steps {
        Some(steps) => replay(order.seed, &steps),
        None => all(&order),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("simulate: {error}");
            ExitCode::FAILURE
        }
    }
}
