//! The checks on aarch64, under qemu.

use crate::command::{output, run, run_with, step};
use anyhow::Result;
use std::path::Path;

/// What depends on the processor is tested on aarch64: its vector code, memory order and layouts.
/// The emulated board shows that the whole program works there.
///
/// All runs but that of the unit tests name the same packages. Another selection could have other
/// features, and cargo would compile what they share once more.
const AARCH64_PACKAGES: &[&str] = &[
    "--package",
    "ascendcl",
    "--package",
    "board",
    "--package",
    "unet-executor",
    "--package",
    "sluice",
    "--package",
    "sluice-tools",
];
/// The station's own code has no vector instructions and no unsafe code. Its unit tests would take
/// minutes to compile again.
const AARCH64_UNITS: &[&str] = &[
    "--package",
    "ascendcl",
    "--package",
    "board",
    "--package",
    "unet-executor",
    "--lib",
];
const AARCH64_ABI: &[&str] = &[
    "--test",
    "allocation",
    "--test",
    "caches",
    "--test",
    "calls",
    "--test",
    "exceptions",
    "--test",
    "executions",
    "--test",
    "layout",
    "--test",
    "rules",
];
const AARCH64_HOSTILE: &[&str] = &["--test", "hostile_png"];
const AARCH64_LIBRARY: &[&str] = &["--test", "library"];
const AARCH64_GOLDEN: &[&str] = &["--test", "golden_vectors", "--test", "same_bits"];

/// Tests whose names contain one of these are left out. The first asks the compiler, which answers
/// the same on any machine. The second sends a file the requests of a device, which qemu does not
/// know.
const AARCH64_SKIPPED: &[&str] = &[
    "the_compiler_refuses_what_breaks_a_rule_and_nothing_else",
    "refused_by_the_kernel",
];

/// The modules of the station's library tests that run on aarch64.
const AARCH64_MODULES: &[&str] = &[
    "resize_rules::",
    "same_bytes::",
    "same_bytes_raw::",
    "verdict_",
    "journal_files::",
    "nothing_else_passes::",
];

const CROSS: &str = "tools/cross/cargo";

/// Runs tests for aarch64 under qemu, and checks which glibc the programs need.
pub fn test(root: &Path) -> Result<()> {
    programs(root)?;
    step("aarch64: tests under qemu");
    let skipped: Vec<_> = AARCH64_SKIPPED
        .iter()
        .flat_map(|name| ["--skip", name])
        .collect();
    let test = [&[CROSS, "test", "--locked"], AARCH64_PACKAGES].concat();
    let units = [CROSS, "test", "--locked"];
    run(root, &[&units, AARCH64_UNITS, &["--"], &skipped].concat())?;
    run(root, &[&test, AARCH64_HOSTILE].concat())?;
    run(root, &[&test, AARCH64_ABI, &["--"], &skipped].concat())?;
    run(
        root,
        &[&test, AARCH64_LIBRARY, &["--"], AARCH64_MODULES].concat(),
    )?;
    // One picture takes a minute under qemu. Other tests cover crop and resize of the others.
    run_with(
        root,
        &[&test, AARCH64_GOLDEN].concat(),
        &[("SLUICE_GOLDEN", "pit")],
    )?;
    step("aarch64: the station for a board, which has glibc 2.27");
    let built = "target/aarch64/aarch64-unknown-linux-gnu";
    let station = format!("{built}/release/sluice");
    let library = format!("{built}/debug/libascendcl.so");
    run(root, &["tools/cross/check_glibc.sh", &station, &library])
}

/// Builds the tests, without running them.
pub fn build_tests(root: &Path) -> Result<()> {
    let build = [CROSS, "test", "--quiet", "--locked", "--no-run"];
    run(root, &[&build, AARCH64_UNITS].concat())?;
    let tests = [
        AARCH64_HOSTILE,
        AARCH64_ABI,
        AARCH64_LIBRARY,
        AARCH64_GOLDEN,
    ]
    .concat();
    run(root, &[&build, AARCH64_PACKAGES, &tests].concat())
}

/// The toolchain for aarch64, the emulated board's kernels, and the programs that run there.
pub fn programs(root: &Path) -> Result<()> {
    run(root, &["tools/cross/setup.sh"])?;
    output(root, &["tools/emulated_board/run.py", "--fetch"])?;
    for arguments in [
        &["--release", "--no-default-features", "--package", "sluice"][..],
        &[
            "--package",
            "ascendcl-so",
            "--features",
            "ascendcl-so/faults",
        ],
        &["--package", "sluice-tools", "--bin", "camera_feed"],
    ] {
        run(
            root,
            &[&[CROSS, "build", "--quiet", "--locked"], arguments].concat(),
        )?;
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::{AARCH64_MODULES, AARCH64_SKIPPED};
    use crate::text;

    #[test]
    fn every_test_that_is_named_here_exists() {
        let sources = text::tracked().unwrap();
        for part in AARCH64_SKIPPED {
            let is_test = |line: &str| {
                let name = line.trim_start().strip_prefix("fn ");
                name.is_some_and(|name| name.contains(part))
            };
            let is_there = |source: &text::Source| source.text.lines().any(is_test);
            assert!(sources.iter().any(is_there), "{part}");
        }
        for name in AARCH64_MODULES {
            let name = name.trim_end_matches(':');
            let is_module = |source: &text::Source| {
                let stem = source.file.file_stem().and_then(|stem| stem.to_str());
                source.file.starts_with("tests") && stem.is_some_and(|stem| stem.starts_with(name))
            };
            assert!(sources.iter().any(is_module), "{name}");
        }
    }
}
