//! What is given up is tried, in a process of its own: it cannot be undone.

use super::*;
use nix::errno::Errno;
use std::fs::{self, File, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::net::{TcpListener, TcpStream};
use std::os::unix::net::{UnixDatagram, UnixListener};
use std::path::PathBuf;
use std::process::Command;
use std::{env, thread};

/// The directory of the test, for the process that is limited.
const DIRECTORY: &str = "SLUICE_TEST_SANDBOX";

struct Place(PathBuf);

impl Drop for Place {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

#[test]
fn what_is_given_up_fails_and_the_rest_works() {
    let place = env::temp_dir().join(format!("sluice-sandbox-{}", std::process::id()));
    let place = Place(place);
    for directory in ["inside", "beside"] {
        fs::create_dir_all(place.0.join(directory)).unwrap();
        fs::write(place.0.join(directory).join("old"), "old").unwrap();
    }
    fs::copy("/bin/true", place.0.join("inside/program")).unwrap();
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let output = Command::new(env::current_exe().unwrap())
        .args(["--exact", "sandbox::tests::limited_child", "--nocapture"])
        .env(DIRECTORY, &place.0)
        .env(
            "SLUICE_TEST_PORT",
            listener.local_addr().unwrap().port().to_string(),
        )
        .output()
        .unwrap();
    let text = String::from_utf8_lossy(&output.stdout);
    assert!(
        output.status.success() && text.contains("all tried"),
        "{output:?}"
    );
}

/// Does nothing unless it is the child of the test above.
#[test]
fn limited_child() {
    let Some(place) = env::var_os(DIRECTORY).map(PathBuf::from) else {
        return;
    };
    let (inside, beside) = (place.join("inside"), place.join("beside"));
    let sandbox = enter(Allowed {
        written: &[&inside, Path::new("/no/such/directory")],
        devices: &[Path::new("/dev")],
        executed: &[
            &env::current_exe().unwrap(),
            Path::new("/lib"),
            Path::new("/lib64"),
            Path::new("/usr/lib"),
        ],
    })
    .unwrap();
    println!("{sandbox}");
    // In a thread that starts later.
    thread::scope(|scope| {
        scope.spawn(|| try_calls(sandbox));
        if sandbox.files != Limited::Not {
            scope.spawn(|| try_files(&inside, &beside));
        }
    });
    if sandbox.files == Limited::Fully {
        let port = env::var("SLUICE_TEST_PORT").unwrap().parse().unwrap();
        // Both limits forbid it.
        let denied = TcpStream::connect(("127.0.0.1", port)).unwrap_err();
        assert_eq!(denied.kind(), ErrorKind::PermissionDenied);
    }
    println!("all tried");
}

fn try_files(inside: &Path, beside: &Path) {
    let denied = |result: std::io::Result<()>| {
        let error = result.expect_err("it must be denied");
        assert!(
            matches!(
                error.raw_os_error(),
                Some(nix::libc::EACCES | nix::libc::EXDEV)
            ),
            "{error}"
        );
    };
    assert_eq!(
        fs::read(beside.join("old")).unwrap(),
        b"old",
        "reading is not limited"
    );
    denied(fs::write(beside.join("new"), ""));
    denied(
        OpenOptions::new()
            .append(true)
            .open(beside.join("old"))
            .map(drop),
    );
    denied(fs::remove_file(beside.join("old")));
    denied(fs::create_dir(beside.join("directory")));
    denied(fs::rename(inside.join("old"), beside.join("moved")));
    denied(fs::hard_link(beside.join("old"), inside.join("linked")));
    denied(
        Command::new("/bin/sh")
            .arg("-c")
            .arg("true")
            .status()
            .map(drop),
    );
    denied(Command::new(inside.join("program")).status().map(drop));
    denied(UnixListener::bind(beside.join("socket")).map(drop));

    let mut file = OpenOptions::new()
        .append(true)
        .open(inside.join("old"))
        .unwrap();
    file.write_all(b"er").unwrap();
    file.set_len(1).unwrap();
    fs::create_dir(inside.join("below")).unwrap();
    fs::rename(inside.join("old"), inside.join("below/new")).unwrap();
    UnixListener::bind(inside.join("socket")).unwrap();
    File::create("/dev/null").unwrap().write_all(b"x").unwrap();
    let program = Command::new(env::current_exe().unwrap())
        .arg("--list")
        .output();
    assert!(program.unwrap().status.success(), "its own program starts");
}

fn try_calls(sandbox: Sandbox) {
    if sandbox.calls == Limited::Not {
        return;
    }
    let denied = TcpListener::bind("127.0.0.1:0").unwrap_err();
    assert_eq!(denied.raw_os_error(), Some(nix::libc::EPERM));
    UnixDatagram::unbound().unwrap();
    let denied = nix::sched::unshare(nix::sched::CloneFlags::CLONE_FS).unwrap_err();
    assert_eq!(denied, Errno::EPERM);
    let child = Command::new(env::current_exe().unwrap())
        .arg("--list")
        .spawn();
    let mut child = child.unwrap();
    let pid = nix::unistd::Pid::from_raw(child.id().try_into().unwrap());
    assert_eq!(nix::sys::ptrace::attach(pid), Err(Errno::EPERM));
    child.wait().unwrap();
    let clock = nix::time::ClockId::CLOCK_REALTIME;
    let now = nix::time::clock_gettime(clock).unwrap();
    assert_eq!(nix::time::clock_settime(clock, now), Err(Errno::EPERM));
}
