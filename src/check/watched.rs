//! Whether the watched directory is on a file system that reports new pictures and timestamps them
//! precisely.

use super::Finding;
use crate::station::Station;
use crate::station::file::Endings;
use crate::watch::{BlindFileSystem, Name, coarse_times};
use std::fs::{self, DirEntry};
use std::os::unix::ffi::OsStrExt as _;
use std::path::Path;

/// Checks the directory's file system. Writes a hidden file there and removes it. Another check
/// reports a directory that cannot be read or written.
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
                "source.directory.path {}: is on {name}, where the kernel does not report files that other machines write, so no \
                 picture is seen; set source.directory.poll_ms (for example to 50), or use a local file system",
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
            "source.directory.path {}: its file system stores times in steps of {} s, so the time when a picture was finished is \
             unknown, and parts are faults; use ext4 with 256-byte inodes, XFS, Btrfs or tmpfs",
            path.display(),
            step.as_secs()
        )));
    }
    findings.extend(skipped(path, directory.endings));
    findings
}

/// Counts pictures' names that are not regular files. The station skips them.
fn skipped(path: &Path, endings: Endings) -> Option<Finding> {
    let entries = fs::read_dir(path).ok()?.filter_map(Result::ok);
    let is_other = |entry: &DirEntry| {
        Name::new(entry.file_name().as_bytes()).is_some_and(|name| name.is_picture(endings))
            && entry.file_type().is_ok_and(|kind| !kind.is_file())
    };
    let others = entries.filter(is_other).count();
    (others > 0).then(|| {
        Finding::warn(format!(
            "source.directory.path {}: {others} files with pictures' names are not regular files (symbolic links, directories, pipes); remove them: they are skipped",
            path.display()
        ))
    })
}
