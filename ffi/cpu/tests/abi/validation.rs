//! Validation: what is reported, what is not, and the summary line.

use std::env;
use std::fs;
use std::ptr;

use ascendcl::bindings::{
    ACL_EVENT_RECORDED_STATUS_COMPLETE, ACL_EVENT_RECORDED_STATUS_NOT_READY, AscendCl,
};

use crate::alone::{call, functions, start};
use crate::session::{Session, directory, picture};

/// Runs `body` in a process with validation on and returns its standard error output; in that
/// process returns `None`.
fn report(name: &str, body: fn(&AscendCl), variables: &[(&str, &str)]) -> Option<String> {
    if env::var("ABI_TEST").is_ok_and(|test| test == name) {
        body(&functions());
        return None;
    }
    let mut all = vec![("ASCENDCL_CPU_VALIDATE", "1")];
    all.extend(variables);
    let output = start(name, &all);
    let text = String::from_utf8_lossy(&output.stderr).into_owned();
    assert!(output.status.success(), "{}\n{text}", output.status);
    Some(text)
}

/// Declares tests of a report: a body for the process, and one that checks the text.
macro_rules! reports {
    ($(fn $name:ident($acl:ident $(, $variable:ident = $value:expr)*) $body:block output($text:ident) $check:block)+) => {
        $(
            #[test]
            fn $name() {
                fn body($acl: &AscendCl) $body
                let name = concat!(module_path!(), "::", stringify!($name));
                if let Some($text) = report(name, body, &[$((stringify!($variable), $value)),*]) $check
            }
        )+
    };
}

/// The lines that begin with `validation: `.
fn lines(text: &str) -> Vec<&str> {
    text.lines()
        .filter_map(|line| line.strip_prefix("validation: "))
        .collect()
}

/// Ends a session correctly.
fn end(session: &Session<'_>) {
    session.ok(call!(session.acl, aclrtDestroyStream(session.stream)));
    session.ok(call!(session.acl, aclrtResetDevice(0)));
    session.ok(call!(session.acl, aclFinalize()));
}

reports! {
    fn a_correct_program_causes_no_report(acl) {
        let session = Session::start(acl);
        let (id, event) = (session.load("seg.onnx"), session.event());
        let description = session.describe(id);
        let memory = [session.upload(&picture(288)), session.malloc(768), session.malloc(384)];
        let (input, output) = (session.dataset(&[(memory[0], 288)]), session.dataset(&[(memory[1], 768), (memory[2], 384)]));
        // Queries with a negative answer.
        let mut index = 0;
        call!(acl, aclmdlGetInputIndexByName(description, c"ascend_mbatch_shape_data".as_ptr(), &raw mut index));
        call!(acl, aclmdlGetFirstAippInfo(session.load("add.onnx"), 0, Box::new_uninit().as_mut_ptr()));
        call!(acl, aclrtProcessReport(1));
        let missing = crate::session::load(acl, &directory("validation").join("none.onnx"));
        assert_ne!(missing.0, 0);
        for _ in 0..200 {
            session.ok(call!(acl, aclmdlExecute(id, input, output)));
            session.ok(call!(acl, aclmdlExecuteAsync(id, input, output, session.stream)));
            session.ok(call!(acl, aclrtRecordEvent(event, session.stream)));
            session.ok(call!(acl, aclrtSynchronizeEvent(event)));
            let mut short_lived = ptr::null_mut();
            session.ok(call!(acl, aclrtCreateEvent(&raw mut short_lived)));
            session.ok(call!(acl, aclrtRecordEvent(short_lived, session.stream)));
            session.ok(call!(acl, aclrtSynchronizeEvent(short_lived)));
            session.ok(call!(acl, aclrtDestroyEvent(short_lived)));
        }
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        for dataset in [input, output] {
            for at in 0..call!(acl, aclmdlGetDatasetNumBuffers(dataset)) {
                session.ok(call!(acl, aclDestroyDataBuffer(call!(acl, aclmdlGetDatasetBuffer(dataset, at)))));
            }
            session.ok(call!(acl, aclmdlDestroyDataset(dataset)));
        }
        for pointer in memory {
            session.ok(call!(acl, aclrtFree(pointer)));
        }
        session.ok(call!(acl, aclmdlDestroyDesc(description)));
        session.ok(call!(acl, aclmdlUnload(id)));
        session.ok(call!(acl, aclmdlUnload(id + 1)));
        session.ok(call!(acl, aclrtDestroyEvent(event)));
        end(&session);
    } output(text) {
        assert_eq!(lines(&text), ["0 misuses, 0 leaks"], "{text}");
    }

    // The program polls, so it sees the record at the moment at which the stream's thread makes it.
    fn a_stream_may_be_destroyed_as_soon_as_its_last_record_is_seen(acl) {
        let session = Session::start(acl);
        let event = session.event();
        for _ in 0..2000 {
            let mut stream = ptr::null_mut();
            session.ok(call!(acl, aclrtCreateStream(&raw mut stream)));
            session.ok(call!(acl, aclrtRecordEvent(event, stream)));
            let mut status = ACL_EVENT_RECORDED_STATUS_NOT_READY;
            while status != ACL_EVENT_RECORDED_STATUS_COMPLETE {
                session.ok(call!(acl, aclrtQueryEventStatus(event, &raw mut status)));
            }
            session.ok(call!(acl, aclrtDestroyStream(stream)));
        }
        session.ok(call!(acl, aclrtDestroyEvent(event)));
        end(&session);
    } output(text) {
        assert_eq!(lines(&text), ["0 misuses, 0 leaks"], "{text}");
    }

    fn a_misuse_is_reported_with_function_argument_rule_and_backtrace(acl) {
        let session = Session::start(acl);
        let pointer = session.malloc(100);
        let mut local = [0_u8; 128];
        call!(acl, aclrtMemcpy((&raw mut local).cast(), 128, pointer, 101, 2));
        session.ok(call!(acl, aclrtFree(pointer)));
        call!(acl, aclrtFree(pointer));
        call!(acl, aclmdlGetNumInputs(ptr::null_mut()));
        end(&session);
    } output(text) {
        let found = lines(&text);
        assert_eq!(found, [
            "misuse 1: aclrtMemcpy", "misuse 2: aclrtFree", "misuse 3: aclmdlGetNumInputs", "3 misuses, 0 leaks",
        ], "{text}");
        assert!(text.contains("  what: 101 bytes at") && text.contains("exceed their block of 100 bytes"), "{text}");
        assert!(text.contains("  argument: devPtr\n  what: ") && text.contains("freed before"), "{text}");
        assert!(text.contains("  argument: modelDesc\n") && text.contains("  documentation: memory is freed once"), "{text}");
        // The backtrace contains this test.
        assert!(text.contains("a_misuse_is_reported_with_function_argument_rule_and_backtrace"), "{text}");
    }

    fn every_object_that_is_left_is_a_leak(acl) {
        let session = Session::start(acl);
        let mut context = ptr::null_mut();
        let mut host = ptr::null_mut();
        let dims = [1_i64];
        session.ok(call!(acl, aclrtMallocHost(&raw mut host, 64)));
        session.malloc(32);
        session.describe(session.load("add.onnx"));
        session.dataset(&[(ptr::null_mut(), 0)]);
        session.event();
        call!(acl, aclmdlCreateConfigHandle());
        call!(acl, aclmdlCreateAIPP(1));
        call!(acl, aclCreateTensorDesc(0, 1, dims.as_ptr(), 0));
        session.ok(call!(acl, aclrtCreateContext(&raw mut context, 0)));
        session.ok(call!(acl, aclFinalize()));
    } output(text) {
        let mut kinds: Vec<&str> = lines(&text)
            .into_iter()
            .filter_map(|line| line.strip_prefix("leak ")?.split_once(": "))
            .map(|(_, what)| what)
            .collect();
        kinds.sort_unstable();
        assert_eq!(kinds, [
            "aclrtSetDevice without aclrtResetDevice", "config handle", "context", "data buffer", "dataset",
            "device memory of 32 bytes", "event", "host memory of 64 bytes", "model 1", "model description",
            "set of AIPP parameters", "stream", "tensor description",
        ], "{text}");
        assert_eq!(lines(&text).last(), Some(&"0 misuses, 13 leaks"), "{text}");
    }

    fn misuse_that_a_device_may_not_notice_is_reported(acl) {
        let session = Session::start(acl);
        let (id, event, gate) = (session.load("planes.onnx"), session.event(), session.event());
        let (pictures, planes) = (session.upload(&picture(378)), session.malloc(576));
        let mut other = ptr::null_mut();
        session.ok(call!(acl, aclrtCreateStream(&raw mut other)));
        let (input, output) = (session.dataset(&[(pictures, 378)]), session.dataset(&[(planes, 576)]));
        // Two streams run one model; the buffers, the event and the stream are destroyed while they
        // are in use.
        session.ok(call!(acl, aclrtStreamWaitEvent(session.stream, gate)));
        session.ok(call!(acl, aclmdlExecuteAsync(id, input, output, session.stream)));
        session.ok(call!(acl, aclmdlExecuteAsync(id, input, output, other)));
        session.ok(call!(acl, aclrtSynchronizeStream(other)));
        session.ok(call!(acl, aclrtRecordEvent(event, session.stream)));
        session.ok(call!(acl, aclrtDestroyEvent(event)));
        session.ok(call!(acl, aclrtFree(planes)));
        session.ok(call!(acl, aclmdlUnload(id)));
        session.ok(call!(acl, aclrtRecordEvent(gate, other)));
        session.ok(call!(acl, aclrtSynchronizeStream(session.stream)));
        session.ok(call!(acl, aclrtResetDevice(0)));
        session.ok(call!(acl, aclFinalize()));
    } output(text) {
        let found: Vec<&str> = lines(&text).into_iter().filter(|line| line.starts_with("misuse")).collect();
        assert_eq!(found, [
            "misuse 1: aclmdlExecuteAsync", "misuse 2: aclrtDestroyEvent", "misuse 3: aclrtFree", "misuse 4: aclmdlUnload",
            "misuse 5: aclrtResetDevice",
        ], "{text}");
        assert!(text.contains("  what: 2 streams of the context are not destroyed\n"), "{text}");
    }

    fn destroying_a_stream_with_tasks_is_misuse(acl, ASCENDCL_CPU_RUN_MODE = "host") {
        let session = Session::start(acl);
        let (gate, mut other) = (session.event(), ptr::null_mut());
        session.ok(call!(acl, aclrtCreateStream(&raw mut other)));
        session.ok(call!(acl, aclrtStreamWaitEvent(session.stream, gate)));
        let (stream, address) = (session.stream.addr(), other.addr());
        let (mut context, gate_address) = (ptr::null_mut(), gate.addr());
        session.ok(call!(acl, aclrtGetCurrentContext(&raw mut context)));
        let context = context.addr();
        std::thread::scope(|scope| {
            scope.spawn(move || {
                call!(acl, aclrtSetCurrentContext(ptr::without_provenance_mut(context)));
                std::thread::sleep(std::time::Duration::from_millis(300));
                let gate = ptr::without_provenance_mut(gate_address);
                call!(acl, aclrtRecordEvent(gate, ptr::without_provenance_mut(address)));
            });
            session.ok(call!(acl, aclrtDestroyStream(ptr::without_provenance_mut(stream))));
        });
        session.ok(call!(acl, aclrtSynchronizeStream(other)));
        session.ok(call!(acl, aclrtDestroyStream(other)));
        session.ok(call!(acl, aclrtDestroyEvent(gate)));
        session.ok(call!(acl, aclrtResetDevice(0)));
        session.ok(call!(acl, aclFinalize()));
    } output(text) {
        assert_eq!(lines(&text), ["misuse 1: aclrtDestroyStream", "1 misuses, 0 leaks"], "{text}");
    }

    fn short_or_shared_buffers_are_reported(acl) {
        let session = Session::start(acl);
        let id = session.load("planes.onnx");
        let memory = session.malloc(1000);
        let run = |input: (usize, usize), output: (usize, usize)| {
            let input = session.dataset(&[(memory.wrapping_byte_add(input.0), input.1)]);
            let output = session.dataset(&[(memory.wrapping_byte_add(output.0), output.1)]);
            session.ok(call!(acl, aclmdlExecute(id, input, output)));
        };
        run((0, 378), (384, 576));
        run((0, 378), (384, 560));
        run((0, 378), (320, 576));
    } output(text) {
        let found: Vec<&str> = lines(&text).into_iter().filter(|line| line.starts_with("misuse")).collect();
        assert_eq!(found, [
            "misuse 1: aclmdlExecute", "misuse 2: aclmdlExecute", "misuse 3: the process ends without aclFinalize",
        ], "{text}");
        assert!(text.contains("its buffer 560") && text.contains("shares memory"), "{text}");
    }

    fn misuse_after_finalize_gets_another_summary(acl) {
        let session = Session::start(acl);
        end(&session);
        call!(acl, aclrtSetDevice(0));
    } output(text) {
        assert_eq!(lines(&text), ["0 misuses, 0 leaks", "misuse 1: aclrtSetDevice", "1 misuses, 0 leaks"], "{text}");
    }
}

#[test]
fn a_report_goes_to_the_named_file() {
    let name = concat!(module_path!(), "::a_report_goes_to_the_named_file");
    if env::var("ABI_TEST").is_ok_and(|test| test == name) {
        return end(&Session::start(&functions()));
    }
    let file = directory("report").join("validation.txt");
    let path = file.to_str().expect("UTF-8");
    let output = start(name, &[("ASCENDCL_CPU_VALIDATE", path)]);
    assert!(output.status.success());
    assert!(!String::from_utf8_lossy(&output.stderr).contains("validation"));
    assert_eq!(
        fs::read_to_string(&file).expect("a report"),
        "validation: 0 misuses, 0 leaks\n"
    );
    let output = start(name, &[("ASCENDCL_CPU_VALIDATE", "no/such/directory/file")]);
    assert!(!output.status.success());
    assert!(
        String::from_utf8_lossy(&output.stdout).contains("cannot be written")
            || String::from_utf8_lossy(&output.stderr).contains("cannot be written")
    );
}
