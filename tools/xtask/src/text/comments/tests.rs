use super::{Source, comments, draw};

fn found(file: &str, text: &str) -> Vec<(usize, String)> {
    let source = Source {
        file: file.into(),
        text: text.to_owned(),
    };
    comments(&source)
        .into_iter()
        .map(|one| (one.line, one.text()))
        .collect()
}

fn one(line: usize, text: &str) -> (usize, String) {
    (line, text.to_owned())
}

#[test]
fn comments_of_rust_are_blocks_of_one_kind() {
    let text = "//! A\n//! b\n\n/// C\n// d\nlet x = 1; // e\nlet y = 2; // f\n";
    let expected = [
        one(1, "A b"),
        one(4, "C"),
        one(5, "d"),
        one(6, "e"),
        one(7, "f"),
    ];
    assert_eq!(found("a.rs", text), expected);
}

#[test]
fn marks_inside_strings_of_rust_are_no_comments() {
    for text in [
        "\"http://x\"",
        "\"a\\\" // b\"",
        "r\"\\\" ; let c = '\"'; \"// x\"",
        "r#\" \" // x \"#",
        "\"first\n // second\"",
        "'\"'; \"// x\"",
        "'\\''; \"// x\"",
    ] {
        assert_eq!(found("a.rs", text), [], "{text}");
    }
    assert_eq!(
        found("a.rs", "f::<'a>(\"//\", '/') // yes"),
        [one(1, "yes")]
    );
}

#[test]
fn comments_of_python_are_hashes_and_docstrings() {
    let text = "#!/x\n\"\"\"Doc\nof two.\"\"\"\nx = '# no' # yes\ny = \"\"\"\n# no\n\"\"\"\n";
    let expected = [one(1, "!/x"), one(2, "Doc of two."), one(4, "yes")];
    assert_eq!(found("a.py", text), expected);
}

#[test]
fn comments_of_shell_are_hashes_outside_quotes() {
    let text = "#!/bin/sh\n# a\n# b\necho \"x # y\"\nf # c\n${x#y}\n";
    assert_eq!(found("a", text), [one(2, "a b"), one(5, "c")]);
}

#[test]
fn a_draw_depends_on_its_seed_and_repeats_nothing() {
    let text: String = (0..200).map(|n| format!("// {n:060}\nx;\n")).collect();
    let sources = [Source {
        file: "a.rs".into(),
        text,
    }];
    let lines = |seed, count| -> Vec<usize> {
        draw(&sources, seed, count)
            .iter()
            .map(|(_, one)| one.line)
            .collect()
    };
    assert_eq!(lines(1, 60), lines(1, 60));
    assert_ne!(lines(1, 60), lines(2, 60));
    let mut all = lines(3, 1000);
    all.sort_unstable();
    all.dedup();
    assert_eq!(all.len(), 200);
}
