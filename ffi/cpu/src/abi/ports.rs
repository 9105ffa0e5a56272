//! Inputs and outputs of a model as the ABI describes them.

use std::ffi::{CString, c_char};

use ascendcl::bindings::{
    ACL_ERROR_INVALID_PARAM, ACL_FLOAT, ACL_FORMAT_NCHW, ACL_FORMAT_ND, ACL_FORMAT_NHWC, ACL_INT8,
    ACL_INT32, ACL_UINT8, aclDataType, aclFormat, aclmdlIODims,
};

use crate::failure::Failure;
use crate::model::{EngineType, Tensor};
use crate::runtime::models::Loaded;

/// An input or output of a model.
pub(super) struct Port {
    pub(super) name: CString,
    /// The name in dims; a generated one if `name` is too long for the struct.
    pub(super) dims_name: CString,
    /// The product of the dims times the element size is the size in bytes.
    pub(super) dims: Vec<i64>,
    /// For a `YUV420SP_U8` picture [n, height, width, 3]; otherwise the same as `dims`.
    pub(super) picture_dims: Vec<i64>,
    pub(super) format: aclFormat,
    pub(super) data_type: aclDataType,
    pub(super) bytes: usize,
}

/// Selects the inputs or the outputs.
#[derive(Clone, Copy)]
pub(super) enum Side {
    Input,
    Output,
}

impl Side {
    pub(super) fn word(self) -> &'static str {
        match self {
            Self::Input => "input",
            Self::Output => "output",
        }
    }
}

/// The contents of a description after `aclmdlGetDesc`.
pub(super) struct Ports {
    inputs: Vec<Port>,
    outputs: Vec<Port>,
    /// The value of `ACL_CPU_ATTR_ENGINE`.
    pub(super) engine: CString,
}

impl Port {
    fn new(tensor: &Tensor, side: Side, format: aclFormat, model: u32, index: usize) -> Self {
        let name = CString::new(tensor.name.replace('\0', "")).unwrap_or_default();
        let fits = name.as_bytes_with_nul().len() <= size_of_name();
        let generated = || CString::new(format!("acl_modelId_{model}_{}_{index}", side.word()));
        Self {
            dims_name: if fits {
                name.clone()
            } else {
                generated().unwrap_or_default()
            },
            name,
            dims: signed(&tensor.dims),
            picture_dims: signed(&tensor.dims),
            format,
            data_type: match tensor.element {
                EngineType::F32 => ACL_FLOAT,
                EngineType::I32 => ACL_INT32,
                EngineType::I8 => ACL_INT8,
                EngineType::U8 => ACL_UINT8,
            },
            bytes: tensor.bytes,
        }
    }
}

impl Ports {
    /// Formats: NHWC for inputs with AIPP, NCHW for other inputs with four dims (the order of
    /// ONNX), else ND.
    pub(super) fn of(loaded: &Loaded) -> Self {
        let model = &loaded.model;
        let inputs = model.inputs().enumerate().map(|(index, tensor)| {
            let format = match (model.aipp(index), tensor.dims.len()) {
                (Some(_), _) => ACL_FORMAT_NHWC,
                (None, 4) => ACL_FORMAT_NCHW,
                (None, _) => ACL_FORMAT_ND,
            };
            let mut port = Port::new(tensor, Side::Input, format, loaded.id, index);
            if let Some((config, stage)) = model.aipp(index) {
                let (width, height) = stage.source_size();
                let batch = tensor.dims.first().copied().unwrap_or_default();
                port.picture_dims = signed(&[batch, height, width, config.format.channels()]);
            }
            port
        });
        let outputs = model.outputs().iter().enumerate();
        let outputs = outputs.map(|(index, tensor)| {
            Port::new(tensor, Side::Output, ACL_FORMAT_ND, loaded.id, index)
        });
        Self {
            inputs: inputs.collect(),
            outputs: outputs.collect(),
            engine: CString::new(model.engine().replace('\0', "")).unwrap_or_default(),
        }
    }

    pub(super) fn side(&self, side: Side) -> &[Port] {
        match side {
            Side::Input => &self.inputs,
            Side::Output => &self.outputs,
        }
    }

    pub(super) fn port(&self, side: Side, index: usize) -> Result<&Port, Failure> {
        let ports = self.side(side);
        ports.get(index).ok_or_else(|| {
            let (word, count) = (side.word(), ports.len());
            Failure::new(
                ACL_ERROR_INVALID_PARAM,
                format!("{word} {index}, the model has {count}"),
            )
        })
    }
}

fn size_of_name() -> usize {
    size_of_val(&zeroed_dims().name)
}

/// Dims as the signed numbers of the ABI. They fit: a tensor has at most `isize::MAX` bytes.
pub(super) fn signed(dims: &[usize]) -> Vec<i64> {
    dims.iter()
        .map(|dim| i64::try_from(*dim).unwrap_or(i64::MAX))
        .collect()
}

fn zeroed_dims() -> aclmdlIODims {
    aclmdlIODims {
        name: [0; 128],
        dimCount: 0,
        dims: [0; 128],
    }
}

/// Dims in the struct of the ABI; dims beyond its capacity are left out.
pub(super) fn dims(name: &CString, sizes: &[i64]) -> aclmdlIODims {
    let mut dims = zeroed_dims();
    for (to, from) in dims.name.iter_mut().zip(name.as_bytes_with_nul()) {
        *to = c_char::from_ne_bytes([*from]);
    }
    for (to, from) in dims.dims.iter_mut().zip(sizes) {
        *to = *from;
    }
    dims.dimCount = sizes.len().min(dims.dims.len());
    dims
}
