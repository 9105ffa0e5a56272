//! `acl_mdl.h`: running and unloading models.

use ascendcl::bindings::{aclError, aclmdlDataset, aclrtStream};

use super::{dataset, status};
use crate::failure::Failure;
use crate::handles::lock;
use crate::runtime::execute::Run;
use crate::runtime::work::Work;
use crate::runtime::{exception, models, stream};

/// Unloads a model. Errors: 145003 unknown id, 107004 loaded in another context.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlUnload(modelId: u32) -> aclError {
    status("aclmdlUnload", || models::unload(modelId))
}

/// Runs a model and waits. The buffers are those that the datasets describe at this call. The run
/// uses the context's own stream. The calling thread allocates nothing after the model's first run.
///
/// Errors: 100000 unknown dataset or buffer, 145003 unknown id, 107004 loaded in another context,
/// 145000 buffers that do not match the model, 507011 the run failed, 207017 the run computed NaN
/// or an infinite number.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlExecute(
    modelId: u32,
    input: *const aclmdlDataset,
    output: *mut aclmdlDataset,
) -> aclError {
    status("aclmdlExecute", || {
        let run = prepare(modelId, input, output, exception::thread_key())?;
        stream::null()?.launch_and_wait(Work::Execute("aclmdlExecute", run))
    })
}

/// Enqueues a run of a model. The calling thread allocates nothing after the model's first run.
///
/// Errors: as `aclmdlExecute`, except that the call that waits for the stream reports 507011 and
/// 207017.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlExecuteAsync(
    modelId: u32,
    input: *const aclmdlDataset,
    output: *mut aclmdlDataset,
    stream: aclrtStream,
) -> aclError {
    status("aclmdlExecuteAsync", || {
        let run = prepare(modelId, input, output, stream.addr())?;
        let stream = stream::resolve(stream.addr())?;
        stream.launch(Work::Execute("aclmdlExecuteAsync", run))
    })
}

fn prepare(
    model: u32,
    input: *const aclmdlDataset,
    output: *const aclmdlDataset,
    who: usize,
) -> Result<Run, Failure> {
    let inputs = dataset::dataset(input)?;
    let outputs = dataset::dataset(output)?;
    let mut run = Run::new(models::resolve(model)?, who);
    // One after the other, because both may be the same dataset.
    run.set_inputs(dataset::contents(&lock(&inputs)))?;
    run.set_outputs(dataset::contents(&lock(&outputs)))?;
    run.validate();
    Ok(run)
}
