//! `acl_mdl.h`: queries about the AIPP of an input.

use std::ffi::CString;

use ascendcl::bindings::{
    ACL_DATA_WITH_STATIC_AIPP, ACL_DATA_WITHOUT_AIPP, ACL_ERROR_GE_AIPP_NOT_EXIST,
    ACL_ERROR_INVALID_PARAM, ACL_FLOAT, ACL_FORMAT_NCHW, ACL_FORMAT_NHWC, ACL_RGB888_U8,
    ACL_YUV400_U8, ACL_YUV420SP_U8, aclAippInfo, aclError, aclmdlInputAippType,
};

use super::{not_null, ports, status};
use crate::aipp::{Format, Layout};
use crate::failure::Failure;
use crate::model::Model;
use crate::runtime::models;

/// Whether an input has static AIPP. There is no dynamic AIPP, so `dynamicAttachedDataIndex` gets
/// the largest `size_t`, which means "none". Errors: 145003 unknown id, 100000 unknown index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlGetAippType(
    modelId: u32,
    index: usize,
    type_: *mut aclmdlInputAippType,
    dynamicAttachedDataIndex: *mut usize,
) -> aclError {
    status("aclmdlGetAippType", || {
        not_null(type_, "type")?;
        not_null(dynamicAttachedDataIndex, "dynamicAttachedDataIndex")?;
        let loaded = models::find(modelId)?;
        check_index(&loaded.model, index)?;
        let kind = match loaded.model.aipp(index) {
            Some(_) => ACL_DATA_WITH_STATIC_AIPP,
            None => ACL_DATA_WITHOUT_AIPP,
        };
        // SAFETY: not null; the caller passes valid pointers to both.
        unsafe {
            type_.write(kind);
            dynamicAttachedDataIndex.write(usize::MAX);
        }
        Ok(())
    })
}

/// The static AIPP settings of an input. Errors: 145015 the input has no AIPP, 145003 unknown id,
/// 100000 unknown index.
#[unsafe(no_mangle)]
pub unsafe extern "C" fn aclmdlGetFirstAippInfo(
    modelId: u32,
    index: usize,
    aippInfo: *mut aclAippInfo,
) -> aclError {
    status("aclmdlGetFirstAippInfo", || {
        not_null(aippInfo, "aippInfo")?;
        let loaded = models::find(modelId)?;
        check_index(&loaded.model, index)?;
        if loaded.model.aipp(index).is_none() {
            return Err(Failure::new(
                ACL_ERROR_GE_AIPP_NOT_EXIST,
                format!(
                    "input {index} of model {modelId} has no AIPP: put NAME.aipp.cfg beside the model"
                ),
            )
            .into_answer());
        }
        // SAFETY: not null; the caller passes a valid pointer to the struct. All zeros are valid
        // for its fields, which are numbers and a nullable pointer. The struct is large, so it is
        // filled in place.
        let info = unsafe {
            aippInfo.write_bytes(0, 1);
            &mut *aippInfo
        };
        fill(info, &loaded.model, index);
        Ok(())
    })
}

fn check_index(model: &Model, index: usize) -> Result<(), Failure> {
    let count = model.inputs().len();
    if index < count {
        return Ok(());
    }
    Err(Failure::new(
        ACL_ERROR_INVALID_PARAM,
        format!("input {index}, the model has {count}"),
    )
    .argument("index"))
}

/// A size in pixels as the ABI gives it. It fits: the grammar allows at most 4096, and a tensor is
/// in memory.
fn pixels(size: usize) -> i32 {
    i32::try_from(size).unwrap_or(i32::MAX)
}

fn fill(info: &mut aclAippInfo, model: &Model, index: usize) {
    let (Some((config, stage)), Some(tensor)) = (model.aipp(index), model.inputs().nth(index))
    else {
        return;
    };
    let (width, height) = stage.source_size();
    let (crop_width, crop_height) = stage.crop_size();
    let (output_width, output_height) = stage.output_size();
    let (x, y) = stage.start();
    info.inputFormat = match config.format {
        Format::Rgb888 => ACL_RGB888_U8,
        Format::Yuv420sp => ACL_YUV420SP_U8,
        Format::Yuv400 => ACL_YUV400_U8,
    };
    info.srcImageSizeW = pixels(width);
    info.srcImageSizeH = pixels(height);
    if config.crop.is_some() {
        info.cropSwitch = 1;
        info.loadStartPosW = pixels(x);
        info.loadStartPosH = pixels(y);
        info.cropSizeW = pixels(crop_width);
        info.cropSizeH = pixels(crop_height);
    }
    info.rbuvSwapSwitch = i8::from(config.swap);
    if let Some(conversion) = &config.conversion {
        info.cscSwitch = 1;
        let [first, second, third] = conversion.matrix;
        [info.matrixR0C0, info.matrixR0C1, info.matrixR0C2] = first;
        [info.matrixR1C0, info.matrixR1C1, info.matrixR1C2] = second;
        [info.matrixR2C0, info.matrixR2C1, info.matrixR2C2] = third;
        [info.inputBias0, info.inputBias1, info.inputBias2] = conversion.input_bias.map(i32::from);
        [info.outputBias0, info.outputBias1, info.outputBias2] =
            conversion.output_bias.map(i32::from);
    }
    if let Some(padding) = &config.padding {
        info.paddingSwitch = 1;
        info.leftPaddingSize = pixels(padding.left);
        info.rightPaddingSize = pixels(padding.right);
        info.topPaddingSize = pixels(padding.top);
        info.bottomPaddingSize = pixels(padding.bottom);
    }
    [info.meanChn0, info.meanChn1, info.meanChn2] = config.mean.map(i32::from);
    [info.minChn0, info.minChn1, info.minChn2] = config.min;
    [info.varReciChn0, info.varReciChn1, info.varReciChn2] = config.var_reci;
    info.varReciChn3 = 1.0;
    info.srcDatatype = ACL_FLOAT;
    let name = CString::new(tensor.name.replace('\0', "")).unwrap_or_default();
    let batch = tensor.dims.first().copied().unwrap_or_default();
    let output_dims;
    (info.srcFormat, output_dims) = match stage.layout() {
        Layout::Nchw => (
            ACL_FORMAT_NCHW,
            [batch, stage.channels(), output_height, output_width],
        ),
        Layout::Nhwc => (
            ACL_FORMAT_NHWC,
            [batch, output_height, output_width, stage.channels()],
        ),
    };
    info.srcDimNum = output_dims.len();
    info.shapeCount = 1;
    let [shape, ..] = &mut info.outDims;
    shape.srcDims = ports::dims(&name, &ports::signed(&tensor.dims));
    shape.srcSize = tensor.bytes;
    shape.aippOutdims = ports::dims(&name, &ports::signed(&output_dims));
    shape.aippOutSize = stage.output_len() * batch * size_of::<f32>();
}
