//! Crates of a few lines for the tests, and the tests of their loading.

use super::{Crate, load};
use std::path::Path;

/// Loads a crate from `(file, text)` pairs, the root first.
pub fn small(files: &[(&str, &str)]) -> Crate {
    let read = |path: &Path| {
        let found = files.iter().find(|(name, _)| Path::new(name) == path);
        found.map(|(_, text)| (*text).to_owned())
    };
    load("small", Path::new(files[0].0), &read).unwrap()
}

#[test]
fn modules_are_found_as_the_compiler_finds_them() {
    let of = small(&[
        (
            "src/lib.rs",
            "mod a; mod b; mod c { pub mod d; } #[path = \"odd.rs\"] mod e;",
        ),
        ("src/a.rs", "mod x;"),
        ("src/a/x.rs", ""),
        ("src/b/mod.rs", "mod y;"),
        ("src/b/y.rs", ""),
        ("src/c/d.rs", ""),
        ("src/odd.rs", "mod z;"),
        ("src/z.rs", ""),
    ]);
    let mut paths: Vec<_> = (0..of.modules.len()).map(|id| of.path(id)).collect();
    paths.sort();
    let expected = [
        "crate",
        "crate::a",
        "crate::a::x",
        "crate::b",
        "crate::b::y",
        "crate::c",
        "crate::c::d",
        "crate::e",
        "crate::e::z",
    ];
    assert_eq!(paths, expected);
}

#[test]
fn test_modules_are_not_loaded() {
    let text = "#[cfg(test)] mod tests; #[cfg(all(test, unix))] mod more; #[cfg(unix)] mod kept {}";
    let of = small(&[("lib.rs", text)]);
    assert_eq!(of.modules.len(), 2);
}

#[test]
#[should_panic(expected = "0 files for `mod a;`")]
fn a_missing_file_is_an_error() {
    small(&[("lib.rs", "mod a;")]);
}
