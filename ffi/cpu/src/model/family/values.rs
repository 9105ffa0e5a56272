//! The ONNX values that are translated so far, and the executor's graph that computes them.

use std::collections::HashMap;

use unet_executor::{Function, Graph, Shape, Value};

use super::constants::Constant;
use super::late::{Padded, Repeated};
use super::pending::{Pending, narrow};
use super::planes::{Axes, Axis, Planes};
use super::reason::Reason;
use crate::model::onnx::{Call, Fact, Prepared};

/// What an ONNX value is.
enum Meaning<'a> {
    Planes(Planes),
    Convolution(Box<Pending>, Axes),
    Padded(Padded, Axes),
    Repeated(Repeated),
    Constant(Constant<'a>),
}

/// A constant input of a node.
pub(super) struct Held {
    pub(super) dims: Vec<usize>,
    /// In row-major order.
    pub(super) numbers: Vec<f32>,
}

/// The values by name, and the graph.
pub(super) struct Values<'a> {
    pub(super) graph: Graph,
    facts: &'a HashMap<String, Fact>,
    /// How many operators and outputs read a value.
    readers: HashMap<&'a str, usize>,
    meanings: HashMap<&'a str, Meaning<'a>>,
}

impl<'a> Values<'a> {
    /// Only the weights of the model.
    pub(super) fn new(model: &'a Prepared, readers: HashMap<&'a str, usize>) -> Self {
        let weights = model.weights().iter().filter_map(|tensor| {
            let constant = Constant::of(tensor)?;
            Some((tensor.name.as_deref()?, Meaning::Constant(constant)))
        });
        Self {
            graph: Graph::new(),
            facts: &model.facts,
            readers,
            meanings: weights.collect(),
        }
    }

    /// The dims of a value.
    pub(super) fn dims(&self, name: &str) -> Result<&'a [usize], Reason> {
        let fact = self.facts.get(name);
        let dims = fact.and_then(|fact| fact.dims.as_deref());
        dims.ok_or_else(|| Reason::Size(name.to_owned()))
    }

    /// A value as planes.
    pub(super) fn planes(&mut self, name: &str) -> Result<Planes, Reason> {
        let constant = || Reason::Constant(name.to_owned());
        let (name, meaning) = self.meanings.remove_entry(name).ok_or_else(constant)?;
        let (value, axes) = match meaning {
            Meaning::Planes(planes) => {
                self.name(name, planes.clone());
                return Ok(planes);
            }
            Meaning::Convolution(pending, axes) => (pending.add(&mut self.graph)?, axes),
            Meaning::Padded(padded, axes) => (padded.add(&mut self.graph)?, axes),
            Meaning::Repeated(repeated) => return Err(repeated.planes.axes.misfit(name)),
            held @ Meaning::Constant(_) => {
                self.meanings.insert(name, held);
                return Err(constant());
            }
        };
        let planes = Planes {
            value,
            axes,
            whole: None,
        };
        self.name(name, planes.clone());
        Ok(planes)
    }

    /// Whether no operator and no output needs a value.
    pub(super) fn is_unread(&self, name: &str) -> bool {
        !self.readers.contains_key(name)
    }

    /// The axes of a value, and its channels.
    pub(super) fn axes(&self, name: &str) -> Result<(&Axes, usize), Reason> {
        match self.meanings.get(name) {
            Some(Meaning::Planes(planes)) => {
                Ok((&planes.axes, self.graph.shape(planes.value).channels))
            }
            Some(Meaning::Convolution(pending, axes)) => Ok((axes, pending.channels())),
            Some(Meaning::Padded(padded, axes)) => {
                Ok((axes, self.graph.shape(padded.value).channels))
            }
            Some(Meaning::Repeated(repeated)) => Err(repeated.planes.axes.misfit(name)),
            Some(Meaning::Constant(_)) | None => Err(Reason::Constant(name.to_owned())),
        }
    }

    /// The first input of a node as planes.
    pub(super) fn input(&mut self, call: &Call<'a>) -> Result<Planes, Reason> {
        self.planes(call.node.input_name(0).unwrap_or_default())
    }

    /// The first input of a node: a value with batch, channels, rows and columns in this order.
    pub(super) fn picture(&mut self, call: &Call<'a>) -> Result<Value, Reason> {
        let planes = self.input(call)?;
        if planes.axes.is_nchw() {
            return Ok(planes.value);
        }
        let name = call.node.input_name(0).unwrap_or_default();
        Err(planes.axes.misfit(name))
    }

    /// The first input of a node as [`Values::picture`]. Zeros around it are given by their number
    /// on each side.
    pub(super) fn padded_picture(
        &mut self,
        call: &Call<'a>,
    ) -> Result<(Value, [usize; 4]), Reason> {
        let name = call.node.input_name(0).unwrap_or_default();
        match self.meanings.get(name) {
            Some(Meaning::Padded(padded, axes)) if axes.is_nchw() => {
                Ok((padded.value, padded.sides))
            }
            _ => Ok((self.picture(call)?, [0; 4])),
        }
    }

    /// A value that the next Reshape repeats.
    pub(super) fn repeated(&self, name: &str) -> Option<Repeated> {
        match self.meanings.get(name) {
            Some(Meaning::Repeated(repeated)) => Some(repeated.clone()),
            _ => None,
        }
    }

    pub(super) fn constant(&self, name: &str) -> Option<&Constant<'a>> {
        match self.meanings.get(name) {
            Some(Meaning::Constant(constant)) => Some(constant),
            _ => None,
        }
    }

    /// A value of few numbers that were computed when the nodes were checked.
    pub(super) fn small(&self, name: &str) -> Option<Constant<'a>> {
        let fact = self.facts.get(name)?;
        let numbers = fact.floats.as_ref()?.iter().map(|number| narrow(*number));
        Some(Constant::list(fact.dims.clone()?, numbers.collect()))
    }

    /// A constant input of a node, which messages call `what`; `None` if it is absent.
    pub(super) fn numbers(
        &self,
        call: &Call<'a>,
        index: usize,
        what: &'static str,
    ) -> Result<Option<Held>, Reason> {
        let Some(name) = call.node.input_name(index) else {
            return Ok(None);
        };
        let constant = self.constant(name).ok_or(Reason::Computed(what))?;
        let numbers = constant.numbers().ok_or(Reason::Computed(what))?;
        Ok(Some(Held {
            dims: constant.dims.clone(),
            numbers: numbers.into_owned(),
        }))
    }

    /// Whether [`Values::take_convolution`] gives one.
    pub(super) fn is_convolution(&self, name: &str) -> bool {
        let is_pending = matches!(self.meanings.get(name), Some(Meaning::Convolution(..)));
        is_pending && self.readers.get(name) == Some(&1)
    }

    /// Takes the convolution that gives this value, if only one operator reads it.
    pub(super) fn take_convolution(&mut self, name: &str) -> Option<Pending> {
        if !self.is_convolution(name) {
            return None;
        }
        match self.meanings.remove_entry(name)? {
            (_, Meaning::Convolution(pending, _)) => Some(*pending),
            (name, other) => {
                self.meanings.insert(name, other);
                None
            }
        }
    }

    /// Names a value.
    pub(super) fn name(&mut self, name: &'a str, planes: Planes) {
        self.meanings.insert(name, Meaning::Planes(planes));
    }

    /// Names a value that the next Reshape repeats.
    pub(super) fn name_repeated(&mut self, name: &'a str, repeated: Repeated) {
        self.meanings.insert(name, Meaning::Repeated(repeated));
    }

    /// Names a constant.
    pub(super) fn name_constant(&mut self, name: &'a str, constant: Constant<'a>) {
        self.meanings.insert(name, Meaning::Constant(constant));
    }

    /// Gives the first output of a node, whose axes have this order in memory.
    pub(super) fn give(
        &mut self,
        call: &Call<'a>,
        value: Value,
        order: &[Axis],
    ) -> Result<(), Reason> {
        let planes = self.tensor(output(call), value, order)?;
        self.name(output(call), planes);
        Ok(())
    }

    /// Gives the first output of a node: batch, channels, rows, columns.
    pub(super) fn give_picture(&mut self, call: &Call<'a>, value: Value) -> Result<(), Reason> {
        self.give(call, value, &[Axis::Channel, Axis::Row, Axis::Column])
    }

    /// Gives the first output of a node: a convolution that may still change.
    pub(super) fn give_convolution(
        &mut self,
        call: &Call<'a>,
        pending: Pending,
    ) -> Result<(), Reason> {
        let name = output(call);
        let dims = self.dims(name)?;
        let axes = match *dims {
            [_, channels, height, width] => Axes::new(
                Shape::new(channels, height, width),
                &[Axis::Channel, Axis::Row, Axis::Column],
                dims,
            ),
            _ => None,
        };
        let axes = axes.ok_or_else(|| Reason::Axes(name.to_owned(), dims.to_vec()))?;
        let meaning = Meaning::Convolution(Box::new(pending), axes);
        self.meanings.insert(name, meaning);
        Ok(())
    }

    /// Gives the first output of a node: zeros around a value with these axes.
    pub(super) fn give_padded(
        &mut self,
        call: &Call<'a>,
        padded: Padded,
        order: &[Axis],
    ) -> Result<(), Reason> {
        let name = output(call);
        let dims = self.dims(name)?;
        let mut shape = self.graph.shape(padded.value);
        let [above, below, before, after] = padded.sides;
        shape.height = shape.height.saturating_add(above).saturating_add(below);
        shape.width = shape.width.saturating_add(before).saturating_add(after);
        let axes = Axes::new(shape, order, dims);
        let axes = axes.ok_or_else(|| Reason::Axes(name.to_owned(), dims.to_vec()))?;
        self.meanings.insert(name, Meaning::Padded(padded, axes));
        Ok(())
    }

    /// A tensor of the model, given by this value.
    pub(super) fn tensor(
        &self,
        name: &str,
        value: Value,
        order: &[Axis],
    ) -> Result<Planes, Reason> {
        let dims = self.dims(name)?;
        let axes = Axes::new(self.graph.shape(value), order, dims);
        Ok(Planes {
            value,
            axes: axes.ok_or_else(|| Reason::Axes(name.to_owned(), dims.to_vec()))?,
            whole: None,
        })
    }

    /// Gives the first output of a node: a function of each number of an input.
    pub(super) fn function(
        &mut self,
        call: &Call<'a>,
        index: usize,
        of: Function,
    ) -> Result<(), Reason> {
        let input = self.planes(call.node.input_name(index).unwrap_or_default())?;
        let value = self.graph.function(input.value, of)?;
        self.give(call, value, &input.axes.order())
    }
}

/// The name of a node's first output.
pub(super) fn output<'a>(call: &Call<'a>) -> &'a str {
    let name = call.node.output.first().map(String::as_str);
    name.unwrap_or_default()
}
