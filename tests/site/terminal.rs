//! A terminal in which a command runs: tmux, without a screen.

use super::{Site, wait_for};
use std::path::Path;
use std::process::{Command, Output};
use std::sync::atomic::{AtomicUsize, Ordering};
use std::{fs, process};

/// A terminal. Dropping it ends what runs in it.
pub struct Terminal {
    server: String,
}

impl Terminal {
    /// Runs a shell's command line in a terminal of this size, in the directory of the site. What
    /// comes after it shows how the command left the terminal.
    pub fn run(site: &Site, (width, height): (u16, u16), line: &str) -> Self {
        Self::run_in(&site.path, (width, height), line)
    }

    /// As [`Terminal::run`], in this directory.
    pub fn run_in(directory: &Path, (width, height): (u16, u16), line: &str) -> Self {
        static COUNT: AtomicUsize = AtomicUsize::new(0);
        let number = COUNT.fetch_add(1, Ordering::Relaxed);
        let terminal = Self {
            server: format!("sluice-{}-{number}", process::id()),
        };
        let line =
            format!("{line}; echo ended:$?; stty -a | tr ' ' '\\n' | grep icanon; sleep 600");
        let (width, height) = (width.to_string(), height.to_string());
        let size = ["-x", &width, "-y", &height];
        let directory = directory.to_str().unwrap();
        let start = ["-f", "/dev/null", "new-session", "-d", "-c", directory];
        let arguments = [&start[..], &size, &[&line]].concat();
        let output = terminal.tmux(&arguments);
        assert!(output.status.success(), "{output:?}");
        terminal
    }

    fn tmux(&self, arguments: &[&str]) -> Output {
        let mut command = Command::new("tmux");
        command.args(["-u", "-L", &self.server]).args(arguments);
        // A terminal of its own, also if the tests run in one.
        command.env_remove("TMUX").env("TERM", "xterm-256color");
        command.output().expect("Debian's package tmux")
    }

    /// The rows that it shows.
    pub fn rows(&self) -> Vec<String> {
        let output = self.tmux(&["capture-pane", "-p"]);
        let text = String::from_utf8(output.stdout).unwrap();
        text.lines().map(str::to_owned).collect()
    }

    /// Waits until it shows each of these words.
    pub fn wait(&self, words: &[&str]) -> Vec<String> {
        wait_for(&format!("{words:?} in the terminal"), || {
            let rows = self.rows();
            let has = |word: &&str| rows.iter().any(|row| row.contains(*word));
            words.iter().all(has).then_some(rows)
        })
    }

    /// Presses a key, as tmux names it.
    pub fn press(&self, key: &str) {
        assert!(self.tmux(&["send-keys", key]).status.success());
    }

    /// Gives it another size.
    pub fn resize(&self, (width, height): (u16, u16)) {
        let (width, height) = (width.to_string(), height.to_string());
        let output = self.tmux(&["resize-window", "-x", &width, "-y", &height]);
        assert!(output.status.success(), "{output:?}");
    }

    /// The process that the shell runs.
    pub fn process(&self) -> u32 {
        let output = self.tmux(&["display-message", "-p", "#{pane_pid}"]);
        let shell = String::from_utf8(output.stdout).unwrap().trim().to_owned();
        wait_for("the process in the terminal", || {
            let children = format!("/proc/{shell}/task/{shell}/children");
            let children = fs::read_to_string(children).ok()?;
            children.split_whitespace().next()?.parse().ok()
        })
    }

    /// Waits until the command has ended with this code, and fails if it left the terminal raw.
    pub fn wait_end(&self, code: i32) -> Vec<String> {
        let rows = self.wait(&[&format!("ended:{code}"), "icanon"]);
        let is_raw = rows.iter().any(|row| row.trim() == "-icanon");
        assert!(!is_raw, "{rows:?}");
        rows
    }
}

impl Drop for Terminal {
    fn drop(&mut self) {
        self.tmux(&["kill-server"]);
    }
}
