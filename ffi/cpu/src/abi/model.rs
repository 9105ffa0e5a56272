//! `acl_mdl.h`: running and unloading models.

use ascendcl::bindings::{aclError, aclmdlDataset, aclrtStream};

use super::{dataset, status};
use crate::failure::Failure;
use crate::handles::lock;
use crate::runtime::execute::Run;
use crate::runtime::work::Work;
use crate::runtime::{exception, models, stream};

/// Forgets a model. Errors: 145003 unknown id, 107004 loaded in another context.
#[unsafe(no_mangle)]
pub extern "C" fn aclmdlUnload(modelId: u32) -> aclError {
    status("aclmdlUnload", || models::unload(modelId))
}

/// Runs a model now. Buffers are looked at when it is called. It runs on the context's own stream; the calling thread
/// waits, and allocates nothing once the model has run before.
/// Errors: 100000 unknown dataset or buffer, 145003 unknown id, 107004 loaded in another context, 145000 buffers
/// that do not go with the model, 507011 the run failed, 207017 it came to NaN or an infinite number.
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

/// Runs a model on a stream; the calling thread allocates nothing once the model has run before.
/// Errors: as `aclmdlExecute`; 507011 and 207017 come out where the program waits.
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
    // One after the other: both may be the same dataset.
    run.set_inputs(dataset::contents(&lock(&inputs)))?;
    run.set_outputs(dataset::contents(&lock(&outputs)))?;
    run.validate();
    Ok(run)
}
