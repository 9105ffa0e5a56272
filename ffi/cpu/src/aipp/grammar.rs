//! The text of an AIPP configuration as ATC's `--insert_op_conf` takes it: one block
//! `aipp_op { key: value ... }` in protobuf text format, `#` starts a comment.

use std::collections::BTreeMap;

use super::tokens::{ended, expect, is_word, syntax, tokens};
use super::{AippError, CHANNELS, Config, Crop};

/// Keys that are used here.
const USED: [&str; 23] = [
    "aipp_mode",
    "related_input_rank",
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
];

/// Keys of formats with a fourth channel: any number is taken and changes nothing, as on the device.
const FOURTH_CHANNEL: [&str; 3] = ["mean_chn_3", "min_chn_3", "var_reci_chn_3"];

/// Switches that must be off, and the keys that only have a meaning when they are on.
const MUST_BE_OFF: [(&str, &str); 3] = [
    (
        "resize",
        "the AIPP of the Ascend 310 has no resize: give the picture in the model's size",
    ),
    ("padding", "give the picture in the model's size"),
    ("single_line_mode", "switch it off"),
];

/// Prefixes of keys that only have a meaning when a switch of [`MUST_BE_OFF`] or `csc_switch` is on.
const IDLE_PREFIXES: [&str; 8] = [
    "matrix_",
    "input_bias_",
    "output_bias_",
    "resize_output_",
    "left_padding_",
    "right_padding_",
    "top_padding_",
    "bottom_padding_",
];

impl Config {
    /// Reads a configuration file's text.
    ///
    /// # Errors
    ///
    /// [`AippError`], the first problem found, with line and key.
    pub fn parse(text: &str) -> Result<Self, AippError> {
        let block = Block::read(text)?;
        block.check_modes()?;
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
            source_size: (
                block.size("src_image_size_w", 2)?,
                block.size("src_image_size_h", 1)?,
            ),
            crop: block.switch("crop")?.then_some(crop),
            swap: block.switch("rbuv_swap_switch")?,
            mean: block.channels(["mean_chn_0", "mean_chn_1", "mean_chn_2"], |key| {
                let mean = block.integer(key, 255, "a whole number, 0 to 255")?;
                Ok(mean.and_then(|mean| u8::try_from(mean).ok()).unwrap_or(0))
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

/// Keys and values of the one `aipp_op` block, each with its line.
struct Block<'a> {
    values: BTreeMap<&'a str, (usize, &'a str)>,
}

impl<'a> Block<'a> {
    fn read(text: &'a str) -> Result<Self, AippError> {
        let mut tokens = tokens(text);
        expect(tokens.next(), "aipp_op", "`aipp_op {`")?;
        expect(tokens.next(), "{", "`{` after aipp_op")?;
        let mut values = BTreeMap::new();
        loop {
            let (line, key) = tokens
                .next()
                .ok_or_else(|| ended("`}` at the end of aipp_op"))?;
            if key == "}" {
                break;
            }
            if !is_word(key) {
                return Err(syntax(line, key, "a key or `}`"));
            }
            expect(tokens.next(), ":", "`:` after the key")?;
            let (value_line, value) = tokens.next().ok_or_else(|| ended("a value"))?;
            if matches!(value, ":" | "{" | "}") {
                return Err(syntax(value_line, value, "a value"));
            }
            if !known(key) {
                return Err(AippError::UnknownKey {
                    line,
                    key: key.to_owned(),
                });
            }
            if values.insert(key, (line, value)).is_some() {
                return Err(AippError::Repeated {
                    line,
                    key: key.to_owned(),
                });
            }
        }
        match tokens.next() {
            None => Ok(Self { values }),
            Some((line, "aipp_op")) => Err(AippError::Unsupported {
                line,
                key: "aipp_op".to_owned(),
                value: "second block".to_owned(),
                instead: "one picture input a model: keep one block",
            }),
            Some((line, found)) => Err(syntax(line, found, "nothing after the block")),
        }
    }

    /// What must be so for this implementation to give what the device gives.
    fn check_modes(&self) -> Result<(), AippError> {
        match self.values.get("aipp_mode") {
            None => return Err(AippError::Missing { key: "aipp_mode" }),
            Some((_, "static")) => {}
            Some((_, "dynamic")) => {
                return Err(self.unsupported("aipp_mode", "use aipp_mode: static"));
            }
            Some(_) => return Err(self.value("aipp_mode", "static or dynamic")),
        }
        match self.values.get("input_format") {
            None => {
                return Err(AippError::Missing {
                    key: "input_format",
                });
            }
            Some((_, "RGB888_U8")) => {}
            Some((
                _,
                "YUV420SP_U8" | "XRGB8888_U8" | "YUV400_U8" | "ARGB8888_U8" | "YUYV_U8"
                | "YUV422SP_U8" | "AYUV444_U8" | "NC1HWC0DI_FP16" | "NC1HWC0DI_S8" | "RAW10"
                | "RAW12" | "RAW16" | "RAW24",
            )) => return Err(self.unsupported("input_format", "use RGB888_U8")),
            Some(_) => {
                return Err(self.value("input_format", "a format of AIPP, such as RGB888_U8"));
            }
        }
        if self.switch("csc_switch")? {
            return Err(self.value("csc_switch", "false: RGB888_U8 needs no colour conversion"));
        }
        if self.switch("ax_swap_switch")? {
            return Err(self.value("ax_swap_switch", "false: RGB888_U8 has no alpha channel"));
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

    fn switch(&self, key: &str) -> Result<bool, AippError> {
        match self.values.get(key) {
            None | Some((_, "false" | "False" | "f" | "0")) => Ok(false),
            Some((_, "true" | "True" | "t" | "1")) => Ok(true),
            Some(_) => Err(self.value(key, "true or false")),
        }
    }

    fn integer(
        &self,
        key: &str,
        max: usize,
        allowed: &'static str,
    ) -> Result<Option<usize>, AippError> {
        let Some((_, text)) = self.values.get(key) else {
            return Ok(None);
        };
        let number = text.parse().ok().filter(|number: &usize| *number <= max);
        number.map(Some).ok_or_else(|| self.value(key, allowed))
    }

    /// A picture size in pixels, `min` to 4096; 0 is "as the model".
    fn size(&self, key: &str, min: usize) -> Result<Option<usize>, AippError> {
        let allowed = if min == 2 {
            "0 or 2 to 4096"
        } else {
            "0 to 4096"
        };
        match self.integer(key, 4096, allowed)? {
            None | Some(0) => Ok(None),
            Some(size) if size >= min => Ok(Some(size)),
            Some(_) => Err(self.value(key, allowed)),
        }
    }

    fn number(
        &self,
        key: &str,
        range: std::ops::RangeInclusive<f32>,
        allowed: &'static str,
    ) -> Result<Option<f32>, AippError> {
        let Some((_, text)) = self.values.get(key) else {
            return Ok(None);
        };
        let number = text.parse().ok().filter(|number| range.contains(number));
        number.map(Some).ok_or_else(|| self.value(key, allowed))
    }

    fn channels<T: Copy + Default>(
        &self,
        keys: [&str; CHANNELS],
        read: impl Fn(&str) -> Result<T, AippError>,
    ) -> Result<[T; CHANNELS], AippError> {
        let mut channels = [T::default(); CHANNELS];
        for (channel, key) in channels.iter_mut().zip(keys) {
            *channel = read(key)?;
        }
        Ok(channels)
    }

    fn value(&self, key: &str, allowed: &'static str) -> AippError {
        let (line, value) = self.values.get(key).copied().unwrap_or_default();
        AippError::Value {
            line,
            key: key.to_owned(),
            value: value.to_owned(),
            allowed,
        }
    }

    fn unsupported(&self, key: &str, instead: &'static str) -> AippError {
        let (line, value) = self.values.get(key).copied().unwrap_or_default();
        AippError::Unsupported {
            line,
            key: key.to_owned(),
            value: value.to_owned(),
            instead,
        }
    }
}

fn known(key: &str) -> bool {
    USED.contains(&key)
        || FOURTH_CHANNEL.contains(&key)
        || MUST_BE_OFF.iter().any(|(switch, _)| *switch == key)
        || IDLE_PREFIXES.iter().any(|prefix| key.starts_with(prefix))
}
