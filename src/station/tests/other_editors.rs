//! Station files that other programs wrote.

use super::{HOST, Station, changed, problems, read};

#[test]
fn escapes_are_read_in_names_and_paths() {
    let text = changed(
        "\"name\": \"host\"",
        r#""name": "Pr\u00fcf \"1\" \\ \ud83d\ude00""#,
    );
    let text = text.replacen("\"path\": \"parts\"", r#""path": "t\u0065ile\/\u00e4""#, 1);
    let station: Station = read(text.as_bytes()).unwrap();
    assert_eq!(station.station.name, "Pr\u{fc}f \"1\" \\ \u{1f600}");
    let directory = station.source.directory.unwrap();
    assert_eq!(directory.path, "teile/\u{e4}");
}

#[test]
fn invalid_escapes_are_named_with_their_line() {
    for (name, words) in [
        (r"a\nb", "without control characters"),
        (r"\ud83d", "a surrogate pair"),
        (r"\x41", "a JSON escape"),
    ] {
        let text = changed("\"name\": \"host\"", &format!("\"name\": \"{name}\""));
        let found = problems(&text);
        assert!(
            found[0].starts_with("line 3: ") && found[0].contains(words),
            "{found:?}"
        );
    }
    // The limit counts bytes of decoded text, not of escapes.
    let long = r"\u00fc".repeat(16);
    assert_eq!(
        problems(&changed(
            "\"name\": \"host\"",
            &format!("\"name\": \"{long}\"")
        )),
        [""; 0]
    );
    let long = r"\u00fc".repeat(17);
    let found = problems(&changed(
        "\"name\": \"host\"",
        &format!("\"name\": \"{long}\""),
    ));
    assert!(found[0].contains("station.name"), "{found:?}");
}

#[test]
fn another_encoding_is_named_with_the_remedy() {
    let utf16: Vec<u8> = HOST.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let latin = HOST
        .replacen("host", "\u{fc}", 1)
        .chars()
        .map(|c| u8::try_from(c).unwrap())
        .collect();
    for (text, word) in [
        (
            [&[0xff, 0xfe][..], &utf16].concat(),
            "UTF-16, little endian",
        ),
        ([&[0xfe, 0xff][..], &utf16].concat(), "UTF-16, big endian"),
        (latin, "not UTF-8"),
    ] {
        let found = read(&text).unwrap_err();
        let text = found[0].to_string();
        assert!(
            text.contains(word) && text.contains("save it as UTF-8"),
            "{text}"
        );
    }
}
