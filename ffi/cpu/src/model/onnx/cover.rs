//! Compares nodes with the rows of the table.

mod attributes;

use super::element::ElementType;
use super::error::OnnxError;
use super::fact::Fact;
use super::shapes::Call;
use super::table::{self, Numbers, Row, Types};

/// Why a row does not cover a node; `depth` is how far the comparison got.
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

/// Whether the table has the operator.
pub(super) fn is_known(operator: &str) -> bool {
    table::rows().iter().any(|row| row.operator == operator)
}

/// The element types of the node's outputs, or why no row covers it. `branch` describes the outputs
/// of the node's subgraphs.
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
        None => OnnxError::Operator { node },
        Some(Mismatch { what, way_out, .. }) => OnnxError::Use {
            node,
            what,
            way_out,
        },
    })
}

fn compare(row: &Row, call: &Call<'_>, branch: &[Fact]) -> Result<Vec<ElementType>, Mismatch> {
    let (first, last) = row.opsets;
    let types = uses(row, call, branch);
    if (first..=last).contains(&call.opset) {
        return types;
    }
    // A row that differs only in the operator set is the most helpful one to report.
    Err(Mismatch::new(
        if types.is_ok() { u8::MAX } else { 0 },
        format!(
            "of operator set {}; supported: {}",
            call.opset,
            shown_opsets(call)
        ),
        "export with an opset_version among those",
    ))
}

/// Compares everything except the operator set.
fn uses(row: &Row, call: &Call<'_>, branch: &[Fact]) -> Result<Vec<ElementType>, Mismatch> {
    let types = values(row, call, branch);
    match attributes::compare(row, call) {
        // A row that differs only in an attribute is more helpful than one with other types.
        Err(mismatch) if types.is_ok() => Err(Mismatch {
            depth: u8::MAX - 1,
            ..mismatch
        }),
        Err(mismatch) => Err(mismatch),
        Ok(()) => types,
    }
}

/// Compares inputs and outputs.
fn values(row: &Row, call: &Call<'_>, branch: &[Fact]) -> Result<Vec<ElementType>, Mismatch> {
    let mut types: Vec<(&str, ElementType)> = Vec::new();
    let mut rows = row.inputs.iter().peekable();
    let mut index = 0;
    while let Some(input) = rows.peek() {
        let Some(fact) = call.input(index) else {
            if !input.may_be_absent {
                return Err(Mismatch::new(
                    2,
                    format!("input `{}` is missing", input.name),
                    "export the model again",
                ));
            }
            index += 1;
            rows.next();
            continue;
        };
        let is_shown = match &input.types {
            Types::OneOf(shown) => shown.contains(&fact.element),
            Types::Same(other) => types.contains(&(*other, fact.element)),
        };
        if !is_shown {
            let shown = match &input.types {
                Types::OneOf(shown) => shown
                    .iter()
                    .map(ToString::to_string)
                    .collect::<Vec<_>>()
                    .join(", "),
                Types::Same(other) => format!("the type of `{other}`"),
            };
            return Err(Mismatch::new(
                2,
                format!(
                    "input `{}` is {}; supported: {shown}",
                    input.name, fact.element
                ),
                "export the model in that type (FLOAT: model.float() before torch.onnx.export)",
            ));
        }
        if input.is_const && !fact.is_const {
            return Err(Mismatch::new(
                3,
                format!(
                    "input `{}` is computed while the model runs; it must be a constant",
                    input.name
                ),
                "export it as a constant (fixed sizes; torch.onnx.export with do_constant_folding=True)",
            ));
        }
        if let Some(wanted) = other_numbers(input.numbers, fact) {
            return Err(Mismatch::new(
                3,
                format!("input `{}` is {wanted}", input.name),
                "export the model with a supported value",
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
                format!("input `{}` {found}; supported: {ranks:?}", input.name),
                "export the model with a supported number of dimensions",
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
                "has {} inputs; supported: {}",
                call.inputs.len(),
                row.inputs.len()
            ),
            "export the model with fewer inputs",
        ));
    }
    outputs(row, call, &types, branch)
}

/// The operator sets of all rows of the operator.
fn shown_opsets(call: &Call<'_>) -> String {
    let rows = table::rows().iter();
    let rows = rows.filter(|row| row.operator == call.node.operator());
    let mut shown: Vec<String> = rows
        .map(|row| format!("{} to {}", row.opsets.0, row.opsets.1))
        .collect();
    shown.dedup();
    shown.join(", ")
}

/// Why a constant does not have the numbers that the row requires; `None` if it has them.
fn other_numbers(wanted: Numbers, fact: &Fact) -> Option<&'static str> {
    let is_empty = fact.dims.as_ref().map(|dims| dims.contains(&0));
    let numbers = fact.integers.as_deref();
    match wanted {
        Numbers::Any => None,
        Numbers::Filled => (is_empty != Some(false)).then_some("empty, but must have elements"),
        Numbers::Empty => (is_empty != Some(true)).then_some("not empty, but must be empty"),
        Numbers::Zero => {
            let is_zero = numbers.is_some_and(|numbers| numbers.iter().all(|number| *number == 0));
            (!is_zero).then_some("not 0 or false, but must be")
        }
        Numbers::Spatial => {
            let is_spatial = numbers.is_some_and(|numbers| {
                let rank = numbers.len() / 2;
                let mut outer = numbers.chunks(rank.max(1)).flat_map(|side| {
                    side.split_last_chunk::<2>()
                        .map_or(&[][..], |(outer, _)| outer)
                });
                outer.all(|number| *number == 0)
            });
            (!is_spatial).then_some("not 0 before the last two dimensions, but must be")
        }
    }
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
                    "output {index} (`{name}`) is used; supported outputs: {}",
                    row.outputs.len()
                ),
                "export the model without it",
            ));
        };
        let element = match &output.types {
            Types::OneOf(types) => types.first().copied(),
            Types::Same("to") => Some(named_type(call)),
            Types::Same("value") => Some(value_type(call)),
            Types::Same("branch") => branch.get(index).map(|fact| fact.element),
            Types::Same(other) => {
                let mut inputs = inputs.iter();
                let known = inputs.find(|(name, _)| name == other);
                // A missing zero point has the type UINT8.
                let is_left_out = || {
                    row.inputs
                        .iter()
                        .any(|input| input.name == *other && input.may_be_absent)
                };
                match known {
                    Some((_, element)) => Some(*element),
                    None => is_left_out().then_some(ElementType::U8),
                }
            }
        };
        let element = element.ok_or_else(|| {
            Mismatch::new(
                6,
                format!("output {index} has no known type"),
                "export the model again",
            )
        })?;
        types.push(element);
    }
    Ok(types)
}

fn named_type(call: &Call<'_>) -> ElementType {
    let number = call.node.integer("to", 0);
    ElementType::of(i32::try_from(number).unwrap_or(0))
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
