//! Escapes in JSON strings (RFC 8259, section 7), such as `\u00fc`, which Python's `json.dumps`
//! writes.

/// What a message expects instead of an invalid escape.
pub(super) const EXPECTED: &str = "a JSON escape (\\\" \\\\ \\/ or \\u and four hexadecimal digits, above U+FFFF a surrogate pair)";
/// What a message expects instead of a control character: names and paths have one line.
pub(super) const ONE_LINE: &str = "a string on one line, without control characters";

/// Decodes the string at the start of `text`, after its opening quote. Returns the decoded string
/// and the text after its closing quote.
///
/// # Errors
/// What was expected at the first place that is not valid.
pub(super) fn string(text: &str) -> Result<(String, &str), &'static str> {
    let (mut letters, mut rest) = (String::new(), text);
    loop {
        let place = rest.find(|c: char| c == '"' || c == '\\' || c.is_control());
        let (plain, from) = rest.split_at(place.ok_or("the closing quote of a string")?);
        letters += plain;
        if let Some(after) = from.strip_prefix('"') {
            return Ok((letters, after));
        }
        let Some(escape) = from.strip_prefix('\\') else {
            return Err(ONE_LINE);
        };
        let (letter, after) = decode(escape)?;
        if letter.is_control() {
            return Err(ONE_LINE);
        }
        letters.push(letter);
        rest = after;
    }
}

/// Decodes the escape at the start of `escape`, after its backslash. Returns the character and the
/// text after it.
fn decode(escape: &str) -> Result<(char, &str), &'static str> {
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

/// Decodes the four digits after `\u`, or a surrogate pair of two such escapes.
fn unicode(text: &str) -> Result<(char, &str), &'static str> {
    let (first, rest) = unit(text)?;
    let (second, after) = match first {
        0xd800..=0xdbff => {
            let rest = rest.strip_prefix("\\u").ok_or(EXPECTED)?;
            let (second, after) = unit(rest)?;
            (Some(second), after)
        }
        _ => (None, rest),
    };
    let units = [Some(first), second].into_iter().flatten();
    match char::decode_utf16(units).next() {
        Some(Ok(letter)) => Ok((letter, after)),
        _ => Err(EXPECTED),
    }
}

fn unit(text: &str) -> Result<(u16, &str), &'static str> {
    let (digits, rest) = text.split_at_checked(4).ok_or(EXPECTED)?;
    // `from_str_radix` would accept a sign.
    if !digits.bytes().all(|digit| digit.is_ascii_hexdigit()) {
        return Err(EXPECTED);
    }
    let unit = u16::from_str_radix(digits, 16).map_err(|_| EXPECTED)?;
    Ok((unit, rest))
}

/// The same JSON with `\"` and `\\` as its only escapes, which are the only ones that the typed
/// reader decodes. Invalid strings stay as they are.
pub(super) fn decode_all(text: &str) -> String {
    let (mut plain, mut rest) = (String::with_capacity(text.len()), text);
    while let Some((before, quoted)) = rest.split_once('"') {
        plain += before;
        plain.push('"');
        let Ok((letters, after)) = string(quoted) else {
            rest = quoted;
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
    fn every_escape_is_decoded() {
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
    fn invalid_escapes_and_control_characters_are_refused() {
        for written in [
            r"\x41",
            r"\u12",
            r"\u12g4",
            r"\u+123",
            r"\ud83d",
            r"\ud83d\u0041",
            r"\ude00",
            "\\u\u{e9}\u{e9}",
        ] {
            assert_eq!(string(&format!("{written}\"")), Err(EXPECTED), "{written}");
        }
        for written in [r"\n", r"\u0000", r"\b", "\n", "\t"] {
            assert_eq!(string(&format!("{written}\"")), Err(ONE_LINE), "{written}");
        }
        for written in ["abc", r#"abc\""#] {
            assert_eq!(string(written), Err("the closing quote of a string"));
        }
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
            serde_json_core::from_str_escaped::<Names>(&decode_all(text), &mut [0; 64]).unwrap();
        assert_eq!(
            (names.name.as_str(), names.other.as_str()),
            ("ü\\\"/😀", "plain")
        );
    }
}
