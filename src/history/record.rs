//! What `part.json` says about a kept part: what it was, and all that replay compares.

use crate::bounded::text::Detail;
use crate::hash::Sha256;
use crate::image::{ChannelOrder, Size};
use crate::journal::{BlobTotals, Decision, PictureRecord, RecipeName, WallTime, Word};
use crate::station::file::NameText;
use serde::{Deserialize, Serialize};

/// The version of the files that this program writes.
const VERSION: u8 = 1;

/// A kept part. Every field has a fixed size.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EntryRecord {
    /// Version of the form, 1.
    pub version: u8,
    /// Number of the part.
    pub part: u64,
    /// When the part was triggered.
    pub time: WallTime,
    /// `station.name`.
    pub station: NameText,
    /// `recipe.name`.
    pub recipe: RecipeName,
    /// The verdict.
    pub verdict: Decision,
    /// The blobs in the mask.
    pub blobs: BlobTotals,
    /// Of a pass: the limit that it was nearest to.
    pub nearest: Option<NearestRecord>,
    /// Its picture, as in the journal.
    pub picture: Option<PictureRecord>,
    /// The model's input; `null` if there was none. The next two as well.
    pub input: Option<InputShape>,
    /// Hash of the input's bytes.
    pub input_sha256: Option<Sha256>,
    /// Hash of the mask's bytes.
    pub mask_sha256: Option<Sha256>,
    /// Hash of the binary.
    pub binary_sha256: Sha256,
    /// Hash of the station file.
    pub station_sha256: Sha256,
    /// Hash of the model that judged the part.
    pub model_sha256: Sha256,
    /// Hash of the recipe with its region and outputs: [`crate::station::Station::recipe_sha256`].
    pub recipe_sha256: Sha256,
    /// What computes the model on the CPU; `null` for a device.
    pub engine: Option<Detail>,
}

/// Which limit a pass was nearest to.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct NearestRecord {
    /// The code that a reject by this limit has.
    pub limit: Word,
    /// How much of the limit the part used, 1 to 100.
    pub percent: u8,
}

/// The form of a model's input and of its mask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct InputShape {
    /// Width and height.
    pub size: Size,
    /// Order of the channels, which the PNG file does not have.
    pub order: ChannelOrder,
    /// Classes of the mask, 2 or more. With 2, white is defect in `mask.png`; with more, the grey
    /// value is the class.
    pub classes: u16,
}

impl EntryRecord {
    /// The version that this program writes.
    pub const VERSION: u8 = VERSION;
    /// Longest text in bytes. The longest record fits, even if its texts consist of escaped
    /// characters only.
    pub const BYTES_MAX: usize = 8192;

    /// Writes the record as JSON with a newline. Returns its length, or `None` if it does not fit.
    /// Allocates nothing.
    pub fn encode(&self, text: &mut [u8; Self::BYTES_MAX]) -> Option<usize> {
        let json = text.get_mut(..Self::BYTES_MAX - 1)?;
        let length = serde_json_core::to_slice(self, json).ok()?;
        *text.get_mut(length)? = b'\n';
        Some(length + 1)
    }

    /// Reads a record. `None` if the text is not one of this version.
    pub fn decode(text: &[u8]) -> Option<Self> {
        let mut unescaped = [0; Self::BYTES_MAX];
        let read = serde_json_core::from_slice_escaped::<Self>(text, &mut unescaped);
        let (record, _) = read.ok()?;
        (record.version == VERSION).then_some(record)
    }
}
