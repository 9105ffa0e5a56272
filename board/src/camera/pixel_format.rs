//! The formats of a frame's pixels, by V4L2's names.

use core::fmt;

/// A pixel format of V4L2.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PixelFormat {
    /// Y0 U Y1 V, two pixels in four bytes.
    Yuyv,
    /// U Y0 V Y1, two pixels in four bytes.
    Uyvy,
    /// A plane of Y, then a plane of alternating U and V at half the width and height.
    Nv12,
    /// Brightness.
    Grey(Samples),
    /// A sensor behind a mosaic of colour filters.
    Bayer(Mosaic, Samples),
    /// Three bytes, red first.
    Rgb24,
    /// Three bytes, blue first.
    Bgr24,
    /// Each frame is a JPEG picture.
    Mjpeg,
}

/// How the samples of a pixel with one value are stored.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Samples {
    /// One byte.
    Bits8,
    /// 10 bits in a little-endian word of 16.
    Bits10,
    /// 12 bits in a little-endian word of 16.
    Bits12,
    /// A little-endian word of 16 bits.
    Bits16,
    /// Four pixels in five bytes: the high eight bits of each, then the low two of all, the first
    /// pixel's in the lowest bits.
    Packed10,
    /// Two pixels in three bytes: the high eight bits of each, then the low four of both, the first
    /// pixel's in the lowest bits.
    Packed12,
}

/// The colours of the first two pixels of the first row and of the second.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Mosaic {
    /// Red and green, green and blue.
    Rggb,
    /// Green and red, blue and green.
    Grbg,
    /// Green and blue, red and green.
    Gbrg,
    /// Blue and green, green and red.
    Bggr,
}

impl Samples {
    /// All of them.
    pub const ALL: [Self; 6] = [
        Self::Bits8,
        Self::Bits10,
        Self::Bits12,
        Self::Bits16,
        Self::Packed10,
        Self::Packed12,
    ];

    /// Bits of a sample.
    pub const fn bits(self) -> u8 {
        match self {
            Self::Bits8 => 8,
            Self::Bits10 | Self::Packed10 => 10,
            Self::Bits12 | Self::Packed12 => 12,
            Self::Bits16 => 16,
        }
    }

    /// The smallest group of samples with whole bytes: how many, and in how many bytes.
    pub const fn group(self) -> (usize, usize) {
        match self {
            Self::Bits8 => (1, 1),
            Self::Bits10 | Self::Bits12 | Self::Bits16 => (1, 2),
            Self::Packed10 => (4, 5),
            Self::Packed12 => (2, 3),
        }
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Bits8 => "8",
            Self::Bits10 => "10",
            Self::Bits12 => "12",
            Self::Bits16 => "16",
            Self::Packed10 => "10P",
            Self::Packed12 => "12P",
        }
    }
}

impl Mosaic {
    /// All of them.
    pub const ALL: [Self; 4] = [Self::Rggb, Self::Grbg, Self::Gbrg, Self::Bggr];

    /// Whether the first row has red pixels. The other row has blue ones.
    pub const fn is_red_first(self) -> bool {
        matches!(self, Self::Rggb | Self::Grbg)
    }

    /// Whether the first pixel is green.
    pub const fn is_green_first(self) -> bool {
        matches!(self, Self::Grbg | Self::Gbrg)
    }

    const fn name(self) -> &'static str {
        match self {
            Self::Rggb => "RGGB",
            Self::Grbg => "GRBG",
            Self::Gbrg => "GBRG",
            Self::Bggr => "BGGR",
        }
    }
}

impl PixelFormat {
    /// Number of raw formats.
    pub const COUNT: usize = 5 + Samples::ALL.len() * (1 + Mosaic::ALL.len());

    /// All raw formats.
    pub const ALL: [Self; Self::COUNT] = {
        let mut all = [Self::Yuyv; Self::COUNT];
        (all[1], all[2], all[3], all[4]) = (Self::Uyvy, Self::Nv12, Self::Rgb24, Self::Bgr24);
        let (mut at, mut samples) = (5, 0);
        while samples < Samples::ALL.len() {
            all[at] = Self::Grey(Samples::ALL[samples]);
            at += 1;
            let mut mosaic = 0;
            while mosaic < Mosaic::ALL.len() {
                all[at] = Self::Bayer(Mosaic::ALL[mosaic], Samples::ALL[samples]);
                at += 1;
                mosaic += 1;
            }
            samples += 1;
        }
        all
    };

    /// The four-character code of V4L2.
    pub const fn fourcc(self) -> [u8; 4] {
        match self {
            Self::Yuyv => *b"YUYV",
            Self::Uyvy => *b"UYVY",
            Self::Nv12 => *b"NV12",
            Self::Rgb24 => *b"RGB3",
            Self::Bgr24 => *b"BGR3",
            Self::Mjpeg => *b"MJPG",
            Self::Grey(Samples::Bits8) => *b"GREY",
            Self::Grey(Samples::Bits10) => *b"Y10 ",
            Self::Grey(Samples::Bits12) => *b"Y12 ",
            Self::Grey(Samples::Bits16) => *b"Y16 ",
            Self::Grey(Samples::Packed10) => *b"Y10P",
            Self::Grey(Samples::Packed12) => *b"Y12P",
            Self::Bayer(mosaic, samples) => bayer_fourcc(mosaic, samples),
        }
    }

    /// The samples of a format with one value a pixel.
    pub const fn samples(self) -> Option<Samples> {
        match self {
            Self::Grey(samples) | Self::Bayer(_, samples) => Some(samples),
            _ => None,
        }
    }
}

/// The codes follow no rule.
const fn bayer_fourcc(mosaic: Mosaic, samples: Samples) -> [u8; 4] {
    let [rggb, grbg, gbrg, bggr] = match samples {
        Samples::Bits8 => [b"RGGB", b"GRBG", b"GBRG", b"BA81"],
        Samples::Bits10 => [b"RG10", b"BA10", b"GB10", b"BG10"],
        Samples::Bits12 => [b"RG12", b"BA12", b"GB12", b"BG12"],
        Samples::Bits16 => [b"RG16", b"GR16", b"GB16", b"BYR2"],
        Samples::Packed10 => [b"pRAA", b"pgAA", b"pGAA", b"pBAA"],
        Samples::Packed12 => [b"pRCC", b"pgCC", b"pGCC", b"pBCC"],
    };
    *match mosaic {
        Mosaic::Rggb => rggb,
        Mosaic::Grbg => grbg,
        Mosaic::Gbrg => gbrg,
        Mosaic::Bggr => bggr,
    }
}

/// `YUYV`, `GREY`, `Y10P`, `SRGGB12`.
impl fmt::Display for PixelFormat {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Yuyv => f.write_str("YUYV"),
            Self::Uyvy => f.write_str("UYVY"),
            Self::Nv12 => f.write_str("NV12"),
            Self::Rgb24 => f.write_str("RGB24"),
            Self::Bgr24 => f.write_str("BGR24"),
            Self::Mjpeg => f.write_str("MJPEG"),
            Self::Grey(Samples::Bits8) => f.write_str("GREY"),
            Self::Grey(samples) => write!(f, "Y{}", samples.name()),
            Self::Bayer(mosaic, samples) => write!(f, "S{}{}", mosaic.name(), samples.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn each_format_has_its_own_name_and_code() {
        let names: HashSet<_> = PixelFormat::ALL.map(|format| format.to_string()).into();
        let codes: HashSet<_> = PixelFormat::ALL.map(PixelFormat::fourcc).into();
        assert_eq!((names.len(), codes.len()), (35, 35));
        for name in ["GREY", "Y10P", "SBGGR8", "SGRBG12P", "SGBRG16"] {
            assert!(names.contains(name), "{name}");
        }
    }
}
