//! The walk over a model's graphs. It compares each node with the table and records the types and
//! dims of its outputs. Where rten would deviate from ONNX, the node is rewritten.

use std::collections::HashMap;

use super::cover;
use super::element::ElementType;
use super::error::{OnnxError, Place};
use super::fact::{Fact, Scope};
use super::fold;
use super::proto::{GraphProto, ModelProto, NodeProto, TensorProto, ValueInfoProto};
use super::rewrite::{self, Names};
use super::shapes::{self, Call};
use super::watch;

/// A value with one number: the sum of an operator's input. It is NaN if any number of the input is
/// NaN.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Sum {
    pub(crate) name: String,
    pub(crate) place: Place,
}

/// The result of the walk.
pub(super) struct Checked {
    pub(super) opset: i64,
    /// The main graph's nodes as the file has them.
    pub(super) nodes: Vec<NodeProto>,
    /// The main graph's values by name.
    pub(super) facts: HashMap<String, Fact>,
    /// The main graph's outputs, in their order.
    pub(super) outputs: Vec<Fact>,
    /// In the order of their computation.
    pub(super) sums: Vec<Sum>,
}

/// Checks and rewrites the whole model.
pub(super) fn model(model: &mut ModelProto) -> Result<Checked, OnnxError> {
    let versions = model.opset_import.iter();
    let default = |domain: Option<&str>| matches!(domain, None | Some("" | "ai.onnx"));
    let mut versions = versions.filter(|version| default(version.domain.as_deref()));
    let opset = versions.next().and_then(|version| version.version);
    let mut walk = Walk {
        opset: opset.ok_or(OnnxError::Opset)?,
        names: Names::new(model),
        originals: Vec::new(),
        sums: Vec::new(),
        depth: 0,
    };
    let mut scope = Scope::default();
    let outputs = match &mut model.graph {
        Some(graph) => walk.graph(graph, &mut scope)?,
        None => Vec::new(),
    };
    Ok(Checked {
        opset: walk.opset,
        nodes: walk.originals,
        facts: scope.into_facts(),
        outputs,
        sums: walk.sums,
    })
}

struct Walk {
    opset: i64,
    names: Names,
    /// The main graph's nodes so far, as the file has them.
    originals: Vec<NodeProto>,
    sums: Vec<Sum>,
    /// The number of graphs around the current one.
    depth: usize,
}

impl Walk {
    /// Walks a graph and its subgraphs.
    fn graph(
        &mut self,
        graph: &mut GraphProto,
        scope: &mut Scope<'_>,
    ) -> Result<Vec<Fact>, OnnxError> {
        if let Some(sparse) = graph.sparse_initializer.first() {
            let values = sparse.values.as_ref();
            let name = values.and_then(|values| values.name.clone());
            return Err(OnnxError::Sparse(name.unwrap_or_default()));
        }
        for tensor in &graph.initializer {
            let name = tensor.name.as_deref().unwrap_or_default();
            computable(&format!("weight `{name}`"), tensor)?;
            add(scope, name, Fact::of(tensor))?;
        }
        // Files of IR version 3 list every weight as an input, too. No value can be given for it
        // here.
        let initializer = &graph.initializer;
        graph
            .input
            .retain(|input| !initializer.iter().any(|tensor| tensor.name == input.name));
        for input in &graph.input {
            let name = input.name.as_deref().unwrap_or_default();
            let fact = declared(input).ok_or_else(|| OnnxError::Untyped(name.to_owned()))?;
            add(scope, name, fact)?;
        }
        let mut nodes = Vec::with_capacity(graph.node.len());
        for node in std::mem::take(&mut graph.node) {
            self.node(node, scope, &mut nodes)?;
        }
        graph.node = nodes;
        let outputs = graph.output.iter().map(|output| {
            let name = output.name.as_deref().unwrap_or_default();
            scope.get(name).cloned().ok_or_else(|| OnnxError::Unsorted {
                node: Place {
                    operator: "the graph's output".to_owned(),
                    node: name.to_owned(),
                },
                input: name.to_owned(),
            })
        });
        outputs.collect()
    }

    fn node(
        &mut self,
        mut node: NodeProto,
        scope: &mut Scope<'_>,
        nodes: &mut Vec<NodeProto>,
    ) -> Result<(), OnnxError> {
        if !node.operator_set().is_empty() {
            return Err(OnnxError::Domain {
                node: node.place(),
                domain: node.operator_set().to_owned(),
            });
        }
        if !cover::is_known(node.operator()) {
            return Err(OnnxError::Operator { node: node.place() });
        }
        let branch = self.branches(&mut node, scope)?;
        let facts = if node.operator() == "Constant" {
            vec![constant(&node)?]
        } else {
            Vec::new()
        };
        let mut checked = Vec::new();
        let call = call(&node, self.opset, scope)?;
        let elements = cover::check(&call, &branch)?;
        let facts = if facts.is_empty() {
            outputs(&call, &elements, &branch)
        } else {
            facts
        };
        if let (
            [fact],
            "Shape" | "Gather" | "Concat" | "Slice" | "Add" | "Sub" | "Mul" | "Div" | "Cast"
            | "Squeeze" | "Unsqueeze" | "Reshape",
        ) = (facts.as_slice(), node.operator())
            && let Some(folded) = fold::constant(&node, fact)
        {
            nodes.push(folded);
        } else {
            if self.depth == 0 {
                let watched = watch::inputs(&call).into_iter().map(|input| {
                    let name = self.names.fresh();
                    let mut sum = NodeProto::new("ReduceSum", &[input], &name);
                    sum.set_integer("keepdims", 0);
                    nodes.push(sum);
                    let place = call.node.place();
                    (input.to_owned(), Sum { name, place })
                });
                for (input, sum) in watched {
                    checked.push(input);
                    self.sums.push(sum);
                }
            }
            rewrite::node(&call, &mut self.names, nodes)?;
        }
        for input in checked {
            scope.set_checked(&input);
        }
        for (name, fact) in node.output.iter().zip(facts) {
            if !name.is_empty() {
                add(scope, name, fact)?;
            }
        }
        if self.depth == 0 {
            self.originals.push(node);
        }
        Ok(())
    }

    /// Checks and rewrites the node's subgraphs. Returns what is known of their outputs, whichever
    /// subgraph runs.
    fn branches(
        &mut self,
        node: &mut NodeProto,
        scope: &Scope<'_>,
    ) -> Result<Vec<Fact>, OnnxError> {
        let mut common: Option<Vec<Fact>> = None;
        for attribute in &mut node.attribute {
            for graph in attribute.g.iter_mut().chain(&mut attribute.graphs) {
                self.depth += 1;
                let facts = self.graph(graph, &mut Scope::within(scope))?;
                self.depth -= 1;
                common = Some(match common {
                    None => facts,
                    Some(others) => others
                        .into_iter()
                        .zip(facts)
                        .map(|(a, b)| either(a, &b))
                        .collect(),
                });
            }
        }
        let mut common = common.unwrap_or_default();
        for fact in &mut common {
            fact.is_const = false;
            fact.integers = None;
            fact.floats = None;
        }
        Ok(common)
    }
}

/// What is known of a value that is one of the two.
fn either(a: Fact, b: &Fact) -> Fact {
    let dims = a.dims.filter(|dims| Some(dims) == b.dims.as_ref());
    let element = if a.element == b.element {
        a.element
    } else {
        ElementType::Other(0)
    };
    Fact::new(element, dims)
}

fn add(scope: &mut Scope<'_>, name: &str, fact: Fact) -> Result<(), OnnxError> {
    if scope.add(name, fact) {
        return Ok(());
    }
    Err(OnnxError::Twice(name.to_owned()))
}

fn declared(value: &ValueInfoProto) -> Option<Fact> {
    let tensor = value.r#type.as_ref()?.tensor_type.as_ref()?;
    let dims = tensor.shape.as_ref().and_then(|shape| {
        let dims = shape
            .dim
            .iter()
            .map(|dim| usize::try_from(dim.dim_value?).ok());
        dims.collect()
    });
    Some(Fact::new(ElementType::of(tensor.elem_type?), dims))
}

/// Refuses constants of types that the engine does not read.
fn computable(place: &str, tensor: &TensorProto) -> Result<(), OnnxError> {
    match tensor.element() {
        element @ ElementType::Other(_) => Err(OnnxError::Element {
            place: place.to_owned(),
            element,
        }),
        _ => Ok(()),
    }
}

fn call<'a>(node: &'a NodeProto, opset: i64, scope: &'a Scope<'_>) -> Result<Call<'a>, OnnxError> {
    let inputs = node.input.iter().map(|name| {
        if name.is_empty() {
            return Ok(None);
        }
        scope
            .get(name)
            .map(Some)
            .ok_or_else(|| OnnxError::Unsorted {
                node: node.place(),
                input: name.clone(),
            })
    });
    Ok(Call {
        node,
        opset,
        inputs: inputs.collect::<Result<_, _>>()?,
    })
}

/// The value of a Constant.
fn constant(node: &NodeProto) -> Result<Fact, OnnxError> {
    if let Some(tensor) = node.attribute("value").and_then(|value| value.t.as_ref()) {
        computable(&node.place().to_string(), tensor)?;
        return Ok(Fact::of(tensor));
    }
    let mut fact = Fact::new(ElementType::F32, None);
    fact.is_const = true;
    for attribute in &node.attribute {
        match attribute.name.as_deref() {
            Some("value_float") => {
                fact.dims = Some(Vec::new());
                fact.floats = Some(vec![f64::from(attribute.f.unwrap_or(0.0))]);
            }
            Some("value_floats") => {
                fact.dims = Some(vec![attribute.floats.len()]);
                fact.floats = Some(
                    attribute
                        .floats
                        .iter()
                        .map(|number| f64::from(*number))
                        .collect(),
                );
            }
            Some("value_int") => {
                fact.element = ElementType::I64;
                fact.dims = Some(Vec::new());
                fact.integers = Some(vec![attribute.i.unwrap_or(0)]);
            }
            Some("value_ints") => {
                fact.element = ElementType::I64;
                fact.dims = Some(vec![attribute.ints.len()]);
                fact.integers = Some(attribute.ints.clone());
            }
            _ => {}
        }
    }
    Ok(fact)
}

fn outputs(call: &Call<'_>, elements: &[ElementType], branch: &[Fact]) -> Vec<Fact> {
    let shapes = shapes::infer(call);
    let facts = elements.iter().zip(shapes).enumerate();
    let facts = facts.map(|(index, (element, shape))| {
        let dims = shape.dims.or_else(|| branch.get(index)?.dims.clone());
        let mut fact = Fact::new(*element, dims);
        fact.is_const = shape.integers.is_some();
        fact.may_be_nan = watch::may_be_nan(call, *element);
        fact.integers = shape.integers;
        fact.floats = shape.floats;
        if let ("Identity", Some(input)) = (call.node.operator(), call.input(0)) {
            fact = input.clone();
        }
        fact
    });
    facts.collect()
}
