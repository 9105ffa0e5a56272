//! The parts that the station has kept: the last rejects and faults, and their pictures. Only the
//! threads for disks read them, a few at a time; a disk that hangs holds up nothing else.

mod open;
mod picture;

pub use picture::Picture;

use open::{list, open};
use sluice::history::{EntryName, OVERLAY_FILE};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};
use tokio::sync::{Mutex, Semaphore};
use tokio::{task, time};

/// Calls that may wait for a disk at a time. The runtime has as many threads for them.
pub const READERS_MAX: usize = 3;
/// How long a client waits for a disk, less than a request may take.
const WAIT_MAX: Duration = Duration::from_secs(5);
/// The list is read again after this long, for all clients at once.
const LIST_AGE_MAX: Duration = Duration::from_secs(2);
/// What a picture is.
pub const PICTURE_TYPE: &str = "image/png";

/// The directory of the kept parts.
#[derive(Debug, Clone)]
pub struct History {
    directory: Arc<Path>,
    readers: Readers,
    listed: Arc<Mutex<Option<(Instant, List)>>>,
}

/// The list as JSON, or why it cannot be read.
type List = Result<Arc<str>, Arc<io::Error>>;

impl History {
    /// `directory`: `history.directory` of the station.
    pub fn new(directory: PathBuf) -> Self {
        Self {
            directory: directory.into(),
            readers: Readers::new(WAIT_MAX),
            listed: Arc::default(),
        }
    }

    /// The last rejects and faults, the newest first, as JSON. At most 2 s old, but for the time
    /// that reading it takes.
    ///
    /// # Errors
    /// The directory cannot be read, none of its parts can, or the disk does not answer.
    pub async fn list(&self) -> List {
        let mut listed = self.listed.lock().await;
        if let Some((at, list)) = &*listed
            && at.elapsed() < LIST_AGE_MAX
        {
            return list.clone();
        }
        let directory = self.directory.clone();
        let list = self.readers.read(move || list(&directory)).await;
        let list = list.map(|list| list.to_string().into()).map_err(Arc::new);
        *listed = Some((Instant::now(), list.clone()));
        list
    }

    /// The overlay of the part with this name.
    ///
    /// # Errors
    /// [`io::ErrorKind::NotFound`] if the name is no part's, or the part has no picture or is not
    /// kept any more. [`io::ErrorKind::TimedOut`] if the disk does not answer. The errors of the
    /// system, also if a link or another kind of file is there.
    pub async fn overlay(&self, name: &str) -> io::Result<Picture> {
        let name = EntryName::parse(name).ok_or(io::ErrorKind::NotFound)?;
        let directory = self.directory.clone();
        let opened = move || open(&directory, &name, OVERLAY_FILE);
        let (file, length) = self.readers.read(opened).await?;
        Ok(Picture::new(file, length, self.readers.clone()))
    }
}

/// Bounds how many calls wait for a disk, and how long a client waits for one.
#[derive(Debug, Clone)]
struct Readers {
    places: Arc<Semaphore>,
    wait_max: Duration,
}

impl Readers {
    fn new(wait_max: Duration) -> Self {
        let places = Arc::new(Semaphore::new(READERS_MAX));
        Self { places, wait_max }
    }

    /// Runs a call that may wait for a disk. Who gives up waiting leaves nothing behind in a queue.
    /// A call that hangs keeps its place until the disk answers.
    async fn read<T: Send + 'static>(
        &self,
        call: impl FnOnce() -> io::Result<T> + Send + 'static,
    ) -> io::Result<T> {
        let places = self.places.clone();
        let done = async {
            let place = places.acquire_owned().await.map_err(io::Error::other)?;
            let done = task::spawn_blocking(move || {
                let _place = place;
                call()
            });
            done.await.map_err(io::Error::other)?
        };
        let silent = |_| io::Error::new(io::ErrorKind::TimedOut, "the disk does not answer");
        time::timeout(self.wait_max, done).await.map_err(silent)?
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::sync::mpsc;
    use tokio::runtime;

    #[test]
    fn a_disk_that_hangs_is_given_up_and_used_again_once_it_answers() {
        let runtime = runtime::Builder::new_current_thread()
            .enable_all()
            .max_blocking_threads(READERS_MAX)
            .build()
            .unwrap();
        let readers = Readers::new(Duration::from_millis(50));
        let mut held = Vec::new();
        let kind = |read: io::Result<()>| read.unwrap_err().kind();
        for _ in 0..READERS_MAX {
            let (answers, disk) = mpsc::channel::<()>();
            held.push(answers);
            let call = move || {
                let waited = disk.recv_timeout(Duration::from_secs(10));
                waited.map_err(io::Error::other)
            };
            assert_eq!(
                kind(runtime.block_on(readers.read(call))),
                io::ErrorKind::TimedOut
            );
        }
        let last = runtime.block_on(readers.read(|| Ok(())));
        assert_eq!(kind(last), io::ErrorKind::TimedOut);
        drop(held);
        let again = Readers {
            wait_max: Duration::from_secs(30),
            ..readers
        };
        runtime.block_on(again.read(|| Ok(()))).unwrap();
    }
}
