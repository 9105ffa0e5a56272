//! Small ONNX models: one float input and constant outputs of any form. Also a network of one
//! convolution, whose output follows the brightness.
//!
//! Messages and field numbers are those of `onnx.proto`.

/// ONNX's numbers of element types.
pub const FLOAT: u64 = 1;
pub const UINT8: u64 = 2;
pub const INT32: u64 = 6;

/// A constant output: name, element type, dimensions, and bytes that are repeated to fill it.
pub struct Constant<'a> {
    pub name: &'a str,
    pub kind: u64,
    pub dims: &'a [u64],
    pub bytes: &'a [u8],
}

/// The file of a model with constant outputs.
pub fn model(input_dims: &[u64], outputs: &[Constant<'_>]) -> Vec<u8> {
    let mut graph = text(2, "contract");
    graph.extend(message(11, &value("x", FLOAT, input_dims)));
    for output in outputs {
        let held = format!("{}.held", output.name);
        let node = [text(1, &held), text(2, output.name), text(4, "Identity")];
        graph.extend(message(1, &node.concat()));
        let elements: u64 = output.dims.iter().product();
        let size = if output.kind == UINT8 { 1 } else { 4 };
        let bytes = usize::try_from(elements * size).unwrap();
        let data: Vec<u8> = output.bytes.iter().copied().cycle().take(bytes).collect();
        let mut tensor: Vec<u8> = output.dims.iter().flat_map(|dim| number(1, *dim)).collect();
        tensor.extend([number(2, output.kind), text(8, &held), message(9, &data)].concat());
        graph.extend(message(5, &tensor));
        graph.extend(message(12, &value(output.name, output.kind, output.dims)));
    }
    let opset = [text(1, ""), number(2, 13)].concat();
    [number(1, 8), message(7, &graph), message(8, &opset)].concat()
}

/// A network of one convolution.
#[derive(Debug, Clone, Copy)]
pub struct Network {
    /// Height and width of input and output.
    pub size: [u64; 2],
    /// Dark pixels have a high score, instead of bright ones.
    pub finds_dark: bool,
    /// Input and output have their channels last, as Keras exports them.
    pub nhwc: bool,
    /// The last layer is a sigmoid.
    pub sigmoid: bool,
    /// The name of the weight file, if the weights are not in the model.
    pub weights: Option<&'static str>,
}

/// The weights: a third of 20 for each channel, and -12. White gives 8, a grey of 100 of 255 gives
/// -4.16.
pub fn weights() -> Vec<u8> {
    bytes([20.0 / 3.0, 20.0 / 3.0, 20.0 / 3.0, -12.0])
}

/// Weights that find dark pixels: black gives 4, a grey of 100 of 255 gives -3.84.
fn dark_weights() -> Vec<u8> {
    bytes([-20.0 / 3.0, -20.0 / 3.0, -20.0 / 3.0, 4.0])
}

fn bytes(weights: [f32; 4]) -> Vec<u8> {
    weights.into_iter().flat_map(f32::to_le_bytes).collect()
}

/// The file of a network with the output `p`, which has one channel.
pub fn network(network: Network) -> Vec<u8> {
    let Network {
        size: [height, width],
        finds_dark,
        nhwc,
        sigmoid,
        weights: beside,
    } = network;
    let mut graph = text(2, "one");
    let dims = |channels| match nhwc {
        true => [1, height, width, channels],
        false => [1, channels, height, width],
    };
    graph.extend(message(11, &value("x", FLOAT, &dims(3))));
    graph.extend(message(12, &value("p", FLOAT, &dims(1))));
    let bytes = match finds_dark {
        true => dark_weights(),
        false => weights(),
    };
    for (name, dims, range) in [("w", &[1, 3, 1, 1][..], 0..12), ("b", &[1][..], 12..16)] {
        let mut tensor: Vec<u8> = dims.iter().flat_map(|dim| number(1, *dim)).collect();
        tensor.extend([number(2, FLOAT), text(8, name)].concat());
        match beside {
            None => tensor.extend(message(9, &bytes[range])),
            Some(file) => {
                let offset = range.start.to_string();
                let length = range.len().to_string();
                for (key, value) in [("location", file), ("offset", &offset), ("length", &length)] {
                    tensor.extend(message(13, &[text(1, key), text(2, value)].concat()));
                }
                tensor.extend(number(14, 1));
            }
        }
        graph.extend(message(5, &tensor));
    }
    let mut last = "x".to_owned();
    let mut node = |kind: &str, more: &[&str], attribute: Option<(&str, [u64; 4], usize)>| {
        let next = format!("{last}.{kind}");
        let mut node = [text(1, &last), text(2, &next), text(4, kind)].concat();
        let more: Vec<u8> = more.iter().flat_map(|input| text(1, input)).collect();
        node.extend(more);
        if let Some((name, values, count)) = attribute {
            let values: Vec<u8> = values[..count]
                .iter()
                .flat_map(|value| number(8, *value))
                .collect();
            node.extend(message(5, &[text(1, name), values, number(20, 7)].concat()));
        }
        graph.extend(message(1, &node));
        last = next;
    };
    if nhwc {
        node("Transpose", &[], Some(("perm", [0, 3, 1, 2], 4)));
    }
    node("Conv", &["w", "b"], Some(("kernel_shape", [1, 1, 0, 0], 2)));
    if sigmoid {
        node("Sigmoid", &[], None);
    }
    if nhwc {
        node("Transpose", &[], Some(("perm", [0, 2, 3, 1], 4)));
    }
    let end = [text(1, &last), text(2, "p"), text(4, "Identity")].concat();
    graph.extend(message(1, &end));
    let opset = [text(1, ""), number(2, 13)].concat();
    [number(1, 8), message(7, &graph), message(8, &opset)].concat()
}

/// ValueInfoProto. Dimension 0 gets a symbol instead of a number.
fn value(name: &str, kind: u64, dims: &[u64]) -> Vec<u8> {
    let dim = |dim: &u64| match dim {
        0 => message(1, &text(2, "batch")),
        dim => message(1, &number(1, *dim)),
    };
    let shape: Vec<u8> = dims.iter().flat_map(dim).collect();
    let tensor = [number(1, kind), message(2, &shape)].concat();
    [text(1, name), message(2, &message(1, &tensor))].concat()
}

fn varint(mut value: u64) -> Vec<u8> {
    let mut bytes = Vec::new();
    while value > 127 {
        bytes.push(value.to_le_bytes()[0] | 128);
        value >>= 7;
    }
    bytes.push(value.to_le_bytes()[0]);
    bytes
}

fn number(field: u64, value: u64) -> Vec<u8> {
    [varint(field << 3), varint(value)].concat()
}

fn message(field: u64, bytes: &[u8]) -> Vec<u8> {
    [
        varint(field << 3 | 2),
        varint(bytes.len() as u64),
        bytes.to_vec(),
    ]
    .concat()
}

fn text(field: u64, text: &str) -> Vec<u8> {
    message(field, text.as_bytes())
}
