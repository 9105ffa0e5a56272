//! Weights in files beside the model.

use std::fs;
use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use prost::Message;

use super::engines::Both;
use super::{FLOAT, Graph, node, run};
use crate::external_files;
use crate::model::onnx::proto::{StringStringEntryProto, TensorProto};

/// An empty directory for one test.
fn directory(name: &str) -> PathBuf {
    let name = format!("ascendcl-cpu-{}-{name}", std::process::id());
    let path = std::env::temp_dir().join(name);
    let _ = fs::remove_dir_all(&path);
    fs::create_dir_all(&path).expect("a directory");
    path
}

fn entry(key: &str, value: &str) -> StringStringEntryProto {
    StringStringEntryProto {
        key: Some(key.to_owned()),
        value: Some(value.to_owned()),
    }
}

/// A model that adds `w`, two numbers at byte 4 of `file`.
fn bytes(file: &str, length: &str) -> Vec<u8> {
    let weight = TensorProto {
        dims: vec![2],
        data_type: Some(FLOAT),
        name: Some("w".to_owned()),
        data_location: Some(1),
        external_data: vec![
            entry("location", file),
            entry("offset", "4"),
            entry("length", length),
        ],
        ..TensorProto::default()
    };
    let graph = Graph::new(17, &[1, 2]).tensor(weight);
    let graph = graph.node(node("Add", &["x", "w"], "y"));
    graph.output("y", FLOAT, &[1, 2]).proto().encode_to_vec()
}

fn load(data: Vec<u8>, directory: Option<&Path>) -> Result<Both, String> {
    Both::read(data, directory, None).map_err(|error| error.to_string())
}

fn refusal(data: Vec<u8>, directory: Option<&Path>) -> String {
    load(data, directory).err().expect("a refusal")
}

#[test]
fn files_of_weights_are_loaded_and_listed() {
    let directory = directory("external-loaded");
    let numbers = [9.0_f32, 0.5, -2.0];
    let data: Vec<u8> = numbers
        .iter()
        .flat_map(|number| number.to_le_bytes())
        .collect();
    fs::write(directory.join("w.data"), data).expect("write");
    let model = load(bytes("w.data", "8"), Some(&directory)).expect("a model");
    assert_eq!(run(&model, &[1.0, 1.0]).expect("a run"), [1.5, -1.0]);
    let path = directory.join("m.onnx");
    fs::write(&path, bytes("w.data", "8")).expect("write");
    let file = fs::canonicalize(directory.join("w.data")).expect("a path");
    assert_eq!(external_files(&path).expect("a list"), [file]);
}

#[test]
fn the_error_names_a_missing_short_or_wrong_file_and_the_remedy() {
    let directory = directory("external-missing");
    let text = refusal(bytes("w.data", "8"), Some(&directory));
    assert!(
        text.contains("w.data")
            && text.contains("external_data=False")
            && text.contains("beside the model"),
        "{text}"
    );
    fs::write(directory.join("w.data"), [0; 8]).expect("write");
    let text = refusal(bytes("w.data", "8"), Some(&directory));
    assert!(text.contains("has 8 bytes where 12 are needed"), "{text}");
    fs::write(directory.join("w.data"), [0; 16]).expect("write");
    let text = refusal(bytes("w.data", "12"), Some(&directory));
    assert!(text.contains("offset 4 and length 12"), "{text}");
    let text = refusal(bytes("w.data", "many"), Some(&directory));
    assert!(text.contains("length `many`"), "{text}");
    let text = refusal(bytes("w.data", "8"), None);
    assert!(text.contains("loaded from memory"), "{text}");
}

#[test]
fn a_file_outside_the_models_directory_is_refused() {
    let directory = directory("external-outside");
    let inside = directory.join("inside");
    fs::create_dir_all(&inside).expect("a directory");
    fs::write(directory.join("w.data"), [0; 16]).expect("write");
    let absolute = directory.join("w.data");
    symlink(&absolute, inside.join("link.data")).expect("a link");
    let absolute = absolute.to_str().expect("UTF-8");
    for file in ["../w.data", absolute, "link.data", "", "a/../../w.data"] {
        let text = refusal(bytes(file, "8"), Some(&inside));
        assert!(
            text.contains("leads out of the model's directory"),
            "{file}: {text}"
        );
    }
    // A directory in place of a file.
    fs::create_dir_all(inside.join("d.data")).expect("a directory");
    let text = refusal(bytes("d.data", "8"), Some(&inside));
    assert!(text.contains("name a regular file"), "{text}");
}
