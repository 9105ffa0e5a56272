//! The thread `golden`: it reads the golden pictures of a challenge, as the decode workers read
//! those of parts. A disk that hangs holds up this thread alone, and the challenge fails.

use super::decoders::Decoders;
use super::error::RunError;
use super::messages::{Decoded, Golden, GoldenRequest, InputLease, Message, PictureRef};
use super::shared::Shared;
use crate::bounded::file::open_regular;
use crate::bounded::text::{Detail, cut};
use crate::frame::PictureSource;
use crate::hash::{HashingReader, Sha256};
use crate::part::{Cause, PartId};
use crate::station::Station;
use crate::station::file::{ChallengeBy, GoldenSettings};
use board::Timestamp;
use core::time::Duration;
use std::io;
use std::path::Path;

/// Bytes of a file that are read at once to complete its hash.
const PIECE_BYTES: usize = 65_536;

/// The golden pictures, and what decodes them.
pub struct GoldenPictures<'d> {
    parts: &'d [GoldenSettings],
    decoders: Decoders<Decoder>,
    piece: Vec<u8>,
}

/// Decodes golden pictures for recipes with the same region.
struct Decoder {
    source: PictureSource,
    /// The model's input. The slot is taken once the picture is whole.
    pixels: Vec<u8>,
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
        let decoders = Decoders::new(station, |image| {
            let source = PictureSource::new(image.roi, image.size, image.order, image.resize);
            Ok(Decoder {
                source: source.map_err(RunError::Image)?.with_frame(image.frame),
                pixels: vec![0; image.size.bytes().unwrap_or_default()],
            })
        })?;
        Ok(Some(Self {
            parts: &challenge.parts,
            decoders,
            piece: vec![0; PIECE_BYTES],
        }))
    }

    /// Sends all pictures to the inspection for each request, until the requests are closed.
    pub fn run(mut self, shared: &Shared<'_>) {
        let Self {
            parts,
            decoders,
            piece,
        } = &mut self;
        while let Some(request) = shared.challenges.pictures.receive_next() {
            let GoldenRequest { challenge, recipe } = request;
            let model = decoders.model(recipe);
            // Without a result the challenge fails. There is a decoder for each recipe.
            let Some(decoder) = decoders.of(recipe) else {
                continue;
            };
            for (index, part) in (0..).zip(*parts) {
                let start = Timestamp::now();
                let (result, sha256) = decoder.read(&part.picture, piece);
                let Some(mut input) = shared.challenges.inputs.receive_next(model) else {
                    return;
                };
                if result.is_ok() {
                    fill(&mut input, &decoder.pixels);
                }
                shared.tell_inspection(Message::Decoded(Decoded {
                    part: PartId::new(0),
                    golden: Some(Golden { challenge, index }),
                    recipe,
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
}

impl Decoder {
    /// Decodes a file and hashes all of it.
    fn read(
        &mut self,
        path: &str,
        piece: &mut [u8],
    ) -> (Result<(), (Cause, Detail)>, Option<Sha256>) {
        let failed = |error: io::Error| (Err((Cause::File, cut(format_args!("{error}")))), None);
        let file = match open_regular(Path::new(path)) {
            Ok(file) => file,
            Err(error) => return failed(error),
        };
        let mut reader = HashingReader::new(&file);
        let decoded = self.source.read_into(&mut reader, &mut self.pixels);
        match (decoded, reader.finish(piece)) {
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
