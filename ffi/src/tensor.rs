//! A model's description of its inputs and outputs.

use std::fmt;

use crate::bindings as acl;
use crate::named::named;

/// The type of a tensor's elements (`aclDataType`).
///
/// # Examples
///
/// ```
/// use ascendcl::DataType;
///
/// assert_eq!(DataType::FLOAT16.to_string(), "float16");
/// // A newer library may return a value that our header does not have.
/// assert_eq!(DataType(99).to_string(), "DataType 99");
/// ```
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct DataType(pub acl::aclDataType);

named! { DataType:
    FLOAT = acl::ACL_FLOAT, "float";
    FLOAT16 = acl::ACL_FLOAT16, "float16";
    INT8 = acl::ACL_INT8, "int8";
    INT32 = acl::ACL_INT32, "int32";
    UINT8 = acl::ACL_UINT8, "uint8";
    INT16 = acl::ACL_INT16, "int16";
    UINT16 = acl::ACL_UINT16, "uint16";
    UINT32 = acl::ACL_UINT32, "uint32";
    INT64 = acl::ACL_INT64, "int64";
    UINT64 = acl::ACL_UINT64, "uint64";
    DOUBLE = acl::ACL_DOUBLE, "double";
    BOOL = acl::ACL_BOOL, "bool";
}

/// The order of a tensor's axes (`aclFormat`).
///
/// # Examples
///
/// ```
/// use ascendcl::Format;
///
/// assert_eq!(Format::NCHW.name(), Some("nchw"));
/// ```
#[repr(transparent)]
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub struct Format(pub acl::aclFormat);

named! { Format:
    NCHW = acl::ACL_FORMAT_NCHW, "nchw";
    NHWC = acl::ACL_FORMAT_NHWC, "nhwc";
    ND = acl::ACL_FORMAT_ND, "nd";
    NC1HWC0 = acl::ACL_FORMAT_NC1HWC0, "nc1hwc0";
}

/// The length of each axis, outermost first. -1 means that the axis may vary.
///
/// # Examples
///
/// ```
/// use ascendcl::Dims;
///
/// assert_eq!(Dims([1, 960, 960, 3].into()).to_string(), "1x960x960x3");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Dims(pub Box<[i64]>);

impl Dims {
    /// Copies the axes from the library's struct, at most 128.
    pub(crate) fn from_acl(dims: &acl::aclmdlIODims) -> Self {
        let count = dims.dimCount.min(dims.dims.len());
        Self(dims.dims.iter().take(count).copied().collect())
    }
}

impl fmt::Display for Dims {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (index, length) in self.0.iter().enumerate() {
            let separator = if index == 0 { "" } else { "x" };
            write!(f, "{separator}{length}")?;
        }
        Ok(())
    }
}

/// One input or output of a model.
///
/// # Examples
///
/// ```
/// use ascendcl::{DataType, Dims, Format, Tensor};
///
/// let tensor = Tensor {
///     name: "picture".to_owned(),
///     dims: Dims([1, 960, 960, 3].into()),
///     data_type: DataType::UINT8,
///     format: Format::NHWC,
///     len_bytes: 2_764_800,
/// };
/// assert_eq!(tensor.to_string(), "`picture` 1x960x960x3 uint8 nhwc (2764800 bytes)");
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Tensor {
    /// The name in the model, or an empty string.
    pub name: String,
    /// The axes. An input with static AIPP has those of the picture: 1, height, width, channels.
    pub dims: Dims,
    /// The type of the elements.
    pub data_type: DataType,
    /// The order of the axes.
    pub format: Format,
    /// The length of the buffer that an execution needs, or 0 if the model leaves it open.
    pub len_bytes: usize,
}

impl fmt::Display for Tensor {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(
            f,
            "`{}` {} {} {} ({} bytes)",
            self.name, self.dims, self.data_type, self.format, self.len_bytes
        )
    }
}

/// What static AIPP does with an input picture before the first layer (`aclAippInfo`).
///
/// After the crop and the colour conversion it computes `(value - mean - min) * var_reci` for each
/// channel.
///
/// # Examples
///
/// ```
/// use ascendcl::Aipp;
///
/// /// The value that the first layer gets for a pixel value of channel 0.
/// fn first_channel(aipp: &Aipp, value: u8) -> f32 {
///     (f32::from(value) - aipp.mean[0] as f32 - aipp.min[0]) * aipp.var_reci[0]
/// }
/// ```
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Aipp {
    /// The layout of the picture's pixels: an `aclAippInputFormat` constant, 3 for RGB888.
    pub input_format: acl::aclAippInputFormat,
    /// The width of the picture in pixels.
    pub width_px: i32,
    /// The height of the picture in pixels.
    pub height_px: i32,
    /// Whether AIPP crops the picture.
    pub crops: bool,
    /// Whether AIPP converts colours, for example from YUV.
    pub converts_colours: bool,
    /// Whether AIPP exchanges the first and the third channel.
    pub swaps_red_blue: bool,
    /// `mean` of each channel, 0 to 255.
    pub mean: [i32; 4],
    /// `min` of each channel.
    pub min: [f32; 4],
    /// `var_reci` of each channel.
    pub var_reci: [f32; 4],
}

impl Aipp {
    /// Copies the fields from the library's struct.
    pub(crate) fn from_acl(info: &acl::aclAippInfo) -> Self {
        Self {
            input_format: info.inputFormat,
            width_px: info.srcImageSizeW,
            height_px: info.srcImageSizeH,
            crops: info.cropSwitch != 0,
            converts_colours: info.cscSwitch != 0,
            swaps_red_blue: info.rbuvSwapSwitch != 0,
            mean: [info.meanChn0, info.meanChn1, info.meanChn2, info.meanChn3],
            min: [info.minChn0, info.minChn1, info.minChn2, info.minChn3],
            var_reci: [
                info.varReciChn0,
                info.varReciChn1,
                info.varReciChn2,
                info.varReciChn3,
            ],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::{DataType, Dims, Format};

    #[test]
    fn known_values_display_as_names_and_unknown_ones_as_numbers() {
        assert_eq!(DataType::UINT8.to_string(), "uint8");
        assert_eq!(DataType(4), DataType::UINT8);
        assert_eq!(DataType(99).to_string(), "DataType 99");
        assert_eq!(Format::NHWC.to_string(), "nhwc");
        assert_eq!(Dims([1, 960, 960, 3].into()).to_string(), "1x960x960x3");
        assert_eq!(Dims([].into()).to_string(), "");
    }
}
