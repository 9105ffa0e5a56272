//! Whether a row of the table covers a node.

use super::element::ElementType;
use super::error::OnnxError;
use super::fact::Fact;
use super::proto::AttributeProto;
use super::shapes::Call;
use super::table::{self, Row, Types, Values};

/// Why a row does not cover a node, with how far the comparison came.
struct Mismatch {
    depth: u8,
    what: String,
    way_out: String,
}

impl Mismatch {
    fn new(depth: u8, what: String, way_out: impl Into<String>) -> Self {
        Self {
            depth,
            what,
            way_out: way_out.into(),
        }
    }
}

/// Whether the table has the operator at all.
pub(super) fn is_known(operator: &str) -> bool {
    table::rows().iter().any(|row| row.operator == operator)
}

/// The element types of the node's outputs, or what the table does not cover. `branch` is what the node's subgraphs give.
pub(super) fn check(call: &Call<'_>, branch: &[Fact]) -> Result<Vec<ElementType>, OnnxError> {
    let mut nearest: Option<Mismatch> = None;
    let rows = table::rows().iter();
    for row in rows.filter(|row| row.operator == call.node.operator()) {
        match compare(row, call, branch) {
            Ok(types) => return Ok(types),
            Err(mismatch) => {
                if nearest
                    .as_ref()
                    .is_none_or(|other| mismatch.depth > other.depth)
                {
                    nearest = Some(mismatch);
                }
            }
        }
    }
    let node = call.node.place();
    Err(match nearest {
        None => OnnxError::Operator {
            node,
            domain: String::new(),
        },
        Some(Mismatch { what, way_out, .. }) => OnnxError::Use {
            node,
            what,
            way_out,
        },
    })
}

fn compare(row: &Row, call: &Call<'_>, branch: &[Fact]) -> Result<Vec<ElementType>, Mismatch> {
    let (first, last) = row.opsets;
    if !(first..=last).contains(&call.opset) {
        return Err(Mismatch::new(
            0,
            format!(
                "of operator set {}, shown are {first} to {last}",
                call.opset
            ),
            format!("export with opset_version {first} to {last}"),
        ));
    }
    let mut types: Vec<(&str, ElementType)> = Vec::new();
    let mut rows = row.inputs.iter().peekable();
    let mut index = 0;
    while let Some(input) = rows.peek() {
        let Some(fact) = call.input(index) else {
            if !input.may_be_absent {
                return Err(Mismatch::new(
                    1,
                    format!("input `{}` is missing", input.name),
                    "export the model anew",
                ));
            }
            index += 1;
            rows.next();
            continue;
        };
        let is_shown = match &input.types {
            Types::OneOf(shown) => shown.contains(&fact.element),
            Types::Same(other) => types.iter().any(|known| *known == (*other, fact.element)),
        };
        if !is_shown {
            let shown = match &input.types {
                Types::OneOf(shown) => shown
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", "),
                Types::Same(other) => format!("that of `{other}`"),
            };
            return Err(Mismatch::new(
                2,
                format!(
                    "input `{}` is {}, shown is {shown}",
                    input.name, fact.element
                ),
                "export the model in that type (FLOAT: model.float() before torch.onnx.export)",
            ));
        }
        if input.is_const && !fact.is_const {
            return Err(Mismatch::new(
                3,
                format!(
                    "input `{}` is computed while the model runs, shown is a constant",
                    input.name
                ),
                "export it as a constant (fixed sizes; torch.onnx.export with do_constant_folding=True)",
            ));
        }
        if input.is_empty && !fact.is_empty() {
            return Err(Mismatch::new(
                3,
                format!("input `{}` has elements, shown is an empty one", input.name),
                "export the model without it",
            ));
        }
        if let Some(ranks) = &input.ranks
            && !fact.rank().is_some_and(|rank| ranks.contains(&rank))
        {
            let found = match fact.rank() {
                Some(rank) => format!("has {rank} dimensions"),
                None => "has a number of dimensions that depends on the picture".to_owned(),
            };
            return Err(Mismatch::new(
                3,
                format!("input `{}` {found}, shown are {ranks:?}", input.name),
                "export the model so",
            ));
        }
        types.push((input.name, fact.element));
        index += 1;
        if !input.is_list || index >= call.inputs.len() {
            rows.next();
        }
    }
    if (index..call.inputs.len()).any(|index| call.node.input_name(index).is_some()) {
        return Err(Mismatch::new(
            4,
            format!(
                "has {} inputs, shown are {}",
                call.inputs.len(),
                row.inputs.len()
            ),
            "export the model without the further ones",
        ));
    }
    attributes(row, call)?;
    outputs(row, call, &types, branch)
}

fn attributes(row: &Row, call: &Call<'_>) -> Result<(), Mismatch> {
    for attribute in &call.node.attribute {
        let name = attribute.name.as_deref().unwrap_or_default();
        let value = text(attribute);
        let known = row.attributes.iter().find(|(known, _)| *known == name);
        let is_shown = match known {
            None => false,
            Some((_, Values::Any)) => true,
            Some((_, Values::OneOf(shown))) => {
                !value.is_empty() && value.iter().all(|value| shown.contains(&value.as_str()))
            }
        };
        if !is_shown {
            return Err(Mismatch::new(
                5,
                format!(
                    "the CPU engine has not been shown to compute {name}={} as ONNX says",
                    value.join(",")
                ),
                way_out(call, name),
            ));
        }
    }
    for (name, values) in &row.attributes {
        let is_needed = matches!(values, Values::OneOf(shown) if !shown.contains(&"-"));
        if is_needed && call.node.attribute(name).is_none() {
            return Err(Mismatch::new(
                5,
                format!(
                    "the CPU engine has not been shown to compute it without {name} as ONNX says"
                ),
                way_out(call, name),
            ));
        }
    }
    Ok(())
}

/// The values of an attribute that any row of the operator has.
fn way_out(call: &Call<'_>, name: &str) -> String {
    let rows = table::rows().iter();
    let rows = rows.filter(|row| row.operator == call.node.operator());
    let mut shown = Vec::new();
    for (_, values) in rows
        .flat_map(|row| &row.attributes)
        .filter(|(known, _)| *known == name)
    {
        if let Values::OneOf(values) = values {
            for value in values {
                let value = if *value == "-" { "left out" } else { value };
                if !shown.contains(&value) {
                    shown.push(value);
                }
            }
        }
    }
    match shown.as_slice() {
        [] => format!("export the model without {name}"),
        _ => format!("export the model with {name} one of: {}", shown.join(", ")),
    }
}

/// An attribute's value as the table writes it; the numbers of a list one by one.
fn text(attribute: &AttributeProto) -> Vec<String> {
    if let Some(text) = &attribute.s {
        return vec![String::from_utf8_lossy(text).into_owned()];
    }
    if let Some(number) = attribute.i {
        let is_type = matches!(attribute.name.as_deref(), Some("to" | "dtype"));
        return vec![match i32::try_from(number) {
            Ok(number) if is_type => ElementType::of(number).to_string(),
            _ => number.to_string(),
        }];
    }
    if let Some(number) = attribute.f {
        return vec![number.to_string()];
    }
    let integers = attribute.ints.iter().map(ToString::to_string);
    let floats = attribute.floats.iter().map(ToString::to_string);
    let strings = attribute
        .strings
        .iter()
        .map(|text| String::from_utf8_lossy(text).into_owned());
    integers.chain(floats).chain(strings).collect()
}

fn outputs(
    row: &Row,
    call: &Call<'_>,
    inputs: &[(&str, ElementType)],
    branch: &[Fact],
) -> Result<Vec<ElementType>, Mismatch> {
    let mut types = Vec::new();
    for (index, name) in call.node.output.iter().enumerate() {
        let list = row.outputs.last().filter(|output| output.is_list);
        let Some(output) = row.outputs.get(index).or(list) else {
            if name.is_empty() {
                continue;
            }
            return Err(Mismatch::new(
                6,
                format!(
                    "output {index} (`{name}`) is used, shown are {}",
                    row.outputs.len()
                ),
                "export the model without it",
            ));
        };
        let element = match &output.types {
            Types::OneOf(types) => types.first().copied(),
            Types::Same("to" | "dtype") => Some(named_type(call)),
            Types::Same("value") => Some(value_type(call)),
            Types::Same("branch") => branch.get(index).map(|fact| fact.element),
            Types::Same(other) => {
                let mut inputs = inputs.iter();
                inputs
                    .find(|(name, _)| name == other)
                    .map(|(_, element)| *element)
            }
        };
        let element = element.ok_or_else(|| {
            Mismatch::new(
                6,
                format!("output {index} has no known type"),
                "export the model anew",
            )
        })?;
        types.push(element);
    }
    Ok(types)
}

fn named_type(call: &Call<'_>) -> ElementType {
    let attribute = call
        .node
        .attribute("to")
        .or_else(|| call.node.attribute("dtype"));
    match attribute {
        None => ElementType::I64,
        Some(attribute) => ElementType::of(
            attribute
                .i
                .and_then(|number| i32::try_from(number).ok())
                .unwrap_or(0),
        ),
    }
}

fn value_type(call: &Call<'_>) -> ElementType {
    let value = call
        .node
        .attribute("value")
        .and_then(|attribute| attribute.t.as_ref());
    match value {
        Some(tensor) => tensor.element(),
        None if call.node.attribute("value_int").is_some() => ElementType::I64,
        None if call.node.attribute("value_ints").is_some() => ElementType::I64,
        None => ElementType::F32,
    }
}
