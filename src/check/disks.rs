//! The disks of the directories: kind of file system, and space.

use super::Finding;
use crate::station::Station;
use crate::watch::BlindFileSystem;
use nix::sys::statfs::statfs;
use nix::sys::statvfs::statvfs;
use std::fs;
use std::path::Path;

const MIB: u64 = 1 << 20;
/// Pictures need some space to arrive.
const PICTURES_MIN: u64 = 64 * MIB;

/// File systems by `f_type` of statfs(2), from `linux/magic.h`.
const KNOWN: [(u32, &str); 9] = [
    (0x0000_ef53, "ext4"),
    (0x5846_5342, "XFS"),
    (0x9123_683e, "Btrfs"),
    (0xf2f5_2010, "F2FS"),
    (0x794c_7630, "overlayfs"),
    (0x0102_1994, TMPFS),
    (0x8584_58f6, RAMFS),
    (0x0000_4d44, FAT),
    (0x2011_bab0, EXFAT),
];
const TMPFS: &str = "tmpfs";
const RAMFS: &str = "ramfs";
const FAT: &str = "FAT";
const EXFAT: &str = "exFAT";

/// Where a station writes, or what it reads.
struct Place<'a> {
    key: &'static str,
    path: &'a str,
    /// How large it may grow, in bytes.
    grows_to: u64,
    /// The keys that say so; empty for the pictures, which others write.
    limits: &'static str,
}

/// The disks of the watched directory, the journal and the history.
pub(super) fn findings(station: &Station) -> Vec<Finding> {
    let journal = &station.journal;
    let mut places = vec![Place {
        key: "journal.directory",
        path: &journal.directory,
        grows_to: u64::from(journal.file_size_max_kib) * 1024 * u64::from(journal.files_max),
        limits: "journal.file_size_max_kib and journal.files_max",
    }];
    if let Some(history) = &station.history {
        places.push(Place {
            key: "history.directory",
            path: &history.directory,
            grows_to: u64::from(history.size_max_kib) * 1024,
            limits: "history.size_max_kib",
        });
    }
    if let Some(directory) = &station.source.directory {
        places.push(Place {
            key: "source.directory.path",
            path: &directory.path,
            grows_to: PICTURES_MIN,
            limits: "",
        });
    }
    places.iter().filter_map(finding).collect()
}

/// `None` if the disk cannot be asked; other checks report directories that cannot be used.
fn finding(place: &Place<'_>) -> Option<Finding> {
    let Place { key, path, .. } = *place;
    let existing = Path::new(path)
        .ancestors()
        .map(|path| {
            if path.as_os_str().is_empty() {
                Path::new(".")
            } else {
                path
            }
        })
        .find(|path| path.exists())?;
    let disk = statvfs(existing).ok()?;
    let free = disk.blocks_available().saturating_mul(disk.fragment_size());
    let kind = kind(existing);
    let subject = format!("disk of {key} {path}: {}", kind.unwrap_or("a file system"));
    let is_written = !place.limits.is_empty();
    if is_written && let Ok(Some(remote)) = BlindFileSystem::of(existing) {
        return Some(Finding::warn(format!(
            "disk of {key} {path}: {}, which may hang with its server; name a directory on a local disk",
            remote.name
        )));
    }
    if is_written && matches!(kind, Some(TMPFS | RAMFS)) {
        return Some(Finding::warn(format!(
            "{subject} is in memory, and its files are lost without power; name a directory on a disk"
        )));
    }
    if is_written && matches!(kind, Some(FAT | EXFAT)) {
        return Some(Finding::warn(format!(
            "{subject} has no journal, and a power cut may damage it; use ext4 or another with a journal"
        )));
    }
    let used = if is_written { used(Path::new(path)) } else { 0 };
    let more = place.grows_to.saturating_sub(used);
    Some(if free >= more {
        let needed = if is_written {
            format!("; it may need {} MiB more", more.div_ceil(MIB))
        } else {
            String::new()
        };
        Finding::ok(format!("{subject}, {} MiB free{needed}", free / MIB))
    } else if is_written {
        Finding::warn(format!(
            "{subject} has {} MiB free, but it may need {} MiB more; lower {}, or make space",
            free / MIB,
            more.div_ceil(MIB),
            place.limits
        ))
    } else {
        let text = format!(
            "{subject} has {} MiB free, so pictures may not arrive; make space",
            free / MIB
        );
        Finding::warn(text)
    })
}

/// The file system, if it is a known one.
fn kind(path: &Path) -> Option<&'static str> {
    let kind = statfs(path).ok()?.filesystem_type().0;
    // Only the lower 32 bits count: some platforms extend the sign.
    let kind = u64::from_ne_bytes(kind.to_ne_bytes()) & u64::from(u32::MAX);
    let known = KNOWN.iter().find(|(number, _)| u64::from(*number) == kind);
    known.map(|(_, name)| *name)
}

/// The bytes of the files in a directory.
fn used(directory: &Path) -> u64 {
    let entries = fs::read_dir(directory).into_iter().flatten().flatten();
    let lengths = entries.filter_map(|entry| Some(entry.metadata().ok()?.len()));
    lengths.sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    const HOST: &[u8] = include_bytes!("../../board/stations/host.json");

    fn of(key: &'static str, grows_to: u64, limits: &'static str) -> String {
        let directory = std::env::temp_dir().join("not-there").join("deeper");
        let place = Place {
            key,
            path: directory.to_str().unwrap(),
            grows_to,
            limits,
        };
        finding(&place).unwrap().to_string()
    }

    /// No test knows the disk of the temporary files, so it compares what is asked of it.
    #[test]
    fn space_that_is_missing_is_a_warning_with_the_keys() {
        let small = of("source.directory.path", 1, "");
        assert!(
            small.starts_with("ok ") && small.contains("MiB free"),
            "{small}"
        );
        let large = of("source.directory.path", u64::MAX, "");
        assert!(
            large.starts_with("warn ") && large.contains("make space"),
            "{large}"
        );
        let large = of("journal.directory", u64::MAX, "journal.files_max");
        assert!(large.starts_with("warn "), "{large}");
    }

    #[test]
    fn each_directory_of_the_station_is_looked_at() {
        let station = crate::station::read(HOST).unwrap();
        let found: Vec<_> = findings(&station)
            .iter()
            .map(|found| found.text.clone())
            .collect();
        assert_eq!(found.len(), 2, "{found:?}");
        assert!(found[0].contains("journal.directory journal"), "{found:?}");
        assert!(
            found[1].contains("source.directory.path parts"),
            "{found:?}"
        );
    }
}
