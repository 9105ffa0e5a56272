//! Both engines on the same graphs. Every test that runs a graph runs it on rten, and on the
//! executor if it is of the family; the two must agree.

use std::path::Path;
use std::ptr::NonNull;

use prost::Message;

use super::{FLOAT, Graph, node};
use crate::aipp::{Config, Precision};
use crate::model::{Choice, Draft, EngineType, Model, ModelError, Pieces, Pools};

/// A model and the memory that it works in.
pub(super) struct Placed {
    model: Model,
    // After the model, because it is dropped after it.
    _memory: [Vec<u8>; 2],
}

impl Placed {
    pub(super) fn read(
        data: &[u8],
        directory: Option<&Path>,
        aipp: Option<&(Config, Precision)>,
        choice: Choice,
    ) -> Result<Self, ModelError> {
        let mut bytes = data;
        let file = Pieces::new(&mut bytes, data.len()).expect("bytes in memory");
        let draft = Draft::read(file, directory, aipp, choice, &Pools::new(2))?;
        let (work, weights) = draft.memory().unwrap_or((0, 0));
        let mut memory = [vec![0xA5; work], vec![0xA5; weights]];
        let [work, weights] = memory
            .each_mut()
            .map(|memory| NonNull::new(memory.as_mut_ptr()).expect("an address"));
        Ok(Self {
            // SAFETY: the memory has the sizes that the draft needs, only the model uses it, and
            // it is dropped after the model.
            model: unsafe { draft.place(work, weights) },
            _memory: memory,
        })
    }

    pub(super) fn model(&self) -> &Model {
        &self.model
    }

    /// The bytes of all outputs.
    pub(super) fn run(&self, inputs: &[&[u8]]) -> Result<Vec<Vec<u8>>, ModelError> {
        let outputs = self.model.outputs().iter();
        let mut outputs: Vec<_> = outputs.map(|output| vec![0xA5; output.bytes]).collect();
        let buffers = outputs.iter_mut().map(Vec::as_mut_slice);
        self.model.run(&|index| inputs[index], buffers)?;
        Ok(outputs)
    }

    /// The numbers of all outputs.
    fn numbers(&self, inputs: &[&[u8]]) -> Result<Vec<Vec<f64>>, ModelError> {
        let numbers = self.run(inputs)?.into_iter().zip(self.model.outputs());
        let numbers = numbers.map(|(bytes, tensor)| {
            let words = || bytes.as_chunks().0.iter();
            match tensor.element {
                EngineType::F32 => words()
                    .map(|word| f32::from_ne_bytes(*word).into())
                    .collect(),
                EngineType::I32 => words()
                    .map(|word| i32::from_ne_bytes(*word).into())
                    .collect(),
                EngineType::U8 => bytes.iter().map(|byte| f64::from(*byte)).collect(),
                EngineType::I8 => bytes.iter().map(|byte| byte.cast_signed().into()).collect(),
            }
        });
        Ok(numbers.collect())
    }
}

/// A model on rten and, if it is of the family, on the executor.
pub(super) struct Both {
    rten: Placed,
    executor: Option<Placed>,
}

impl Both {
    pub(super) fn read(
        data: Vec<u8>,
        directory: Option<&Path>,
        aipp: Option<&(Config, Precision)>,
    ) -> Result<Self, ModelError> {
        let by_model = Placed::read(&data, directory, aipp, Choice::ByModel);
        let rten = Placed::read(&data, directory, aipp, Choice::Rten)?;
        let by_model = by_model.expect("rten takes the model");
        Ok(Self {
            rten,
            executor: Some(by_model).filter(Self::is_executor),
        })
    }

    fn is_executor(placed: &Placed) -> bool {
        placed.model.engine() == "unet-executor"
    }

    /// Whether the executor computes the model.
    pub(super) fn has_executor(&self) -> bool {
        self.executor.is_some()
    }

    pub(super) fn model(&self) -> &Model {
        self.rten.model()
    }

    /// The numbers of the first output.
    pub(super) fn run(&self, inputs: &[&[u8]]) -> Result<Vec<f64>, ModelError> {
        let expected = self.rten.numbers(inputs);
        if let Some(executor) = &self.executor {
            match (&expected, executor.numbers(inputs)) {
                (Ok(expected), Ok(found)) => are_close(expected, &found),
                (Err(_), Err(_)) => {}
                (rten, executor) => panic!("rten: {rten:?}, executor: {executor:?}"),
            }
        }
        Ok(expected?.swap_remove(0))
    }
}

#[track_caller]
fn are_close(expected: &[Vec<f64>], found: &[Vec<f64>]) {
    assert_eq!(expected.len(), found.len());
    for (expected, found) in expected.iter().zip(found) {
        assert_eq!(expected.len(), found.len());
        for (expected, found) in expected.iter().zip(found) {
            let limit = 1e-5 * expected.abs().max(1.0);
            assert!((expected - found).abs() <= limit, "{expected} and {found}");
        }
    }
}

/// Bytes without a pattern that the networks know.
fn noise(len: usize) -> Vec<u8> {
    let byte = |at: usize| (at.wrapping_mul(0x9E37_79B9) >> 7).to_le_bytes()[0];
    (0..len).map(byte).collect()
}

fn aipp(keys: &str, precision: Precision) -> (Config, Precision) {
    let text = format!("aipp_op {{ aipp_mode: static {keys} }}");
    (Config::parse(&text).expect("grammar"), precision)
}

#[test]
fn the_shipped_models_run_on_the_executor_and_agree_with_rten() {
    let directory = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../model");
    for (name, aipp) in [
        ("magnetic_tile.onnx", "magnetic_tile.aipp.cfg"),
        ("unet_simple_parts.onnx", "aipp.cfg"),
    ] {
        let data = std::fs::read(directory.join(name)).expect(name);
        let aipp = std::fs::read_to_string(directory.join(aipp)).expect(aipp);
        let aipp = (Config::parse(&aipp).expect("grammar"), Precision::Single);
        let model = Both::read(data, None, Some(&aipp)).expect(name);
        let bytes = model.model().inputs().next().expect("an input").bytes;
        let executor = model.executor.as_ref().expect("of the family");
        let picture = noise(bytes);
        let inputs: [&[u8]; 1] = [&picture];
        let expected = model.rten.numbers(&inputs).expect("a run");
        let found = executor.numbers(&inputs).expect("a run");
        for ((expected, found), tensor) in expected.iter().zip(&found).zip(model.model().outputs())
        {
            let pairs = || expected.iter().zip(found);
            if tensor.element == EngineType::I32 {
                let different = pairs()
                    .filter(|(expected, found)| expected != found)
                    .count();
                assert!(different * 100_000 <= expected.len(), "{name}: {different}");
            } else {
                let error = pairs().map(|(expected, found)| (expected - found).abs());
                let error = error.fold(0.0, f64::max);
                assert!(error <= 1e-4, "{name}: {error}");
            }
        }
        // One picture after the other: nothing of the last run is left.
        let other = vec![200; bytes];
        let first = executor.run(&inputs).expect("a run");
        assert_ne!(executor.run(&[&other]).expect("a run"), first);
        assert_eq!(executor.run(&inputs).expect("a run"), first);
    }
}

/// A convolution of three channels, and which of the axes the input has.
fn convolution(is_nhwc: bool, height: i64, width: i64) -> Graph {
    let weights: Vec<f32> = (0..2 * 3 * 3 * 3)
        .map(|at| (at % 7) as f32 / 8.0 - 0.3)
        .collect();
    let convolution = |from| {
        let node = node("Conv", &[from, "w"], "y").ints("kernel_shape", &[3, 3]);
        node.ints("pads", &[1, 1, 1, 1])
    };
    let graph = if is_nhwc {
        let turned = node("Transpose", &["x"], "t").ints("perm", &[0, 3, 1, 2]);
        let graph = Graph::new(13, &[1, height, width, 3]);
        graph.node(turned).node(convolution("t"))
    } else {
        Graph::new(13, &[1, 3, height, width]).node(convolution("x"))
    };
    let graph = graph.weight("w", &[2, 3, 3, 3], &weights);
    graph.output("y", FLOAT, &[1, 2, height, width])
}

#[test]
fn pictures_with_aipp_are_the_same_in_both_engines() {
    let rest = "mean_chn_0: 3 min_chn_1: 0.5 var_reci_chn_0: 0.01 var_reci_chn_1: 0.02 var_reci_chn_2: 0.03 \
                src_image_size_w: 14 src_image_size_h: 12 crop: true load_start_pos_w: 4 load_start_pos_h: 2 \
                crop_size_w: 8 crop_size_h: 8";
    let border = "padding: true left_padding_size: 1 right_padding_size: 2 top_padding_size: 3 padding_value: 0.5";
    for format in [
        "input_format: RGB888_U8",
        "input_format: RGB888_U8 rbuv_swap_switch: true",
        "input_format: YUV420SP_U8 csc_switch: true matrix_r0c0: 298 matrix_r1c1: 40 matrix_r2c2: 256",
    ] {
        for (keys, height, width) in [
            (rest.to_owned(), 8, 8),
            (format!("{rest} {border}"), 11, 11),
        ] {
            for (is_nhwc, precision) in [(false, Precision::Single), (true, Precision::Half)] {
                let aipp = aipp(&format!("{format} {keys}"), precision);
                let data = convolution(is_nhwc, height, width).proto().encode_to_vec();
                let model = Both::read(data, None, Some(&aipp)).expect("a model");
                assert!(model.has_executor(), "{format}, {is_nhwc}");
                let picture = noise(model.model().inputs().next().expect("an input").bytes);
                model.run(&[&picture]).expect("a run");
            }
        }
    }
}

/// The dims fit both layouts, so AIPP gives NCHW, although the graph takes the last axis for the
/// channels.
#[test]
fn aipp_decides_the_layout_of_an_ambiguous_input() {
    let aipp = aipp("input_format: RGB888_U8", Precision::Single);
    let data = convolution(true, 3, 8).proto().encode_to_vec();
    let model = Both::read(data, None, Some(&aipp)).expect("a model");
    assert!(!model.has_executor());
    let picture = noise(model.model().inputs().next().expect("an input").bytes);
    model.run(&[&picture]).expect("a run");
}

#[test]
fn inputs_without_aipp_are_floats_or_bytes_in_either_layout() {
    let numbers: Vec<u8> = (0..3 * 5 * 7)
        .flat_map(|at: u8| (f32::from(at % 11) / 4.0).to_ne_bytes())
        .collect();
    for is_nhwc in [false, true] {
        let model = convolution(is_nhwc, 5, 7).load().expect("a model");
        assert!(model.has_executor());
        for missing in [0, 1, 4, 63] {
            model
                .run(&[&numbers[..numbers.len() - missing]])
                .expect("a run");
        }
    }
    for (dims, perm) in [([1, 3, 5, 7], [0, 1, 2, 3]), ([1, 5, 7, 3], [0, 3, 1, 2])] {
        let mut graph = Graph::new(13, &dims);
        graph.proto.input = vec![super::value("x", super::UINT8, &dims)];
        let graph = graph
            .weight("w", &[1, 3, 1, 1], &[0.5, -0.25, 0.125])
            .node(node("Cast", &["x"], "c").int("to", i64::from(FLOAT)))
            .node(node("Transpose", &["c"], "t").ints("perm", &perm))
            .node(node("Conv", &["t", "w"], "y").ints("kernel_shape", &[1, 1]))
            .output("y", FLOAT, &[1, 1, 5, 7]);
        let model = graph.load().expect("a model");
        assert!(model.has_executor());
        let bytes = noise(3 * 5 * 7);
        for missing in [0, 1, 64] {
            model
                .run(&[&bytes[..bytes.len() - missing]])
                .expect("a run");
        }
    }
}

#[test]
fn several_inputs_and_outputs_keep_their_order() {
    let dims = [1, 2, 3, 4];
    let mut graph = Graph::new(13, &dims);
    graph.proto.input.push(super::value("z", FLOAT, &dims));
    let graph = graph
        .node(node("Sub", &["x", "z"], "d"))
        .node(node("Sub", &["z", "x"], "e"))
        .output("e", FLOAT, &dims)
        .output("d", FLOAT, &dims);
    let model = graph.load().expect("a model");
    assert!(model.has_executor());
    let numbers = |start: u8| -> Vec<u8> {
        let numbers = (0_u8..24).map(|at| f32::from(start) + f32::from(at));
        numbers.flat_map(f32::to_ne_bytes).collect()
    };
    assert_eq!(
        model.run(&[&numbers(1), &numbers(5)]).expect("a run"),
        [4.0; 24]
    );
}

#[test]
fn nan_names_the_argmax_that_it_reached() {
    let graph = Graph::new(13, &[1, 2, 1, 3])
        .node(node("Relu", &["x"], "r"))
        .node(node("ArgMax", &["r"], "y").int("axis", 1))
        .output("y", super::INT64, &[1, 1, 1, 3]);
    let model = graph.load().expect("a model");
    let executor = model.executor.as_ref().expect("of the family");
    let mut numbers = [0.5_f32; 6];
    let bytes =
        |numbers: &[f32]| -> Vec<u8> { numbers.iter().flat_map(|x| x.to_ne_bytes()).collect() };
    assert!(executor.run(&[&bytes(&numbers)]).is_ok());
    numbers[4] = f32::NAN;
    let error = executor
        .run(&[&bytes(&numbers)])
        .expect_err("NaN")
        .to_string();
    assert!(
        error.starts_with("NaN went into ArgMax `the_argmax`"),
        "{error}"
    );
}
