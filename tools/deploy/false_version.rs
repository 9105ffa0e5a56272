//! A version that does not work: all but one of its commands are those of the package's program.
use std::os::unix::{net::UnixDatagram, process::CommandExt};
use std::{env, fs, process, thread, time::Duration};

fn main() {
    let place = env::current_exe().unwrap();
    let behaviour = fs::read_to_string(place.with_file_name("behaviour")).unwrap();
    let words: Vec<String> = env::args().skip(1).collect();
    match (behaviour.trim(), words[0].as_str()) {
        ("red", "check") => process::exit(1),
        ("check-hangs", "check") => thread::sleep(Duration::from_secs(1000)),
        ("ends", "run") => process::exit(5),
        ("hangs", "run") => thread::sleep(Duration::from_secs(1000)),
        ("ends-after-ready", "run") => {
            let socket = UnixDatagram::unbound().unwrap();
            socket
                .send_to(b"READY=1", env::var("NOTIFY_SOCKET").unwrap())
                .unwrap();
            thread::sleep(Duration::from_millis(500));
            process::exit(5);
        }
        _ => panic!(
            "{}",
            process::Command::new("/usr/bin/sluice").args(words).exec()
        ),
    }
}
