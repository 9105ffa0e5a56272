//! The decode workers, all named `decode`: a picture file becomes the model's input, row by row, in
//! the device's memory.

use crate::bounded::text::{Detail, cut};
use crate::frame::{FrameError, PictureSource};
use crate::hash::{HashingReader, Sha256};
use crate::part::Cause;
use crate::run::decoders::Decoders;
use crate::run::messages::{Decoded, InputLease, Job, Message, PictureRef};
use crate::run::shared::Shared;
use crate::watch::{FileError, Identity, Name, Opened, Reading};
use board::Timestamp;
use core::time::Duration;

/// Bytes of a file that are read at once to complete its hash.
const PIECE_BYTES: usize = 65_536;

/// Decodes pictures until the queue is closed. Its buffers are allocated before the first picture,
/// except those that depend on a file. The decoders of PNG, JPEG and TIFF allocate their own for
/// each one; `docs/formats.md` has how much.
///
/// A part on the line whose deadline has passed is left out. The inspection decides that part by
/// itself, and the next parts need the time.
pub fn run(
    mut reading: Reading,
    mut decoders: Decoders<PictureSource>,
    deadline: Duration,
    shared: &Shared<'_>,
) {
    let mut piece = vec![0; PIECE_BYTES];
    while let Some(job) = shared.jobs.receive_next() {
        if job.on_line && job.trigger + deadline <= Timestamp::now() && !shared.is_stopping() {
            continue;
        }
        let Some(input) = shared.inputs.receive_next(decoders.model(job.recipe)) else {
            return;
        };
        let source = decoders.of(job.recipe);
        let decoded = decode(job, input, &mut reading, source, &mut piece, shared);
        if shared.messages.send(Message::Decoded(decoded)).is_err() {
            return;
        }
    }
}

fn decode(
    job: Job,
    mut input: InputLease,
    reading: &mut Reading,
    source: Option<&mut PictureSource>,
    piece: &mut [u8],
    shared: &Shared<'_>,
) -> Decoded {
    let start = Timestamp::now();
    let (result, sha256) = if shared.is_stopping() {
        (Err((Cause::Stopping, Detail::new())), None)
    } else {
        match (&job.picture, source) {
            (PictureRef::File { name, identity }, Some(source)) => {
                let (result, sha256) = read(reading, name, identity, &mut input, source, piece);
                if let Some(sha256) = sha256 {
                    reading.prove(identity, job.part, sha256);
                }
                (result, sha256)
            }
            // Every job has a file, and there is a decoder for each recipe.
            (_, None) | (PictureRef::None | PictureRef::Frame { .. }, _) => {
                (Err((Cause::NoPicture, Detail::new())), None)
            }
        }
    };
    Decoded {
        wait: start.since(job.trigger),
        decode: Timestamp::now().since(start),
        part: job.part,
        golden: None,
        recipe: job.recipe,
        picture: job.picture,
        input,
        result,
        sha256,
    }
}

/// Whether the picture is in the input, and the hash of its file.
type Read = (Result<(), (Cause, Detail)>, Option<Sha256>);

/// Reads a picture. It fails, and gives no hash, if the file is not what arrived, from its first
/// byte to its last.
fn read(
    reading: &mut Reading,
    name: &Name,
    identity: &Identity,
    input: &mut InputLease,
    source: &mut PictureSource,
    piece: &mut [u8],
) -> Read {
    let no_file = |error: FileError| (Err((Cause::File, cut(format_args!("{error}")))), None);
    let opened = match reading.open(name, identity) {
        Ok(opened) => opened,
        Err(error) => return no_file(error),
    };
    let (result, sha256) = read_once(&opened, input, source, piece);
    let unchanged = reading
        .close(&opened, name, identity)
        .and_then(|()| reading.check_unchanged(name, identity, sha256.as_ref(), piece));
    match unchanged {
        Ok(()) => (result, sha256),
        Err(error) => no_file(error),
    }
}

/// Reads the picture into the input and hashes the whole file. A file that is not a picture is
/// hashed as well: the journal names what was there.
fn read_once(
    opened: &Opened,
    input: &mut InputLease,
    source: &mut PictureSource,
    piece: &mut [u8],
) -> Read {
    let mut reader = HashingReader::new(&opened.file);
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
