//! The station with each program and server that writes pictures: the table of `docs/writers.md`.
//! Every picture is one part and no fault. A restart inspects no picture again, and `after: delete`
//! deletes each.
//!
//! The tests skip a program or a server that is not installed, and print its name.

use super::writers::{self, ftp, installed, run, samba};
use crate::site::{Site, name, pictures, wait_for};
use std::fs;
use std::path::Path;
use std::time::Duration;

/// How many pictures each run of the station gets.
const PICTURES: usize = 3;
/// Long enough after a start for the station to find the old files and compare them with the
/// journal.
const COMPARED: Duration = Duration::from_secs(3);

/// Starts the station three times while a writer writes pictures, and checks each part and file.
/// `write` gets the station's directory and a name. It writes the picture `a.png` of that directory
/// to `parts` under this name.
fn assert_inspected_once(site: &Site, mut write: impl FnMut(&Path, &str)) {
    fs::write(site.path.join("a.png"), pictures::good()).unwrap();
    let mut station = site.start();
    for number in 0..PICTURES {
        write(&site.path, &format!("p{number}.png"));
        let verdict = station.verdict();
        assert_eq!(verdict.kind, "PASS", "{}", verdict.text);
        assert_eq!(verdict.name, format!("p{number}.png"));
    }
    site.wait_parts(PICTURES);
    assert_eq!(station.stop(), Some(0));

    let mut station = site.start();
    std::thread::sleep(COMPARED);
    assert_eq!(station.stop(), Some(0));
    let names: Vec<String> = site.parts().iter().map(name).collect();
    assert_eq!(names, ["p0.png", "p1.png", "p2.png"], "once each");
    assert_eq!(site.errors(), "");

    site.change(&[("\"after\": \"keep\"", "\"after\": \"delete\"")]);
    let mut station = site.start();
    let left = || fs::read_dir(site.path.join("parts")).unwrap().count();
    wait_for("what was kept to be deleted", || {
        (left() == 0).then_some(())
    });
    for number in PICTURES..2 * PICTURES {
        write(&site.path, &format!("p{number}.png"));
    }
    site.wait_parts(2 * PICTURES);
    wait_for("every picture to be deleted", || {
        (left() == 0).then_some(())
    });
    assert_eq!(station.stop(), Some(0));
    assert_eq!(site.parts().len(), 2 * PICTURES);
    assert!(site.parts().iter().all(|part| part.verdict.kind == "PASS"));
    assert_eq!(site.errors(), "");
}

/// Runs the checks with a program that writes one picture. `{}` in `arguments` is the picture's
/// path.
fn program(test: &str, name: &str, arguments: &[&str]) {
    let Some(program) = installed(name) else {
        return;
    };
    assert_inspected_once(&Site::new(test), |path, picture| {
        let target = format!("parts/{picture}");
        let arguments: Vec<String> = arguments
            .iter()
            .map(|argument| argument.replace("{}", &target))
            .collect();
        let arguments: Vec<&str> = arguments.iter().map(String::as_str).collect();
        run(&program, &arguments, path, "");
    });
}

#[test]
fn cp() {
    program("cp", "cp", &["a.png", "{}"]);
}

#[test]
fn cp_that_keeps_times() {
    program("cp-p", "cp", &["-p", "a.png", "{}"]);
}

#[test]
fn mv_from_another_directory() {
    program("mv", "sh", &["-c", "cp a.png b.png && mv b.png {}"]);
}

#[test]
fn install() {
    program("install", "install", &["-m", "640", "-p", "a.png", "{}"]);
}

#[test]
fn rsync() {
    program("rsync", "rsync", &["-t", "--perms", "a.png", "{}"]);
}

#[test]
fn rsync_in_place() {
    program(
        "rsync-in-place",
        "rsync",
        &["-t", "--inplace", "a.png", "{}"],
    );
}

#[test]
fn times_and_permissions_changed_long_after() {
    let script = "cp a.png {} && sleep 0.3 && touch -d 2020-01-01 {} && chmod 600 {}";
    program("late-times", "sh", &["-c", script]);
}

#[test]
fn a_hard_link() {
    program(
        "link",
        "sh",
        &["-c", "cp a.png b.png && ln b.png {} && rm b.png"],
    );
}

#[test]
fn a_hidden_name_that_is_linked_and_unlinked() {
    let script = "cp a.png parts/.writing && ln parts/.writing {} && rm parts/.writing";
    program("link-hidden", "sh", &["-c", script]);
}

#[test]
fn a_file_without_a_name_that_is_linked() {
    use nix::fcntl::{AT_FDCWD, AtFlags, OFlag, open};
    use nix::sys::stat::Mode;
    use nix::unistd::linkat;
    use std::io::Write as _;
    use std::os::fd::AsRawFd as _;
    assert_inspected_once(&Site::new("tmpfile"), |path, picture| {
        let flags = OFlag::O_TMPFILE | OFlag::O_RDWR | OFlag::O_CLOEXEC;
        let file = open(&path.join("parts"), flags, Mode::from_bits_truncate(0o644)).unwrap();
        let mut file = fs::File::from(file);
        file.write_all(&pictures::good()).unwrap();
        let from = format!("/proc/self/fd/{}", file.as_raw_fd());
        let to = path.join("parts").join(picture);
        linkat(
            AT_FDCWD,
            from.as_str(),
            AT_FDCWD,
            &to,
            AtFlags::AT_SYMLINK_FOLLOW,
        )
        .unwrap();
    });
}

/// Runs the checks with OpenSSH's client and server, connected by a pipe.
fn sftp(test: &str, commands: &str) {
    let (Some(client), Some(server)) = (installed("sftp"), installed("sftp-server")) else {
        return;
    };
    assert_inspected_once(&Site::new(test), |path, picture| {
        let batch = commands.replace("{}", &format!("parts/{picture}"));
        let server = server.to_str().unwrap();
        run(&client, &["-b", "-", "-D", server], path, &batch);
    });
}

#[test]
fn openssh_to_the_name_itself() {
    sftp("sftp-put", "put a.png {}\n");
}

#[test]
fn openssh_keeping_times() {
    sftp("sftp-put-p", "put -p a.png {}\n");
}

#[test]
fn openssh_with_the_rename_of_the_protocol() {
    sftp(
        "sftp-rename",
        "put a.png parts/p.tmp\nrename -l parts/p.tmp {}\n",
    );
}

#[test]
fn openssh_with_its_own_rename() {
    sftp(
        "sftp-posix-rename",
        "put a.png parts/p.tmp\nrename parts/p.tmp {}\n",
    );
}

/// Runs the checks with an FTP client that sets the time after each transfer, as lftp, WinSCP and
/// FileZilla do. Every other picture is also renamed.
fn ftp_server(test: &str, set_time: &str, start: impl FnOnce(&Path) -> Option<writers::Server>) {
    let site = Site::new(test);
    let Some(server) = start(&site.path) else {
        return;
    };
    let mut client = ftp::Client::login(server.port);
    let picture = pictures::good();
    let mut renames = false;
    assert_inspected_once(&site, |_, name| {
        let target = format!("parts/{name}");
        if renames {
            client.store("parts/upload.tmp", &picture);
            client.rename("parts/upload.tmp", &target);
        } else {
            client.store(&target, &picture);
        }
        client.ask(&format!("{set_time} 20200102030405 {target}"), '2');
        renames = !renames;
    });
}

#[test]
fn vsftpd_with_times() {
    ftp_server("vsftpd", "MDTM", ftp::vsftpd);
}

#[test]
fn pyftpdlib_with_times() {
    ftp_server("pyftpdlib", "MFMT", ftp::pyftpdlib);
}

#[test]
fn lftp() {
    let Some(client) = installed("lftp") else {
        return;
    };
    let site = Site::new("lftp");
    let Some(server) = ftp::pyftpdlib(&site.path) else {
        return;
    };
    assert_inspected_once(&site, |path, name| {
        let commands = format!(
            "open -u anonymous,p -p {} 127.0.0.1; put a.png -o parts/{name}",
            server.port
        );
        run(&client, &["-c", &commands], path, "");
    });
}

/// A mount point. Dropping it unmounts.
struct Mount(std::path::PathBuf);

impl Drop for Mount {
    fn drop(&mut self) {
        let _ = std::process::Command::new("umount").arg(&self.0).status();
    }
}

#[test]
fn the_other_side_of_a_mount_that_is_polled() {
    let Some(program) = installed("bindfs") else {
        return;
    };
    if !(writers::is_root() && Path::new("/dev/fuse").exists()) {
        println!("bindfs needs root and /dev/fuse: not tested");
        return;
    }
    let site = Site::new("mount");
    let [under, parts] = ["under", "parts"].map(|name| site.path.join(name));
    fs::create_dir(&under).unwrap();
    run(&program, &["under", "parts"], &site.path, "");
    let mount = Mount(parts);
    // Without polling, `check` names the file system and warns.
    let text =
        String::from_utf8(site.output(&["check", "--station", "station.json"]).stdout).unwrap();
    assert!(
        text.contains("is on FUSE") && text.contains("poll_ms"),
        "{text}"
    );
    site.change(&[("\"workers\": 1", "\"workers\": 1, \"poll_ms\": 50")]);
    let text =
        String::from_utf8(site.output(&["check", "--station", "station.json"]).stdout).unwrap();
    assert!(text.contains("scanned every 50 ms"), "{text}");
    assert_inspected_once(&site, |path, name| {
        fs::copy(path.join("a.png"), path.join("under/upload.tmp")).unwrap();
        fs::rename(path.join("under/upload.tmp"), path.join("under").join(name)).unwrap();
    });
    drop(mount);
}

#[test]
fn samba_with_times() {
    let site = Site::new("samba");
    let Some(server) = samba::smbd(&site.path) else {
        return;
    };
    let mut renames = false;
    assert_inspected_once(&site, |path, name| {
        let write = if renames {
            format!("put a.png upload.tmp; rename upload.tmp {name}")
        } else {
            format!("put a.png {name}")
        };
        let times = format!("utimes {name} -1 -1 2020:01:02-03:04:05 -1");
        samba::client(server.port, path, &format!("{write}; {times}"));
        renames = !renames;
    });
}
