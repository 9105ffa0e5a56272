//! The formats of picture files, told apart by their first bytes.

use core::fmt;

/// A format that the station reads. The file's name does not matter.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum PictureFormat {
    /// Portable Network Graphics.
    Png,
    /// JPEG, with or without JFIF.
    Jpeg,
    /// Windows bitmap.
    Bmp,
    /// Netpbm: PGM and PPM.
    Pnm,
    /// Tagged Image File Format.
    Tiff,
}

/// The longest of the signatures, in bytes.
pub(super) const HEAD_BYTES: usize = 8;

/// Formats and the bytes with which their files begin. Those that a format has but the station does
/// not read are refused by its reader, with their names.
const SIGNATURES: &[(PictureFormat, &[u8])] = &[
    (PictureFormat::Png, b"\x89PNG\r\n\x1a\n"),
    (PictureFormat::Jpeg, b"\xff\xd8\xff"),
    (PictureFormat::Bmp, b"BM"),
    (PictureFormat::Tiff, b"II*\0"),
    (PictureFormat::Tiff, b"MM\0*"),
    // BigTIFF.
    (PictureFormat::Tiff, b"II+\0"),
    (PictureFormat::Tiff, b"MM\0+"),
    (PictureFormat::Pnm, b"P1"),
    (PictureFormat::Pnm, b"P2"),
    (PictureFormat::Pnm, b"P3"),
    (PictureFormat::Pnm, b"P4"),
    (PictureFormat::Pnm, b"P5"),
    (PictureFormat::Pnm, b"P6"),
    // PAM.
    (PictureFormat::Pnm, b"P7"),
];

impl PictureFormat {
    /// The format of a file that begins with `head`. A file that ends within a signature has that
    /// format: it is cut off.
    pub(super) fn of(head: &[u8]) -> Option<PictureFormat> {
        let begins = |signature: &[u8]| head.starts_with(signature) || signature.starts_with(head);
        let found = SIGNATURES.iter().find(|(_, signature)| begins(signature));
        found.map(|(format, _)| *format)
    }
}

impl fmt::Display for PictureFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            PictureFormat::Png => "PNG",
            PictureFormat::Jpeg => "JPEG",
            PictureFormat::Bmp => "BMP",
            PictureFormat::Pnm => "PNM",
            PictureFormat::Tiff => "TIFF",
        })
    }
}
