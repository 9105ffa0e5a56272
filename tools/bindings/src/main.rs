//! `cargo bindings` writes `ffi/src/bindings.rs` from `ffi/acl.h`. `cargo bindings --check`
//! compares the committed file with the header.
//!
//! It loads libclang at run time (Debian: `libclang1-14` and `libclang-common-14-dev`, or newer).
//! It parses the header freestanding and for one fixed target. So the result does not depend on the
//! machine's paths, C library or processor.
#![forbid(unsafe_code)]

use std::path::{Path, PathBuf};
use std::process::ExitCode;

/// Runs bindgen. Enums become integers with constants, because a newer library may return values
/// that the header does not have.
fn generate(header: &Path) -> Result<String, Failure> {
    let bindings = bindgen::Builder::default()
        .header(header.to_string_lossy())
        .clang_args([
            "--target=aarch64-unknown-linux-gnu",
            "-std=c99",
            "-ffreestanding",
        ])
        .allowlist_item("(acl|ACL_).*")
        .default_enum_style(bindgen::EnumVariation::Consts)
        .prepend_enum_name(false)
        .layout_tests(true)
        // 292 KiB: too large to copy by accident.
        .no_copy("aclAippInfo")
        .dynamic_library_name("AscendCl")
        .dynamic_link_require_all(false)
        .generate_comments(false)
        .disable_header_comment()
        .formatter(bindgen::Formatter::Prettyplease)
        .generate()
        .map_err(|error| Failure::Generate(header.to_path_buf(), error.to_string()))?;
    let bindings = over_our_symbols(&bindings.to_string());
    let names = error_names(&bindings);
    Ok(format!("{NOTICE}{bindings}{names}"))
}

const NOTICE: &str = "// Made by `cargo bindings` from ffi/acl.h. Do not edit.\n\n";

/// Replaces the two types of libloading that bindgen uses by those of `crate::symbols`. They fill
/// the table from a library file or from an implementation that is linked in.
fn over_our_symbols(bindings: &str) -> String {
    bindings
        .replace("::libloading::Library", "crate::symbols::SymbolSource")
        .replace("::libloading::Error", "crate::symbols::LoadError")
}

/// The table of error codes and names, sorted by code, made from the constants.
fn error_names(bindings: &str) -> String {
    let mut names: Vec<(i32, &str)> = bindings
        .lines()
        .filter_map(|line| {
            let (name, code) = line
                .strip_prefix("pub const ")?
                .strip_suffix(';')?
                .split_once(": aclError = ")?;
            Some((code.parse().ok()?, name))
        })
        .filter(|(code, _)| *code != 0)
        .collect();
    names.sort_unstable();
    let rows: String = names
        .iter()
        .map(|(code, name)| format!("    ({code}, \"{name}\"),\n"))
        .collect();
    format!("pub const ERROR_NAMES: &[(aclError, &str)] = &[\n{rows}];\n")
}

/// Why the bindings could not be written, or that the committed ones differ.
#[derive(Debug, thiserror::Error)]
enum Failure {
    #[error("argument `{0}` is not known: call `cargo bindings` or `cargo bindings --check`")]
    Usage(String),
    #[error("{}: {}; the header must be plain C99 and libclang be installed", .0.display(), .1)]
    Generate(PathBuf, String),
    #[error("cannot {} {}: {}", .0, .1.display(), .2)]
    File(&'static str, PathBuf, #[source] std::io::Error),
    #[error(
        "{} is not what ffi/acl.h gives (first difference in line {}): \
         run `cargo bindings` and commit the result",
        .0.display(),
        .1
    )]
    Differ(PathBuf, usize),
}

/// The number of the first line that differs, from 1.
fn first_difference(left: &str, right: &str) -> usize {
    left.lines()
        .zip(right.lines())
        .take_while(|(left, right)| left == right)
        .count()
        + 1
}

fn run() -> Result<(), Failure> {
    let mut check = false;
    for argument in std::env::args().skip(1) {
        match argument.as_str() {
            "--check" => check = true,
            _ => return Err(Failure::Usage(argument)),
        }
    }
    // In the workspace's folder, so that messages name the files by their usual paths.
    let workspace = Path::new(env!("CARGO_MANIFEST_DIR")).join("../..");
    std::env::set_current_dir(&workspace)
        .map_err(|error| Failure::File("enter", workspace, error))?;
    let generated = generate(Path::new("ffi/acl.h"))?;
    let path = PathBuf::from("ffi/src/bindings.rs");
    if !check {
        return std::fs::write(&path, generated)
            .map_err(|error| Failure::File("write", path, error));
    }
    let committed = std::fs::read_to_string(&path)
        .map_err(|error| Failure::File("read", path.clone(), error))?;
    if committed == generated {
        Ok(())
    } else {
        Err(Failure::Differ(
            path,
            first_difference(&committed, &generated),
        ))
    }
}

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(failure) => {
            eprintln!("bindings: {failure}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{error_names, first_difference};

    #[test]
    fn error_names_are_the_constants_in_the_order_of_their_codes() {
        let bindings = "pub const ACL_SUCCESS: aclError = 0;\n\
                        pub const ACL_B: aclError = 20;\n\
                        pub const ACL_FLOAT: aclDataType = 3;\n\
                        pub const ACL_A: aclError = 5;\n";
        assert_eq!(
            error_names(bindings),
            "pub const ERROR_NAMES: &[(aclError, &str)] = &[\n    \
                 (5, \"ACL_A\"),\n    (20, \"ACL_B\"),\n];\n"
        );
    }

    #[test]
    fn the_first_line_that_differs_is_found() {
        assert_eq!(first_difference("a\nb\nc", "a\nx\nc"), 2);
        assert_eq!(first_difference("a\nb", "a\nb\nc"), 3);
    }
}
