//! What is known of a station at one moment.

use board::Timestamp;
use nix::sys::statvfs::statvfs;
use sluice::journal::WallTime;
use sluice::station::Station;
use sluice::status::{Inode, Live, Status};
use std::env;
use std::io;
use std::path::{Path, PathBuf};
use std::sync::{Arc, Mutex, PoisonError};
use std::thread;
use std::time::Duration;

/// Where the service manager puts the run-time files of the service `sluice`.
const RUNTIME_DIRECTORY: &str = "/run/sluice";
/// How often the disks are looked at.
const DISKS_INTERVAL: Duration = Duration::from_secs(5);

/// All that is shown.
pub struct Facts<'a> {
    pub station: &'a Station,
    pub status: &'a Status,
    /// What the station says of itself, or why that is not known.
    pub live: Result<Live, String>,
    pub disks: &'a [Disk],
    pub now: Timestamp,
    pub wall: WallTime,
}

impl<'a> Facts<'a> {
    /// Reads what the station says of itself, from a file in memory.
    pub fn now(station: &'a Station, status: &'a Status, seen: &'a Seen) -> Self {
        let given = env::var("RUNTIME_DIRECTORY").ok();
        let first = given.as_deref().and_then(|given| given.split(':').next());
        let directory = first.unwrap_or(RUNTIME_DIRECTORY);
        let now = Timestamp::now();
        let unseen = || io::Error::other("the journal's directory was not looked at yet");
        let live = seen
            .journal
            .ok_or_else(unseen)
            .and_then(|journal| Live::read(Path::new(directory), journal, now));
        Self {
            station,
            status,
            live: live
                .map_err(|error| format!("{directory}/{}: {error}", sluice::status::LIVE_FILE)),
            disks: &seen.disks,
            now,
            wall: WallTime::now(),
        }
    }
}

/// A directory's disk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Disk {
    /// The section of the station file.
    pub key: &'static str,
    /// Free for the station, and in all, in bytes; `None` if it cannot be looked at.
    pub space: Option<(u64, u64)>,
}

/// What the thread of [`Disks`] saw at its last look.
#[derive(Debug, Clone, Default)]
pub struct Seen {
    pub disks: Vec<Disk>,
    /// The journal's directory, if it is there.
    journal: Option<Inode>,
}

/// The disks, looked at by a thread of its own: one that does not answer holds up nothing.
pub struct Disks(Arc<Mutex<Seen>>);

impl Disks {
    /// Starts the thread.
    pub fn watch(station: &Station) -> io::Result<Self> {
        let mut places: Vec<(&'static str, PathBuf)> =
            vec![("journal", PathBuf::from(station.journal.directory.as_str()))];
        if let Some(history) = &station.history {
            places.push(("history", PathBuf::from(history.directory.as_str())));
        }
        if let Some(directory) = &station.source.directory {
            places.push(("pictures", PathBuf::from(directory.path.as_str())));
        }
        let journal = PathBuf::from(station.journal.directory.as_str());
        let disks = Arc::new(Mutex::new(Seen::default()));
        let seen = Arc::clone(&disks);
        thread::Builder::new()
            .name("disks".to_owned())
            .spawn(move || {
                loop {
                    let looked = places.iter().map(|(key, path)| Disk {
                        key,
                        space: space(path),
                    });
                    let looked = Seen {
                        disks: looked.collect(),
                        journal: Inode::of(&journal).ok(),
                    };
                    *seen.lock().unwrap_or_else(PoisonError::into_inner) = looked;
                    thread::sleep(DISKS_INTERVAL);
                }
            })?;
        Ok(Self(disks))
    }

    /// As they were at the last look.
    pub fn now(&self) -> Seen {
        let disks = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        disks.clone()
    }
}

fn space(path: &Path) -> Option<(u64, u64)> {
    let disk = statvfs(path).ok()?;
    let bytes = |blocks: u64| blocks.saturating_mul(disk.fragment_size());
    Some((bytes(disk.blocks_available()), bytes(disk.blocks())))
}
