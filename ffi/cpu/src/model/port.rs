//! Inputs and outputs as the caller sees them.

use super::error::ModelError;
use super::onnx::{Declared, ElementType};
use crate::aipp::{Config, Format, Precision, Stage};

/// The element type of a tensor at the ABI.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum EngineType {
    F32,
    I32,
    I8,
    U8,
}

impl EngineType {
    /// INT64 and BOOL become INT32, DOUBLE and FLOAT16 become FLOAT.
    pub(super) fn of(tensor: &str, element: ElementType) -> Result<Self, ModelError> {
        match element {
            ElementType::F32 | ElementType::F16 | ElementType::F64 => Ok(Self::F32),
            ElementType::I32 | ElementType::I64 | ElementType::Bool => Ok(Self::I32),
            ElementType::I8 => Ok(Self::I8),
            ElementType::U8 => Ok(Self::U8),
            ElementType::Other(_) => Err(ModelError::Element(tensor.to_owned())),
        }
    }

    /// Bytes of one element.
    pub(crate) fn bytes(self) -> usize {
        match self {
            Self::F32 | Self::I32 => 4,
            Self::I8 | Self::U8 => 1,
        }
    }
}

/// An input or output as the caller sees it.
#[derive(Debug, Clone)]
pub(crate) struct Tensor {
    pub(crate) name: String,
    pub(crate) dims: Vec<usize>,
    pub(crate) element: EngineType,
    /// Bytes of the whole tensor.
    pub(crate) bytes: usize,
}

impl Tensor {
    /// A tensor of the graph. `inferred` gives its dims if the file does not declare them.
    pub(super) fn of(
        declared: &Declared,
        inferred: impl FnOnce() -> Result<Vec<usize>, ModelError>,
    ) -> Result<Self, ModelError> {
        if declared.name.is_empty() {
            return Err(ModelError::Nameless);
        }
        let dims = declared.dims.clone().map_or_else(inferred, Ok)?;
        let element = EngineType::of(&declared.name, declared.element)?;
        Self::new(&declared.name, dims, element)
    }

    /// A tensor whose dims the file or the operators determine.
    pub(super) fn declared(declared: &Declared) -> Result<Self, ModelError> {
        Self::of(declared, || Err(ModelError::Shape(declared.name.clone())))
    }

    fn new(name: &str, dims: Vec<usize>, element: EngineType) -> Result<Self, ModelError> {
        let bytes = dims
            .iter()
            .try_fold(element.bytes(), |bytes, dim| bytes.checked_mul(*dim));
        match bytes {
            Some(bytes) if bytes > 0 && isize::try_from(bytes).is_ok() => Ok(Self {
                name: name.to_owned(),
                dims,
                element,
                bytes,
            }),
            _ => Err(ModelError::Size(name.to_owned(), dims)),
        }
    }
}

/// An input and the AIPP stage in front of it.
#[derive(Debug)]
pub(super) struct Input {
    pub(super) tensor: Tensor,
    /// The dims of the graph's input. They differ from the tensor's if the input has AIPP.
    pub(super) graph_dims: Vec<usize>,
    pub(super) aipp: Option<(Config, Stage)>,
}

impl Input {
    /// The inputs of a graph, one of which may have AIPP.
    pub(super) fn of(
        graph: &[Declared],
        aipp: Option<&(Config, Precision)>,
    ) -> Result<Vec<Self>, ModelError> {
        if let Some((config, _)) = aipp
            && config.input >= graph.len()
        {
            return Err(ModelError::AippInput(config.input, graph.len()));
        }
        let inputs = graph.iter().enumerate().map(|(index, declared)| {
            let here = aipp.filter(|(config, _)| config.input == index);
            Self::new(Tensor::declared(declared)?, here)
        });
        inputs.collect()
    }

    fn new(tensor: Tensor, aipp: Option<&(Config, Precision)>) -> Result<Self, ModelError> {
        let graph_dims = tensor.dims.clone();
        let Some((config, precision)) = aipp else {
            return Ok(Self {
                tensor,
                graph_dims,
                aipp: None,
            });
        };
        let (EngineType::F32, &[batch, first, second, third]) =
            (tensor.element, graph_dims.as_slice())
        else {
            return Err(ModelError::AippTensor(tensor.name, graph_dims));
        };
        let stage = config.fit_dims([first, second, third], *precision)?;
        let (source_width, source_height) = stage.source_size();
        let dims = match config.format {
            // The product of these dims is the size: U and V are below Y.
            Format::Yuv420sp => vec![batch, source_height / 2 * 3, source_width, 1],
            format => vec![batch, source_height, source_width, format.channels()],
        };
        Ok(Self {
            tensor: Tensor::new(&tensor.name, dims, EngineType::U8)?,
            graph_dims,
            aipp: Some((config.clone(), stage)),
        })
    }
}
