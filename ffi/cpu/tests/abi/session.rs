//! The setup of most tests: an initialised process with a context and a stream, and common
//! sequences of calls.

use std::ffi::{CStr, CString, c_void};
use std::path::{Path, PathBuf};
use std::ptr;

use ascendcl::bindings::{
    ACL_MEM_MALLOC_NORMAL_ONLY, ACL_MEMCPY_DEVICE_TO_HOST, ACL_MEMCPY_HOST_TO_DEVICE, AscendCl,
    aclError, aclmdlDataset, aclmdlDesc, aclrtContext, aclrtEvent, aclrtStream,
};

use crate::alone::call;

pub struct Session<'a> {
    pub acl: &'a AscendCl,
    pub stream: aclrtStream,
}

impl<'a> Session<'a> {
    pub fn start(acl: &'a AscendCl) -> Self {
        assert_eq!(call!(acl, aclInit(ptr::null())), 0, "{}", message(acl));
        assert_eq!(call!(acl, aclrtSetDevice(0)), 0);
        let mut stream = ptr::null_mut();
        assert_eq!(call!(acl, aclrtCreateStream(&raw mut stream)), 0);
        Self { acl, stream }
    }

    /// Asserts success; otherwise shows the text of the failure.
    #[track_caller]
    pub fn ok(&self, code: aclError) {
        assert_eq!(code, 0, "{}", message(self.acl));
    }

    pub fn malloc(&self, size: usize) -> *mut c_void {
        let mut pointer = ptr::null_mut();
        self.ok(call!(
            self.acl,
            aclrtMalloc(&raw mut pointer, size, ACL_MEM_MALLOC_NORMAL_ONLY)
        ));
        pointer
    }

    /// Device memory with these contents.
    pub fn upload(&self, bytes: &[u8]) -> *mut c_void {
        let (pointer, len) = (self.malloc(bytes.len()), bytes.len());
        let source = bytes.as_ptr().cast();
        self.ok(call!(
            self.acl,
            aclrtMemcpy(pointer, len, source, len, ACL_MEMCPY_HOST_TO_DEVICE)
        ));
        pointer
    }

    pub fn download(&self, pointer: *mut c_void, len: usize) -> Vec<u8> {
        let mut bytes = vec![0; len];
        let target = bytes.as_mut_ptr().cast();
        self.ok(call!(
            self.acl,
            aclrtMemcpy(target, len, pointer, len, ACL_MEMCPY_DEVICE_TO_HOST)
        ));
        bytes
    }

    pub fn dataset(&self, buffers: &[(*mut c_void, usize)]) -> *mut aclmdlDataset {
        let dataset = call!(self.acl, aclmdlCreateDataset());
        for (data, size) in buffers {
            let buffer = call!(self.acl, aclCreateDataBuffer(*data, *size));
            self.ok(call!(self.acl, aclmdlAddDatasetBuffer(dataset, buffer)));
        }
        dataset
    }

    pub fn load(&self, file: &str) -> u32 {
        let (code, id) = load(self.acl, &model(file));
        self.ok(code);
        id
    }

    pub fn describe(&self, id: u32) -> *mut aclmdlDesc {
        let description = call!(self.acl, aclmdlCreateDesc());
        self.ok(call!(self.acl, aclmdlGetDesc(description, id)));
        description
    }

    pub fn event(&self) -> aclrtEvent {
        let mut event = ptr::null_mut();
        self.ok(call!(self.acl, aclrtCreateEvent(&raw mut event)));
        event
    }

    pub fn context(&self) -> aclrtContext {
        let mut context = ptr::null_mut();
        self.ok(call!(self.acl, aclrtGetCurrentContext(&raw mut context)));
        context
    }
}

/// The text of this thread's last failure; empty if no call failed.
pub fn message(acl: &AscendCl) -> String {
    let text = call!(acl, aclGetRecentErrMsg());
    if text.is_null() {
        return String::new();
    }
    // SAFETY: not null, hence a text, which is valid until this thread fetches again.
    unsafe { CStr::from_ptr(text) }
        .to_string_lossy()
        .into_owned()
}

/// Loads a model file.
pub fn load(acl: &AscendCl, path: &Path) -> (aclError, u32) {
    let path = CString::new(path.to_str().expect("UTF-8")).expect("no zero byte");
    let mut id = 0;
    let code = call!(acl, aclmdlLoadFromFile(path.as_ptr(), &raw mut id));
    (code, id)
}

/// A file of `tests/models`.
pub fn model(file: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("tests/models")
        .join(file)
}

/// An empty directory for the files of one test.
pub fn directory(name: &str) -> PathBuf {
    let path =
        Path::new(env!("CARGO_TARGET_TMPDIR")).join(format!("{name}-{}", std::process::id()));
    std::fs::create_dir_all(&path).expect("a directory");
    path
}

/// Bytes with the pattern of the pictures in `make.py`.
pub fn picture(len: usize) -> Vec<u8> {
    (0..len).map(|i| (i * 37 + 11).to_le_bytes()[0]).collect()
}

pub fn floats(bytes: &[u8]) -> Vec<f32> {
    bytes
        .as_chunks::<4>()
        .0
        .iter()
        .map(|bytes| f32::from_le_bytes(*bytes))
        .collect()
}

pub fn bytes(floats: &[f32]) -> Vec<u8> {
    floats
        .iter()
        .flat_map(|float| float.to_le_bytes())
        .collect()
}
