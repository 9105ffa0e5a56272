//! Runs the programs that a task consists of.

use anyhow::{Context, Result, ensure};
use std::ffi::OsString;
use std::path::Path;
use std::process::{Command, Stdio};
use std::sync::LazyLock;
use std::time::Instant;

static BEGIN: LazyLock<Instant> = LazyLock::new(Instant::now);

/// Prints the name of the step that follows, and the seconds since the first.
pub fn step(name: &str) {
    println!("\n== {name} ({} s)", BEGIN.elapsed().as_secs());
}

/// Runs a program in the workspace's folder `root`.
///
/// # Errors
///
/// The program does not start, or fails.
pub fn run(root: &Path, line: &[&str]) -> Result<()> {
    run_with(root, line, &[])
}

/// Runs a program with further environment variables.
///
/// # Errors
///
/// See [`run`].
pub fn run_with(root: &Path, line: &[&str], variables: &[(&str, &str)]) -> Result<()> {
    let mut command = command(root, line);
    let status = command.envs(variables.iter().copied()).status();
    let status = status.with_context(|| line[0].to_owned())?;
    ensure!(status.success(), "`{}` failed: {status}", line.join(" "));
    Ok(())
}

/// Runs a program and returns what it prints, without the last newline.
///
/// # Errors
///
/// See [`run`].
pub fn output(root: &Path, line: &[&str]) -> Result<String> {
    let output = command(root, line).stderr(Stdio::inherit()).output();
    let output = output.with_context(|| line[0].to_owned())?;
    ensure!(
        output.status.success(),
        "`{}` failed: {}",
        line.join(" "),
        output.status
    );
    Ok(String::from_utf8(output.stdout)?.trim_end().to_owned())
}

fn command(root: &Path, line: &[&str]) -> Command {
    let mut command = Command::new(line[0]);
    command.args(&line[1..]).current_dir(root);
    if let Some(paths) = std::env::var_os("LD_LIBRARY_PATH") {
        command.env("LD_LIBRARY_PATH", without_cargo(root, &paths));
    }
    command
}

/// `cargo run` adds the folders of its libraries. A checked program must not find ours there.
fn without_cargo(root: &Path, paths: &OsString) -> OsString {
    let of_cargo = |path: &Path| {
        path.starts_with(root.join("target"))
            || path.components().any(|c| c.as_os_str() == "rustlib")
    };
    let kept = std::env::split_paths(paths).filter(|path| !of_cargo(path));
    std::env::join_paths(kept).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::{output, run, without_cargo};
    use std::path::Path;

    #[test]
    fn a_program_that_fails_is_an_error_with_its_line() {
        let root = Path::new("/");
        run(root, &["true"]).unwrap();
        let error = run(root, &["sh", "-c", "exit 3"]).unwrap_err().to_string();
        assert_eq!(error, "`sh -c exit 3` failed: exit status: 3");
        assert!(run(root, &["/no/such/program"]).is_err());
        assert_eq!(output(root, &["echo", "a b"]).unwrap(), "a b");
        assert!(output(root, &["false"]).is_err());
    }

    #[test]
    fn library_paths_of_cargo_are_removed_and_others_kept() {
        let paths = "/a/target/debug/deps:/opt/lib:/r/lib/rustlib/x/lib:/b/target".into();
        assert_eq!(without_cargo(Path::new("/a"), &paths), "/opt/lib:/b/target");
    }
}
