//! A folder on the disk for one unit test, and names and identities of pictures.

use super::{Folder, Identity, Name};
use crate::station::file::{After, DirectorySettings};
use nix::sys::stat::futimens;
use nix::sys::time::TimeSpec;
use std::path::PathBuf;
use std::{env, fs, process};

/// `in`, to be watched, and `out`, to move to. Dropping it removes both.
pub(super) struct TestFolder {
    pub(super) path: PathBuf,
}

impl TestFolder {
    pub(super) fn new(test: &str) -> Self {
        let path = env::temp_dir().join(format!("sluice-watch-{}-{test}", process::id()));
        for name in ["in", "out"] {
            fs::create_dir_all(path.join(name)).unwrap();
        }
        Self { path }
    }

    pub(super) fn settings(&self, after: After) -> DirectorySettings {
        let path = |name| self.path.join(name).to_str().unwrap().parse().unwrap();
        DirectorySettings {
            path: path("in"),
            after,
            move_to: path("out"),
            workers: 1,
            pair_min_ms: 0,
            pair_max_ms: 0,
            poll_ms: 0,
            endings: Default::default(),
        }
    }

    pub(super) fn folder(&self) -> Folder {
        Folder::new(&self.settings(After::Keep).path)
    }

    /// The path of a file in the watched folder.
    pub(super) fn file(&self, name: &str) -> PathBuf {
        self.path.join("in").join(name)
    }

    /// Writes a file in the watched folder and returns its identity.
    pub(super) fn write(&self, file: &str, content: &str) -> Identity {
        fs::write(self.file(file), content).unwrap();
        self.identity(file)
    }

    pub(super) fn identity(&self, file: &str) -> Identity {
        self.folder().find(&name(file)).unwrap().unwrap()
    }

    /// Sets a file's times to `seconds` since 1970 and nanoseconds. It sets both times, since the
    /// kernel reports a change of the modification time alone as a write.
    pub(super) fn set_times(&self, file: &str, seconds: i64, nanoseconds: i64) {
        let time = TimeSpec::new(seconds, nanoseconds);
        let file = fs::File::open(self.file(file)).unwrap();
        futimens(&file, &time, &time).unwrap();
    }
}

impl Drop for TestFolder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.path);
    }
}

pub(super) fn name(text: &str) -> Name {
    Name::new(text.as_bytes()).unwrap()
}

/// A picture's identity without a file.
pub(super) const fn identity(inode: u64) -> Identity {
    Identity {
        size: 1,
        mtime_ns: 2,
        inode,
        ctime_ns: 3,
        content: 0,
    }
}
