//! The library reports a failed task on its own thread, and the next error names the task.

mod fake;

use std::thread;

use ascendcl::{Device, Exception};
use fake::{calls, runtime, state};

/// One test, because the last exception is kept per process.
#[test]
fn only_the_next_error_names_the_failed_task() {
    for (hidden, code) in [
        (None, Some(507_015)),
        (Some(c"aclrtGetErrorCodeFromExceptionInfo"), None),
    ] {
        state(|state| state.hidden = hidden);
        let device = Device::open(&runtime(), 0).unwrap();
        let callback = state(|state| state.callback).unwrap();
        thread::spawn(move || {
            let mut info = [7_u32, 3, 11, 0, 507_015];
            // SAFETY: the fake's functions read these numbers.
            unsafe { callback(info.as_mut_ptr().cast()) };
        })
        .join()
        .unwrap();
        state(|state| {
            state.fails = Some(("aclrtGetMemInfo", 507_015));
            state.message = Some(c"text");
        });
        let error = device.memory_bytes().unwrap_err();
        let exception = Exception {
            task: 7,
            stream: 3,
            thread: 11,
            device: 0,
            code,
        };
        assert_eq!(error.exception(), Some(exception));
        let text = error.to_string();
        let task = match code {
            Some(_) => ") in task 7 of stream 3 (code 507015): text; ",
            None => ") in task 7 of stream 3: text; ",
        };
        assert!(text.contains(task), "{text}");
        assert_eq!(device.memory_bytes().unwrap_err().exception(), None);
        state(|state| state.fails = None);
    }
    // The callback is optional.
    state(|state| state.hidden = Some(c"aclrtSetExceptionInfoCallback"));
    calls();
    drop(Device::open(&runtime(), 0).unwrap());
    assert!(!calls().contains(&"aclrtSetExceptionInfoCallback"));
}
