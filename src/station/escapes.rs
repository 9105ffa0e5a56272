//! The escapes of JSON's strings (RFC 8259, section 7): `\u00fc`, as Python's json.dumps writes it.

/// What a text between quotes may not be.
pub(super) const EXPECTED: &str = "an escape of JSON (\\\" \\\\ \\/ or \\u and four hexadecimal digits, above U+FFFF a surrogate pair)";
/// Names and paths are on one line.
pub(super) const ONE_LINE: &str = "a string on one line, without control characters";

/// The string that `text` begins with, behind its opening quote: its letters with the escapes undone, and what follows the
/// closing quote.
///
/// # Errors
/// What was expected where it cannot be read.
pub(super) fn string(text: &str) -> Result<(String, &str), &'static str> {
    let (mut letters, mut rest) = (String::new(), text);
    loop {
        let place = rest.find(|c: char| c == '"' || c == '\\' || c.is_control());
        let (plain, from) = rest.split_at(place.ok_or("the closing quote of a string")?);
        letters += plain;
        if let Some(behind) = from.strip_prefix('"') {
            return Ok((letters, behind));
        }
        let Some(escape) = from.strip_prefix('\\') else {
            return Err(ONE_LINE);
        };
        let (letter, behind) = undo(escape)?;
        if letter.is_control() {
            return Err(ONE_LINE);
        }
        letters.push(letter);
        rest = behind;
    }
}

/// The letter of an escape, behind its backslash, and what follows.
fn undo(escape: &str) -> Result<(char, &str), &'static str> {
    let mut letters = escape.chars();
    let letter = match letters.next() {
        Some(letter @ ('"' | '\\' | '/')) => letter,
        Some('b') => '\u{8}',
        Some('f') => '\u{c}',
        Some('n') => '\n',
        Some('r') => '\r',
        Some('t') => '\t',
        Some('u') => return unicode(letters.as_str()),
        _ => return Err(EXPECTED),
    };
    Ok((letter, letters.as_str()))
}

/// The letter of `\u` and four digits, or of two such that are a surrogate pair.
fn unicode(text: &str) -> Result<(char, &str), &'static str> {
    let (first, rest) = unit(text)?;
    let (second, behind) = match first {
        0xd800..=0xdbff => {
            let rest = rest.strip_prefix("\\u").ok_or(EXPECTED)?;
            let (second, behind) = unit(rest)?;
            (Some(second), behind)
        }
        _ => (None, rest),
    };
    let units = [Some(first), second].into_iter().flatten();
    match char::decode_utf16(units).next() {
        Some(Ok(letter)) => Ok((letter, behind)),
        _ => Err(EXPECTED),
    }
}

fn unit(text: &str) -> Result<(u16, &str), &'static str> {
    let (digits, rest) = text.split_at_checked(4).ok_or(EXPECTED)?;
    // The conversion would take a sign.
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(EXPECTED);
    }
    let unit = u16::from_str_radix(digits, 16).map_err(|_| EXPECTED)?;
    Ok((unit, rest))
}

/// The same JSON with no other escapes than `\"` and `\\`, which the typed reader undoes. Strings that cannot be read stay.
pub(super) fn undone(text: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, behind)) = rest.split_once('"') {
        plain += before;
        plain.push('"');
        let Ok((letters, after)) = string(behind) else {
            rest = behind;
            break;
        };
        plain += &letters.replace('\\', "\\\\").replace('"', "\\\"");
        plain.push('"');
        rest = after;
    }
    plain + rest
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_escape_is_undone() {
        for (written, meant) in [
            (r"Pr\u00fcfstand", "Prüfstand"),
            (r"\u00FC\/\\\u0022", "ü/\\\""),
            (r#"\""#, "\""),
            (r"\ud83d\ude00!", "😀!"),
            ("ü", "ü"),
            ("", ""),
        ] {
            let text = format!("{written}\" and more");
            assert_eq!(
                string(&text),
                Ok((meant.to_owned(), " and more")),
                "{written}"
            );
        }
    }

    #[test]
    fn what_is_no_letter_of_a_name_is_refused() {
        for written in [
            r"\x41",
            r"\u12",
            r"\u12g4",
            r"\u+123",
            r"\ud83d",
            r"\ud83d\u0041",
            r"\ude00",
            r"\",
            "\\u\u{e9}\u{e9}",
        ] {
            assert_eq!(string(&format!("{written}\"")), Err(EXPECTED), "{written}");
        }
        for written in [r"\n", r"\u0000", r"\b", "\n", "\t"] {
            assert_eq!(string(&format!("{written}\"")), Err(ONE_LINE), "{written}");
        }
        assert_eq!(string("abc"), Err("the closing quote of a string"));
    }

    #[test]
    fn the_typed_reader_gets_the_same_strings() {
        #[derive(Debug, PartialEq, serde::Deserialize)]
        struct Names {
            name: heapless::String<16>,
            other: heapless::String<16>,
        }
        let text = r#"{"name": "\u00fc\\\"\/😀", "other":"plain" }"#;
        let (names, _) =
            serde_json_core::from_str_escaped::<Names>(&undone(text), &mut [0; 64]).unwrap();
        assert_eq!(
            (names.name.as_str(), names.other.as_str()),
            ("ü\\\"/😀", "plain")
        );
    }
}
