//! What is known of a value before the model runs.

use std::collections::HashMap;

use super::element::ElementType;
use super::proto::TensorProto;

/// The numbers of larger constants are not examined; shapes, scales and channels are smaller.
const NUMBERS_MAX: usize = 8192;

/// A value's type, and its dims and numbers if they are known.
#[derive(Debug, Clone, PartialEq)]
pub(in crate::model) struct Fact {
    pub(in crate::model) element: ElementType,
    pub(in crate::model) dims: Option<Vec<usize>>,
    /// The numbers of a small integer constant.
    pub(in crate::model) integers: Option<Vec<i64>>,
    /// The numbers of a small floating-point constant.
    pub(in crate::model) floats: Option<Vec<f64>>,
    /// The value is known when the model is loaded.
    pub(super) is_const: bool,
    /// The value may be NaN during a run, and no sum detects that.
    pub(super) may_be_nan: bool,
}

impl Fact {
    pub(super) fn new(element: ElementType, dims: Option<Vec<usize>>) -> Self {
        Self {
            element,
            dims,
            integers: None,
            floats: None,
            is_const: false,
            may_be_nan: element.is_float(),
        }
    }

    /// Describes a constant.
    pub(super) fn of(tensor: &TensorProto) -> Self {
        let is_small = tensor.count().is_some_and(|count| count <= NUMBERS_MAX);
        Self {
            integers: if is_small { tensor.integers() } else { None },
            floats: if is_small { tensor.floats() } else { None },
            is_const: true,
            may_be_nan: false,
            ..Self::new(tensor.element(), tensor.sizes())
        }
    }

    pub(in crate::model) fn rank(&self) -> Option<usize> {
        self.dims.as_ref().map(Vec::len)
    }
}

/// The values that a graph's nodes can use: its own, and those of the graphs around it.
#[derive(Default)]
pub(super) struct Scope<'a> {
    around: Option<&'a Scope<'a>>,
    facts: HashMap<String, Fact>,
}

impl<'a> Scope<'a> {
    /// The scope of a subgraph.
    pub(super) fn within(around: &'a Scope<'a>) -> Self {
        Self {
            around: Some(around),
            facts: HashMap::new(),
        }
    }

    pub(super) fn get(&self, name: &str) -> Option<&Fact> {
        let mut scope = Some(self);
        while let Some(here) = scope {
            if let Some(fact) = here.facts.get(name) {
                return Some(fact);
            }
            scope = here.around;
        }
        None
    }

    /// Adds a value; returns whether the name is new.
    pub(super) fn add(&mut self, name: &str, fact: Fact) -> bool {
        let is_new = self.get(name).is_none();
        self.facts.insert(name.to_owned(), fact);
        is_new
    }

    /// The values of this graph by name.
    pub(super) fn into_facts(self) -> HashMap<String, Fact> {
        self.facts
    }

    /// Records that a sum detects NaN in this value during a run.
    pub(super) fn set_checked(&mut self, name: &str) {
        if let Some(fact) = self.facts.get_mut(name) {
            fact.may_be_nan = false;
        }
    }
}
