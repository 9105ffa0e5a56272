//! Programs that write pictures into a directory, and the servers that do it for a network: started by the test on the
//! loopback device, ended with it.
#![allow(dead_code, reason = "no test file uses all of it")]

pub mod ftp;
pub mod samba;

use std::fs;
use std::net::{TcpListener, TcpStream};
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

/// The path of a program, if it is installed; otherwise it is said which part of the test is left out.
pub fn installed(program: &str) -> Option<PathBuf> {
    let directories = ["/usr/bin", "/usr/sbin", "/bin", "/usr/lib/openssh"];
    let mut paths = directories
        .iter()
        .map(|directory| Path::new(directory).join(program));
    let path = paths.find(|path| path.exists());
    if path.is_none() {
        println!("{program} is not installed: what it does is not tested");
    }
    path
}

/// Runs a program to its end, in this directory, with this on its standard input. It must succeed.
pub fn run(program: &Path, arguments: &[&str], directory: &Path, input: &str) {
    use std::io::Write as _;
    let mut child = Command::new(program)
        .args(arguments)
        .current_dir(directory)
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .stderr(Stdio::piped())
        .spawn()
        .unwrap();
    let mut stdin = child.stdin.take().unwrap();
    stdin.write_all(input.as_bytes()).unwrap();
    drop(stdin);
    let output = child.wait_with_output().unwrap();
    assert!(output.status.success(), "{}: {output:?}", program.display());
}

/// A server that ends with its test.
pub struct Server {
    child: Child,
    pub port: u16,
}

impl Server {
    /// Starts a server that listens on this port of the loopback device.
    pub fn start(command: &mut Command, port: u16, log: &Path) -> Self {
        let log = fs::File::create(log).unwrap();
        let child = command
            .stdin(Stdio::null())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        let mut server = Self { child, port };
        let end = Instant::now() + Duration::from_secs(20);
        while TcpStream::connect(("127.0.0.1", port)).is_err() {
            assert!(Instant::now() < end, "{command:?} does not listen");
            assert!(server.child.try_wait().unwrap().is_none(), "{command:?}");
            std::thread::sleep(Duration::from_millis(20));
        }
        server
    }
}

impl Drop for Server {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// Whether the test may start servers that change their user.
pub fn is_root() -> bool {
    use std::os::unix::fs::MetadataExt as _;
    fs::metadata("/proc/self").unwrap().uid() == 0
}

/// A port that is free now.
pub fn free_port() -> u16 {
    let listener = TcpListener::bind(("127.0.0.1", 0)).unwrap();
    listener.local_addr().unwrap().port()
}
