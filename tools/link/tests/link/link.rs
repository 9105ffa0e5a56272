//! The program under test.

use crate::station::Directory;
use std::fs;
use std::io::{Read as _, Write as _};
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::thread;
use std::time::{Duration, Instant};

/// Past this, what must come does not come any more.
const WAIT_MAX: Duration = Duration::from_secs(30);

/// Waits until `test` gives something.
pub(crate) fn wait<T>(what: &str, mut test: impl FnMut() -> Option<T>) -> T {
    let end = Instant::now() + WAIT_MAX;
    loop {
        if let Some(found) = test() {
            return found;
        }
        assert!(Instant::now() < end, "{what} did not come");
        thread::sleep(Duration::from_millis(5));
    }
}

/// A port that is free now.
pub(crate) fn free_port() -> u16 {
    TcpListener::bind("127.0.0.1:0")
        .unwrap()
        .local_addr()
        .unwrap()
        .port()
}

/// A running link.
pub(crate) struct Link {
    child: Child,
    said: PathBuf,
}

impl Link {
    /// Starts it with this configuration, which names its own files.
    pub(crate) fn start(place: &Directory, config: &str) -> Self {
        let path = place.0.join("link.json");
        let said = place.0.join("link.err");
        fs::write(&path, config).unwrap();
        let log = fs::OpenOptions::new()
            .create(true)
            .append(true)
            .open(&said)
            .unwrap();
        let child = Command::new(env!("CARGO_BIN_EXE_sluice-link"))
            .arg("--config")
            .arg(&path)
            .stdin(Stdio::null())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { child, said }
    }

    pub(crate) fn id(&self) -> u32 {
        self.child.id()
    }

    /// What it said on standard error.
    pub(crate) fn said(&self) -> String {
        fs::read_to_string(&self.said).unwrap()
    }

    /// Resident memory now.
    pub(crate) fn resident_kib(&self) -> u64 {
        let status = fs::read_to_string(format!("/proc/{}/status", self.id())).unwrap();
        let line = status
            .lines()
            .find(|line| line.starts_with("VmRSS:"))
            .unwrap();
        line.split_ascii_whitespace()
            .nth(1)
            .unwrap()
            .parse()
            .unwrap()
    }

    /// As `kill -9` does.
    pub(crate) fn kill(&mut self) {
        self.child.kill().unwrap();
        self.child.wait().unwrap();
    }

    /// As a service manager stops it. Returns whether it ended well.
    pub(crate) fn stop(&mut self) -> bool {
        signal(self.id(), "TERM");
        wait("the end", || self.child.try_wait().unwrap()).success()
    }
}

impl Drop for Link {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
        if thread::panicking() {
            eprintln!(
                "the link said:\n{}",
                fs::read_to_string(&self.said).unwrap_or_default()
            );
        }
    }
}

/// Sends a signal to a process that the test has started.
pub(crate) fn signal(process: u32, name: &str) {
    let done = Command::new("kill")
        .arg(format!("-{name}"))
        .arg(process.to_string())
        .status();
    assert!(done.unwrap().success());
}

/// Connects once the server is there.
pub(crate) fn connect(port: u16) -> TcpStream {
    let stream = wait("the server", || {
        TcpStream::connect(("127.0.0.1", port)).ok()
    });
    stream.set_read_timeout(Some(WAIT_MAX)).unwrap();
    stream
}

/// The status and the body of a request over HTTP.
pub(crate) fn get(port: u16, path: &str, headers: &str) -> (u16, String) {
    let mut stream = connect(port);
    write!(
        stream,
        "GET {path} HTTP/1.1\r\nHost: localhost\r\n{headers}\r\n"
    )
    .unwrap();
    let mut answer = String::new();
    stream.read_to_string(&mut answer).unwrap();
    let (head, body) = answer.split_once("\r\n\r\n").unwrap();
    let status = head.split(' ').nth(1).unwrap().parse().unwrap();
    (status, body.to_owned())
}

/// A configuration with these sections.
pub(crate) fn config(journal: &Path, sections: &[String]) -> String {
    let journal = journal.display();
    format!("{{ \"journal\": \"{journal}\", {} }}", sections.join(", "))
}

pub(crate) fn http(port: u16) -> String {
    format!("\"http\": {{ \"address\": \"127.0.0.1:{port}\" }}")
}

pub(crate) fn modbus(port: u16) -> String {
    format!("\"modbus\": {{ \"address\": \"127.0.0.1:{port}\" }}")
}

pub(crate) fn mqtt(place: &Directory, port: u16, more: &str) -> String {
    let position = place.0.join("position.json");
    let position = position.display();
    format!(
        "\"mqtt\": {{ \"host\": \"127.0.0.1\", \"port\": {port}, \"client_id\": \"link-3\", \
         \"topic\": \"plant/line-3\", \"position\": \"{position}\"{more} }}"
    )
}
