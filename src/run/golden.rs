//! The thread `golden`: it reads the golden pictures of a challenge, as the decode workers read
//! those of parts. A disk that hangs holds up this thread alone, and the challenge fails.

use super::error::RunError;
use super::messages::{Decoded, Golden, InputLease, Message, PictureRef};
use super::shared::Shared;
use crate::bounded::text::{Detail, cut};
use crate::frame::PngSource;
use crate::hash::{HashingReader, Sha256};
use crate::part::{Cause, PartId};
use crate::station::Station;
use crate::station::file::{ChallengeBy, GoldenSettings};
use board::Timestamp;
use core::time::Duration;
use std::fs::File;
use std::io;

/// Bytes of a file that are read at once to complete its hash.
const PIECE_BYTES: usize = 65_536;

/// The golden pictures, and what decodes them.
pub struct GoldenPictures<'d> {
    parts: &'d [GoldenSettings],
    source: PngSource,
    /// The model's input. The slot is taken once the picture is whole.
    pixels: Vec<u8>,
    piece: Vec<u8>,
}

impl<'d> GoldenPictures<'d> {
    /// Makes the decoder, if the station has golden pictures.
    ///
    /// # Errors
    /// The region cannot be resampled.
    pub fn new(station: &'d Station) -> Result<Option<Self>, RunError> {
        let Some(challenge) = &station.challenge else {
            return Ok(None);
        };
        if challenge.by == ChallengeBy::Hand {
            return Ok(None);
        }
        let image = &station.image;
        let source = PngSource::new(image.roi, image.size, image.order).map_err(RunError::Image)?;
        Ok(Some(Self {
            parts: &challenge.parts,
            source: source.with_frame(image.frame),
            pixels: vec![0; image.size.bytes().unwrap_or_default()],
            piece: vec![0; PIECE_BYTES],
        }))
    }

    /// Sends all pictures to the inspection for each request, until the requests are closed.
    pub fn run(mut self, shared: &Shared<'_>) {
        while let Some(challenge) = shared.challenges.pictures.receive_next() {
            for (index, part) in (0..).zip(self.parts) {
                let start = Timestamp::now();
                let (result, sha256) = self.read(&part.picture);
                let Some(mut input) = shared.challenges.inputs.receive_next() else {
                    return;
                };
                if result.is_ok() {
                    fill(&mut input, &self.pixels);
                }
                shared.tell_inspection(Message::Decoded(Decoded {
                    part: PartId::new(0),
                    golden: Some(Golden { challenge, index }),
                    picture: PictureRef::None,
                    input,
                    result,
                    sha256,
                    wait: Duration::ZERO,
                    decode: Timestamp::now().since(start),
                }));
            }
        }
    }

    /// Decodes a file and hashes all of it.
    fn read(&mut self, path: &str) -> (Result<(), (Cause, Detail)>, Option<Sha256>) {
        let failed = |error: io::Error| (Err((Cause::File, cut(format_args!("{error}")))), None);
        let file = match File::open(path) {
            Ok(file) => file,
            Err(error) => return failed(error),
        };
        let mut reader = HashingReader::new(&file);
        let decoded = self.source.read_into(&mut reader, &mut self.pixels);
        match (decoded, reader.finish(&mut self.piece)) {
            (Ok(_), Ok(sha256)) => (Ok(()), Some(sha256)),
            (Err(error), sha256) => {
                let detail = cut(format_args!("{error}"));
                (Err((Cause::Picture, detail)), sha256.ok())
            }
            (Ok(_), Err(error)) => failed(error),
        }
    }
}

fn fill(input: &mut InputLease, pixels: &[u8]) {
    for (to, from) in input.buffer.iter_mut().zip(pixels) {
        *to = *from;
    }
}
