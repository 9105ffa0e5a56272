//! The token that a client outside of this machine must have: as `Bearer`, for programs, or as the
//! password of the user `sluice`, for browsers.

use core::hint::black_box;
use hyper::header::HeaderValue;

const ALPHABET: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

/// Whether the header has the token.
pub(super) fn is_allowed(header: Option<&HeaderValue>, token: &str) -> bool {
    let Some(header) = header else { return false };
    let bearer = format!("Bearer {token}");
    let basic = format!("Basic {}", base64(format!("sluice:{token}").as_bytes()));
    is_same(header.as_bytes(), bearer.as_bytes()) | is_same(header.as_bytes(), basic.as_bytes())
}

/// Compares in a time that does not depend on where the texts differ.
fn is_same(one: &[u8], other: &[u8]) -> bool {
    let differs = one
        .iter()
        .zip(other)
        .fold(0, |sum, (a, b)| black_box(sum | (a ^ b)));
    one.len() == other.len() && differs == 0
}

/// RFC 4648, section 4.
fn base64(bytes: &[u8]) -> String {
    let mut text = String::new();
    for piece in bytes.chunks(3) {
        let bits = (0..3).fold(0_usize, |bits, at| {
            bits << 8 | usize::from(piece.get(at).copied().unwrap_or_default())
        });
        for at in 0..4 {
            let digit = ALPHABET.get(bits >> (18 - 6 * at) & 63).copied();
            text.push(if at <= piece.len() {
                char::from(digit.unwrap_or(b'='))
            } else {
                '='
            });
        }
    }
    text
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn base64_is_that_of_the_rfc() {
        for (bytes, text) in [
            ("", ""),
            ("f", "Zg=="),
            ("fo", "Zm8="),
            ("foo", "Zm9v"),
            ("foobar", "Zm9vYmFy"),
        ] {
            assert_eq!(base64(bytes.as_bytes()), text);
        }
    }

    #[test]
    fn only_the_whole_token_is_allowed() {
        let is = |text: &'static str| {
            is_allowed(Some(&HeaderValue::from_static(text)), "0123456789abcdef")
        };
        assert!(is("Bearer 0123456789abcdef"));
        // printf sluice:0123456789abcdef | base64
        assert!(is("Basic c2x1aWNlOjAxMjM0NTY3ODlhYmNkZWY="));
        for wrong in [
            "Bearer 0123456789abcde",
            "Bearer 0123456789abcdeg",
            "Bearer ",
            "",
            "0123456789abcdef",
        ] {
            assert!(!is(wrong), "{wrong}");
        }
        assert!(!is_allowed(None, "0123456789abcdef"));
    }
}
