//! The calls that the safe types make, and their order.

mod fake;

use ascendcl::bindings as acl;
use ascendcl::{
    AclError, Coherence, DataType, Device, DeviceStatus, Library, LoadError, Model, RunMode,
    Runtime, Slot, SlotError,
};
use fake::{FAKE, calls, runtime, state, station};

#[test]
fn everything_is_destroyed_in_the_order_that_the_library_requires() {
    {
        let station = station();
        let slots = station.slots(1, &[0]).unwrap();
        // The slots hold the model, so only the stream is destroyed.
        drop(station.model);
        drop(station.coherence);
        drop(station.stream);
        assert_eq!(calls().last(), Some(&"aclrtDestroyStream"));
        drop(slots);
    }
    assert_eq!(
        calls(),
        [
            "aclDestroyDataBuffer",
            "aclmdlDestroyDataset",
            "aclDestroyDataBuffer",
            "aclDestroyDataBuffer",
            "aclmdlDestroyDataset",
            "aclrtDestroyEvent",
            "aclmdlUnload",
            "aclrtFree",
            "aclrtFree",
            "aclrtFree",
            "aclrtDestroyContext",
            "aclrtResetDevice",
            "aclFinalize",
        ]
    );
}

#[test]
fn a_station_starts_with_these_calls() {
    let station = station();
    let model = &station.model;
    let calls = calls();
    assert_eq!(
        calls[..9],
        [
            "aclInit",
            "aclrtSetExceptionInfoCallback",
            "aclrtSetDevice",
            "aclrtCreateContext",
            "aclrtGetRunMode",
            // The probe of the caches begins here: see tests/caches.rs.
            "aclrtCreateStream",
            "aclrtCreateEvent",
            "aclrtMalloc",
            "aclrtMemset",
        ]
    );
    let probed = calls.iter().position(|call| *call == "aclrtFree").unwrap() + 1;
    assert_eq!(
        calls[probed..],
        [
            "aclrtCreateStream",
            "aclmdlQuerySize",
            "aclrtMalloc",
            "aclrtMemset",
            "aclrtMalloc",
            "aclrtMemset",
            "aclmdlLoadFromFileWithMem",
            "aclmdlCreateDesc",
            "aclmdlGetDesc",
            "aclmdlGetNumInputs",
            "aclmdlGetNumOutputs",
            "aclmdlGetInputDimsV2",
            "aclmdlGetInputNameByIndex",
            "aclmdlGetInputDataType",
            "aclmdlGetInputFormat",
            "aclmdlGetInputSizeByIndex",
            "aclmdlGetOutputDims",
            "aclmdlGetOutputNameByIndex",
            "aclmdlGetOutputDataType",
            "aclmdlGetOutputFormat",
            "aclmdlGetOutputSizeByIndex",
            "aclmdlGetOutputDims",
            "aclmdlGetOutputNameByIndex",
            "aclmdlGetOutputDataType",
            "aclmdlGetOutputFormat",
            "aclmdlGetOutputSizeByIndex",
            "aclmdlDestroyDesc",
        ]
    );
    let [input] = model.inputs() else { panic!() };
    assert_eq!(input.to_string(), "`x` 1x2x2x3 uint8 nhwc (12 bytes)");
    let [mask, scores] = model.outputs() else {
        panic!()
    };
    assert_eq!((mask.name.as_str(), mask.len_bytes), ("mask", 4));
    assert_eq!((scores.name.as_str(), scores.data_type), ("", DataType(99)));
}

#[test]
fn only_the_library_on_the_cpu_tells_its_engine_and_takes_threads() {
    let device = Device::open(&runtime(), 0).unwrap();
    assert_eq!(
        Model::load(&device, "m.om".as_ref()).unwrap().engine(),
        None
    );
    let error = Model::load_with_threads(&device, "m.om".as_ref(), 2).unwrap_err();
    assert_eq!(error.call, "aclmdlLoadWithConfig");
    assert_eq!(error.code, acl::ACL_ERROR_FEATURE_UNSUPPORTED);
}

#[test]
fn memory_of_a_model_that_is_not_unloaded_is_not_freed() {
    let device = Device::open(&runtime(), 0).unwrap();
    for (fails, frees) in [(None, 2), (Some(("aclmdlUnload", 507_018)), 0)] {
        let model = Model::load(&device, "m.om".as_ref()).unwrap();
        state(|state| state.fails = fails);
        calls();
        drop(model);
        let freed = calls().into_iter().filter(|call| *call == "aclrtFree");
        assert_eq!(freed.count(), frees);
    }
}

#[test]
fn a_failed_step_undoes_the_steps_before_it() {
    state(|state| state.fails = Some(("aclmdlLoadFromFileWithMem", acl::ACL_ERROR_RT_SOC_VERSION)));
    let device = Device::open(&runtime(), 0).unwrap();
    calls();
    let error = Model::load(&device, "model.om".as_ref()).unwrap_err();
    assert_eq!(
        (error.call, error.code),
        ("aclmdlLoadFromFileWithMem", 507_008)
    );
    let done = calls();
    assert_eq!(
        done.iter().filter(|call| **call == "aclrtMalloc").count(),
        2
    );
    assert_eq!(done.iter().filter(|call| **call == "aclrtFree").count(), 2);
    assert!(!done.contains(&"aclmdlUnload"));
    drop(device);
    assert_eq!(
        calls(),
        ["aclrtDestroyContext", "aclrtResetDevice", "aclFinalize"]
    );

    state(|state| state.fails = Some(("aclrtCreateContext", 507_033)));
    let error = Device::open(&runtime(), 0).unwrap_err();
    assert!(error.is_fatal());
    assert_eq!(
        calls(),
        [
            "aclInit",
            "aclrtSetExceptionInfoCallback",
            "aclrtSetDevice",
            "aclrtCreateContext",
            "aclGetRecentErrMsg",
            "aclrtGetSocName",
            "aclrtResetDevice",
            "aclFinalize"
        ]
    );

    state(|state| state.fails = Some(("aclInit", acl::ACL_ERROR_REPEAT_INITIALIZE)));
    Runtime::new(Library::builtin(FAKE).unwrap(), None).unwrap_err();
    assert_eq!(
        calls(),
        ["aclInit", "aclGetRecentErrMsg", "aclrtGetSocName"]
    );
}

#[test]
fn an_error_has_the_call_the_code_its_name_and_the_text_of_the_time() {
    let device = Device::open(&runtime(), 0).unwrap();
    state(|state| {
        state.fails = Some(("aclrtGetMemInfo", acl::ACL_ERROR_RT_MEMORY_ALLOCATION));
        state.message = Some(c"EL0004: no huge pages\n");
    });
    let first = device.memory_bytes().unwrap_err();
    // The library has cleared its text by now, and gives a different one later.
    assert_eq!(device.memory_bytes().unwrap_err().message(), "");
    state(|state| state.message = Some(c"caf\xe9"));
    assert_eq!(device.memory_bytes().unwrap_err().message(), "caf");
    assert_eq!(
        first.to_string(),
        "aclrtGetMemInfo failed with 207001 (ACL_ERROR_RT_MEMORY_ALLOCATION, see `sluice explain \
         207001`): EL0004: no huge pages; memory ran out: use fewer slots or a smaller model, or \
         end other programs on the device"
    );
    state(|state| state.fails = Some(("aclrtGetMemInfo", 42)));
    let unknown = device.memory_bytes().unwrap_err();
    assert_eq!(
        (unknown.name(), unknown.is_fatal()),
        ("a code unknown to header 1.3.0", false)
    );
}

#[test]
fn the_answers_of_the_library_are_passed_on() {
    let runtime = runtime();
    assert_eq!(runtime.version(), Ok((1, 3, 0)));
    assert_eq!(runtime.device_count(), Ok(1));
    let device = Device::open(&runtime, 0).unwrap();
    assert_eq!((device.run_mode(), device.id()), (RunMode::Device, 0));
    assert_eq!(device.soc_name(), Some("Fake310"));
    assert_eq!(device.memory_bytes(), Ok((3, 8)));
    let model = Model::load(&device, "model.om".as_ref()).unwrap();
    let aipp = model.aipp(0).unwrap().unwrap();
    assert_eq!((aipp.width_px, aipp.min), (2, [0.0, 127.5, 0.0, 0.0]));
    for code in [145_015, 100_038] {
        state(|state| state.fails = Some(("aclmdlGetFirstAippInfo", code)));
        assert_eq!(model.aipp(0), Ok(None));
    }
    state(|state| state.fails = Some(("aclmdlGetFirstAippInfo", 145_003)));
    assert_eq!(
        model.aipp(0).map_err(|error: AclError| error.code),
        Err(145_003)
    );
    state(|state| state.run_mode = 5);
    assert_eq!(Device::open(&runtime, 0).unwrap().run_mode(), RunMode::Host);
}

#[test]
fn a_missing_function_is_named_unless_it_is_optional() {
    state(|state| state.hidden = Some(c"aclmdlExecuteAsync"));
    let error = Library::builtin(FAKE).unwrap_err();
    assert_eq!(error, LoadError::Missing(c"aclmdlExecuteAsync"));
    assert!(error.to_string().contains("no function aclmdlExecuteAsync"));
    // Newer libraries have this function. `with_timeout` controls the other optional one.
    for (hidden, status) in [
        (Some(c"aclrtQueryDeviceStatus"), None),
        (None, Some(DeviceStatus::NORMAL)),
    ] {
        state(|state| state.hidden = hidden);
        let device = Device::open(&runtime(), 0).unwrap();
        assert_eq!(device.status(), Ok(status));
    }
    state(|state| state.fails = Some(("aclrtQueryDeviceStatus", 507_899)));
    let device = Device::open(&runtime(), 0).unwrap();
    assert_eq!(device.status().map_err(|error| error.code), Err(507_899));
}

#[test]
fn the_error_names_a_file_that_is_absent_or_not_an_ascendcl_library() {
    let error = Library::open("no/such/libascendcl.so".as_ref()).unwrap_err();
    assert!(
        error.to_string().contains("no/such/libascendcl.so"),
        "{error}"
    );
    // Every Linux machine has this file, and it has no function of AscendCL.
    let error = Library::open("libc.so.6".as_ref()).unwrap_err();
    assert_eq!(error, LoadError::Missing(c"aclInit"));
}

#[test]
fn slots_need_a_model_of_the_right_shape() {
    let fits = station();
    let error = fits.slots(1, &[2]).unwrap_err();
    assert_eq!(
        error,
        SlotError::NoOutput {
            output: 2,
            outputs: 2
        }
    );
    let other = Device::open(&runtime(), 0).unwrap();
    let coherence = Coherence::probe(&other).unwrap();
    assert_eq!(
        Slot::make(&fits.model, &coherence, 1, &[]).unwrap_err(),
        SlotError::OtherDevice
    );
    drop((fits, coherence, other));
    state(|state| state.fails = Some(("aclmdlGetNumInputs", 0)));
    assert_eq!(station().slots(1, &[]).unwrap_err(), SlotError::Inputs(0));
    state(|state| state.fails = Some(("aclmdlGetOutputSizeByIndex", 0)));
    assert_eq!(
        station().slots(1, &[]).unwrap_err(),
        SlotError::NoSize("mask".into())
    );
}
