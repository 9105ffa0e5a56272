//! The project's own tasks: `cargo xtask TASK`.

mod circles;
mod modules;
mod names;
mod targets;
mod text;

use anyhow::{Context, Result, bail, ensure};
use lexopt::prelude::*;
use std::path::PathBuf;
use std::process::ExitCode;

const USAGE: &str = "\
Usage: cargo xtask TASK [OPTIONS]

Finds, and fails if there is one:
  circles              circles between the modules of a crate
  names [--all]        names of two types of the workspace in one file;
                       --all lists those shared with other crates' types as well
  words [--list]       words of tools/xtask/words.txt, and comments wider than 100 columns;
                       --list only prints them

For readers of the text:
  comments --seed N [--count N]    draws comments at random (60)
  sentences FILE.md [--over N]     words per sentence; prints those with more than N
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

/// The options of all tasks.
#[derive(Debug, Default)]
struct Options {
    is_all: bool,
    is_list: bool,
    seed: Option<u64>,
    count: Option<usize>,
    over: Option<usize>,
    file: Option<PathBuf>,
}

fn run() -> Result<()> {
    let mut arguments = lexopt::Parser::from_env();
    let mut task = None;
    let mut options = Options::default();
    while let Some(argument) = arguments.next()? {
        match argument {
            Short('h') | Long("help") => {
                print!("{USAGE}");
                return Ok(());
            }
            Long("all") => options.is_all = true,
            Long("list") => options.is_list = true,
            Long("seed") => options.seed = Some(arguments.value()?.parse().context("--seed")?),
            Long("count") => options.count = Some(arguments.value()?.parse().context("--count")?),
            Long("over") => options.over = Some(arguments.value()?.parse().context("--over")?),
            Value(value) if task.is_none() => task = Some(value.string()?),
            Value(value) if options.file.is_none() => options.file = Some(value.into()),
            other => return Err(other.unexpected().into()),
        }
    }
    match task.as_deref() {
        Some("circles") => check_circles(),
        Some("names") => check_names(options.is_all),
        Some("words") => check_words(options.is_list),
        Some("comments") => {
            let seed = options.seed.context("comments: --seed N is missing")?;
            print_comments(seed, options.count.unwrap_or(60))
        }
        Some("sentences") => {
            let file = options.file.context("sentences: no file named")?;
            print_sentences(&file, options.over)
        }
        Some(other) => bail!("{other:?}: no such task\n\n{USAGE}"),
        None => bail!("no task named\n\n{USAGE}"),
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
        "{count} circles; tools/xtask/src/circles.rs defines them"
    );
    Ok(())
}

/// Without `is_all` it prints only names of two types of the workspace.
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
        "{count} names of two types of the workspace in one file"
    );
    Ok(())
}

fn check_words(is_list: bool) -> Result<()> {
    let places = text::words::places(&text::tracked()?);
    for text::words::Place { file, line, what } in &places {
        println!("{}:{line}: {what}", file.display());
    }
    let count = places.len();
    ensure!(
        count == 0 || is_list,
        "{count} places; tools/xtask/words.txt has the plain words"
    );
    Ok(())
}

fn print_comments(seed: u64, count: usize) -> Result<()> {
    let sources = text::tracked()?;
    for (index, (file, comment)) in text::comments::draw(&sources, seed, count)
        .iter()
        .enumerate()
    {
        println!("{}. {}:{}", index + 1, file.display(), comment.line);
        for line in &comment.lines {
            println!("    {line}");
        }
    }
    Ok(())
}

fn print_sentences(file: &std::path::Path, over: Option<usize>) -> Result<()> {
    let text = std::fs::read_to_string(file).with_context(|| file.display().to_string())?;
    let page = text::sentences::page(&text);
    for (name, sentences) in [("prose", &page.prose), ("tables", &page.tables)] {
        if let Some([median, p90, max]) = text::sentences::figures(sentences) {
            let count = sentences.len();
            println!("{name}: {count} sentences, words: median {median}, p90 {p90}, longest {max}");
        }
    }
    for sentence in page.prose.iter().chain(&page.tables) {
        let count = sentence.words.len();
        if over.is_some_and(|over| count > over) {
            println!(
                "line {}, {count} words: {}",
                sentence.line,
                sentence.words.join(" ")
            );
        }
    }
    Ok(())
}
