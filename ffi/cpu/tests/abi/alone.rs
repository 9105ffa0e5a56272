//! Runs a test in its own process, with the functions of the ABI.

use std::env;
use std::ffi::OsString;
use std::process::{Command, Output};

use ascendcl::bindings::AscendCl;
use ascendcl::symbols::{Resolver, SymbolSource};

/// The name of the test that the process runs.
const TEST: &str = "ABI_TEST";
/// A library file to take the functions from; unset for the linked functions.
pub const LIBRARY: &str = "ABI_TEST_LIBRARY";
/// A test prints this at its end. Without it, a name that matches no test would count as success.
const DONE: &str = "abi test done";

/// The functions of the implementation under test.
pub fn functions() -> AscendCl {
    let library = match env::var_os(LIBRARY) {
        // SAFETY: the file was built from this crate.
        Some(path) => unsafe { SymbolSource::new(path) }.expect("the library opens"),
        // SAFETY: a unit test of the crate checks that the addresses have the prototypes of acl.h.
        None => SymbolSource::Linked(unsafe { Resolver::new(ascendcl_cpu::symbol) }),
    };
    // SAFETY: either way, the functions have the prototypes of acl.h.
    unsafe { AscendCl::from_library(library) }.expect("the table")
}

/// Runs `body` as the test `name` (path and function) in a process with these variables. In that
/// process it runs `body` itself.
pub fn run_alone(name: &str, variables: &[(&str, &str)], body: fn(&AscendCl)) {
    if env::var(TEST).is_ok_and(|test| test == name) {
        body(&functions());
        println!("{DONE}");
        return;
    }
    let Output {
        status,
        stdout,
        stderr,
    } = start(name, variables);
    let (stdout, stderr) = (
        String::from_utf8_lossy(&stdout),
        String::from_utf8_lossy(&stderr),
    );
    assert!(
        status.success() && stdout.contains(DONE),
        "{name}: {status}\n{stdout}\n{stderr}"
    );
}

/// Starts this program for one test and waits for its end.
pub fn start(name: &str, variables: &[(&str, &str)]) -> Output {
    let (_, filter) = name.split_once("::").expect("a path below the crate");
    let program = env::current_exe().expect("this program");
    let mut command = Command::new(program);
    command.args([filter, "--exact", "--nocapture", "--test-threads=1"]);
    for variable in [
        "ASCENDCL_CPU_RUN_MODE",
        "ASCENDCL_CPU_THREADS",
        "ASCENDCL_CPU_FAULT",
        "ASCENDCL_CPU_FAULT_LOG",
        "ASCENDCL_CPU_VALIDATE",
        "ASCENDCL_CPU_AIPP_PRECISION",
        "ASCENDCL_CPU_ENGINE",
        "ASCEND_GLOBAL_LOG_LEVEL",
    ] {
        command.env_remove(variable);
    }
    let variables = variables
        .iter()
        .map(|(name, value)| (name, OsString::from(value)));
    command
        .envs(variables)
        .env(TEST, name)
        .output()
        .expect("the process starts")
}

/// Declares tests with their own processes: a name, environment variables, and a body with the
/// functions.
macro_rules! alone {
    ($($(#[$meta:meta])* fn $name:ident($acl:ident $(, $variable:ident = $value:expr)*) $body:block)+) => {
        $(
            $(#[$meta])*
            #[test]
            fn $name() {
                fn body($acl: &ascendcl::bindings::AscendCl) $body
                let name = concat!(module_path!(), "::", stringify!($name));
                crate::alone::run_alone(name, &[$((stringify!($variable), $value)),*], body);
            }
        )+
    };
}

/// Calls a function of the table.
macro_rules! call {
    ($acl:expr, $function:ident($($argument:expr),* $(,)?)) => {{
        #[allow(unused_unsafe, reason = "arguments may hold another call")]
        // SAFETY: a pointer of a test is null, valid for the call, or one that the call must refuse
        // without dereferencing it.
        unsafe { $acl.$function($($argument),*) }
    }};
}

pub(crate) use {alone, call};
