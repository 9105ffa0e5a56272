//! The program at work, as its children's parent sees it.

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

/// A station at work. Killed when it is dropped.
pub struct Running {
    child: Child,
    lines: Receiver<String>,
    stderr: PathBuf,
    /// What the CPU engine reports.
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

    /// The next line that begins with `start`; the ones before it are dropped.
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

    /// The next line that has `text` in it; the ones before it are dropped.
    pub fn line_with(&self, text: &str) -> String {
        loop {
            let line = self.line("");
            if line.contains(text) {
                return line;
            }
        }
    }

    /// The next verdict; nothing when the program ends without one.
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

    /// The next verdict.
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

    /// Stops the thread of this name while `work` is done, as a debugger does it.
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
        // Before anything may fail: a program with a stopped thread cannot be ended. If it has ended all the same, it
        // is gone only after a wait for its stopped thread.
        if ptrace::detach(thread, None).is_err() {
            let _ = waitpid(thread, Some(WaitPidFlag::__WALL));
        }
        done.unwrap_or_else(|panic| panic::resume_unwind(panic))
    }

    /// Waits for the end. The exit code; nothing after a signal that ended it.
    pub fn wait(&mut self) -> Option<i32> {
        wait_for("the end of the station", || self.child.try_wait().unwrap()).code()
    }

    /// Asks the station to stop, and holds it to what its engine reports. Its exit code.
    pub fn stop(&mut self) -> Option<i32> {
        let code = self.stop_with_leaks();
        if code == Some(0) {
            assert_eq!(self.validation(), NOTHING_REPORTED);
        }
        code
    }

    /// As [`Self::stop`], for a station whose device still works on a slot: it leaves that slot to the device, with all
    /// that it needs, and does not finalise.
    pub fn stop_with_leaks(&mut self) -> Option<i32> {
        self.signal(Signal::SIGTERM);
        self.wait()
    }

    /// What the CPU engine has reported since the last start; empty when it was never called.
    pub fn validation(&self) -> String {
        fs::read_to_string(&self.validation).unwrap_or_default()
    }

    /// Ends it without a chance to say anything.
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
