//! Mutation tests of the modules that decide, with `cargo mutants`.
//!
//! It changes the code in one place at a time. A change that no test notices is a surviving mutant:
//! a test is missing, or the change is equivalent to the original. `tools/mutants-equivalent.txt`
//! lists those that are equivalent.
//!
//! The mutants are built in a copy of the tree in `target/mutants`. A first pass runs only the unit
//! tests of the mutated module. A second pass runs all unit tests and `tests/library` on the
//! survivors.

use crate::command::{output, step};
use crate::text::files;
use anyhow::{Context, Result, bail, ensure};
use std::collections::BTreeSet;
use std::path::{Path, PathBuf};
use std::process::Command;

/// The version whose output and mutants are known. A newer one has other mutants.
const VERSION: &str = "27.1.0";

const LIST: &str = "tools/mutants-equivalent.txt";

/// A module that decides: its name, its files, and the start of its unit tests' names.
struct Part {
    name: &'static str,
    files: &'static [&'static str],
    tests: &'static str,
}

const PARTS: &[Part] = &[
    Part {
        name: "gate",
        files: &["src/gate/**"],
        tests: "gate::",
    },
    Part {
        name: "trigger",
        files: &["src/trigger/**"],
        tests: "trigger::",
    },
    Part {
        name: "matching",
        files: &["src/matching/**"],
        tests: "matching::",
    },
    Part {
        name: "watch",
        files: &["src/watch/**"],
        tests: "watch::",
    },
    Part {
        name: "journal",
        files: &["src/journal/**"],
        tests: "journal::",
    },
    Part {
        name: "verdict",
        files: &["src/verdict/**"],
        tests: "verdict::",
    },
    Part {
        name: "decide",
        files: &[
            "src/run/inspection/decide.rs",
            "src/run/readiness.rs",
            "src/run/readiness/counts.rs",
            "src/run/record/join.rs",
            "src/run/record/moved_late.rs",
            "src/run/record/overlaps.rs",
            "src/run/record/unwritten.rs",
            "src/run/shared/open_parts.rs",
        ],
        tests: "run::",
    },
];

/// Runs the parts with these names, or all; prints the survivors that are not in the list.
///
/// # Errors
///
/// `cargo mutants` is missing or fails, or a mutant survives that is not in the list.
pub fn mutants(root: &Path, names: &[String]) -> Result<()> {
    let is_named = |part: &&Part| names.is_empty() || names.iter().any(|name| name == part.name);
    let parts: Vec<_> = PARTS.iter().filter(is_named).collect();
    if let Some(unknown) = names
        .iter()
        .find(|name| !PARTS.iter().any(|part| part.name == **name))
    {
        let known: Vec<_> = PARTS.iter().map(|part| part.name).collect();
        bail!("{unknown:?} is not one of {}", known.join(", "));
    }
    let version = output(root, &["cargo", "mutants", "--version"]).unwrap_or_default();
    let install = format!("cargo install cargo-mutants --version {VERSION} --locked");
    ensure!(
        version.ends_with(VERSION),
        "cargo mutants {VERSION} is needed: {install}"
    );

    let equivalent = Equivalent::parse(&std::fs::read_to_string(root.join(LIST)).context(LIST)?)?;
    let tree = copy(root)?;
    let mut survivors = Vec::new();
    for part in parts {
        step(&format!("mutants of {}", part.name));
        // Each part has its own results: the second pass continues those of the first.
        let results = format!("target/mutants/{}", part.name);
        let first = ["--timeout", "60", "--cargo-arg=--lib", "--", part.tests];
        pass(root, &tree, part, &results, &first)?;
        let second = ["--timeout", "300", "--iterate", "--baseline", "skip"];
        let tests = ["--cargo-arg=--lib", "--cargo-arg=--test=library"];
        pass(root, &tree, part, &results, &[&second[..], &tests].concat())?;
        let missed = root.join(results).join("mutants.out/missed.txt");
        let missed =
            std::fs::read_to_string(&missed).with_context(|| missed.display().to_string())?;
        for line in missed.lines() {
            survivors.push(Mutant::parse(line, &tree)?);
        }
    }
    let left: Vec<_> = survivors
        .iter()
        .filter(|mutant| !equivalent.has(mutant))
        .collect();
    println!(
        "\n{} survivors, of which {} are equivalent",
        survivors.len(),
        survivors.len() - left.len()
    );
    for mutant in &left {
        println!("{} | {}", mutant.change, mutant.code);
    }
    if names.is_empty() {
        for mutant in equivalent.without(&survivors) {
            println!(
                "listed but not a survivor: {} | {}",
                mutant.change, mutant.code
            );
        }
    }
    ensure!(
        left.is_empty(),
        "{} mutants survive; {LIST} takes equivalent ones",
        left.len()
    );
    Ok(())
}

/// Runs `cargo mutants` once over a part. Survivors are not a failure here.
fn pass(root: &Path, tree: &Path, part: &Part, results: &str, arguments: &[&str]) -> Result<()> {
    let results = root.join(results);
    std::fs::create_dir_all(&results)?;
    // A separate target folder, because waiting for the lock of the usual one would count as a
    // timeout. Our crates are not optimised: they are built for each mutant and run for seconds.
    let status = Command::new("cargo")
        .current_dir(tree)
        .args(["mutants", "--in-place", "--package", "sluice"])
        .args(part.files.iter().flat_map(|files| ["--file", files]))
        .args([
            "--exclude-re",
            "impl (fmt::)?Debug",
            "--no-shuffle",
            "--output",
        ])
        .arg(&results)
        .args(arguments)
        .env("CARGO_TARGET_DIR", root.join("target/mutants/target"))
        .env("CARGO_PROFILE_DEV_OPT_LEVEL", "0")
        .env("CARGO_PROFILE_DEV_DEBUG", "0")
        .env("CARGO_INCREMENTAL", "1")
        .status()
        .context("cargo mutants")?;
    // 2: mutants survive; 3: mutants make the tests too slow, which counts as noticed.
    ensure!(
        matches!(status.code(), Some(0 | 2 | 3)),
        "cargo mutants: {status}"
    );
    Ok(())
}

/// Copies the tracked files to `target/mutants/tree` and returns its path.
///
/// Files that are equal there stay untouched, so that Cargo does not build them again.
fn copy(root: &Path) -> Result<PathBuf> {
    let tree = root.join("target/mutants/tree");
    let files: BTreeSet<PathBuf> = files(root)?.into_iter().collect();
    for file in &files {
        let (from, to) = (root.join(file), tree.join(file));
        let Ok(bytes) = std::fs::read(&from) else {
            continue;
        };
        if !std::fs::read(&to).is_ok_and(|there| there == bytes) {
            std::fs::create_dir_all(to.parent().context("a file in no folder")?)?;
            std::fs::copy(&from, &to).with_context(|| to.display().to_string())?;
        }
    }
    // Rust files that were deleted or moved since the last copy: Cargo would build some of them.
    for file in output(&tree, &["find", ".", "-name", "*.rs", "-printf", "%P\n"])?.lines() {
        if !files.contains(Path::new(file)) {
            std::fs::remove_file(tree.join(file))?;
        }
    }
    Ok(tree)
}

/// A change of the code, identified by what stays the same when lines move.
#[derive(Clone, Debug, PartialEq, Eq)]
struct Mutant {
    /// The file and what is changed, such as `src/a.rs: replace < with <= in f`.
    change: String,
    /// The line that is changed, without its indentation.
    code: String,
}

impl Mutant {
    /// Reads a line of `missed.txt`: `FILE:LINE:COLUMN: CHANGE`.
    fn parse(line: &str, tree: &Path) -> Result<Self> {
        let parse = || {
            let (place, change) = line.split_once(": ")?;
            let [file, row, _] = place.split(':').collect::<Vec<_>>()[..] else {
                return None;
            };
            let text = std::fs::read_to_string(tree.join(file)).ok()?;
            let code = text
                .lines()
                .nth(row.parse::<usize>().ok()?.checked_sub(1)?)?
                .trim();
            Some(Self {
                change: format!("{file}: {change}"),
                code: code.to_owned(),
            })
        };
        parse().with_context(|| format!("cannot read the mutant {line:?}"))
    }
}

/// The list of equivalent mutants.
#[derive(Debug)]
struct Equivalent(Vec<Mutant>);

impl Equivalent {
    /// Reads lines of `CHANGE | CODE | REASON`; lines with `#` are comments.
    fn parse(text: &str) -> Result<Self> {
        let lines = text
            .lines()
            .filter(|line| !line.is_empty() && !line.starts_with('#'));
        let mutants = lines.map(|line| {
            let parts = line.split_once(" | ").and_then(|(change, rest)| {
                let (code, reason) = rest.rsplit_once(" | ")?;
                let is_full = ![change, code, reason]
                    .iter()
                    .any(|part| part.trim().is_empty());
                is_full.then(|| Mutant {
                    change: change.to_owned(),
                    code: code.to_owned(),
                })
            });
            parts.with_context(|| format!("{LIST}: not `CHANGE | CODE | REASON`: {line}"))
        });
        mutants.collect::<Result<_>>().map(Self)
    }

    fn has(&self, mutant: &Mutant) -> bool {
        self.0.contains(mutant)
    }

    /// Entries that are not among `survivors`.
    fn without(&self, survivors: &[Mutant]) -> Vec<&Mutant> {
        self.0
            .iter()
            .filter(|mutant| !survivors.contains(mutant))
            .collect()
    }
}

#[cfg(test)]
mod tests {
    use super::{Equivalent, Mutant};
    use std::path::Path;

    #[test]
    fn a_listed_mutant_is_known_wherever_its_line_is() {
        let tree = Path::new(env!("CARGO_MANIFEST_DIR"));
        let line = "src/mutants.rs:1:14: replace < with <= in f";
        let mutant = Mutant::parse(line, tree).unwrap();
        assert_eq!(mutant.change, "src/mutants.rs: replace < with <= in f");
        assert!(
            mutant.code.starts_with("//! Mutation tests"),
            "{}",
            mutant.code
        );
        let listed = format!(
            "# comment\n\n{} | {} | no effect\n",
            mutant.change, mutant.code
        );
        let list = Equivalent::parse(&listed).unwrap();
        assert!(list.has(&mutant));
        assert!(list.without(std::slice::from_ref(&mutant)).is_empty());
        let other = Mutant {
            code: String::from("if a | b {"),
            ..mutant
        };
        assert!(!list.has(&other));
        assert_eq!(list.without(&[other]).len(), 1);
    }

    #[test]
    fn code_may_contain_the_separator_and_a_reason_is_required() {
        let list = Equivalent::parse("a.rs: x | if a | b { | why").unwrap();
        assert_eq!(list.0[0].code, "if a | b {");
        for line in ["a.rs: x | code", "a.rs: x | code | ", "a.rs: x"] {
            assert!(Equivalent::parse(line).is_err(), "{line}");
        }
    }

    #[test]
    fn a_line_that_is_no_mutant_is_an_error() {
        for line in [
            "",
            "src/mutants.rs:0:1: x",
            "src/mutants.rs:9999:1: x",
            "no.rs:1:1: x",
        ] {
            assert!(
                Mutant::parse(line, Path::new(env!("CARGO_MANIFEST_DIR"))).is_err(),
                "{line}"
            );
        }
    }
}
