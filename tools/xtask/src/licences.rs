//! The licences of the third-party crates in the station's program.

use crate::command::output;
use crate::targets::metadata;
use anyhow::{Context, Result, ensure};
use serde_json::Value;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt::Write as _;
use std::path::{Path, PathBuf};

/// The package of the station's program.
pub const STATION: &str = "sluice";

/// The page that lists the crates of [`STATION`].
pub const PAGE: &str = "docs/third-party.md";

/// The systems that the station is built for.
const TARGETS: [&str; 2] = ["aarch64-unknown-linux-gnu", "x86_64-unknown-linux-gnu"];

const HEAD: &str = "\
# Third-party crates in the station

The program `sluice` contains these crates, with default features, on aarch64 or x86-64 Linux. The
list leaves out the crates of this project and those that are only used to build. The program also
contains parts of Rust's standard library (MIT OR Apache-2.0, with its own notices), and the Chinese
letters of the font Fusion Pixel (SIL Open Font License 1.1, `src/screen/hanzi/LICENSE`).

Each licence is the one that the crate declares; `/` means OR. Most licences require that you pass
on their notice with the program. `cargo xtask licences --texts` prints the texts.

`cargo xtask licences` writes this page, and `cargo xtask check` fails if it is out of date.

| crate | version | licence |
|---|---|---|
";

/// The licence of the Chinese letters on the operator's screen.
const FONT_LICENCE: &str = include_str!("../../../src/screen/hanzi/LICENSE");

/// A third-party crate.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub struct ThirdParty {
    name: String,
    version: String,
    licence: String,
}

/// The crates in the program of a package of the workspace, for any of [`TARGETS`].
///
/// # Errors
///
/// Cargo fails.
pub fn crates(root: &Path, package: &str) -> Result<BTreeSet<ThirdParty>> {
    let mut line = vec!["cargo", "tree", "--locked", "--package", package];
    line.extend([
        "--edges",
        "normal,no-proc-macro",
        "--prefix",
        "none",
        "--format",
        "{p}|{l}",
    ]);
    line.extend(TARGETS.iter().flat_map(|target| ["--target", target]));
    parse(&output(root, &line)?)
}

/// Reads lines of `name vVERSION|LICENCE`. Crates of the workspace have their folder there too.
fn parse(tree: &str) -> Result<BTreeSet<ThirdParty>> {
    let mut found = BTreeSet::new();
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let line = line.trim_end_matches(" (*)");
        let (package, licence) = line.split_once('|').context("no licence column")?;
        let words: Vec<_> = package.split(' ').collect();
        if let [name, version] = words.as_slice() {
            ensure!(!licence.is_empty(), "{name} declares no licence");
            let version = version.trim_start_matches('v').to_owned();
            found.insert(ThirdParty {
                name: (*name).to_owned(),
                version,
                licence: licence.to_owned(),
            });
        }
    }
    Ok(found)
}

/// The page as it should be.
pub fn page(crates: &BTreeSet<ThirdParty>) -> String {
    let mut page = HEAD.to_owned();
    for ThirdParty {
        name,
        version,
        licence,
    } in crates
    {
        // Writing to a string cannot fail.
        let _ = writeln!(page, "| {name} | {version} | {licence} |");
    }
    page
}

/// The text of every licence file of `crates`, each under the names of its crates.
///
/// # Errors
///
/// A crate is not downloaded, has no such file, or one cannot be read.
pub fn texts(crates: &BTreeSet<ThirdParty>) -> Result<String> {
    let folders = folders(&metadata(&[])?)?;
    let mut texts: BTreeMap<String, Vec<String>> = BTreeMap::new();
    let mut missing = Vec::new();
    for ThirdParty {
        name,
        version,
        licence,
    } in crates
    {
        let title = format!("{name} {version} ({licence})");
        let folder = folders
            .get(&(name.clone(), version.clone()))
            .context(title.clone())?;
        let files = licence_files(folder).with_context(|| title.clone())?;
        if files.is_empty() {
            missing.push(title.clone());
        }
        for file in files {
            let text =
                std::fs::read_to_string(&file).with_context(|| file.display().to_string())?;
            texts.entry(text).or_default().push(title.clone());
        }
    }
    let mut page = String::new();
    for (text, titles) in texts {
        let _ = write!(
            page,
            "{}\n\n{}\n\n{}\n\n",
            titles.join("\n"),
            text.trim(),
            "=".repeat(80)
        );
    }
    let _ = write!(
        page,
        "The font Fusion Pixel (OFL-1.1)\n\n{}\n\n{}\n\n",
        FONT_LICENCE.trim(),
        "=".repeat(80)
    );
    if !missing.is_empty() {
        let _ = write!(page, "Crates that ship no text:\n{}\n", missing.join("\n"));
    }
    Ok(page)
}

fn folders(metadata: &Value) -> Result<BTreeMap<(String, String), PathBuf>> {
    let packages = metadata["packages"].as_array().context("no packages")?;
    let folder = |package: &Value| {
        let text = |key: &str| package[key].as_str().map(str::to_owned);
        let manifest = PathBuf::from(text("manifest_path")?);
        Some((
            (text("name")?, text("version")?),
            manifest.parent()?.to_owned(),
        ))
    };
    Ok(packages.iter().filter_map(folder).collect())
}

fn licence_files(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut files = Vec::new();
    for entry in std::fs::read_dir(folder)? {
        let path = entry?.path();
        let name = path
            .file_name()
            .unwrap_or_default()
            .to_string_lossy()
            .to_uppercase();
        let is_text = [
            "LICENSE",
            "LICENCE",
            "COPYING",
            "COPYRIGHT",
            "NOTICE",
            "UNLICENSE",
        ]
        .iter()
        .any(|start| name.starts_with(start));
        if is_text && path.is_file() {
            files.push(path);
        }
    }
    files.sort();
    Ok(files)
}

#[cfg(test)]
mod tests {
    use super::{page, parse};

    #[test]
    fn third_party_crates_are_listed_once_and_sorted() {
        let tree = "sluice v0.1.0 (/a/b)|MIT\nb v1.2.3|MIT/Apache-2.0\na v1.0.0|ISC\n\n\
                    b v1.2.3|MIT/Apache-2.0 (*)\n";
        let page = page(&parse(tree).unwrap());
        let (_, rows) = page.split_once("|---|---|---|\n").unwrap();
        assert_eq!(
            rows,
            "| a | 1.0.0 | ISC |\n| b | 1.2.3 | MIT/Apache-2.0 |\n"
        );
    }

    #[test]
    fn a_crate_without_a_licence_is_an_error() {
        assert_eq!(
            parse("a v1.0.0|").unwrap_err().to_string(),
            "a declares no licence"
        );
    }
}
