//! Whether a station runs: whether a process holds the lock of the journal's directory. It is seen
//! in the kernel's list of locks. A look that took the lock itself could keep a station from
//! starting.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// Whether a process has the directory locked; `None` if that cannot be seen.
pub(super) fn is_locked(directory: &Path) -> Option<bool> {
    let inode = fs::metadata(directory).ok()?.ino();
    let locks = fs::read_to_string("/proc/locks").ok()?;
    Some(locks.lines().any(|line| is_lock_of(line, inode)))
}

/// A line is `1: FLOCK  ADVISORY  WRITE 4711 fe:01:131074 0 EOF`. The device is not compared: some
/// file systems give another number here than for a file.
fn is_lock_of(line: &str, inode: u64) -> bool {
    let mut words = line.split_ascii_whitespace().skip(1);
    let is_flock = words.next() == Some("FLOCK");
    let is_write = words.nth(1) == Some("WRITE");
    let place = words.nth(1).unwrap_or_default();
    let number = place.rsplit(':').next().and_then(|text| text.parse().ok());
    is_flock && is_write && number == Some(inode)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs::File;
    use std::{env, process};

    #[test]
    fn a_lock_is_seen_while_it_is_held() {
        let directory = env::temp_dir().join(format!("sluice-link-lock-{}", process::id()));
        fs::create_dir(&directory).unwrap();
        assert_eq!(is_locked(&directory), Some(false));
        let held = File::open(&directory).unwrap();
        held.lock().unwrap();
        assert_eq!(is_locked(&directory), Some(true));
        drop(held);
        assert_eq!(is_locked(&directory), Some(false));
        fs::remove_dir(&directory).unwrap();
        assert_eq!(is_locked(&directory), None);
    }

    #[test]
    fn only_an_exclusive_lock_of_a_whole_file_counts() {
        for (line, expected) in [
            ("1: FLOCK  ADVISORY  WRITE 4711 fe:01:77 0 EOF", true),
            ("1: FLOCK  ADVISORY  READ 4711 fe:01:77 0 EOF", false),
            ("1: POSIX  ADVISORY  WRITE 4711 fe:01:77 0 EOF", false),
            ("1: FLOCK  ADVISORY  WRITE 4711 fe:01:78 0 EOF", false),
            ("1: -> FLOCK  ADVISORY  WRITE 4711 fe:01:77 0 EOF", false),
            ("", false),
        ] {
            assert_eq!(is_lock_of(line, 77), expected, "{line}");
        }
    }
}
