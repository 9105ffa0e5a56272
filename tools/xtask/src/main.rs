//! The project's own tasks: `cargo xtask TASK`.

mod circles;
mod modules;
mod names;
mod targets;

use anyhow::{Result, bail, ensure};
use lexopt::prelude::*;
use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask TASK

Tasks:
  circles    finds circles between the modules of a crate; fails if there is one
  names      finds names that stand for two types of the workspace in one file; fails if there
             is one; --all lists names shared with other crates' types as well
";

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

fn run() -> Result<()> {
    let mut arguments = lexopt::Parser::from_env();
    let task = match arguments.next()? {
        Some(Value(task)) => task.string()?,
        Some(Short('h') | Long("help")) => {
            print!("{USAGE}");
            return Ok(());
        }
        Some(other) => return Err(other.unexpected().into()),
        None => bail!("no task named\n\n{USAGE}"),
    };
    match task.as_str() {
        "circles" => check_circles(),
        "names" => {
            let is_all = arguments.next()?.map(|argument| argument == Long("all"));
            check_names(is_all.unwrap_or(false))
        }
        other => bail!("{other:?}: no such task\n\n{USAGE}"),
    }
}

fn check_circles() -> Result<()> {
    let mut count = 0;
    for of in targets::load_all()? {
        for circle in circles::circles(&of) {
            print!("{}: {circle}", of.name);
            count += 1;
        }
    }
    ensure!(
        count == 0,
        "{count} circles between modules; a module's own text says what counts"
    );
    Ok(())
}

/// Without `--all` only names of two types of ours.
fn check_names(is_all: bool) -> Result<()> {
    let crates = targets::load_all()?;
    let mut count = 0;
    for meeting in names::meetings(&crates) {
        let is_ours = meeting.is_ours();
        if is_all || is_ours {
            print!("{meeting}");
        }
        count += usize::from(is_ours);
    }
    ensure!(
        count == 0,
        "{count} names that stand for two types of the workspace in one file"
    );
    Ok(())
}
