//! What holds for the crate as a whole.

use std::collections::BTreeSet;

use crate::bindings::ERROR_NAMES;
use crate::error::AclError;

/// The sources that call AscendCL.
const SOURCES: [&str; 8] = [
    include_str!("busy.rs"),
    include_str!("dataset.rs"),
    include_str!("device.rs"),
    include_str!("library.rs"),
    include_str!("memory.rs"),
    include_str!("model.rs"),
    include_str!("runtime.rs"),
    include_str!("stream.rs"),
];

/// A call of a function that is not in the table would panic in the middle of the station's work.
#[test]
fn the_functions_that_are_called_are_those_that_a_library_must_have() {
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
    assert_eq!(required.len(), 49);
    assert_eq!(called, required);
}

#[test]
fn every_code_has_one_name() {
    assert!(ERROR_NAMES.is_sorted_by(|left, right| left.0 < right.0));
    // Appendix of codes of header 1.3.0, without the three names of 0.
    assert_eq!(ERROR_NAMES.len(), 191);
    for (code, name) in [
        (100_000, "ACL_ERROR_INVALID_PARAM"),
        (107_002, "ACL_ERROR_RT_CONTEXT_NULL"),
        (145_000, "ACL_ERROR_GE_PARAM_INVALID"),
        (507_046, "ACL_ERROR_RT_STREAM_SYNC_TIMEOUT"),
        (545_009, "ACL_ERROR_GE_UNLOAD_MODEL"),
    ] {
        assert_eq!(AclError::new("aclInit", code, "").name(), name);
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
