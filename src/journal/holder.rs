//! Who holds the lock of a directory, so whether a station runs, and which. It is seen in the
//! kernel's list of locks. A look that took the lock itself could keep a station from starting.

use core::fmt;
use std::fs;
use std::os::unix::fs::MetadataExt as _;
use std::path::Path;

/// The PID namespace of the machine itself. The locks of another one are seen only from it.
const FIRST_NAMESPACE: &str = "pid:[4026531836]";

/// Who has a directory locked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Holder {
    /// The process with this number.
    Process(u32),
    /// It is not locked.
    Free,
    /// That cannot be seen, as from a container.
    Unknown,
}

/// ` (process 4711)`, or nothing if the process is not known.
impl fmt::Display for Holder {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Process(number) => write!(f, " (process {number})"),
            Self::Free | Self::Unknown => Ok(()),
        }
    }
}

/// Who has the directory locked. Allocates.
pub fn holder(directory: &Path) -> Holder {
    found(directory).unwrap_or(Holder::Unknown)
}

fn found(directory: &Path) -> Option<Holder> {
    let metadata = fs::metadata(directory).ok()?;
    let device = (major(metadata.dev()), minor(metadata.dev()));
    let locks = fs::read_to_string("/proc/locks").ok()?;
    let namespace = fs::read_link("/proc/self/ns/pid").ok()?;
    let sees_all = namespace.as_os_str() == FIRST_NAMESPACE;
    Some(listed(&locks, device, metadata.ino(), sees_all))
}

/// `sees_all`: a lock that is not in the list is held by no process.
fn listed(locks: &str, device: (u64, u64), inode: u64, sees_all: bool) -> Holder {
    let mut unlike = false;
    for (process, of, number) in locks.lines().filter_map(whole_lock) {
        if number == inode {
            if of == device {
                return Holder::Process(process);
            }
            // Another file, or this one: on some file systems a file has another device.
            unlike = true;
        }
    }
    if sees_all && !unlike {
        Holder::Free
    } else {
        Holder::Unknown
    }
}

/// The process, the device and the file number of an exclusive lock of a whole file, which is held.
/// The line is `1: FLOCK  ADVISORY  WRITE 4711 fe:01:131074 0 EOF`.
fn whole_lock(line: &str) -> Option<(u32, (u64, u64), u64)> {
    let mut words = line.split_ascii_whitespace().skip(1);
    let is_flock = words.next() == Some("FLOCK");
    let is_write = words.nth(1) == Some("WRITE");
    let process = words.next()?.parse().ok()?;
    let mut place = words.next()?.split(':');
    let mut device = || u64::from_str_radix(place.next()?, 16).ok();
    let device = (device()?, device()?);
    let inode = place.next()?.parse().ok()?;
    (is_flock && is_write).then_some((process, device, inode))
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
        assert_eq!(holder(&directory), Holder::Free);
        let held = File::open(&directory).unwrap();
        held.lock().unwrap();
        assert_eq!(holder(&directory), Holder::Process(process::id()));
        drop(held);
        assert_eq!(holder(&directory), Holder::Free);
        fs::remove_dir(&directory).unwrap();
        assert_eq!(holder(&directory), Holder::Unknown);
    }

    #[test]
    fn only_an_exclusive_lock_of_a_whole_file_counts() {
        let held = Holder::Process(4711);
        for (line, expected) in [
            ("1: FLOCK  ADVISORY  WRITE 4711 fe:01:77 0 EOF", held),
            ("1: FLOCK  ADVISORY  READ 4711 fe:01:77 0 EOF", Holder::Free),
            (
                "1: POSIX  ADVISORY  WRITE 4711 fe:01:77 0 EOF",
                Holder::Free,
            ),
            (
                "1: FLOCK  ADVISORY  WRITE 4711 fe:01:78 0 EOF",
                Holder::Free,
            ),
            (
                "1: -> FLOCK  ADVISORY  WRITE 4711 fe:01:77 0 EOF",
                Holder::Free,
            ),
            // The same file number on another device.
            (
                "1: FLOCK  ADVISORY  WRITE 4711 fe:02:77 0 EOF",
                Holder::Unknown,
            ),
            ("", Holder::Free),
        ] {
            let device = (0xfe, 1);
            assert_eq!(listed(line, device, 77, true), expected, "{line}");
            // From a container, what is not seen may be there.
            let seen = if expected == held {
                held
            } else {
                Holder::Unknown
            };
            assert_eq!(listed(line, device, 77, false), seen, "{line}");
        }
        assert_eq!((major(0xfe01), minor(0xfe01)), (0xfe, 1));
    }
}
