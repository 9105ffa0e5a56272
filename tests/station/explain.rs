//! Promise: an error with an AscendCL code names the code and where it is explained, and `sluice
//! explain` explains it.

use crate::site::{Site, pictures};
use std::process::{Command, Output};

fn explain(codes: &[&str]) -> (Option<i32>, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_sluice"));
    let output = command.arg("explain").args(codes).output().unwrap();
    assert!(output.stderr.is_empty(), "{output:?}");
    (
        output.status.code(),
        String::from_utf8(output.stdout).unwrap(),
    )
}

#[test]
fn codes_are_explained_by_number_and_by_name() {
    let (code, text) = explain(&["507033"]);
    assert_eq!(code, Some(0), "{text}");
    for words in [
        "507033 ACL_ERROR_RT_DEV_SETUP_ERROR",
        "class  internal",
        "fatal  yes",
        "to do  the device cannot be set up",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let (code, both) = explain(&["ACL_ERROR_RT_DEV_SETUP_ERROR", "145000"]);
    assert_eq!(code, Some(0));
    assert!(
        both.starts_with(&text) && both.contains("ACL_ERROR_GE_PARAM_INVALID"),
        "{both}"
    );
}

#[test]
fn an_unknown_code_fails_with_the_class_of_its_range() {
    let (code, text) = explain(&["107002", "207777"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("ACL_ERROR_RT_CONTEXT_NULL"), "{text}");
    assert!(text.contains("207777 is not in header 1.3.0"), "{text}");
    assert!(text.contains("class  resource"), "{text}");
    let (code, text) = explain(&["ACL_ERROR_NO_SUCH"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("no name of a code"), "{text}");
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&[output.stdout.clone(), output.stderr.clone()].concat()).into_owned()
}

#[test]
fn errors_of_the_station_say_where_their_code_is_explained() {
    let site = Site::new("explain");
    for command in ["check", "run"] {
        let mut sluice = site.sluice(&[command, "--station", "station.json"]);
        sluice.env("ASCENDCL_CPU_FAULT", "aclrtCreateStream:1:error=207008");
        let said = text(&sluice.output().unwrap());
        let expected = "207008 (ACL_ERROR_RT_NO_STREAM_RESOURCE, see `sluice explain 207008`)";
        assert!(said.contains(expected), "{said}");
        assert!(said.contains("end other programs on it"), "{said}");
    }
    let station = site.start_faulty("aclmdlExecuteAsync:3:error=507014");
    site.feed("a.png", &pictures::good());
    let printed = station.verdict();
    let record = &site.wait_parts(1)[0].verdict;
    for said in [printed.text.as_str(), record.detail.as_str()] {
        let expected = "507014 (ACL_ERROR_RT_AICORE_TIMEOUT, see `sluice explain 507014`) in task ";
        assert!(said.contains(expected), "{said}");
    }
}
