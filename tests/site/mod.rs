//! Stations for tests. Each has a directory with a small model, a station file and pictures. The
//! program itself runs there as a child process.
//!
//! The times in the station file are generous, so that no test fails on a busy machine. Tests of
//! times set shorter ones.
//!
//! The CPU engine validates its callers. It writes each misuse and each leak to a file. An ordered
//! stop must leave none.
#![allow(dead_code, reason = "neither test binary uses all of it")]

pub mod inputs;
pub mod library;
pub mod lines;
pub mod pictures;
mod running;
pub mod terminal;
pub mod trigger;

pub use running::Running;
use sluice::journal::{self, Entry, Order, Part, Record};
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use std::{env, process, thread};

/// The longest time that a test waits for anything before it fails. No test measures it.
pub const PATIENCE: Duration = Duration::from_secs(60);

/// From the trigger to the due time, in the station file.
pub const DELAY: Duration = Duration::from_millis(2000);
/// Pulse width, in the station file.
pub const PULSE: Duration = Duration::from_millis(400);

/// The CPU engine's report if it was used correctly.
pub const NOTHING_REPORTED: &str = "validation: 0 misuses, 0 leaks\n";

/// Polls `found` until it returns a value. Fails the test after [`PATIENCE`].
pub fn wait_for<T>(what: &str, mut found: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + PATIENCE;
    loop {
        if let Some(found) = found() {
            return found;
        }
        assert!(Instant::now() < end, "{what}: not within {PATIENCE:?}");
        thread::sleep(Duration::from_millis(10));
    }
}

/// The directory of a station. It is deleted at the end, except when the test fails.
pub struct Site {
    pub path: PathBuf,
}

impl Site {
    /// A directory with the model and the station file of `tests/data/station`, and no pictures.
    pub fn new(test: &str) -> Self {
        static SITES: AtomicUsize = AtomicUsize::new(0);
        let number = SITES.fetch_add(1, Ordering::Relaxed);
        let name = format!("sluice-station-{}-{number}-{test}", process::id());
        let path = env::temp_dir().join(name);
        fs::create_dir(&path).unwrap();
        for directory in ["parts", "done"] {
            fs::create_dir(path.join(directory)).unwrap();
        }
        let data = Path::new(env!("CARGO_MANIFEST_DIR")).join("tests/data/station");
        for file in [
            "parts.onnx",
            "wild.onnx",
            "stray.onnx",
            "aipp.cfg",
            "station.json",
        ] {
            fs::copy(data.join(file), path.join(file)).unwrap();
        }
        Self { path }
    }

    /// A station with a short delay, whose parts do not overlap at the gate.
    pub fn quick(test: &str) -> Self {
        let site = Self::new(test);
        site.change(&[
            (r#""delay_ms": 2000"#, r#""delay_ms": 500"#),
            (r#""deadline_ms": 1900"#, r#""deadline_ms": 500"#),
            (r#""pulse_ms": 400"#, r#""pulse_ms": 40"#),
            (r#""late_max_ms": 390"#, r#""late_max_ms": 39"#),
        ]);
        site
    }

    /// Replaces texts in the station file. Each must occur exactly once.
    pub fn change(&self, changes: &[(&str, &str)]) {
        let path = self.path.join("station.json");
        let mut text = fs::read_to_string(&path).unwrap();
        for (old, new) in changes {
            assert_eq!(text.matches(old).count(), 1, "{old} in the station file");
            text = text.replace(old, new);
        }
        fs::write(path, text).unwrap();
    }

    /// Lets the station keep all parts in the history.
    pub fn keep_history(&self) {
        self.change(&[(
            r#""journal": {"#,
            r#""history": { "directory": "history", "rejects_max": 100, "faults_max": 100, "passes_max": 100,
              "pass_every": 1, "near_max": 100, "size_max_kib": 65536 }, "journal": {"#,
        )]);
    }

    /// The program with these arguments, in this directory. A station that runs prints a line for
    /// each part, unless the arguments have another level.
    pub fn sluice(&self, arguments: &[&str]) -> Command {
        let mut command = self.quiet(arguments);
        if arguments.first() == Some(&"run") && !arguments.contains(&"--log") {
            command.args(["--log", "debug"]);
        }
        command
    }

    /// The program with these arguments only.
    pub fn quiet(&self, arguments: &[&str]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
        command.args(arguments).current_dir(&self.path);
        // Variables of the developer's shell must not change the result.
        for variable in ["ASCENDCL_CPU_RUN_MODE", "ASCENDCL_CPU_FAULT"] {
            command.env_remove(variable);
        }
        command.env("ASCENDCL_CPU_THREADS", "1");
        command.env("ASCENDCL_CPU_VALIDATE", "validation.txt");
        // Resolving the backtraces of leaks takes a second. A station that leaves a hung device
        // kills itself before.
        command.env("ASCENDCL_CPU_BACKTRACE", "0");
        command
    }

    /// Runs the program to its end. If it calls the engine, the engine must report nothing.
    pub fn output(&self, arguments: &[&str]) -> Output {
        let report = self.path.join("validation-once.txt");
        let mut command = self.sluice(arguments);
        command.env("ASCENDCL_CPU_VALIDATE", &report);
        let output = command.output().unwrap();
        if let Ok(text) = fs::read_to_string(&report) {
            assert_eq!(text, NOTHING_REPORTED);
            fs::remove_file(&report).unwrap();
        }
        output
    }

    /// Fails unless the program ends with this code and prints each of these words.
    pub fn assert_says(&self, arguments: &[&str], code: i32, words: &[&str]) {
        let output = self.output(arguments);
        let text = said(&output);
        assert_eq!(output.status.code(), Some(code), "{arguments:?}: {text}");
        for word in words {
            assert!(text.contains(word), "\"{word}\" in: {text}");
        }
    }

    /// Starts the station and waits until it is ready.
    pub fn start(&self) -> Running {
        self.start_with(&[])
    }

    /// Starts the station with these environment variables and waits until it is ready.
    pub fn start_with(&self, variables: &[(&str, &str)]) -> Running {
        let running = self.launch(variables);
        running.line("ready:");
        running
    }

    /// Starts the station with these rules in `ASCENDCL_CPU_FAULT` and waits until it is ready.
    pub fn start_faulty(&self, faults: &str) -> Running {
        self.start_with(&[("ASCENDCL_CPU_FAULT", faults)])
    }

    /// Starts the station and does not wait.
    pub fn launch(&self, variables: &[(&str, &str)]) -> Running {
        let mut command = self.sluice(&["run", "--station", "station.json"]);
        command.envs(variables.iter().copied());
        Running::spawn(&mut command, self.path.join("stderr.txt"))
    }

    /// The path of a picture in the watched directory.
    pub fn part(&self, name: &str) -> PathBuf {
        self.path.join("parts").join(name)
    }

    /// Puts a complete file into the watched directory by a rename.
    pub fn feed(&self, name: &str, content: &[u8]) {
        let beside = self.path.join("arriving");
        fs::write(&beside, content).unwrap();
        fs::rename(beside, self.part(name)).unwrap();
    }

    /// All lines of the journal. Fails if one does not follow the line before.
    pub fn journal(&self) -> Vec<Entry> {
        let directory = self.path.join("journal");
        if !directory.exists() {
            return Vec::new();
        }
        let entries = journal::read(directory.to_str().unwrap()).unwrap();
        let sound = |entry: &Entry| assert_ne!(entry.order, Order::Broken, "{entry:?}");
        entries.inspect(sound).collect()
    }

    /// The parts in the journal, sorted by number: parts that finish together are written in any
    /// order. Fails on a damaged line, except on the last one, which may be incomplete.
    pub fn parts(&self) -> Vec<Part> {
        let entries = self.journal();
        let count = entries.len();
        let parts = entries
            .into_iter()
            .enumerate()
            .filter_map(|(index, entry)| match entry.content {
                Ok(Record::Part(part)) => Some(*part),
                Ok(_) => None,
                Err(_) if index + 1 == count => None,
                Err(damage) => panic!("line {} of the journal: {damage}", entry.line),
            });
        let mut parts: Vec<_> = parts.collect();
        parts.sort_by_key(|part| part.part);
        parts
    }

    /// Waits until the journal contains `count` parts and returns them.
    pub fn wait_parts(&self, count: usize) -> Vec<Part> {
        let what = format!("{count} parts in the journal of {}", self.path.display());
        wait_for(&what, || {
            let parts = self.parts();
            (parts.len() >= count).then_some(parts)
        })
    }

    /// Waits for the record of the part with this picture.
    pub fn wait_part(&self, file: &str) -> Part {
        wait_for(file, || {
            let mut parts = self.parts().into_iter();
            parts.find(|part| name(part) == file)
        })
    }

    /// Feeds a good part and waits for its record. By then the pulses of all earlier parts are
    /// over. Returns the records of all parts.
    pub fn feed_good(&self, name: &str) -> Vec<Part> {
        let before = self.parts().len();
        self.feed(name, &pictures::good());
        let parts = self.wait_parts(before + 1);
        let part = &parts[before];
        let words = (part.verdict.kind.as_str(), part.gate.outcome.as_str());
        assert_eq!(words, ("PASS", "passed"), "{part:?}");
        parts
    }

    /// Feeds a good part and waits until it has passed. From then on the gate is open.
    pub fn assert_passes(&self, file: &str) {
        self.feed(file, &pictures::good());
        let part = self.wait_part(file);
        assert_eq!(part.gate.outcome, "passed", "{part:?}");
    }

    /// The levels of the lines since the last start.
    pub fn timeline(&self) -> lines::Timeline {
        lines::Timeline::read(&self.path.join("lines.csv"))
    }

    /// Waits until the line is active or inactive. The station writes the timeline some
    /// milliseconds after a line changes, so the journal or the terminal can be ahead of it.
    pub fn wait_line(&self, line: lines::Line, active: bool) {
        let what = format!("{line:?} to be active: {active}");
        wait_for(&what, || {
            (self.timeline().is_active_now(line) == active).then_some(())
        });
    }

    /// Waits until the standard error output of the last start contains this text.
    pub fn wait_error(&self, text: &str) {
        wait_for(text, || self.errors().contains(text).then_some(()));
    }

    /// The standard error output of the last start.
    pub fn errors(&self) -> String {
        fs::read_to_string(self.path.join("stderr.txt")).unwrap_or_default()
    }
}

impl Drop for Site {
    fn drop(&mut self) {
        if !thread::panicking() {
            let _ = fs::remove_dir_all(&self.path);
        }
    }
}

/// What a command printed, on both of its outputs.
pub fn said(output: &Output) -> String {
    let texts = [&output.stdout, &output.stderr];
    texts.map(|text| String::from_utf8_lossy(text)).concat()
}

/// The file name of a part's picture. Empty if the part has none.
pub fn name(part: &Part) -> String {
    let picture = part.picture.as_ref();
    picture.map_or_else(String::new, |picture| picture.name.to_string())
}
