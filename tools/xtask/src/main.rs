//! The project's own tasks: `cargo xtask TASK`.

mod circles;
/// The command line of `sluice`, included by its path: no one can link to a program.
#[path = "../../../src/bin/sluice/cli.rs"]
#[allow(
    dead_code,
    reason = "only the definition is used, not the parsed values"
)]
mod cli;
mod command;
mod documents;
mod licences;
mod manual;
mod modules;
mod mutants;
mod names;
mod targets;
mod tasks;
mod text;

use anyhow::{Context, Result, ensure};
use lexopt::prelude::*;
use std::path::Path;
use std::process::ExitCode;
use tasks::Task;

const USAGE: &str = "\
Usage: cargo xtask TASK... | TOOL [OPTIONS]

Tasks, one or several:
  check        lint and unit tests: run it before each commit
  lint         format, clippy, circles, names, words, documents, licences
  test         documentation, all tests, demonstration
  bindings     compares the generated bindings with ffi/acl.h; needs libclang
  service      has systemd check the service unit
  opencv       compares crop and resize with OpenCV
  models       tests model/ and tools/engine/, compares the model's figures with the station's
  schema       compares the JSON Schema of the station file with the station
  acl          runs C programs against the CPU engine, compares operators with ONNX Runtime
  faults       lets system calls of the station fail; needs strace
  aarch64      tests for aarch64 under qemu
  board        runs the station on the emulated board
  package      builds packages of the test programs, installs and removes them, and deploys them
  fuzz         fuzzes each target of tools/fuzz for a minute, where cargo-fuzz is installed
  prepare      fetches and builds what the tasks from opencv on need
  all          every task, as .ci/run does

Tools that find something, and fail if they do:
  circles              circles between the modules of a crate
  names [--all]        names of two types of the workspace in one file;
                       --all lists those shared with other crates' types as well
  words [--list]       words of tools/xtask/words.txt, and comments wider than 100 columns;
                       --list only prints them
  documents            links, paths and commands in pages that are wrong; pages that the book lacks;
                       prints translations whose original changed since
  mutants [PART]...    changes of the deciding modules that no test notices; takes hours

Other tools:
  comments --seed N [--count N]    draws comments at random (60)
  sentences FILE.md [--over N]     words per sentence; prints those with more than N
  licences [--check]               writes docs/third-party.md, or compares it
  licences --texts [PACKAGE]       prints all texts, for the program of a package (sluice)
  book FOLDER                      writes what mdBook needs; then run `mdbook build FOLDER`
  manual [--check]                 writes man pages and completions of sluice, or compares them
";

const TASKS: &[(&str, Task)] = &[
    ("check", tasks::check),
    ("lint", tasks::lint),
    ("test", tasks::test),
    ("bindings", tasks::bindings),
    ("service", tasks::service),
    ("opencv", tasks::opencv),
    ("models", tasks::models),
    ("schema", tasks::schema),
    ("acl", tasks::acl),
    ("faults", tasks::faults),
    ("aarch64", tasks::aarch64::test),
    ("board", tasks::board),
    ("package", tasks::package),
    ("fuzz", tasks::fuzz),
    ("prepare", tasks::prepare),
    ("all", tasks::all),
];

const TOOLS: [&str; 10] = [
    "book",
    "circles",
    "comments",
    "documents",
    "licences",
    "manual",
    "mutants",
    "names",
    "sentences",
    "words",
];

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("xtask: {error:#}");
            ExitCode::FAILURE
        }
    }
}

/// The arguments of all tools.
#[derive(Debug, Default)]
struct Arguments {
    names: Vec<String>,
    flags: Vec<&'static str>,
    seed: Option<u64>,
    count: Option<usize>,
    over: Option<usize>,
}

impl Arguments {
    /// None if the usage was asked for.
    fn parse() -> Result<Option<Self>> {
        let mut parser = lexopt::Parser::from_env();
        let mut arguments = Self::default();
        while let Some(argument) = parser.next()? {
            match argument {
                Short('h') | Long("help") => return Ok(None),
                Long("all") => arguments.flags.push("all"),
                Long("list") => arguments.flags.push("list"),
                Long("check") => arguments.flags.push("check"),
                Long("texts") => arguments.flags.push("texts"),
                Long("seed") => arguments.seed = Some(parser.value()?.parse().context("--seed")?),
                Long("count") => {
                    arguments.count = Some(parser.value()?.parse().context("--count")?);
                }
                Long("over") => arguments.over = Some(parser.value()?.parse().context("--over")?),
                Value(value) => arguments.names.push(value.string()?),
                other => return Err(other.unexpected().into()),
            }
        }
        Ok(Some(arguments))
    }

    fn has(&self, flag: &str) -> bool {
        self.flags.contains(&flag)
    }
}

fn run() -> Result<()> {
    let Some(arguments) = Arguments::parse()? else {
        print!("{USAGE}");
        return Ok(());
    };
    let (name, others) = arguments
        .names
        .split_first()
        .with_context(|| format!("no task named\n\n{USAGE}"))?;
    match name.as_str() {
        "circles" => check_circles(),
        "names" => check_names(arguments.has("all")),
        "words" => check_words(arguments.has("list")),
        "documents" => check_documents(),
        "book" => {
            let folder = others.first().context("book: no folder named")?;
            let root = targets::root()?;
            documents::write_book(
                &root,
                &text::tracked()?,
                &text::files(&root)?,
                Path::new(folder),
            )
        }
        "comments" => {
            let seed = arguments.seed.context("comments: --seed N is missing")?;
            print_comments(seed, arguments.count.unwrap_or(60))
        }
        "sentences" => {
            let file = others.first().context("sentences: no file named")?;
            print_sentences(Path::new(file), arguments.over)
        }
        "licences" if arguments.has("texts") => {
            let package = others.first().map_or(licences::STATION, String::as_str);
            let crates = licences::crates(&targets::root()?, package)?;
            print!("{}", licences::texts(&crates)?);
            Ok(())
        }
        "licences" => check_licences(!arguments.has("check")),
        "manual" => manual::write(&targets::root()?, arguments.has("check")),
        "mutants" => mutants::mutants(&targets::root()?, others),
        _ => {
            let tasks = arguments.names.iter().map(|name| {
                let found = TASKS.iter().find(|(known, _)| known == name);
                found.with_context(|| format!("{name:?}: no such task\n\n{USAGE}"))
            });
            let tasks = tasks.collect::<Result<Vec<_>>>()?;
            let root = targets::root()?;
            tasks.into_iter().try_for_each(|(_, task)| task(&root))
        }
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

fn check_documents() -> Result<()> {
    let root = targets::root()?;
    let tasks: Vec<&str> = TASKS.iter().map(|(name, _)| *name).chain(TOOLS).collect();
    let found = documents::check(&root, &text::tracked()?, &text::files(&root)?, &tasks)?;
    for text::words::Place { file, line, what } in found.notes.iter().chain(&found.faults) {
        println!("{}:{line}: {what}", file.display());
    }
    let count = found.faults.len();
    ensure!(count == 0, "{count} places");
    Ok(())
}

/// Writes the list of third-party crates, or fails if it is out of date.
fn check_licences(is_written: bool) -> Result<()> {
    let root = targets::root()?;
    let page = licences::page(&licences::crates(&root, licences::STATION)?);
    let file = root.join(licences::PAGE);
    if is_written {
        return std::fs::write(&file, page).context(licences::PAGE);
    }
    let there = std::fs::read_to_string(&file).context(licences::PAGE)?;
    ensure!(
        there == page,
        "{} is out of date; run `cargo xtask licences`",
        licences::PAGE
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

fn print_sentences(file: &Path, over: Option<usize>) -> Result<()> {
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
