//! The keys of an AIPP configuration, as ATC's `--insert_op_conf` takes it: one block `aipp_op {
//! key: value ... }` in protobuf text format.

use super::block::{Block, Keys};
use super::{AippError, Config, Conversion, Crop, Format, Padding};

/// Keys that this implementation uses.
const USED: [&str; 30] = [
    "aipp_mode",
    "related_input_rank",
    "related_input_name",
    "input_format",
    "src_image_size_w",
    "src_image_size_h",
    "crop",
    "load_start_pos_w",
    "load_start_pos_h",
    "crop_size_w",
    "crop_size_h",
    "rbuv_swap_switch",
    "csc_switch",
    "ax_swap_switch",
    "mean_chn_0",
    "mean_chn_1",
    "mean_chn_2",
    "min_chn_0",
    "min_chn_1",
    "min_chn_2",
    "var_reci_chn_0",
    "var_reci_chn_1",
    "var_reci_chn_2",
    "input_edge_idx",
    "padding",
    "left_padding_size",
    "right_padding_size",
    "top_padding_size",
    "bottom_padding_size",
    "padding_value",
];

/// Keys that have no effect, whatever their value: those of a fourth channel, and of dynamic AIPP.
const IDLE: [&str; 6] = [
    "mean_chn_3",
    "min_chn_3",
    "var_reci_chn_3",
    "cpadding_value",
    "max_src_image_size",
    "support_rotation",
];

/// Switches that must be off, and what to do instead.
const MUST_BE_OFF: [(&str, &str); 2] = [
    (
        "resize",
        "the AIPP of the Ascend 310 has no resize: give the picture in the model's size",
    ),
    ("single_line_mode", "switch it off"),
];

/// Prefix of keys that have an effect only when `resize` is on.
const IDLE_PREFIX: &str = "resize_output_";

/// Factors and biases of the colour conversion.
const MATRIX: [[&str; 3]; 3] = [
    ["matrix_r0c0", "matrix_r0c1", "matrix_r0c2"],
    ["matrix_r1c0", "matrix_r1c1", "matrix_r1c2"],
    ["matrix_r2c0", "matrix_r2c1", "matrix_r2c2"],
];
const INPUT_BIAS: [&str; 3] = ["input_bias_0", "input_bias_1", "input_bias_2"];
const OUTPUT_BIAS: [&str; 3] = ["output_bias_0", "output_bias_1", "output_bias_2"];

impl Config {
    /// Reads a configuration file's text.
    ///
    /// # Errors
    ///
    /// [`AippError`]: the first problem in the file, with line and key.
    pub fn parse(text: &str) -> Result<Self, AippError> {
        let block = Block::read(text, Keys { known, repeated })?;
        block.check_modes()?;
        let format = block.format()?;
        let crop = Crop {
            x: block
                .integer("load_start_pos_w", 4095, "0 to 4095")?
                .unwrap_or(0),
            y: block
                .integer("load_start_pos_h", 4095, "0 to 4095")?
                .unwrap_or(0),
            width: block.size("crop_size_w", 1)?,
            height: block.size("crop_size_h", 1)?,
        };
        Ok(Self {
            input: block
                .integer(
                    "related_input_rank",
                    127,
                    "the position of a model input, from 0",
                )?
                .unwrap_or(0),
            format,
            source_size: (
                block.size("src_image_size_w", 2)?,
                block.size("src_image_size_h", 1)?,
            ),
            crop: block.switch("crop")?.then_some(crop),
            swap: block.switch("rbuv_swap_switch")?,
            conversion: block.conversion(format)?,
            padding: block.padding()?,
            mean: block.channels(["mean_chn_0", "mean_chn_1", "mean_chn_2"], |key| {
                block.byte(key)
            })?,
            min: block.channels(["min_chn_0", "min_chn_1", "min_chn_2"], |key| {
                Ok(block.number(key, 0.0..=255.0, "0 to 255")?.unwrap_or(0.0))
            })?,
            var_reci: block.channels(
                ["var_reci_chn_0", "var_reci_chn_1", "var_reci_chn_2"],
                |key| {
                    let factor = block.number(key, -65504.0..=65504.0, "-65504 to 65504")?;
                    Ok(factor.unwrap_or(1.0))
                },
            )?,
        })
    }
}

/// The values of `input_format`, in the order of their numbers.
const FORMATS: [&str; 15] = [
    "UNDEFINED",
    "YUV420SP_U8",
    "XRGB8888_U8",
    "RGB888_U8",
    "YUV400_U8",
    "NC1HWC0DI_FP16",
    "NC1HWC0DI_S8",
    "ARGB8888_U8",
    "YUYV_U8",
    "YUV422SP_U8",
    "AYUV444_U8",
    "RAW10",
    "RAW12",
    "RAW16",
    "RAW24",
];
/// The values of `aipp_mode`, in the order of their numbers.
const MODES: [&str; 3] = ["undefined", "static", "dynamic"];

impl Block<'_> {
    fn format(&self) -> Result<Format, AippError> {
        match self.choice("input_format", &FORMATS) {
            None => Err(AippError::Missing {
                key: "input_format",
            }),
            Some("RGB888_U8") => Ok(Format::Rgb888),
            Some("YUV420SP_U8") => Ok(Format::Yuv420sp),
            Some("YUV400_U8") => Ok(Format::Yuv400),
            Some(format) if FORMATS.iter().skip(1).any(|known| *known == format) => {
                Err(self.unsupported("input_format", "use RGB888_U8, YUV420SP_U8 or YUV400_U8"))
            }
            Some(_) => Err(self.value("input_format", "a format of AIPP, such as RGB888_U8")),
        }
    }

    /// Missing factors and biases are 0.
    fn conversion(&self, format: Format) -> Result<Option<Conversion>, AippError> {
        if !self.switch("csc_switch")? {
            return Ok(None);
        }
        if format == Format::Yuv400 {
            return Err(self.value("csc_switch", "false: YUV400_U8 has no colours to convert"));
        }
        let mut matrix = [[0; 3]; 3];
        for (row, keys) in matrix.iter_mut().zip(MATRIX) {
            *row = self.channels(keys, |key| self.factor(key))?;
        }
        Ok(Some(Conversion {
            matrix,
            input_bias: self.channels(INPUT_BIAS, |key| self.byte(key))?,
            output_bias: self.channels(OUTPUT_BIAS, |key| self.byte(key))?,
        }))
    }

    fn padding(&self) -> Result<Option<Padding>, AippError> {
        if !self.switch("padding")? {
            return Ok(None);
        }
        let side = |key| Ok(self.integer(key, 32, "0 to 32")?.unwrap_or(0));
        Ok(Some(Padding {
            left: side("left_padding_size")?,
            right: side("right_padding_size")?,
            top: side("top_padding_size")?,
            bottom: side("bottom_padding_size")?,
            value: self
                .number("padding_value", -65504.0..=65504.0, "-65504 to 65504")?
                .unwrap_or(0.0),
        }))
    }

    /// Refuses settings with which this implementation would differ from the device.
    fn check_modes(&self) -> Result<(), AippError> {
        match self.choice("aipp_mode", &MODES) {
            None => return Err(AippError::Missing { key: "aipp_mode" }),
            Some("static") => {}
            Some("dynamic") => {
                return Err(self.unsupported("aipp_mode", "use aipp_mode: static"));
            }
            Some(_) => return Err(self.value("aipp_mode", "static or dynamic")),
        }
        if self.has("related_input_name") {
            return Err(self.unsupported("related_input_name", "use related_input_rank"));
        }
        if self.switch("ax_swap_switch")? {
            return Err(self.value("ax_swap_switch", "false: the format has no alpha channel"));
        }
        for (key, instead) in MUST_BE_OFF {
            if self.switch(key)? {
                return Err(self.unsupported(key, instead));
            }
        }
        if self
            .integer("input_edge_idx", 0, "0")?
            .is_some_and(|edge| edge != 0)
        {
            return Err(self.value("input_edge_idx", "0"));
        }
        Ok(())
    }
}

/// Whether the field is a list in ATC's protobuf message.
fn repeated(key: &str) -> bool {
    key.starts_with("var_reci_chn_")
        || key == "input_edge_idx"
        || MATRIX.as_flattened().contains(&key)
        || INPUT_BIAS.contains(&key)
        || OUTPUT_BIAS.contains(&key)
}

fn known(key: &str) -> bool {
    USED.contains(&key)
        || IDLE.contains(&key)
        || MUST_BE_OFF.iter().any(|(switch, _)| *switch == key)
        || MATRIX.as_flattened().contains(&key)
        || INPUT_BIAS.contains(&key)
        || OUTPUT_BIAS.contains(&key)
        || key.starts_with(IDLE_PREFIX)
}
