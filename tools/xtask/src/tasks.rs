//! The checks of the project, each a task of its own.

pub mod aarch64;

use crate::command::{output, run, run_with, step};
use anyhow::Result;
use std::path::Path;

/// Runs one check in the workspace's folder.
pub type Task = fn(&Path) -> Result<()>;

/// Format, lints and the checks of xtask itself.
pub fn lint(root: &Path) -> Result<()> {
    step("format");
    run(root, &["cargo", "fmt", "--all", "--check"])?;
    step("clippy");
    let warnings = ["--all-targets", "--locked", "--", "-D", "warnings"];
    run(
        root,
        &[&["cargo", "clippy", "--workspace"], &warnings[..]].concat(),
    )?;
    let without_cpu = [
        "cargo",
        "clippy",
        "--package",
        "sluice",
        "--no-default-features",
    ];
    run(root, &[&without_cpu, &warnings[..]].concat())?;
    step("circles, names, words, documents, licences, manual");
    crate::check_circles()?;
    crate::check_names(false)?;
    crate::check_words(false)?;
    crate::check_documents()?;
    crate::check_licences(false)?;
    crate::manual::write(root, true)
}

/// What to run before each commit.
pub fn check(root: &Path) -> Result<()> {
    lint(root)?;
    step("unit tests");
    run(root, &["cargo", "test", "--quiet", "--locked", "--lib"])
}

/// Documentation, all tests, demonstration.
pub fn test(root: &Path) -> Result<()> {
    step("documentation");
    let doc = ["cargo", "doc", "--workspace", "--no-deps", "--locked"];
    run_with(root, &doc, &[("RUSTDOCFLAGS", "-D warnings")])?;
    step("tests");
    run(root, &["cargo", "test"])?;
    run(
        root,
        &["cargo", "test", "--quiet", "--locked", "--package", "xtask"],
    )?;
    step("demo");
    build(root)?;
    let station = [("SLUICE", "target/debug/sluice")];
    run_with(root, &["target/debug/demo"], &station)
}

/// Compares the generated bindings with `ffi/acl.h`. Needs libclang.
pub fn bindings(root: &Path) -> Result<()> {
    step("bindings are those of ffi/acl.h");
    run(root, &["cargo", "bindings", "--check"])
}

/// Has systemd check the service unit.
pub fn service(root: &Path) -> Result<()> {
    step("the service's unit");
    run(root, &["tools/check_service.sh"])
}

/// Compares crop and resize with OpenCV itself.
pub fn opencv(root: &Path) -> Result<()> {
    step("the same bytes as OpenCV itself");
    let python = opencv_environment(root)?;
    build(root)?;
    run(
        root,
        &[
            &python,
            "tools/opencv/compare_resize.py",
            "target/debug/bench_frame",
            "40",
        ],
    )?;
    run(
        root,
        &[
            &python,
            "tools/opencv/compare_pictures.py",
            "target/debug/bench_frame",
            "20",
        ],
    )
}

/// Tests the scripts of the model and of the engine's bench, and compares the station's figures
/// with those of NumPy and ONNX Runtime.
pub fn models(root: &Path) -> Result<()> {
    step("the model's scripts, and the same figures as NumPy and ONNX Runtime");
    let python = model_environment(root)?;
    build(root)?;
    let station = "target/debug/sluice";
    run_with(
        root,
        &[&python, "-m", "pytest", "--quiet", "model", "tools/engine"],
        &[("SLUICE", station)],
    )?;
    let parts = "target/xtask/parts";
    if root.join(parts).exists() {
        std::fs::remove_dir_all(root.join(parts))?;
    }
    output(
        root,
        &[
            "target/debug/parts",
            "--out",
            parts,
            "--count",
            "3",
            "--seed",
            "4001",
        ],
    )?;
    run(
        root,
        &[
            &python,
            "model/agree.py",
            "--sluice",
            station,
            "--data",
            parts,
        ],
    )
}

/// Compares the JSON Schema of the station file with the station.
pub fn schema(root: &Path) -> Result<()> {
    step("the schema of the station file refuses what the station refuses");
    let python = schema_environment(root)?;
    build(root)?;
    let check = ["tools/schema/check.py", "--sluice", "target/debug/sluice"];
    run(root, &[&[python.as_str()], &check[..]].concat())
}

/// Runs C programs against the CPU engine, and compares its operators with ONNX Runtime.
pub fn acl(root: &Path) -> Result<()> {
    step("C programs for AscendCL, and the same results as ONNX Runtime");
    let python = acl_environment(root)?;
    build(root)?;
    let library = ["--library", "target/debug/libascendcl.so"];
    run(
        root,
        &[&[&python, "tools/acl/compare.py"], &library[..]].concat(),
    )?;
    step("the table of operators against ONNX Runtime");
    let script = ["timeout", "20m", &python, "tools/acl/operators.py"];
    run(root, &[&script, &library[..]].concat())
}

/// Lets system calls of the station fail. Needs strace.
pub fn faults(root: &Path) -> Result<()> {
    step("system calls that fail");
    build(root)?;
    run(root, &["tools/fault_matrix/run.py", "--sample"])
}

/// Runs the station on the emulated board.
pub fn board(root: &Path) -> Result<()> {
    aarch64::programs(root)?;
    step("emulated board");
    run(root, &["tools/emulated_board/run.py"])
}

/// Builds packages of programs that are not optimized, installs them in a root of their own, and
/// deploys there. Needs root.
pub fn package(root: &Path) -> Result<()> {
    build(root)?;
    aarch64::programs(root)?;
    step("packages: built, installed, upgraded, removed, deployed");
    run(root, &["tools/package/check.sh"])
}

/// Fuzzes each target for a minute, where cargo-fuzz is installed.
pub fn fuzz(root: &Path) -> Result<()> {
    step("fuzz targets, a minute each");
    if output(root, &["cargo-fuzz", "--version"]).is_err() {
        println!("left out: cargo-fuzz is not installed (tools/fuzz/README.md)");
        return Ok(());
    }
    run(root, &["tools/fuzz/run.sh", "60"])
}

/// Every check, one after the other.
pub fn all(root: &Path) -> Result<()> {
    let tasks: [Task; 13] = [
        lint,
        bindings,
        test,
        service,
        opencv,
        models,
        schema,
        acl,
        faults,
        aarch64::test,
        board,
        package,
        fuzz,
    ];
    tasks.iter().try_for_each(|task| task(root))?;
    step("done");
    Ok(())
}

/// Fetches and builds what the tasks from `opencv` on need. Needs root, for the root of `package`.
pub fn prepare(root: &Path) -> Result<()> {
    opencv_environment(root)?;
    model_environment(root)?;
    schema_environment(root)?;
    acl_environment(root)?;
    aarch64::programs(root)?;
    run(root, &["tools/package/machine.sh", "true"])?;
    aarch64::build_tests(root)?;
    step("prepared");
    Ok(())
}

/// Builds the programs for the demonstration, the comparisons and the packages. With this selection
/// and this feature every crate has the features of the test build, and cargo only links.
fn build(root: &Path) -> Result<()> {
    let packages = ["sluice", "sluice-tools", "ascendcl-so", "sluice-link"];
    let packages = packages.map(|name| ["--package", name]);
    let programs = ["sluice", "demo", "bench_frame", "parts", "sluice-link"];
    let programs = programs.map(|name| ["--bin", name]);
    let build = ["cargo", "build", "--quiet", "--locked", "--lib"];
    let build = [&build[..], &["--features", "ascendcl-so/faults"]].concat();
    let selected = [packages.concat(), programs.concat()].concat();
    run(root, &[&build[..], &selected].concat())
}

fn opencv_environment(root: &Path) -> Result<String> {
    output(
        root,
        &[
            "tools/environment.sh",
            "opencv",
            "tools/opencv/requirements.txt",
        ],
    )
}

fn model_environment(root: &Path) -> Result<String> {
    let requirements = "model/requirements.txt";
    output(
        root,
        &[
            "tools/environment.sh",
            "model",
            requirements,
            "--system-site-packages",
        ],
    )
}

fn schema_environment(root: &Path) -> Result<String> {
    let requirements = "tools/schema/requirements.txt";
    output(root, &["tools/environment.sh", "schema", requirements])
}

fn acl_environment(root: &Path) -> Result<String> {
    output(
        root,
        &["tools/environment.sh", "acl", "tools/acl/requirements.txt"],
    )
}
