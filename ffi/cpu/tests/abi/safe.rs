//! The safe types of `ascendcl` with this implementation, as the station uses them.

use std::env;
use std::path::Path;
use std::rc::Rc;
use std::time::{Duration, Instant};

use ascendcl::bindings::ACL_ERROR_INVALID_PARAM;
use ascendcl::symbols::Resolver;
use ascendcl::{AclError, Coherence, Device, Library, Model, RunMode, Runtime, Slot, Stream};

use crate::alone::{LIBRARY, alone, start};
use crate::session::{model, picture};

/// The library under test: linked, or the file that the tests use.
fn library() -> Library {
    match env::var_os(LIBRARY) {
        Some(path) => Library::open(path.as_ref()),
        // SAFETY: the functions have the prototypes of acl.h and keep AscendCL's promises.
        None => Library::builtin(unsafe { Resolver::new(ascendcl_cpu::symbol) }),
    }
    .expect("a library")
}

fn device() -> Rc<Device> {
    let runtime = Runtime::new(library(), None).expect("a runtime");
    Device::open(&runtime, 0).expect("a device")
}

/// Runs `seg` five times with two slots and compares each mask with ONNX Runtime's.
fn check_seg(mode: RunMode) {
    check_seg_loaded(mode, Model::load);
}

/// As [`check_seg`], with a model that `load` loads.
fn check_seg_loaded(
    mode: RunMode,
    load: impl Fn(&Rc<Device>, &Path) -> Result<Rc<Model>, AclError>,
) {
    let device = device();
    assert_eq!(device.run_mode(), mode);
    let stream = Stream::new(&device).expect("a stream");
    let seg = load(&device, &model("seg.onnx")).expect("a model");
    assert_eq!(seg.engine(), Some("unet-executor"));
    let golden = std::fs::read(model("seg.argmax.bin")).expect("golden values");
    let coherence = Coherence::probe(&device).expect("a probe");
    let mut slots = Slot::make(&seg, &coherence, 2, &[1]).expect("slots");
    for _ in 0..5 {
        let (mut input, slot) = slots.remove(0);
        input.copy_from_slice(&picture(288));
        let running = slot.execute(input, &stream).expect("a start");
        let limit = Instant::now() + Duration::from_secs(60);
        let finished = running.wait(limit).expect("an end");
        assert_eq!(finished.output(0), None);
        assert_eq!(finished.output(1), Some(&golden[..]));
        slots.push(finished.into_parts());
    }
}

alone! {
    fn a_model_runs_in_device_memory(_acl) {
        check_seg(RunMode::Device);
    }

    fn a_model_runs_with_copies_from_host_memory(_acl, ASCENDCL_CPU_RUN_MODE = "host") {
        check_seg(RunMode::Host);
    }

    fn a_model_has_threads_of_its_own(_acl) {
        for threads in [1, 3, 3] {
            check_seg_loaded(RunMode::Device, |device, path| {
                Model::load_with_threads(device, path, threads)
            });
        }
        let error = Model::load_with_threads(&device(), &model("seg.onnx"), 0).expect_err("none");
        assert_eq!((error.call, error.code), ("aclmdlSetConfigOpt", ACL_ERROR_INVALID_PARAM));
    }

    fn everything_can_be_created_again(_acl) {
        check_seg(RunMode::Device);
        check_seg(RunMode::Device);
    }
}

#[test]
fn the_safe_types_cause_no_misuse_and_no_leak() {
    let name = concat!(
        module_path!(),
        "::the_safe_types_cause_no_misuse_and_no_leak"
    );
    if env::var("ABI_TEST").is_ok_and(|test| test == name) {
        let host = env::var_os("ASCENDCL_CPU_RUN_MODE").is_some();
        return check_seg(if host { RunMode::Host } else { RunMode::Device });
    }
    for mode in [&[][..], &[("ASCENDCL_CPU_RUN_MODE", "host")]] {
        let variables = [mode, &[("ASCENDCL_CPU_VALIDATE", "1")]].concat();
        let output = start(name, &variables);
        let text = String::from_utf8_lossy(&output.stderr);
        assert!(
            output.status.success() && text.ends_with("validation: 0 misuses, 0 leaks\n"),
            "{text}"
        );
    }
}

#[cfg(feature = "faults")]
alone! {
    fn a_run_that_hangs_only_times_out(_acl, ASCENDCL_CPU_FAULT = "aclmdlExecuteAsync:1:hang") {
        let device = device();
        let stream = Stream::new(&device).expect("a stream");
        let seg = Model::load(&device, &model("seg.onnx")).expect("a model");
        let coherence = Coherence::probe(&device).expect("a probe");
        let (input, slot) = Slot::make(&seg, &coherence, 1, &[1]).expect("slots").remove(0);
        let running = slot.execute(input, &stream).expect("a start");
        let late = running.wait(Instant::now() + Duration::from_millis(200)).expect_err("it hangs");
        assert_eq!(*late.cause(), ascendcl::WaitError::Timeout);
        // The stream never finishes; the end of the process removes it.
        std::mem::forget((late, stream, seg, device));
    }

    fn a_failed_run_reports_its_code(_acl, ASCENDCL_CPU_FAULT = "aclmdlExecuteAsync:1:error=507015") {
        let device = device();
        let stream = Stream::new(&device).expect("a stream");
        let seg = Model::load(&device, &model("seg.onnx")).expect("a model");
        let coherence = Coherence::probe(&device).expect("a probe");
        let (input, slot) = Slot::make(&seg, &coherence, 1, &[1]).expect("slots").remove(0);
        let running = slot.execute(input, &stream).expect("a start");
        let failed = running.wait(Instant::now() + Duration::from_secs(60)).expect_err("it fails");
        let ascendcl::WaitError::Acl(error) = failed.cause() else {
            panic!("{failed}");
        };
        assert_eq!(error.code, 507_015);
        let slot = failed.recover(Instant::now() + Duration::from_secs(60)).expect("the slot");
        let (input, slot) = slot;
        let running = slot.execute(input, &stream).expect("a second start");
        running.wait(Instant::now() + Duration::from_secs(60)).expect("a good end");
    }
}
