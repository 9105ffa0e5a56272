//! The CPU implementation of AscendCL as a shared library, loaded like the vendor's.

use std::env;
use std::path::PathBuf;
use std::process::Command;

/// Builds `libascendcl.so` with the profile of this test and returns its path. Cargo builds a
/// shared library only on request.
pub fn shared_library() -> PathBuf {
    let program = env::current_exe().unwrap();
    let directory = program.parent().unwrap().parent().unwrap();
    let above = directory.parent().unwrap();
    let profile = directory.file_name().unwrap().to_str().unwrap();
    let mut cargo = Command::new(env!("CARGO"));
    cargo.args(["build", "--quiet", "--lib", "--package", "ascendcl-so"]);
    // With sluice and this feature every crate has the features of the test build. Cargo then only
    // links the library.
    cargo.args([
        "--package",
        "sluice",
        "--features",
        "ascendcl-so/faults",
        "--profile",
    ]);
    cargo.arg(if profile == "debug" { "dev" } else { profile });
    // With `--target` the profile's directory is one level deeper, below the target's name.
    let is_target = above.file_name().is_some_and(|name| {
        name.as_encoded_bytes()
            .starts_with(env::consts::ARCH.as_bytes())
    });
    if !is_target {
        cargo.arg("--target-dir").arg(above);
    } else {
        cargo.arg("--target-dir").arg(above.parent().unwrap());
        cargo.arg("--target").arg(above.file_name().unwrap());
    }
    let status = cargo
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .status()
        .unwrap();
    assert!(status.success(), "the library does not build");
    directory.join("libascendcl.so")
}
