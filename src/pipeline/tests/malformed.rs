//! Files that are not a pipeline, circles, several models or streams.

use super::*;

#[test]
fn what_is_no_pipeline_is_refused_with_its_line() {
    let deep = "[".repeat(1_000_000);
    let long = format!(
        "{{ \"s\": {{ {} }} }}",
        (0..300)
            .map(|n| format!("\"e{n}\": {{ \"factory\": \"queue\" }}"))
            .collect::<Vec<_>>()
            .join(",")
    );
    for (text, words) in [
        ("", "not JSON"),
        ("[]", "one JSON object with a stream"),
        ("{}", "one JSON object with a stream"),
        (deep.as_str(), "less nesting"),
        (long.as_str(), "300 elements"),
        ("{\n\"s\": 7 }", "line 2: s: a stream is an object"),
        (
            "{ \"s\":\n{ \"e\": [] } }",
            "line 2: s.e: an element is an object",
        ),
        (
            "{ \"s\": { \"e\": { \"factory\": 1 } } }",
            "s.e: an element",
        ),
        (
            "{ \"s\": { \"e\": { \"factory\": \"f\", \"next\": 3 } } }",
            "s.e.next",
        ),
        (
            "{ \"s\": { \"e\": { \"factory\": \"f\", \"next\": [[]] } } }",
            "s.e.next",
        ),
        (
            "{ \"s\": { \"e\": { \"factory\": \"f\", \"next\": \"g\" } } }",
            "next is \"g\"",
        ),
        (
            "{ \"s\": { \"e\": { \"factory\": \"f\", \"props\": { \"a\": {} } } } }",
            "s.e.props.a",
        ),
        (
            "{ \"s\": { \"e\": { \"factory\": \"f\", \"props\": 5 } } }",
            "s.e.props",
        ),
        (
            "{ \"s\": { \"e\": { \"factory\": \"f\" }, \"e\": { \"factory\": \"f\" } } }",
            "appears again",
        ),
        ("{ \"s\": {} }", "has no model"),
    ] {
        let found = refused(text, &Wishes::default());
        assert!(found.contains(words), "{words} in {found}");
    }
}

#[test]
fn circles_of_next_end() {
    let ring = r#""a": { "factory": "queue", "next": "b" }, "b": { "factory": "queue", "next": ["c:1"] },
        "c": { "factory": "queue", "next": "a" }"#;
    for text in [
        stream(&[ring]),
        stream(&[ENDS, DECODER, CROP, RESIZE, INFER, ring]),
        whole().replace("\"next\": \"out\"", "\"next\": \"decode\""),
        whole().replace("\"next\": \"out\"", "\"next\": \"dump\""),
    ] {
        let found = refused(&text, &boxed());
        assert!(found.contains("goes round in a circle"), "{found}");
    }
}

#[test]
fn several_models_or_ways_are_refused() {
    let second = r#""more": { "factory": "mxpi_tensorinfer", "props": { "modelPath": "x.om" } }"#;
    let found = refused(
        &stream(&[ENDS, DECODER, CROP, RESIZE, INFER, second]),
        &boxed(),
    );
    assert!(found.contains("runs 2 models (infer, more)"), "{found}");
    let second = r#""more": { "factory": "appsrc", "next": "cut:1" }"#;
    let found = refused(
        &stream(&[ENDS, DECODER, CROP, RESIZE, INFER, second]),
        &boxed(),
    );
    assert!(found.contains("has 2 inputs (decode, more)"), "{found}");
}

#[test]
fn a_station_file_that_would_be_wrong_is_refused() {
    let text = whole().replace("\"96\"", "\"5000\"");
    let found = refused(&text, &boxed());
    assert!(found.contains("image.size.width"), "{found}");
    let text = whole().replace("m/u.om", &"m".repeat(300));
    assert!(refused(&text, &boxed()).contains("engine.model"));
}

#[test]
fn of_several_streams_one_is_chosen() {
    let one = whole();
    let inside = one.trim_start_matches('{').trim_end_matches('}').trim();
    let two = format!("{{ {inside}, {} }}", inside.replace("weld", "seam"));
    let found = refused(&two, &boxed());
    assert!(
        found.contains("2 streams") && found.contains("weld, seam"),
        "{found}"
    );
    let asked = |name: &str| Wishes {
        stream: Some(name.to_owned()),
        ..boxed()
    };
    assert_eq!(good(&two, &asked("seam")).0.station.name, "seam");
    assert!(refused(&two, &asked("rust")).contains("no such stream"));
    assert!(refused(&one, &asked("rust")).contains("no such stream"));
}
