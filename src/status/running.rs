//! Whether a station runs: whether a process holds the lock of the journal's directory. It is seen
//! in the kernel's list of locks. A look that took the lock itself could keep a station from
//! starting.

use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// The PID namespace of the machine itself. The locks of another one are seen only from it.
const FIRST_NAMESPACE: &str = "pid:[4026531836]";

/// Whether a process has the directory locked; `None` if that cannot be seen.
pub(super) fn is_locked(directory: &Path) -> Option<bool> {
    let metadata = fs::metadata(directory).ok()?;
    let device = (major(metadata.dev()), minor(metadata.dev()));
    let locks = fs::read_to_string("/proc/locks").ok()?;
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    let sees_all = namespace.as_os_str() == FIRST_NAMESPACE;
    is_in(&locks, device, metadata.ino(), sees_all)
}

/// `sees_all`: a lock that is not in the list is held by no process.
fn is_in(locks: &str, device: (u64, u64), inode: u64, sees_all: bool) -> Option<bool> {
    let mut unlike = false;
    for (of, number) in locks.lines().filter_map(whole_lock) {
        if number == inode {
            if of == device {
                return Some(true);
            }
            // Another file, or this one: on some file systems a file has another device.
            unlike = true;
        }
    }
    (sees_all && !unlike).then_some(false)
}

/// The device and the file number of an exclusive lock of a whole file, which is held. The line is
/// `1: FLOCK  ADVISORY  WRITE 4711 fe:01:131074 0 EOF`.
fn whole_lock(line: &str) -> Option<((u64, u64), u64)> {
    let mut words = line.split_ascii_whitespace().skip(1);
    let is_flock = words.next() == Some("FLOCK");
    let is_write = words.nth(1) == Some("WRITE");
    let mut place = words.nth(1)?.split(':');
    let mut device = || u64::from_str_radix(place.next()?, 16).ok();
    let device = (device()?, device()?);
    let inode = place.next()?.parse().ok()?;
    (is_flock && is_write).then_some((device, inode))
}

/// As Linux has it in the number of a device.
const fn major(device: u64) -> u64 {
    (device >> 8 & 0xfff) | (device >> 32 & !0xfff)
}

const fn minor(device: u64) -> u64 {
    (device & 0xff) | (device >> 12 & 0xffff_ff00)
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
            ("1: FLOCK  ADVISORY  WRITE 4711 fe:01:77 0 EOF", Some(true)),
            ("1: FLOCK  ADVISORY  READ 4711 fe:01:77 0 EOF", Some(false)),
            ("1: POSIX  ADVISORY  WRITE 4711 fe:01:77 0 EOF", Some(false)),
            ("1: FLOCK  ADVISORY  WRITE 4711 fe:01:78 0 EOF", Some(false)),
            (
                "1: -> FLOCK  ADVISORY  WRITE 4711 fe:01:77 0 EOF",
                Some(false),
            ),
            // The same file number on another device.
            ("1: FLOCK  ADVISORY  WRITE 4711 fe:02:77 0 EOF", None),
            ("", Some(false)),
        ] {
            let device = (0xfe, 1);
            assert_eq!(is_in(line, device, 77, true), expected, "{line}");
            // From a container, what is not seen may be there.
            let seen = expected.filter(|is_locked| *is_locked);
            assert_eq!(is_in(line, device, 77, false), seen, "{line}");
        }
        assert_eq!((major(0xfe01), minor(0xfe01)), (0xfe, 1));
    }
}
