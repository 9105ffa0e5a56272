//! The name of a picture file, in the bytes that the directory has.

use crate::station::file::Endings;
use core::fmt::{self, Write as _};
use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// The longest file name on Linux, in bytes.
pub const FILE_NAME_MAX: usize = 255;

/// A file's name within its directory: 1 to 255 bytes, without `/` and NUL, and neither `.` nor
/// `..`.
///
/// [`Display`](fmt::Display) is for people. It shows control characters and invalid UTF-8 as
/// U+FFFD. The journal's form is exact: it writes `%` and every byte outside printable UTF-8 as
/// `%XX`.
#[derive(Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Name(heapless::Vec<u8, FILE_NAME_MAX>);

impl Name {
    /// The name with these bytes. `None` if no file can have it.
    pub fn new(bytes: &[u8]) -> Option<Self> {
        let forbidden = matches!(bytes, b"" | b"." | b"..")
            || bytes.iter().any(|&byte| byte == b'/' || byte == 0);
        if forbidden {
            return None;
        }
        heapless::Vec::from_slice(bytes).ok().map(Self)
    }

    /// Its bytes.
    pub fn as_bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether the name has one of these endings (in any case) and does not begin with a dot.
    pub fn is_picture(&self, endings: Endings) -> bool {
        let ending = self.0.rsplit(|&byte| byte == b'.').next();
        let is_it =
            |word: &&str| ending.is_some_and(|bytes| bytes.eq_ignore_ascii_case(word.as_bytes()));
        !self.0.starts_with(b".") && self.0.contains(&b'.') && endings.words().iter().any(is_it)
    }

    /// Reads the journal's form.
    fn from_escaped(text: &str) -> Option<Self> {
        let mut bytes = heapless::Vec::<u8, FILE_NAME_MAX>::new();
        let mut rest = text.as_bytes();
        while let Some((&byte, after)) = rest.split_first() {
            rest = after;
            let byte = if byte == b'%' {
                let (digits, after) = rest.split_at_checked(2)?;
                rest = after;
                let digits = str::from_utf8(digits).ok()?;
                u8::from_str_radix(digits, 16).ok()?
            } else {
                byte
            };
            bytes.push(byte).ok()?;
        }
        Self::new(&bytes)
    }
}

impl fmt::Display for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                f.write_char(if character.is_control() {
                    char::REPLACEMENT_CHARACTER
                } else {
                    character
                })?;
            }
            if !chunk.invalid().is_empty() {
                f.write_char(char::REPLACEMENT_CHARACTER)?;
            }
        }
        Ok(())
    }
}

impl fmt::Debug for Name {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Name({self})")
    }
}

/// A name in the journal's form.
struct Escaped<'a>(&'a [u8]);

impl fmt::Display for Escaped<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for chunk in self.0.utf8_chunks() {
            for character in chunk.valid().chars() {
                if character == '%' || character.is_control() {
                    let mut bytes = [0; 4];
                    for byte in character.encode_utf8(&mut bytes).bytes() {
                        write!(f, "%{byte:02X}")?;
                    }
                } else {
                    f.write_char(character)?;
                }
            }
            for byte in chunk.invalid() {
                write!(f, "%{byte:02X}")?;
            }
        }
        Ok(())
    }
}

impl Serialize for Name {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(&Escaped(&self.0))
    }
}

impl<'de> Deserialize<'de> for Name {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        // Each byte of a name takes at most three characters, as `%XX`.
        let text = heapless::String::<{ FILE_NAME_MAX * 3 }>::deserialize(deserializer)?;
        Self::from_escaped(&text).ok_or_else(|| D::Error::custom("not a file name"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn round_trip(bytes: &[u8]) -> String {
        let name = Name::new(bytes).unwrap();
        let mut buffer = [0; 2048];
        let used = serde_json_core::to_slice(&name, &mut buffer).unwrap();
        let mut unescaped = [0; 2048];
        let (read, _): (Name, _) =
            serde_json_core::from_slice_escaped(&buffer[..used], &mut unescaped).unwrap();
        assert_eq!(read.as_bytes(), bytes);
        String::from_utf8(buffer[..used].to_vec()).unwrap()
    }

    #[test]
    fn the_journal_keeps_every_byte_of_a_name() {
        assert_eq!(round_trip(b"part 1.png"), "\"part 1.png\"");
        assert_eq!(round_trip(b"100%.png"), "\"100%25.png\"");
        assert_eq!(round_trip(b"\xff\xfe.png"), "\"%FF%FE.png\"");
        assert_eq!(round_trip("teil-ü.png".as_bytes()), "\"teil-ü.png\"");
        assert_eq!(round_trip(b"a\nb\"c\\d.png"), r#""a%0Ab\"c\\d.png""#);
        round_trip(&[0xff; FILE_NAME_MAX]);
        let all: Vec<u8> = (1..=255).filter(|&byte| byte != b'/').collect();
        round_trip(&all);
    }

    #[test]
    fn a_shown_name_has_no_bytes_that_confuse_a_terminal() {
        let name = Name::new(b"a\x1b[2J\xff.png").unwrap();
        assert_eq!(name.to_string(), "a\u{fffd}[2J\u{fffd}.png");
        assert_eq!(format!("{name:?}"), "Name(a\u{fffd}[2J\u{fffd}.png)");
    }

    #[test]
    fn only_valid_file_names_are_accepted() {
        for bytes in [&b""[..], b".", b"..", b"a/b.png", b"a\0.png", &[b'a'; 256]] {
            assert_eq!(Name::new(bytes), None, "{bytes:?}");
        }
        assert_eq!(Name::from_escaped("..%2Fa.png"), None);
        assert_eq!(Name::from_escaped("a%F"), None);
        assert_eq!(Name::from_escaped("a%zz"), None);
    }

    #[test]
    fn pictures_have_a_known_ending_and_are_not_hidden() {
        for (bytes, expected) in [
            (&b"a.png"[..], true),
            (b"a.PNG", true),
            (b"a.b.pNg", true),
            (b"a.jpg", true),
            (b"a.TIFF", true),
            (b"a.pgm", true),
            (b".a.png", false),
            (b".png", false),
            (b"png", false),
            (b"a.png.tmp", false),
            (b"a.gif", false),
            (b"apng", false),
        ] {
            let name = Name::new(bytes).unwrap();
            assert_eq!(name.is_picture(Endings::All), expected, "{name}");
        }
    }

    #[test]
    fn a_station_may_take_the_endings_of_one_format() {
        let names = ["a.png", "a.jpg", "a.jpeg", "a.bmp", "a.ppm", "a.tif"];
        let of = |endings| {
            let is_it = |text: &&str| Name::new(text.as_bytes()).unwrap().is_picture(endings);
            names.into_iter().filter(is_it).collect::<Vec<_>>()
        };
        assert_eq!(of(Endings::All), names);
        assert_eq!(of(Endings::Png), ["a.png"]);
        assert_eq!(of(Endings::Jpeg), ["a.jpg", "a.jpeg"]);
        assert_eq!(of(Endings::Bmp), ["a.bmp"]);
        assert_eq!(of(Endings::Pnm), ["a.ppm"]);
        assert_eq!(of(Endings::Tiff), ["a.tif"]);
    }
}
