//! Any events of inotify, true ones and false ones, beside any changes in the watched directory. A
//! picture that is written afterwards must arrive.
#![no_main]

use board::Timestamp;
use libfuzzer_sys::fuzz_target;
use sluice::station::file::{After, DirectorySettings};
use sluice::watch::{Directory, Ledger, WatchError};
use std::fs;
use std::os::fd::AsFd as _;
use std::path::{Path, PathBuf};

const NAMES: [&str; 6] = ["a.png", "b.png", "c.bmp", "d.txt", ".e.png", "f.png"];
const LAST: &str = "last.png";
/// Bytes of the kernel's events that fit into the station's buffer.
const EVENTS_BYTES_MAX: usize = 16 * 1024;

fn change(folder: &Path, [what, one, other]: [u8; 3]) {
    let path = |number: u8| -> PathBuf { folder.join(NAMES[usize::from(number) % NAMES.len()]) };
    let (one, other) = (path(one), path(other));
    // Most fail, as the file does not exist or exists already.
    let _ = match what % 5 {
        0 => fs::write(one, [what]),
        1 => fs::rename(one, other),
        2 => fs::remove_file(one),
        3 => fs::hard_link(one, other),
        _ => fs::File::create(one).map(drop),
    };
}

/// Takes what arrives, and returns whether `LAST` did.
fn arrived(directory: &mut Directory) -> Result<bool, WatchError> {
    let (stop, _stop_end) = std::io::pipe().expect("a pipe");
    let mut is_there = false;
    let mut errors = 0;
    loop {
        match directory.next(Some(Timestamp::now()), stop.as_fd()) {
            Ok(Some(arrival)) => is_there |= arrival.name.to_string() == LAST,
            Ok(None) => return Ok(is_there),
            Err(WatchError::Gone) => return Err(WatchError::Gone),
            // The next call goes on.
            Err(_) if errors < 1000 => errors += 1,
            Err(error) => panic!("it does not end: {error}"),
        }
    }
}

fuzz_target!(|input: &[u8]| {
    let folder = sluice_fuzz::folder("watch");
    for file in fs::read_dir(&folder).expect("the folder").flatten() {
        let _ = fs::remove_file(file.path());
    }
    let settings = DirectorySettings {
        path: folder.to_str().and_then(|path| path.parse().ok()).expect("a short path"),
        after: After::Keep,
        move_to: Default::default(),
        workers: 1,
        pair_min_ms: 0,
        pair_max_ms: 0,
        poll_ms: 0,
        endings: Default::default(),
    };
    let ledger = Ledger::new().expect("a file descriptor");
    let mut directory = Directory::open(&settings, ledger.clone()).expect("the folder");
    let mut rest = input;
    while let Some((step, after)) = rest.split_first_chunk::<4>() {
        let [kind, change_bytes @ ..] = *step;
        rest = after;
        if kind % 4 > 0 {
            change(&folder, change_bytes);
            continue;
        }
        // What the station has read already is replaced, what waits in the kernel is not.
        let length = usize::from(change_bytes[0]).min(rest.len()).min(EVENTS_BYTES_MAX);
        let (events, after) = rest.split_at(length);
        rest = after;
        ledger.inject(events);
        if arrived(&mut directory).is_err() {
            return;
        }
    }
    fs::write(folder.join(LAST), "last").expect("a file in the folder");
    if let Ok(is_there) = arrived(&mut directory) {
        assert!(is_there, "{LAST} did not arrive");
    }
});
