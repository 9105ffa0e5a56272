//! The same functions in `libascendcl.so`.

use std::env;
use std::ffi::CString;
use std::path::{Path, PathBuf};
use std::process::Command;

use ascendcl::symbols::SymbolSource;

use crate::alone::LIBRARY;

/// Builds the library in the same way as this program (profile, target, features) and returns its
/// path. Cargo does not build a shared library for the tests of another package, so the test runs
/// cargo.
fn build() -> PathBuf {
    let program = env::current_exe().expect("this program");
    let directory = program
        .parent()
        .and_then(Path::parent)
        .expect("deps is in the profile's directory");
    let profile = directory
        .file_name()
        .and_then(|name| name.to_str())
        .expect("a profile");
    let above = directory.parent().expect("the target directory");
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--package", "ascendcl-so", "--profile"]);
    cargo.arg(if profile == "debug" { "dev" } else { profile });
    // With --target the profile's directory is one level deeper, in a directory named after the
    // target.
    let is_target = above.file_name().is_some_and(|name| {
        name.as_encoded_bytes()
            .starts_with(env::consts::ARCH.as_bytes())
    });
    if !is_target {
        cargo.arg("--target-dir").arg(above);
    } else {
        cargo
            .arg("--target-dir")
            .arg(above.parent().expect("the target directory"));
        cargo
            .arg("--target")
            .arg(above.file_name().expect("a target"));
    }
    if cfg!(feature = "faults") {
        cargo.args(["--features", "faults"]);
    }
    let status = cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .expect("cargo starts");
    assert!(status.success(), "the library does not build");
    directory.join("libascendcl.so")
}

/// The names that `acl.h` declares.
fn declared() -> Vec<String> {
    let header =
        std::fs::read_to_string(concat!(env!("CARGO_MANIFEST_DIR"), "/../acl.h")).expect("acl.h");
    let code = header
        .split("/*")
        .map(|part| part.split_once("*/").map_or(part, |(_, code)| code));
    let before = code.flat_map(|code| code.match_indices('(').map(|(end, _)| &code[..end]));
    let words = before.filter_map(|text| {
        text.rsplit(|c: char| !c.is_ascii_alphanumeric() && c != '_')
            .next()
    });
    words
        .filter(|word| word.starts_with("acl"))
        .map(str::to_owned)
        .collect()
}

#[test]
fn every_function_is_exported_and_passes_every_test() {
    if env::var_os(LIBRARY).is_some() {
        return;
    }
    let path = build();
    // SAFETY: built from this crate.
    let library = unsafe { SymbolSource::new(&path) }.expect("the library opens");
    let names = declared();
    assert!(names.len() > 80, "only {} names in acl.h", names.len());
    for name in names {
        let name = CString::new(name)
            .expect("no zero byte")
            .into_bytes_with_nul();
        // SAFETY: the address is not used.
        let found = unsafe { library.get::<unsafe extern "C" fn()>(name.leak()) };
        found.map(drop).expect("exported");
    }
    let program = env::current_exe().expect("this program");
    let tests = Command::new(program)
        .env(LIBRARY, &path)
        .output()
        .expect("the process starts");
    let text = String::from_utf8_lossy(&tests.stdout);
    assert!(
        tests.status.success() && text.contains("test result: ok"),
        "{text}"
    );
}
