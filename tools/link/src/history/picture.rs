//! A picture on its way to a client, piece by piece. So a client that reads slowly holds one piece.

use super::Readers;
use core::fmt;
use hyper::body::Bytes;
use std::fs::File;
use std::future::Future;
use std::io::{self, Read as _};
use std::pin::Pin;
use std::task::{Context, Poll, ready};

/// Bytes that are read at once.
const PIECE: u64 = 64 * 1024;

type Next = Pin<Box<dyn Future<Output = io::Result<(File, Bytes)>> + Send>>;

/// The rest of a picture.
pub struct Picture {
    rest: u64,
    readers: Readers,
    next: Next,
}

impl fmt::Debug for Picture {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Picture")
    }
}

impl Picture {
    /// `rest`: the length of the file.
    pub(super) fn new(file: File, rest: u64, readers: Readers) -> Self {
        let next = next(file, rest, readers.clone());
        Self {
            rest,
            readers,
            next,
        }
    }

    /// Bytes that are left.
    pub const fn rest(&self) -> u64 {
        self.rest
    }

    /// The next piece, `None` at the end.
    pub fn poll(&mut self, context: &mut Context<'_>) -> Poll<Option<io::Result<Bytes>>> {
        if self.rest == 0 {
            return Poll::Ready(None);
        }
        let read = ready!(self.next.as_mut().poll(context));
        if read.is_err() {
            self.rest = 0;
        }
        Poll::Ready(Some(read.map(|(file, bytes)| {
            let length = u64::try_from(bytes.len()).unwrap_or(u64::MAX);
            self.rest = self.rest.saturating_sub(length);
            self.next = next(file, self.rest, self.readers.clone());
            bytes
        })))
    }
}

fn next(mut file: File, rest: u64, readers: Readers) -> Next {
    Box::pin(async move {
        let piece = move || {
            let mut bytes = Vec::new();
            let length = rest.min(PIECE);
            (&mut file).take(length).read_to_end(&mut bytes)?;
            if bytes.is_empty() {
                return Err(io::ErrorKind::UnexpectedEof.into());
            }
            Ok((file, bytes.into()))
        };
        readers.read(piece).await
    })
}
