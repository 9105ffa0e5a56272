//! Whether the station's user may write where the station writes. Without these rights the first
//! part ends the run, or its picture stays.

use super::Finding;
use crate::station::Station;
use crate::station::file::After;
use nix::errno::Errno;
use nix::unistd::{AccessFlags, access};
use std::path::Path;

/// The missing rights on existing directories. Other checks report missing directories. Changes
/// nothing.
pub(super) fn findings(station: &Station) -> Vec<Finding> {
    let journal = Path::new(station.journal.directory.as_str());
    let parent = journal.parent().filter(|path| !path.as_os_str().is_empty());
    let mut needed = vec![if journal.exists() {
        ("journal.directory", journal, "the journal is written there")
    } else {
        let parent = parent.unwrap_or(Path::new("."));
        (
            "journal.directory",
            parent,
            "the journal's directory is made there",
        )
    }];
    if let Some(directory) = &station.source.directory {
        let path = Path::new(directory.path.as_str());
        let to = Path::new(directory.move_to.as_str());
        match directory.after {
            After::Keep => {}
            After::Delete => {
                needed.push(("source.directory.path", path, "pictures are deleted there"))
            }
            After::Move => needed.extend([
                (
                    "source.directory.path",
                    path,
                    "pictures are moved from there",
                ),
                ("source.directory.move_to", to, "pictures are moved there"),
            ]),
        }
    }
    if let Some(history) = &station.history {
        let history = Path::new(history.directory.as_str());
        let parent = history.parent().filter(|path| !path.as_os_str().is_empty());
        needed.push(if history.exists() {
            ("history.directory", history, "parts are kept there")
        } else {
            let parent = parent.unwrap_or(Path::new("."));
            (
                "history.directory",
                parent,
                "the history's directory is made there",
            )
        });
    }
    needed
        .into_iter()
        .filter_map(|(key, path, why)| {
            let errno = access(path, AccessFlags::W_OK | AccessFlags::X_OK).err()?;
            (errno != Errno::ENOENT).then(|| {
                super::finding(Err(format!(
                    "{key} {}: {} for the user that runs this command, and {why}; give that user the rights to write and \
                     enter, or name another directory",
                    path.display(),
                    errno.desc()
                )))
            })
        })
        .collect()
}
