//! The two engines: which one computes a model, and the executor's memory and buffers.

use std::ffi::{CStr, CString};
use std::fs;
use std::path::Path;
use std::ptr;

use ascendcl::bindings::{
    ACL_CPU_ATTR_ENGINE, ACL_ERROR_GE_PARAM_INVALID, ACL_ERROR_INVALID_PARAM, AscendCl,
};

use nix::sys::resource::{UsageWho, getrusage};

use crate::alone::{alone, call};
use crate::models::check_seg;
use crate::session::{Session, load, message, model, picture};

/// Bytes of `seg`'s picture and of its outputs.
const IMAGE: usize = 288;
const SOFTMAX: usize = 768;
const ARGMAX: usize = 384;

/// An attribute of an operator of a loaded model; `None` for an unknown one.
fn attribute(session: &Session<'_>, id: u32, name: &CStr, attribute: &CStr) -> Option<String> {
    let description = session.describe(id);
    let text = call!(
        session.acl,
        aclmdlGetOpAttr(description, name.as_ptr(), attribute.as_ptr())
    );
    if text.is_null() {
        return None;
    }
    // SAFETY: not null, hence a text, which lives as long as the description.
    let text = unsafe { CStr::from_ptr(text) };
    Some(text.to_string_lossy().into_owned())
}

fn engine(session: &Session<'_>, file: &str) -> String {
    let name = CStr::from_bytes_with_nul(ACL_CPU_ATTR_ENGINE).expect("a text");
    attribute(session, session.load(file), c"", name).expect("the engine")
}

/// The outputs of `seg` for the test picture.
fn run_seg(session: &Session<'_>, id: u32) -> [Vec<u8>; 2] {
    let image = session.upload(&picture(IMAGE));
    let (softmax, argmax) = (session.malloc(SOFTMAX), session.malloc(ARGMAX));
    let input = session.dataset(&[(image, IMAGE)]);
    let output = session.dataset(&[(softmax, SOFTMAX), (argmax, ARGMAX)]);
    session.ok(call!(session.acl, aclmdlExecute(id, input, output)));
    [
        session.download(softmax, SOFTMAX),
        session.download(argmax, ARGMAX),
    ]
}

/// The sizes of `seg`'s memory, and its path.
fn seg(acl: &AscendCl) -> (CString, usize, usize) {
    let path = CString::new(model("seg.onnx").to_str().expect("UTF-8")).expect("no zero byte");
    let (mut work, mut weights) = (0, 0);
    let code = call!(
        acl,
        aclmdlQuerySize(path.as_ptr(), &raw mut work, &raw mut weights)
    );
    assert_eq!(code, 0, "{}", message(acl));
    (path, work, weights)
}

alone! {
    fn a_model_tells_its_engine_and_for_rten_the_operator(acl) {
        let session = Session::start(acl);
        assert_eq!(engine(&session, "seg.onnx"), "unet-executor");
        let rten = engine(&session, "gather.onnx");
        assert!(rten.starts_with("rten: "), "{rten}");
        let id = session.load("seg.onnx");
        assert_eq!(attribute(&session, id, c"", c"_datadump_original_op_names"), None);
        assert!(message(acl).contains("_cpu_engine"));
        assert_eq!(attribute(&session, id, c"Conv_0", c"_cpu_engine"), None);
        assert!(call!(acl, aclmdlGetOpAttr(ptr::null_mut(), c"".as_ptr(), c"".as_ptr())).is_null());
    }

    fn rten_computes_every_model_on_request(acl, ASCENDCL_CPU_ENGINE = "rten") {
        let session = Session::start(acl);
        assert_eq!(engine(&session, "seg.onnx"), "rten: ASCENDCL_CPU_ENGINE is `rten`");
        check_seg(&session, |id, input, output| call!(acl, aclmdlExecute(id, input, output)));
    }

    fn the_error_names_an_unknown_engine(acl, ASCENDCL_CPU_ENGINE = "fast") {
        assert_eq!(call!(acl, aclInit(ptr::null())), ACL_ERROR_INVALID_PARAM);
        assert!(message(acl).contains("ASCENDCL_CPU_ENGINE is `fast`"));
    }

    fn a_model_works_in_the_programs_memory_at_any_address(acl) {
        let session = Session::start(acl);
        let expected = run_seg(&session, session.load("seg.onnx"));
        let (path, work, weights) = seg(acl);
        for (work_offset, weights_offset) in [(0, 0), (4, 60), (63, 1)] {
            let memory = session.malloc(work + 64);
            let weight_memory = session.malloc(weights + 64);
            let mut id = 0;
            session.ok(call!(
                acl,
                aclmdlLoadFromFileWithMem(
                    path.as_ptr(),
                    &raw mut id,
                    memory.wrapping_byte_add(work_offset),
                    work,
                    weight_memory.wrapping_byte_add(weights_offset),
                    weights
                )
            ));
            assert_eq!(run_seg(&session, id), expected);
            let seen = session.download(memory, work + 64);
            let is_untouched = |byte: &u8| *byte == 0xA5;
            assert!(seen[..work_offset].iter().all(is_untouched));
            assert!(seen[work_offset + work..].iter().all(is_untouched));
            assert!(!seen[work_offset..].iter().all(is_untouched));
            session.ok(call!(acl, aclmdlUnload(id)));
            session.ok(call!(acl, aclrtFree(memory)));
            session.ok(call!(acl, aclrtFree(weight_memory)));
        }
    }

    fn models_share_no_memory(acl) {
        let session = Session::start(acl);
        let (path, work, weights) = seg(acl);
        let (memory, weight_memory) = (session.malloc(work), session.malloc(weights + work));
        let load = |work_memory, weight_memory| {
            let mut id = 0;
            let code = call!(
                acl,
                aclmdlLoadFromFileWithMem(path.as_ptr(), &raw mut id, work_memory, work, weight_memory, weights)
            );
            (code, id)
        };
        let (code, first) = load(memory, weight_memory);
        session.ok(code);
        let other = session.malloc(weights);
        assert_eq!(load(memory, other).0, ACL_ERROR_GE_PARAM_INVALID);
        assert!(message(acl).contains(&format!("model {first} works in this memory")));
        assert_eq!(load(ptr::null_mut(), weight_memory).0, ACL_ERROR_GE_PARAM_INVALID);
        session.ok(call!(acl, aclmdlUnload(first)));
        session.ok(load(memory, other).0);
        assert_eq!(load(weight_memory, weight_memory).0, ACL_ERROR_GE_PARAM_INVALID);
        assert!(message(acl).contains("overlap"));
        session.ok(load(weight_memory, weight_memory.wrapping_byte_add(work)).0);
    }

    fn short_buffers_count_as_zeros_and_get_what_fits(acl) {
        let session = Session::start(acl);
        let id = session.load("seg.onnx");
        let mut image = picture(IMAGE);
        image[IMAGE - 61..].fill(0);
        let run = |image: &[u8], softmax_len, argmax_len| {
            // The bytes behind the buffers must not be read or written.
            let image_memory = session.malloc(IMAGE);
            session.ok(call!(acl, aclrtMemcpy(image_memory, IMAGE, image.as_ptr().cast(), image.len(), 1)));
            let (softmax, argmax) = (session.malloc(SOFTMAX), session.malloc(ARGMAX));
            let input = session.dataset(&[(image_memory, image.len())]);
            let output = session.dataset(&[(softmax, softmax_len), (argmax, argmax_len)]);
            session.ok(call!(acl, aclmdlExecute(id, input, output)));
            (session.download(softmax, SOFTMAX), session.download(argmax, ARGMAX))
        };
        let (softmax, argmax) = run(&image, SOFTMAX, ARGMAX);
        let short = run(&image[..IMAGE - 61], SOFTMAX - 64, ARGMAX - 1);
        assert_eq!(short.0[..SOFTMAX - 64], softmax[..SOFTMAX - 64]);
        assert_eq!(short.0[SOFTMAX - 64..], [0xA5; 64]);
        assert_eq!(short.1[..ARGMAX - 1], argmax[..ARGMAX - 1]);
        assert_eq!(short.1[ARGMAX - 1], 0xA5);
    }

    fn an_output_may_share_the_inputs_memory(acl) {
        let session = Session::start(acl);
        // The executor writes the first rows of the output before it reads the last ones of this
        // picture.
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../model/magnetic_tile.onnx");
        let (code, id) = load(acl, &file);
        session.ok(code);
        let description = session.describe(id);
        let image = picture(call!(acl, aclmdlGetInputSizeByIndex(description, 0)));
        let sizes = [0, 1].map(|index| call!(acl, aclmdlGetOutputSizeByIndex(description, index)));
        let rest = (session.malloc(sizes[1]), sizes[1]);
        let run = |source, target| {
            session.ok(call!(acl, aclrtMemcpy(source, image.len(), image.as_ptr().cast(), image.len(), 1)));
            let input = session.dataset(&[(source, image.len())]);
            let output = session.dataset(&[(target, sizes[0]), rest]);
            session.ok(call!(acl, aclmdlExecute(id, input, output)));
            session.download(target, sizes[0])
        };
        let shared = session.malloc(sizes[0]);
        assert!(image.len() <= sizes[0]);
        assert_eq!(run(shared, shared), run(session.malloc(image.len()), shared));
    }

    fn the_first_run_meets_no_page_for_the_first_time(acl) {
        let session = Session::start(acl);
        let file = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../model/magnetic_tile.onnx");
        let (code, id) = load(acl, &file);
        session.ok(code);
        let description = session.describe(id);
        let image = call!(acl, aclmdlGetInputSizeByIndex(description, 0));
        let sizes = [0, 1].map(|index| call!(acl, aclmdlGetOutputSizeByIndex(description, index)));
        let input = session.dataset(&[(session.upload(&picture(image)), image)]);
        let output = session.dataset(&sizes.map(|size| (session.malloc(size), size)));
        let faults = || getrusage(UsageWho::RUSAGE_SELF).expect("usage").minor_page_faults();
        let before = faults();
        session.ok(call!(acl, aclmdlExecute(id, input, output)));
        let first = faults() - before;
        // The model's values have over 1,000 pages. Stacks and code have a few.
        assert!(first < 200, "{first}");
    }

    fn floats_of_the_program_are_read_at_any_alignment(acl) {
        let session = Session::start(acl);
        let data = fs::read(model("seg.onnx")).expect("model");
        let mut id = 0;
        session.ok(call!(acl, aclmdlLoadFromMem(data.as_ptr().cast(), data.len(), &raw mut id)));
        let planes: Vec<u8> = (0..IMAGE)
            .flat_map(|at| (picture(IMAGE)[at % 96 * 3 + at / 96] as f32 / 255.0).to_ne_bytes())
            .collect();
        let run = |offset: usize| {
            let memory = session.malloc(planes.len() + offset).wrapping_byte_add(offset);
            session.ok(call!(acl, aclrtMemcpy(memory, planes.len(), planes.as_ptr().cast(), planes.len(), 1)));
            let softmax = session.malloc(SOFTMAX + offset).wrapping_byte_add(offset);
            let input = session.dataset(&[(memory, planes.len())]);
            let output = session.dataset(&[(softmax, SOFTMAX), (session.malloc(ARGMAX), ARGMAX)]);
            session.ok(call!(acl, aclmdlExecute(id, input, output)));
            session.download(softmax, SOFTMAX)
        };
        let aligned = run(0);
        for offset in 1..4 {
            assert_eq!(run(offset), aligned, "{offset}");
        }
    }
}
