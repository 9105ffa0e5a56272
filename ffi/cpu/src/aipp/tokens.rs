//! The tokens of protobuf text format, as far as AIPP configurations have it.

use super::AippError;

/// The tokens of the text with their lines: `:`, `{`, `}` and what stands between blanks, commas and semicolons.
pub(super) fn tokens(text: &str) -> impl Iterator<Item = (usize, &str)> {
    (1..).zip(text.lines()).flat_map(|(line, text)| {
        let code = text.split('#').next().unwrap_or_default();
        code.split_inclusive([' ', '\t', '\r', ',', ';', ':', '{', '}'])
            .flat_map(|piece| {
                let word = piece.trim_end_matches([' ', '\t', '\r', ',', ';', ':', '{', '}']);
                let mark = piece[word.len()..].trim_matches([' ', '\t', '\r', ',', ';']);
                [word, mark]
            })
            .filter(|token| !token.is_empty())
            .map(move |token| (line, token))
    })
}

pub(super) fn expect(
    token: Option<(usize, &str)>,
    wanted: &str,
    expected: &'static str,
) -> Result<(), AippError> {
    match token {
        Some((_, found)) if found == wanted => Ok(()),
        Some((line, found)) => Err(syntax(line, found, expected)),
        None => Err(ended(expected)),
    }
}

pub(super) fn syntax(line: usize, found: &str, expected: &'static str) -> AippError {
    AippError::Syntax {
        line,
        found: found.to_owned(),
        expected,
    }
}

pub(super) fn ended(expected: &'static str) -> AippError {
    AippError::Ended { expected }
}

/// Whether a token can be a key.
pub(super) fn is_word(token: &str) -> bool {
    token
        .bytes()
        .all(|byte| byte.is_ascii_alphanumeric() || byte == b'_')
}
