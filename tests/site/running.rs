//! The station's program as a child process.

use super::{NOTHING_REPORTED, PATIENCE, wait_for};
use nix::sys::ptrace;
use nix::sys::signal::{Signal, kill};
use nix::sys::wait::{WaitPidFlag, waitpid};
use nix::unistd::Pid;
use std::fs::{self, File};
use std::io::{BufRead as _, BufReader};
use std::panic::{self, AssertUnwindSafe};
use std::path::PathBuf;
use std::process::{Child, Command, Stdio};
use std::sync::mpsc::{Receiver, RecvTimeoutError, channel};
use std::thread;
use std::time::Instant;

/// A verdict as the program prints it: `#000001 PASS      12 ms  good  a.png`.
#[derive(Debug, PartialEq, Eq)]
pub struct Printed {
    pub kind: String,
    pub name: String,
    pub text: String,
}

/// A running station. Dropping it kills the process.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    stderr: PathBuf,
    /// The file to which the CPU engine writes its report.
    validation: PathBuf,
}

impl Running {
    pub fn spawn(command: &mut Command, stderr: PathBuf) -> Self {
        let validation = command.get_current_dir().unwrap().join("validation.txt");
        let _ = fs::remove_file(&validation);
        let mut child = command
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(File::create(&stderr).unwrap())
            .spawn()
            .unwrap();
        let output = BufReader::new(child.stdout.take().unwrap());
        let (sender, lines) = channel();
        thread::spawn(move || {
            output
                .lines()
                .map_while(Result::ok)
                .try_for_each(|line| sender.send(line))
        });
        Self {
            child,
            lines,
            stderr,
            validation,
        }
    }

    /// Waits for the next line that begins with `start`. Drops the lines before it.
    pub fn line(&self, start: &str) -> String {
        loop {
            match self.lines.recv_timeout(PATIENCE) {
                Ok(line) if line.starts_with(start) => return line,
                Ok(_) => {}
                Err(error) => panic!(
                    "no line that begins with \"{start}\": {error}; standard error: {}",
                    fs::read_to_string(&self.stderr).unwrap_or_default()
                ),
            }
        }
    }

    /// Waits for the next line that contains `text`. Drops the lines before it.
    pub fn line_with(&self, text: &str) -> String {
        loop {
            let line = self.line("");
            if line.contains(text) {
                return line;
            }
        }
    }

    /// Waits for the next verdict. Returns `None` if the program ends without one.
    pub fn verdict_or_end(&self) -> Option<String> {
        let end = Instant::now() + PATIENCE;
        loop {
            match self.lines.recv_timeout(end.duration_since(Instant::now())) {
                Ok(line) if line.starts_with('#') => return Some(line),
                Ok(_) => {}
                Err(RecvTimeoutError::Disconnected) => return None,
                Err(RecvTimeoutError::Timeout) => panic!("no verdict within {PATIENCE:?}"),
            }
        }
    }

    /// Waits for the next verdict.
    pub fn verdict(&self) -> Printed {
        let text = self.line("#");
        let kind = text.split_whitespace().nth(1).unwrap().to_owned();
        let name = text.rsplit("  ").next().unwrap().to_owned();
        Printed { kind, name, text }
    }

    pub fn id(&self) -> u32 {
        self.child.id()
    }

    pub fn signal(&self, signal: Signal) {
        kill(Pid::from_raw(self.child.id().try_into().unwrap()), signal).unwrap();
    }

    /// Suspends the thread of this name while `work` runs, as a debugger does.
    pub fn without<T>(&self, name: &str, work: impl FnOnce() -> T) -> T {
        let thread = wait_for(name, || {
            fs::read_dir(format!("/proc/{}/task", self.id()))
                .unwrap()
                .map(|entry| entry.unwrap().path())
                .find(|path| fs::read_to_string(path.join("comm")).unwrap().trim_end() == name)
                .map(|path| path.file_name().unwrap().to_str().unwrap().parse().unwrap())
        });
        let thread = Pid::from_raw(thread);
        ptrace::seize(thread, ptrace::Options::empty()).unwrap();
        ptrace::interrupt(thread).unwrap();
        waitpid(thread, Some(WaitPidFlag::__WALL)).unwrap();
        let done = panic::catch_unwind(AssertUnwindSafe(work));
        // Detach before anything can fail: a process with a suspended thread cannot end. If the
        // process has ended anyway, only this wait reaps it.
        if ptrace::detach(thread, None).is_err() {
            let _ = waitpid(thread, Some(WaitPidFlag::__WALL));
        }
        done.unwrap_or_else(|panic| panic::resume_unwind(panic))
    }

    /// Waits for the end. Returns the exit code, or `None` if a signal ended the process.
    pub fn wait(&mut self) -> Option<i32> {
        wait_for("the end of the station", || self.child.try_wait().unwrap()).code()
    }

    /// Stops the station with SIGTERM and returns its exit code. Fails if the CPU engine reported
    /// anything.
    pub fn stop(&mut self) -> Option<i32> {
        let code = self.stop_with_leaks();
        if code == Some(0) {
            assert_eq!(self.validation(), NOTHING_REPORTED);
        }
        code
    }

    /// Like [`Self::stop`], for a station whose device still works on a slot. Such a station leaves
    /// the slot to the device and does not finalise AscendCL.
    pub fn stop_with_leaks(&mut self) -> Option<i32> {
        self.signal(Signal::SIGTERM);
        self.wait()
    }

    /// The CPU engine's report since the last start. Empty if the engine was never called.
    pub fn validation(&self) -> String {
        fs::read_to_string(&self.validation).unwrap_or_default()
    }

    /// Kills the process with SIGKILL.
    pub fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}
