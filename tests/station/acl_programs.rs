//! Promise: C programs for AscendCL compile against our header, link with our library and get ONNX
//! Runtime's results, with shared memory and as on a card. The library reports no misuse and no
//! leak.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use crate::site::library::shared_library;

/// Largest difference from ONNX Runtime's result, relative to it.
const RELATIVE_MAX: f32 = 1e-4;

/// A compiled program and the directory of the library that it is linked with.
struct Program {
    path: PathBuf,
    library: PathBuf,
    directory: PathBuf,
}

fn repository(path: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(path)
}

fn model(file: &str) -> PathBuf {
    repository("ffi/cpu/tests/models").join(file)
}

/// Compiles `tests/c/NAME.c` for one test with the system's C compiler, as users compile their
/// programs. Returns `None`, with a message, if there is no compiler.
fn compile(name: &str, test: &str) -> Option<Program> {
    let compiler = env::var("CC").unwrap_or_else(|_| "cc".to_owned());
    if Command::new(&compiler).arg("--version").output().is_err() {
        eprintln!("SKIPPED: there is no C compiler `{compiler}`: install one or set CC");
        return None;
    }
    let library = shared_library().parent().unwrap().to_path_buf();
    let directory =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{test}-{}", std::process::id()));
    let include = directory.join("include/acl");
    fs::create_dir_all(&include).unwrap();
    fs::copy(repository("ffi/acl.h"), include.join("acl.h")).unwrap();
    let path = directory.join(name);
    let compiled = Command::new(&compiler)
        .args([
            "-std=c99",
            "-D_POSIX_C_SOURCE=200809L",
            "-Wall",
            "-Wextra",
            "-Werror",
            "-pedantic",
        ])
        .arg(repository("tests/c").join(format!("{name}.c")))
        .arg("-o")
        .arg(&path)
        .arg("-I")
        .arg(directory.join("include"))
        .arg("-L")
        .arg(&library)
        .args(["-lascendcl", "-lpthread"])
        .output()
        .unwrap();
    assert!(
        compiled.status.success(),
        "{}",
        String::from_utf8_lossy(&compiled.stderr)
    );
    Some(Program {
        path,
        library,
        directory,
    })
}

impl Program {
    /// Runs the program in a run mode on files with these bytes. Returns the bytes of its output
    /// file and its standard output.
    fn run(&self, mode: &str, model: &Path, inputs: &[Vec<u8>]) -> (Vec<u8>, String) {
        let output = self.directory.join(format!("{mode}.out"));
        let mut command = Command::new(&self.path);
        command.arg(model).arg(&output);
        for (index, bytes) in inputs.iter().enumerate() {
            let input = self.directory.join(format!("{index}.in"));
            fs::write(&input, bytes).unwrap();
            command.arg(input);
        }
        let ended = command
            .env("LD_LIBRARY_PATH", &self.library)
            .env("ASCENDCL_CPU_RUN_MODE", mode)
            .env("ASCENDCL_CPU_VALIDATE", "1")
            .env_remove("ASCENDCL_CPU_FAULT")
            .output()
            .unwrap();
        let errors = String::from_utf8_lossy(&ended.stderr);
        assert!(ended.status.success(), "{mode}: {}\n{errors}", ended.status);
        assert_eq!(errors, "validation: 0 misuses, 0 leaks\n", "{mode}");
        (
            fs::read(output).unwrap(),
            String::from_utf8_lossy(&ended.stdout).into_owned(),
        )
    }
}

fn floats(bytes: &[u8]) -> Vec<f32> {
    let (numbers, rest) = bytes.as_chunks::<4>();
    assert!(rest.is_empty());
    numbers
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect()
}

fn assert_near(ours: &[u8], theirs: &[u8]) {
    let (ours, theirs) = (floats(ours), floats(theirs));
    assert_eq!(ours.len(), theirs.len());
    for (index, (ours, theirs)) in ours.iter().zip(&theirs).enumerate() {
        let difference = (ours - theirs).abs();
        assert!(
            difference <= RELATIVE_MAX * theirs.abs(),
            "number {index}: {ours} differs from {theirs}"
        );
    }
}

/// The input for which ONNX Runtime computed the outputs of `seg`: byte i is 37 * i + 11 modulo
/// 256.
fn picture() -> Vec<u8> {
    (0..288_u32)
        .map(|i| (i * 37 + 11).to_le_bytes()[0])
        .collect()
}

#[test]
fn a_synchronous_program_classifies() {
    let Some(program) = compile("classify_sync", "classifies") else {
        return;
    };
    let input = (0..768_u16).flat_map(|i| {
        let number = f32::from((i * 37 + 11) % 256) / 128.0 - 1.0;
        number.to_le_bytes()
    });
    let input: Vec<u8> = input.collect();
    let golden = fs::read(model("class.scores.bin")).unwrap();
    let scores = floats(&golden);
    let best = (0..scores.len())
        .max_by(|a, b| scores[*a].total_cmp(&scores[*b]))
        .unwrap();
    for mode in ["device", "host"] {
        let (output, printed) =
            program.run(mode, &model("class.onnx"), std::slice::from_ref(&input));
        assert_near(&output, &golden);
        assert!(
            printed.starts_with(&format!("class {best} score ")),
            "{printed}"
        );
    }
}

#[test]
fn an_asynchronous_program_segments_each_picture() {
    let Some(program) = compile("segment_async", "segments") else {
        return;
    };
    let (softmax, argmax) = (
        fs::read(model("seg.softmax.bin")).unwrap(),
        fs::read(model("seg.argmax.bin")).unwrap(),
    );
    let dark = vec![0; 288];
    // Five pictures on two slots. The second and fourth differ from the others, so a mix-up would
    // show.
    let pictures = [picture(), dark.clone(), picture(), dark, picture()];
    for mode in ["device", "host"] {
        let (output, printed) = program.run(mode, &model("seg.onnx"), &pictures);
        assert_eq!(printed, "5 pictures\n");
        let parts: Vec<&[u8]> = output.chunks(softmax.len() + argmax.len()).collect();
        assert_eq!(parts.len(), 5);
        for part in [parts[0], parts[2], parts[4]] {
            let (scores, mask) = part.split_at(softmax.len());
            assert_near(scores, &softmax);
            assert_eq!(mask, argmax);
        }
        assert_eq!(parts[1], parts[3]);
        assert_ne!(parts[1], parts[0]);
    }
}

#[test]
fn a_program_gets_an_error_that_names_the_problem() {
    let Some(program) = compile("classify_sync", "fails") else {
        return;
    };
    let missing = Command::new(&program.path)
        .args(["none.onnx", "out", "in"])
        .env("LD_LIBRARY_PATH", &program.library)
        .output()
        .unwrap();
    let errors = String::from_utf8_lossy(&missing.stderr);
    assert_eq!(missing.status.code(), Some(1));
    assert!(
        errors.contains("aclmdlQuerySize")
            && errors.contains("error 145002")
            && errors.contains("none.onnx"),
        "{errors}"
    );
}
