//! What the compiler refuses: reading bytes that the device may be writing, outliving the object
//! that something was made from, and using objects of one thread on another.
//!
//! Each case is a program in which some lines end in `//~ CODE`. With these lines, the compiler
//! must give exactly these errors in these lines. Without them, the program must compile. So no
//! case fails for another reason.

use std::env;
use std::ffi::OsString;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::{self, Command};

/// The beginning of each case.
const HEAD: &str = "#![allow(unused)]
use ascendcl::*;
use std::{rc::Rc, time::Instant};
";

const CASES: &[(&str, &str)] = &[
    (
        "the input is gone while the device reads it",
        "fn case(slot: Slot, mut input: InputBuffer, stream: &Rc<Stream>) {
            input.fill(1);
            let running = slot.execute(input, stream);
            let byte = input[0]; //~ E0382
        }",
    ),
    (
        "an execution under way shows no output",
        "fn case(running: InFlight, finished: &Finished) {
            let there = finished.output(0);
            let early = running.output(0); //~ E0599
        }",
    ),
    (
        "an execution that failed or is late shows no output either",
        "fn case(late: Unfinished, until: Instant) {
            let output = late.output(0); //~ E0599
            let back = late.recover(until);
        }",
    ),
    (
        "a slot that the device has cannot be given to it again",
        "fn case(slot: Slot, input: InputBuffer, other: InputBuffer, stream: &Rc<Stream>) {
            let running = slot.execute(input, stream);
            let again = slot.execute(other, stream); //~ E0382
        }",
    ),
    (
        "a slot cannot be used while an output is being read",
        "fn case(finished: Finished) {
            let output = finished.output(0);
            let parts = finished.into_parts(); //~ E0505
            let length = output.map(<[u8]>::len);
        }",
    ),
    (
        "a borrowed output does not outlive the execution",
        "fn case(finished: Finished) -> Option<&'static [u8]> {
            let length = finished.output(0).map(<[u8]>::len);
            return finished.output(0); //~ E0515
            None
        }",
    ),
    (
        "a part of an input cannot be kept while the device reads it",
        "fn case(slot: Slot, mut input: InputBuffer, stream: &Rc<Stream>) {
            let row = &mut input[..4];
            row.fill(1);
            let running = slot.execute(input, stream);
            row.fill(2); //~ E0505@-1
        }",
    ),
    (
        "an object is made only from its parent, and the parent is not taken apart",
        "fn case(device: &Rc<Device>, runtime: Rc<Runtime>) {
            let stream = Stream::new(device);
            let stream = Stream::new(&runtime); //~ E0308
            let alone = Rc::try_unwrap(runtime).map(|runtime| runtime.library); //~ E0616
        }",
    ),
    (
        "an object that calls AscendCL stays on its thread",
        "fn sent<T: Send>() {}
        fn case() {
            sent::<InputBuffer>();
            sent::<AclError>();
            sent::<Runtime>(); //~ E0277
            sent::<Rc<Runtime>>(); //~ E0277
            sent::<Device>(); //~ E0277
            sent::<Coherence>(); //~ E0277
            sent::<Stream>(); //~ E0277
            sent::<Event>(); //~ E0277
            sent::<Model>(); //~ E0277
            sent::<Slot>(); //~ E0277
            sent::<InFlight>(); //~ E0277
            sent::<Finished>(); //~ E0277
            sent::<Unfinished>(); //~ E0277
        }",
    ),
    (
        "and other threads have no reference to it",
        "fn shared<T: Sync>() {}
        fn case() {
            shared::<InputBuffer>();
            shared::<Runtime>(); //~ E0277
            shared::<Device>(); //~ E0277
            shared::<Model>(); //~ E0277
            shared::<Slot>(); //~ E0277
            shared::<Finished>(); //~ E0277
        }",
    ),
];

/// The directory of this program's dependencies.
fn dependencies() -> PathBuf {
    env::current_exe().unwrap().parent().unwrap().to_owned()
}

/// The library that was built last: the one linked to this program, or a later one.
fn library() -> PathBuf {
    let rlibs = fs::read_dir(dependencies()).unwrap().filter_map(|entry| {
        let path = entry.unwrap().path();
        let name = path.file_name()?.to_str()?;
        (name.starts_with("libascendcl-") && name.ends_with(".rlib")).then_some(path)
    });
    rlibs
        .max_by_key(|path| fs::metadata(path).and_then(|data| data.modified()).unwrap())
        .unwrap()
}

/// The compiler beside the cargo that runs the tests.
fn rustc() -> OsString {
    let cargo = env::var_os("CARGO").unwrap();
    let beside = Path::new(&cargo).with_file_name("rustc");
    if beside.exists() {
        beside.into()
    } else {
        "rustc".into()
    }
}

/// The target triple and the directory of the proc macros, if the tests are built for a target.
fn target() -> Option<(String, PathBuf)> {
    let profile = dependencies().parent().unwrap().to_owned();
    let triple = profile.parent().unwrap();
    let name = triple.file_name().unwrap().to_str().unwrap().to_owned();
    let host = triple.parent().unwrap();
    name.starts_with(env::consts::ARCH)
        .then(|| (name, host.join(profile.file_name().unwrap()).join("deps")))
}

/// The errors of the program as code and line, without warnings and notes.
fn errors(source: &str, name: &str) -> Vec<(String, usize)> {
    let path = env::temp_dir().join(format!("ascendcl-rules-{}-{name}.rs", process::id()));
    fs::write(&path, source).unwrap();
    let mut rustc = Command::new(rustc());
    rustc
        .args(["--edition=2024", "--crate-type=lib", "--emit=metadata"])
        .args(["--error-format=short", "--crate-name=case"])
        .arg("-o")
        .arg(path.with_extension("rmeta"))
        .arg("-L")
        .arg(dependencies())
        .arg("--extern")
        .arg(format!("ascendcl={}", library().display()))
        .arg(&path);
    if let Some((triple, macros)) = target() {
        rustc.args(["--target", &triple]).arg("-L").arg(macros);
    }
    let output = rustc.output().unwrap();
    let _ = fs::remove_file(path.with_extension("rmeta"));
    fs::remove_file(&path).unwrap();
    let text = String::from_utf8(output.stderr).unwrap();
    let found: Vec<_> = text
        .lines()
        .filter_map(|line| {
            let (place, error) = line.split_once(": error[")?;
            let line = place.rsplit(':').nth(1)?;
            let (code, _) = error.split_once(']')?;
            Some((code.to_owned(), line.parse().ok()?))
        })
        .collect();
    assert_eq!(output.status.success(), found.is_empty(), "{name}: {text}");
    found
}

#[test]
fn the_compiler_refuses_what_breaks_a_rule_and_nothing_else() {
    for (number, (what, case)) in CASES.iter().enumerate() {
        let source = format!("{HEAD}{case}");
        let mut expected = Vec::new();
        let mut allowed = String::new();
        for (index, line) in source.lines().enumerate() {
            match line.split_once("//~ ") {
                Some((_, mark)) => {
                    let (code, above) = mark.split_once("@-").unwrap_or((mark, "0"));
                    let above: usize = above.parse().unwrap();
                    expected.push((code.to_owned(), index + 1 - above));
                }
                None => allowed += line,
            }
            allowed += "\n";
        }
        assert!(!expected.is_empty(), "{what}");
        let mut found = errors(&source, &format!("{number}-refused"));
        found.sort_by_key(|(_, line)| *line);
        // One type can break a rule for several reasons.
        found.dedup();
        assert_eq!(found, expected, "{what}");
        assert_eq!(errors(&allowed, &format!("{number}-allowed")), [], "{what}");
    }
}
