//! Small ONNX files: one float input, and outputs that are constants, so that each can have any form.
//!
//! The messages and field numbers are those of `onnx.proto`.

/// ONNX's numbers of element types.
pub const FLOAT: u64 = 1;
pub const UINT8: u64 = 2;
pub const INT32: u64 = 6;

/// One output: name, element type, dimensions, and the bytes that are repeated to fill it.
pub struct Constant<'a> {
    pub name: &'a str,
    pub kind: u64,
    pub dims: &'a [u64],
    pub bytes: &'a [u8],
}

/// The file.
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

/// ValueInfoProto; a dimension of 0 is one without a number.
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
