use super::*;

#[test]
fn only_a_callers_error_is_misuse() {
    for (code, misuse) in [
        (100_000, true),
        (107_002, true),
        (145_000, true),
        (207_001, false),
        (507_011, false),
        (545_001, false),
    ] {
        assert_eq!(Failure::new(code, "").is_misuse(), misuse, "{code}");
        assert!(!Failure::new(code, "").into_answer().is_misuse(), "{code}");
    }
}

#[test]
fn every_misuse_code_has_a_rule() {
    let general = rules::of_code(-1);
    let codes = [
        100_000, 100_001, 100_002, 100_037, 107_000, 107_001, 107_002, 107_003, 107_004, 107_006,
        107_007, 107_008, 107_011, 107_012, 107_015, 107_017, 107_018, 145_000, 145_003, 145_006,
        145_013,
    ];
    for code in codes {
        assert_ne!(rules::of_code(code), general, "{code}");
    }
}
