//! Whether a row of the table covers a node's attributes.

use super::Mismatch;
use crate::model::onnx::element::ElementType;
use crate::model::onnx::proto::AttributeProto;
use crate::model::onnx::shapes::Call;
use crate::model::onnx::table::{self, Row, Values};

pub(super) fn compare(row: &Row, call: &Call<'_>) -> Result<(), Mismatch> {
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
                1,
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
                1,
                format!(
                    "the CPU engine has not been shown to compute it without {name} as ONNX says"
                ),
                way_out(call, name),
            ));
        }
    }
    Ok(())
}

/// Suggests the values of the attribute that any row of the operator has.
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

/// An attribute's value as the table writes it; a list gives each number by itself.
fn text(attribute: &AttributeProto) -> Vec<String> {
    if let Some(text) = &attribute.s {
        return vec![String::from_utf8_lossy(text).into_owned()];
    }
    if let Some(number) = attribute.i {
        let is_type = attribute.name.as_deref() == Some("to");
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
