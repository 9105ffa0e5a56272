//! The parts that the station has kept: the last rejects and faults, and their pictures. Only the
//! threads for disks read them, a few at a time; a disk that hangs holds up nothing else.

mod open;
mod picture;

pub use picture::Picture;

use open::{list, open};
use serde_json::Value;
use sluice::history::{EntryName, OVERLAY_FILE};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use tokio::sync::Semaphore;
use tokio::task;

/// Calls that may wait for a disk at a time. The runtime has as many threads for them.
pub const READERS_MAX: usize = 3;
/// What a picture is.
pub const PICTURE_TYPE: &str = "image/png";

/// The directory of the kept parts.
#[derive(Debug, Clone)]
pub struct History {
    directory: Arc<Path>,
    readers: Readers,
}

impl History {
    /// `directory`: `history.directory` of the station.
    pub fn new(directory: PathBuf) -> Self {
        Self {
            directory: directory.into(),
            readers: Readers(Arc::new(Semaphore::new(READERS_MAX))),
        }
    }

    /// The last rejects and faults, the newest first.
    ///
    /// # Errors
    /// The directory cannot be read.
    pub async fn list(&self) -> io::Result<Value> {
        let directory = self.directory.clone();
        self.readers.read(move || list(&directory)).await
    }

    /// The overlay of the part with this name.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] if the name is no part's, or the part has no picture or is not
    /// kept any more. The errors of the system, also if a link or another kind of file is there.
    pub async fn overlay(&self, name: &str) -> io::Result<Picture> {
        let name = EntryName::parse(name).ok_or(io::ErrorKind::NotFound)?;
        let directory = self.directory.clone();
        let opened = move || open(&directory, &name, OVERLAY_FILE);
        let file = self.readers.read(opened).await?;
        Picture::new(file, self.readers.clone())
    }
}

/// Bounds how many calls wait for a disk.
#[derive(Debug, Clone)]
struct Readers(Arc<Semaphore>);

impl Readers {
    /// Runs a call that may wait for a disk. Who gives up waiting leaves nothing behind in a queue.
    async fn read<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let place = self.0.clone().acquire_owned().await;
        let place = place.map_err(io::Error::other)?;
        let done = task::spawn_blocking(move || {
            let _place = place;
            call()
        });
        done.await.map_err(io::Error::other)?
    }
}
