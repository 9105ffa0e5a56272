//! NaN in front of an operator that would hide it is an error of the run.

use super::{FLOAT, Graph, INT64, node};

/// An operator after the logarithm of the input, which is NaN for a negative number.
fn after_log(operator: &str) -> Graph {
    let mut hiding = node(operator, &["l"], "h");
    match operator {
        "MaxPool" => hiding = hiding.ints("kernel_shape", &[1]),
        "ArgMax" | "ArgMin" => hiding = hiding.int("axis", 2),
        "Cast" => hiding = hiding.int("to", i64::from(INT64)),
        "Greater" | "Less" => hiding.input.push("zero".to_owned()),
        "Clip" => hiding.input.extend(["zero".to_owned(), "one".to_owned()]),
        _ => {}
    }
    let graph = Graph::new(13, &[1, 1, 2])
        .weight("zero", &[], &[0.0])
        .weight("one", &[], &[1.0]);
    let graph = graph.node(node("Log", &["x"], "l")).node(hiding);
    let graph = graph.node(node("Shape", &["h"], "y"));
    // The shape does not depend on the numbers, so only the sum of the input can detect NaN.
    graph.output("y", INT64, &[3]).output("h", 0, &[])
}

#[test]
fn nan_is_detected_before_an_operator_that_hides_it() {
    for operator in [
        "Relu",
        "Clip",
        "MaxPool",
        "GlobalMaxPool",
        "ReduceMax",
        "ReduceMin",
        "ArgMax",
        "ArgMin",
        "Cast",
        "Greater",
        "Less",
    ] {
        assert!(after_log(operator).run(&[1.0, 2.0]).is_ok(), "{operator}");
        let error = after_log(operator).run(&[-1.0, 2.0]).expect_err(operator);
        let text = error.to_string();
        assert!(
            text.contains(&format!("NaN went into {operator}")),
            "{text}"
        );
    }
}

#[test]
fn an_overflow_of_finite_weights_does_not_become_a_mask() {
    // Both channels overflow, their difference is NaN, and ArgMax gives a class.
    let graph = Graph::new(13, &[1, 1, 1, 1])
        .weight("large", &[1, 1, 1, 1], &[f32::MAX])
        .node(node("Conv", &["x", "large"], "a"))
        .node(node("Sub", &["a", "a"], "s"))
        .node(node("ArgMax", &["s"], "y").int("axis", 1))
        .output("y", INT64, &[1, 1, 1, 1]);
    let model = graph.load().expect("a model");
    assert_eq!(super::run(&model, &[0.5]).expect("a run"), [0.0]);
    let text = super::run(&model, &[4.0]).expect_err("NaN").to_string();
    assert!(text.contains("ArgMax `the_argmax`"), "{text}");
}

#[test]
fn an_output_that_is_not_finite_is_an_error() {
    let graph = || {
        Graph::new(13, &[1])
            .node(node("Exp", &["x"], "y"))
            .output("y", FLOAT, &[1])
    };
    assert_eq!(graph().run(&[0.0]).expect("a run"), [1.0]);
    let text = graph().run(&[1000.0]).expect_err("infinity").to_string();
    assert!(
        text.contains("`y`") && text.contains("not finite"),
        "{text}"
    );
}

/// These operators keep NaN according to `watch.rs`; this verifies it on this processor.
#[test]
fn operators_listed_as_keeping_nan_keep_it() {
    for operator in [
        "Abs",
        "Neg",
        "Floor",
        "Ceil",
        "Round",
        "Exp",
        "Sigmoid",
        "Tanh",
        "Erf",
        "Atan",
        "HardSigmoid",
        "LeakyRelu",
        "Elu",
        "HardSwish",
        "Softsign",
        "Softmax",
        "LogSoftmax",
        "Sqrt",
        "Log",
        "Reciprocal",
        "Sin",
        "Cos",
        "ReduceMean",
        "ReduceSum",
        "GlobalAveragePool",
        "Gelu",
    ] {
        for place in 0..37 {
            let reduced: &[i64] = match operator {
                "ReduceMean" | "ReduceSum" | "GlobalAveragePool" => &[1, 1, 1],
                _ => &[1, 1, 37],
            };
            let graph = || {
                let graph = Graph::new(20, &[1, 1, 37]).node(node(operator, &["x"], "y"));
                graph.output("y", FLOAT, reduced)
            };
            let mut x = [0.5_f32; 37];
            assert!(graph().run(&x).is_ok(), "{operator}");
            x[place] = f32::NAN;
            assert!(graph().run(&x).is_err(), "{operator}, number {place}");
        }
    }
}
