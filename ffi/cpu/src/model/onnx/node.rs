//! Access to nodes and graphs.

use super::error::Place;
use super::proto::{AttributeProto, GraphProto, NodeProto, TensorProto, kind};

impl GraphProto {
    /// Whether a node has a subgraph, which may read the values of this graph.
    pub(super) fn has_subgraph(&self) -> bool {
        let mut attributes = self.node.iter().flat_map(|node| &node.attribute);
        attributes.any(|attribute| attribute.g.is_some() || !attribute.graphs.is_empty())
    }

    /// Whether a node or an output of this graph reads the value; subgraphs are not searched.
    pub(super) fn is_read(&self, name: &String) -> bool {
        let mut outputs = self.output.iter();
        outputs.any(|output| output.name.as_ref() == Some(name))
            || self.node.iter().any(|node| node.input.contains(name))
    }
}

impl NodeProto {
    /// A node of the default operator set.
    pub(super) fn new(operator: &str, inputs: &[&str], output: &str) -> Self {
        Self {
            input: inputs.iter().map(|name| (*name).to_owned()).collect(),
            output: vec![output.to_owned()],
            name: Some(output.to_owned()),
            op_type: Some(operator.to_owned()),
            ..Self::default()
        }
    }

    /// The operator's name.
    pub(in crate::model) fn operator(&self) -> &str {
        self.op_type.as_deref().unwrap_or_default()
    }

    /// The operator set; empty for the default one, which is also called `ai.onnx`.
    pub(super) fn operator_set(&self) -> &str {
        match self.domain.as_deref() {
            None | Some("ai.onnx") => "",
            Some(domain) => domain,
        }
    }

    /// The node's operator and name, for messages.
    pub(in crate::model) fn place(&self) -> Place {
        let named = self.name.as_deref().filter(|name| !name.is_empty());
        let node = named.or_else(|| self.output.first().map(String::as_str));
        Place {
            operator: self.operator().to_owned(),
            node: node.unwrap_or_default().to_owned(),
        }
    }

    /// The name of an input; `None` if it is absent.
    pub(in crate::model) fn input_name(&self, index: usize) -> Option<&str> {
        let name = self.input.get(index)?;
        (!name.is_empty()).then_some(name.as_str())
    }

    pub(in crate::model) fn attribute(&self, name: &str) -> Option<&AttributeProto> {
        let mut attributes = self.attribute.iter();
        attributes.find(|attribute| attribute.name.as_deref() == Some(name))
    }

    /// An integer attribute; `otherwise` if it is absent.
    pub(in crate::model) fn integer(&self, name: &str, otherwise: i64) -> i64 {
        match self.attribute(name) {
            // Some writers omit a zero.
            Some(attribute) => attribute.i.unwrap_or(0),
            None => otherwise,
        }
    }

    pub(in crate::model) fn integers(&self, name: &str) -> Option<&[i64]> {
        self.attribute(name)
            .map(|attribute| attribute.ints.as_slice())
    }

    pub(in crate::model) fn number(&self, name: &str, otherwise: f32) -> f32 {
        match self.attribute(name) {
            Some(attribute) => attribute.f.unwrap_or(0.0),
            None => otherwise,
        }
    }

    /// A text attribute; empty if it is absent or not UTF-8.
    pub(in crate::model) fn text(&self, name: &str) -> &str {
        let text = self
            .attribute(name)
            .and_then(|attribute| attribute.s.as_ref());
        text.and_then(|text| std::str::from_utf8(text).ok())
            .unwrap_or_default()
    }

    fn set(&mut self, attribute: AttributeProto) {
        let name = attribute.name.clone().unwrap_or_default();
        self.remove(&name);
        self.attribute.push(attribute);
    }

    pub(super) fn set_integer(&mut self, name: &str, number: i64) {
        self.set(AttributeProto {
            name: Some(name.to_owned()),
            i: Some(number),
            kind: Some(kind::INT),
            ..AttributeProto::default()
        });
    }

    pub(super) fn set_float(&mut self, name: &str, number: f32) {
        self.set(AttributeProto {
            name: Some(name.to_owned()),
            f: Some(number),
            kind: Some(kind::FLOAT),
            ..AttributeProto::default()
        });
    }

    pub(super) fn set_integers(&mut self, name: &str, numbers: &[i64]) {
        self.set(AttributeProto {
            name: Some(name.to_owned()),
            ints: numbers.to_vec(),
            kind: Some(kind::INTS),
            ..AttributeProto::default()
        });
    }

    pub(super) fn set_tensor(&mut self, name: &str, tensor: TensorProto) {
        self.set(AttributeProto {
            name: Some(name.to_owned()),
            t: Some(tensor),
            kind: Some(kind::TENSOR),
            ..AttributeProto::default()
        });
    }

    pub(super) fn remove(&mut self, name: &str) {
        self.attribute
            .retain(|attribute| attribute.name.as_deref() != Some(name));
    }
}
