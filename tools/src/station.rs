//! The station's program as a child process: builds it, checks it, gives it pictures and reads its
//! output.

use crate::error::{Error, at};
use crate::line::Line;
use std::env;
use std::fs;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdout, Command, Stdio};
use std::thread;
use std::time::Duration;

/// The station file on which the tools base theirs.
const HOST: &str = include_str!("../../board/stations/host.json");

/// Builds the station in the same profile as this tool. Returns the program's path. With the
/// variable `SLUICE`, it is the program that this names, and nothing is built.
///
/// # Errors
///
/// The build fails, or there is no such program.
pub fn build() -> Result<PathBuf, Error> {
    if let Some(program) = env::var_os("SLUICE").map(PathBuf::from) {
        return fs::canonicalize(&program).map_err(at(&program));
    }
    // The station is beside this tool: both are in the folder named after the profile.
    let here = env::current_exe().map_err(at(Path::new("this program")))?;
    let cargo = env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
    let mut command = Command::new(cargo);
    command.args(["build", "--quiet", "--package", "sluice", "--bin", "sluice"]);
    let folder = here.parent();
    if folder.is_some_and(|folder| folder.ends_with("release")) {
        command.arg("--release");
    } else {
        // With the features of this tool's own build, so that nothing is compiled twice. A release
        // is the station as it is shipped.
        command.args(["--package", "sluice-tools"]);
    }
    match command.status() {
        Ok(status) if status.success() => Ok(here.with_file_name("sluice")),
        Ok(status) => Err(Error::Program(format!("cargo build: {status}"))),
        Err(error) => Err(Error::Program(format!("cargo build: {error}"))),
    }
}

/// The station with its directory.
#[derive(Debug)]
pub struct Station {
    program: PathBuf,
    directory: PathBuf,
    file: PathBuf,
    running: Option<(Child, BufReader<ChildStdout>)>,
    delivered: u32,
}

impl Station {
    /// Creates the directories that the station file names.
    pub fn prepare(directory: &Path, program: PathBuf) -> Result<Self, Error> {
        for name in ["parts", "journal", "screens"] {
            let path = directory.join(name);
            fs::create_dir_all(&path).map_err(at(&path))?;
        }
        let station = Self {
            program,
            directory: directory.to_owned(),
            file: directory.join("station.json"),
            running: None,
            delivered: 0,
        };
        station.write_file(1000)?;
        Ok(station)
    }

    /// The file with the movements of the simulated lines.
    pub fn timeline(&self) -> PathBuf {
        self.directory.join("lines.csv")
    }

    /// Writes a station file with a deadline for a machine that needs `engine_ms` for one
    /// execution.
    ///
    /// The deadline of a real line follows from its speed. Here it must only be long enough.
    pub fn write_file(&self, engine_ms: u32) -> Result<(), Error> {
        let deadline_ms = (engine_ms.saturating_mul(4) + 1500).min(60_000);
        let directory = self.directory.display();
        let text = [
            ("\"name\": \"host\"", "\"name\": \"demo\"".to_owned()),
            (
                "\"path\": \"parts\"",
                format!("\"path\": \"{directory}/parts\""),
            ),
            (
                "\"directory\": \"journal\"",
                format!("\"directory\": \"{directory}/journal\""),
            ),
            ("\"lines.csv\"", format!("\"{directory}/lines.csv\"")),
            ("\"screen.png\"", format!("\"{directory}/screen.png\"")),
            ("\"timeout_ms\": 30000", "\"timeout_ms\": 120000".to_owned()),
            (
                "\"deadline_ms\": 7500",
                format!("\"deadline_ms\": {deadline_ms}"),
            ),
            (
                "\"delay_ms\": 8000",
                format!("\"delay_ms\": {}", deadline_ms + 200),
            ),
            (
                "\"part_interval_ms\": 500",
                "\"part_interval_ms\": 1000".to_owned(),
            ),
        ]
        .into_iter()
        .fold(HOST.to_owned(), |text, (from, to)| {
            text.replacen(from, &to, 1)
        });
        fs::write(&self.file, text).map_err(at(&self.file))
    }

    /// Runs `sluice check`. Returns the time of one execution in milliseconds and its peak memory
    /// in KiB.
    ///
    /// # Errors
    ///
    /// The check fails, or does not print how long a picture takes.
    pub fn check(&self) -> Result<(u32, u64), Error> {
        let mut child = self
            .command("check")
            .stdout(Stdio::piped())
            .spawn()
            .map_err(at(&self.program))?;
        let Some(output) = child.stdout.take() else {
            return Err(Error::Program("no output".to_owned()));
        };
        let process = child.id();
        let peak = thread::spawn(move || watch_peak_kib(process));
        let mut time_ms = None;
        for line in BufReader::new(output).lines() {
            let line = line.map_err(at(&self.program))?;
            println!("          {line}");
            if let Some((_, rest)) = line.split_once("a black picture in ") {
                time_ms = rest
                    .split_whitespace()
                    .next()
                    .and_then(|word| word.parse().ok());
            }
        }
        match (child.wait().map_err(at(&self.program))?, time_ms) {
            (status, Some(time_ms)) if status.success() => {
                Ok((time_ms, peak.join().unwrap_or_default()))
            }
            (status, _) => Err(Error::Program(format!("sluice check: {status}"))),
        }
    }

    /// The peak memory of the running station, in KiB.
    ///
    /// # Errors
    ///
    /// The station is not running.
    pub fn peak_kib(&self) -> Result<u64, Error> {
        let peak = self
            .running
            .as_ref()
            .and_then(|(child, _)| peak_kib(child.id()));
        peak.ok_or_else(|| Error::Program("the station is not running".to_owned()))
    }

    /// Starts `sluice run` and waits until it is ready.
    pub fn start(&mut self, parts: u64) -> Result<(), Error> {
        let mut command = self.command("run");
        command
            .args(["--log", "debug", "--parts", &parts.to_string()])
            .stdout(Stdio::piped());
        let mut child = command.spawn().map_err(at(&self.program))?;
        let Some(output) = child.stdout.take() else {
            return Err(Error::Program("no output".to_owned()));
        };
        self.running = Some((child, BufReader::new(output)));
        while !self.read_line()?.starts_with("ready") {}
        Ok(())
    }

    /// Writes a picture beside the watched directory and moves it in, as a camera should. Returns
    /// its number.
    pub fn deliver(&mut self, bytes: &[u8]) -> Result<u32, Error> {
        self.delivered += 1;
        let unfinished = self.directory.join("arriving.png");
        let arrived = self
            .directory
            .join(format!("parts/part-{}.png", self.delivered));
        fs::write(&unfinished, bytes).map_err(at(&unfinished))?;
        fs::rename(&unfinished, &arrived).map_err(at(&arrived))?;
        Ok(self.delivered)
    }

    /// Waits for the next verdict.
    pub fn next_line(&mut self) -> Result<Line, Error> {
        loop {
            if let Some(line) = Line::parse(&self.read_line()?) {
                return Ok(line);
            }
        }
    }

    /// Waits until the station ends, and prints the rest of its output.
    pub fn finish(&mut self) -> Result<(), Error> {
        let Some((mut child, output)) = self.running.take() else {
            return Ok(());
        };
        for line in output.lines() {
            println!("          {}", line.map_err(at(&self.program))?);
        }
        match child.wait().map_err(at(&self.program))? {
            status if status.success() => Ok(()),
            status => Err(Error::Program(format!("sluice run: {status}"))),
        }
    }

    /// Runs `sluice eval` on the rendered parts. Returns its output.
    pub fn evaluate(&self, directory: &Path) -> Result<String, Error> {
        let mut command = self.command("eval");
        command
            .arg(directory.join("set"))
            .arg("--npy")
            .arg(directory.join("npy"));
        let output = command.output().map_err(at(&self.program))?;
        let text = String::from_utf8_lossy(&output.stdout).into_owned();
        print!(
            "{}",
            text.lines()
                .map(|line| format!("          {line}\n"))
                .collect::<String>()
        );
        if output.status.success() {
            Ok(text)
        } else {
            Err(Error::Program(format!(
                "sluice eval: {}",
                String::from_utf8_lossy(&output.stderr)
            )))
        }
    }

    fn command(&self, word: &str) -> Command {
        let mut command = Command::new(&self.program);
        command.arg(word).arg("--station").arg(&self.file);
        command
    }

    fn read_line(&mut self) -> Result<String, Error> {
        let Some((_, output)) = &mut self.running else {
            return Err(Error::Program("not running".to_owned()));
        };
        let mut line = String::new();
        match output.read_line(&mut line) {
            Ok(0) => Err(Error::Program(
                "sluice run ended early; see its output above".to_owned(),
            )),
            Ok(_) => Ok(line.trim_end().to_owned()),
            Err(error) => Err(Error::File {
                path: self.program.clone(),
                error,
            }),
        }
    }
}

impl Drop for Station {
    fn drop(&mut self) {
        if let Some((child, _)) = &mut self.running {
            let _ = child.kill();
            let _ = child.wait();
        }
    }
}

/// The last `VmHWM` of a process, in KiB, sampled every 2 ms until it ends.
fn watch_peak_kib(process: u32) -> u64 {
    let mut peak = 0;
    while let Some(now) = peak_kib(process) {
        peak = now;
        thread::sleep(Duration::from_millis(2));
    }
    peak
}

/// The `VmHWM` of a process, in KiB; none once it has ended.
fn peak_kib(process: u32) -> Option<u64> {
    let status = fs::read_to_string(format!("/proc/{process}/status")).ok()?;
    let line = status
        .lines()
        .find_map(|line| line.strip_prefix("VmHWM:"))?;
    line.split_whitespace().next()?.parse().ok()
}
