//! Reads a picture and checks that the content is the one that arrived.

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

/// Enough for many events of one file, which have no names.
const EVENTS_BYTES: usize = 4096;

/// Reads the pictures of one folder, one at a time. For one thread, a decode worker's.
///
/// The picture is read in one pass and not copied into memory first. Its identity is checked after
/// the last byte, for pictures of any size.
#[derive(Debug)]
pub struct Reading {
    folder: Folder,
    ledger: Ledger,
    inotify: Option<Arc<Inotify>>,
    events: Box<[u8]>,
}

/// Keeps a reader's inotify instances open after its thread. On a busy machine the kernel takes
/// more than a second to close one, and a thread that ends should not wait for that.
#[derive(Debug)]
pub struct KeptOpen {
    _ledger: Ledger,
    _inotify: Option<Arc<Inotify>>,
}

/// An open picture.
#[derive(Debug)]
pub struct Opened {
    /// The file, to read its bytes from.
    pub file: File,
    at_open: Identity,
    watch: Option<WatchDescriptor>,
}

impl Reading {
    /// A reader of this folder's pictures. If no inotify instance is left, it cannot watch the
    /// files that it reads. Then the folder's events and the file's times decide.
    pub fn new(folder: Folder, ledger: Ledger) -> Self {
        let flags = InitFlags::IN_NONBLOCK | InitFlags::IN_CLOEXEC;
        Self {
            folder,
            ledger,
            inotify: Inotify::init(flags).ok().map(Arc::new),
            events: vec![0; EVENTS_BYTES].into_boxed_slice(),
        }
    }

    /// What the caller should drop after all threads have ended.
    pub fn keep_open(&self) -> KeptOpen {
        KeptOpen {
            _ledger: self.ledger.clone(),
            _inotify: self.inotify.clone(),
        }
    }

    /// Opens a picture. Every later write to it is noticed by [`Self::close`].
    ///
    /// # Errors
    /// [`FileError`]. [`FileError::Changed`] if the file was written since the picture arrived.
    pub fn open(&mut self, name: &Name, identity: &Identity) -> Result<Opened, FileError> {
        let file = self.folder.open(name, identity)?;
        // The watch begins before the check of earlier events, so that no write is missed between
        // the two.
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

    /// Checks that all bytes that were read belong to the content that arrived. Call this after the
    /// last byte.
    ///
    /// # Errors
    /// [`FileError::Overwritten`] if they do not, or if that is unknown.
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

    /// Checks that a picture still has these bytes, by reading it again. Does so only on file
    /// systems without events. Their times prove little: the clock is another computer's, and may
    /// be coarse.
    ///
    /// # Errors
    /// [`FileError::Overwritten`] if the bytes differ. Other [`FileError`]s if the file cannot be
    /// read.
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

    /// Records that this part was judged by this picture, and the hash of its bytes.
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

    /// Ends the watch of a file. Returns whether the file was written, as far as the watch tells.
    fn end(&mut self, opened: &Opened) -> bool {
        let (Some(inotify), Some(watch)) = (&self.inotify, opened.watch) else {
            return false;
        };
        let written = matches!(drain(inotify, &mut self.events), Ok(1..) | Err(_));
        // This cannot fail: the kernel removes a watch only with the file, and our descriptor keeps
        // the file.
        let _ = inotify.rm_watch(watch);
        let _ = drain(inotify, &mut self.events);
        written
    }
}

/// Reads all events and drops them. Returns their length in bytes.
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

#[cfg(test)]
mod tests;
