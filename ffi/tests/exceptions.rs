//! A task that fails on the device is told of by the library, on a thread of its own, and named by the error that follows.

mod fake;

use std::thread;

use ascendcl::{Device, Exception};
use fake::{calls, runtime, state};

/// One test: what the library told last belongs to the process.
#[test]
fn the_next_error_names_the_task_that_failed_once() {
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
    // A library without the callback is as good as before.
    state(|state| state.hidden = Some(c"aclrtSetExceptionInfoCallback"));
    calls();
    drop(Device::open(&runtime(), 0).unwrap());
    assert!(!calls().contains(&"aclrtSetExceptionInfoCallback"));
}
