//! Finds other stations that watch a directory, by the kernel's list of their inotify watches
//! (`/proc/PID/fdinfo`, proc(5)).
//!
//! The station leaves no lock in the directory, so that the directory can be unmounted. Only root
//! sees the processes of other users.

use crate::watch::WatchError;
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify};
use std::fs;
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::path::Path;
use std::thread;
use std::time::{Duration, Instant};

/// How long a station waits for one that claims the same directory to give way.
const GIVES_WAY_MAX: Duration = Duration::from_secs(1);
const PAUSE: Duration = Duration::from_millis(2);

/// A process that watches the directory.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Watcher {
    /// Its process number.
    pub pid: u32,
}

/// Why a directory cannot be claimed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum ClaimError {
    /// Another station watches it.
    #[error("process {} is a station that watches it; stop it, or name another directory", .0.pid)]
    Watched(Watcher),
    /// It cannot be watched, so other stations would not see this one.
    #[error(transparent)]
    Call(WatchError),
}

/// A station's claim on its watched directory: a watch by which other stations see it, also if the
/// directory is polled. It does not keep the directory from being unmounted.
#[derive(Debug)]
pub struct Claim {
    _watch: Inotify,
}

/// Claims the watched directory for this process, until the claim is dropped. Allocates; for the
/// start, before the process gives up its rights: it could not see other processes any more.
///
/// Each station watches first, and then looks for others. Of stations that start at the same moment
/// the one with the lowest process number stays. It waits for the others to give way, up to one
/// second. One that runs already does not.
///
/// # Errors
/// [`ClaimError`], as its variants say.
pub fn claim(directory: &Path) -> Result<Claim, ClaimError> {
    let watch = watch(directory).map_err(ClaimError::Call)?;
    let end = Instant::now() + GIVES_WAY_MAX;
    let (own, wanted) = (own_number(), place(&watch));
    while let Some(first) = others(wanted).into_iter().min_by_key(|other| other.pid) {
        if own.is_none_or(|own| first.pid < own) || Instant::now() >= end {
            return Err(ClaimError::Watched(first));
        }
        thread::sleep(PAUSE);
    }
    Ok(Claim { _watch: watch })
}

/// The other processes with this program's name that watch `directory`; none if it cannot be
/// watched. Allocates; for `sluice check`.
pub fn watchers(directory: &Path) -> Vec<Watcher> {
    // The watch is gone before the search, so that no station takes this program for another one.
    others(watch(directory).ok().and_then(|watch| place(&watch)))
}

fn watch(directory: &Path) -> Result<Inotify, WatchError> {
    let key = "source.directory.path";
    let failed = |call| move |errno| WatchError::Call { key, call, errno };
    let watch = Inotify::init(InitFlags::IN_NONBLOCK | InitFlags::IN_CLOEXEC)
        .map_err(failed("inotify_init1"))?;
    watch
        .add_watch(directory, AddWatchFlags::IN_DELETE_SELF)
        .map_err(failed("inotify_add_watch"))?;
    Ok(watch)
}

/// This process's number in `/proc`. It differs from `getpid` if `/proc` is that of another process
/// namespace, and is missing if that namespace does not see this process.
fn own_number() -> Option<u32> {
    fs::read_link("/proc/self").ok()?.to_str()?.parse().ok()
}

/// The other processes with this program's name that watch the directory of this device and inode.
fn others(wanted: Option<(u64, u64)>) -> Vec<Watcher> {
    let Some(wanted) = wanted else {
        return Vec::new();
    };
    let own = own_number();
    let Ok(name) = fs::read_to_string("/proc/self/comm") else {
        return Vec::new();
    };
    let Ok(processes) = fs::read_dir("/proc") else {
        return Vec::new();
    };
    processes
        .flatten()
        .filter_map(|process| process.file_name().to_str()?.parse().ok())
        .filter(|pid| Some(*pid) != own)
        .filter(|pid| {
            let comm = fs::read_to_string(format!("/proc/{pid}/comm"));
            comm.is_ok_and(|comm| comm == name) && watches(*pid, wanted)
        })
        .map(|pid| Watcher { pid })
        .collect()
}

/// Device and inode of the directory that is watched, as the kernel lists them. On Btrfs `stat`
/// gives another device.
fn place(watch: &Inotify) -> Option<(u64, u64)> {
    let descriptor = watch.as_fd().as_raw_fd();
    let info = fs::read_to_string(format!("/proc/self/fdinfo/{descriptor}")).ok()?;
    info.lines().find_map(watched)
}

fn watches(pid: u32, wanted: (u64, u64)) -> bool {
    let Ok(descriptors) = fs::read_dir(format!("/proc/{pid}/fdinfo")) else {
        return false;
    };
    descriptors.flatten().any(|descriptor| {
        fs::read_to_string(descriptor.path())
            .is_ok_and(|info| info.lines().any(|line| watched(line) == Some(wanted)))
    })
}

/// Device and inode in a line `inotify wd:1 ino:9e7e sdev:800013 mask:...`, whose numbers are
/// hexadecimal.
fn watched(line: &str) -> Option<(u64, u64)> {
    let mut words = line.strip_prefix("inotify ")?.split(' ');
    let mut number = |name: &str| {
        let word = words.find_map(|word| word.strip_prefix(name))?;
        u64::from_str_radix(word, 16).ok()
    };
    let inode = number("ino:")?;
    Some((number("sdev:")?, inode))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::os::unix::fs::MetadataExt as _;

    #[test]
    fn a_line_of_the_kernel_names_device_and_inode() {
        let line = "inotify wd:3 ino:9e7e sdev:800013 mask:800afce ignored_mask:0 fhandle-bytes:8";
        assert_eq!(watched(line), Some((0x80_0013, 0x9e7e)));
        assert_eq!(watched("pos:\t0"), None);
        assert_eq!(watched("inotify wd:3"), None);
    }

    #[test]
    fn the_kernel_names_the_directory_that_is_watched() {
        let directory = std::env::temp_dir();
        let watch = watch(&directory).unwrap();
        let inode = fs::metadata(&directory).unwrap().ino();
        assert_eq!(place(&watch).map(|(_, inode)| inode), Some(inode));
        assert_eq!(own_number(), Some(std::process::id()));
    }
}
