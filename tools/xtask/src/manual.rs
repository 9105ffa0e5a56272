//! The man pages and shell completions of `sluice`, made from its command line's definition.

use crate::cli;
use anyhow::{Context, Result, ensure};
use clap::{Command, CommandFactory};
use clap_complete::Shell;
use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};

const DIRECTORY: &str = "docs/manual";

/// Writes all pages and completions to `docs/manual/`. With `is_check` it writes nothing, and fails
/// if one is out of date.
pub fn write(root: &Path, is_check: bool) -> Result<()> {
    let files = files()?;
    let directory = &root.join(DIRECTORY);
    if is_check {
        let is_current = |(name, text): (&PathBuf, &Vec<u8>)| {
            fs::read(directory.join(name)).is_ok_and(|found| found == *text)
        };
        let old: Vec<_> = files.iter().filter(|file| !is_current(*file)).collect();
        let names: Vec<_> = old
            .iter()
            .map(|(name, _)| name.display().to_string())
            .collect();
        ensure!(
            names.is_empty(),
            "{DIRECTORY} is out of date ({}); run `cargo xtask manual`",
            names.join(", ")
        );
        return Ok(());
    }
    fs::create_dir_all(directory).context(DIRECTORY)?;
    for (name, text) in &files {
        let path = directory.join(name);
        fs::write(&path, text).with_context(|| path.display().to_string())?;
    }
    Ok(())
}

fn files() -> Result<BTreeMap<PathBuf, Vec<u8>>> {
    let mut program = cli::Cli::command();
    program.build();
    let mut files = BTreeMap::new();
    page(&program, &mut files)?;
    for command in program.get_subcommands() {
        if !command.is_hide_set() && command.get_name() != "help" {
            page(command, &mut files)?;
        }
    }
    for (shell, name) in [
        (Shell::Bash, "sluice.bash"),
        (Shell::Fish, "sluice.fish"),
        (Shell::Zsh, "_sluice"),
    ] {
        let mut text = Vec::new();
        clap_complete::generate(shell, &mut cli::Cli::command(), "sluice", &mut text);
        files.insert(name.into(), text);
    }
    Ok(files)
}

fn page(command: &Command, files: &mut BTreeMap<PathBuf, Vec<u8>>) -> Result<()> {
    let man = clap_mangen::Man::new(command.clone());
    let mut text = Vec::new();
    man.render(&mut text)?;
    files.insert(man.get_filename().into(), text);
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn there_is_a_page_for_each_command_with_its_options() {
        let files = files().unwrap();
        for command in [
            "run",
            "check",
            "eval",
            "tune",
            "safe",
            "pulse",
            "watch-lines",
            "explain",
            "version",
        ] {
            let page = &files[Path::new(&format!("sluice-{command}.1"))];
            let page = String::from_utf8_lossy(page);
            assert!(page.contains(&format!(".TH sluice-{command} 1")), "{page}");
        }
        let page = String::from_utf8_lossy(&files[Path::new("sluice-tune.1")]);
        assert!(page.contains("\\-\\-miss"), "{page}");
        let bash = String::from_utf8_lossy(&files[Path::new("sluice.bash")]);
        assert!(bash.contains("--miss") && bash.contains("watch-lines"));
        assert!(!files.contains_key(Path::new("sluice-guard.1")));
    }
}
