//! A picture that is being read: whether what was read is the content that arrived.

use super::folder::identity_of;
use super::ledger::ContentState;
use super::{FileError, Folder, Identity, Ledger, Name};
use crate::hash::{HashingReader, Sha256};
use crate::part::PartId;
use nix::errno::Errno;
use nix::sys::inotify::{AddWatchFlags, InitFlags, Inotify, WatchDescriptor};
use nix::unistd::read;
use std::fs::File;
use std::os::fd::{AsFd as _, AsRawFd as _};
use std::sync::Arc;

/// Room for the events of one file, which have no name.
const EVENTS_BYTES: usize = 4096;

/// Reads the pictures of one folder, one at a time. For one thread, a decode worker's.
///
/// A picture is read in one pass, as it lies in the directory, and not into memory first. Its identity is checked after
/// the last byte, in the same way for pictures of any size.
#[derive(Debug)]
pub struct Reading {
    folder: Folder,
    ledger: Ledger,
    inotify: Option<Arc<Inotify>>,
    events: Box<[u8]>,
}

/// Keeps open what a reader and its folder are watched with. On a busy machine the kernel takes a second and more to close an
/// inotify instance; a thread that ends should not wait for that.
#[derive(Debug)]
pub struct KeptOpen {
    _ledger: Ledger,
    _inotify: Option<Arc<Inotify>>,
}

/// A picture that was opened.
#[derive(Debug)]
pub struct Opened {
    /// Its bytes.
    pub file: File,
    at_open: Identity,
    watch: Option<WatchDescriptor>,
}

impl Reading {
    /// A reader of this folder's pictures. If no inotify instance is left, it cannot watch the files that it reads.
    /// Then the folder's events and the file's times have to do.
    pub fn new(folder: Folder, ledger: Ledger) -> Self {
        let flags = InitFlags::IN_NONBLOCK | InitFlags::IN_CLOEXEC;
        Self {
            folder,
            ledger,
            inotify: Inotify::init(flags).ok().map(Arc::new),
            events: vec![0; EVENTS_BYTES].into_boxed_slice(),
        }
    }

    /// What to drop when the threads have ended.
    pub fn keep_open(&self) -> KeptOpen {
        KeptOpen {
            _ledger: self.ledger.clone(),
            _inotify: self.inotify.clone(),
        }
    }

    /// Opens a picture. From here on nothing happens to its content unseen.
    ///
    /// # Errors
    /// [`FileError`]; [`FileError::Changed`] when it was written since it arrived.
    pub fn open(&mut self, name: &Name, identity: &Identity) -> Result<Opened, FileError> {
        let file = self.folder.open(name, identity)?;
        // Watched before it is asked what happened until now, so that nothing falls between the two.
        let watch = self.watch(&file);
        let at_open = identity_of(&file)?.ok_or(FileError::NotRegular)?;
        let opened = Opened {
            file,
            at_open,
            watch,
        };
        let since = self.ledger.state_of(name, identity);
        let same = match since {
            ContentState::Untouched => at_open.may_be(identity),
            ContentState::Overwritten => false,
            ContentState::Unknown => at_open.is_untouched(identity),
        };
        if same {
            return Ok(opened);
        }
        self.end(&opened);
        Err(FileError::Changed)
    }

    /// Says whether all that was read of the picture is the content that arrived. Call it after the last byte.
    ///
    /// # Errors
    /// [`FileError::Overwritten`] when it is not, or it cannot be known.
    pub fn close(
        &mut self,
        opened: &Opened,
        name: &Name,
        identity: &Identity,
    ) -> Result<(), FileError> {
        let written = self.end(opened);
        let after = identity_of(&opened.file)?.ok_or(FileError::NotRegular)?;
        let same = !written
            && match self.ledger.state_of(name, identity) {
                ContentState::Untouched => after.may_be(identity),
                ContentState::Overwritten => false,
                ContentState::Unknown => after.is_untouched(&opened.at_open),
            };
        if same {
            Ok(())
        } else {
            Err(FileError::Overwritten)
        }
    }

    /// Says whether a picture that was read has these bytes still. Reads it a second time. This is for file systems
    /// without events, whose times prove little: their clock is another computer's, and may be coarse.
    ///
    /// # Errors
    /// [`FileError`]; [`FileError::Overwritten`] when it has others.
    pub fn check_unchanged(
        &self,
        name: &Name,
        identity: &Identity,
        sha256: Option<&Sha256>,
        piece: &mut [u8],
    ) -> Result<(), FileError> {
        let Some(sha256) = sha256.filter(|_| !self.ledger.is_watched()) else {
            return Ok(());
        };
        let file = self.folder.open(name, identity)?;
        match HashingReader::new(&file).finish(piece) {
            Ok(again) if again == *sha256 => Ok(()),
            Ok(_) => Err(FileError::Overwritten),
            Err(error) => Err(FileError::Call {
                call: "read",
                errno: error
                    .raw_os_error()
                    .map_or(Errno::UnknownErrno, Errno::from_raw),
            }),
        }
    }

    /// The part was judged by this picture, which had these bytes.
    pub fn prove(&self, identity: &Identity, part: PartId, sha256: Sha256) {
        self.ledger.prove(identity, part, sha256);
    }

    fn watch(&self, file: &File) -> Option<WatchDescriptor> {
        let mut path = heapless::String::<32>::new();
        core::fmt::write(
            &mut path,
            format_args!("/proc/self/fd/{}", file.as_raw_fd()),
        )
        .ok()?;
        let inotify = self.inotify.as_ref()?;
        inotify
            .add_watch(path.as_str(), AddWatchFlags::IN_MODIFY)
            .ok()
    }

    /// Watches the file no more. Whether it was written, as far as the watch says.
    fn end(&mut self, opened: &Opened) -> bool {
        let (Some(inotify), Some(watch)) = (&self.inotify, opened.watch) else {
            return false;
        };
        let written = matches!(drain(inotify, &mut self.events), Ok(1..) | Err(_));
        // It is there unless the file was deleted and its last descriptor closed, and ours is open.
        let _ = inotify.rm_watch(watch);
        let _ = drain(inotify, &mut self.events);
        written
    }
}

/// Takes all events. Gives how many bytes they had.
fn drain(inotify: &Inotify, events: &mut [u8]) -> Result<usize, Errno> {
    let mut bytes = 0;
    loop {
        match read(inotify.as_fd(), events) {
            Ok(0) | Err(Errno::EAGAIN) => return Ok(bytes),
            Ok(more) => bytes += more,
            Err(Errno::EINTR) => {}
            Err(errno) => return Err(errno),
        }
    }
}
