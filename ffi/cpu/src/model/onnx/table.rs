//! The table of supported operators, `operators.txt`. Each row was compared with ONNX Runtime. The
//! head of the file explains the format.

use std::sync::OnceLock;

use super::element::ElementType;

const TEXT: &str = include_str!("../../../operators.txt");

/// One supported use of an operator.
#[derive(Debug)]
pub(super) struct Row {
    pub(super) operator: &'static str,
    /// First and last version of the operator set.
    pub(super) opsets: (i64, i64),
    pub(super) inputs: Vec<InputSpec>,
    pub(super) outputs: Vec<OutputSpec>,
    pub(super) attributes: Vec<(&'static str, Values)>,
}

/// The types that a value may have.
#[derive(Debug)]
pub(super) enum Types {
    OneOf(Vec<ElementType>),
    /// The type of the input with this name. For an output also `to`, `dtype`, `value` or `branch`.
    Same(&'static str),
}

#[derive(Debug)]
pub(super) struct InputSpec {
    pub(super) name: &'static str,
    pub(super) may_be_absent: bool,
    /// One input or more.
    pub(super) is_list: bool,
    pub(super) types: Types,
    /// The possible numbers of dimensions; `None` means any.
    pub(super) ranks: Option<Vec<usize>>,
    pub(super) is_const: bool,
    pub(super) numbers: Numbers,
}

/// What the numbers of a constant must be.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Numbers {
    Any,
    /// At least one number.
    Filled,
    /// No numbers.
    Empty,
    /// Only zeros.
    Zero,
    /// Pads that are 0 except for the last two dimensions.
    Spatial,
}

#[derive(Debug)]
pub(super) struct OutputSpec {
    pub(super) is_list: bool,
    pub(super) types: Types,
}

/// The values that an attribute may have.
#[derive(Debug)]
pub(super) enum Values {
    Any,
    OneOf(Vec<&'static str>),
}

/// All rows, in the order of the file. An invalid row covers nothing; a test reads all rows.
pub(super) fn rows() -> &'static [Row] {
    static ROWS: OnceLock<Vec<Row>> = OnceLock::new();
    ROWS.get_or_init(|| lines().filter_map(|line| row(line).ok()).collect())
}

fn lines() -> impl Iterator<Item = &'static str> {
    let lines = TEXT
        .lines()
        .map(|line| line.split('#').next().unwrap_or(""));
    lines.map(str::trim).filter(|line| !line.is_empty())
}

/// Reads one row, or returns which part of it is wrong.
fn row(line: &'static str) -> Result<Row, &'static str> {
    let (values, attributes) = line.split_once('|').ok_or("no |")?;
    let (head, outputs) = values.split_once("->").ok_or("no ->")?;
    let mut head = head.split_whitespace();
    let operator = head.next().ok_or("no operator")?;
    let opsets = head.next().and_then(opsets).ok_or("opsets")?;
    Ok(Row {
        operator,
        opsets,
        inputs: head.map(input).collect::<Result<_, _>>()?,
        outputs: outputs
            .split_whitespace()
            .map(output)
            .collect::<Result<_, _>>()?,
        attributes: attributes
            .split_whitespace()
            .map(|text| {
                let (name, values) = text.split_once('=').ok_or("attribute without =")?;
                Ok::<_, &'static str>(match values {
                    "*" => (name, Values::Any),
                    list => (name, Values::OneOf(list.split(',').collect())),
                })
            })
            .collect::<Result<_, _>>()?,
    })
}

fn opsets(text: &str) -> Option<(i64, i64)> {
    let (first, last) = text.split_once('-')?;
    Some((first.parse().ok()?, last.parse().ok()?))
}

fn types(text: &'static str) -> Result<Types, &'static str> {
    if let Some(name) = text.strip_prefix('=') {
        return Ok(Types::Same(name));
    }
    let types = text.split(',').map(ElementType::named);
    let types = types.collect::<Option<Vec<_>>>().ok_or("unknown type")?;
    Ok(Types::OneOf(types))
}

fn input(text: &'static str) -> Result<InputSpec, &'static str> {
    let mut parts = text.split(':');
    let name = parts.next().ok_or("input without a name")?;
    let mut kind = parts.next().ok_or("input without types")?;
    let mut ranks = None;
    if let Some((before, list)) = kind.split_once('[') {
        let list = list.strip_suffix(']').ok_or("ranks without ]")?;
        ranks = Some(ranges(list).ok_or("ranks")?);
        kind = before;
    }
    let mut numbers = None;
    for flag in parts {
        numbers = Some(match flag {
            "const" => Numbers::Any,
            "filled" => Numbers::Filled,
            "empty" => Numbers::Empty,
            "zero" => Numbers::Zero,
            "spatial" => Numbers::Spatial,
            _ => return Err("unknown flag"),
        });
    }
    let is_list = name.ends_with("...");
    Ok(InputSpec {
        name: name.trim_end_matches("...").trim_end_matches('?'),
        may_be_absent: name.ends_with('?'),
        is_list,
        types: types(kind)?,
        ranks,
        is_const: numbers.is_some(),
        numbers: numbers.unwrap_or(Numbers::Any),
    })
}

fn output(text: &'static str) -> Result<OutputSpec, &'static str> {
    let (name, kind) = text.split_once(':').ok_or("output without a type")?;
    Ok(OutputSpec {
        is_list: name.ends_with("..."),
        types: types(kind)?,
    })
}

/// A list like `3,4` or `1-6`.
fn ranges(list: &str) -> Option<Vec<usize>> {
    let mut numbers = Vec::new();
    for part in list.split(',') {
        let (first, last) = part.split_once('-').unwrap_or((part, part));
        let (first, last): (usize, usize) = (first.parse().ok()?, last.parse().ok()?);
        numbers.extend(first..=last);
    }
    Some(numbers)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_row_is_valid() {
        for line in lines() {
            if let Err(reason) = row(line) {
                panic!("{reason}: {line}");
            }
        }
        assert!(rows().len() > 50);
    }

    #[test]
    fn an_invalid_row_is_an_error() {
        for line in [
            "Relu 7-26 x:f32 -> y:=x",
            "Relu 7-26 x:f32 | ",
            "Relu seven x:f32 -> y:=x |",
            "Relu 7-26 x:f31 -> y:=x |",
            "Relu 7-26 x:f32[a] -> y:=x |",
            "Relu 7-26 x:f32:konst -> y:=x |",
            "Relu 7-26 x:f32 -> y:=x | axis",
        ] {
            assert!(row(line).is_err(), "{line}");
        }
    }
}
