//! Nodes where rten deviates from ONNX give ONNX's results. The expected numbers were computed by
//! hand.

use super::{BOOL, FLOAT, Graph, INT64, UINT8, integers, node};
use crate::model::onnx::proto::{GraphProto, TensorProto};

#[test]
fn arg_max_selects_the_first_of_equal_numbers() {
    let chosen = |operator: &str, last: i64, x: &[f32]| {
        let node = node(operator, &["x"], "y")
            .int("axis", 1)
            .int("keepdims", 0);
        let node = if last == 0 {
            node
        } else {
            node.int("select_last_index", last)
        };
        let graph = Graph::new(13, &[2, 3]).node(node);
        graph.output("y", INT64, &[2]).run(x).expect("a run")
    };
    let ties = [1.0, 1.0, 0.0, 0.0, 2.0, 2.0];
    assert_eq!(chosen("ArgMax", 0, &ties), [0.0, 1.0]);
    assert_eq!(chosen("ArgMax", 1, &ties), [1.0, 2.0]);
    assert_eq!(
        chosen("ArgMin", 0, &[1.0, 0.0, 0.0, 5.0, 5.0, 5.0]),
        [1.0, 0.0]
    );
    assert_eq!(
        chosen("ArgMin", 1, &[1.0, 0.0, 0.0, 5.0, 5.0, 5.0]),
        [2.0, 2.0]
    );
}

#[test]
fn every_number_but_zero_is_true() {
    let graph = Graph::new(13, &[4]).node(node("Cast", &["x"], "y").int("to", i64::from(BOOL)));
    let graph = graph.output("y", BOOL, &[4]);
    assert_eq!(
        graph.run(&[0.5, 0.0, -0.25, 3.0]).expect("a run"),
        [1.0, 0.0, 1.0, 1.0]
    );
}

/// A convolution with stride 2 and the weights 1, 1/2, 1/4 and 1/8.
fn convolution(auto_pad: &'static str) -> Vec<f64> {
    let graph = Graph::new(13, &[1, 1, 4]).weight("w", &[1, 1, 3], &[1.0; 3]);
    let conv = node("Conv", &["x", "w"], "y").ints("strides", &[2]);
    let graph = graph.node(conv.word("auto_pad", auto_pad));
    graph
        .output("y", FLOAT, &[1, 1, 2])
        .run(&[1.0, 2.0, 4.0, 8.0])
        .expect("a run")
}

#[test]
fn automatic_padding_is_on_the_correct_side() {
    assert_eq!(convolution("SAME_UPPER"), [7.0, 12.0]);
    assert_eq!(convolution("SAME_LOWER"), [3.0, 14.0]);
    let pool = node("MaxPool", &["x"], "y")
        .ints("kernel_shape", &[2])
        .word("auto_pad", "SAME_LOWER");
    let graph = Graph::new(13, &[1, 1, 3])
        .node(pool)
        .output("y", FLOAT, &[1, 1, 3]);
    assert_eq!(graph.run(&[3.0, 1.0, 2.0]).expect("a run"), [3.0, 3.0, 2.0]);
}

#[test]
fn automatic_padding_that_would_be_negative_is_refused() {
    let graph = |strides, size| {
        let graph = Graph::new(13, &[1, 1, size]).weight("w", &[1, 1, 1], &[1.0]);
        let conv = node("Conv", &["x", "w"], "y").ints("strides", &[strides]);
        let graph = graph.node(conv.word("auto_pad", "SAME_UPPER"));
        graph.output("y", FLOAT, &[1, 1, 2])
    };
    assert_eq!(
        graph(2, 4).run(&[1.0, 2.0, 3.0, 4.0]).expect("a run"),
        [1.0, 3.0]
    );
    let text = graph(4, 8).refusal();
    assert!(
        text.contains("auto_pad=SAME_UPPER") && text.contains("explicit pads"),
        "{text}"
    );
}

#[test]
fn missing_attributes_get_their_defaults() {
    let graph = Graph::new(13, &[1, 1, 3]).weight("w", &[1, 1, 2], &[1.0; 2]);
    let graph = graph
        .node(node("Conv", &["x", "w"], "y"))
        .output("y", FLOAT, &[1, 1, 2]);
    assert_eq!(graph.run(&[1.0, 2.0, 4.0]).expect("a run"), [3.0, 6.0]);
    let pool = node("MaxPool", &["x"], "y").ints("kernel_shape", &[2]);
    let graph = Graph::new(13, &[1, 1, 3])
        .node(pool)
        .output("y", FLOAT, &[1, 1, 2]);
    assert_eq!(graph.run(&[1.0, 3.0, 2.0]).expect("a run"), [3.0, 3.0]);
    let graph = Graph::new(13, &[2, 2]).weight("scale", &[], &[0.5]);
    let graph = graph.node(node("QuantizeLinear", &["x", "scale"], "y"));
    let graph = graph.output("y", UINT8, &[2, 2]);
    assert_eq!(
        graph.run(&[0.0, 1.0, 2.0, -1.0]).expect("a run"),
        [0.0, 2.0, 4.0, 0.0]
    );
}

#[test]
fn dropout_passes_its_input_through_except_in_training() {
    let training = |mode: i32| TensorProto {
        data_type: Some(BOOL),
        int32_data: vec![mode],
        name: Some("mode".to_owned()),
        ..TensorProto::default()
    };
    let graph = |mode| {
        let graph = Graph::new(13, &[2])
            .tensor(training(mode))
            .weight("ratio", &[], &[0.5]);
        let graph = graph.node(node("Dropout", &["x", "ratio", "mode"], "y"));
        graph.output("y", FLOAT, &[2])
    };
    assert_eq!(graph(0).run(&[1.0, 2.0]).expect("a run"), [1.0, 2.0]);
    let text = graph(1).refusal();
    assert!(text.contains("the_dropout"), "{text}");
}

#[test]
fn an_unread_second_output_is_removed() {
    for operator in ["Dropout", "MaxPool"] {
        let graph = |read: bool| {
            let mut node = node(operator, &["x"], "y");
            if operator == "MaxPool" {
                node = node.ints("kernel_shape", &[1, 1]);
            }
            node.output.push("second".to_owned());
            let graph = Graph::new(10, &[1, 1, 1, 2]).node(node);
            let graph = graph.output("y", FLOAT, &[1, 1, 1, 2]);
            match (read, operator) {
                (false, _) => graph,
                (true, "Dropout") => graph.output("second", BOOL, &[1, 1, 1, 2]),
                (true, _) => graph.output("second", INT64, &[1, 1, 1, 2]),
            }
        };
        assert_eq!(graph(false).run(&[1.0, 2.0]).expect("a run"), [1.0, 2.0]);
        let text = graph(true).refusal();
        assert!(text.contains("`second`"), "{text}");
    }
}

#[test]
fn softmax_before_opset_13_covers_all_following_axes() {
    let graph = |opset| {
        let graph = Graph::new(opset, &[1, 2, 2]).node(node("Softmax", &["x"], "y").int("axis", 1));
        graph
            .output("y", FLOAT, &[1, 2, 2])
            .run(&[0.0; 4])
            .expect("a run")
    };
    assert_eq!(graph(11), [0.25; 4]);
    assert_eq!(graph(13), [0.5; 4]);
}

#[test]
fn pads_and_sizes_for_some_axes_are_expanded() {
    let graph = Graph::new(18, &[1, 2])
        .tensor(integers("pads", &[1, 0]))
        .tensor(integers("axes", &[-1]));
    let graph = graph.node(node("Pad", &["x", "pads", "", "axes"], "y"));
    let graph = graph.output("y", FLOAT, &[1, 3]);
    assert_eq!(graph.run(&[5.0, 6.0]).expect("a run"), [0.0, 5.0, 6.0]);
    let graph = Graph::new(18, &[1, 1, 1, 2]).tensor(integers("sizes", &[4]));
    let resize = node("Resize", &["x", "", "", "sizes"], "y").ints("axes", &[3]);
    let resize = resize
        .word("coordinate_transformation_mode", "asymmetric")
        .word("nearest_mode", "floor");
    let graph = graph.node(resize).output("y", FLOAT, &[1, 1, 1, 4]);
    assert_eq!(graph.run(&[5.0, 6.0]).expect("a run"), [5.0, 5.0, 6.0, 6.0]);
}

#[test]
fn sizes_that_follow_from_shapes_are_constants() {
    // Reshape to (1, width * 2) as exporters write it.
    let graph = Graph::new(13, &[2, 3])
        .tensor(integers("first", &[1]))
        .tensor(integers("two", &[2]))
        .tensor(integers("one", &[1]))
        .node(node("Shape", &["x"], "shape"))
        .node(node("Gather", &["shape", "first"], "width").int("axis", 0))
        .node(node("Mul", &["width", "two"], "all"))
        .node(node("Concat", &["one", "all"], "to").int("axis", 0))
        .node(node("Reshape", &["x", "to"], "y"));
    let model = graph.output("y", FLOAT, &[-1, -2]).load().expect("a model");
    assert_eq!(model.model().outputs()[0].dims, [1, 6]);
}

#[test]
fn pads_computed_with_floats_are_constants() {
    // timm's padding for stride 2: (ceil(3 / 2) - 1) * 2 + 3 - 3 columns, the smaller half first.
    let cast =
        |from: &str, to: &str, element| node("Cast", &[from], to).int("to", i64::from(element));
    let graph = Graph::new(13, &[1, 1, 1, 3])
        .tensor(integers("last", &[-1]))
        .weight("half", &[], &[0.5])
        .weight("one", &[1], &[1.0])
        .weight("two", &[], &[2.0])
        .weight("zero", &[], &[0.0])
        .weight("zeros", &[3], &[0.0; 3])
        .node(node("Shape", &["x"], "shape"))
        .node(node("Gather", &["shape", "last"], "size").int("axis", 0))
        .node(cast("size", "real", FLOAT))
        .node(node("Mul", &["real", "half"], "halves"))
        .node(node("Ceil", &["halves"], "windows"))
        .node(node("Sub", &["windows", "one"], "steps"))
        .node(node("Mul", &["steps", "two"], "pads"))
        .node(node("Clip", &["pads", "zero"], "positive"))
        .node(node("Div", &["positive", "two"], "before"))
        .node(node("Floor", &["before"], "begin"))
        .node(node("Sub", &["positive", "begin"], "end"))
        .node(node("Concat", &["zeros", "begin", "zeros", "end"], "all").int("axis", 0))
        .node(cast("all", "to", INT64))
        .node(node("Pad", &["x", "to"], "y"));
    let padded = graph
        .output("y", FLOAT, &[1, 1, 1, 5])
        .run(&[1.0, 2.0, 3.0]);
    assert_eq!(padded.expect("a run"), [0.0, 1.0, 2.0, 3.0, 0.0]);
}

#[test]
fn known_floats_are_clipped_and_cut_off() {
    let cast = |from: &str, to: &str| node("Cast", &[from], to).int("to", i64::from(INT64));
    let graph = Graph::new(13, &[1, 3])
        .weight("below", &[2], &[-4.5, -1.0])
        .weight("above", &[2], &[0.5, 1.5])
        .weight("zero", &[], &[0.0])
        .node(node("Clip", &["below", "zero"], "clipped"))
        .node(node("Concat", &["clipped", "above"], "all").int("axis", 0))
        .node(cast("all", "to"))
        .node(node("Pad", &["x", "to"], "y"));
    let padded = graph.output("y", FLOAT, &[1, 4]).run(&[1.0, 2.0, 3.0]);
    assert_eq!(padded.expect("a run"), [1.0, 2.0, 3.0, 0.0]);
}

#[test]
fn declared_dims_are_used_if_none_can_be_inferred() {
    let branch = |operator: &str| GraphProto {
        node: vec![node(operator, &["x"], operator)],
        output: vec![super::value(operator, FLOAT, &[])],
        ..GraphProto::default()
    };
    let held = |name: &str, operator: &str| crate::model::onnx::proto::AttributeProto {
        g: Some(branch(operator)),
        kind: Some(5),
        ..super::attribute(name)
    };
    let condition = TensorProto {
        data_type: Some(BOOL),
        int32_data: vec![1],
        name: Some("c".to_owned()),
        ..TensorProto::default()
    };
    let choice = node("If", &["c"], "y")
        .with(held("then_branch", "Neg"))
        .with(held("else_branch", "Abs"));
    let graph = Graph::new(13, &[1, 2])
        .tensor(condition)
        .node(choice)
        .output("y", FLOAT, &[1, 2]);
    assert_eq!(graph.run(&[1.0, -2.0]).expect("a run"), [-1.0, 2.0]);
}

#[test]
fn a_free_batch_is_one_picture() {
    let graph = Graph::new(13, &[-1, 3]).node(node("Relu", &["x"], "y"));
    let model = graph.output("y", FLOAT, &[-1, 3]).load().expect("a model");
    let inputs: Vec<_> = model
        .model()
        .inputs()
        .map(|input| input.dims.clone())
        .collect();
    assert_eq!(
        (inputs, &model.model().outputs()[0].dims),
        (vec![vec![1, 3]], &vec![1, 3])
    );
}
