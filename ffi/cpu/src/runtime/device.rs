//! The device: `aclInit` to `aclFinalize`, its default context, and the contents of contexts.

use std::sync::Mutex;

use ascendcl::bindings::{ACL_ERROR_RT_INVALID_DEVICEID, ACL_ERROR_RT_PARAM_INVALID};

use super::{context, exception, fault, models, process, report, stream};
use crate::failure::Failure;
use crate::handles::lock;
use crate::validate;

/// The number of devices; the only one is device 0.
pub(crate) const DEVICE_COUNT: u32 = 1;

/// The default context, and the number of `aclrtSetDevice` calls without their `aclrtResetDevice`.
struct Device {
    default_context: usize,
    users: u32,
}

const UNUSED: Device = Device {
    default_context: 0,
    users: 0,
};

/// The key of the open device among the live objects; never a handle, address or model id.
const DEVICE_KEY: usize = usize::MAX;

static DEVICE: Mutex<Device> = Mutex::new(UNUSED);

/// `aclInit`: initialises the process.
pub(crate) fn init() -> Result<(), Failure> {
    process::begin(|| {
        fault::load()?;
        validate::start()
    })
}

/// `aclFinalize`: waits for the streams and destroys them, and removes contexts and models. Memory
/// stays until it is freed.
pub(crate) fn finalize() -> Result<(), Failure> {
    process::end()?;
    validate::finish();
    stream::destroy_where(|_| true);
    models::clear();
    context::clear();
    report::clear();
    exception::set_callback(None);
    *lock(&DEVICE) = UNUSED;
    Ok(())
}

/// Makes the device's default context current on this thread.
pub(crate) fn open(device: i32) -> Result<(), Failure> {
    process::settings()?;
    check(device)?;
    let mut state = lock(&DEVICE);
    if state.users == 0 {
        state.default_context = context::add(device, true);
    }
    state.users = state.users.saturating_add(1);
    validate::created(DEVICE_KEY, || {
        "aclrtSetDevice without aclrtResetDevice".to_owned()
    });
    context::set_current(state.default_context)
}

/// Undoes one [`open`]; the last one destroys the default context and its streams.
pub(crate) fn close(device: i32) -> Result<(), Failure> {
    process::settings()?;
    check(device)?;
    let mut state = lock(&DEVICE);
    let ended = match state.users {
        0 => {
            return Err(Failure::new(
                ACL_ERROR_RT_INVALID_DEVICEID,
                format!("device {device} is not in use: call aclrtSetDevice first"),
            ));
        }
        1 => Some(state.default_context),
        _ => None,
    };
    state.users -= 1;
    drop(state);
    if ended.is_some() {
        validate::ended(DEVICE_KEY);
        let contexts = context::count().saturating_sub(1);
        if contexts > 0 {
            validate::forbidden(
                "deviceId",
                || format!("{contexts} contexts of the device are not destroyed"),
                validate::DESTROY_ORDER,
            );
        }
    }
    if let Some(context) = ended {
        end_context(context);
    }
    Ok(())
}

/// Creates a context and makes it current on this thread.
pub(crate) fn create_context(device: i32) -> Result<usize, Failure> {
    process::settings()?;
    check(device)?;
    Ok(context::add(device, false))
}

/// Waits for the streams of a context that [`create_context`] made, then destroys it.
pub(crate) fn destroy_context(handle: usize) -> Result<(), Failure> {
    process::settings()?;
    context::find(handle)?;
    if lock(&DEVICE).default_context == handle {
        return Err(Failure::new(
            ACL_ERROR_RT_PARAM_INVALID,
            "this is the device's default context: aclrtResetDevice destroys it",
        ));
    }
    end_context(handle);
    Ok(())
}

fn end_context(handle: usize) {
    let streams = stream::count(handle);
    if streams > 0 {
        validate::forbidden(
            "context",
            || format!("{streams} streams of the context are not destroyed"),
            validate::DESTROY_ORDER,
        );
    }
    stream::destroy_where(|stream| stream.context == handle);
    context::remove(handle);
}

pub(crate) fn check(device: i32) -> Result<(), Failure> {
    if u32::try_from(device).is_ok_and(|device| device < DEVICE_COUNT) {
        return Ok(());
    }
    Err(Failure::new(
        ACL_ERROR_RT_INVALID_DEVICEID,
        format!("device {device} does not exist: the CPU is device 0, give that"),
    ))
}
