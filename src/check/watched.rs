//! Whether the watched directory is on a file system that the station can see pictures on, and time them by.

use super::Finding;
use crate::station::Station;
use crate::watch::{BlindFileSystem, Name, coarse_times};
use std::fs::{self, DirEntry};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// What is wrong with the directory's file system, or that nothing is. Writes a hidden file there and removes it; a directory
/// that cannot be read or written is said elsewhere.
pub(super) fn findings(station: &Station) -> Vec<Finding> {
    let Some(directory) = &station.source.directory else {
        return Vec::new();
    };
    let path = Path::new(directory.path.as_str());
    let mut findings = Vec::new();
    if let Ok(Some(system)) = BlindFileSystem::of(path) {
        let name = system.name;
        findings.push(if directory.poll_ms == 0 {
            Finding::warn(format!(
                "source.directory.path {}: is on {name}, where the kernel does not tell of files that come from the other side, so \
                 that no picture is seen; set source.directory.poll_ms (200, say), or let pictures come to a local file system",
                path.display()
            ))
        } else {
            Finding::ok(format!(
                "source.directory.path {}: is on {name} and scanned every {} ms",
                path.display(),
                directory.poll_ms
            ))
        });
    }
    if let Ok(Some(step)) = coarse_times(path) {
        findings.push(Finding::warn(format!(
            "source.directory.path {}: its file system keeps times in steps of {} s, so that it is not known when a picture was \
             finished, and parts are faults; use ext4 with 256-byte inodes, XFS, Btrfs or tmpfs",
            path.display(),
            step.as_secs()
        )));
    }
    findings.extend(passed_over(path));
    findings
}

/// How many names of pictures are of something else than a regular file, which the station passes over.
fn passed_over(path: &Path) -> Option<Finding> {
    let entries = fs::read_dir(path).ok()?.filter_map(Result::ok);
    let is_other = |entry: &DirEntry| {
        Name::new(entry.file_name().as_bytes()).is_some_and(|name| name.is_picture())
            && entry.file_type().is_ok_and(|kind| !kind.is_file())
    };
    let others = entries.filter(is_other).count();
    (others > 0).then(|| {
        Finding::warn(format!(
            "source.directory.path {}: {others} names of pictures are no regular files (symbolic links, directories, pipes): they are passed over",
            path.display()
        ))
    })
}
