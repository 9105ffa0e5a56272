//! The decode workers: a picture file becomes the model's input, row by row, in device memory.

use super::messages::{Decoded, Input, Job, Message, Picture};
use super::shared::Shared;
use crate::frame::{FrameError, PngSource};
use crate::hash::{HashingReader, Sha256};
use crate::part::Cause;
use crate::text::{Detail, cut};
use crate::watch::Folder;
use board::Timestamp;
use core::time::Duration;
use std::fs::File;

/// Bytes of a file that are read at once when only its hash is wanted.
const PIECE_BYTES: usize = 65_536;

/// Decodes pictures of `folder` until there are no more. Its buffers are allocated before the first; the PNG decoder
/// allocates its own for each picture.
///
/// A picture whose part is on the line and has passed its deadline is left out: the inspection decides that part by itself,
/// and the parts behind it need the time.
pub(super) fn run(folder: &Folder, mut source: PngSource, deadline: Duration, shared: &Shared) {
    let mut piece = vec![0; PIECE_BYTES];
    while let Some(job) = shared.jobs.receive_next() {
        if job.on_line && job.trigger + deadline <= Timestamp::now() && !shared.stopping() {
            continue;
        }
        let Some(input) = shared.inputs.receive_next() else {
            return;
        };
        let decoded = decode(job, input, folder, &mut source, &mut piece, shared);
        if shared.messages.send(Message::Decoded(decoded)).is_err() {
            return;
        }
    }
}

fn decode(
    job: Job,
    mut input: Input,
    folder: &Folder,
    source: &mut PngSource,
    piece: &mut [u8],
    shared: &Shared,
) -> Decoded {
    let start = Timestamp::now();
    let (result, sha256) = if shared.stopping() {
        (Err((Cause::Stopping, Detail::new())), None)
    } else {
        match &job.picture {
            Picture::File { name, identity } => match folder.open(name, identity) {
                Ok(file) => read(&file, &mut input, source, piece),
                Err(error) => (Err((Cause::File, cut(format_args!("{error}")))), None),
            },
            // Only parts with a file are sent here.
            Picture::None | Picture::Frame { .. } => (Err((Cause::NoPicture, Detail::new())), None),
        }
    };
    Decoded {
        wait: start.since(job.trigger),
        decode: Timestamp::now().since(start),
        part: job.part,
        picture: job.picture,
        input: Some(input),
        result,
        sha256,
    }
}

/// Reads the picture into the input and hashes the whole file, also when it is no good: the journal names what was there.
fn read(
    file: &File,
    input: &mut Input,
    source: &mut PngSource,
    piece: &mut [u8],
) -> (Result<(), (Cause, Detail)>, Option<Sha256>) {
    let mut reader = HashingReader::new(file);
    let result = source.read_into(&mut reader, &mut input.buffer);
    let sha256 = reader.finish(piece);
    let result = match (result, &sha256) {
        (Ok(_), Ok(_)) => Ok(()),
        (Err(error @ FrameError::Read { .. }), _) => {
            Err((Cause::File, cut(format_args!("{error}"))))
        }
        (Err(error), _) => Err((Cause::Picture, cut(format_args!("{error}")))),
        (Ok(_), Err(error)) => Err((
            Cause::File,
            cut(format_args!("reading to the end: {error}")),
        )),
    };
    (result, sha256.ok())
}
