//! Tests of the crate as a whole.

use std::collections::BTreeSet;

use crate::bindings::ERROR_NAMES;
use crate::codes::{self, CODES, Class};
use crate::error::AclError;

/// The sources that call AscendCL.
const SOURCES: [&str; 10] = [
    include_str!("busy.rs"),
    include_str!("coherence.rs"),
    include_str!("dataset.rs"),
    include_str!("device.rs"),
    include_str!("library.rs"),
    include_str!("memory.rs"),
    include_str!("model.rs"),
    include_str!("model/config.rs"),
    include_str!("runtime.rs"),
    include_str!("stream.rs"),
];

/// Calling a function that the table lacks would panic while the station is working.
#[test]
fn a_library_must_have_exactly_the_functions_that_are_called() {
    let required: BTreeSet<&str> = include_str!("library.rs")
        .split_once("require!(\n")
        .and_then(|(_, rest)| rest.split_once(']'))
        .map(|(list, _)| list.split([' ', '\n', ',']))
        .unwrap()
        .filter(|word| word.starts_with("acl"))
        .collect();
    let called: BTreeSet<&str> = SOURCES
        .iter()
        .flat_map(|source| source.split(|c: char| !(c.is_alphanumeric() || "_(".contains(c))))
        .flat_map(|word| word.match_indices('(').map(|(end, _)| &word[..end]))
        .filter_map(|before| before.rsplit('(').next())
        .filter(|word| word.starts_with("acl"))
        .collect();
    assert_eq!(required.len(), 51);
    assert_eq!(called, required);
}

#[test]
fn the_catalogue_has_every_code_of_the_header_once_and_in_order() {
    assert!(CODES.is_sorted_by(|left, right| left.code < right.code));
    let names: Vec<_> = CODES.iter().map(|code| (code.code, code.name)).collect();
    assert_eq!(names, ERROR_NAMES);
    // Header 1.3.0 has 191 codes, apart from three names for 0.
    assert_eq!(CODES.len(), 191);
    for (code, name, class) in [
        (100_000, "ACL_ERROR_INVALID_PARAM", Class::Caller),
        (107_002, "ACL_ERROR_RT_CONTEXT_NULL", Class::Caller),
        (145_000, "ACL_ERROR_GE_PARAM_INVALID", Class::Caller),
        (245_000, "ACL_ERROR_GE_MEMORY_ALLOCATION", Class::Resource),
        (300_000, "ACL_ERROR_STORAGE_OVER_LIMIT", Class::Business),
        (507_046, "ACL_ERROR_RT_STREAM_SYNC_TIMEOUT", Class::Internal),
        (545_009, "ACL_ERROR_GE_UNLOAD_MODEL", Class::Internal),
    ] {
        let found = codes::find(code).unwrap();
        assert_eq!((found.code, found.name), (code, name));
        assert_eq!(codes::find_name(&name.to_lowercase()), Some(found));
        assert_eq!(AclError::new("aclInit", code, "").name(), name);
        assert_eq!(Class::of(code), Some(class));
    }
    assert_eq!((codes::find(0), codes::find(507_047)), (None, None));
    assert_eq!(codes::find_name("ACL_SUCCESS"), None);
    for code in [0, 42, -107_002, 400_000, 600_000] {
        assert_eq!(Class::of(code), None, "{code}");
    }
}

/// Shorter advice lacks a verb or an object, and longer advice does not fit into a message.
#[test]
fn every_code_has_advice_of_one_sentence() {
    for code in CODES {
        let advice = code.advice;
        assert!(
            (30..=140).contains(&advice.len()),
            "{}: {advice}",
            code.name
        );
        assert!(!advice.ends_with('.') && !advice.contains(". "), "{advice}");
        assert!(Class::of(code.code).is_some());
    }
}

/// A journal record keeps 160 bytes of a failure.
#[test]
fn the_code_and_its_name_come_before_anything_long() {
    let longest = "aclrtSynchronizeStreamWithTimeout";
    for code in CODES {
        let mut error = AclError::new(longest, code.code, &"x".repeat(500));
        error.exception = None;
        let text = error.to_string();
        let begin = &text[..160];
        assert!(begin.contains(code.name), "{begin}");
        assert!(
            begin.contains(&format!("`sluice explain {}`)", code.code)),
            "{begin}"
        );
    }
}

#[test]
fn these_codes_and_no_others_are_fatal() {
    let fatal: Vec<i32> = ERROR_NAMES
        .iter()
        .map(|(code, _)| *code)
        .filter(|code| AclError::new("aclInit", *code, "").is_fatal())
        .collect();
    let expected = [
        507_010, 507_011, 507_015, 507_016, 507_033, 507_899, 507_901,
    ];
    assert_eq!(fatal, expected);
}

#[test]
fn a_long_message_is_cut_at_a_character() {
    let error = AclError::new("aclInit", 100_000, &"\u{e9}".repeat(300));
    assert_eq!(error.message(), "\u{e9}".repeat(256));
    let error = AclError::new("aclInit", 100_000, &format!("x{}", "\u{e9}".repeat(300)));
    assert_eq!(error.message().len(), 511);
}
